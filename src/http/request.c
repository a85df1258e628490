/* The life of one request: head → gate → route → body → handler → answer. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "http/conn.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/thread.h"

/* A body that is refused is still read up to here, so that the client sees the answer instead of a reset connection. */
enum { DISCARD_MAX = 16 * 1024 * 1024 };

/* ---- what the layers above ask ---- */

str request_header(const struct request *r, const char *name)
{
    const struct http_conn *c = r->conn;
    str want = str_of(name);
    for (size_t i = 0; i < c->n_headers; i++)
        if (str_ieq(c->headers[i].name, want))
            return c->headers[i].value;
    return STR_EMPTY;
}

str request_cookie(const struct request *r, const char *name)
{
    const struct http_conn *c = r->conn;
    str want = str_of(name);
    for (size_t i = 0; i < c->n_headers; i++) {
        if (!str_ieq(c->headers[i].name, STR("cookie")))
            continue;
        for (str rest = c->headers[i].value; rest.p;) {
            str value = str_trim(str_cut(&rest, ';'));
            str key = str_cut(&value, '=');
            if (value.p && str_eq(key, want))
                return value;
        }
    }
    return STR_EMPTY;
}

str request_param(const struct request *r, const char *name)
{
    for (int i = 0; i < r->n_params; i++)
        if (strcmp(r->params[i].name, name) == 0)
            return r->params[i].value;
    abort(); /* the route's pattern has no such parameter: a bug */
}

/* ---- parking ---- */

/* server->lock is held. */
void conn_unlink_parked(struct http_conn *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        c->server->parked = c->next;
    if (c->next)
        c->next->prev = c->prev;
    c->next = c->prev = NULL;
}

void request_park(struct request *r)
{
    struct http_conn *c = r->conn;
    struct http_server *s = c->server;
    c->parked = true;
    {
        LOCKED(&s->lock);
        atomic_store(&c->state, CONN_PARKED);
        c->next = s->parked;
        if (c->next)
            c->next->prev = c;
        s->parked = c;
        s->n_parked++;
    }
    MHD_suspend_connection(c->mhd);
}

void request_answer(struct request *r)
{
    struct http_conn *c = r->conn;
    int state = CONN_PARKED;
    if (!atomic_compare_exchange_strong(&c->state, &state, CONN_ANSWERED)) {
        /* http_stop gave up on it, and the server may be gone: whoever comes last frees. */
        if (atomic_exchange(&c->state, CONN_APP_DONE) == CONN_MHD_DONE)
            conn_free(c);
        return;
    }
    /* Suspended connections are not watched, so the client's death shows only when the answer is written: c and its
     * connection live until they are resumed, and the server until n_parked falls. Resuming is a system call (it wakes
     * the worker's epoll): not under the lock that every worker takes. */
    struct http_server *s = c->server;
    struct worker *w = c->worker;
    struct MHD_Connection *mhd = c->mhd;
    {
        LOCKED(&s->lock);
        conn_unlink_parked(c);
    }
    MHD_resume_connection(mhd);
    worker_kick(w);
    LOCKED(&s->lock);
    if (--s->n_parked == 0 && s->stopping)
        pthread_cond_broadcast(&s->idle);
}

/* ---- the head ---- */

static void make_rid(struct http_conn *c)
{
    /* A counter through a bijective mix (splitmix64's): unique in the process, without a pattern to guess at. */
    uint64_t z = c->server->rid_key + atomic_fetch_add_explicit(&c->server->rid_count, 1, memory_order_relaxed) *
                                          UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    for (int i = 0; i < 16; i++)
        c->req.rid[i] = "0123456789abcdef"[z >> (60 - 4 * i) & 15];
    c->req.rid[16] = '\0';
}

void *on_target(void *worker, const char *target, struct MHD_Connection *mhd)
{
    struct worker *w = worker;
    struct http_conn *c = conn_take(w->server);
    if (!c)
        return NULL;
    c->worker = w;
    c->mhd = mhd;
    c->started = clock_mono();
    c->req.received = clock_now();
    make_rid(c);
    c->target_at = target;
    c->target_n = strlen(target);
    /* One byte past the limit is enough for the gate to refuse it. */
    c->req.target = arena_str(c->req.arena, str_sub(str_n(target, c->target_n), 0, GATE_TARGET_MAX + 1));
    return c;
}

/* libmicrohttpd repairs what should be refused: it joins folded lines, takes a bare LF for CRLF and hides what follows
 * a NUL. But it parses in place: what it hands out lies side by side in one buffer, with only the separators between.
 * So a head in which every byte is accounted for was sent as RFC 9112 section 2.2 wants it; anything else is refused
 * (also if a future version of the library should lay things out differently). */
struct head_reader {
    struct http_conn *c;
    uintptr_t expect; /* where the next field line must start */
    bool odd;
    size_t n; /* fields seen, stored or not */
    size_t bytes;
};

static enum MHD_Result read_field(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_n,
                                  const char *value, size_t value_n)
{
    struct head_reader *h = arg;
    (void)kind;
    uintptr_t at = (uintptr_t)name, value_at = value ? (uintptr_t)value : at + name_n + 1;
    /* colon, then any spaces; a wild distance is a value that was put together elsewhere */
    if (at != h->expect || value_at < at + name_n + 1 || value_at - at > GATE_HEAD_MAX)
        h->odd = true;
    h->expect = value_at + value_n + 2; /* CRLF */
    h->bytes += name_n + value_n + 2;
    if (h->n < GATE_HEADERS_MAX)
        h->c->headers[h->n] = (struct gate_header){str_n(name, name_n), str_n(value ? value : "", value_n)};
    h->n++;
    return MHD_YES;
}

/* The fields outlive the connection's buffer (a parked request may be held past a stop): copied at once. */
static bool copy_headers(struct http_conn *c, size_t bytes)
{
    char *p = arena_alloc(c->req.arena, bytes + 1);
    if (!p)
        return false;
    for (size_t i = 0; i < c->n_headers; i++) {
        struct gate_header *h = &c->headers[i];
        memcpy(p, h->name.p, h->name.n);
        h->name.p = p;
        p += h->name.n;
        memcpy(p, h->value.p, h->value.n);
        h->value.p = p;
        p += h->value.n;
    }
    return true;
}

static rc read_head(struct http_conn *c, const char *method, const char *version, struct gate_head *head)
{
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t method_n = strlen(method), version_n = strlen(version), bytes = size ? size->header_size : 0;
    struct head_reader h = {.c = c, .expect = (uintptr_t)version + version_n + 2};
    MHD_get_connection_values_n(c->mhd, MHD_HEADER_KIND, read_field, &h);
    bool odd = h.odd || (uintptr_t)c->target_at != (uintptr_t)method + method_n + 1 ||
               (uintptr_t)version != (uintptr_t)c->target_at + c->target_n + 1 ||
               h.expect + 2 != (uintptr_t)method + bytes;
    c->n_headers = h.n < GATE_HEADERS_MAX ? h.n : GATE_HEADERS_MAX;
    c->head_bytes = bytes;
    if (!copy_headers(c, h.bytes))
        return E_NOMEM;
    *head = (struct gate_head){.method = str_n(method, method_n),
                               .target = c->req.target,
                               .version = str_n(version, version_n),
                               .headers = c->headers,
                               .n_headers = h.n,
                               .bytes = bytes,
                               .value_after = c->server->config.value_after};
    if (odd && h.n <= GATE_HEADERS_MAX)
        return ERR(&c->err, E_INVALID, "HTT-001", N_("The request is malformed."));
    return OK;
}

/* ---- who asks ---- */

static bool is_trusted(const struct http_server *s, const char *address)
{
    for (size_t i = 0; i < s->n_trusted; i++)
        if (strcmp(s->trusted[i], address) == 0)
            return true;
    return false;
}

static str client_address(struct http_conn *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info && info->client_addr && info->client_addr->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, info->client_addr, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    } else if (info && info->client_addr && info->client_addr->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, info->client_addr, sizeof in6);
        inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
    }
    str peer = str_of(text);
    if (str_starts(peer, STR("::ffff:")) && str_chr(peer, '.') >= 0)
        peer = str_sub(peer, 7, peer.n);
    str forwarded = request_header(&c->req, "X-Forwarded-For");
    if (forwarded.n > 0 && is_trusted(c->server, peer.p)) {
        str last = STR_EMPTY;
        for (str rest = forwarded; rest.p;)
            last = str_trim(str_cut(&rest, ','));
        struct in6_addr raw;
        const char *hop = arena_cstr(c->req.arena, last);
        if (hop && (inet_pton(AF_INET, hop, &raw) == 1 || inet_pton(AF_INET6, hop, &raw) == 1))
            return str_of(hop);
    }
    str copy = arena_str(c->req.arena, peer);
    return copy.p ? copy : STR_EMPTY;
}

static void find_route(struct http_conn *c)
{
    struct request *r = &c->req;
    struct router_match m;
    router_find(c->server->router, r->method, r->path, &m);
    r->route = m.route;
    r->allowed_methods = m.allowed;
    r->n_params = m.n_params;
    for (int i = 0; i < m.n_params; i++) {
        r->params[i].name = m.names[i];
        r->params[i].value = m.values[i];
    }
}

/* ---- the body ---- */

static bool is_type(str value, str type)
{
    ptrdiff_t semicolon = str_chr(value, ';');
    return str_ieq(str_trim(semicolon < 0 ? value : str_sub(value, 0, (size_t)semicolon)), type);
}

static enum body_kind kind_of(str type)
{
    if (is_type(type, STR("application/x-www-form-urlencoded")))
        return BODY_FORM;
    if (is_type(type, STR("multipart/form-data")))
        return BODY_MULTIPART;
    if (is_type(type, STR("application/json")))
        return BODY_JSON;
    return BODY_OTHER;
}

static rc too_large(struct http_conn *c)
{
    c->refused = 413;
    size_t max = c->req.route->max_body;
    if (max == 0)
        return ERR(&c->err, E_LIMIT, "HTT-052", N_("Nothing can be sent to this address."));
    str kib = arena_printf(c->req.arena, "%zu", (max + 1023) / 1024);
    return ERR(&c->err, E_LIMIT, "HTT-050", N_("What was sent is too large: at most {1} KiB are accepted here."), kib);
}

/* Decides what to do with the body that the head announces. A refusal is answered when the body has been read. */
static rc plan_body(struct http_conn *c)
{
    struct request *r = &c->req;
    if (!c->gate.chunked && c->gate.content_length <= 0)
        return OK;
    if (!r->route) { /* the handler answers 404 or 405; nobody wants the body */
        c->refused = -1;
        return OK;
    }
    if (c->gate.content_length > (int64_t)r->route->max_body || r->route->max_body == 0)
        return too_large(c);
    str coding = request_header(r, "Content-Encoding");
    if (coding.n > 0 && !str_ieq(coding, STR("identity"))) {
        c->refused = 415;
        return ERR(&c->err, E_INVALID, "HTT-051", N_("Compressed requests are not accepted."));
    }
    str type = request_header(r, "Content-Type");
    r->body_kind = kind_of(type);
    c->body.cap = r->route->max_body;
    if (r->body_kind != BODY_MULTIPART)
        return OK;
    struct multipart_limits limits = {.parts = PAIRS_MAX, .spool_dir = c->server->config.spool_dir};
    rc code = multipart_begin(r->arena, type, &limits, &c->multipart, &c->err);
    if (code != OK)
        c->refused = code == E_INVALID ? 400 : 500;
    return code;
}

static int status_of(rc code)
{
    return code == E_INVALID ? 400 : code == E_LIMIT ? 413 : 500;
}

static enum MHD_Result take_body(struct http_conn *c, str bytes)
{
    if (c->refused) {
        c->discarded += (int64_t)bytes.n;
        return c->discarded <= DISCARD_MAX ? MHD_YES : MHD_NO;
    }
    rc code;
    if (c->multipart) {
        /* counted here: the parser keeps only what matters */
        c->discarded += (int64_t)bytes.n;
        code = c->discarded > (int64_t)c->req.route->max_body ? too_large(c)
                                                              : multipart_feed(c->multipart, bytes, &c->err);
    } else {
        buf_put(&c->body, bytes);
        code = buf_rc(&c->body) == E_LIMIT ? too_large(c) : buf_rc(&c->body);
    }
    if (code != OK && !c->refused)
        c->refused = status_of(code);
    return MHD_YES;
}

static rc append_pairs(struct request *r, const struct pair *more, size_t n)
{
    if (n == 0)
        return OK;
    struct pair *all = ARENA_ARRAY(r->arena, r->n_pairs + n, struct pair);
    if (!all)
        return arena_rc(r->arena);
    if (r->n_pairs)
        memcpy(all, r->pairs, r->n_pairs * sizeof *all);
    memcpy(all + r->n_pairs, more, n * sizeof *all);
    r->pairs = all;
    r->n_pairs += n;
    return OK;
}

static rc end_body(struct http_conn *c)
{
    struct request *r = &c->req;
    struct pair *pairs = NULL;
    size_t n = 0;
    r->body = buf_str(&c->body);
    if (r->body_kind == BODY_FORM)
        TRY(form_parse(r->arena, r->body, PAIRS_MAX, &pairs, &n, &c->err));
    else if (c->multipart)
        TRY(multipart_end(c->multipart, &pairs, &n, &c->err));
    return append_pairs(r, pairs, n);
}

/* ---- libmicrohttpd's callbacks ---- */

static rc check_head(struct http_conn *c, const char *method, const char *version, int *status)
{
    struct request *r = &c->req;
    struct gate_head head;
    *status = 400;
    rc code = read_head(c, method, version, &head);
    if (code == OK) {
        code = gate_check(r->arena, &head, &c->gate, &c->err);
        *status = c->gate.status;
    }
    r->client = client_address(c);
    if (code != OK)
        return code;
    r->method = c->gate.method;
    r->path = c->gate.path;
    r->query = c->gate.query;
    r->host = c->gate.host;
    find_route(c);
    code = form_parse(r->arena, r->query, PAIRS_MAX, &r->pairs, &r->n_pairs, &c->err);
    r->n_query_pairs = r->n_pairs;
    *status = code == E_LIMIT ? 414 : status_of(code);
    return code;
}

/* After the body, or when a parked request was resumed. */
static enum MHD_Result complete(struct http_conn *c)
{
    struct http_server *s = c->server;
    if (c->parked)
        return atomic_load(&c->state) == CONN_ABANDONED ? reply_unavailable(c) : reply_send(c);
    if (c->refused > 0)
        return reply_refuse(c, c->refused);
    rc code = c->refused ? OK : end_body(c);
    if (code != OK)
        return reply_refuse(c, status_of(code));
    s->config.handle(&c->req, s->config.arg);
    return c->parked ? MHD_YES : reply_send(c);
}

/* After the head. What the gate refuses is answered at once and the connection closed: where its body would end is not
 * to be trusted. */
static enum MHD_Result begin(struct http_conn *c, const char *method, const char *version)
{
    int status;
    atomic_fetch_add(&c->server->active, 1);
    c->active = true;
    atomic_store_explicit(&c->state, CONN_BODY, memory_order_relaxed);
    if (check_head(c, method, version, &status) != OK) {
        c->close = true;
        return reply_refuse(c, status);
    }
    rc code = plan_body(c);
    bool hopeless = c->gate.expect_continue || c->gate.content_length > DISCARD_MAX;
    if (!c->refused || !hopeless)
        return MHD_YES;
    c->close = true; /* what is not wanted is not sent, or the client is cut off while sending it */
    return code == OK ? complete(c) : reply_refuse(c, c->refused);
}

enum MHD_Result on_request(void *worker, struct MHD_Connection *mhd, const char *url, const char *method,
                           const char *version, const char *data, size_t *n, void **conn)
{
    (void)worker;
    (void)mhd;
    (void)url;
    struct http_conn *c = *conn;
    if (!c)
        return MHD_NO;
    if (atomic_load_explicit(&c->state, memory_order_relaxed) == CONN_HEAD)
        return begin(c, method, version);
    if (*n > 0) {
        enum MHD_Result go = take_body(c, str_n(data, *n));
        *n = 0;
        return go;
    }
    return complete(c);
}

void on_completed(void *worker, struct MHD_Connection *mhd, void **conn, enum MHD_RequestTerminationCode why)
{
    (void)mhd;
    (void)why;
    struct http_server *s = ((struct worker *)worker)->server;
    struct http_conn *c = *conn;
    if (!c)
        return;
    *conn = NULL;
    bool active = c->active;
    if (active && s->config.finished)
        s->config.finished(&c->req, c->sent_status, c->sent_bytes, clock_mono() - c->started, s->config.arg);
    int state = atomic_load(&c->state);
    if (state < CONN_ABANDONED) {
        conn_release(c);
    } else if (atomic_exchange(&c->state, CONN_MHD_DONE) == CONN_APP_DONE) {
        conn_free(c);
    }
    if (active && atomic_fetch_sub(&s->active, 1) == 1 && s->stopping) {
        LOCKED(&s->lock);
        pthread_cond_broadcast(&s->idle);
    }
}
