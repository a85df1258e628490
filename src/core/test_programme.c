#include "base/buf.h"
#include "core/programme.h"
#include "core/publiclog.h"
#include "dbt.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

static const struct programme sample = {.id = 7,
                                        .module = STR_INIT("market"),
                                        .code = STR_INIT("tcloud-2026"),
                                        .name_zh = STR_INIT("雲市集"),
                                        .name_en = STR_INIT("Cloud market"),
                                        .opens = 100,
                                        .closes = 200};

static rc add_fn(struct tx *tx, void *arg)
{
    return programme_add(tx, arg);
}

struct set {
    id programme;
    day from;
    int64_t value;
    const char *reason;
};

static rc set_fn(struct tx *tx, void *arg)
{
    struct set *s = arg;
    return param_set_int(tx, s->programme, "cap", s->from, s->value, 3, str_of(s->reason));
}

static rc set_text_fn(struct tx *tx, void *arg)
{
    (void)arg;
    return param_set_text(tx, 7, "contract", 100, STR("條款 \"1\""), 3, STR("first"));
}

static rc set(struct db *db, day from, int64_t value)
{
    struct set s = {7, from, value, "because"};
    return db_write(db, set_fn, &s);
}

static struct db *with_programme(int engine)
{
    struct db *db = dbt_open(engine, core_migrations, core_migrations_n);
    struct programme p = sample;
    t_ok(db_write(db, add_fn, &p));
    return db;
}

START_TEST(programmes)
{
    struct db *db = with_programme(_i);
    struct programme p = sample, *list;
    struct arena *a = arena_new(65536);
    struct tx *tx;
    size_t n;
    p.id = 8;
    t_rc(db_write(db, add_fn, &p), E_CONFLICT);
    t_ok(db_read_begin(db, &tx));
    t_ok(programme_by_code(tx, STR("tcloud-2026"), &p, a));
    ck_assert_int_eq(p.id, 7);
    t_str(p.name_zh, STR("雲市集"));
    ck_assert_int_eq(p.closes, 200);
    t_ok(programme_list(tx, STR("market"), &list, &n, a));
    ck_assert_uint_eq(n, 1);
    t_rc(programme_get(tx, 9, &p, a), E_NOTFOUND);
    ck_assert_str_eq(tx_err(tx)->main.code, "PRG-001");
    db_read_end(tx);
    arena_free(a);
    dbt_close(db);
}
END_TEST

START_TEST(parameters_by_day)
{
    struct db *db = with_programme(_i);
    struct arena *a = arena_new(65536);
    struct tx *tx;
    int64_t v;
    struct param_version *history;
    size_t n;
    str text;
    t_ok(set(db, 100, 30000));
    t_ok(set(db, 150, 20000));
    t_ok(set(db, 150, 25000)); /* a correction for the same day */
    t_ok(db_write(db, set_text_fn, NULL));
    t_ok(db_read_begin(db, &tx));
    t_rc(param_int(tx, 7, "cap", 99, &v), E_NOTFOUND);
    ck_assert_str_eq(tx_err(tx)->main.code, "PRG-002");
    t_ok(param_int(tx, 7, "cap", 100, &v));
    ck_assert_int_eq(v, 30000);
    t_ok(param_int(tx, 7, "cap", 149, &v));
    ck_assert_int_eq(v, 30000);
    t_ok(param_int(tx, 7, "cap", 5000, &v));
    ck_assert_int_eq(v, 25000);
    t_ok(param_text(tx, 7, "contract", 100, &text, a));
    t_str(text, STR("條款 \"1\""));
    t_ok(param_int_or(tx, STR("tcloud-2026"), "cap", 149, 5, &v));
    ck_assert_int_eq(v, 30000);
    t_ok(param_int_or(tx, STR("tcloud-2026"), "cap", 99, 5, &v));
    ck_assert_int_eq(v, 5);
    t_ok(param_int_or(tx, STR("none"), "cap", 149, 6, &v));
    ck_assert_int_eq(v, 6);
    ck_assert_str_eq(tx_err(tx)->main.code, "PRG-002"); /* what was said before stands */
    err_clear(tx_err(tx));
    t_rc(param_int_or(tx, STR("tcloud-2026"), "contract", 100, 5, &v), E_CORRUPT);
    err_clear(tx_err(tx));
    t_rc(param_int(tx, 7, "contract", 100, &v), E_CORRUPT);
    t_ok(param_history(tx, 7, &history, &n, a));
    ck_assert_uint_eq(n, 4);
    t_str(history[0].name, STR("cap"));
    t_str(history[0].value, STR("25000"));
    t_str(history[2].value, STR("30000"));
    t_str(history[3].name, STR("contract"));
    t_str(history[3].reason, STR("first"));
    struct log_entry *entries; /* every version is in the public log */
    t_ok(log_entries_of(tx, 7, &entries, &n, a));
    ck_assert_uint_eq(n, 4);
    t_str(entries[0].what, STR("core.programme.parameter"));
    db_read_end(tx);
    arena_free(a);
    dbt_close(db);
}
END_TEST

START_TEST(parameters_need_reason_and_programme)
{
    struct db *db = with_programme(_i);
    struct set s = {7, 100, 1, "  "};
    t_rc(db_write(db, set_fn, &s), E_INVALID);
    s = (struct set){99, 100, 1, "because"};
    t_rc(db_write(db, set_fn, &s), E_NOTFOUND);
    dbt_close(db);
}
END_TEST

START_TEST(parses_values)
{
    static const struct choice either[] = {{"ratio", ""}, {"cap", ""}, {NULL, NULL}};
    const struct param_decl cap = {.def = {.name = "cap", .type = PARAM_MONEY, .min = 0, .max = 50000}},
                            flag = {.def = {.name = "on", .type = PARAM_BOOL}},
                            text = {.def = {.name = "text", .type = PARAM_TEXT}},
                            word = {.def = {.name = "word", .type = PARAM_TEXT}, .choices = either};
    struct err err = {0};
    int64_t v;
    (void)_i;
    t_ok(param_parse(&cap, STR("50000"), &v, &err));
    ck_assert_int_eq(v, 50000);
    t_rc(param_parse(&cap, STR("50001"), &v, &err), E_INVALID);
    ck_assert_str_eq(err.fields[0].code, "PRG-003");
    t_rc(param_parse(&cap, STR("5e3"), &v, &err), E_INVALID);
    t_ok(param_parse(&flag, STR("1"), &v, &err));
    t_rc(param_parse(&flag, STR("2"), &v, &err), E_INVALID);
    t_ok(param_parse(&text, STR("x"), &v, &err));
    t_rc(param_parse(&text, STR(""), &v, &err), E_INVALID);
    t_ok(param_parse(&word, STR("cap"), &v, &err));
    t_rc(param_parse(&word, STR("caps"), &v, &err), E_INVALID);
}
END_TEST

DBT_MAIN("core/programme", programmes, parameters_by_day, parameters_need_reason_and_programme, parses_values)
