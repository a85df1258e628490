/* PostgreSQL: statements and pipelines, with binary parameters and results. */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/postgres.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_VARCHAR = 1043 };

/* ---- what is declared ---- */
static Oid param_type(char letter)
{
    switch (letter) {
    case 'i':
    case 'I':
        return OID_INT8;
    case 'b':
    case 'B':
        return OID_BYTEA;
    default:
        return OID_TEXT;
    }
}

static bool column_fits(char letter, Oid type)
{
    switch (letter) {
    case 'i':
    case 'I':
        return type == OID_INT8 || type == OID_INT4 || type == OID_INT2; /* a literal 1 is an int4 */
    case 'b':
    case 'B':
        return type == OID_BYTEA;
    default:
        return type == OID_TEXT || type == OID_VARCHAR;
    }
}

static rc check_columns(struct tx *tx, const struct query *q, const PGresult *res)
{
    int n = PQnfields(res);
    bool fits = (size_t)n == strlen(q->cols);
    for (int i = 0; fits && i < n; i++)
        fits = column_fits(q->cols[i], PQftype(res, i));
    return fits ? OK : db_error(&tx->err, E_INTERNAL, str_of(q->name), STR("its columns are not those declared"));
}

/* ---- sending ---- */
/* Room is made before anything is sent: what was sent must be remembered. */
static bool remember(struct pg_conn *c, struct pg_sent what)
{
    if (c->n_sent == c->room_sent) {
        size_t room = c->room_sent ? 2 * c->room_sent : 64;
        struct pg_sent *sent = realloc(c->sent, room * sizeof *sent);
        if (!sent)
            return false;
        c->sent = sent;
        c->room_sent = room;
    }
    c->sent[c->n_sent++] = what;
    return true;
}

static bool send_text(struct pg_conn *c, const char *sql)
{
    return remember(c, (struct pg_sent){.kind = SENT_AHEAD}) &&
           PQsendQueryParams(c->h, sql, 0, NULL, NULL, NULL, NULL, 1);
}

static bool pipeline_open(struct pg_conn *c)
{
    if (!c->open) {
        pg_drain(c);
        c->n_sent = 0;
        if (PQstatus(c->h) != CONNECTION_OK || !PQenterPipelineMode(c->h))
            return false;
        c->open = true;
    }
    for (int i = 0; i < c->n_ahead; i++)
        if (!send_text(c, c->ahead[i]))
            return false;
    if (c->n_ahead)
        c->started = true;
    c->n_ahead = 0;
    return true;
}

static bool send_prepare(struct pg_conn *c, struct pg_stmt *s)
{
    const char *params = s->base.q->params;
    Oid types[DB_PARAMS_MAX];
    int n = 0;
    for (; n < DB_PARAMS_MAX && params[n]; n++)
        types[n] = param_type(params[n]);
    if (!remember(c, (struct pg_sent){SENT_PREPARE, s, c->base.tx.kind}) ||
        !PQsendPrepare(c->h, s->name, s->base.q->sql, n, types))
        return false;
    s->state = PG_SENT;
    return true;
}

struct arguments { /* as libpq wants them */
    const char *value[DB_PARAMS_MAX];
    int length[DB_PARAMS_MAX], format[DB_PARAMS_MAX];
    uint64_t number[DB_PARAMS_MAX];
};

static rc arguments(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct arguments *a)
{
    for (size_t i = 0; i < n; i++) {
        a->format[i] = 1;
        switch (v[i].type) {
        case VAL_NULL:
            a->value[i] = NULL;
            a->length[i] = 0;
            break;
        case VAL_INT:
            a->number[i] = htobe64((uint64_t)v[i].i);
            a->value[i] = (const char *)&a->number[i];
            a->length[i] = sizeof a->number[i];
            break;
        case VAL_TEXT:
        case VAL_BLOB:
            if (v[i].s.n > INT32_MAX / 2)
                return db_error(&tx->err, E_LIMIT, str_of(q->name), STR_EMPTY);
            a->value[i] = v[i].s.p ? v[i].s.p : "";
            a->length[i] = (int)v[i].s.n;
            break;
        }
    }
    return OK;
}

static bool send_statement(struct pg_conn *c, struct pg_stmt *s, const struct arguments *a, int n)
{
    if (s->state == PG_NEW && !send_prepare(c, s))
        return false;
    return remember(c, (struct pg_sent){SENT_STATEMENT, s, c->base.tx.kind}) &&
           PQsendQueryPrepared(c->h, s->name, n, a->value, a->length, a->format, 1);
}

/* ---- receiving ---- */
static int64_t affected_by(struct pg_conn *c, PGresult *res)
{
    const char *tag = PQcmdStatus(res);
    if (strncmp(tag, "SELECT", 6) == 0)
        return 0;
    int64_t n = 0;
    if (str_to_i64(str_of(PQcmdTuples(res)), &n) != OK)
        return 0;
    c->changes += n;
    return n;
}

static bool good(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Takes the answer to one message; the first failure is the one reported. */
static PGresult *answer(struct tx *tx, struct pg_sent sent, rc *r)
{
    struct pg_conn *c = pg_of(tx->conn);
    PGresult *res = PQgetResult(c->h);
    bool ok = res && good(res);
    str what = sent.stmt ? str_of(sent.stmt->base.q->name) : STR("transaction");
    if (sent.kind == SENT_PREPARE)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): only BEGIN and the like have no statement */
        sent.stmt->state = ok ? PG_READY : PG_NEW;
    if (!ok && *r == OK) {
        *r = pg_error(tx, res, what);
        tx->late = sent.owner;
    }
    if (res) {
        PGresult *end = PQgetResult(c->h); /* NULL ends each message's answer */
        PQclear(end);
    }
    return res;
}

/* Reads all answers; `last` (may be NULL) receives that to the last message, `affected` what each of the pipe's did. */
static rc collect(struct tx *tx, PGresult **last, int64_t *affected, size_t n)
{
    struct pg_conn *c = pg_of(tx->conn);
    rc r = OK;
    if (!PQpipelineSync(c->h))
        r = pg_error(tx, NULL, STR("pipeline"));
    size_t at = 0;
    for (size_t i = 0; i < c->n_sent && !tx->conn->lost; i++) {
        PGresult *res = answer(tx, c->sent[i], &r);
        if (res && c->sent[i].kind == SENT_STATEMENT && good(res)) {
            int64_t count = affected_by(c, res);
            if (affected && i >= c->pipe_from && at < n)
                affected[at++] = count;
        }
        if (last && i + 1 == c->n_sent)
            *last = res;
        else
            PQclear(res);
    }
    c->open = false;
    c->n_sent = 0;
    if (tx->conn->lost)
        return r;
    PGresult *sync = PQgetResult(c->h);
    if (!sync || PQresultStatus(sync) != PGRES_PIPELINE_SYNC || !PQexitPipelineMode(c->h)) {
        tx->conn->lost = true; /* out of step with the server: of no further use */
        if (r == OK)
            r = pg_error(tx, NULL, STR("pipeline"));
    }
    PQclear(sync);
    return r;
}

rc pg_flush(struct tx *tx, const char *last, str what, bool *committed)
{
    struct pg_conn *c = pg_of(tx->conn);
    if (!pipeline_open(c) || (last && !send_text(c, last)))
        return pg_error(tx, NULL, what);
    PGresult *res = NULL;
    rc r = collect(tx, &res, NULL, 0);
    /* COMMIT of a transaction that had failed answers ROLLBACK, and no error. */
    if (committed)
        *committed = r == OK && res && strcmp(PQcmdStatus(res), "COMMIT") == 0;
    PQclear(res);
    return r;
}

/* ---- one statement ---- */
static rc stmt_get(struct tx *tx, const struct query *q, struct pg_stmt **out)
{
    struct pg_conn *c = pg_of(tx->conn);
    *out = (struct pg_stmt *)stmt_find(&c->base.stmts, q);
    if (*out)
        return OK;
    if (strlen(q->params) > DB_PARAMS_MAX || strlen(q->cols) > DB_COLS_MAX)
        return db_error(&tx->err, E_INTERNAL, str_of(q->name), STR("it has too many parameters or columns"));
    struct pg_stmt *s = calloc(1, sizeof *s);
    if (s) {
        s->base.q = q;
        snprintf(s->name, sizeof s->name, "q%zu", c->base.stmts.n);
    }
    if (!s || stmt_add(&c->base.stmts, &s->base) != OK) {
        free(s);
        return db_error(&tx->err, E_NOMEM, str_of(q->name), STR_EMPTY);
    }
    *out = s;
    return OK;
}

static rc run_once(struct tx *tx, struct pg_stmt *s, const struct arguments *a, int n, PGresult **out)
{
    struct pg_conn *c = pg_of(tx->conn);
    str name = str_of(s->base.q->name);
    if (!c->open && c->n_ahead == 0 && s->state == PG_READY) {
        *out = PQexecPrepared(c->h, s->name, n, a->value, a->length, a->format, 1);
        if (!*out || !good(*out))
            return pg_error(tx, *out, name);
        affected_by(c, *out);
        return OK;
    }
    if (!pipeline_open(c) || !send_statement(c, s, a, n))
        return pg_error(tx, NULL, name);
    return collect(tx, out, NULL, 0);
}

static rc run(struct tx *tx, const struct query *q, const struct val *v, size_t n, PGresult **out)
{
    struct pg_stmt *s;
    struct arguments a;
    TRY(arguments(tx, q, v, n, &a));
    TRY(stmt_get(tx, q, &s));
    bool first = !pg_of(tx->conn)->started;
    rc r = run_once(tx, s, &a, (int)n, out);
    if (tx->conn->lost && first && pg_revive(tx)) {
        PQclear(*out);
        *out = NULL;
        r = run_once(tx, s, &a, (int)n, out);
    }
    if (r == OK && !s->checked) {
        r = check_columns(tx, q, *out);
        s->checked = r == OK;
    }
    return r;
}

/* Nobody waits for this statement: it goes out with what follows it. Its change is counted as if it had been made. */
static rc send_only(struct tx *tx, const struct query *q, const struct val *v, size_t n)
{
    struct pg_conn *c = pg_of(tx->conn);
    struct pg_stmt *s;
    struct arguments a;
    TRY(arguments(tx, q, v, n, &a));
    TRY(stmt_get(tx, q, &s));
    c->changes++;
    tx->deferred = true;
    return pipeline_open(c) && send_statement(c, s, &a, (int)n) ? OK : pg_error(tx, NULL, str_of(q->name));
}

rc pg_exec(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *affected)
{
    if (tx->defer && !affected)
        return send_only(tx, q, v, n);
    PGresult *res = NULL;
    rc r = run(tx, q, v, n, &res);
    if (r == OK && affected && str_to_i64(str_of(PQcmdTuples(res)), affected) != OK)
        *affected = 0;
    PQclear(res);
    return r;
}

rc pg_select(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out)
{
    PGresult *res = NULL;
    rc r = run(tx, q, v, n, &res);
    if (r != OK) {
        PQclear(res);
        return r;
    }
    out->engine = res;
    out->at = -1;
    return OK;
}

/* Parameters are checked by their number only: their types were declared, and whatever does not go with them failed
 * already. */
rc pg_prepare(struct tx *tx, const struct query *q)
{
    struct pg_conn *c = pg_of(tx->conn);
    struct pg_stmt *s;
    TRY(stmt_get(tx, q, &s));
    if (!pipeline_open(c) || (s->state == PG_NEW && !send_prepare(c, s)))
        return pg_error(tx, NULL, str_of(q->name));
    TRY(collect(tx, NULL, NULL, 0));
    PGresult *res = PQdescribePrepared(c->h, s->name);
    rc r = res && good(res) ? OK : pg_error(tx, res, str_of(q->name));
    if (r == OK && (size_t)PQnparams(res) != strlen(q->params))
        r = db_error(&tx->err, E_INTERNAL, str_of(q->name), STR("its parameters are not those declared"));
    if (r == OK)
        r = check_columns(tx, q, res);
    PQclear(res);
    return r;
}

/* ---- rows ---- */
bool pg_next(struct rows *r)
{
    PGresult *res = r->engine;
    if (++r->at >= PQntuples(res)) {
        pg_end(r);
        r->engine = NULL;
        return false;
    }
    for (int i = 0; r->q->cols[i]; i++) {
        if (!PQgetisnull(res, (int)r->at, i) || r->q->cols[i] < 'a') /* a capital allows NULL */
            continue;
        r->error = db_error(&r->tx->err, E_INTERNAL, str_of(r->q->name),
                            STR("a column is NULL that was declared never to be"));
        return false;
    }
    return true;
}

void pg_end(struct rows *r)
{
    PQclear(r->engine);
}

bool pg_null(const struct rows *r, int col)
{
    return PQgetisnull(r->engine, (int)r->at, col) != 0;
}

int64_t pg_integer(const struct rows *r, int col)
{
    const unsigned char *p = (const unsigned char *)PQgetvalue(r->engine, (int)r->at, col);
    int n = PQgetlength(r->engine, (int)r->at, col);
    if (n == 0)
        return 0;
    uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0; /* the sign goes all the way up */
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

str pg_bytes(const struct rows *r, int col)
{
    if (pg_null(r, col))
        return (str){0};
    return (str){PQgetvalue(r->engine, (int)r->at, col), (size_t)PQgetlength(r->engine, (int)r->at, col)};
}

/* ---- pipes ---- */
rc pg_pipe_begin(struct tx *tx)
{
    struct pg_conn *c = pg_of(tx->conn);
    if (!pipeline_open(c))
        return pg_error(tx, NULL, STR("pipe"));
    c->pipe_from = c->n_sent;
    return OK;
}

rc pg_pipe_add(struct tx *tx, const struct query *q, const struct val *v, size_t n)
{
    struct pg_stmt *s;
    struct arguments a;
    TRY(arguments(tx, q, v, n, &a));
    TRY(stmt_get(tx, q, &s));
    return send_statement(pg_of(tx->conn), s, &a, (int)n) ? OK : pg_error(tx, NULL, str_of(q->name));
}

rc pg_pipe_end(struct tx *tx, int64_t *affected, size_t n)
{
    rc r = collect(tx, NULL, affected, n);
    pg_of(tx->conn)->pipe_from = 0;
    return r;
}
