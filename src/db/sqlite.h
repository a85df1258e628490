/* SQLite's connection, shared by sqlite.c (statements), sqlite_conn.c (connections, transactions) and sqlite_care.c
 * (checkpoints, backup, check). Private to src/db. */
#ifndef RISE_DB_SQLITE_H
#define RISE_DB_SQLITE_H

#include <sqlite3.h>

#include "db/engine.h"

struct sq_counts { /* affected rows of a pipe's statements */
    int64_t *count;
    size_t n, room;
};

struct sq_conn {
    struct conn base;
    sqlite3 *h;
    sqlite3_stmt *begin_read, *begin_write, *commit, *rollback, *mark, *keep, *undo;
    struct sq_counts piped;
};

struct sq_shared { /* struct db.shared */
    char *path;
    char volatile_dir[64]; /* of sqlite::memory:, removed at close; else "" */
    sqlite3 *h;            /* the checkpointing thread's */
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    int64_t commits; /* seen by the writer: a standing figure means that it rests */
    int pages;       /* in the write-ahead log after the last commit */
    int next_at;     /* pages that call for the next checkpoint */
    bool behind;     /* something was committed since the last checkpoint */
    bool catch_up;   /* the thread has copied nearly all; the writer copies the rest, so that the log starts anew */
};

static inline struct sq_conn *sq_of(struct conn *c)
{
    return (struct sq_conn *)c;
}

rc sq_error(struct tx *tx, int code, str what); /* the connection's last error, in our words */
rc sq_rc(int code);                             /* SQLite's result code as ours */
rc sq_open(const char *path, bool writing, bool volatile_file, sqlite3 **out, struct err *err);
void sq_create(const char *path); /* an absent file, readable for us only */
int sq_step(sqlite3_stmt *s);     /* step and reset, for statements without result */

void sq_stmts_free(struct stmt_cache *c);
rc sqlite_prepare(struct tx *tx, const struct query *q);
rc sqlite_exec(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *affected);
rc sqlite_select(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out);
bool sqlite_next(struct rows *r);
void sqlite_end(struct rows *r);
bool sqlite_null(const struct rows *r, int col);
int64_t sqlite_integer(const struct rows *r, int col);
str sqlite_bytes(const struct rows *r, int col);

rc sqlite_care_start(struct db *db, struct err *err);
void sqlite_care_stop(struct db *db);
void sqlite_care_committed(struct db *db, sqlite3 *writer, int pages); /* after each commit, on the writer's thread */
rc sqlite_backup(struct db *db, const char *path, struct err *err);
rc sqlite_restore(str url, const char *path, struct err *err);
rc sqlite_check(struct db *db, struct err *err);

#endif
