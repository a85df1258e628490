/* The server with real sockets: what well-behaved and clumsy clients do. Hostile ones: test_hostile.c. */
#include "t.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http.h"
#include "test_net.h"

enum { BODY_MAX = 1000 };

static struct http_server *server;
static int port;
static _Atomic int finished_n;
static _Atomic int last_status;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct request *parked[4096];
static int n_parked;

static void echo(struct request *r)
{
    struct buf *b = &r->reply->body;
    r->reply->status = 200;
    r->reply->type = "text/plain; charset=utf-8";
    buf_printf(b, "%s %.*s kind=%d client=%.*s\n", http_method_name(r->method), STR_ARG(r->path), (int)r->body_kind,
               STR_ARG(r->client));
    for (size_t i = 0; i < r->n_pairs; i++)
        buf_printf(b, "%s%.*s=%.*s\n", i < r->n_query_pairs ? "?" : "", STR_ARG(r->pairs[i].name),
                   STR_ARG(r->pairs[i].value));
    buf_printf(b, "body=%.*s\ncookie=%.*s\n", STR_ARG(r->body), STR_ARG(request_cookie(r, "sid")));
}

static void park(struct request *r)
{
    request_park(r);
    pthread_mutex_lock(&lock);
    parked[n_parked++] = r;
    pthread_mutex_unlock(&lock);
}

static void send_file(struct request *r)
{
    char path[] = "/tmp/rise-test-XXXXXX";
    r->reply->fd = mkostemp(path, O_CLOEXEC);
    ck_assert_int_ge(r->reply->fd, 0);
    unlink(path);
    ck_assert_int_eq(write(r->reply->fd, "0123456789", 10), 10);
    r->reply->fd_size = 10;
    r->reply->status = 200;
    reply_header(r->reply, "ETag", STR("\"v1\""));
}

static void handle(struct request *r, void *arg)
{
    (void)arg;
    const char *what = r->route ? r->route->user : "none";
    if (strcmp(what, "echo") == 0)
        echo(r);
    else if (strcmp(what, "park") == 0)
        park(r);
    else if (strcmp(what, "nap") == 0) {
        usleep(300000);
        r->reply->status = 200;
    } else if (strcmp(what, "file") == 0)
        send_file(r);
    else if (strcmp(what, "fixed") == 0) {
        r->reply->status = 200;
        r->reply->type = "text/css";
        r->reply->fixed = STR("body{}");
    } else if (strcmp(what, "inject") == 0) {
        r->reply->status = 200;
        reply_header(r->reply, "X-Name", STR("a\r\nSet-Cookie: evil=1"));
    } else if (strcmp(what, "redirect") == 0)
        reply_redirect(r->reply, STR("/there"));
    else if (strcmp(what, "none") == 0) {
        r->reply->status = r->allowed_methods ? 405 : 404;
        buf_printf(&r->reply->body, "allowed=%u", r->allowed_methods);
    } /* "silent" leaves no answer */
}

static void finished(const struct request *r, int status, int64_t bytes, int64_t us, void *arg)
{
    (void)r;
    (void)bytes;
    (void)us;
    (void)arg;
    last_status = status;
    finished_n++;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/echo", 0, "echo"},     {HTTP_POST, "/echo", BODY_MAX, "echo"}, {HTTP_GET, "/park", 0, "park"},
    {HTTP_GET, "/file", 0, "file"},     {HTTP_GET, "/fixed", 0, "fixed"},       {HTTP_GET, "/inject", 0, "inject"},
    {HTTP_GET, "/silent", 0, "silent"}, {HTTP_GET, "/redirect", 0, "redirect"}, {HTTP_POST, "/big", 8 << 20, "echo"},
    {HTTP_GET, "/nap", 0, "nap"},
};

static void start(int idle_s)
{
    struct http_config config = {
        .listen = STR("127.0.0.1:0"),
        .threads = 2,
        .routes = routes,
        .n_routes = sizeof routes / sizeof routes[0],
        .handle = handle,
        .finished = finished,
        .idle_s = idle_s,
    };
    struct err err = {0};
    t_ok(http_start(&config, &server, &err));
    port = http_port(server);
    ck_assert_int_gt(port, 0);
}

#define GET(path, fields) STR("GET " path " HTTP/1.1\r\nHost: x\r\n" fields "\r\n")

static void answer_all(const char *text)
{
    pthread_mutex_lock(&lock);
    for (int i = 0; i < n_parked; i++) {
        parked[i]->reply->status = 200;
        buf_put(&parked[i]->reply->body, str_of(text));
        request_answer(parked[i]);
    }
    n_parked = 0;
    pthread_mutex_unlock(&lock);
}

static bool are_parked(void *arg)
{
    pthread_mutex_lock(&lock);
    bool enough = n_parked >= *(int *)arg;
    pthread_mutex_unlock(&lock);
    return enough;
}

static void wait_parked(int n)
{
    net_wait(are_parked, &n);
}

START_TEST(answers)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    ck_assert_int_eq(net_once(port, GET("/echo?a=1&b=%E9%9B%B2", "Cookie: x=1; sid=abc\r\n"), &b), 200);
    t_str(net_body(&b), STR("GET /echo kind=0 client=127.0.0.1\n?a=1\n?b=雲\nbody=\ncookie=abc\n"));
    ck_assert_uint_eq(net_field(&b, "X-Request-Id").n, 16);
    ck_assert_uint_gt(net_field(&b, "Date").n, 20);
    ck_assert_int_eq(net_once(port, GET("/nothing", ""), &b), 404);
    ck_assert_int_eq(net_once(port, STR("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n"), &b), 405);
    t_str(net_body(&b), STR("allowed=7"));
    ck_assert_int_eq(net_once(port, GET("/silent", ""), &b), 500);
    ck_assert_int_eq(net_once(port, GET("/redirect", ""), &b), 303);
    t_str(net_field(&b, "Location"), STR("/there"));
    ck_assert_int_eq(net_once(port, GET("/inject", ""), &b), 500);
    t_str(net_field(&b, "Set-Cookie"), STR(""));
    http_stop(server, 1000);
}
END_TEST

START_TEST(bodies)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    ck_assert_int_eq(
        net_once(port,
                 STR("POST /echo?q=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     "Content-Length: 7\r\n\r\na=1&b=2"),
                 &b),
        200);
    t_str(net_body(&b), STR("POST /echo kind=1 client=127.0.0.1\n?q=1\na=1\nb=2\nbody=a=1&b=2\ncookie=\n"));
    ck_assert_int_eq(net_once(port,
                              STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=Q\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n"
                                  "37\r\n--Q\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--Q--\r\n0\r\n\r\n"),
                              &b),
                     200);
    ck_assert(str_find(net_body(&b), STR("kind=2")) > 0 && str_find(net_body(&b), STR("\na=1\n")) > 0);
    ck_assert_int_eq(net_once(port,
                              STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json; charset=utf-8\r\n"
                                  "Content-Length: 2\r\n\r\n{}"),
                              &b),
                     200);
    ck_assert(str_find(net_body(&b), STR("kind=3")) > 0 && str_find(net_body(&b), STR("body={}")) > 0);
    ck_assert_int_eq(net_once(port, STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), &b), 200);
    /* malformed forms */
    ck_assert_int_eq(
        net_once(port,
                 STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     "Content-Length: 3\r\n\r\na=%"),
                 &b),
        400);
    ck_assert_int_eq(net_once(port,
                              STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=Q\r\n"
                                  "Content-Length: 5\r\n\r\n--Q\r\n"),
                              &b),
                     400);
    ck_assert_int_eq(
        net_once(port, STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"),
                 &b),
        415);
    ck_assert_int_eq(net_once(port, GET("/echo?a=%ff", ""), &b), 400);
    http_stop(server, 1000);
}
END_TEST

static void put_body(struct buf *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_putc(b, 'x');
}

START_TEST(too_large)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 22);
    BUF_SCOPED q = BUF_INIT(1 << 22);
    /* at the cap, then one past it; the connection lives on, and so does what follows */
    buf_put(&q, STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"));
    put_body(&q, 1000);
    buf_put(&q, STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"));
    put_body(&q, 1001);
    buf_put(&q, STR("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n"));
    put_body(&q, 0x100000);
    buf_put(&q, STR("\r\n0\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n"));
    int fd = net_connect(port);
    net_send(fd, buf_str(&q));
    ck_assert_int_eq(net_reply(fd, &b), 200);
    ck_assert_int_eq(net_reply(fd, &b), 413);
    ck_assert_int_eq(net_reply(fd, &b), 413);
    ck_assert_int_eq(net_reply(fd, &b), 200);
    close(fd);
    /* a route without a body */
    ck_assert_int_eq(net_once(port, STR("GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"), &b), 413);
    /* nobody wants it: answered before it comes */
    fd = net_connect(port);
    net_send(fd, STR("POST /nothing HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
    buf_clear(&b);
    ck_assert(net_read_until(fd, &b, STR("\r\n\r\n")));
    ck_assert(str_starts(buf_str(&b), STR("HTTP/1.1 404 ")));
    close(fd);
    /* hopeless: refused at once, without reading 10 GB */
    fd = net_connect(port);
    net_send(fd, STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n"));
    ck_assert_int_eq(net_reply(fd, &b), 413);
    ck_assert(net_closed(fd));
    close(fd);
    http_stop(server, 1000);
}
END_TEST

START_TEST(continues)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fd = net_connect(port);
    net_send(fd, STR("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
    ck_assert(net_read_until(fd, &b, STR("HTTP/1.1 100 Continue\r\n\r\n")));
    net_send(fd, STR("body"));
    ck_assert_int_eq(net_reply(fd, &b), 200);
    /* too large: the refusal comes instead of 100 */
    net_send(fd, STR("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4000\r\n\r\n"));
    buf_clear(&b);
    ck_assert(net_read_until(fd, &b, STR("\r\n\r\n")));
    ck_assert(str_starts(buf_str(&b), STR("HTTP/1.1 413 ")));
    close(fd);
    http_stop(server, 1000);
}
END_TEST

START_TEST(pipelined)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    BUF_SCOPED q = BUF_INIT(1 << 20);
    enum { N = 500 };
    for (int i = 0; i < N; i++)
        buf_printf(&q, "GET /echo?n=%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
    int fd = net_connect(port);
    net_send(fd, buf_str(&q));
    for (int i = 0; i < N; i++) {
        char want[32];
        snprintf(want, sizeof want, "?n=%d\n", i);
        ck_assert_int_eq(net_reply(fd, &b), 200);
        ck_assert_msg(str_find(net_body(&b), str_of(want)) > 0, "reply %d", i);
    }
    close(fd);
    http_stop(server, 1000);
}
END_TEST

START_TEST(slow_client)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fd = net_connect(port);
    str q = STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
    for (size_t i = 0; i < q.n; i++) {
        net_send(fd, str_sub(q, i, 1));
        usleep(500);
    }
    ck_assert_int_eq(net_reply(fd, &b), 200);
    ck_assert(str_find(net_body(&b), STR("body=body")) > 0);
    close(fd);
    http_stop(server, 1000);
}
END_TEST

START_TEST(silent_client_is_closed)
{
    start(1);
    int fd = net_connect(port);
    net_send(fd, STR("GET /ec"));
    ck_assert(net_closed(fd));
    close(fd);
    http_stop(server, 1000);
}
END_TEST

static bool one_finished(void *arg)
{
    (void)arg;
    return finished_n >= 1;
}

START_TEST(client_leaves_in_body)
{
    start(60);
    int fd = net_connect(port);
    net_send(fd, STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf"));
    usleep(20000);
    close(fd);
    net_wait(one_finished, NULL);
    ck_assert_int_eq(last_status, 0);
    http_stop(server, 1000);
}
END_TEST

START_TEST(head_requests)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fd = net_connect(port);
    net_send(fd, STR("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\nHEAD /file HTTP/1.1\r\nHost: x\r\n\r\nGET /fixed "
                     "HTTP/1.1\r\nHost: x\r\n\r\n"));
    ck_assert(net_read_until(fd, &b, STR("body{}")));
    str all = buf_str(&b);
    ck_assert(str_starts(all, STR("HTTP/1.1 200 ")));
    ck_assert_int_lt(str_find(all, STR("kind=")), 0);
    ck_assert_int_lt(str_find(all, STR("0123456789")), 0);
    ck_assert_int_gt(str_find(all, STR("Content-Length: 10\r\n")), 0);
    close(fd);
    http_stop(server, 1000);
}
END_TEST

START_TEST(validators_and_ranges)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    ck_assert_int_eq(net_once(port, GET("/fixed", ""), &b), 200);
    BUF_SCOPED q = BUF_INIT(4096);
    buf_printf(&q, "GET /fixed HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"other\", W/%.*s\r\n\r\n",
               STR_ARG(net_field(&b, "ETag")));
    int fd = net_connect(port);
    net_send(fd, buf_str(&q));
    ck_assert_int_eq(net_reply(fd, &b), 304);
    ck_assert_uint_gt(net_field(&b, "ETag").n, 2);
    net_send(fd, GET("/fixed", "")); /* nothing of a body followed the 304 */
    ck_assert_int_eq(net_reply(fd, &b), 200);
    t_str(net_body(&b), STR("body{}"));
    close(fd);
    static const struct {
        const char *range;
        int status;
        const char *body, *says;
    } cases[] = {
        {"bytes=0-3", 206, "0123", "bytes 0-3/10"},
        {"bytes=7-", 206, "789", "bytes 7-9/10"},
        {"bytes=-2", 206, "89", "bytes 8-9/10"},
        {"bytes=-20", 206, "0123456789", "bytes 0-9/10"},
        {"bytes=9-99", 206, "9", "bytes 9-9/10"},
        {"bytes=10-", 416, "", "bytes */10"},
        {"bytes=-0", 416, "", "bytes */10"},
        {"bytes=3-2", 200, "0123456789", ""},
        {"bytes=0-1,3-4", 200, "0123456789", ""},
        {"bytes=a-b", 200, "0123456789", ""},
        {"bytes=--1", 200, "0123456789", ""},
        {"lines=0-1", 200, "0123456789", ""},
        {"bytes=0-3\r\nIf-Range: \"v0\"", 200, "0123456789", ""},
        {"bytes=0-3\r\nIf-Range: \"v1\"", 206, "0123", "bytes 0-3/10"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_clear(&q);
        buf_printf(&q, "GET /file HTTP/1.1\r\nHost: x\r\nRange: %s\r\n\r\n", cases[i].range);
        int got = net_once(port, buf_str(&q), &b);
        ck_assert_msg(got == cases[i].status, "%s: %d", cases[i].range, got);
        t_str(net_body(&b), str_of(cases[i].body));
        t_str(net_field(&b, "Content-Range"), str_of(cases[i].says));
    }
    http_stop(server, 1000);
}
END_TEST

START_TEST(forwarded_for)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    ck_assert_int_eq(net_once(port, GET("/echo", "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n"), &b), 200);
    ck_assert(str_find(net_body(&b), STR("client=203.0.113.9\n")) > 0);
    ck_assert_int_eq(net_once(port, GET("/echo", "X-Forwarded-For: nonsense\r\n"), &b), 200);
    ck_assert(str_find(net_body(&b), STR("client=127.0.0.1\n")) > 0);
    http_stop(server, 1000);
    struct http_config config = {.listen = STR("127.0.0.1:0"),
                                 .routes = routes,
                                 .n_routes = 1,
                                 .handle = handle,
                                 .trusted_proxies = STR("10.0.0.1")};
    t_ok(http_start(&config, &server, NULL));
    ck_assert_int_eq(net_once(http_port(server), GET("/echo", "X-Forwarded-For: 203.0.113.9\r\n"), &b), 200);
    ck_assert(str_find(net_body(&b), STR("client=127.0.0.1\n")) > 0);
    http_stop(server, 1000);
}
END_TEST

START_TEST(parked_requests)
{
    enum { N = 300 };
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fds[N];
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < N; i++) {
            if (round == 0)
                fds[i] = net_connect(port);
            net_send(fds[i], GET("/park", ""));
        }
        wait_parked(N);
        answer_all("late");
        for (int i = 0; i < N; i++) {
            ck_assert_int_eq(net_reply(fds[i], &b), 200);
            t_str(net_body(&b), STR("late"));
        }
    }
    for (int i = 0; i < N; i++)
        close(fds[i]);
    http_stop(server, 1000);
}
END_TEST

START_TEST(client_dies_while_parked)
{
    enum { N = 50 };
    start(60);
    for (int i = 0; i < N; i++) {
        int fd = net_connect(port);
        net_send(fd, GET("/park", ""));
        struct linger now = {1, 0};
        wait_parked(i + 1);
        if (i % 2) /* a reset, not a polite end */
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(fd);
    }
    answer_all("nobody listens");
    http_stop(server, 1000);
    ck_assert_int_eq(finished_n, N);
}
END_TEST

static void *stop(void *arg)
{
    http_stop(server, *(int *)arg);
    return NULL;
}

START_TEST(graceful_stop)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int idle = net_connect(port), busy = net_connect(port), grace = 10000;
    net_send(busy, GET("/park", ""));
    wait_parked(1);
    pthread_t t;
    pthread_create(&t, NULL, stop, &grace);
    usleep(50000);
    answer_all("finished");
    ck_assert_int_eq(net_reply(busy, &b), 200);
    t_str(net_body(&b), STR("finished"));
    pthread_join(t, NULL);
    ck_assert(net_closed(busy));
    ck_assert(net_closed(idle));
    close(idle);
    close(busy);
}
END_TEST

START_TEST(stop_without_patience)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fd = net_connect(port);
    net_send(fd, GET("/park", ""));
    wait_parked(1);
    http_stop(server, 10);
    ck_assert_int_eq(net_reply(fd, &b), 503);
    ck_assert_uint_gt(net_field(&b, "Retry-After").n, 0);
    answer_all("too late"); /* after the server is gone: must only free */
    close(fd);
}
END_TEST

START_TEST(many_connections)
{
    enum { N = 2000 };
    struct rlimit r;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &r), 0);
    r.rlim_cur = r.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &r), 0);
    if (r.rlim_cur < 2 * N + 100) {
        printf("skipped: only %lu open files are allowed\n", (unsigned long)r.rlim_cur);
        return;
    }
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    static int fds[N];
    for (int i = 0; i < N; i++)
        fds[i] = net_connect(port);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < N; i++)
            net_send(fds[i], GET("/echo", ""));
        for (int i = 0; i < N; i++)
            ck_assert_int_eq(net_reply(fds[i], &b), 200);
    }
    for (int i = 0; i < N; i++)
        close(fds[i]);
    http_stop(server, 5000);
    ck_assert_int_eq(finished_n, 3 * N);
}
END_TEST

/* libmicrohttpd 0.9.75's own loop takes 128 events at a time and asks for more while it gets 128, waiting: exactly 128
 * ready requests then stay unanswered until something else happens. Ours must answer them. */
START_TEST(a_full_batch_of_events)
{
    enum { N = 256 };
    struct http_config config = {.listen = STR("127.0.0.1:0"),
                                 .threads = 1,
                                 .routes = routes,
                                 .n_routes = sizeof routes / sizeof routes[0],
                                 .handle = handle};
    t_ok(http_start(&config, &server, NULL));
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fds[N], busy = net_connect(http_port(server));
    for (int i = 0; i < N; i++) {
        fds[i] = net_connect(http_port(server));
        net_send(fds[i], GET("/echo", ""));
        ck_assert_int_eq(net_reply(fds[i], &b), 200);
    }
    for (int n = N / 2; n <= N; n += N / 2) {
        net_send(busy, GET("/nap", "")); /* meanwhile the rest arrives */
        usleep(50000);
        for (int i = 0; i < n; i++)
            net_send(fds[i], GET("/echo", ""));
        for (int i = 0; i < n; i++)
            ck_assert_int_eq(net_reply(fds[i], &b), 200);
        ck_assert_int_eq(net_reply(busy, &b), 200);
    }
    for (int i = 0; i < N; i++)
        close(fds[i]);
    close(busy);
    http_stop(server, 5000);
}
END_TEST

START_TEST(large_upload)
{
    start(60);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    BUF_SCOPED q = BUF_INIT(16 << 20);
    BUF_SCOPED body = BUF_INIT(16 << 20);
    buf_put(&body, STR("--Q\r\nContent-Disposition: form-data; name=f; filename=\"big.bin\"\r\n\r\n"));
    put_body(&body, 6 << 20);
    buf_put(&body, STR("\r\n--Q--\r\n"));
    buf_printf(
        &q,
        "POST /big HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=Q\r\nContent-Length: %zu\r\n\r\n",
        body.n);
    buf_put(&q, buf_str(&body));
    ck_assert_int_eq(net_once(port, buf_str(&q), &b), 200);
    ck_assert(str_find(net_body(&b), STR("\nf=big.bin\n")) > 0);
    http_stop(server, 1000);
}
END_TEST

START_TEST(bad_configuration)
{
    struct http_config config = {.listen = STR("nowhere"), .routes = routes, .n_routes = 1, .handle = handle};
    struct err err = {0};
    t_rc(http_start(&config, &server, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "HTT-040");
    start(60);
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%d", port);
    struct http_server *second;
    config.listen = str_of(taken);
    err_clear(&err);
    t_rc(http_start(&config, &second, &err), E_IO);
    config.listen = STR("127.0.0.1:0");
    config.trusted_proxies = STR("proxy.example");
    err_clear(&err);
    t_rc(http_start(&config, &second, &err), E_INVALID);
    http_stop(server, 1000);
}
END_TEST

T_MAIN("http/server", answers, bodies, too_large, continues, pipelined, slow_client, silent_client_is_closed,
       client_leaves_in_body, head_requests, validators_and_ranges, forwarded_for, parked_requests,
       client_dies_while_parked, graceful_stop, stop_without_patience, many_connections, a_full_batch_of_events,
       large_upload, bad_configuration)
