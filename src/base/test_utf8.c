#include "base/utf8.h"
#include "t.h"

static struct arena *arena;
static void setup(void)
{
    arena = arena_new(1 << 24);
}

START_TEST(validity)
{
    const char *good[] = {"", "abc", "雲市集", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"};
    const char *bad[] = {"\x80",
                         "\xc0\xaf",
                         "\xc1\xbf",
                         "\xe0\x80\xaf",
                         "\xed\xa0\x80",
                         "\xed\xbf\xbf",
                         "\xf0\x80\x80\xaf",
                         "\xf4\x90\x80\x80",
                         "\xf5\x80\x80\x80",
                         "\xe9\x9b",
                         "a\xff",
                         "\xfe"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert(utf8_valid(str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!utf8_valid(str_of(bad[i])), "number %zu", i);
    ck_assert(utf8_valid((str){NULL, 0}));
}
END_TEST

START_TEST(every_code_point)
{
    BUF_SCOPED b = BUF_INIT(16);
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        bool surrogate = cp >= 0xd800 && cp < 0xe000;
        buf_clear(&b);
        utf8_put(&b, cp);
        str s = buf_str(&b);
        t_loop(utf8_valid(s));
        t_loop(utf8_next(&s) == (surrogate ? 0xfffd : cp));
        t_loop(s.n == 0);
    }
    buf_clear(&b);
    utf8_put(&b, 0x110000);
    t_str(buf_str(&b), STR("\xef\xbf\xbd"));
}
END_TEST

START_TEST(walks_over_bad_bytes)
{
    str s = STR("a\xff雲\xe9\x9b");
    uint32_t want[] = {'a', 0xfffd, 0x96f2, 0xfffd, 0xfffd};
    ck_assert_uint_eq(utf8_count(s), 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_uint_eq(utf8_next(&s), want[i]);
    ck_assert_uint_eq(s.n, 0);
    ck_assert_uint_eq(utf8_count(STR("雲市集")), 3);
}
END_TEST

START_TEST(cuts)
{
    t_str(utf8_cut(STR("雲市"), 6), STR("雲市"));
    t_str(utf8_cut(STR("雲市"), 5), STR("雲"));
    t_str(utf8_cut(STR("雲市"), 2), STR(""));
    t_str(utf8_cut(STR("a\xf0\x9f\x98\x80"), 4), STR("a"));
    t_str(utf8_cut(STR("abc"), 2), STR("ab"));
    t_str(utf8_first(STR("雲a\xf0\x9f\x98\x80市"), 3), STR("雲a\xf0\x9f\x98\x80"));
    t_str(utf8_first(STR("雲"), 3), STR("雲"));
    t_str(utf8_first(STR("雲"), 0), STR(""));
}
END_TEST

START_TEST(controls)
{
    ck_assert(!utf8_has_control(STR("a\t\r\n雲 é")));
    const char *bad[] = {"\x01", "\x1b[1m", "\x7f", "\xc2\x85", "x\xe2\x80\xae", "\xe2\x81\xa6"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert(utf8_has_control(str_of(bad[i])));
    ck_assert(utf8_has_control(str_n("a\0", 2)));
    BUF_SCOPED line = BUF_INIT(64);
    utf8_put_line(&line, STR("雲\x1b[2J\n\t\xe2\x80\xae\xff é"));
    t_str(buf_str(&line), STR("雲\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD é"));
}
END_TEST

START_TEST(normal_form)
{
    setup();
    t_str(utf8_nfc(arena, STR("e\xcc\x81")), STR("é"));
    t_str(utf8_nfc(arena, STR("ＡＢ")), STR("ＡＢ")); /* width is kept */
    t_str(utf8_nfc(arena, STR("\xe2\x84\xab")), STR("\xc3\x85"));
    t_str(utf8_nfc(arena, STR("plain")), STR("plain"));
    t_str(utf8_nfc(arena, STR("é\xff")), STR("é\xef\xbf\xbd"));
    t_str(utf8_nfc(arena, (str){NULL, 0}), STR(""));
    arena_free(arena);
}
END_TEST

START_TEST(folding)
{
    setup();
    t_str(utf8_fold(arena, STR("ＡＢＣ１２３")), STR("abc123"));
    t_str(utf8_fold(arena, STR("ｶﾞ")), STR("ガ"));
    t_str(utf8_fold(arena, STR("Straße")), STR("strasse"));
    t_str(utf8_fold(arena, STR("℡")), STR("tel"));
    t_str(utf8_fold(arena, STR("雲市集")), STR("雲市集"));
    t_str(utf8_fold(arena, STR("HELLO")), STR("hello"));
    /* Folding what is folded changes nothing, for every character. */
    BUF_SCOPED b = BUF_INIT(16);
    for (uint32_t cp = 1; cp < 0x30000; cp++) {
        buf_clear(&b);
        utf8_put(&b, cp);
        arena_reset(arena);
        str once = utf8_fold(arena, buf_str(&b));
        str twice = utf8_fold(arena, once);
        if (!str_eq(once, twice))
            ck_abort_msg("U+%04X", cp);
    }
    struct arena *small = arena_new(8);
    ck_assert_ptr_null(utf8_fold(small, STR("雲雲雲雲雲雲")).p);
    arena_free(small);
    arena_free(arena);
}
END_TEST

START_TEST(han)
{
    const uint32_t yes[] = {0x96f2, 0x3400, 0x20000, 0x2ebf0, 0x31350, 0xf900,
                            0x3007, 0x3105, 0x304b,  0x30ab,  0xac00,  0xff76};
    const uint32_t no[] = {'a', '1', 0xe9, 0x3001, 0x3002, 0xff01, 0xff21, 0x2014, 0x1f600, 0x0e01};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        ck_assert_msg(utf8_is_han(yes[i]), "U+%04X", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        ck_assert_msg(!utf8_is_han(no[i]), "U+%04X", no[i]);
}
END_TEST

START_TEST(big5)
{
    BUF_SCOPED b = BUF_INIT(100000);
    t_ok(big5_to_utf8(&b, STR("\xb6\xb3\xa5\xab\xb6\xb0, ok")));
    t_str(buf_str(&b), STR("雲市集, ok"));
    t_ok(big5_to_utf8(&b, STR("\xf9\xd6"))); /* ETEN: 碁 */
    t_str(buf_str(&b), STR("雲市集, ok碁"));
    t_rc(big5_to_utf8(&b, STR("ok\xff\xff")), E_INVALID);
    t_rc(big5_to_utf8(&b, STR("ok\xb6")), E_INVALID); /* half a character at the end */
    t_str(buf_str(&b), STR("雲市集, ok碁"));
    static char wide[20001]; /* many output pieces */
    for (size_t i = 0; i + 1 < sizeof wide; i += 2)
        memcpy(wide + i, "\xb6\xb3", 2);
    buf_clear(&b);
    t_ok(big5_to_utf8(&b, str_n(wide, 20000)));
    ck_assert_uint_eq(b.n, 30000);
    BUF_SCOPED small = BUF_INIT(10);
    t_rc(big5_to_utf8(&small, str_n(wide, 20000)), E_LIMIT);
}
END_TEST

T_MAIN("base/utf8", validity, every_code_point, walks_over_bad_bytes, cuts, controls, normal_form, folding, han, big5)
