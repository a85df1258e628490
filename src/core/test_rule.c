#include <pthread.h>

#include "core/rule.h"
#include "t.h"

static const struct fact_def facts[] = {
    {.name = "registered", .type = FACT_BOOL, .question = "Is the firm registered?", .fixed = true},
    {.name = "capital", .type = FACT_INT, .question = "Paid-in capital?", .unit = "NT$"},
    {.name = "headcount", .type = FACT_INT, .question = "Insured headcount?", .unit = "persons"},
    {.name = "kind", .type = FACT_TEXT, .question = "Kind?"},
    {.name = "granted", .type = FACT_BOOL, .question = "Granted before?", .fixed = true},
};

static const struct criterion criteria[] = {
    {"sme", "registered = 1 AND (capital <= 100000000 OR headcount < 200)", "Small or medium", "Article 2", 0, 0},
    {"kind", "kind IN ('company', 'business', 'co''op')", "Kind of firm", "Article 3", 1000, 2000},
    {"once", "NOT granted", "One grant", "Article 4", 0, 0},
};

static const struct rule rule = {"test", facts, 5, criteria, 3};

struct outcome {
    struct rule_result r;
    struct arena *a;
};

static void ask(struct outcome *o, const struct rule *r, const struct fact *f, size_t n, day on)
{
    struct err err = {0};
    if (!o->a)
        o->a = arena_new(1 << 20);
    arena_reset(o->a);
    rc code = rule_eval(r, f, n, on, o->a, &o->r, &err);
    ck_assert_msg(code == OK, "%s: %s", rc_name(code), err.main.msgid);
}

#define ASK(o, on, ...)                                                                                                \
    do {                                                                                                               \
        const struct fact given_[] = {__VA_ARGS__};                                                                    \
        ask((o), &rule, given_, sizeof given_ / sizeof given_[0], (on));                                               \
    } while (0)

static struct fact i_(const char *name, int64_t v)
{
    return (struct fact){.name = name, .known = true, .i = v};
}

static struct fact s_(const char *name, const char *v)
{
    return (struct fact){.name = name, .known = true, .s = str_of(v)};
}

START_TEST(decides)
{
    struct outcome o = {0};
    ASK(&o, 1500, i_("registered", 1), i_("capital", 100000000), i_("headcount", 900), s_("kind", "co'op"),
        i_("granted", 0));
    ck_assert_int_eq(o.r.verdict, PASS);
    ck_assert_uint_eq(o.r.n, 3);
    ck_assert_ptr_null(o.r.next_question);
    ck_assert_uint_eq(o.r.n_changes, 0);
    ASK(&o, 1500, i_("registered", 1), i_("capital", 100000001), i_("headcount", 200), s_("kind", "company"),
        i_("granted", 0));
    ck_assert_int_eq(o.r.verdict, FAIL);
    ck_assert_int_eq(o.r.each[0].verdict, FAIL);
    ck_assert_int_eq(o.r.each[1].verdict, PASS);
    ASK(&o, 1500, i_("registered", 0), i_("granted", 0));
    ck_assert_int_eq(o.r.verdict, FAIL); /* decided without the missing facts */
    ck_assert_ptr_null(o.r.next_question);
    arena_free(o.a);
}
END_TEST

START_TEST(knows_what_is_missing)
{
    struct outcome o = {0};
    ASK(&o, 10, i_("granted", 0));
    ck_assert_int_eq(o.r.verdict, UNKNOWN);
    ck_assert_uint_eq(o.r.n, 2); /* "kind" is not in force on day 10 */
    ck_assert_int_eq(o.r.each[0].n_missing, 3);
    ASK(&o, 10, i_("granted", 0), i_("registered", 1), i_("capital", 100000001));
    ck_assert_int_eq(o.r.each[0].n_missing, 1);
    ck_assert_str_eq(o.r.each[0].missing[0], "headcount");
    ck_assert_str_eq(o.r.next_question, "headcount");
    /* A small firm: whether it has few people does not matter any more, only whether it is registered. */
    ASK(&o, 10, i_("granted", 0), i_("capital", 5));
    ck_assert_int_eq(o.r.each[0].n_missing, 1);
    ck_assert_str_eq(o.r.each[0].missing[0], "registered");
    /* What nobody asks for does not count as missing. */
    ASK(&o, 10, i_("granted", 0), i_("capital", 5), i_("registered", 1));
    ck_assert_int_eq(o.r.verdict, PASS);
    arena_free(o.a);
}
END_TEST

START_TEST(asks_what_decides_most)
{
    struct outcome o = {0};
    ASK(&o, 10, i_("registered", 1));
    ck_assert_str_eq(o.r.next_question, "granted"); /* both answers decide; of capital only two in three do */
    ASK(&o, 10, i_("registered", 1), i_("granted", 0));
    ck_assert_str_eq(o.r.next_question, "capital");
    arena_free(o.a);
}
END_TEST

START_TEST(finds_the_smallest_change)
{
    struct outcome o = {0};
    ASK(&o, 1500, i_("registered", 1), i_("capital", 110000000), i_("headcount", 900), s_("kind", "company"),
        i_("granted", 0));
    ck_assert_uint_eq(o.r.n_changes, 1); /* less capital by 9 % rather than 78 % fewer people */
    ck_assert_str_eq(o.r.changes[0].fact, "capital");
    ck_assert_int_eq(o.r.changes[0].from, 110000000);
    ck_assert_int_eq(o.r.changes[0].to, 100000000);
    ASK(&o, 1500, i_("registered", 1), i_("capital", 900000000), i_("headcount", 210), s_("kind", "company"),
        i_("granted", 0));
    ck_assert_uint_eq(o.r.n_changes, 1);
    ck_assert_str_eq(o.r.changes[0].fact, "headcount");
    ck_assert_int_eq(o.r.changes[0].to, 199);
    ASK(&o, 1500, i_("registered", 1), i_("capital", 900000000), i_("headcount", 210), s_("kind", "club"),
        i_("granted", 0));
    ck_assert_uint_eq(o.r.n_changes, 2);
    ck_assert_str_eq(o.r.changes[0].fact, "headcount");
    ck_assert_str_eq(o.r.changes[1].fact, "kind");
    t_str(o.r.changes[1].from_text, STR("club"));
    t_str(o.r.changes[1].to_text, STR("business"));
    /* An unknown fact may be assumed. */
    ASK(&o, 10, i_("registered", 1), i_("capital", 900000000), i_("granted", 0));
    ck_assert_uint_eq(o.r.n_changes, 1);
    ck_assert(o.r.changes[0].was_unknown);
    ck_assert_str_eq(o.r.changes[0].fact, "headcount");
    ck_assert_int_eq(o.r.changes[0].to, 199);
    /* Nothing helps against what cannot be changed. */
    ASK(&o, 10, i_("registered", 0), i_("capital", 1), i_("granted", 0));
    ck_assert_uint_eq(o.r.n_changes, 0);
    arena_free(o.a);
}
END_TEST

START_TEST(uses_steps_and_reads_thresholds)
{
    static const int64_t steps[] = {10, 50, 150};
    const struct fact_def f[] = {{.name = "a", .type = FACT_INT, .steps = steps, .n_steps = 3},
                                 {.name = "b", .type = FACT_INT},
                                 {.name = "c", .type = FACT_INT}};
    const struct criterion c[] = {{"x", "a < 100 AND 20 < b AND c BETWEEN -5 AND 7", "", "", 0, 0}};
    const struct rule r = {"steps", f, 3, c, 1};
    const struct fact given[] = {i_("a", 120), i_("b", 3), i_("c", 30)};
    struct outcome o = {0};
    ask(&o, &r, given, 3, 1);
    ck_assert_uint_eq(o.r.n_changes, 3);
    ck_assert_int_eq(o.r.changes[0].to, 50);
    ck_assert_int_eq(o.r.changes[1].to, 21);
    ck_assert_int_eq(o.r.changes[2].to, 7);
    arena_free(o.a);
}
END_TEST

START_TEST(checks_expressions)
{
    static const char *const bad[] = {"",
                                      "capital <=",
                                      "capital = 1)",
                                      "(capital = 1",
                                      "1) FROM (SELECT 2) --",
                                      "(SELECT 1)",
                                      "capital = ?",
                                      "capital = 1; DROP TABLE x",
                                      "load_extension('x')",
                                      "randomblob(9) = 1",
                                      "nosuch = 1",
                                      "capital = 'open",
                                      "capital = 1.5",
                                      "\"capital\" = 1",
                                      "[capital] = 1",
                                      "capital /* */ = 1",
                                      "capital = 1 -- x",
                                      "facts.capital = 1",
                                      "abs",
                                      "capital COLLATE x",
                                      "kind LIKE 'x'",
                                      "sqlite_version() = 1",
                                      "capital = 99999999999999999999"};
    struct err err = {0};
    t_ok(rule_check(&rule, &err));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct criterion c[] = {{"good", "capital = 1", "", "", 0, 0}, {"bad", bad[i], "", "", 0, 0}};
        const struct rule r = {"bad", facts, 5, c, 2};
        err_clear(&err);
        rc code = rule_check(&r, &err);
        ck_assert_msg(code == E_INVALID, "accepted: %s", bad[i]);
        ck_assert_int_eq(err.n_fields, 1);
        ck_assert_str_eq(err.fields[0].field, "bad");
        ck_assert_str_eq(err.fields[0].code, "RUL-001");
    }
}
END_TEST

static void *in_thread(void *arg)
{
    struct outcome o = {0};
    for (int i = 0; i < 200; i++) {
        ASK(&o, 10, i_("registered", 1), i_("capital", 100000000 + i % 2), i_("headcount", 500), i_("granted", 0));
        if (o.r.verdict != (i % 2 ? FAIL : PASS))
            *(int *)arg = 1;
    }
    arena_free(o.a);
    return NULL;
}

START_TEST(runs_in_threads)
{
    pthread_t t[3];
    int wrong = 0;
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, in_thread, &wrong), 0);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    ck_assert_int_eq(wrong, 0);
}
END_TEST

T_MAIN("core/rule", decides, knows_what_is_missing, asks_what_decides_most, finds_the_smallest_change,
       uses_steps_and_reads_thresholds, checks_expressions, runs_in_threads)
