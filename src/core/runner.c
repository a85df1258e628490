/* The threads that run jobs: periodic kinds by the clock, queued ones by the table. */
#include <stdlib.h>
#include <time.h>

#include "core/job_impl.h"
#include "core/module.h"
#include "http/http.h"
#include "sys/log.h"
#include "sys/thread.h"

enum { THREADS_MAX = 16, TOPICS_MAX = 64, ARENA_CAP = 256 * 1024 * 1024 };
#define POLL (300 * 1000) /* µs between looks into the table */

struct periodic {
    const struct job_kind *kind;
    int64_t due; /* clock_mono() */
    bool running;
    rc last; /* a failure is logged when it begins, not at every turn */
};

/* A job that somebody watches. */
struct topic {
    id job; /* 0: free */
    struct event_source *events;
};

struct job_runner {
    struct app *app;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    struct periodic *periodic;
    size_t n_periodic;
    struct topic topics[TOPICS_MAX];
    pthread_t threads[THREADS_MAX];
    int n_threads;
};

const struct job_kind *job_kind_named(const struct app *app, str name)
{
    for (size_t m = 0; m < app->n_modules; m++)
        for (size_t i = 0; i < app->modules[m]->n_jobs; i++)
            if (str_eq(str_of(app->modules[m]->jobs[i].name), name))
                return &app->modules[m]->jobs[i];
    return NULL;
}

static void log_failure(const char *kind, id job, rc code, const struct err *err)
{
    BUF_SCOPED text = BUF_INIT(4096);
    BUF_SCOPED quoted = BUF_INIT(8192);
    if (err->main.msgid)
        err_format(&text, err->main.msgid, &err->main);
    log_quote(&quoted, buf_str(&text));
    log_event(LOG_ERROR_, "job", "kind=%s job=%lld rc=%s code=%s detail=%.*s", kind, (long long)job, rc_name(code),
              err->main.code ? err->main.code : "-", STR_ARG(buf_str(&quoted)));
}

/* ---- watching ---- */

static struct topic *topic_of(struct job_runner *r, id job)
{
    for (size_t i = 0; i < TOPICS_MAX; i++)
        if (r->topics[i].job == job)
            return &r->topics[i];
    return NULL;
}

/* A free topic, or one that nobody listens to any more. */
static struct topic *topic_spare(struct job_runner *r)
{
    struct topic *t = topic_of(r, 0);
    for (size_t i = 0; !t && i < TOPICS_MAX; i++)
        if (events_listeners(r->topics[i].events) == 0) {
            t = &r->topics[i];
            events_close(t->events);
            *t = (struct topic){0};
        }
    return t;
}

struct event_source *job_events(struct job_runner *r, id job)
{
    LOCKED(&r->lock);
    struct topic *t = topic_of(r, job);
    if (t)
        return events_hold(t->events);
    t = topic_spare(r);
    if (!t)
        return NULL;
    t->events = events_new(r->app->http);
    t->job = t->events ? job : 0;
    return events_hold(t->events);
}

void job_publish(const struct job *j, bool ended)
{
    struct job_runner *r = j->runner;
    LOCKED(&r->lock);
    struct topic *t = topic_of(r, j->id);
    if (!t)
        return;
    int64_t percent = 0;
    if (ended || (j->total > 0 && i64_muldiv(j->done, 100, j->total, ROUND_DOWN, &percent) != OK))
        percent = 100;
    BUF_SCOPED data = BUF_INIT(128);
    buf_printf(&data, "{\"percent\":%lld,\"text\":\"%lld / %lld\",\"done\":%s}", (long long)percent, (long long)j->done,
               (long long)j->total, ended ? "true" : "false");
    events_publish(t->events, "progress", buf_str(&data), percent);
    if (ended) {
        events_close(t->events);
        *t = (struct topic){0};
    }
}

/* ---- periodic ---- */

static struct periodic *periodic_due(struct job_runner *r, int64_t now, int64_t *next)
{
    struct periodic *found = NULL;
    *next = now + POLL;
    for (size_t i = 0; i < r->n_periodic; i++) {
        struct periodic *p = &r->periodic[i];
        if (p->running)
            continue;
        if (p->due <= now && (!found || p->due < found->due))
            found = p;
        else if (p->due > now && p->due < *next)
            *next = p->due;
    }
    return found;
}

static void periodic_run(struct job_runner *r, struct periodic *p, struct arena *arena)
{
    struct job j = {
        .app = r->app, .arena = arena, .kind_name = str_of(p->kind->name), .input = STR_EMPTY, .state = STR_EMPTY};
    rc result = p->kind->run(&j);
    if (result != OK && result != p->last)
        log_failure(p->kind->name, 0, result, &j.err);
    p->last = result;
}

/* ---- queued ---- */

static bool stopping(struct job_runner *r)
{
    LOCKED(&r->lock);
    return r->stopping;
}

static rc end_as(struct job *j, const char *phase, str result)
{
    j->end = phase;
    j->result = result;
    return db_write(j->app->db, job_end_write, j);
}

/* Runs pieces until the job ends, is cancelled, or the program stops (then its lease runs out at once and its state
 * stays). */
static rc queued_pieces(struct job_runner *r, struct job *j, const struct job_kind *kind)
{
    while (!j->finished) {
        if (job_cancelled(j))
            return end_as(j, "cancelled", STR_EMPTY);
        if (stopping(r)) {
            j->lease = 0;
            return db_write(j->app->db, job_lease_write, j);
        }
        rc result = kind->run(j);
        if (result == E_UNAVAILABLE) {
            j->lease = clock_now() + 5 * SECOND;
            return db_write(j->app->db, job_lease_write, j);
        }
        if (result != OK) {
            log_failure(kind->name, j->id, result, &j->err);
            BUF_SCOPED text = BUF_INIT(4096);
            if (j->err.main.msgid)
                err_format(&text, j->err.main.msgid, &j->err.main);
            else
                buf_put(&text, str_of(rc_name(result)));
            return end_as(j, "failed", buf_str(&text));
        }
    }
    return OK;
}

static bool queued_run(struct job_runner *r, struct arena *arena)
{
    struct job j = {.app = r->app, .runner = r, .arena = arena};
    if (job_take(r->app, &j) != OK)
        return false;
    rc claimed = db_write(r->app->db, job_claim_write, &j);
    if (claimed != OK)
        return claimed == E_CONFLICT;
    const struct job_kind *kind = job_kind_named(r->app, j.kind_name);
    rc result = kind ? queued_pieces(r, &j, kind) : end_as(&j, "failed", STR("unknown kind"));
    if (result != OK)
        log_failure(kind ? kind->name : "?", j.id, result, &j.err);
    if (j.finished || j.end)
        job_publish(&j, true);
    return true;
}

/* ---- threads ---- */

static void wait_until(struct job_runner *r, int64_t mono)
{
    int64_t us = mono - clock_mono();
    if (us <= 0 || r->stopping)
        return;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    int64_t ns = (int64_t)t.tv_nsec + us * 1000;
    t.tv_sec += ns / 1000000000;
    t.tv_nsec = ns % 1000000000;
    pthread_cond_timedwait(&r->wake, &r->lock, &t);
}

static void *runner_main(void *arg)
{
    struct job_runner *r = arg;
    struct arena *arena = arena_new(ARENA_CAP);
    int64_t looked = 0;
    while (arena && !stopping(r)) {
        arena_reset(arena);
        int64_t next;
        pthread_mutex_lock(&r->lock);
        struct periodic *p = periodic_due(r, clock_mono(), &next);
        if (p)
            p->running = true;
        pthread_mutex_unlock(&r->lock);
        if (p) {
            periodic_run(r, p, arena);
            LOCKED(&r->lock);
            p->running = false;
            p->due = clock_mono() + p->kind->every_us;
        }
        bool worked = p != NULL;
        if (clock_mono() - looked >= POLL) {
            bool more = queued_run(r, arena);
            worked |= more;
            looked = more ? 0 : clock_mono();
        }
        if (!worked) {
            LOCKED(&r->lock);
            wait_until(r, next);
        }
    }
    arena_free(arena);
    return NULL;
}

static rc collect_periodic(struct job_runner *r)
{
    size_t n = 0;
    for (size_t m = 0; m < r->app->n_modules; m++)
        for (size_t i = 0; i < r->app->modules[m]->n_jobs; i++)
            n += r->app->modules[m]->jobs[i].every_us > 0;
    r->periodic = calloc(n ? n : 1, sizeof *r->periodic);
    if (!r->periodic)
        return E_NOMEM;
    for (size_t m = 0; m < r->app->n_modules; m++)
        for (size_t i = 0; i < r->app->modules[m]->n_jobs; i++)
            if (r->app->modules[m]->jobs[i].every_us > 0)
                r->periodic[r->n_periodic++] =
                    (struct periodic){.kind = &r->app->modules[m]->jobs[i], .due = clock_mono()};
    return OK;
}

rc jobs_start(struct app *app, int threads, struct job_runner **out, struct err *err)
{
    struct job_runner *r = calloc(1, sizeof *r);
    if (!r)
        return E_NOMEM;
    r->app = app;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &attr);
    pthread_condattr_destroy(&attr);
    rc result = collect_periodic(r);
    for (int i = 0; result == OK && i < threads && i < THREADS_MAX; i++) {
        result = thread_start(&r->threads[i], "job", runner_main, r);
        r->n_threads += result == OK;
    }
    if (result != OK) {
        jobs_stop(r);
        return ERR(err, result, "JOB-003", N_("The job threads could not be started."));
    }
    *out = r;
    return OK;
}

void jobs_stop(struct job_runner *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < r->n_threads; i++)
        pthread_join(r->threads[i], NULL);
    for (size_t i = 0; i < TOPICS_MAX; i++)
        if (r->topics[i].events)
            events_close(r->topics[i].events);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->wake);
    free(r->periodic);
    free(r);
}
