/* What an engine (sqlite.c, postgres.c) does for db.c, writer.c and migrate.c. Private to src/db.
 *
 * A conn is one connection with its prepared statements; it belongs to one thread at a time and holds the one tx that
 * runs on it. Engine functions fill tx->err on failure; they do not care about tx->failed, db.c does.
 * A connection that can no longer be used sets conn.lost; who owns it then disconnects it. */
#ifndef RISE_DB_ENGINE_H
#define RISE_DB_ENGINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "db/db.h"

enum { DB_PARAMS_MAX = 64, DB_COLS_MAX = 64 };

/* ---- connections ---- */
struct stmt { /* the head of an engine's prepared statement */
    const struct query *q;
};

struct stmt_cache { /* open addressing, keyed by the query's address */
    struct stmt **slot;
    size_t n, room;
};

struct stmt *stmt_find(const struct stmt_cache *c, const struct query *q);
rc stmt_add(struct stmt_cache *c, struct stmt *s); /* E_NOMEM */

struct tx {
    struct conn *conn;
    struct err err;
    instant now;
    rc failed;    /* first failure of a statement: nothing more runs until it is rolled back, on either engine */
    bool writing; /* on a writer's connection */
    bool piping;
    bool defer;             /* an engine may report a statement's failure later: in the next one or in the commit … */
    bool deferred;          /* (it has done so) */
    uintptr_t kind;         /* (of the write that runs, as writer.c tells them apart) */
    uintptr_t late;         /* … and says here whose it was; 0: nobody's */
    bool lost;              /* the engine has rolled the whole transaction back by itself */
    uint64_t read, written; /* watched tables (watch.c) */
    bool reads_unwatched;
};

struct conn {
    struct tx tx;
    struct db *db;
    struct conn *next; /* in the pool */
    bool lost;
    struct stmt_cache stmts;
};

enum begin_kind {
    BEGIN_READ,
    BEGIN_SETUP, /* before schema_migration is there */
    BEGIN_WRITE,
    BEGIN_WRITE_ALONE, /* no other writer runs meanwhile, in no process: after a lost race */
};

struct engine {
    bool error_aborts; /* a failed statement dooms the transaction back to the last savepoint */

    rc (*start)(struct db *db, struct err *err); /* what a database needs once per process */
    void (*stop)(struct db *db);
    rc (*connect)(struct db *db, bool writing, struct conn **out, struct err *err);
    void (*disconnect)(struct conn *c);

    rc (*begin)(struct tx *tx, enum begin_kind kind);
    rc (*commit)(struct tx *tx); /* E_UNAVAILABLE with conn.lost: nobody knows whether it was committed */
    void (*rollback)(struct tx *tx);
    rc (*settle)(struct tx *tx);       /* waits for what was deferred */
    rc (*mark)(struct tx *tx);         /* savepoint before a handler */
    rc (*keep)(struct tx *tx);         /* … the handler went well */
    rc (*undo)(struct tx *tx);         /* … or not */
    int64_t (*changes)(struct tx *tx); /* grows with every change made on this connection */

    rc (*prepare)(struct tx *tx, const struct query *q); /* and check it against q->params and q->cols */
    rc (*exec)(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *affected);
    rc (*select)(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out);
    bool (*next)(struct rows *r); /* false and r->error set on failure */
    void (*end)(struct rows *r);
    bool (*null)(const struct rows *r, int col);
    int64_t (*integer)(const struct rows *r, int col);
    str (*bytes)(const struct rows *r, int col);

    rc (*pipe_begin)(struct tx *tx);
    rc (*pipe_add)(struct tx *tx, const struct query *q, const struct val *v, size_t n);
    rc (*pipe_end)(struct tx *tx, int64_t *affected, size_t n);

    rc (*script)(struct tx *tx, str sql); /* DDL of a migration, in the engine's own dialect after mapping */

    rc (*backup)(struct db *db, const char *path, struct err *err);
    rc (*restore)(str url, const char *path, struct err *err);
    rc (*check)(struct db *db, struct err *err);
};

extern const struct engine sqlite_engine, postgres_engine;

/* The one way an engine reports: sets err's words by `code`; `what` is a statement's name or an action, `detail` the
 * engine's own message. Never returns OK, which compilers and analyzers see because it is inline. */
rc db_error_note(struct err *err, rc code, str what, str detail);
static inline rc db_error(struct err *err, rc code, str what, str detail)
{
    rc r = db_error_note(err, code, what, detail);
    return r != OK ? r : E_INTERNAL;
}
void db_err_copy(struct err *to, const struct err *from); /* `to` may be NULL */

/* ---- the database ---- */
struct pool { /* connections for reading: last returned, first taken */
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct conn *free;
    int open, max; /* max 0: as many as are asked for at once */
};

struct db {
    const struct engine *e;
    enum db_engine kind;
    struct db_options opt;
    char *url; /* without the "sqlite:" */
    struct pool pool;
    struct writer_set *writers;
    void *shared; /* the engine's */
    _Atomic int64_t commits, handlers, retries;
};

rc writers_start(struct db *db, struct err *err);
void writers_stop(struct db *db); /* after the queue is empty */
int64_t writers_queue_peak(struct db *db);

rc migrate_table(struct db *db, struct err *err); /* makes schema_migration and table_version where they are absent */

/* watch.c */
void watch_start(void); /* once: reads the texts of all statements */
void watch_read_text(const char *sql, struct query_use *out);
void watch_note(struct tx *tx, const struct query *q); /* it runs on tx now */
rc watch_commit(struct tx *tx);                        /* new versions of what tx has written */
rc watch_commit_all(struct tx *tx);                    /* … of all tables: after a migration */

/* Schema text to PostgreSQL's: types, collation, table options. Appends. */
void sqlmap_postgres(struct buf *out, str sql);

/* ---- fault injection, in tests only ---- */
#ifdef DB_FAULTS
/* Counts calls into the engine; the db_fault_at-th (from 1) fails once, or from then on when db_fault_forever. */
extern _Atomic int64_t db_fault_count, db_fault_at;
extern _Atomic bool db_fault_forever;
bool db_fault_now(void);
#define DB_FAULT() db_fault_now()
#else
#define DB_FAULT() false
#endif

#endif
