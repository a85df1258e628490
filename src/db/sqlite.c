/* SQLite: statements and their rows. */
#include "db/sqlite.h"

#include <stdlib.h>

struct sq_stmt {
    struct stmt base;
    sqlite3_stmt *s;
    int n_params, n_cols;
    int index[DB_PARAMS_MAX]; /* of $1, $2, …: SQLite takes them for names and numbers them as they come */
    bool busy;                /* a result is being read */
    bool cached;
};

rc sq_rc(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return E_BUSY;
    case SQLITE_NOMEM:
        return E_NOMEM;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
        return E_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return E_CORRUPT;
    case SQLITE_TOOBIG:
        return E_LIMIT;
    case SQLITE_CONSTRAINT:
        switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
        case SQLITE_CONSTRAINT_CHECK:
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return E_CONFLICT;
        default: /* NOT NULL, a value of another type: the statement is wrong, not the data */
            return E_INTERNAL;
        }
    default:
        return E_INTERNAL;
    }
}

/* "UNIQUE constraint failed: account.email" → "account.email"; a named CHECK gives its name. */
static str constraint_of(str message)
{
    str mark = STR("constraint failed: ");
    ptrdiff_t at = str_find(message, mark);
    return at < 0 ? message : str_sub(message, (size_t)at + mark.n, SIZE_MAX);
}

rc sq_error(struct tx *tx, int code, str what)
{
    sqlite3 *h = sq_of(tx->conn)->h;
    rc r = sq_rc(code);
    str message = str_of(sqlite3_errmsg(h));
    /* Some failures make SQLite roll everything back by itself (disk full, out of memory). */
    if (tx->writing && sqlite3_get_autocommit(h))
        tx->lost = true;
    if (r == E_BUSY && !tx->writing)
        r = E_UNAVAILABLE;
    return db_error(&tx->err, r, what, r == E_CONFLICT ? constraint_of(message) : message);
}

int sq_step(sqlite3_stmt *s)
{
    sqlite3_step(s);
    return sqlite3_reset(s);
}

/* ---- prepare ---- */
static void stmt_free(struct sq_stmt *s)
{
    sqlite3_finalize(s->s);
    free(s);
}

void sq_stmts_free(struct stmt_cache *c)
{
    for (size_t i = 0; i < c->room; i++)
        if (c->slot[i])
            stmt_free((struct sq_stmt *)c->slot[i]);
    free(c->slot);
    *c = (struct stmt_cache){0};
}

/* Finds where each $k stands; false when the statement and its declaration differ. */
static bool stmt_matches(struct sq_stmt *s)
{
    size_t params = strlen(s->base.q->params), cols = strlen(s->base.q->cols);
    if (params > DB_PARAMS_MAX || (size_t)sqlite3_bind_parameter_count(s->s) != params ||
        (size_t)sqlite3_column_count(s->s) != cols)
        return false;
    for (int i = 0; i < (int)params; i++) {
        char name[16];
        sqlite3_snprintf(sizeof name, name, "$%d", i + 1);
        s->index[i] = sqlite3_bind_parameter_index(s->s, name);
        if (s->index[i] == 0)
            return false;
    }
    s->n_params = (int)params;
    s->n_cols = (int)cols;
    return true;
}

static rc stmt_new(struct tx *tx, const struct query *q, struct sq_stmt **out)
{
    struct sq_stmt *s = calloc(1, sizeof *s);
    if (!s)
        return db_error(&tx->err, E_NOMEM, str_of(q->name), STR_EMPTY);
    s->base.q = q;
    int code = sqlite3_prepare_v3(sq_of(tx->conn)->h, q->sql, -1, SQLITE_PREPARE_PERSISTENT, &s->s, NULL);
    rc r = OK;
    if (code != SQLITE_OK)
        r = sq_error(tx, code, str_of(q->name));
    else if (!stmt_matches(s))
        r = db_error(&tx->err, E_INTERNAL, str_of(q->name), STR("its parameters or columns are not those declared"));
    if (r != OK) {
        stmt_free(s);
        return r;
    }
    *out = s;
    return OK;
}

/* The connection's statement; a second one while the first one's rows are still being read. */
static rc stmt_get(struct tx *tx, const struct query *q, struct sq_stmt **out)
{
    struct stmt_cache *c = &tx->conn->stmts;
    struct stmt *found = stmt_find(c, q);
    *out = (struct sq_stmt *)found;
    if (found && !(*out)->busy)
        return OK;
    TRY(stmt_new(tx, q, out));
    if (found)
        return OK;
    if (stmt_add(c, &(*out)->base) != OK) {
        stmt_free(*out);
        return db_error(&tx->err, E_NOMEM, str_of(q->name), STR_EMPTY);
    }
    (*out)->cached = true;
    return OK;
}

static void stmt_put(struct sq_stmt *s)
{
    s->busy = false;
    if (!s->cached)
        stmt_free(s);
}

rc sqlite_prepare(struct tx *tx, const struct query *q)
{
    struct sq_stmt *s;
    TRY(stmt_get(tx, q, &s));
    stmt_put(s);
    return OK;
}

/* ---- run ---- */
/* `keep`: the values may be gone before the last row is read, so SQLite copies them. */
static rc bind(struct tx *tx, struct sq_stmt *s, const struct val *v, bool keep)
{
    sqlite3_destructor_type life = keep ? SQLITE_TRANSIENT : SQLITE_STATIC;
    for (int i = 0; i < s->n_params; i++) {
        int code = SQLITE_OK;
        const char *p = v[i].s.p ? v[i].s.p : ""; /* a NULL pointer would bind NULL */
        switch (v[i].type) {
        case VAL_NULL:
            code = sqlite3_bind_null(s->s, s->index[i]);
            break;
        case VAL_INT:
            code = sqlite3_bind_int64(s->s, s->index[i], v[i].i);
            break;
        case VAL_TEXT:
            code = sqlite3_bind_text64(s->s, s->index[i], p, v[i].s.n, life, SQLITE_UTF8);
            break;
        case VAL_BLOB:
            code = sqlite3_bind_blob64(s->s, s->index[i], p, v[i].s.n, life);
            break;
        }
        if (code != SQLITE_OK)
            return sq_error(tx, code, str_of(s->base.q->name));
    }
    return OK;
}

rc sqlite_exec(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *affected)
{
    (void)n;
    struct sq_stmt *s;
    TRY(stmt_get(tx, q, &s));
    rc r = bind(tx, s, v, false);
    if (r == OK) {
        int code = sq_step(s->s);
        if (code != SQLITE_OK)
            r = sq_error(tx, code, str_of(q->name));
        else if (affected)
            *affected = sqlite3_changes64(sq_of(tx->conn)->h);
    }
    stmt_put(s);
    return r;
}

rc sqlite_select(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out)
{
    (void)n;
    struct sq_stmt *s;
    TRY(stmt_get(tx, q, &s));
    rc r = bind(tx, s, v, true);
    if (r != OK) {
        stmt_put(s);
        return r;
    }
    s->busy = true;
    out->engine = s;
    return OK;
}

/* SQLite decides a value's type row by row (a sum that overflows turns REAL): what was declared is checked on each. */
static bool types_fit(const struct sq_stmt *s)
{
    for (int i = 0; i < s->n_cols; i++) {
        char want = s->base.q->cols[i];
        int have = sqlite3_column_type(s->s, i);
        bool fits = false;
        if (have == SQLITE_NULL)
            fits = want == 'I' || want == 'T' || want == 'B';
        else if (have == SQLITE_INTEGER)
            fits = want == 'i' || want == 'I';
        else if (have == SQLITE_TEXT)
            fits = want == 't' || want == 'T';
        else if (have == SQLITE_BLOB)
            fits = want == 'b' || want == 'B';
        if (!fits)
            return false;
    }
    return true;
}

bool sqlite_next(struct rows *r)
{
    struct sq_stmt *s = r->engine;
    int code = sqlite3_step(s->s);
    if (code == SQLITE_ROW) {
        r->at++;
        if (types_fit(s))
            return true;
        r->error = db_error(&r->tx->err, E_INTERNAL, str_of(r->q->name), STR("a column is not of its declared type"));
    } else if (code != SQLITE_DONE) {
        r->error = sq_error(r->tx, code, str_of(r->q->name));
    }
    sqlite_end(r);
    r->engine = NULL;
    return false;
}

void sqlite_end(struct rows *r)
{
    struct sq_stmt *s = r->engine;
    /* INSERT … RETURNING abandoned half-way must still do all its work, foreign key checks included. */
    if (sqlite3_stmt_busy(s->s) && !sqlite3_stmt_readonly(s->s)) {
        int code;
        do
            code = sqlite3_step(s->s);
        while (code == SQLITE_ROW);
        if (code != SQLITE_DONE && r->error == OK)
            r->error = sq_error(r->tx, code, str_of(r->q->name));
    }
    sqlite3_reset(s->s);
    stmt_put(s);
}

bool sqlite_null(const struct rows *r, int col)
{
    const struct sq_stmt *s = r->engine;
    return sqlite3_column_type(s->s, col) == SQLITE_NULL;
}

int64_t sqlite_integer(const struct rows *r, int col)
{
    const struct sq_stmt *s = r->engine;
    return sqlite3_column_int64(s->s, col);
}

str sqlite_bytes(const struct rows *r, int col)
{
    const struct sq_stmt *s = r->engine;
    if (sqlite3_column_type(s->s, col) == SQLITE_NULL)
        return (str){0};
    const void *p = sqlite3_column_blob(s->s, col); /* NULL for a value of no bytes */
    return (str){p ? p : "", (size_t)sqlite3_column_bytes(s->s, col)};
}
