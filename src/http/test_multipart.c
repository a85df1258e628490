#include "t.h"

#include <unistd.h>

#include "base/buf.h"
#include "http/multipart.h"

/* Parses `body` in pieces of `step` bytes. */
static rc parse(struct arena *a, str type, str body, size_t step, struct pair **p, size_t *n, struct err *err)
{
    struct multipart *m;
    TRY(multipart_begin(a, type, NULL, &m, err));
    for (size_t i = 0; i < body.n; i += step)
        TRY(multipart_feed(m, str_sub(body, i, step), err));
    return multipart_end(m, p, n, err);
}

static const str type = STR_INIT("multipart/form-data; boundary=XyZ");

#define PART(disposition, value) "--XyZ\r\nContent-Disposition: form-data; " disposition "\r\n\r\n" value "\r\n"
#define END                      "--XyZ--\r\n"

START_TEST(any_pieces)
{
    static const str body = STR_INIT("preamble\r\n" PART("name=\"a\"", "1") PART("name=\"empty\"", "") PART(
        "name=\"n[x][y]\"", "\r\n--Xy\r\n\r\r\n-") PART("name=f; filename=\"雲.txt\"", "\r\n") END "epilogue");
    for (size_t step = 1; step <= body.n; step++) {
        struct arena *a = arena_new(1 << 20);
        struct pair *p;
        size_t n;
        t_ok(parse(a, type, body, step, &p, &n, NULL));
        ck_assert_uint_eq(n, 4);
        t_str(p[0].name, STR("a"));
        t_str(p[0].value, STR("1"));
        t_str(p[1].value, STR(""));
        t_str(p[2].name, STR("n[x][y]"));
        t_str(p[2].value, STR("\r\n--Xy\r\n\r\r\n-"));
        ck_assert_ptr_nonnull(p[3].file);
        t_str(p[3].file->name, STR("雲.txt"));
        t_str(p[3].file->bytes, STR("\r\n"));
        t_str(p[3].file->type, STR("application/octet-stream"));
        arena_free(a);
    }
}
END_TEST

START_TEST(boundaries)
{
    static const struct {
        const char *type;
        rc want;
    } cases[] = {
        {"multipart/form-data; boundary=XyZ", OK},
        {"multipart/form-data; boundary=\"XyZ\"", OK},
        {"multipart/form-data; charset=utf-8; BOUNDARY=\"XyZ\" ", OK},
        {"multipart/form-data", E_INVALID},
        {"multipart/form-data; boundary=", E_INVALID},
        {"multipart/form-data; boundary=\"XyZ", E_INVALID},
        {"multipart/form-data; boundary=XyZ; boundary=Q", E_INVALID},
        {"multipart/form-data; boundary=\"a\\\"b\"", E_INVALID},
        {"multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890",
         E_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new(1 << 20);
        struct pair *p;
        size_t n;
        ck_assert_msg(parse(a, str_of(cases[i].type), STR(PART("name=a", "1") END), 7, &p, &n, NULL) == cases[i].want,
                      "%s", cases[i].type);
        arena_free(a);
    }
    struct arena *a = arena_new(1 << 20);
    struct pair *p;
    size_t n;
    t_ok(parse(a, STR("multipart/form-data; boundary=\"a b'c\""),
               STR("--a b'c \r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--a b'c--"), 3, &p, &n, NULL));
    t_str(p[0].value, STR("1"));
    arena_free(a);
}
END_TEST

START_TEST(file_names)
{
    static const struct {
        const char *params, *name;
    } cases[] = {
        {"name=f; filename=\"a.txt\"", "a.txt"},
        {"name=f; filename=a.txt", "a.txt"},
        {"name=f; filename=\"C:\\dir\\a.txt\"", "a.txt"},
        {"name=f; filename=\"../../etc/passwd\"", "passwd"},
        {"name=f; filename=\"a\\\"b%22c.txt\"", "a\"b\"c.txt"},
        {"name=f; filename=\"x;y=z.txt\"", "x;y=z.txt"},
        {"name=f; filename=\"發票.pdf\"", "發票.pdf"},
        {"name=f; filename=\"fallback\"; filename*=UTF-8''%E7%99%BC%E7%A5%A8.pdf", "發票.pdf"},
        {"name=f; filename*=utf-8'zh-TW'%e7%99%bc", "發"},
        {"name=f; filename=\"kept\"; filename*=Big5''%b5%6f", "kept"},
        {"name=f; filename=\"a%0d%0aX: y.txt\"", "aX: y.txt"},
        {"name=f; filename=\"\"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new(1 << 20);
        BUF_SCOPED b = BUF_INIT(4096);
        buf_printf(&b, "--XyZ\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; %s\r\n\r\nv\r\n--XyZ--",
                   cases[i].params);
        struct pair *p;
        size_t n;
        ck_assert_msg(parse(a, type, buf_str(&b), 5, &p, &n, NULL) == OK, "%s", cases[i].params);
        t_str(p[0].file->name, str_of(cases[i].name));
        t_str(p[0].file->type, STR("text/plain"));
        arena_free(a);
    }
}
END_TEST

START_TEST(malformed)
{
    static const struct {
        const char *body, *code;
    } cases[] = {
        {"", "HTT-032"},
        {"--XyZ", "HTT-032"},
        {PART("name=a", "1"), "HTT-032"},
        {PART("name=a", "1") "--XyZ", "HTT-032"},
        {PART("name=a", "1") "--XyZ-", "HTT-032"},
        {PART("name=a", "1") "--XyZx\r\n", "HTT-030"},
        {"--XyZ\r\n\r\nvalue\r\n" END, "HTT-030"},
        {"--XyZ\r\nContent-Disposition: attachment; name=a\r\n\r\nv\r\n" END, "HTT-030"},
        {"--XyZ\r\nContent-Disposition: form-data\r\n\r\nv\r\n" END, "HTT-030"},
        {PART("filename=a", "1") END, "HTT-030"},
        {PART("name=a; name=b", "1") END, "HTT-030"},
        {PART("name=\"a", "1") END, "HTT-030"},
        {PART("name=\"a\" x", "1") END, "HTT-030"},
        {"--XyZ\r\nnocolon\r\n\r\nv\r\n" END, "HTT-030"},
        {"--XyZ\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n" END,
         "HTT-030"},
        {PART("name=a", "\xff") END, "HTT-030"},
        {PART("name=\"\xff\"", "x") END, "HTT-030"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new(1 << 20);
        struct pair *p;
        size_t n;
        struct err err = {0};
        t_rc(parse(a, type, str_of(cases[i].body), 3, &p, &n, &err), E_INVALID);
        ck_assert_msg(strcmp(err.main.code, cases[i].code) == 0, "%s: %s", cases[i].body, err.main.code);
        arena_free(a);
    }
}
END_TEST

START_TEST(limits)
{
    struct arena *a = arena_new(8 << 20);
    struct pair *p;
    size_t n;
    struct err err = {0};
    BUF_SCOPED b = BUF_INIT(8 << 20);
    for (int i = 0; i < 10000; i++)
        buf_put(&b, STR(PART("name=a", "1")));
    buf_put(&b, STR(END));
    t_rc(parse(a, type, buf_str(&b), 8192, &p, &n, &err), E_LIMIT);
    ck_assert_str_eq(err.main.code, "HTT-031");
    buf_clear(&b);
    buf_put(&b, STR("--XyZ\r\nX: "));
    for (int i = 0; i < 9000; i++)
        buf_putc(&b, 'x');
    err_clear(&err);
    t_rc(parse(a, type, buf_str(&b), 100, &p, &n, &err), E_LIMIT);
    struct multipart *m;
    t_ok(multipart_begin(a, type, &(struct multipart_limits){.text_bytes = 3}, &m, NULL));
    t_rc(multipart_feed(m, STR(PART("name=a", "1234") END), NULL), E_LIMIT);
    arena_free(a);
}
END_TEST

START_TEST(large_file)
{
    struct arena *a = arena_new(1 << 20);
    BUF_SCOPED b = BUF_INIT(8 << 20);
    buf_put(&b, STR("--XyZ\r\nContent-Disposition: form-data; name=f; filename=big\r\n\r\n"));
    size_t start = b.n;
    for (int i = 0; i < 300000; i++)
        buf_puti(&b, i * INT64_C(7919)); /* far more than memory_bytes */
    size_t length = b.n - start;
    buf_put(&b, STR("\r\n" PART("name=after", "x") END));
    struct pair *p;
    size_t n;
    t_ok(parse(a, type, buf_str(&b), 4093, &p, &n, NULL));
    ck_assert_uint_eq(n, 2);
    ck_assert(str_eq(p[0].file->bytes, str_sub(buf_str(&b), start, length)));
    t_str(p[1].value, STR("x"));
    ck_assert_uint_lt(arena_used(a), 1 << 19); /* mapped, not copied */
    arena_free(a);
}
END_TEST

START_TEST(no_disk)
{
    struct arena *a = arena_new(1 << 20);
    struct multipart *m;
    t_ok(
        multipart_begin(a, type, &(struct multipart_limits){.memory_bytes = 2, .spool_dir = "/nonexistent"}, &m, NULL));
    t_rc(multipart_feed(m, STR(PART("name=a; filename=b", "1234") END), NULL), E_IO);
    arena_free(a);
}
END_TEST

T_MAIN("http/multipart", any_pieces, boundaries, file_names, malformed, limits, large_file, no_disk)
