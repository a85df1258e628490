/* The writer: takes what waits in the queue, runs it in one transaction, commits once, answers all.
 *
 * A handler that fails must leave nothing behind, so each would need a savepoint; but a savepoint costs about as much
 * as a small statement, and most handlers that fail do so before they change anything. So a handler runs without one as
 * long as its function is trusted; when it fails after a change the whole batch is rolled back and run again, this time
 * with a savepoint for every handler, and the function is guarded for its next GUARD_RUNS runs.
 *
 * Neighbours in the queue that are of one kind and know how to run together (struct submission) do so, as long as their
 * kind is trusted. In a second run everybody runs by himself.
 *
 * While a handler is trusted, PostgreSQL's statements whose result nobody asked for are only sent, not waited for; when
 * one fails, that shows later, and the same second run gives the error to the handler it belongs to. */
#include <semaphore.h>
#include <stdlib.h>

#include "db/engine.h"
#include "sys/clock.h"
#include "sys/thread.h"

enum {
    GUARD_SLOTS = 64,
    GUARD_RUNS = 1024,
    TRIES_MAX = 12, /* of one batch, when races are lost or connections die */
    ALONE_MIN = 8,  /* batches run alone after a lost race */
    ALONE_MAX = 512,
    BACK_OFF_MIN_US = 50 * 1000,   /* between attempts to reach a server that is gone … */
    BACK_OFF_MAX_US = 2000 * 1000, /* … growing to this */
};

struct job {
    struct submission s;
    void *done_arg;
    rc result;
};

struct guard { /* a kind of write that failed after changing something */
    uintptr_t kind;
    int runs; /* for which it still gets a savepoint */
};

struct writer {
    struct db *db;
    pthread_t thread;
    bool started;
    struct conn *conn; /* NULL while the server is away */
    int64_t back_off_us, retry_at;
    int alone_left, alone_span;
    struct job *batch;
    void **args; /* of those that run together, */
    rc *results; /* and what became of them */
    struct guard guards[GUARD_SLOTS];
};

struct writer_set {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct job *ring;
    size_t head, n, peak;
    bool stopping;
    struct writer *each;
    int n_each;
};

/* ---- one handler ---- */
static uintptr_t kind_of(const struct job *j)
{
    return j->s.kind ? (uintptr_t)j->s.kind : (uintptr_t)j->s.one;
}

static struct guard *guard_of(struct writer *w, uintptr_t kind)
{
    uint64_t h = (uint64_t)kind * UINT64_C(0x9E3779B97F4A7C15);
    return &w->guards[(h >> 32) % GUARD_SLOTS];
}

static bool guarded(struct writer *w, uintptr_t kind)
{
    const struct guard *g = guard_of(w, kind);
    return g->kind == kind && g->runs > 0;
}

static void guard_from_now(struct writer *w, uintptr_t kind)
{
    *guard_of(w, kind) = (struct guard){kind, GUARD_RUNS};
}

/* What became of a handler or a batch. Except for DONE and UNKNOWN nothing of the batch stands. */
enum outcome {
    DONE,      /* results are set */
    UNGUARDED, /* a handler failed after a change and had no savepoint */
    RACED,     /* another transaction won */
    BROKEN,    /* the transaction failed as a whole */
    CUT_OFF,   /* the connection died before the commit was sent */
    UNKNOWN,   /* the connection died during the commit */
};

/* Around a handler's function. `defer`: statements whose result it does not ask for are only sent. */
static void enter(struct tx *tx, const struct job *j, bool defer)
{
    err_clear(&tx->err);
    tx->failed = OK;
    tx->late = 0;
    tx->defer = defer;
    tx->deferred = false;
    tx->kind = kind_of(j);
    tx->now = clock_now();
}

static rc leave(struct tx *tx, rc result)
{
    if (tx->piping && pipe_end(tx, NULL, 0) == OK && result == OK)
        result = db_error(&tx->err, E_INTERNAL, STR("pipe"), STR("a handler left its pipe open"));
    /* A handler that goes on after a failed statement cannot succeed: PostgreSQL has given its work up by then. */
    if (tx->failed != OK)
        result = tx->failed;
    if (result == E_BUSY)
        tx->failed = E_BUSY;
    return result;
}

static void call(struct tx *tx, struct job *j, bool defer)
{
    enter(tx, j, defer);
    j->result = leave(tx, j->s.one(tx, j->s.arg));
}

/* Nothing can be said of this handler alone: the transaction is gone. */
static bool all_lost(const struct tx *tx)
{
    return tx->conn->lost || tx->lost || tx->failed == E_BUSY;
}

static enum outcome failure_of(struct writer *w, const struct tx *tx)
{
    if (tx->conn->lost)
        return CUT_OFF;
    if (tx->failed == E_BUSY || tx->err.code == E_BUSY)
        return RACED;
    if (tx->late)
        guard_from_now(w, tx->late);
    return tx->late ? UNGUARDED : BROKEN;
}

/* With a savepoint. What it only sent is waited for at its end; if that fails, it runs again and waits for each. */
static enum outcome run_marked(struct writer *w, struct job *j)
{
    const struct engine *e = w->db->e;
    struct tx *tx = &w->conn->tx;
    for (bool defer = true;; defer = false) {
        tx->late = 0;
        if (DB_FAULT() || e->mark(tx) != OK)
            return failure_of(w, tx);
        call(tx, j, defer);
        if (j->result == OK && tx->deferred)
            j->result = tx->failed = e->settle(tx);
        if (all_lost(tx))
            return failure_of(w, tx);
        tx->late = 0; /* its own, and undone */
        if (DB_FAULT() || (j->result == OK ? e->keep(tx) : e->undo(tx)) != OK)
            return failure_of(w, tx);
        if (tx->failed == OK || !tx->deferred)
            return DONE;
    }
}

static enum outcome run_unmarked(struct writer *w, struct job *j)
{
    const struct engine *e = w->db->e;
    struct tx *tx = &w->conn->tx;
    int64_t before = e->changes(tx);
    call(tx, j, true);
    if (all_lost(tx))
        return failure_of(w, tx);
    if (j->result == OK)
        return DONE;
    if (e->changes(tx) == before && (tx->failed == OK || !e->error_aborts))
        return DONE; /* failed before it did anything */
    guard_from_now(w, tx->late ? tx->late : kind_of(j));
    return UNGUARDED;
}

static enum outcome run_alone(struct writer *w, struct job *j, bool careful)
{
    if (!guarded(w, kind_of(j)))
        return careful ? run_marked(w, j) : run_unmarked(w, j);
    guard_of(w, kind_of(j))->runs--;
    return run_marked(w, j);
}

/* ---- several of a kind ---- */
/* How many from the first on can run together. */
static size_t alike(const struct job *j, size_t n)
{
    size_t k = 1;
    while (j->s.all && k < n && j[k].s.all == j->s.all && kind_of(&j[k]) == kind_of(j))
        k++;
    return k;
}

static enum outcome run_together(struct writer *w, struct job *j, size_t *n)
{
    struct tx *tx = &w->conn->tx;
    for (size_t i = 0; i < *n; i++)
        w->args[i] = j[i].s.arg;
    enter(tx, j, true);
    rc result = leave(tx, j->s.all(tx, w->args, n, w->results));
    if (all_lost(tx))
        return failure_of(w, tx);
    if (result != OK || *n == 0) {
        guard_from_now(w, tx->late ? tx->late : kind_of(j));
        return UNGUARDED;
    }
    for (size_t i = 0; i < *n; i++)
        j[i].result = w->results[i];
    return DONE;
}

/* The next of the queue: *n of them. */
static enum outcome run_next(struct writer *w, struct job *j, size_t *n, bool careful)
{
    if (!careful && !guarded(w, kind_of(j)))
        *n = alike(j, *n);
    else
        *n = 1;
    return *n > 1 ? run_together(w, j, n) : run_alone(w, j, careful);
}

/* ---- one batch ---- */
static enum outcome commit(struct writer *w)
{
    struct tx *tx = &w->conn->tx;
    err_clear(&tx->err);
    tx->late = 0;
    if (DB_FAULT()) {
        tx->conn->lost = true; /* as if the server died before it answered */
        w->db->e->rollback(tx);
        return UNKNOWN;
    }
    if (w->db->e->commit(tx) == OK)
        return DONE;
    return tx->conn->lost ? UNKNOWN : failure_of(w, tx);
}

/* The versions of the tables that the batch has written, whoever of it succeeded. */
static enum outcome renew_versions(struct writer *w)
{
    struct tx *tx = &w->conn->tx;
    err_clear(&tx->err);
    tx->failed = OK;
    tx->kind = tx->late = 0;
    tx->defer = true;
    return watch_commit(tx) == OK ? DONE : failure_of(w, tx);
}

static enum outcome attempt(struct writer *w, struct job *jobs, size_t n, bool careful, bool alone)
{
    const struct engine *e = w->db->e;
    struct tx *tx = &w->conn->tx;
    err_clear(&tx->err);
    tx->failed = OK;
    tx->lost = tx->piping = false;
    tx->written = 0;
    enum outcome got = DONE;
    if (DB_FAULT() || e->begin(tx, alone ? BEGIN_WRITE_ALONE : BEGIN_WRITE) != OK)
        return failure_of(w, tx);
    for (size_t i = 0, k; i < n && got == DONE; i += k) {
        k = n - i;
        got = run_next(w, &jobs[i], &k, careful);
    }
    if (got == DONE && tx->written)
        got = renew_versions(w);
    if (got == DONE)
        got = commit(w);
    if (got != DONE && !tx->conn->lost)
        e->rollback(tx);
    return got;
}

static void answer(struct writer *w, struct job *jobs, size_t n)
{
    int64_t done = 0;
    for (size_t i = 0; i < n; i++)
        done += jobs[i].result == OK;
    w->db->handlers += done;
    for (size_t i = 0; i < n; i++)
        jobs[i].s.done(jobs[i].done_arg, jobs[i].result);
}

static void answer_all(struct writer *w, struct job *jobs, size_t n, rc result)
{
    for (size_t i = 0; i < n; i++)
        jobs[i].result = result;
    answer(w, jobs, n);
}

/* A server that does not answer is asked again at growing intervals; meanwhile writes are refused at once. */
static bool connected(struct writer *w)
{
    if (w->conn && !w->conn->lost)
        return true;
    if (w->conn) {
        w->db->e->disconnect(w->conn);
        w->conn = NULL;
    }
    int64_t now = clock_mono();
    if (now < w->retry_at)
        return false;
    struct err err = {0};
    if (!DB_FAULT() && w->db->e->connect(w->db, true, &w->conn, &err) == OK) {
        w->back_off_us = w->retry_at = 0;
        return true;
    }
    w->conn = NULL;
    w->back_off_us = w->back_off_us == 0 ? BACK_OFF_MIN_US : 2 * w->back_off_us;
    if (w->back_off_us > BACK_OFF_MAX_US)
        w->back_off_us = BACK_OFF_MAX_US;
    w->retry_at = clock_mono() + w->back_off_us;
    return false;
}

/* After a lost race this batch and the next ones run alone, more of them the more often it happens. */
static void go_alone(struct writer *w)
{
    w->alone_span = w->alone_span == 0 ? ALONE_MIN : 2 * w->alone_span;
    if (w->alone_span > ALONE_MAX)
        w->alone_span = ALONE_MAX;
    w->alone_left = w->alone_span;
}

static bool alone_now(struct writer *w)
{
    if (w->db->opt.writers == 1)
        return true; /* then only another process could run beside it, and two batches nearly always touch the same rows
                      */
    if (w->alone_left > 0) {
        w->alone_left--;
        return true;
    }
    w->alone_span /= 2;
    return false;
}

static void run_batch(struct writer *w, struct job *jobs, size_t n)
{
    bool careful = false, alone = alone_now(w);
    int cut_off = 0, broken = 0;
    for (int try = 0; try < TRIES_MAX; try++) {
        if (!connected(w))
            break;
        if (try > 0)
            w->db->retries++;
        switch (attempt(w, jobs, n, careful, alone)) {
        case DONE:
            w->db->commits++;
            answer(w, jobs, n);
            return;
        case UNGUARDED:
            careful = true;
            continue;
        case RACED:
            go_alone(w);
            alone = true;
            continue;
        case CUT_OFF:
            if (++cut_off < 2)
                continue;
            break;
        case UNKNOWN:
            break;
        case BROKEN:
            if (n > 1) { /* whoever breaks it breaks only his own */
                for (size_t i = 0; i < n; i++)
                    run_batch(w, &jobs[i], 1);
                return;
            }
            if (++broken < 2)
                continue;
            answer_all(w, jobs, n, w->conn->tx.err.code != OK ? w->conn->tx.err.code : E_INTERNAL);
            return;
        }
        break;
    }
    answer_all(w, jobs, n, E_UNAVAILABLE);
}

/* ---- the queue ---- */
static _Thread_local bool on_writer;

static size_t take(struct db *db, struct writer *w)
{
    struct writer_set *s = db->writers;
    LOCKED(&s->lock);
    while (s->n == 0 && !s->stopping)
        pthread_cond_wait(&s->work, &s->lock);
    size_t n = s->n < db->opt.batch_max ? s->n : db->opt.batch_max;
    for (size_t i = 0; i < n; i++)
        w->batch[i] = s->ring[(s->head + i) % db->opt.queue_max];
    s->head = (s->head + n) % db->opt.queue_max;
    s->n -= n;
    return n;
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    on_writer = true;
    size_t n;
    while ((n = take(w->db, w)) > 0)
        run_batch(w, w->batch, n);
    return NULL;
}

static rc submit(struct db *db, struct job job)
{
    struct writer_set *s = db->writers;
    LOCKED(&s->lock);
    if (s->stopping || s->n == db->opt.queue_max)
        return E_UNAVAILABLE;
    s->ring[(s->head + s->n) % db->opt.queue_max] = job;
    s->n++;
    if (s->n > s->peak)
        s->peak = s->n;
    pthread_cond_signal(&s->work);
    return OK;
}

rc db_submit_as(struct db *db, const struct submission *s)
{
    return submit(db, (struct job){.s = *s, .done_arg = s->arg});
}

rc db_submit(struct db *db, write_fn fn, void *arg, write_done_fn done)
{
    return db_submit_as(db, &(struct submission){.one = fn, .arg = arg, .done = done});
}

struct waiter {
    rc result;
    sem_t done;
};

static void waiter_done(void *arg, rc result)
{
    struct waiter *w = arg;
    w->result = result;
    sem_post(&w->done);
}

rc db_write(struct db *db, write_fn fn, void *arg)
{
    if (on_writer)
        return E_INTERNAL;
    struct waiter w = {0};
    sem_init(&w.done, 0, 0);
    rc r = submit(db, (struct job){.s = {.one = fn, .arg = arg, .done = waiter_done}, .done_arg = &w});
    if (r == OK) {
        while (sem_wait(&w.done) != 0)
            continue; /* a signal */
        r = w.result;
    }
    sem_destroy(&w.done);
    return r;
}

/* ---- start and stop ---- */
rc writers_start(struct db *db, struct err *err)
{
    struct writer_set *s = calloc(1, sizeof *s);
    if (!s)
        return E_NOMEM;
    db->writers = s;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    s->ring = calloc(db->opt.queue_max, sizeof *s->ring);
    s->each = calloc((size_t)db->opt.writers, sizeof *s->each);
    rc r = s->ring && s->each ? OK : E_NOMEM;
    for (int i = 0; i < db->opt.writers && r == OK; i++) {
        struct writer *w = &s->each[i];
        s->n_each++;
        w->db = db;
        w->batch = calloc(db->opt.batch_max, sizeof *w->batch);
        w->args = calloc(db->opt.batch_max, sizeof *w->args);
        w->results = calloc(db->opt.batch_max, sizeof *w->results);
        r = w->batch && w->args && w->results ? db->e->connect(db, true, &w->conn, err) : E_NOMEM;
        if (r == OK) {
            r = thread_start(&w->thread, "writer", writer_main, w);
            w->started = r == OK;
        }
    }
    if (r != OK)
        writers_stop(db);
    return r;
}

void writers_stop(struct db *db)
{
    struct writer_set *s = db->writers;
    if (!s)
        return;
    {
        LOCKED(&s->lock);
        s->stopping = true;
        pthread_cond_broadcast(&s->work);
    }
    for (int i = 0; i < s->n_each; i++) {
        struct writer *w = &s->each[i];
        if (w->started)
            pthread_join(w->thread, NULL);
        if (w->conn)
            db->e->disconnect(w->conn);
        free(w->batch);
        free(w->args);
        free(w->results);
    }
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    free(s->ring);
    free(s->each);
    free(s);
    db->writers = NULL;
}

int64_t writers_queue_peak(struct db *db)
{
    LOCKED(&db->writers->lock);
    return (int64_t)db->writers->peak;
}
