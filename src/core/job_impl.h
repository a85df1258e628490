/* Private to core: one run, shared by job.c (rows) and runner.c (threads). */
#ifndef RISE_CORE_JOB_IMPL_H
#define RISE_CORE_JOB_IMPL_H

#include "core/job.h"
#include "sys/clock.h"

/* A running row that gave no sign of life for so long was left by a crash: another runner takes it up from its saved
 * state. */
#define JOB_LEASE (60 * SECOND)

struct job {
    struct app *app;
    struct job_runner *runner;
    struct arena *arena;
    id id; /* 0: a turn of a periodic kind */
    id owner;
    str kind_name, input, state, result;
    const char *end; /* phase it ends in */
    int64_t done, total;
    instant lease;
    bool finished;
    struct err err;
};

rc job_take(struct app *app, struct job *j);  /* the next due row; E_NOTFOUND: none */
rc job_claim_write(struct tx *tx, void *job); /* E_CONFLICT: another runner was faster */
rc job_lease_write(struct tx *tx, void *job);
rc job_end_write(struct tx *tx, void *job);
void job_publish(const struct job *j, bool ended); /* tells who watches; runner.c */

#endif
