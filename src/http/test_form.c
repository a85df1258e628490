#include "t.h"

#include "http/input.h"

static rc parse(struct arena *a, str body, struct pair **p, size_t *n)
{
    return form_parse(a, body, 4, p, n, NULL);
}

START_TEST(pairs)
{
    struct arena *a = arena_new(1 << 16);
    struct pair *p;
    size_t n;
    t_ok(parse(a, STR("a=1&b=x+y%21&&c&=d"), &p, &n));
    ck_assert_uint_eq(n, 4);
    t_str(p[0].name, STR("a"));
    t_str(p[0].value, STR("1"));
    t_str(p[1].value, STR("x y!"));
    t_str(p[2].name, STR("c"));
    t_str(p[2].value, STR(""));
    t_str(p[3].name, STR(""));
    t_str(p[3].value, STR("d"));
    t_ok(parse(a, STR("n%5Bx%5D=%E9%9B%B2=%3D"), &p, &n));
    t_str(p[0].name, STR("n[x]"));
    t_str(p[0].value, STR("雲=="));
    t_ok(parse(a, STR(""), &p, &n));
    ck_assert_uint_eq(n, 0);
    t_ok(parse(a, STR("&&&&&&&"), &p, &n));
    ck_assert_uint_eq(n, 0);
    arena_free(a);
}
END_TEST

START_TEST(refused)
{
    struct arena *a = arena_new(1 << 16);
    struct pair *p;
    size_t n;
    static const char *const bad[] = {"a=%",   "a=%4",     "a=%4g",       "%=1",   "a=%00",
                                      "a=%FF", "a=%C0%80", "a=%ED%A0%80", "\xff=1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(parse(a, str_of(bad[i]), &p, &n) == E_INVALID, "%s", bad[i]);
    t_rc(parse(a, STR("a&b&c&d&e"), &p, &n), E_LIMIT);
    arena_free(a);
}
END_TEST

T_MAIN("http/form", pairs, refused)
