/* PostgreSQL: connections, transactions, errors. */
#include "db/postgres.h"

#include <stdlib.h>

static const char begin_read[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char savepoint[] = "SAVEPOINT handler";

/* Every write transaction takes this lock before its snapshot: shared, so that several run at once and SERIALIZABLE
 * sorts them out; or, after a lost race, alone, when nobody can be in the way (then its snapshot is the latest state
 * and plain REPEATABLE READ is serial). LOCK TABLE takes no snapshot, pg_advisory_lock would. */
static const char begin_write[] = "BEGIN ISOLATION LEVEL SERIALIZABLE";
static const char begin_alone[] = "BEGIN ISOLATION LEVEL REPEATABLE READ";
static const char lock_shared[] = "LOCK TABLE schema_migration IN ROW EXCLUSIVE MODE";
static const char lock_alone[] = "LOCK TABLE schema_migration IN EXCLUSIVE MODE";
static const char begin_setup[] = "BEGIN";
static const char lock_setup[] = "SELECT pg_advisory_xact_lock(7236834823)"; /* any fixed number */

/* The first schema of search_path is made when it is absent, so that several installations can share a database. */
static const char session[] =
    "SET client_min_messages = warning; SET timezone = 'UTC'; SET jit = off; SET extra_float_digits = 1;"
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';"
    "DO $$ BEGIN IF current_schema() IS NULL THEN PERFORM pg_advisory_xact_lock(7236834823);"
    " EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', btrim(split_part(current_setting('search_path'), ',', 1), ' "
    "\"')); END IF; END $$";

/* ---- errors ---- */
/* Class and code of PostgreSQL's Appendix A. */
static rc rc_of(const char *state, bool writing, bool *lost)
{
    static const struct {
        const char *prefix;
        rc code;
        bool lost;
    } known[] = {
        {"40001", E_BUSY, false},        {"40P01", E_BUSY, false},
        {"55P03", E_BUSY, false},        {"23505", E_CONFLICT, false},
        {"23503", E_CONFLICT, false},    {"23514", E_CONFLICT, false},
        {"23P01", E_CONFLICT, false},    {"22021", E_INVALID, false},
        {"08P01", E_INTERNAL, false}, /* a statement with other parameters than declared */
        {"08", E_UNAVAILABLE, true},     {"57P", E_UNAVAILABLE, true},
        {"57014", E_UNAVAILABLE, false}, {"53300", E_UNAVAILABLE, true},
        {"53100", E_IO, false},          {"53200", E_NOMEM, false},
        {"54", E_LIMIT, false},          {"58", E_IO, false},
        {"XX001", E_CORRUPT, false},     {"XX002", E_CORRUPT, false},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strncmp(state, known[i].prefix, strlen(known[i].prefix)) != 0)
            continue;
        *lost = known[i].lost;
        return known[i].code;
    }
    *lost = writing && strcmp(state, "25006") == 0; /* the primary has become a standby */
    return *lost ? E_UNAVAILABLE : E_INTERNAL;
}

/* A unique key as SQLite names it, "account.owner" or "t.a, t.b", from the table and "Key (a, b)=(1, 2) already
 * exists." (whatever the language of the words); other rules by their own names. */
static void put_rule(struct buf *out, const PGresult *res, const char *state)
{
    str table = str_of(PQresultErrorField(res, PG_DIAG_TABLE_NAME)),
        detail = str_of(PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL));
    ptrdiff_t from = str_chr(detail, '('), to = str_find(detail, STR(")=("));
    if (strcmp(state, "23505") != 0 || from < 0 || to < from) {
        buf_put(out, str_of(PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME)));
        return;
    }
    str cols = str_sub(detail, (size_t)from + 1, (size_t)(to - from) - 1);
    while (cols.p) {
        str col = str_trim(str_cut(&cols, ','));
        if (out->n)
            buf_put(out, STR(", "));
        buf_put(out, table);
        buf_putc(out, '.');
        buf_put(out, col);
    }
}

rc pg_error(struct tx *tx, const PGresult *res, str what)
{
    struct pg_conn *c = pg_of(tx->conn);
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    if (!state || PQstatus(c->h) == CONNECTION_BAD) {
        tx->conn->lost = true;
        return db_error(&tx->err, E_UNAVAILABLE, what, str_trim(str_of(PQerrorMessage(c->h))));
    }
    bool lost;
    rc r = rc_of(state, tx->writing, &lost);
    tx->conn->lost |= lost;
    if (r == E_BUSY && !tx->writing)
        r = E_UNAVAILABLE;
    if (r != E_CONFLICT)
        return db_error(&tx->err, r, what, str_of(PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)));
    struct buf rule = BUF_INIT(1024);
    put_rule(&rule, res, state);
    r = db_error(&tx->err, E_CONFLICT, what, buf_str(&rule));
    buf_free(&rule);
    return r;
}

/* ---- connections ---- */
static void quiet(void *arg, const PGresult *res) /* the server's notices: nobody reads them */
{
    (void)arg;
    (void)res;
}

/* What the address does not say itself. */
PGconn *pg_dial(const char *url)
{
    static const char *const keys[] = {"application_name",
                                       "connect_timeout",
                                       "target_session_attrs",
                                       "client_encoding",
                                       "tcp_user_timeout",
                                       "keepalives_idle",
                                       "dbname",
                                       NULL};
    const char *const values[] = {"rise", "5", "read-write", "UTF8", "30000", "30", url, NULL};
    return PQconnectdbParams(keys, values, 1);
}

static rc set_up(PGconn *h, struct err *err)
{
    PQsetNoticeReceiver(h, quiet, NULL);
    const char *encoding = PQparameterStatus(h, "server_encoding");
    if (encoding && strcmp(encoding, "UTF8") != 0)
        return ERR(err, E_INVALID, "DBS-018", N_("The PostgreSQL database must be encoded in UTF8, it is in {1}."),
                   str_of(encoding));
    PGresult *res = PQexec(h, session);
    bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
    PQclear(res);
    return ok ? OK
              : ERR(err, E_UNAVAILABLE, "DBS-002", N_("The database {1} cannot be opened: {2}"), str_of(PQdb(h)),
                    str_trim(str_of(PQerrorMessage(h))));
}

static rc connect_(struct db *db, bool writing, struct conn **out, struct err *err)
{
    struct pg_conn *c = calloc(1, sizeof *c);
    if (!c)
        return db_error(err, E_NOMEM, STR("connect"), STR_EMPTY);
    c->base.db = db;
    c->base.tx.conn = &c->base;
    c->base.tx.writing = writing;
    c->h = pg_dial(db->url);
    rc r = OK;
    if (PQstatus(c->h) != CONNECTION_OK)
        r = ERR(err, E_UNAVAILABLE, "DBS-002", N_("The database {1} cannot be opened: {2}"),
                str_of(c->h ? PQdb(c->h) : ""), str_trim(str_of(PQerrorMessage(c->h))));
    if (r == OK)
        r = set_up(c->h, err);
    if (r != OK) {
        PQfinish(c->h);
        free(c);
        return r;
    }
    *out = &c->base;
    return OK;
}

static void disconnect(struct conn *base)
{
    struct pg_conn *c = pg_of(base);
    for (size_t i = 0; i < base->stmts.room; i++)
        free(base->stmts.slot[i]);
    free(base->stmts.slot);
    PQfinish(c->h);
    free(c->sent);
    free(c);
}

void pg_drain(struct pg_conn *c)
{
    if (!c->draining)
        return;
    PGresult *res;
    while ((res = PQgetResult(c->h)))
        PQclear(res);
    c->draining = false;
}

bool pg_revive(struct tx *tx)
{
    struct pg_conn *c = pg_of(tx->conn);
    if (tx->writing)
        return false;
    PQreset(c->h);
    struct err err = {0};
    if (PQstatus(c->h) != CONNECTION_OK || set_up(c->h, &err) != OK)
        return false;
    for (size_t i = 0; i < c->base.stmts.room; i++)
        if (c->base.stmts.slot[i])
            ((struct pg_stmt *)c->base.stmts.slot[i])->state = PG_NEW;
    err_clear(&tx->err);
    tx->conn->lost = c->draining = c->started = false;
    c->ahead[0] = begin_read;
    c->n_ahead = 1;
    return true;
}

/* ---- transactions ---- */
static void ahead(struct pg_conn *c, const char *sql)
{
    if (c->n_ahead < AHEAD_MAX) /* at most BEGIN, LOCK, ROLLBACK TO, RELEASE, SAVEPOINT */
        c->ahead[c->n_ahead++] = sql;
}

static rc begin(struct tx *tx, enum begin_kind kind)
{
    struct pg_conn *c = pg_of(tx->conn);
    c->n_ahead = 0;
    c->started = false;
    switch (kind) {
    case BEGIN_READ:
        ahead(c, begin_read);
        break;
    case BEGIN_WRITE:
        ahead(c, begin_write);
        ahead(c, lock_shared);
        break;
    case BEGIN_WRITE_ALONE:
        ahead(c, begin_alone);
        ahead(c, lock_alone);
        break;
    case BEGIN_SETUP:
        ahead(c, begin_setup);
        ahead(c, lock_setup);
        break;
    }
    return OK;
}

/* Reading ends without waiting for the server to say so. */
static void rollback(struct tx *tx)
{
    struct pg_conn *c = pg_of(tx->conn);
    c->n_ahead = 0;
    if (tx->conn->lost)
        return;
    if (c->open && pg_flush(tx, NULL, STR("rollback"), NULL) != OK && tx->conn->lost)
        return;
    if (!c->started)
        return;
    c->started = false;
    if (!tx->writing && PQsendQuery(c->h, "ROLLBACK")) {
        c->draining = true;
        return;
    }
    PGresult *res = PQexec(c->h, "ROLLBACK");
    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        tx->conn->lost = true;
    PQclear(res);
}

static rc commit(struct tx *tx)
{
    struct pg_conn *c = pg_of(tx->conn);
    if (!c->started) { /* no handler said anything */
        c->n_ahead = 0;
        return OK;
    }
    bool committed;
    rc r = pg_flush(tx, "COMMIT", STR("commit"), &committed);
    if (r == OK && !committed)
        r = db_error(&tx->err, E_INTERNAL, STR("commit"), STR("the transaction had failed"));
    if (r == OK)
        c->started = false;
    else
        rollback(tx);
    return r;
}

static rc settle(struct tx *tx)
{
    return pg_of(tx->conn)->open ? pg_flush(tx, NULL, STR("transaction"), NULL) : OK;
}

static rc mark(struct tx *tx)
{
    TRY(settle(tx)); /* whatever of the handlers before fails must fail now, not inside this savepoint */
    ahead(pg_of(tx->conn), savepoint);
    return OK;
}

/* A savepoint that was never sent needs no end. */
static bool unsent(struct pg_conn *c)
{
    if (c->n_ahead == 0 || c->ahead[c->n_ahead - 1] != savepoint)
        return false;
    c->n_ahead--;
    return true;
}

static rc keep(struct tx *tx)
{
    struct pg_conn *c = pg_of(tx->conn);
    if (!unsent(c))
        ahead(c, "RELEASE handler");
    return OK;
}

static rc undo(struct tx *tx)
{
    struct pg_conn *c = pg_of(tx->conn);
    if (unsent(c))
        return OK;
    if (settle(tx) != OK && tx->conn->lost) /* what was sent may fail: it is undone anyway */
        return E_UNAVAILABLE;
    ahead(c, "ROLLBACK TO handler");
    ahead(c, "RELEASE handler");
    return OK;
}

static int64_t changes(struct tx *tx)
{
    return pg_of(tx->conn)->changes;
}

static rc script(struct tx *tx, str sql)
{
    struct pg_conn *c = pg_of(tx->conn);
    if (c->n_ahead)
        TRY(pg_flush(tx, NULL, STR("schema"), NULL));
    struct buf text = BUF_INIT(2 * sql.n + 4096);
    sqlmap_postgres(&text, sql);
    rc r = buf_rc(&text);
    if (r == OK && text.n) {
        PGresult *res = PQexec(c->h, text.p);
        ExecStatusType status = PQresultStatus(res);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
            r = pg_error(tx, res, STR("schema"));
        PQclear(res);
    }
    buf_free(&text);
    return r;
}

static rc start(struct db *db, struct err *err)
{
    (void)db;
    return PQisthreadsafe() ? OK : db_error(err, E_INTERNAL, STR("libpq"), STR("it is not thread-safe"));
}

static void stop(struct db *db)
{
    (void)db;
}

const struct engine postgres_engine = {
    .error_aborts = true,
    .start = start,
    .stop = stop,
    .connect = connect_,
    .disconnect = disconnect,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .settle = settle,
    .mark = mark,
    .keep = keep,
    .undo = undo,
    .changes = changes,
    .prepare = pg_prepare,
    .exec = pg_exec,
    .select = pg_select,
    .next = pg_next,
    .end = pg_end,
    .null = pg_null,
    .integer = pg_integer,
    .bytes = pg_bytes,
    .pipe_begin = pg_pipe_begin,
    .pipe_add = pg_pipe_add,
    .pipe_end = pg_pipe_end,
    .script = script,
    .backup = pg_backup,
    .restore = pg_restore,
    .check = pg_check,
};
