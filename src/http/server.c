/* The daemon: socket, thread pool, start and stop. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "http/conn.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/random.h"
#include "sys/reason.h"
#include "sys/thread.h"

enum {
    CONNECTIONS_DEFAULT = 4096,
    STREAMS_DEFAULT = 1000,
    IDLE_DEFAULT_S = 30,
    HEARTBEAT_DEFAULT_MS = 15000,
    BACKLOG = 1024,
    POOL_MAX = 512,               /* idle requests kept for reuse */
    ARENA_CAP = 64 * 1024 * 1024, /* one request's memory */
    REPLY_CAP = 64 * 1024 * 1024, /* one reply's body */
    KEEP_BUF = 256 * 1024,        /* a larger buffer is given back after its request */
};

const char *http_method_name(enum http_method m)
{
    static const char *const names[HTTP_METHODS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    return m < HTTP_METHODS ? names[m] : "?";
}

/* ---- the pool of requests ---- */

void conn_free(struct http_conn *c)
{
    if (!c)
        return;
    reply_drop(&c->reply);
    arena_free(c->req.arena);
    buf_free(&c->body);
    buf_free(&c->reply.body);
    free(c);
}

static struct http_conn *conn_new(void)
{
    struct http_conn *c = calloc(1, sizeof *c);
    struct arena *a = arena_new(ARENA_CAP);
    if (!c || !a) {
        arena_free(a);
        free(c);
        return NULL;
    }
    c->req.arena = a;
    return c;
}

struct http_conn *conn_take(struct http_server *s)
{
    struct http_conn *c;
    {
        LOCKED(&s->pool_lock);
        c = s->pool;
        if (c) {
            s->pool = c->next;
            s->n_pool--;
        }
    }
    if (!c)
        c = conn_new();
    if (!c)
        return NULL;
    struct arena *arena = c->req.arena;
    struct buf body = c->body, out = c->reply.body;
    body.cap = 0;
    out.cap = REPLY_CAP;
    c->req = (struct request){.arena = arena, .conn = c, .reply = &c->reply, .path = STR("/"), .query = STR_EMPTY};
    c->reply = (struct reply){.body = out, .fd = -1, .type = NULL};
    c->body = body;
    c->server = s;
    c->worker = NULL;
    c->mhd = NULL;
    c->next = c->prev = NULL;
    atomic_store_explicit(&c->state, CONN_HEAD, memory_order_relaxed);
    c->parked = c->close = c->active = false;
    c->n_headers = 0;
    c->refused = 0;
    err_clear(&c->err);
    c->discarded = 0;
    c->multipart = NULL;
    c->sent_status = 0;
    c->sent_bytes = 0;
    return c;
}

static void recycle(struct buf *b)
{
    if (b->room > KEEP_BUF)
        buf_free(b);
    else
        buf_clear(b);
}

void conn_release(struct http_conn *c)
{
    struct http_server *s = c->server;
    reply_drop(&c->reply);
    arena_reset(c->req.arena);
    recycle(&c->body);
    recycle(&c->reply.body);
    {
        LOCKED(&s->pool_lock);
        if (s->n_pool < POOL_MAX) {
            c->next = s->pool;
            s->pool = c;
            s->n_pool++;
            c = NULL;
        }
    }
    conn_free(c); /* NULL unless there are enough */
}

/* ---- start ---- */

static rc bad_listen(str listen, struct err *err)
{
    return ERR(err, E_INVALID, "HTT-040", N_("\"{1}\" is not an address to listen on (host:port)."), listen);
}

/* "host:port", "[v6]:port", ":port" (all addresses). */
static rc split_listen(struct arena *a, str listen, const char **host, const char **port, struct err *err)
{
    size_t colon = listen.n;
    while (colon > 0 && listen.p[colon - 1] != ':')
        colon--;
    if (colon == 0 || colon == listen.n)
        return bad_listen(listen, err);
    str h = str_sub(listen, 0, colon - 1);
    if (h.n > 2 && h.p[0] == '[' && h.p[h.n - 1] == ']')
        h = str_sub(h, 1, h.n - 2);
    *host = h.n ? arena_cstr(a, h) : NULL;
    *port = arena_cstr(a, str_sub(listen, colon, listen.n));
    return (h.n && !*host) || !*port ? E_NOMEM : OK;
}

static rc socket_error(const char *msgid, str listen, struct err *err)
{
    return ERR(err, E_IO, "HTT-041", msgid, listen, str_of(sys_reason(errno)));
}

static rc open_socket(const struct addrinfo *ai, str address, int *out, struct err *err)
{
    FD_SCOPED fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);
    int on = 1, off = 0;
    if (fd < 0)
        return socket_error(N_("Cannot open a socket for {1}: {2}."), address, err);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        (ai->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) ||
        bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
        return socket_error(N_("Cannot listen on {1}: {2}."), address, err);
    *out = fd;
    fd = -1;
    return OK;
}

static rc open_listen(str listen, int *fd, struct err *err)
{
    struct arena *a = arena_new(64 * 1024);
    if (!a)
        return E_NOMEM;
    const char *host = NULL, *port = NULL;
    rc code = split_listen(a, listen, &host, &port, err);
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    if (code == OK && getaddrinfo(host, port, &hints, &list) != 0)
        code = bad_listen(listen, err);
    if (code == OK)
        code = open_socket(list, listen, fd, err);
    if (list)
        freeaddrinfo(list);
    arena_free(a);
    return code;
}

static int bound_port(int fd)
{
    union {
        struct sockaddr sa;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = {0};
    socklen_t n = sizeof at;
    if (getsockname(fd, &at.sa, &n) != 0)
        return 0;
    return ntohs(at.sa.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
}

static rc parse_trusted(struct http_server *s, str list, struct err *err)
{
    if (list.n == 0)
        list = STR("127.0.0.1,::1");
    for (str rest = list; rest.p;) {
        str one = str_trim(str_cut(&rest, ','));
        char text[64];
        struct in6_addr raw;
        bool v6 = str_chr(one, ':') >= 0;
        if (one.n == 0)
            continue;
        if (one.n >= sizeof text || s->n_trusted == sizeof s->trusted / sizeof s->trusted[0])
            return ERR(err, E_INVALID, "HTT-042", N_("\"{1}\" is not a list of proxy addresses."), list);
        memcpy(text, one.p, one.n);
        text[one.n] = '\0';
        if (inet_pton(v6 ? AF_INET6 : AF_INET, text, &raw) != 1)
            return ERR(err, E_INVALID, "HTT-042", N_("\"{1}\" is not a list of proxy addresses."), list);
        inet_ntop(v6 ? AF_INET6 : AF_INET, &raw, s->trusted[s->n_trusted++], sizeof s->trusted[0]);
    }
    return OK;
}

/* Every connection costs a descriptor, every worker four, and files and databases need theirs. */
static void raise_file_limit(size_t connections)
{
    struct rlimit r;
    rlim_t want = connections + 512;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= want)
        return;
    r.rlim_cur = want < r.rlim_max ? want : r.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &r); /* a refusal only lowers how many can connect */
}

/* Wakes silent event streams, so that proxies keep them open and dead ones are found. */
static void *ticker(void *arg)
{
    struct http_server *s = arg;
    LOCKED(&s->lock);
    while (!s->stopping) {
        struct timespec at;
        clock_gettime(CLOCK_MONOTONIC, &at);
        int64_t ns = at.tv_nsec + (int64_t)(s->config.heartbeat_ms % 1000) * 1000000;
        at.tv_sec += s->config.heartbeat_ms / 1000 + ns / 1000000000;
        at.tv_nsec = ns % 1000000000;
        if (pthread_cond_timedwait(&s->tick, &s->lock, &at) == ETIMEDOUT) {
            pthread_mutex_unlock(&s->lock);
            events_heartbeat(s);
            pthread_mutex_lock(&s->lock);
        }
    }
    return NULL;
}

static void init_locks(struct http_server *s)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->pool_lock, NULL);
    pthread_cond_init(&s->idle, &attr);
    pthread_cond_init(&s->tick, &attr);
    pthread_condattr_destroy(&attr);
}

static void server_free(struct http_server *s)
{
    while (s->pool) {
        struct http_conn *c = s->pool;
        s->pool = c->next;
        conn_free(c);
    }
    router_free(s->router);
    pthread_cond_destroy(&s->idle);
    pthread_cond_destroy(&s->tick);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->pool_lock);
    free(s);
}

static void defaults(struct http_config *c)
{
    if (c->threads <= 0)
        c->threads = cpu_count();
    if (c->threads > THREADS_MAX)
        c->threads = THREADS_MAX;
    if (c->max_connections == 0)
        c->max_connections = CONNECTIONS_DEFAULT;
    if (c->max_connections < (size_t)c->threads)
        c->max_connections = (size_t)c->threads;
    if (c->max_streams == 0)
        c->max_streams = STREAMS_DEFAULT;
    if (c->idle_s <= 0)
        c->idle_s = IDLE_DEFAULT_S;
    if (c->heartbeat_ms <= 0)
        c->heartbeat_ms = HEARTBEAT_DEFAULT_MS;
}

static rc start_threads(struct http_server *s, int fd)
{
    for (; s->n_workers < s->config.threads; s->n_workers++)
        TRY(worker_start(&s->workers[s->n_workers], s, fd));
    TRY(thread_start(&s->ticker, "http-tick", ticker, s));
    s->ticker_runs = true;
    return OK;
}

static void stop_threads(struct http_server *s)
{
    if (s->ticker_runs)
        pthread_join(s->ticker, NULL);
    for (int i = 0; i < s->n_workers; i++)
        worker_stop(&s->workers[i]);
}

static rc start(struct http_server *s, struct err *err)
{
    FD_SCOPED fd = -1;
    defaults(&s->config);
    s->rid_key = random_u64();
    TRY(parse_trusted(s, s->config.trusted_proxies, err));
    TRY(router_new(s->config.routes, s->config.n_routes, &s->router, err));
    raise_file_limit(s->config.max_connections);
    TRY(open_listen(s->config.listen, &fd, err));
    s->port = bound_port(fd);
    if (start_threads(s, fd) == OK)
        return OK;
    stop_threads(s);
    return ERR(err, E_IO, "HTT-043", N_("The HTTP server cannot start its threads."));
}

rc http_start(const struct http_config *config, struct http_server **out, struct err *err)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (!s)
        return E_NOMEM;
    s->config = *config;
    init_locks(s);
    rc code = start(s, err);
    if (code != OK) {
        server_free(s);
        return code;
    }
    *out = s;
    return OK;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

/* ---- stop ---- */

/* Waits for `idle` until nothing is active or parked, or the time is over (ms < 0: no limit). s->lock is held. */
static bool wait_idle(struct http_server *s, int ms, bool parked_only)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    while (s->n_parked > 0 || (!parked_only && s->active > 0)) {
        if (ms < 0)
            pthread_cond_wait(&s->idle, &s->lock);
        else if (pthread_cond_timedwait(&s->idle, &s->lock, &until) == ETIMEDOUT)
            return false;
    }
    return true;
}

/* Takes the parked requests from their holders and lets 503 go out. s->lock is held. */
static void abandon_parked(struct http_server *s)
{
    for (struct http_conn *c = s->parked, *next; c; c = next) {
        next = c->next;
        int expect = CONN_PARKED;
        if (!atomic_compare_exchange_strong(&c->state, &expect, CONN_ABANDONED))
            continue; /* being answered right now: request_answer unlinks it */
        conn_unlink_parked(c);
        s->n_parked--;
        MHD_resume_connection(c->mhd);
        worker_kick(c->worker);
    }
}

void http_stop(struct http_server *s, int grace_ms)
{
    enum { LAST_MS = 5000 };
    if (!s)
        return;
    {
        LOCKED(&s->lock);
        s->stopping = true;
        pthread_cond_broadcast(&s->tick);
    }
    for (int i = 0; i < s->n_workers; i++)
        worker_kick(&s->workers[i]); /* closes its listener */
    events_detach(s);
    {
        LOCKED(&s->lock);
        if (!wait_idle(s, grace_ms, false)) {
            abandon_parked(s);
            (void)wait_idle(s, LAST_MS, false); /* the 503s leave; slow readers are cut */
        }
        /* libmicrohttpd must not be stopped with suspended connections: those being answered get through. */
        (void)wait_idle(s, -1, true);
    }
    stop_threads(s);
    server_free(s);
}
