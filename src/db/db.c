#include "db/db.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/utf8.h"
#include "db/engine.h"
#include "sys/clock.h"
#include "sys/thread.h"

/* How long a reader waits for one of PostgreSQL's connections before it is told to come again. */
enum { POOL_WAIT_S = 10 };

/* ---- errors ---- */
rc db_error_note(struct err *err, rc code, str what, str detail)
{
    switch (code) {
    case E_CONFLICT:
        return ERR(err, code, "DBS-005", N_("A rule of the stored data forbids this ({1})."), detail);
    case E_BUSY:
    case E_UNAVAILABLE:
        return ERR(err, code, "DBS-006", N_("The database does not answer now. Please try again in a moment."), what,
                   detail);
    case E_IO:
        return ERR(err, code, "DBS-007", N_("The database could not use its disk: {2} ({1})"), what, detail);
    case E_CORRUPT:
        return ERR(err, code, "DBS-008", N_("The database is damaged: {2} ({1})"), what, detail);
    case E_INVALID:
        return ERR(err, code, "DBS-009", N_("A text holds bytes that are not UTF-8, or the character NUL ({1})."),
                   what);
    case E_LIMIT:
        return ERR(err, code, "DBS-010", N_("A value is too large to be stored ({1})."), what);
    case E_NOMEM:
        return ERR(err, code, "DBS-011", N_("There is not enough memory ({1})."), what);
    case OK:
    case E_AUTH:
    case E_DENIED:
    case E_NOTFOUND:
    case E_INTERNAL:
        break;
    }
    return ERR(err, E_INTERNAL, "DBS-004", N_("The database refused {1}: {2}"), what, detail);
}

void db_err_copy(struct err *to, const struct err *from)
{
    if (to && from->code != OK)
        (void)err_set(to, from->code, from->main.code, from->main.msgid, from->main.arg, from->main.n_args);
}

static rc tx_fail(struct tx *tx, rc code)
{
    if (code != OK && tx->failed == OK)
        tx->failed = code;
    return code;
}

#ifdef DB_FAULTS
_Atomic int64_t db_fault_count, db_fault_at;
_Atomic bool db_fault_forever;

bool db_fault_now(void)
{
    int64_t n = ++db_fault_count, at = db_fault_at;
    return at > 0 && (n == at || (db_fault_forever && n > at));
}
#endif

/* ---- open and close ---- */
static rc pool_take(struct db *db, struct conn **out, struct err *err)
{
    struct pool *p = &db->pool;
    {
        LOCKED(&p->lock);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += POOL_WAIT_S;
        while (!p->free && p->max && p->open >= p->max) {
            if (pthread_cond_timedwait(&p->returned, &p->lock, &until) == ETIMEDOUT)
                return db_error(err, E_UNAVAILABLE, STR("read"), STR("every connection is busy"));
        }
        if (p->free) {
            *out = p->free;
            p->free = p->free->next;
            return OK;
        }
        p->open++;
    }
    rc r = db->e->connect(db, false, out, err);
    if (r != OK) {
        LOCKED(&p->lock);
        p->open--;
        pthread_cond_signal(&p->returned);
    }
    return r;
}

static void pool_give(struct db *db, struct conn *c)
{
    struct pool *p = &db->pool;
    bool lost = c->lost;
    if (lost)
        db->e->disconnect(c);
    LOCKED(&p->lock);
    if (lost) {
        p->open--;
    } else {
        c->next = p->free;
        p->free = c;
    }
    pthread_cond_signal(&p->returned);
}

static void pool_close(struct db *db)
{
    struct conn *c = db->pool.free;
    while (c) {
        struct conn *next = c->next;
        db->e->disconnect(c);
        c = next;
    }
    pthread_cond_destroy(&db->pool.returned);
    pthread_mutex_destroy(&db->pool.lock);
}

static void db_free(struct db *db)
{
    db->e->stop(db);
    free(db->url);
    free(db);
}

static void default_options(struct db *db, const struct db_options *options)
{
    if (options)
        db->opt = *options;
    if (db->opt.readers <= 0)
        db->opt.readers = 2 * cpu_count() + 4;
    if (db->opt.writers <= 0 || db->kind == DB_SQLITE)
        db->opt.writers = 1;
    if (db->opt.queue_max == 0)
        db->opt.queue_max = 8192;
    if (db->opt.batch_max == 0)
        db->opt.batch_max = 512;
}

static const struct engine *engine_of(str *url, enum db_engine *kind)
{
    if (str_starts(*url, STR("sqlite:"))) {
        *kind = DB_SQLITE;
        *url = str_sub(*url, 7, SIZE_MAX);
        return url->n ? &sqlite_engine : NULL;
    }
    *kind = DB_POSTGRES;
    if (str_starts(*url, STR("postgresql://")) || str_starts(*url, STR("postgres://")))
        return &postgres_engine;
    return NULL;
}

rc db_open(str url, const struct db_options *options, struct db **out, struct err *err)
{
    enum db_engine kind;
    const struct engine *e = engine_of(&url, &kind);
    if (!e)
        return ERR(err, E_INVALID, "DBS-001",
                   N_("A database address starts with sqlite: or postgresql://, not with {1}."), str_sub(url, 0, 12));
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        return E_NOMEM;
    watch_start();
    db->e = e;
    db->kind = kind;
    default_options(db, options);
    pthread_mutex_init(&db->pool.lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&db->pool.returned, &attr);
    pthread_condattr_destroy(&attr);
    db->pool.max = kind == DB_POSTGRES ? db->opt.readers : 0;
    db->url = strndup(url.p, url.n);
    rc r = db->url ? e->start(db, err) : E_NOMEM;
    if (r == OK)
        r = migrate_table(db, err);
    if (r == OK)
        r = writers_start(db, err);
    if (r != OK) {
        pool_close(db);
        db_free(db);
        return r;
    }
    *out = db;
    return OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    writers_stop(db);
    pool_close(db);
    db_free(db);
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->kind;
}

void db_stats(struct db *db, struct db_stats *out)
{
    *out = (struct db_stats){db->commits, db->handlers, db->retries, writers_queue_peak(db)};
}

rc db_backup(struct db *db, const char *path, struct err *err)
{
    return db->e->backup(db, path, err);
}

rc db_restore(str url, const char *path, struct err *err)
{
    enum db_engine kind;
    const struct engine *e = engine_of(&url, &kind);
    if (!e)
        return ERR(err, E_INVALID, "DBS-001",
                   N_("A database address starts with sqlite: or postgresql://, not with {1}."), str_sub(url, 0, 12));
    return e->restore(url, path, err);
}

rc db_check(struct db *db, struct err *err)
{
    return db->e->check(db, err);
}

/* ---- reading ---- */
rc db_read_begin(struct db *db, struct tx **out)
{
    *out = NULL;
    struct err err = {0};
    /* A pooled connection may have died while it lay idle: a second one is tried before giving up. */
    for (int try = 0;; try++) {
        struct conn *c;
        TRY(pool_take(db, &c, &err));
        struct tx *tx = &c->tx;
        err_clear(&tx->err);
        tx->failed = OK;
        tx->lost = tx->piping = false;
        tx->now = clock_now();
        rc r = DB_FAULT() ? E_UNAVAILABLE : db->e->begin(tx, BEGIN_READ);
        if (r == OK) {
            *out = tx;
            return OK;
        }
        bool again = c->lost && try == 0;
        pool_give(db, c);
        if (!again)
            return r;
    }
}

void db_read_end(struct tx *tx)
{
    if (!tx)
        return;
    if (tx->piping)
        (void)pipe_end(tx, NULL, 0);
    tx->conn->db->e->rollback(tx);
    pool_give(tx->conn->db, tx->conn);
}

struct err *tx_err(struct tx *tx)
{
    return &tx->err;
}

enum db_engine tx_engine(const struct tx *tx)
{
    return tx->conn->db->kind;
}

instant tx_now(const struct tx *tx)
{
    return tx->now;
}

/* ---- statements ---- */
static bool value_fits(char letter, const struct val *v)
{
    switch (v->type) {
    case VAL_NULL:
        return letter == 'I' || letter == 'T' || letter == 'B';
    case VAL_INT:
        return letter == 'i' || letter == 'I';
    case VAL_TEXT:
        return letter == 't' || letter == 'T';
    case VAL_BLOB:
        return letter == 'b' || letter == 'B';
    }
    return false;
}

/* What must hold before an engine sees a statement. PostgreSQL would refuse bad text, SQLite would store it: we refuse
 * it for both. */
static rc statement_ready(struct tx *tx, const struct query *q, const struct val *v, size_t n)
{
    if (tx->failed != OK)
        return tx->failed;
    str name = str_of(q->name);
    size_t i = 0;
    for (; i < n && q->params[i]; i++) {
        if (!value_fits(q->params[i], &v[i]))
            break;
        if (v[i].type == VAL_TEXT && v[i].s.n && (memchr(v[i].s.p, 0, v[i].s.n) || !utf8_valid(v[i].s)))
            return tx_fail(tx, db_error(&tx->err, E_INVALID, name, STR_EMPTY));
    }
    if (i != n || q->params[i])
        return tx_fail(tx, ERR(&tx->err, E_INTERNAL, "DBS-003",
                               N_("Statement {1} takes parameters \"{2}\" and got others."), name, str_of(q->params)));
    if (DB_FAULT())
        return tx_fail(tx, db_error(&tx->err, E_UNAVAILABLE, name, STR("injected fault")));
    watch_note(tx, q);
    return OK;
}

static rc misused(struct tx *tx, const struct query *q, str why)
{
    return tx_fail(tx, db_error(&tx->err, E_INTERNAL, q ? str_of(q->name) : STR("pipe"), why));
}

rc db_exec(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *affected)
{
    TRY(statement_ready(tx, q, v, n));
    if (tx->piping || q->cols[0])
        return misused(tx, q, STR("db_exec inside a pipe or with a result"));
    return tx_fail(tx, tx->conn->db->e->exec(tx, q, v, n, affected));
}

rc db_select(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out)
{
    *out = (struct rows){.tx = tx, .q = q};
    rc r = statement_ready(tx, q, v, n);
    if (r == OK && (tx->piping || !q->cols[0]))
        r = misused(tx, q, STR("db_select inside a pipe or without a result"));
    if (r == OK)
        r = tx_fail(tx, tx->conn->db->e->select(tx, q, v, n, out));
    out->error = r;
    return r;
}

bool rows_next(struct rows *r)
{
    if (r->error != OK || !r->engine)
        return false;
    if (DB_FAULT())
        r->error = db_error(&r->tx->err, E_UNAVAILABLE, str_of(r->q->name), STR("injected fault"));
    else if (r->tx->conn->db->e->next(r))
        return true;
    r->error = tx_fail(r->tx, r->error);
    return false;
}

rc rows_end(struct rows *r)
{
    if (r->engine)
        r->tx->conn->db->e->end(r);
    r->engine = NULL;
    return r->tx ? tx_fail(r->tx, r->error) : r->error;
}

rc db_one(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out)
{
    TRY(db_select(tx, q, v, n, out));
    if (rows_next(out))
        return OK;
    TRY(rows_end(out));
    return E_NOTFOUND;
}

rc db_one_int(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *out)
{
    struct rows r;
    TRY(db_one(tx, q, v, n, &r));
    *out = row_int(&r, 0);
    return rows_end(&r);
}

bool row_null(const struct rows *r, int col)
{
    return r->tx->conn->db->e->null(r, col);
}

int64_t row_int(const struct rows *r, int col)
{
    return r->tx->conn->db->e->integer(r, col);
}

str row_text(const struct rows *r, int col)
{
    return r->tx->conn->db->e->bytes(r, col);
}

str row_dup(const struct rows *r, int col, struct arena *a)
{
    str s = row_text(r, col);
    return s.p ? arena_str(a, s) : s;
}

/* ---- pipes ---- */
rc pipe_begin(struct tx *tx)
{
    if (tx->failed != OK)
        return tx->failed;
    if (tx->piping)
        return misused(tx, NULL, STR("a pipe is open"));
    TRY(tx_fail(tx, tx->conn->db->e->pipe_begin(tx)));
    tx->piping = true;
    return OK;
}

rc pipe_add(struct tx *tx, const struct query *q, const struct val *v, size_t n)
{
    TRY(statement_ready(tx, q, v, n));
    if (!tx->piping || q->cols[0])
        return misused(tx, q, STR("pipe_add without a pipe or with a result"));
    return tx_fail(tx, tx->conn->db->e->pipe_add(tx, q, v, n));
}

/* The engine's pipe is closed even when a statement failed: the connection goes on to the rollback. */
rc pipe_end(struct tx *tx, int64_t *affected, size_t n)
{
    if (!tx->piping)
        return tx->failed != OK ? tx->failed : misused(tx, NULL, STR("no pipe is open"));
    tx->piping = false;
    rc r = tx_fail(tx, tx->conn->db->e->pipe_end(tx, affected, n));
    return tx->failed != OK ? tx->failed : r;
}
