#include "base/id.h"
#include "t.h"

#define NOW (INT64_C(1777624200) * SECOND)

START_TEST(only_grow)
{
    struct id_gen g = {0};
    id last = 0;
    uint32_t random = 1;
    instant now = NOW;
    for (int i = 0; i < 1000000; i++) {
        random = random * 1664525 + 1013904223;
        if (i % 1000 == 0)
            now += ((int64_t)(random >> 16) - 40000) * 1000; /* forward and back */
        id v = id_next(&g, now, random);
        t_loop(v > last);
        last = v;
    }
}
END_TEST

START_TEST(a_full_millisecond_borrows)
{
    struct id_gen g = {0};
    id last = id_next(&g, NOW, UINT32_MAX);
    for (int i = 0; i < 1 << 22; i++) {
        id v = id_next(&g, NOW, UINT32_MAX);
        t_loop(v > last);
        last = v;
    }
    ck_assert_int_gt(id_time(last), NOW);
    ck_assert_int_lt(id_time(last), NOW + 5000);
}
END_TEST

START_TEST(keep_the_time)
{
    struct id_gen g = {0};
    ck_assert_int_eq(id_time(id_next(&g, NOW + 999, 7)), NOW);
    struct id_gen old = {0};
    ck_assert_int_gt(id_next(&old, 0, 0), 0); /* a clock never set */
    ck_assert_int_gt(id_next(&old, INT64_MIN, 0), 0);
}
END_TEST

START_TEST(text_form)
{
    char text[ID_TEXT + 1];
    id_text(1, text);
    ck_assert_str_eq(text, "0000000000001");
    id_text(INT64_MAX, text);
    ck_assert_str_eq(text, "7zzzzzzzzzzzz");
    struct id_gen g = {0};
    for (uint32_t i = 0; i < 100000; i++) {
        id v = id_next(&g, NOW + i * INT64_C(977) * 1000, i * 2654435761U), back;
        id_text(v, text);
        t_loop(id_parse(str_of(text), &back) == OK && back == v);
    }
    id v;
    t_ok(id_parse(STR("7ZZZZZZZZZZZZ"), &v));
    ck_assert_int_eq(v, INT64_MAX);
    t_ok(id_parse(STR("OoOoOoOoOoOiL"), &v));
    ck_assert_int_eq(v, 33);
    const char *bad[] = {"",
                         "000000000001",
                         "00000000000001",
                         "0000000000000",
                         "8000000000000",
                         "zzzzzzzzzzzzz",
                         "000000000000u",
                         "00000000000-1",
                         "000000000000 "};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        t_rc(id_parse(str_of(bad[i]), &v), E_INVALID);
    t_rc(id_parse(str_n("000000000000\0", 13), &v), E_INVALID);
}
END_TEST

T_MAIN("base/id", only_grow, a_full_millisecond_borrows, keep_the_time, text_form)
