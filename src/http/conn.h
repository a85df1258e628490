/* Private to src/http: one request on its connection, and the server it belongs to.
 *
 * A struct http_conn is taken from the server's pool when the request line has been read and returns there when
 * libmicrohttpd has finished with the request, so that a busy server does not allocate per request. It belongs to the
 * connection's worker thread; between request_park() and request_answer() to whoever holds the request. */
#ifndef RISE_HTTP_CONN_H
#define RISE_HTTP_CONN_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/gate.h"
#include "http/http.h"
#include "http/multipart.h"
#include "http/router.h"

enum { PAIRS_MAX = 1024, THREADS_MAX = 64 };

/* Where a request stands. Only ANSWERED, ABANDONED and later are decided between threads (see request_answer). */
enum conn_state {
    CONN_HEAD,      /* the request line was read, the fields not yet */
    CONN_BODY,      /* the body is being collected (or discarded) */
    CONN_PARKED,    /* suspended; another thread will answer */
    CONN_ANSWERED,  /* the other thread did; being resumed */
    CONN_ABANDONED, /* http_stop ran out of grace: 503 is being sent, the other thread still holds the request */
    CONN_MHD_DONE,  /* abandoned, and the connection is gone: the other thread frees */
    CONN_APP_DONE,  /* abandoned, and the other thread has answered: the connection frees */
};

struct http_conn {
    struct request req;
    struct reply reply;
    struct http_server *server;
    struct worker *worker;
    struct MHD_Connection *mhd;
    struct http_conn *next, *prev; /* in the pool (next only) or in the list of parked ones */
    _Atomic int state;
    bool parked; /* by this request's handler; the worker's own note */
    bool close;  /* the connection ends with this answer */
    bool active; /* counted in server->active */
    const char *target_at;
    size_t target_n;
    struct gate_header headers[GATE_HEADERS_MAX];
    size_t n_headers;
    size_t head_bytes;
    struct gate_result gate;
    int refused; /* status when the request was refused while its body still arrives; else 0 */
    struct err err;
    struct buf body;
    int64_t discarded; /* bytes of body thrown away */
    struct multipart *multipart;
    int64_t started; /* monotonic µs */
    int sent_status; /* 0: no answer left */
    int64_t sent_bytes;
};

struct worker {
    struct http_server *server;
    struct MHD_Daemon *daemon;
    pthread_t thread;
    bool runs;           /* the thread was started */
    int epoll_fd;        /* the daemon's own */
    int wake_fd;         /* eventfd */
    _Atomic bool kicked; /* wake_fd was written and not read yet */
    _Atomic bool quit;
};

struct http_server {
    struct http_config config;
    struct worker workers[THREADS_MAX];
    int n_workers;
    struct router *router;
    int port;
    uint64_t rid_key;
    _Atomic uint64_t rid_count;
    _Atomic bool stopping;
    _Atomic int64_t active;      /* requests between their head and their end */
    _Atomic size_t streams;      /* SSE listeners */
    struct event_source *topics; /* guarded by topics_lock (events.c) */
    char trusted[16][64];        /* addresses as text */
    size_t n_trusted;

    pthread_mutex_t pool_lock; /* guards pool, n_pool */
    struct http_conn *pool;
    size_t n_pool;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t idle;  /* signalled while stopping when active or n_parked falls to 0 */
    struct http_conn *parked;
    size_t n_parked;
    pthread_t ticker;
    bool ticker_runs;
    pthread_cond_t tick; /* wakes the ticker early, to stop */
};

/* worker.c */
rc worker_start(struct worker *w, struct http_server *s, int listen_fd);
void worker_stop(struct worker *w); /* nothing may be suspended any more */
void worker_kick(struct worker *w); /* after MHD_resume_connection; any thread */

/* server.c */
struct http_conn *conn_take(struct http_server *s); /* NULL: out of memory */
void conn_release(struct http_conn *c);             /* back to the pool */
void conn_free(struct http_conn *c);

/* request.c */
void conn_unlink_parked(struct http_conn *c); /* server->lock is held */

/* request.c: libmicrohttpd's callbacks; cls is the struct worker */
void *on_target(void *worker, const char *target, struct MHD_Connection *mhd);
enum MHD_Result on_request(void *worker, struct MHD_Connection *mhd, const char *url, const char *method,
                           const char *version, const char *data, size_t *n, void **conn);
void on_completed(void *worker, struct MHD_Connection *mhd, void **conn, enum MHD_RequestTerminationCode why);

/* reply.c */
enum MHD_Result reply_send(struct http_conn *c);
/* Adds the reply's fields to a response made elsewhere and queues it; takes it over. */
enum MHD_Result reply_queue(struct http_conn *c, struct MHD_Response *m);
/* Turns the request into a refusal: the layer above words it, or a plain line does. */
enum MHD_Result reply_refuse(struct http_conn *c, int status);
enum MHD_Result reply_unavailable(struct http_conn *c); /* without touching req or reply */

/* events.c */
enum MHD_Result events_send(struct http_conn *c);
void events_heartbeat(struct http_server *s);
void events_detach(
    struct http_server *s); /* ends all listeners; the topics forget the server, which must be `stopping` */

#endif
