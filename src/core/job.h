/* Jobs: long work in the background with progress, resume after a crash, and cancel. One runner thread pool inside
 * `rise serve`. */
#ifndef RISE_CORE_JOB_H
#define RISE_CORE_JOB_H

#include "base/arena.h"
#include "base/id.h"
#include "core/app.h"

struct job; /* one run */
struct job_kind {
    const char *name;         /* "market.import" */
    const char *label;        /* msgid */
    rc (*run)(struct job *j); /* does a piece, saves its state, returns; called until job_finish */
    int64_t every_us;         /* > 0: periodic (sequencer, expiry, outbox), no row per run */
};

struct app *job_app(struct job *j);
str job_input(struct job *j); /* JSON given when queued */
str job_state(struct job *j); /* JSON saved by the last piece; "" at first */
rc job_save(struct job *j, str state, int64_t done, int64_t total);
rc job_finish(struct job *j, str result);
bool job_cancelled(struct job *j);
struct err *job_err(struct job *j);

rc job_queue(struct tx *tx, const char *kind, id owner, str input, id *out);
struct job_row {
    id id;
    str kind;
    id owner;
    str state; /* queued running done failed cancelled */
    int64_t done, total;
    str result;
    instant at;
};
rc job_get(struct tx *tx, id job, struct job_row *out, struct arena *a);
rc jobs_of(struct tx *tx, id owner, int64_t limit, struct job_row **out, size_t *n, struct arena *a);
rc job_cancel(struct tx *tx, id job, id by); /* E_NOTFOUND: not the owner; JOB-002: it has ended */

/* For periodic work of the clock: calls fn in transactions of its own, as the system, each taking at most JOB_TURN_MOST
 * (*n says how many it did), until nothing is left or a turn's share is used up, so that the writer is never kept from
 * people's requests. fn may run again. */
enum { JOB_TURN_MOST = 50 };
struct act;
rc job_turns(struct job *j, rc (*fn)(const struct act *x, int max, int *n));

const struct job_kind *job_kind_named(const struct app *app, str name); /* NULL: none */
void job_json(const struct job_row *j, struct buf *out);
/* The events of one job's progress: `progress` with {"percent":…,"text":…,"done":…}, true at its end. One reference
 * for reply->events. NULL: too many are being watched. */
struct event_source;
struct event_source *job_events(struct job_runner *r, id job);

rc jobs_start(struct app *app, int threads, struct job_runner **out, struct err *err);
void jobs_stop(struct job_runner *r);
#endif
