/* PostgreSQL's connection, shared by postgres.c (connections, transactions), pg_stmt.c (statements, pipelines) and
 * pg_care.c (backup, check). Private to src/db.
 *
 * BEGIN, SAVEPOINT and RELEASE are not sent by themselves: they wait in `ahead` and travel with the next statement in
 * one round trip. */
#ifndef RISE_DB_POSTGRES_H
#define RISE_DB_POSTGRES_H

#include <libpq-fe.h>

#include "db/engine.h"

enum { AHEAD_MAX = 8 };

struct pg_stmt {
    struct stmt base;
    char name[24];
    enum { PG_NEW, PG_SENT, PG_READY } state;
    bool checked; /* its result's types are those declared */
};

struct pg_sent { /* what was put into the pipeline */
    enum { SENT_AHEAD, SENT_PREPARE, SENT_STATEMENT } kind;
    struct pg_stmt *stmt;
    uintptr_t owner; /* tx.kind when it was sent */
};

struct pg_conn {
    struct conn base;
    PGconn *h;
    int64_t changes;
    const char *ahead[AHEAD_MAX]; /* commands to send before the next statement */
    int n_ahead;
    bool started;  /* BEGIN has been sent */
    bool draining; /* the answer to the last ROLLBACK has not been read */
    bool open;     /* a pipeline is: what was sent waits for its answers */
    struct pg_sent *sent;
    size_t n_sent, room_sent;
    size_t pipe_from; /* where in `sent` the caller's pipe begins */
};

static inline struct pg_conn *pg_of(struct conn *c)
{
    return (struct pg_conn *)c;
}

PGconn *pg_dial(const char *url); /* a bare connection; PQfinish() it, whatever its status */
bool pg_revive(struct tx *tx);    /* a fresh session in place of a lost one, for a reader that has read nothing yet */
rc pg_error(struct tx *tx, const PGresult *res, str what); /* `res` NULL: the connection's own error */
void pg_drain(struct pg_conn *c);                          /* reads what is left of the last answer */

/* Sends what waits in `ahead`, then `last` (may be NULL), and reads all answers. */
rc pg_flush(struct tx *tx, const char *last, str what, bool *committed);

rc pg_prepare(struct tx *tx, const struct query *q);
rc pg_exec(struct tx *tx, const struct query *q, const struct val *v, size_t n, int64_t *affected);
rc pg_select(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct rows *out);
bool pg_next(struct rows *r);
void pg_end(struct rows *r);
bool pg_null(const struct rows *r, int col);
int64_t pg_integer(const struct rows *r, int col);
str pg_bytes(const struct rows *r, int col);
rc pg_pipe_begin(struct tx *tx);
rc pg_pipe_add(struct tx *tx, const struct query *q, const struct val *v, size_t n);
rc pg_pipe_end(struct tx *tx, int64_t *affected, size_t n);

rc pg_backup(struct db *db, const char *path, struct err *err);
rc pg_restore(str url, const char *path, struct err *err);
rc pg_check(struct db *db, struct err *err);

#endif
