#include "base/buf.h"
#include "t.h"

#define SHOWS(expected, call)                                                                                          \
    do {                                                                                                               \
        BUF_SCOPED b = BUF_INIT(1 << 16);                                                                              \
        call;                                                                                                          \
        t_ok(buf_rc(&b));                                                                                              \
        t_str(buf_str(&b), STR(expected));                                                                             \
    } while (0)

START_TEST(appends)
{
    BUF_SCOPED b = BUF_INIT(1 << 20);
    t_str(buf_str(&b), STR_EMPTY);
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%d,", i);
    t_ok(buf_rc(&b));
    ck_assert_uint_eq(b.n, 10 * 2 + 90 * 3 + 900 * 4);
    ck_assert_int_eq(b.p[b.n], '\0');
    t_str(str_sub(buf_str(&b), b.n - 8, 8), STR("998,999,"));
    buf_clear(&b);
    t_str(buf_str(&b), STR_EMPTY);
    buf_puti(&b, INT64_MIN);
    buf_puti(&b, INT64_MAX);
    buf_puti(&b, 0);
    t_str(buf_str(&b), STR("-922337203685477580892233720368547758070"));
}
END_TEST

START_TEST(cap_is_sticky)
{
    BUF_SCOPED b = BUF_INIT(10);
    buf_put(&b, STR("0123456789"));
    t_ok(buf_rc(&b));
    buf_putc(&b, 'x');
    t_rc(buf_rc(&b), E_LIMIT);
    t_str(buf_str(&b), STR("0123456789"));
    buf_put(&b, STR_EMPTY);
    t_rc(buf_rc(&b), E_LIMIT);
    buf_clear(&b);
    buf_printf(&b, "%s", "01234567890");
    t_rc(buf_rc(&b), E_LIMIT);
    t_str(buf_str(&b), STR_EMPTY);
    buf_free(&b);
    buf_printf(&b, "%d", 1234567890);
    t_ok(buf_rc(&b));
    ck_assert(!buf_reserve(&b, SIZE_MAX));
    buf_clear(&b);
    buf_hex(&b, STR("123456"));
    t_rc(buf_rc(&b), E_LIMIT);
}
END_TEST

START_TEST(encodes)
{
    SHOWS("00ff1a", buf_hex(&b, str_n("\x00\xff\x1a", 3)));
    /* RFC 4648 section 10 */
    SHOWS("", buf_base64(&b, STR("")));
    SHOWS("Zg==", buf_base64(&b, STR("f")));
    SHOWS("Zm8=", buf_base64(&b, STR("fo")));
    SHOWS("Zm9v", buf_base64(&b, STR("foo")));
    SHOWS("Zm9vYg==", buf_base64(&b, STR("foob")));
    SHOWS("Zm9vYmE=", buf_base64(&b, STR("fooba")));
    SHOWS("Zm9vYmFy", buf_base64(&b, STR("foobar")));
    SHOWS("-_8", buf_base64url(&b, STR("\xfb\xff")));
    SHOWS("+/8=", buf_base64(&b, STR("\xfb\xff")));
    SHOWS("a%20%2F%E9%9B%B2~-._", buf_url(&b, STR("a /雲~-._")));
    SHOWS("&lt;a href=&quot;x&quot;&gt;&amp;&#39;雲", buf_html(&b, STR("<a href=\"x\">&'雲")));
    SHOWS("", buf_html(&b, ((str){NULL, 0})));
}
END_TEST

START_TEST(decodes)
{
    BUF_SCOPED b = BUF_INIT(1 << 16);
    t_ok(buf_unhex(&b, STR("00fF1A")));
    t_str(buf_str(&b), str_n("\x00\xff\x1a", 3));
    const char *bad_hex[] = {"0", "0g", "00 1", "zz"};
    for (size_t i = 0; i < 4; i++)
        t_rc(buf_unhex(&b, str_of(bad_hex[i])), E_INVALID);
    ck_assert_uint_eq(b.n, 3);
    buf_clear(&b);
    t_ok(buf_unurl(&b, STR_EMPTY));
    t_ok(buf_unurl(&b, STR("a+b%2f%E9%9B%B2%00")));
    t_str(buf_str(&b), str_n("a+b/雲\0", 8));
    const char *bad_url[] = {"%", "x%2", "%2g", "%%41", "ab% 1"};
    for (size_t i = 0; i < 5; i++)
        t_rc(buf_unurl(&b, str_of(bad_url[i])), E_INVALID);
    ck_assert_uint_eq(b.n, 8);
    buf_clear(&b);
    t_ok(buf_unbase64(&b, STR("Zm9vYmE=")));
    t_ok(buf_unbase64(&b, STR("Zm9vYmE")));
    t_ok(buf_unbase64(&b, STR("-_8")));
    t_ok(buf_unbase64(&b, STR("+/8=")));
    t_ok(buf_unbase64(&b, STR_EMPTY));
    t_str(buf_str(&b), STR("foobafooba\xfb\xff\xfb\xff"));
    /* wrong padding, a lone digit, stray bits, bytes outside the alphabet */
    const char *bad[] = {"Zm9vYmE==", "Z", "Zg=", "Zh==", "Zm9=", "Zm 9", "Zg==Zg==", "====", "=", "Zm9v\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        t_rc(buf_unbase64(&b, str_of(bad[i])), E_INVALID);
    ck_assert_uint_eq(b.n, 14);
    BUF_SCOPED small = BUF_INIT(3);
    t_rc(buf_unhex(&small, STR("00112233")), E_LIMIT);
}
END_TEST

START_TEST(round_trips)
{
    char bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 37);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        BUF_SCOPED text = BUF_INIT(1 << 16);
        BUF_SCOPED back = BUF_INIT(1 << 16);
        buf_base64(&text, (str){bytes, n});
        t_ok(buf_unbase64(&back, buf_str(&text)));
        ck_assert(str_eq(buf_str(&back), (str){bytes, n}));
        buf_clear(&text);
        buf_clear(&back);
        buf_hex(&text, (str){bytes, n});
        t_ok(buf_unhex(&back, buf_str(&text)));
        ck_assert(str_eq(buf_str(&back), (str){bytes, n}));
    }
}
END_TEST

T_MAIN("base/buf", appends, cap_is_sticky, encodes, decodes, round_trips)
