#include "t.h"

#include "http/gate.h"

static struct arena *arena;

static int check(str target, const struct gate_header *h, size_t n, struct gate_result *out)
{
    struct err err = {0};
    struct gate_head head = {STR("GET"), target, STR("HTTP/1.1"), h, n, 0, STR_EMPTY};
    if (!arena)
        arena = arena_new(1 << 20);
    if (gate_check(arena, &head, out, &err) == OK)
        return 200;
    ck_assert_int_ne(err.code, OK);
    ck_assert_ptr_nonnull(err.main.msgid);
    return out->status;
}

static int path(str target)
{
    static const struct gate_header host = {STR_INIT("Host"), STR_INIT("rise.example")};
    struct gate_result r;
    return check(target, &host, 1, &r);
}

START_TEST(values_behind_a_path)
{
    static const struct {
        const char *raw;
        const char *path; /* NULL: refused */
    } cases[] = {
        {"/pki/ocsp/a%2Fb%2fc%3D", "/pki/ocsp/a/b/c="},
        {"/pki/ocsp/a/b", "/pki/ocsp/a/b"},
        {"/pki/ocsp/%2f", "/pki/ocsp//"},
        {"/pki%2Focsp/a", NULL},
        {"/pki/ocsp%2Fa", NULL},
        {"/pki/ocspx/a%2Fb", NULL},
        {"/x/pki/ocsp/a%2Fb", NULL},
        {"/pki/ocsp/..%2Fa", NULL},
        {"/pki/ocsp/a%2F..", NULL},
        {"/pki/ocsp/a%5Cb", NULL},
        {"/pki/ocsp/a%00", NULL},
    };
    struct arena *a = arena_new(1 << 16);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        str path;
        struct err err = {0};
        rc r = gate_path(a, str_of(cases[i].raw), STR("/pki/ocsp/"), &path, &err);
        ck_assert_msg((r == OK) == (cases[i].path != NULL), "%s", cases[i].raw);
        if (r == OK)
            t_str(path, str_of(cases[i].path));
        t_rc(gate_path(a, STR("/pki/ocsp/a%2Fb"), STR_EMPTY, &path, &err), E_INVALID); /* no such route */
    }
    arena_free(a);
}
END_TEST

START_TEST(paths)
{
    static const struct {
        const char *target;
        int status;
    } cases[] = {
        {"/", 200},
        {"/a/b?x=1", 200},
        {"/%E4%B8%AD%E6%96%87", 200},
        {"/a%20b", 200},
        {"/a%2fb", 400},
        {"/a%2Fb", 400},
        {"/a%5cb", 400},
        {"/a\\b", 400},
        {"/%00", 400},
        {"/a%0a", 400},
        {"/a%0D", 400},
        {"/a%09b", 400},
        {"/a%7F", 400},
        {"/%C0%AF", 400},    /* overlong '/' */
        {"/%E4%B8", 400},    /* cut character */
        {"/%ED%A0%80", 400}, /* surrogate */
        {"/%E2%80%AE", 400}, /* right-to-left override */
        {"/%", 400},
        {"/%4", 400},
        {"/%zz", 400},
        {"/../etc", 400},
        {"/a/..", 400},
        {"/a/./b", 400},
        {"/%2e%2e/a", 400},
        {"/a/%2E", 400},
        {"/...", 200},
        {"/a..b", 200},
        {"", 400},
        {"a", 400},
        {"*", 400},
        {"rise.example:80", 400},
        {"http://rise.example/a", 200},
        {"http://RISE.example/a", 200},
        {"https://rise.example", 200},
        {"http://other.example/a", 400},
        {"http://rise.example@other.example/", 400},
        {"ftp://rise.example/", 400},
        {"/a#b", 400},
        {"/a b", 400},
        {"/\xe4\xb8\xad", 400},
        {"/?a=<script>", 400},
        {"/?a=%3Cscript%3E&b={|}", 200},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(path(str_of(cases[i].target)) == cases[i].status, "%s gave %d", cases[i].target,
                      path(str_of(cases[i].target)));
}
END_TEST

START_TEST(decoded_path)
{
    struct gate_header host = {STR_INIT("host"), STR_INIT("x:8080")};
    struct gate_result r;
    ck_assert_int_eq(check(STR("/%E9%9B%B2?q=%41&b"), &host, 1, &r), 200);
    t_str(r.path, STR("/雲"));
    t_str(r.query, STR("q=%41&b"));
    t_str(r.host, STR("x:8080"));
    ck_assert_int_eq(r.content_length, -1);
}
END_TEST

START_TEST(long_target)
{
    static char text[GATE_TARGET_MAX + 2];
    memset(text, 'a', sizeof text);
    text[0] = '/';
    ck_assert_int_eq(path(str_n(text, GATE_TARGET_MAX)), 200);
    ck_assert_int_eq(path(str_n(text, GATE_TARGET_MAX + 1)), 414);
}
END_TEST

static int fields(const char *const *lines, struct gate_result *out)
{
    struct gate_header h[GATE_HEADERS_MAX + 2];
    size_t n = 0;
    for (; lines[n]; n++) {
        str v = str_of(lines[n]);
        h[n].name = str_cut(&v, ':');
        h[n].value = v;
    }
    return check(STR("/"), h, n, out);
}

START_TEST(framing)
{
    static const struct {
        int status;
        const char *lines[6];
    } cases[] = {
        {200, {"Host:a"}},
        {400, {"X:1"}},
        {400, {"Host:a", "Host:a"}},
        {400, {"Host:a", "host:b"}},
        {400, {"Host:"}},
        {400, {"Host:a b"}},
        {400, {"Host:a/b"}},
        {400, {"Host:a@b"}},
        {400, {"Host:a:"}},
        {400, {"Host:a:x"}},
        {400, {"Host:a:123456"}},
        {200, {"Host:[::1]:80"}},
        {400, {"Host:[::1"}},
        {400, {"Host:[]"}},
        {200, {"Host:a", "Content-Length:5"}},
        {400, {"Host:a", "Content-Length:5", "Content-Length:5"}},
        {400, {"Host:a", "Content-Length:5", "content-length:6"}},
        {400, {"Host:a", "Content-Length:5,5"}},
        {400, {"Host:a", "Content-Length:+5"}},
        {400, {"Host:a", "Content-Length:-5"}},
        {400, {"Host:a", "Content-Length:0x5"}},
        {400, {"Host:a", "Content-Length: 5"}},
        {400, {"Host:a", "Content-Length:5 "}},
        {400, {"Host:a", "Content-Length:"}},
        {400, {"Host:a", "Content-Length:9999999999999999999"}},
        {200, {"Host:a", "Transfer-Encoding:chunked"}},
        {200, {"Host:a", "Transfer-Encoding:Chunked"}},
        {400, {"Host:a", "Transfer-Encoding:chunked", "Content-Length:5"}},
        {400, {"Host:a", "Transfer-Encoding:chunked", "Transfer-Encoding:chunked"}},
        {400, {"Host:a", "Transfer-Encoding:chunked, chunked"}},
        {400, {"Host:a", "Transfer-Encoding:gzip, chunked"}},
        {400, {"Host:a", "Transfer-Encoding:identity"}},
        {400, {"Host:a", "Transfer-Encoding:xchunked"}},
        {400, {"Host:a", "Transfer-Encoding: chunked"}},
        {400,
         {"Host:a", "Transfer-Encoding:\x0b"
                    "chunked"}},
        {400, {"Host:a", "Transfer-Encoding:"}},
        {400, {"Host:a", "Transfer-Encoding :chunked"}},
        {400, {"Host:a", "X y:1"}},
        {400, {"Host:a", ":1"}},
        {400, {"Host:a", "X:a\x01"}},
        {400, {"Host:a", "X:a\rb"}},
        {400, {"Host:a", "X:\xff"}},
        {200, {"Host:a", "X:\xe4\xb8\xad\tb"}},
        {400, {"Host:a", "Content-Type:a/b", "Content-Type:c/d"}},
        {400, {"Host:a", "Authorization:a", "Authorization:b"}},
        {200, {"Host:a", "Cookie:a=1", "Cookie:b=2"}},
        {200, {"Host:a", "Expect:100-continue"}},
        {417, {"Host:a", "Expect:teapot"}},
    };
    struct gate_result r;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(fields(cases[i].lines, &r) == cases[i].status, "case %zu (%s) gave %d", i,
                      cases[i].lines[1] ? cases[i].lines[1] : cases[i].lines[0], fields(cases[i].lines, &r));
}
END_TEST

START_TEST(many_fields)
{
    const char *lines[GATE_HEADERS_MAX + 2] = {"Host:a"};
    struct gate_result r;
    for (size_t i = 1; i < GATE_HEADERS_MAX; i++)
        lines[i] = "X:1";
    ck_assert_int_eq(fields(lines, &r), 200);
    lines[GATE_HEADERS_MAX] = "X:1";
    ck_assert_int_eq(fields(lines, &r), 431);
}
END_TEST

START_TEST(versions_and_methods)
{
    struct gate_header host = {STR_INIT("Host"), STR_INIT("a")},
                       coding = {STR_INIT("Transfer-Encoding"), STR_INIT("chunked")};
    static const struct {
        const char *method, *version;
        int status;
    } cases[] = {
        {"GET", "HTTP/1.1", 200},    {"PATCH", "HTTP/1.1", 200}, {"get", "HTTP/1.1", 501}, {"OPTIONS", "HTTP/1.1", 501},
        {"G\x01T", "HTTP/1.1", 400}, {"GET", "HTTP/1.0", 200},   {"GET", "HTTP/2.0", 505}, {"GET", "HTTP/1.2", 505},
        {"GET", "HTTP/1.01", 505},   {"GET", "http/1.1", 505},
    };
    struct arena *a = arena_new(1 << 16);
    struct gate_result r;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gate_head head = {str_of(cases[i].method), STR("/"), str_of(cases[i].version), &host, 1, 0, STR_EMPTY};
        int status = gate_check(a, &head, &r, NULL) == OK ? 200 : r.status;
        ck_assert_msg(status == cases[i].status, "%s %s gave %d", cases[i].method, cases[i].version, status);
    }
    struct gate_head bare = {STR("GET"), STR("/"), STR("HTTP/1.0"), NULL, 0, 0, STR_EMPTY};
    t_ok(gate_check(a, &bare, &r, NULL));
    struct gate_head old_chunked = {STR("POST"), STR("/"), STR("HTTP/1.0"), &coding, 1, 0, STR_EMPTY};
    t_rc(gate_check(a, &old_chunked, &r, NULL), E_INVALID);
    arena_free(a);
}
END_TEST

T_MAIN("http/gate", paths, values_behind_a_path, decoded_path, long_target, framing, many_fields, versions_and_methods)
