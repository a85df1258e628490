/* Requests that two servers could read differently, sent over real sockets: the answer must be a refusal, the
 * connection must end, and the request hidden behind must not run. */
#include "t.h"

#include <stdatomic.h>
#include <unistd.h>

#include "http/gate.h"
#include "http/http.h"
#include "test_net.h"

static struct http_server *server;
static int port;
static _Atomic int smuggled;
static _Atomic int handled;

static void handle(struct request *r, void *arg)
{
    (void)arg;
    handled++;
    if (str_eq(r->path, STR("/smuggled")))
        smuggled++;
    r->reply->status = 200;
}

static _Atomic int refused_status;

static void refuse(struct request *r, int status, const struct err *err, void *arg)
{
    (void)arg;
    refused_status = status;
    buf_put(&r->reply->body, str_of(err->main.code));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/", 0, NULL}, {HTTP_POST, "/", 1000, NULL}, {HTTP_GET, "/smuggled", 0, NULL}};

static void start(void)
{
    struct http_config config = {.listen = STR("127.0.0.1:0"),
                                 .threads = 1,
                                 .routes = routes,
                                 .n_routes = 3,
                                 .handle = handle,
                                 .refuse = refuse,
                                 .idle_s = 5};
    t_ok(http_start(&config, &server, NULL));
    port = http_port(server);
}

#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

/* Sends and reads to the end: the first status (0: just closed). */
static int send_hostile(str bytes)
{
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fd = net_connect(port);
    net_send(fd, bytes);
    while (net_read_until(fd, &b, STR("\xff never sent")))
        ;
    close(fd);
    int64_t status = 0;
    if (b.n > 12)
        t_ok(str_to_i64(str_sub(buf_str(&b), 9, 3), &status));
    return (int)status;
}

#define CASE(status, text)                                                                                             \
    {                                                                                                                  \
        status, STR_INIT(text SMUGGLED), text                                                                          \
    }

START_TEST(smuggling)
{
    static const struct {
        int status;
        str bytes;
        const char *name;
    } cases[] = {
        /* two lengths */
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nhello"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5 \r\n\r\nhello"),
        CASE(413, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n"),
        /* odd codings */
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        CASE(
            400,
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0b"
                  "chunked\r\n\r\n0\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\x20\r\n\r\n0\r\n\r\n"),
        CASE(400, "POST / HTTP/1.1\r\nHost: x\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n"),
        CASE(400, "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        /* hosts */
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: \r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
        CASE(400, "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        /* lines: bare LF, lone CR, folding, NUL */
        CASE(400, "GET / HTTP/1.1\nHost: x\n\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: y\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: y\r\n\n"),
        CASE(400, "GET / HTTP/1.1\nHost: x\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: a\r b\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n"),
        CASE(400, "GET /\0a HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX\x01: a\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: a\x7f\r\n\r\n"),
        CASE(400, "GET / HTTP/1.1\r\nHost: x\r\nX: \xff\r\n\r\n"),
        /* targets */
        CASE(400, "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /a%5Cb HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /../a HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /%2e%2e/a HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /\xe4\xb8\xad HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET x HTTP/1.1\r\nHost: x\r\n\r\n"),
        /* the rest of the first line */
        CASE(501, "BREW / HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(501, "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(501, "get / HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(505, "GET / HTTP/1.2\r\nHost: x\r\n\r\n"),
        CASE(505, "GET / HTTP/3.0\r\nHost: x\r\n\r\n"),
        CASE(400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(400, "GET /  HTTP/1.1\r\nHost: x\r\n\r\n"),
        CASE(417, "POST / HTTP/1.1\r\nHost: x\r\nExpect: soup\r\nContent-Length: 5\r\n\r\nhello"),
    };
    start();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        smuggled = 0;
        int status = send_hostile(cases[i].bytes);
        /* libmicrohttpd itself just closes on some of the worst */
        ck_assert_msg(status == cases[i].status || (status == 0 && cases[i].status != 417), "%s → %d", cases[i].name,
                      status);
        ck_assert_msg(smuggled == 0, "%s let the next request through", cases[i].name);
        ck_assert_int_eq(handled, 0);
    }
    http_stop(server, 1000);
}
END_TEST

START_TEST(chunks)
{
    static const struct {
        bool good;
        const char *body;
    } cases[] = {
        {true, "5\r\nhello\r\n0\r\n\r\n"},  {true, "5;ext=1\r\nhello\r\n0\r\nTrailer: x\r\n\r\n"},
        {false, "5\r\nhelloXX0\r\n\r\n"},   {false, "-1\r\nhello\r\n0\r\n\r\n"},
        {false, "g\r\nhello\r\n0\r\n\r\n"}, {false, "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n"},
    };
    start();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        BUF_SCOPED q = BUF_INIT(4096);
        BUF_SCOPED b = BUF_INIT(1 << 16);
        buf_printf(&q, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%s%s", cases[i].body, SMUGGLED);
        handled = smuggled = 0;
        int fd = net_connect(port);
        net_send(fd, buf_str(&q));
        if (cases[i].good) {
            ck_assert_int_eq(net_reply(fd, &b), 200);
            ck_assert_int_eq(net_reply(fd, &b), 200); /* the honest pipelined one */
            ck_assert_int_eq(handled, 2);
        } else {
            int status = net_reply(fd, &b);
            ck_assert_msg(status == 400 || status == 413 || status == 0, "%s → %d", cases[i].body, status);
            ck_assert_int_eq(handled, 0);
        }
        close(fd);
    }
    http_stop(server, 1000);
}
END_TEST

START_TEST(sizes)
{
    start();
    BUF_SCOPED q = BUF_INIT(1 << 20);
    BUF_SCOPED b = BUF_INIT(1 << 16);
    buf_put(&q, STR("GET /?"));
    for (int i = 0; i < GATE_TARGET_MAX - 2; i++)
        buf_putc(&q, 'a');
    size_t n = q.n;
    buf_put(&q, STR(" HTTP/1.1\r\nHost: x\r\n\r\n"));
    ck_assert_int_eq(net_once(port, buf_str(&q), &b), 200);
    q.n = n;
    buf_put(&q, STR("a HTTP/1.1\r\nHost: x\r\n\r\n"));
    ck_assert_int_eq(net_once(port, buf_str(&q), &b), 414);
    buf_clear(&q);
    buf_put(&q, STR("GET / HTTP/1.1\r\nHost: x\r\n"));
    for (int i = 1; i < GATE_HEADERS_MAX; i++)
        buf_printf(&q, "X-%d: 1\r\n", i);
    n = q.n;
    buf_put(&q, STR("\r\n"));
    ck_assert_int_eq(net_once(port, buf_str(&q), &b), 200);
    q.n = n;
    buf_put(&q, STR("X-64: 1\r\n\r\n"));
    ck_assert_int_eq(net_once(port, buf_str(&q), &b), 431);
    /* One field of 20 KiB is fine, 40 KiB are not: libmicrohttpd itself refuses them (worker.c says why). */
    for (int kib = 20; kib <= 40; kib += 20) {
        buf_clear(&q);
        buf_put(&q, STR("GET / HTTP/1.1\r\nHost: x\r\nX: "));
        for (int i = 0; i < kib * 1024; i++)
            buf_putc(&q, 'a');
        buf_put(&q, STR("\r\n\r\n"));
        int status = net_once(port, buf_str(&q), &b);
        ck_assert_msg(status == (kib == 20 ? 200 : 431), "%d KiB → %d", kib, status);
    }
    http_stop(server, 1000);
}
END_TEST

START_TEST(honest_variants)
{
    static const str cases[] = {
        STR_INIT("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        STR_INIT("GET / HTTP/1.1\r\nHost:x\r\n\r\n"),
        STR_INIT("GET / HTTP/1.1\r\nHost:   x\r\nAccept:\t*/*\r\nEmpty:\r\n\r\n"),
        STR_INIT("GET / HTTP/1.1\r\nhost: x\r\nX: \xe9\x9b\xb2\r\n\r\n"),
        STR_INIT("GET / HTTP/1.0\r\n\r\n"),
        STR_INIT("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        STR_INIT("GET /?q=a+b&x={} HTTP/1.1\r\nHost: x\r\n\r\n"),
    };
    start();
    BUF_SCOPED b = BUF_INIT(1 << 16);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(net_once(port, cases[i], &b) == 200, "%.*s", STR_ARG(cases[i]));
    http_stop(server, 1000);
}
END_TEST

START_TEST(words_of_refusals)
{
    start();
    BUF_SCOPED b = BUF_INIT(1 << 16);
    int fd = net_connect(port);
    net_send(fd, STR("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"));
    ck_assert_int_eq(net_reply(fd, &b), 400);
    t_str(net_body(&b), STR("HTT-002"));
    t_str(net_field(&b, "Connection"), STR("close"));
    ck_assert_int_eq(refused_status, 400);
    ck_assert(net_closed(fd));
    close(fd);
    http_stop(server, 1000);
}
END_TEST

T_MAIN("http/hostile", smuggling, chunks, sizes, honest_variants, words_of_refusals)
