#include "t.h"

#include "http/input.h"

static const struct choice sizes[] = {{"s", "Small"}, {"m", "Middle"}, {"l", "Large"}, {NULL, NULL}};

INPUT(part, {.name = "kind", .type = F_CHOICE, .required = true, .choices = sizes, .label = "Kind"},
      {.name = "n", .type = F_INT, .min = 1, .max = 9, .label = "N"});
INPUT(lists, {.name = "parts", .type = F_LIST, .required = true, .max = 3, .items = &part, .label = "Parts"},
      {.name = "file", .type = F_FILE, .max = 4, .label = "File"});

INPUT(spec, {.name = "name", .type = F_TEXT, .required = true, .max = 10, .label = "Name"},
      {.name = "about", .type = F_LINES, .label = "About"},
      {.name = "count", .type = F_INT, .min = 1, .max = 1000000, .label = "Count"},
      {.name = "any", .type = F_INT, .label = "Any"}, {.name = "price", .type = F_MONEY, .label = "Price"},
      {.name = "ok", .type = F_BOOL, .label = "OK"}, {.name = "day", .type = F_DAY, .label = "Day"},
      {.name = "ref", .type = F_ID, .label = "Reference"}, {.name = "mail", .type = F_EMAIL, .label = "Mail"},
      {.name = "size", .type = F_CHOICE, .choices = sizes, .label = "Size"},
      {.name = "sizes", .type = F_CHOICES, .choices = sizes, .label = "Sizes"},
      {.name = "ubn", .type = F_UBN, .label = "Business number"},
      {.name = "file", .type = F_FILE, .max = 4, .label = "File"});

static struct arena *arena;
static struct err err;

static rc one(const char *name, const char *value, struct input *in)
{
    const struct pair pairs[] = {{STR_INIT("name"), STR_INIT("x"), NULL}, {str_of(name), str_of(value), NULL}};
    if (!arena)
        arena = arena_new(4 << 20);
    err_clear(&err);
    if (strcmp(name, "name") == 0)
        return input_from_pairs(arena, &spec, pairs + 1, 1, in, &err);
    return input_from_pairs(arena, &spec, pairs, 2, in, &err);
}

static void refused(const char *name, const char *value, const char *code)
{
    struct input in;
    ck_assert_msg(one(name, value, &in) == E_INVALID, "%s=%s passed", name, value);
    ck_assert_int_eq(err.n_fields, 1);
    ck_assert_str_eq(err.fields[0].field, name);
    ck_assert_msg(strcmp(err.fields[0].code, code) == 0, "%s=%s: %s", name, value, err.fields[0].code);
    t_str(in_value(&in, name)->raw, str_of(value));
    ck_assert(in_value(&in, name)->bad);
}

START_TEST(texts)
{
    struct input in;
    t_ok(one("name",
             " \xe3\x80\x80"
             "e\xcc\x81  ",
             &in)); /* trimmed (ideographic space too), NFC */
    t_str(in_text(&in, "name"), STR("\xc3\xa9"));
    t_ok(one("name", "一二三四五六七八九十", &in));
    refused("name", "一二三四五六七八九十一", "INP-005");
    refused("name", "a\nb", "INP-017");
    refused("name",
            "a\x01"
            "b",
            "INP-004");
    refused("name", "a\xff", "INP-004");
    refused("name",
            "a\xe2\x80\xae"
            "b",
            "INP-004");
    refused("name", "", "INP-003");
    refused("name", " \xe3\x80\x80 ", "INP-003");
    t_ok(one("about", "a\r\nb\rc\td", &in));
    t_str(in_text(&in, "about"), STR("a\nb\nc\td"));
}
END_TEST

START_TEST(numbers)
{
    struct input in;
    static const struct {
        const char *typed;
        int64_t value;
    } good[] = {{"7", 7}, {" 42 ", 42}, {"1,000", 1000}, {"1,000,000", 1000000}, {"１２，３４５", 12345}, {"０１", 1}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_msg(one("count", good[i].typed, &in) == OK, "%s", good[i].typed);
        ck_assert_int_eq(in_int(&in, "count"), good[i].value);
    }
    static const char *const bad[] = {"0",    "1000001", "1.5", "1,00", "1,0000", "1,,000", ",100",
                                      "100,", "1 000",   "-1",  "1e3",  "0x10",   "一",     "99999999999999999999",
                                      "--1",  "1-",      "+1",  "NaN"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused("count", bad[i], "INP-007");
    ck_assert_str_eq(err.fields[0].msgid, "Enter a whole number between {1} and {2}.");
    t_str(err.fields[0].arg[0], STR("1"));
    t_str(err.fields[0].arg[1], STR("1000000"));
    t_ok(one("any", "-1,234", &in));
    ck_assert_int_eq(in_int(&in, "any"), -1234);
    t_ok(one("any", "－５", &in));
    ck_assert_int_eq(in_int(&in, "any"), -5);
    refused("any", "-", "INP-007");
    t_ok(one("price", "３０，０００", &in));
    ck_assert_int_eq(in_int(&in, "price"), 30000);
    refused("price", "-1", "INP-007");
}
END_TEST

START_TEST(other_types)
{
    struct input in;
    t_ok(one("ok", "on", &in));
    ck_assert(in_bool(&in, "ok"));
    t_ok(one("ok", "0", &in));
    ck_assert(!in_bool(&in, "ok"));
    refused("ok", "maybe", "INP-009");
    t_ok(one("day", "2026-05-31", &in));
    ck_assert_int_eq(in_int(&in, "day"), day_of(2026, 5, 31));
    t_ok(one("day", "１１５/5/31", &in)); /* ROC year, full width */
    t_str(in_text(&in, "day"), STR("2026-05-31"));
    refused("day", "2026-02-30", "INP-010");
    refused("day", "1899-12-31", "INP-010");
    char text[ID_TEXT + 1];
    id_text(123456789, text);
    t_ok(one("ref", text, &in));
    ck_assert_int_eq(in_int(&in, "ref"), 123456789);
    refused("ref", "xyz", "INP-011");
    t_ok(one("mail", "A.b+c@Example.TW", &in));
    t_str(in_text(&in, "mail"), STR("A.b+c@example.tw"));
    static const char *const mails[] = {"a",         "a@",       "@b.tw",       "a@b",           "a@b..tw",
                                        "a@-b.tw",   "a b@c.tw", "a@b.tw@c.tw", ".a@b.tw",       "a.@b.tw",
                                        "a..b@c.tw", "a@b_c.tw", "a,b@c.tw",    "a@b.tw,c@d.tw", "中@b.tw"};
    for (size_t i = 0; i < sizeof mails / sizeof mails[0]; i++)
        refused("mail", mails[i], "INP-012");
    t_ok(one("size", "m", &in));
    ck_assert_str_eq(in_choice(&in, "size"), "m");
    ck_assert_int_eq(in_int(&in, "size"), 1);
    refused("size", "xl", "INP-013");
    t_ok(one("ubn", "０4595257", &in));
    t_str(in_text(&in, "ubn"), STR("04595257"));
    refused("ubn", "4595257", "INP-014");
    refused("ubn", "0459525A", "INP-014");
    refused("ubn", "0459 5257", "INP-014");
}
END_TEST

START_TEST(names)
{
    struct input in;
    struct arena *a = arena_new(1 << 20);
    struct err e = {0};
    const struct pair strange[] = {{STR_INIT("name"), STR_INIT("x"), NULL}, {STR_INIT("admin"), STR_INIT("1"), NULL}};
    t_rc(input_from_pairs(a, &spec, strange, 2, &in, &e), E_INVALID);
    ck_assert_str_eq(e.main.code, "INP-001");
    t_str(e.main.arg[0], STR("admin"));
    t_str(in_text(&in, "name"), STR("x")); /* the rest is kept */
    err_clear(&e);
    const struct pair twice[] = {{STR_INIT("name"), STR_INIT("x"), NULL}, {STR_INIT("name"), STR_INIT("y"), NULL}};
    t_rc(input_from_pairs(a, &spec, twice, 2, &in, &e), E_INVALID);
    ck_assert_str_eq(e.fields[0].code, "INP-002");
    t_str(in_value(&in, "name")->raw, STR("x"));
    err_clear(&e);
    const struct pair many[] = {{STR_INIT("name"), STR_INIT("x"), NULL},
                                {STR_INIT("sizes"), STR_INIT("s"), NULL},
                                {STR_INIT("sizes"), STR_INIT("l"), NULL}};
    t_ok(input_from_pairs(a, &spec, many, 3, &in, &e));
    ck_assert_int_eq(in_int(&in, "sizes"), 5);
    arena_free(a);
}
END_TEST

INPUT(list_spec, {.name = "out", .type = F_TEXT, .label = "Out"},
      {.name = "file", .type = F_TEXT, .required = true, .many = true, .max = 8, .label = "Files"});

START_TEST(a_field_of_many_keeps_each_value)
{
    struct input in;
    struct err e = {0};
    const str *all;
    struct arena *a = arena_new(1 << 20);
    const struct pair pairs[] = {
        {STR_INIT("file"), STR_INIT(""), NULL},  {STR_INIT("file"), STR_INIT("a,1"), NULL},
        {STR_INIT("out"), STR_INIT("x"), NULL},  {STR_INIT("file"), STR_INIT(" b "), NULL},
        {STR_INIT("file"), STR_INIT("c"), NULL}, {STR_INIT("file"), STR_INIT("123456789"), NULL}};
    t_ok(input_from_pairs(a, &list_spec, pairs, 5, &in, &e));
    ck_assert_uint_eq(in_all(&in, "file", &all), 3); /* the empty one was not given */
    t_str(all[0], STR("a,1"));
    t_str(all[1], STR("b"));
    t_str(all[2], STR("c"));
    t_str(in_text(&in, "file"), STR("a,1,b,c"));
    ck_assert_uint_eq(in_all(&in, "out", &all), 1);
    t_str(all[0], STR("x"));
    t_rc(input_from_pairs(a, &list_spec, pairs, 6, &in, &e), E_INVALID); /* each value has the field's bounds */
    ck_assert_str_eq(e.fields[0].code, "INP-005");
    t_ok(input_from_pairs(a, &list_spec, pairs, 2, &in, NULL));
    ck_assert_uint_eq(in_all(&in, "file", &all), 1);
    ck_assert_uint_eq(in_all(&in, "out", &all), 0);
    t_rc(input_from_pairs(a, &list_spec, pairs, 1, &in, NULL), E_INVALID); /* required */
    arena_free(a);
}
END_TEST

START_TEST(files)
{
    struct input in;
    struct arena *a = arena_new(1 << 20);
    const struct upload small = {STR_INIT("a.txt"), STR_INIT("text/plain"), STR_INIT("abcd")};
    const struct upload large = {STR_INIT("a.txt"), STR_INIT("text/plain"), STR_INIT("abcde")};
    const struct upload none = {STR_INIT(""), STR_INIT("application/octet-stream"), STR_INIT("")};
    struct pair pairs[] = {{STR_INIT("name"), STR_INIT("x"), NULL}, {STR_INIT("file"), STR_INIT(""), &small}};
    t_ok(input_from_pairs(a, &spec, pairs, 2, &in, NULL));
    t_str(in_value(&in, "file")->file.bytes, STR("abcd"));
    pairs[1].file = &large;
    struct err e = {0};
    t_rc(input_from_pairs(a, &spec, pairs, 2, &in, &e), E_INVALID);
    ck_assert_str_eq(e.fields[0].code, "INP-015");
    pairs[1].file = &none;
    t_ok(input_from_pairs(a, &spec, pairs, 2, &in, NULL));
    ck_assert(!in_given(&in, "file"));
    pairs[0].file = &small;
    t_rc(input_from_pairs(a, &spec, pairs, 2, &in, NULL), E_INVALID);
    arena_free(a);
}
END_TEST

static rc from_json(struct arena *a, const char *text, struct input *in, struct err *e)
{
    const struct json *j;
    t_ok(json_parse(a, str_of(text), 1 << 16, &j, NULL));
    err_clear(e);
    return input_from_json(a, &spec, j, in, e);
}

START_TEST(json)
{
    struct arena *a = arena_new(1 << 20);
    struct input in;
    struct err e = {0};
    t_ok(from_json(
        a, "{\"name\":\"雲\",\"count\":5,\"ok\":true,\"sizes\":[\"s\",\"m\"],\"day\":null,\"ubn\":\"04595257\"}", &in,
        &e));
    t_str(in_text(&in, "name"), STR("雲"));
    ck_assert_int_eq(in_int(&in, "count"), 5);
    ck_assert(in_bool(&in, "ok"));
    ck_assert_int_eq(in_int(&in, "sizes"), 3);
    ck_assert(!in_given(&in, "day"));
    static const struct {
        const char *text, *code;
    } bad[] = {
        {"{\"name\":5}", "INP-018"},
        {"{\"name\":\"x\",\"count\":\"5\"}", "INP-018"},
        {"{\"name\":\"x\",\"count\":5.5}", "INP-018"},
        {"{\"name\":\"x\",\"count\":0}", "INP-007"},
        {"{\"name\":\"x\",\"ok\":1}", "INP-018"},
        {"{\"name\":\"x\",\"sizes\":\"s\"}", "INP-018"},
        {"{\"name\":\"x\",\"sizes\":[1]}", "INP-018"},
        {"{\"name\":\"x\",\"sizes\":[\"s\",\"q\"]}", "INP-013"},
        {"{\"name\":\"x\",\"file\":\"abc\"}", "INP-018"},
        {"{\"name\":{}}", "INP-018"},
        {"{}", "INP-003"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(from_json(a, bad[i].text, &in, &e) == E_INVALID, "%s", bad[i].text);
        ck_assert_msg(strcmp(e.fields[0].code, bad[i].code) == 0, "%s: %s", bad[i].text, e.fields[0].code);
    }
    t_rc(from_json(a, "{\"name\":\"x\",\"role\":1}", &in, &e), E_INVALID);
    ck_assert_str_eq(e.main.code, "INP-001");
    t_rc(from_json(a, "[]", &in, &e), E_INVALID);
    ck_assert_str_eq(e.main.code, "INP-019");
    arena_free(a);
}
END_TEST

static rc parts(struct arena *a, const char *text, struct input *in)
{
    const struct json *doc;
    err_clear(&err);
    t_ok(json_parse(a, str_of(text), 1 << 20, &doc, NULL));
    return input_from_json(a, &lists, doc, in, &err);
}

START_TEST(lists_and_files_inside_json)
{
    struct arena *a = arena_new(1 << 20);
    struct input in;
    const struct input *v;
    t_ok(parts(
        a, "{\"parts\":[{\"kind\":\"m\",\"n\":4},{\"kind\":\"s\"}],\"file\":{\"name\":\"a.bin\",\"data\":\"AAEC\"}}",
        &in));
    ck_assert_uint_eq(in_list(&in, "parts", &v), 2);
    ck_assert_str_eq(in_choice(&v[0], "kind"), "m");
    ck_assert_int_eq(in_int(&v[0], "n"), 4);
    ck_assert(!in_given(&v[1], "n"));
    t_str(in_value(&in, "file")->file.name, STR("a.bin"));
    t_str(in_value(&in, "file")->file.bytes, STR("\0\1\2"));
    static const struct {
        const char *text, *field, *code;
    } bad[] = {
        {"{\"parts\":[]}", "parts", "INP-003"},
        {"{\"parts\":{}}", "parts", "INP-018"},
        {"{\"parts\":[1]}", "parts[0]", "INP-019"},
        {"{\"parts\":[{\"kind\":\"s\"},{\"n\":1}]}", "parts[1].kind", "INP-003"},
        {"{\"parts\":[{\"kind\":\"s\",\"other\":1}]}", "parts[0]", "INP-001"},
        {"{\"parts\":[{\"kind\":\"s\",\"n\":10}]}", "parts[0].n", "INP-007"},
        {"{\"parts\":[{\"kind\":\"s\"},{\"kind\":\"s\"},{\"kind\":\"s\"},{\"kind\":\"s\"}]}", "parts", "INP-020"},
        {"{\"parts\":[{\"kind\":\"s\"}],\"file\":{\"name\":\"x\"}}", "file", "INP-018"},
        {"{\"parts\":[{\"kind\":\"s\"}],\"file\":{\"data\":\"?\"}}", "file", "INP-018"},
        {"{\"parts\":[{\"kind\":\"s\"}],\"file\":{\"data\":\"AA\",\"more\":1}}", "file", "INP-018"},
        {"{\"parts\":[{\"kind\":\"s\"}],\"file\":{\"data\":\"AAAAAAAA\"}}", "file", "INP-015"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(parts(a, bad[i].text, &in) == E_INVALID, "%s", bad[i].text);
        ck_assert_msg(err.n_fields == 1 && strcmp(err.fields[0].field, bad[i].field) == 0 &&
                          strcmp(err.fields[0].code, bad[i].code) == 0,
                      "%s: %s %s", bad[i].text, err.fields[0].field, err.fields[0].code);
    }
    /* a form gives a list as text */
    const struct pair pair = {STR_INIT("parts"), STR_INIT("[{\"kind\":\"l\"}]"), NULL},
                      wrong = {STR_INIT("parts"), STR_INIT("[{"), NULL};
    t_ok(input_from_pairs(a, &lists, &pair, 1, &in, &err));
    ck_assert_uint_eq(in_list(&in, "parts", &v), 1);
    err_clear(&err);
    t_rc(input_from_pairs(a, &lists, &wrong, 1, &in, &err), E_INVALID);
    ck_assert_str_eq(err.fields[0].code, "INP-018");
    arena_free(a);
}
END_TEST

START_TEST(bounds)
{
    int64_t lo, hi;
    struct field f = {.name = "x", .type = F_INT, .min = 1};
    field_bounds(&f, &lo, &hi);
    ck_assert_int_eq(lo, 1);
    ck_assert_int_eq(hi, INT64_C(9007199254740991));
    f = (struct field){.name = "x", .type = F_TEXT};
    field_bounds(&f, &lo, &hi);
    ck_assert_int_eq(hi, 200);
}
END_TEST

T_MAIN("http/input", texts, numbers, other_types, names, a_field_of_many_keeps_each_value, files, json,
       lists_and_files_inside_json, bounds)
