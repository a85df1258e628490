#include "base/json.h"
#include "t.h"

static struct arena *arena;

static const struct json *parse(str text)
{
    if (!arena)
        arena = arena_new(1 << 22);
    const struct json *j = NULL;
    struct err err = {0};
    t_ok(json_parse(arena, text, 1 << 20, &j, &err));
    t_rc(err.code, OK);
    return j;
}

static void refuses(str text, rc code, const char *stable, const char *line, const char *column)
{
    const struct json *j = NULL;
    struct err err = {0};
    arena = arena ? arena : arena_new(1 << 22);
    ck_assert_msg(json_parse(arena, text, 1000, &j, &err) == code, "\"%.*s\"", STR_ARG(text));
    ck_assert_ptr_null(j);
    ck_assert_str_eq(err.main.code, stable);
    if (line) {
        t_str(err.main.arg[0], str_of(line));
        t_str(err.main.arg[1], str_of(column));
    }
}

START_TEST(reads)
{
    const struct json *j = parse(STR(
        "{\"s\":\"\\u4e2d\\n\",\"i\":-7,\"r\":1.5,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,[]],\"o\":{\"x\":1}}"));
    ck_assert_uint_eq(json_count(j), 8);
    t_str(json_str(json_get(j, "s")), STR("中\n"));
    ck_assert_int_eq(json_int(json_get(j, "i"), 0), -7);
    ck_assert(json_number(json_get(j, "r"), 0) == 1.5 && json_number(json_get(j, "i"), 0) == -7.0);
    ck_assert(json_bool(json_get(j, "t"), false) && !json_bool(json_get(j, "f"), true));
    ck_assert_int_eq(json_type(json_get(j, "z")), JSON_NULL_);
    ck_assert_int_eq(json_int(json_at(json_get(j, "a"), 0), 0), 1);
    ck_assert_uint_eq(json_count(json_at(json_get(j, "a"), 1)), 0);
    ck_assert_ptr_null(json_at(json_get(j, "a"), 2));
    ck_assert_int_eq(json_int(json_get(json_get(j, "o"), "x"), 0), 1);

    const char *order[] = {"s", "i", "r", "t", "f", "z", "a", "o"};
    str key;
    const struct json *value;
    size_t i = 0;
    for (; json_member(j, i, &key, &value); i++)
        t_str(key, str_of(order[i]));
    ck_assert_uint_eq(i, 8);
    ck_assert_int_eq(json_int(parse(STR(" 9223372036854775807 ")), 0), INT64_MAX);
    ck_assert_int_eq(json_int(parse(STR("-9223372036854775808")), 0), INT64_MIN);
}
END_TEST

START_TEST(accessors_take_anything)
{
    const struct json *s = parse(STR("\"x\""));
    ck_assert_ptr_null(json_get(s, "a"));
    ck_assert_ptr_null(json_get(NULL, "a"));
    ck_assert_ptr_null(json_at(s, 0));
    ck_assert_uint_eq(json_count(s), 0);
    ck_assert_int_eq(json_int(s, 5), 5);
    ck_assert(json_bool(NULL, true));
    ck_assert(json_number(s, 2.5) == 2.5);
    ck_assert_ptr_null(json_str(NULL).p);
    ck_assert_ptr_nonnull(json_str(parse(STR("\"\""))).p);
    str key;
    const struct json *v;
    ck_assert(!json_member(s, 0, &key, &v));
}
END_TEST

START_TEST(says_where)
{
    refuses(STR("{\"a\": tru}"), E_INVALID, "JSN-001", "1", "9");
    refuses(STR("{\n \"雲\": 1,,\n}"), E_INVALID, "JSN-001", "2", "9");
    refuses(STR("{\"a\":1,\n\"a\":2}"), E_INVALID, "JSN-003", "2", "3");
    refuses(STR("[9223372036854775808]"), E_INVALID, "JSN-005", "1", "20");
    refuses(STR("[1e999]"), E_INVALID, "JSN-005", NULL, NULL);
    const char *bad[] = {
        "",   " ",   "{",      "[1,]",     "{\"a\"}",        "'a'",   "[1] x", "\"\\ud800\"", "\"\\u0000\"",
        "01", "nan", "\"\t\"", "\"\xff\"", "\xef\xbb\xbf[]", "[1 2]", "+1",    ".5",          "\"\xed\xa0\x80\""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refuses(str_of(bad[i]), E_INVALID, "JSN-001", NULL, NULL);
    refuses(str_n("[1]\0", 4), E_INVALID, "JSN-001", NULL, NULL);
}
END_TEST

START_TEST(limits)
{
    char text[2000];
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    parse(str_n(text, 128));
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    refuses(str_n(text, 130), E_LIMIT, "JSN-002", "1", "65");
    parse(STR("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"{{{\"]"));
    memset(text, ' ', sizeof text);
    refuses(str_n(text, 1001), E_LIMIT, "JSN-004", NULL, NULL);
    struct arena *small = arena_new(200);
    const struct json *j;
    struct err err = {0};
    t_rc(json_parse(small, STR("[1,2,3,4,5,6,7,8,9,10]"), 1000, &j, &err), E_LIMIT);
    ck_assert_str_eq(err.main.code, "JSN-004");
    arena_free(small);
}
END_TEST

START_TEST(writes)
{
    BUF_SCOPED b = BUF_INIT(1000);
    struct json_out o;
    jo_begin(&o, &b);
    jo_obj(&o);
    jo_kstr(&o, "a\"", STR("x\n\t\r\\\x01雲/"));
    jo_kint(&o, "i", INT64_MIN);
    jo_kbool(&o, "b", true);
    jo_key(&o, "l");
    jo_arr(&o);
    jo_int(&o, 1);
    jo_null(&o);
    jo_obj(&o);
    jo_end_obj(&o);
    jo_raw(&o, STR("[2]"));
    jo_end_arr(&o);
    jo_kbool(&o, "c", false);
    jo_end_obj(&o);
    t_ok(buf_rc(&b));
    t_str(buf_str(&b), STR("{\"a\\\"\":\"x\\n\\t\\r\\\\\\u0001雲/\",\"i\":-9223372036854775808,\"b\":true,"
                           "\"l\":[1,null,{},[2]],\"c\":false}"));
    buf_clear(&b);
    buf_json(&b, STR("a\xff\"雲"));
    t_str(buf_str(&b), STR("\"a\xef\xbf\xbd\\\"雲\""));
}
END_TEST

START_TEST(writes_63_levels)
{
    BUF_SCOPED b = BUF_INIT(1000);
    struct json_out o;
    jo_begin(&o, &b);
    for (int i = 0; i < 63; i++)
        jo_arr(&o);
    jo_int(&o, 1);
    jo_int(&o, 2);
    for (int i = 0; i < 63; i++)
        jo_end_arr(&o);
    t_ok(buf_rc(&b));
    ck_assert_uint_eq(b.n, 63 * 2 + 3);
    buf_clear(&b);
    jo_begin(&o, &b);
    for (int i = 0; i < 200; i++)
        jo_arr(&o);
    t_rc(buf_rc(&b), E_LIMIT);
}
END_TEST

T_MAIN("base/json", reads, accessors_take_anything, says_where, limits, writes, writes_63_levels)
