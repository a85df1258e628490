/* The HTTP server: libmicrohttpd (epoll, thread pool) behind one interface.
 *
 * Every request passes the strict gate (RFC 9112: one Host, at most one Content-Length, never with Transfer-Encoding,
 * only `chunked`, no %00, no encoded slash, valid UTF-8 after decoding, bounded header count and size) before anything
 * else sees it; what fails is answered 400 and the connection closed. Then the router finds the route, the body is
 * collected up to the route's limit and the server's handler is called on the connection's thread. The handler answers
 * at once, or parks the request and lets any thread answer later (request_answer).
 *
 * Ownership: request and reply live in the request's arena until the answer is sent. Threads: one request is touched by
 * one thread at a time; parking hands it over.
 *
 * Error codes: HTT-001…008 gate (http/gate.h), HTT-010 malformed form, 011 too many fields, 020 bad route, 021 route
 * declared twice, 030…033 multipart (http/multipart.h), 040 bad listen address, 041 socket, 042 proxy list, 043
 * threads, 050 body too large, 051 compressed body, 052 body not wanted, 060 too many event listeners, 070 private
 * address, 071 bad URL, 072 no answer, 073 bad header, 074 answer too large, 075 mail password, 076 mail refused, 077
 * mail: later, 078 bad mail address; INP-… input (http/field.h). */
#ifndef RISE_HTTP_HTTP_H
#define RISE_HTTP_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "http/input.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHODS };
const char *http_method_name(enum http_method m);

enum { HTTP_PARAMS_MAX = 6 };

/* One entry of the table. `{name}` matches one path segment, `{name...}` the rest. Literal segments win over
 * parameters. */
struct http_route {
    enum http_method method;
    const char *path;
    size_t max_body;  /* 0: no body accepted */
    const void *user; /* the layer above's row */
};

enum body_kind { BODY_NONE, BODY_FORM, BODY_MULTIPART, BODY_JSON, BODY_OTHER };

struct request {
    struct arena *arena;
    enum http_method method;
    str target; /* as received */
    str path;   /* decoded, starts with '/' */
    str query;  /* raw, without '?' */
    str host;
    str client;   /* address text; X-Forwarded-For's last hop when the peer is a trusted proxy */
    char rid[24]; /* request id, echoed as X-Request-Id */
    instant received;
    const struct http_route *route; /* NULL: none matched (path known with another method: allowed_methods != 0) */
    unsigned allowed_methods;       /* bit set of enum http_method that this path has */
    struct {
        const char *name;
        str value;
    } params[HTTP_PARAMS_MAX];
    int n_params;
    enum body_kind body_kind;
    str body;           /* raw, for BODY_JSON and BODY_OTHER and BODY_FORM */
    struct pair *pairs; /* query pairs then form or multipart pairs */
    size_t n_pairs, n_query_pairs;
    void *user; /* the layer above's per-request data */
    struct reply *reply;
    struct http_conn *conn; /* private */
};

str request_header(const struct request *r, const char *name); /* "" when absent */
str request_cookie(const struct request *r, const char *name); /* "" when absent */
str request_param(const struct request *r, const char *name);  /* path parameter; a wrong name aborts */

/* ---- replies ---- */
struct reply {
    int status;                   /* 0 until set */
    const char *type;             /* Content-Type */
    struct buf body;              /* owned; sent when no file or static body is given */
    str fixed;                    /* bytes that stay (assets, shared pages); not copied */
    void (*release)(void *owner); /* called when `fixed` is not needed any more; NULL: it is never freed */
    void *owner;
    int fd; /* ≥ 0: send this file, closed afterwards */
    int64_t fd_size;
    struct {
        const char *name;
        str value;
    } headers[24];
    int n_headers;
    struct event_source *events; /* SSE instead of a body */
};
void reply_header(struct reply *p, const char *name,
                  str value); /* value is copied into nothing: must live in the arena or be static */
void reply_redirect(struct reply *p, str location); /* 303 See Other */
void reply_drop(struct reply *p); /* gives back `fixed` and `events` of an answer that is not sent, or was */

/* ---- server ---- */
struct http_server;
struct http_config {
    str listen;             /* host:port, [v6]:port; port 0 picks one (http_port) */
    int threads;            /* 0: one per CPU */
    size_t max_connections; /* default 4096 */
    size_t max_streams;     /* SSE listeners, default 1000 */
    str trusted_proxies;    /* comma-separated addresses whose X-Forwarded-For counts; default loopback */
    const char *spool_dir;  /* where uploads over 64 KiB wait; NULL: /tmp */
    int idle_s;             /* a connection silent for so long is closed; default 30 */
    int heartbeat_ms;       /* between comments on silent event streams; default 15000, below idle_s */
    const struct http_route *routes;
    size_t n_routes;
    str value_after; /* "/pki/ocsp/": behind it stands one value, in which %2F is a / (gate.h); n == 0: nowhere */
    /* Called once per request when head and body are complete (and well-formed). Answer by filling r->reply and
     * returning, or return after request_park(). */
    void (*handle)(struct request *r, void *arg);
    /* Called instead when the request is refused below the handler (gate, body too large, malformed form): err says
     * why. */
    void (*refuse)(struct request *r, int status, const struct err *err, void *arg);
    /* After the answer was sent: for the one log line. Status 0: the client went away before an answer. */
    void (*finished)(const struct request *r, int status, int64_t bytes, int64_t us, void *arg);
    void *arg;
};

/* The routes, `config` strings and spool_dir must outlive the server. Raises the process's soft limit of open files
 * when max_connections needs it. Errors: E_INVALID a bad address, E_IO the socket, E_INTERNAL a bad route table. */
rc http_start(const struct http_config *config, struct http_server **out, struct err *err);
int http_port(const struct http_server *s);
/* No new connections, accepted and parked requests are finished (at most `grace_ms`), event streams end, then
 * everything is released. A request still parked after the grace is answered 503; its memory waits for its
 * request_answer(). */
void http_stop(struct http_server *s, int grace_ms);

void request_park(struct request *r); /* inside handle(), before handing the request over: the answer comes later */
/* Any thread, exactly once per parked request: the reply is complete. Safe when the client has gone or the server has
 * stopped meanwhile; `r` is not the caller's any more. */
void request_answer(struct request *r);

/* ---- server-sent events ----
 * A handler sets reply->events (and no status), which takes over one reference: events_hold() it while it cannot be
 * closed (under the lock of whoever owns the topic). Listeners beyond max_streams get 503 with Retry-After. Events are
 * kept (1,024 or 1 MiB) for listeners that come back with Last-Event-ID, so ids should rise. */
struct event_source;
struct event_source *events_new(struct http_server *s); /* a topic; NULL: out of memory */
void events_publish(struct event_source *e, const char *event, str data,
                    int64_t id); /* any thread; slow listeners are dropped, not waited for */
size_t events_listeners(const struct event_source *e);
struct event_source *events_hold(struct event_source *e); /* one more reference; NULL gives NULL */
void events_release(struct event_source *e); /* one reference less, for a reply that is not sent after all */
void events_close(struct event_source *e);   /* ends all listeners and drops the owner's reference; any time */

/* ---- client (libcurl): webhooks and mail ---- */
struct http_fetch {
    enum http_method method;
    str url;
    const char *const *headers; /* "Name: value" strings, NULL-terminated; may be NULL */
    str body;
    int timeout_ms;
    size_t max_reply;
    bool allow_private; /* false: addresses of private and loopback ranges are refused (SSRF) */
    const char *want;   /* name of a header field of the answer whose value goes to *got; NULL: none */
    struct buf *got;    /* stays empty when the answer has no such field */
};
rc http_fetch(const struct http_fetch *f, int *status, struct buf *reply, struct err *err);

/* One RFC 5322 message to one recipient over SMTP (STARTTLS when offered). E_UNAVAILABLE: try later; E_INVALID: the
 * server refused it for good. */
struct mail {
    str url;
    str from;
    str to;
    str message;
    int timeout_ms;
};
rc mail_send(const struct mail *m, struct err *err);

#endif
