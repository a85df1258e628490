/* Private to web: one request's state between dispatch.c, guard.c and answer.c. Lives in the request's arena. */
#ifndef RISE_WEB_EXCHANGE_H
#define RISE_WEB_EXCHANGE_H

#include "sys/thread.h"
#include "web/dispatch.h"
#include "web/idempotency.h"
#include "web/limit.h"
#include "web/shared.h"

#define PAGE_TYPE "text/html; charset=utf-8" /* of reply_page() */

struct dispatch {
    struct dispatch_config config;
    struct http_route *routes; /* n_routes rows; .user is the struct route */
    size_t n_routes;
    struct identity_cache *identities;
    struct shared_pages *shared;
    struct limit *limit; /* NULL: no limit */
    struct limit *sign_in_limit;
    /* Forms that a refused write shows again are rendered here, not on the writer's thread. */
    pthread_t painter;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct exchange *first, *last;
    bool painter_runs, stopping;
};

struct exchange {
    struct ctx c; /* first: a ctx is its exchange */
    struct dispatch *d;
    struct idempotency key;
    str csrf_given;          /* the token that came with the request */
    str flash;               /* the verified note, still to be shown */
    const char *new_visitor; /* a visitor cookie to be set; NULL: none */
    int retry_after;         /* seconds; 0: none */
    int n_headers_kept;      /* cookies set before the handler ran */
    rc failure;
    str below; /* what the database said, for the log only */
    struct exchange *next;
};

static inline struct exchange *exchange_of(struct ctx *c)
{
    return (struct exchange *)(void *)c;
}

/* guard.c */
rc guard_limit(struct exchange *x);    /* E_LIMIT SEC-004, retry_after set */
rc guard_identity(struct exchange *x); /* fills c->session; opens c->tx when it must ask the database */
rc guard_permission(struct exchange *x);
rc guard_csrf(struct exchange *x);
rc begin_read(struct exchange *x); /* c->tx, once */
void end_read(struct exchange *x);

/* write.c: on the writer's thread; `arg` and each of `args` is an exchange */
void reply_reset(struct exchange *x);
rc write_one(struct tx *tx, void *arg);
rc write_all(struct tx *tx, void *const *args, size_t *n, rc *result); /* all of one route */

/* answer.c */
void answer_headers(struct exchange *x); /* the security headers, cookies, caching: just before the answer leaves */
void failure_words(struct exchange *x, rc code); /* completes c->err and keeps what the database said */
void answer_failure(struct exchange *x, rc code, int status /* 0: by the code */);

#endif
