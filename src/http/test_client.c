#include "t.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "http/address.h"
#include "http/http.h"
#include "sys/file.h"

/* ---- which addresses may be called ---- */

static bool is_public(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    union {
        const void *in;
        const struct sockaddr *sa;
    } p = {&v4};
    if (inet_pton(AF_INET, text, &v4.sin_addr) != 1) {
        ck_assert_int_eq(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
        p.in = &v6;
    }
    return address_is_public(p.sa);
}

START_TEST(addresses)
{
    static const char *const no[] = {
        "0.0.0.0",     "10.1.2.3",        "100.64.0.1",    "100.127.255.255", "127.0.0.1",
        "127.255.0.1", "169.254.169.254", "172.16.0.1",    "172.31.255.255",  "192.0.0.8",
        "192.0.2.1",   "192.168.1.1",     "198.18.0.1",    "198.19.255.255",  "198.51.100.7",
        "203.0.113.7", "224.0.0.1",       "240.0.0.1",     "255.255.255.255", "::",
        "::1",         "::ffff:10.0.0.1", "fe80::1",       "fc00::1",         "fd12:3456::1",
        "ff02::1",     "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",     "2001::1",
        "::127.0.0.1", "64:ff9b:1::1",    "100::1",        "3fff::1",         "2002:c0a8:101::1",
    };
    static const char *const yes[] = {"1.1.1.1",        "9.255.255.255",    "11.0.0.0",        "100.63.255.255",
                                      "100.128.0.0",    "172.15.0.1",       "172.32.0.0",      "192.167.255.255",
                                      "168.95.1.1",     "223.255.255.255",  "2606:4700::1111", "2001:b000::1",
                                      "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"};
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        ck_assert_msg(!is_public(no[i]), "%s", no[i]);
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        ck_assert_msg(is_public(yes[i]), "%s", yes[i]);
}
END_TEST

/* ---- fetch, against our own server ---- */

static struct http_server *server;

static void handle(struct request *r, void *arg)
{
    (void)arg;
    r->reply->status = 201;
    buf_printf(&r->reply->body, "%s %.*s %.*s [%.*s] %.*s", http_method_name(r->method), STR_ARG(r->path),
               STR_ARG(request_header(r, "X-Signature")), STR_ARG(r->body), STR_ARG(request_header(r, "Content-Type")));
    if (request_header(r, "X-Signature").n)
        reply_header(r->reply, "X-Answer", request_header(r, "X-Signature"));
    if (str_eq(r->path, STR("/away")))
        reply_redirect(r->reply, STR("/elsewhere"));
}

static struct request *slow;

static void park_slow(struct request *r, void *arg)
{
    if (str_eq(r->path, STR("/slow"))) {
        request_park(r);
        slow = r;
    } else {
        handle(r, arg);
    }
}

static const struct http_route routes[] = {{HTTP_POST, "/{x}", 100000, NULL}, {HTTP_GET, "/{x}", 0, NULL}};

static str start(struct arena *a, const char *path)
{
    struct http_config config = {
        .listen = STR("127.0.0.1:0"), .threads = 1, .routes = routes, .n_routes = 2, .handle = park_slow};
    t_ok(http_start(&config, &server, NULL));
    return arena_printf(a, "http://127.0.0.1:%d%s", http_port(server), path);
}

START_TEST(fetches)
{
    struct arena *a = arena_new(1 << 16);
    static const char *const headers[] = {"X-Signature: abc", "Content-Type: application/json", NULL};
    struct http_fetch f = {.method = HTTP_POST,
                           .url = start(a, "/hook"),
                           .headers = headers,
                           .body = STR("{\"a\":1}"),
                           .timeout_ms = 5000,
                           .max_reply = 1000,
                           .allow_private = true};
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int status = 0;
    t_ok(http_fetch(&f, &status, &b, NULL));
    ck_assert_int_eq(status, 201);
    t_str(buf_str(&b), STR("POST /hook abc [{\"a\":1}] application/json"));
    BUF_SCOPED got = BUF_INIT(100);
    f.want = "x-answer";
    f.got = &got;
    f.method = HTTP_GET;
    f.body = STR("");
    t_ok(http_fetch(&f, &status, &b, NULL));
    ck_assert(str_starts(buf_str(&b), STR("GET /hook abc []")));
    t_str(buf_str(&got), STR("abc"));
    buf_clear(&got);
    f.want = "X-Other";
    t_ok(http_fetch(&f, &status, &b, NULL));
    ck_assert_uint_eq(got.n, 0);
    f.want = NULL;
    f.method = HTTP_POST;
    f.max_reply = 10;
    struct err err = {0};
    t_rc(http_fetch(&f, &status, &b, &err), E_LIMIT);
    ck_assert_str_eq(err.main.code, "HTT-074");
    f.max_reply = 1000;
    static const char *const evil[] = {"X: a\r\nY: b", NULL};
    f.headers = evil;
    t_rc(http_fetch(&f, &status, &b, NULL), E_INVALID);
    http_stop(server, 1000);
    arena_free(a);
}
END_TEST

START_TEST(refuses_private_addresses)
{
    struct arena *a = arena_new(1 << 16);
    str url = start(a, "/hook");
    struct http_fetch f = {.method = HTTP_GET, .url = url, .timeout_ms = 5000, .max_reply = 1000};
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int status = 0;
    struct err err = {0};
    t_rc(http_fetch(&f, &status, &b, &err), E_DENIED);
    ck_assert_str_eq(err.main.code, "HTT-070");
    /* by name, in other notations, and in spite of a proxy in the environment */
    static const char *const hosts[] = {"localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0"};
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        f.url = arena_printf(a, "http://%s:%d/", hosts[i], http_port(server));
        err_clear(&err);
        rc code = http_fetch(&f, &status, &b, &err);
        ck_assert_msg(code == E_DENIED || code == E_UNAVAILABLE, "%s: %s", hosts[i], rc_name(code));
    }
    static const char *const urls[] = {"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.com/", "http://",
                                       ""};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        f.url = str_of(urls[i]);
        t_rc(http_fetch(&f, &status, &b, NULL), E_INVALID);
    }
    http_stop(server, 1000);
    arena_free(a);
}
END_TEST

START_TEST(gives_up)
{
    struct arena *a = arena_new(1 << 16);
    struct http_fetch f = {
        .method = HTTP_GET, .url = start(a, "/slow"), .timeout_ms = 100, .max_reply = 1000, .allow_private = true};
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int status = 0;
    t_rc(http_fetch(&f, &status, &b, NULL), E_UNAVAILABLE);
    f.url = str_sub(f.url, 0, f.url.n - 5); /* redirects are reported, not followed */
    f.url = arena_printf(a, "%.*s/away", STR_ARG(f.url));
    f.timeout_ms = 5000;
    t_ok(http_fetch(&f, &status, &b, NULL));
    ck_assert_int_eq(status, 303);
    http_stop(server, 10);
    request_answer(slow);
    t_rc(http_fetch(&f, &status, &b, NULL), E_UNAVAILABLE); /* nobody listens */
    arena_free(a);
}
END_TEST

/* ---- mail, against a real SMTP server (Debian's python3-aiosmtpd) ---- */

static char folder[] = "/tmp/rise-mail-XXXXXX";
static pid_t sink;
static int sink_in, sink_out,
    sink_port; /* pipes kept open: the sink ends with its input, and its output must not break */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static bool run(const char *const *argv)
{
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(126);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int status;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Starts smtp_sink.py; false (and a word) where the package is missing. */
static bool start_sink(bool tls)
{
    static const char *const probe[] = {"/usr/bin/python3", "-c", "import aiosmtpd.smtp", NULL};
    static char cert[64], key[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(cert, sizeof cert, "%s/cert", folder);
    snprintf(key, sizeof key, "%s/key", folder);
    const char *const openssl[] = {
        "openssl", "req",  "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        key,       "-out", cert,    "-days",   "1",  "-subj",    "/CN=sink.test",           "-batch", NULL};
    if (!run(probe) || (tls && !run(openssl))) {
        printf("skipped: python3-aiosmtpd or openssl is not installed\n");
        return false;
    }
    int in[2], out[2];
    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(out), 0);
    sink = fork();
    if (sink == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execl("/usr/bin/python3", "python3", SMTP_SINK, folder, tls ? cert : NULL, key, NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    sink_in = in[1];
    char text[16] = "";
    ck_assert_int_gt(read(out[0], text, sizeof text - 1), 1);
    sink_out = out[0];
    int64_t port;
    t_ok(str_to_i64(str_trim(str_of(text)), &port));
    sink_port = (int)port;
    return true;
}

static void stop_sink(void)
{
    close(sink_in);
    close(sink_out);
    kill(sink, SIGTERM);
    waitpid(sink, NULL, 0);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static rc post(const char *user, const char *to, str message, struct err *err)
{
    static char url[128];
    snprintf(url, sizeof url, "smtp://%s127.0.0.1:%d", user, sink_port);
    struct mail m = {
        .url = str_of(url), .from = STR("rise@example.tw"), .to = str_of(to), .message = message, .timeout_ms = 10000};
    err_clear(err);
    return mail_send(&m, err);
}

static void read_mail(int n, struct buf *b)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%d", folder, n);
    buf_clear(b);
    t_ok(file_read(path, b, NULL));
}

START_TEST(sends_mail)
{
    if (!start_sink(false))
        return;
    BUF_SCOPED b = BUF_INIT(1 << 20);
    struct err err = {0};
    t_ok(post("", "firm@example.tw", STR("Subject: =?UTF-8?B?5ris6Kmm?=\n\n.leading dot\n..two\nfrom here\r\nend"),
              &err));
    read_mail(1, &b);
    t_str(buf_str(&b), STR("from=rise@example.tw to=firm@example.tw tls=0 user=\n"
                           "Subject: =?UTF-8?B?5ris6Kmm?=\r\n\r\n.leading dot\r\n..two\r\nfrom here\r\nend\r\n"));
    t_rc(post("", "no@example.tw", STR("x"), &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "HTT-076");
    t_str(err.main.arg[0], STR("550"));
    t_rc(post("", "later@example.tw", STR("x"), &err), E_UNAVAILABLE);
    ck_assert_str_eq(err.main.code, "HTT-077");
    static const char *const bad[] = {"a@b>\r\nRCPT TO:<c@d", "a", "", "a b@c", "<a@b>"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        t_rc(post("", bad[i], STR("x"), &err), E_INVALID);
        ck_assert_str_eq(err.main.code, "HTT-078");
    }
    stop_sink();
    t_rc(post("", "firm@example.tw", STR("x"), &err), E_UNAVAILABLE);
    ck_assert_str_eq(err.main.code, "HTT-072");
}
END_TEST

START_TEST(encrypts_when_offered)
{
    if (!start_sink(true))
        return;
    BUF_SCOPED b = BUF_INIT(1 << 20);
    struct err err = {0};
    t_ok(post("", "firm@example.tw", STR("Subject: x\n\nhello\n"), &err));
    read_mail(1, &b);
    ck_assert_msg(str_starts(buf_str(&b), STR("from=rise@example.tw to=firm@example.tw tls=1 user=\n")), "%s", b.p);
    t_ok(post("rise:right@", "firm@example.tw", STR("Subject: x\n\nhello\n"), &err));
    read_mail(2, &b);
    ck_assert_msg(str_find(buf_str(&b), STR("tls=1 user=rise\n")) > 0, "%s", b.p);
    t_rc(post("rise:wrong@", "firm@example.tw", STR("x"), &err), E_UNAVAILABLE);
    ck_assert_str_eq(err.main.code, "HTT-075");
    stop_sink();
}
END_TEST

T_MAIN("http/client", addresses, fetches, refuses_private_addresses, gives_up, sends_mail, encrypts_when_offered)
