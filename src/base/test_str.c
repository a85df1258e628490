#include "base/str.h"
#include "t.h"

START_TEST(compares)
{
    ck_assert(str_eq(STR("ab"), STR("ab")) && !str_eq(STR("ab"), STR("abc")) && !str_eq(STR("ab"), STR("aB")));
    ck_assert(str_eq((str){NULL, 0}, STR_EMPTY));
    ck_assert(str_eq(str_of(NULL), STR_EMPTY));
    ck_assert_int_lt(str_cmp(STR("a"), STR("ab")), 0);
    ck_assert_int_gt(str_cmp(STR("b"), STR("ab")), 0);
    ck_assert_int_gt(str_cmp(STR("\xff"), STR("a")), 0); /* bytes count as unsigned */
    ck_assert_int_eq(str_cmp((str){NULL, 0}, STR_EMPTY), 0);
    ck_assert(str_ieq(STR("Content-LENGTH"), STR("content-length")) && !str_ieq(STR("a["), STR("A{")));
    ck_assert(str_eq_ct(STR("secret"), STR("secret")) && !str_eq_ct(STR("secret"), STR("sacret")));
    ck_assert(!str_eq_ct(STR("secret"), STR("secre")) && str_eq_ct(STR_EMPTY, (str){NULL, 0}));
}
END_TEST

START_TEST(searches)
{
    str s = STR("one,two");
    ck_assert(str_starts(s, STR("one")) && str_starts(s, STR_EMPTY) && !str_starts(STR("on"), STR("one")));
    ck_assert(str_ends(s, STR("two")) && !str_ends(s, STR("one")) && !str_ends(STR("o"), STR("two")));
    ck_assert_int_eq(str_find(s, STR("two")), 4);
    ck_assert_int_eq(str_find(s, STR("twoo")), -1);
    ck_assert_int_eq(str_find(s, STR_EMPTY), 0);
    ck_assert_int_eq(str_find((str){NULL, 0}, STR("x")), -1);
    ck_assert_int_eq(str_chr(s, ','), 3);
    ck_assert_int_eq(str_chr((str){NULL, 0}, ','), -1);
}
END_TEST

START_TEST(cuts)
{
    t_str(str_sub(STR("abcdef"), 2, 3), STR("cde"));
    t_str(str_sub(STR("abcdef"), 4, SIZE_MAX), STR("ef"));
    t_str(str_sub(STR("abc"), 9, 9), STR_EMPTY);
    t_str(str_trim(STR(" \t a b\r\n")), STR("a b"));
    t_str(str_trim(STR(" \n ")), STR_EMPTY);

    str rest = STR("a,,b,");
    const char *want[] = {"a", "", "b", ""};
    size_t n = 0;
    while (rest.p) {
        ck_assert_uint_lt(n, 4);
        t_str(str_cut(&rest, ','), str_of(want[n]));
        n++;
    }
    ck_assert_uint_eq(n, 4);
}
END_TEST

START_TEST(reads_integers)
{
    int64_t v = 7;
    t_ok(str_to_i64(STR("-42"), &v));
    ck_assert_int_eq(v, -42);
    t_ok(str_to_i64(STR("9223372036854775807"), &v));
    ck_assert_int_eq(v, INT64_MAX);
    t_ok(str_to_i64(STR("-9223372036854775808"), &v));
    ck_assert_int_eq(v, INT64_MIN);
    t_ok(str_to_i64(STR("000012"), &v));
    ck_assert_int_eq(v, 12);
    t_rc(str_to_i64(STR("9223372036854775808"), &v), E_LIMIT);
    t_rc(str_to_i64(STR("-9223372036854775809"), &v), E_LIMIT);
    t_rc(str_to_i64(STR("99999999999999999999999"), &v), E_LIMIT);
    const char *bad[] = {"", "-", "+1", " 1", "1 ", "1.0", "0x10", "１", "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        t_rc(str_to_i64(str_of(bad[i]), &v), E_INVALID);
    ck_assert_int_eq(v, 12);
}
END_TEST

START_TEST(names_codes)
{
    ck_assert_str_eq(rc_name(OK), "ok");
    for (int i = OK; i <= E_INTERNAL; i++)
        for (int k = OK; k < i; k++)
            ck_assert_str_ne(rc_name((rc)i), rc_name((rc)k));
}
END_TEST

T_MAIN("base/str", compares, searches, cuts, reads_integers, names_codes)
