/* SQLite: connections and transactions. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "db/sqlite.h"
#include "sys/file.h"

enum {
    BUSY_TIMEOUT_MS = 10000, /* another process (the command line beside the server) may be writing */
    WRITER_CACHE_KB = 65536,
    ANALYZE_AFTER = 10000, /* changed rows: then the planner's statistics are taken anew at close */
    READER_CACHE_KB = 8192,
};

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Memory statistics cost a global lock on every allocation, and nobody reads them. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* The file is not mapped: pages would count once for each connection that mapped them (1.4 GB resident with a database
 * of 490 MB), and reading through each connection's cache proved as fast (docs/performance.md). */
static const char pragmas[] = "PRAGMA journal_mode = WAL;"
                              "PRAGMA foreign_keys = ON;"
                              "PRAGMA trusted_schema = OFF;"
                              "PRAGMA temp_store = MEMORY;"
                              "PRAGMA mmap_size = 0;"
                              "PRAGMA wal_autocheckpoint = 0;"
                              "PRAGMA journal_size_limit = 67108864;"
                              "PRAGMA cell_size_check = ON;";

static rc open_error(sqlite3 *h, int code, const char *path, struct err *err)
{
    rc r = sq_rc(code);
    str message = str_of(h ? sqlite3_errmsg(h) : sqlite3_errstr(code));
    return r == E_IO || r == E_INTERNAL
               ? ERR(err, r, "DBS-002", N_("The database {1} cannot be opened: {2}"), str_of(path), message)
               : db_error(err, r == E_BUSY ? E_UNAVAILABLE : r, str_of(path), message);
}

static int set_up(sqlite3 *h, bool writing, bool volatile_file)
{
    sqlite3_busy_timeout(h, BUSY_TIMEOUT_MS);
    sqlite3_extended_result_codes(h, 1);
    int code = sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* "x" must never be read as the string 'x' where a column is misspelt, as PostgreSQL would not */
    if (code == SQLITE_OK)
        code = sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(h, pragmas, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code =
            sqlite3_exec(h, volatile_file ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = FULL", NULL, NULL, NULL);
    if (code == SQLITE_OK && !writing)
        code = sqlite3_exec(h, "PRAGMA query_only = ON", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        char cache[64];
        sqlite3_snprintf(sizeof cache, cache, "PRAGMA cache_size = -%d", writing ? WRITER_CACHE_KB : READER_CACHE_KB);
        code = sqlite3_exec(h, cache, NULL, NULL, NULL);
    }
    return code;
}

/* SQLite would make it readable for everybody. Only a file that is not there yet is opened: closing a second descriptor
 * of one that SQLite holds would drop its locks (POSIX). */
void sq_create(const char *path)
{
    FD_SCOPED fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    (void)fd; /* what goes wrong here goes wrong again when SQLite opens it, and is reported there */
}

rc sq_open(const char *path, bool writing, bool volatile_file, sqlite3 **out, struct err *err)
{
    pthread_once(&configured, configure);
    sqlite3 *h = NULL;
    sq_create(path);
    int code = sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        code = set_up(h, writing, volatile_file);
    if (code != SQLITE_OK) {
        rc r = open_error(h, code, path, err);
        sqlite3_close(h);
        return r;
    }
    *out = h;
    return OK;
}

/* ---- connections ---- */
static bool is_volatile(const struct db *db)
{
    return ((const struct sq_shared *)db->shared)->volatile_dir[0] != '\0';
}

static void disconnect(struct conn *base)
{
    struct sq_conn *c = sq_of(base);
    if (c->h && base->tx.writing && sqlite3_total_changes64(c->h) >= ANALYZE_AFTER)
        sqlite3_exec(c->h, "PRAGMA analysis_limit = 400; ANALYZE", NULL, NULL,
                     NULL); /* milliseconds, whatever the size */
    sq_stmts_free(&base->stmts);
    sqlite3_stmt *const own[] = {c->begin_read, c->begin_write, c->commit, c->rollback, c->mark, c->keep, c->undo};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        sqlite3_finalize(own[i]);
    sqlite3_close(c->h);
    free(c->piped.count);
    free(c);
}

static int prepare_own(sqlite3 *h, const char *sql, sqlite3_stmt **out)
{
    return sqlite3_prepare_v3(h, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
}

static int wal_hook(void *arg, sqlite3 *h, const char *name, int pages)
{
    (void)name;
    sqlite_care_committed(arg, h, pages);
    return SQLITE_OK;
}

static rc connect_(struct db *db, bool writing, struct conn **out, struct err *err)
{
    struct sq_conn *c = calloc(1, sizeof *c);
    if (!c)
        return db_error(err, E_NOMEM, STR("connect"), STR_EMPTY);
    c->base.db = db;
    c->base.tx.conn = &c->base;
    c->base.tx.writing = writing;
    const char *path = ((const struct sq_shared *)db->shared)->path;
    rc r = sq_open(path, writing, is_volatile(db), &c->h, err);
    if (r == OK) {
        int code = prepare_own(c->h, "BEGIN", &c->begin_read);
        code = code ? code : prepare_own(c->h, "BEGIN IMMEDIATE", &c->begin_write);
        code = code ? code : prepare_own(c->h, "COMMIT", &c->commit);
        code = code ? code : prepare_own(c->h, "ROLLBACK", &c->rollback);
        code = code ? code : prepare_own(c->h, "SAVEPOINT handler", &c->mark);
        code = code ? code : prepare_own(c->h, "RELEASE handler", &c->keep);
        code = code ? code : prepare_own(c->h, "ROLLBACK TO handler", &c->undo);
        if (code)
            r = open_error(c->h, code, path, err);
    }
    if (r != OK) {
        disconnect(&c->base);
        return r;
    }
    if (writing)
        sqlite3_wal_hook(c->h, wal_hook, db);
    *out = &c->base;
    return OK;
}

/* ---- transactions ---- */
static rc run(struct tx *tx, sqlite3_stmt *s, str what)
{
    int code = sq_step(s);
    return code == SQLITE_OK ? OK : sq_error(tx, code, what);
}

static rc begin(struct tx *tx, enum begin_kind kind)
{
    struct sq_conn *c = sq_of(tx->conn);
    return run(tx, kind == BEGIN_READ ? c->begin_read : c->begin_write, STR("begin"));
}

static void rollback(struct tx *tx)
{
    struct sq_conn *c = sq_of(tx->conn);
    if (!sqlite3_get_autocommit(c->h) && sq_step(c->rollback) != SQLITE_OK)
        tx->conn->lost = true;
}

/* A failed commit is rolled back: nothing of it can come back, the log's frames are overwritten. */
static rc commit(struct tx *tx)
{
    rc r = run(tx, sq_of(tx->conn)->commit, STR("commit"));
    if (r != OK)
        rollback(tx);
    return r;
}

static rc settle(struct tx *tx)
{
    (void)tx; /* nothing is ever deferred */
    return OK;
}

static rc mark(struct tx *tx)
{
    return run(tx, sq_of(tx->conn)->mark, STR("savepoint"));
}

static rc keep(struct tx *tx)
{
    return run(tx, sq_of(tx->conn)->keep, STR("release"));
}

static rc undo(struct tx *tx)
{
    TRY(run(tx, sq_of(tx->conn)->undo, STR("rollback to")));
    return keep(tx);
}

static int64_t changes(struct tx *tx)
{
    return sqlite3_total_changes64(sq_of(tx->conn)->h);
}

static rc script(struct tx *tx, str sql)
{
    struct buf text = BUF_INIT(sql.n + 1);
    buf_put(&text, sql);
    rc r = buf_rc(&text);
    if (r == OK) {
        int code = sqlite3_exec(sq_of(tx->conn)->h, text.p ? text.p : "", NULL, NULL, NULL);
        r = code == SQLITE_OK ? OK : sq_error(tx, code, STR("schema"));
    }
    buf_free(&text);
    return r;
}

/* ---- pipes: every statement runs at once ---- */
static rc pipe_begin_(struct tx *tx)
{
    sq_of(tx->conn)->piped.n = 0;
    return OK;
}

static rc pipe_add_(struct tx *tx, const struct query *q, const struct val *v, size_t n)
{
    struct sq_counts *p = &sq_of(tx->conn)->piped;
    if (p->n == p->room) {
        size_t room = p->room ? 2 * p->room : 256;
        int64_t *count = realloc(p->count, room * sizeof *count);
        if (!count)
            return db_error(&tx->err, E_NOMEM, str_of(q->name), STR_EMPTY);
        p->count = count;
        p->room = room;
    }
    TRY(sqlite_exec(tx, q, v, n, &p->count[p->n]));
    p->n++;
    return OK;
}

static rc pipe_end_(struct tx *tx, int64_t *affected, size_t n)
{
    struct sq_counts *p = &sq_of(tx->conn)->piped;
    for (size_t i = 0; affected && i < n; i++)
        affected[i] = i < p->n ? p->count[i] : 0;
    return OK;
}

const struct engine sqlite_engine = {
    .start = sqlite_care_start,
    .stop = sqlite_care_stop,
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
    .prepare = sqlite_prepare,
    .exec = sqlite_exec,
    .select = sqlite_select,
    .next = sqlite_next,
    .end = sqlite_end,
    .null = sqlite_null,
    .integer = sqlite_integer,
    .bytes = sqlite_bytes,
    .pipe_begin = pipe_begin_,
    .pipe_add = pipe_add_,
    .pipe_end = pipe_end_,
    .script = script,
    .backup = sqlite_backup,
    .restore = sqlite_restore,
    .check = sqlite_check,
};
