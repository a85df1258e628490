/* Dispatch: the way of one request from the HTTP server to a handler and back.
 *
 *     rate limit → who asks (session cookie or API key) → language → permission → CSRF → input by the spec →
 *     .read in a read transaction, or .write through the database's writer while the request is parked → answer
 *
 * A write is answered only after its commit is durable. Failures become an error page for people or an RFC 9457 problem
 * document for programs, in one place (web/problem.h), and are logged once with the request id.
 *
 * Ownership: a dispatch is made once, shared by all HTTP threads, and freed after http_stop(). It borrows the route
 * tables and the database. Threads: all functions may be called from any thread once dispatch_new() returned.
 * Error codes raised here: SEC-001 … SEC-006, IDM-001, IDM-002, REQ-001 (see web/problem.h). */
#ifndef RISE_WEB_DISPATCH_H
#define RISE_WEB_DISPATCH_H

#include "web/identity.h"
#include "web/route.h"

struct dispatch;

struct route_table {
    const char *module;
    const struct route *v;
    size_t n;
};

struct dispatch_config {
    struct app *app; /* handed to handlers as c->app */
    struct db *db;
    const struct route_table *tables; /* read by dispatch_new only; the rows are borrowed */
    size_t n_tables;
    struct identity_source identity;             /* how core tells who calls */
    rc (*error_page)(struct ctx *c, int status); /* fills c->reply->body with the page for c->err; NULL: plain text */
    unsigned char key[32];                       /* for CSRF tokens and flash notes; from the master key */
    bool https;                                  /* the outside comes by https: __Host- cookies and HSTS */
    int64_t rate;        /* requests a second and client, after a burst of ten seconds' worth; 0: no limit */
    size_t max_body;     /* cap on every route's max_body; 0: none */
    size_t shared_bytes; /* for shared pages (web/shared.h); 0: SHARED_BYTES */
};

/* Checks the tables (E_INTERNAL with the route's name: no permission, neither .read nor .write, a .write under GET …).
 */
rc dispatch_new(const struct dispatch_config *config, struct dispatch **out, struct err *err);
void dispatch_free(struct dispatch *d); /* after http_stop(); NULL is allowed */

const struct http_route *dispatch_routes(const struct dispatch *d, size_t *n);
str dispatch_value_after(const struct dispatch *d); /* for struct http_config: the path of the one ROUTE_VALUE */
struct shared_pages *dispatch_shared(const struct dispatch *d); /* for shared_stats() */

/* For struct http_config: .arg is the dispatch. */
void dispatch_handle(struct request *r, void *dispatch);
void dispatch_refuse(struct request *r, int status, const struct err *err, void *dispatch);
void dispatch_finished(const struct request *r, int status, int64_t bytes, int64_t us, void *dispatch);

/* ---- for handlers ---- */
/* Sets (or with an empty token, removes) the session cookie. `seconds`: its life. */
void session_cookie(struct ctx *c, str token, int64_t seconds);
/* Keeps the language for a year in cookie "lang". */
void language_cookie(struct ctx *c, enum lang lang);
/* The note left by flash() before a redirect, once; NULL: none. For the page shell. */
const char *flash_take(const struct ctx *c);
/* A fresh value for a form's hidden field "idempotency_key"; lives in the request's arena. */
str idempotency_key_new(const struct ctx *c);
/* `next` when it is a path of this site, else "/": never an open redirect. */
str local_path(str next);

#endif
