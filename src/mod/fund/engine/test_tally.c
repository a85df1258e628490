/* The tally against published numbers, its defined outcomes, and its rules as text. */
#include "mod/fund/engine/test_tally.h"

#include "base/json.h"
#include "sys/file.h"

enum { ROOM = 64 << 20 };

/* ---- vectors.json ---- */

struct vector {
    struct arena *a;
    const struct json *j;
    struct columns c;
    str names[8];
    uint32_t n;
    str donors[16];
    uint32_t n_donors;
};

static uint32_t index_of(str *names, uint32_t *n, str name)
{
    for (uint32_t i = 0; i < *n; i++)
        if (str_eq(names[i], name))
            return i;
    names[*n] = name;
    return (*n)++;
}

/* Amounts with a fraction (0.5) are taken in hundredths. */
static void load_gifts(struct vector *v, const struct json *gifts, int64_t scale)
{
    v->c = columns_new(v->a, json_count(gifts), 0, 0);
    for (size_t i = 0; i < json_count(gifts); i++) {
        const struct json *g = json_at(gifts, i);
        v->c.project[i] = index_of(v->names, &v->n, json_str(json_get(g, "project")));
        v->c.donor[i] = index_of(v->donors, &v->n_donors, json_str(json_get(g, "donor")));
        v->c.amount[i] = (int64_t)(json_number(json_get(g, "amount"), 0) * (double)scale);
    }
    v->c.g.n_projects = v->n;
    v->c.g.n_donors = v->n_donors;
    v->c.g.project_id = v->names;
}

static void check_matches(const struct vector *v, const struct tally_result *r, const char *key)
{
    const struct json *want = json_get(v->j, key);
    for (uint32_t p = 0; want && p < v->n; p++)
        ck_assert_int_eq(r->project[p].match, json_int(json_get(want, arena_cstr(v->a, v->names[p])), -1));
}

static void run_match_vector(struct vector *v)
{
    struct tally_rules rules = tally_rules_default(TALLY_QF);
    rules.pool = json_int(json_get(v->j, "pool"), 0);
    rules.cap = json_int(json_get(v->j, "cap_per_project"), 0);
    rules.saturation = json_bool(json_get(v->j, "scale_up_when_unsaturated"), true) ? TALLY_SCALE : TALLY_PAY;
    struct tally_result r;
    t_ok(tally(v->a, &v->c.g, &rules, &r, NULL));
    if (json_get(v->j, "match_largest_remainder"))
        check_matches(v, &r, "match_largest_remainder");
    else
        check_matches(v, &r, "expected_match_floor");
}

static void run_root_vector(struct vector *v, int64_t unit, int64_t root_unit)
{
    const struct json *roots = json_get(v->j, "expected_sum_of_roots"),
                      *squares = json_get(v->j, "expected_sum_of_roots_squared");
    struct tally_rules rules = tally_rules_default(TALLY_QF);
    struct tally_result s, s2;
    rules.min = json_int(json_get(v->j, "minimum_donor_total"), 0) * unit;
    rules.min_of = rules.min ? TALLY_MIN_DONOR : TALLY_MIN_GIFT;
    rules.weight = TALLY_S;
    t_ok(tally(v->a, &v->c.g, &rules, &s, NULL));
    rules.weight = TALLY_S2;
    t_ok(tally(v->a, &v->c.g, &rules, &s2, NULL));
    for (uint32_t p = 0; p < v->n; p++) {
        const char *name = arena_cstr(v->a, v->names[p]);
        u128 whole = s.project[p].weight >> TALLY_WEIGHT_BITS;
        ck_assert_int_eq((int64_t)whole / root_unit, json_int(json_get(roots, name), -1));
        if (squares)
            ck_assert_int_eq((int64_t)(s2.project[p].weight >> TALLY_WEIGHT_BITS) / unit,
                             json_int(json_get(squares, name), -1));
    }
}

static void run_vector(struct arena *a, const struct json *all, const struct json *j)
{
    struct vector v = {.a = a, .j = j};
    const struct json *gifts = json_get(j, "gifts");
    bool fractions = json_get(j, "minimum_donor_total") != NULL;
    if (json_type(gifts) == JSON_STRING_)
        gifts = json_get(json_get(all, "gift_sets"), arena_cstr(a, json_str(gifts)));
    load_gifts(&v, gifts, fractions ? 100 : 1);
    if (json_get(j, "pool"))
        run_match_vector(&v);
    if (json_get(j, "expected_sum_of_roots"))
        run_root_vector(&v, fractions ? 100 : 1, fractions ? 10 : 1);
}

START_TEST(published_vectors)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    if (file_read(RISE_SHARED "/data/fund/vectors.json", &text, NULL) != OK) {
        printf("skipped: no vectors.json\n");
        return;
    }
    struct arena *a = arena_new(ROOM);
    const struct json *j;
    t_ok(json_parse(a, buf_str(&text), 1 << 20, &j, NULL));
    const struct json *vectors = json_get(j, "vectors");
    ck_assert_uint_eq(json_count(vectors), 12);
    for (size_t i = 0; i < 12; i++)
        run_vector(a, j, json_at(vectors, i));
    arena_free(a);
}
END_TEST

/* ---- outcomes ---- */

/* Three projects: two donors of 100 and 400, one donor of 900, none. */
static struct columns three(struct arena *a)
{
    struct columns c = columns_new(a, 3, 3, 3);
    for (uint32_t i = 0; i < 3; i++) {
        c.project[i] = i / 2;
        c.donor[i] = i;
        c.amount[i] = (int64_t[]){100, 400, 900}[i];
    }
    return c;
}

static struct tally_result run(struct arena *a, const struct columns *c, const struct tally_rules *r)
{
    struct tally_result out;
    t_ok(tally(a, &c->g, r, &out, NULL));
    return out;
}

START_TEST(weights_differ_and_change_who_wins)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = three(a);
    struct tally_rules r = tally_rules_default(TALLY_QF);
    r.pool = 1000;
    struct tally_result x = run(a, &c, &r); /* S² − C = 400, 0, 0 */
    ck_assert_int_eq(x.project[0].match, 1000);
    ck_assert_int_eq(x.project[0].total, 1500);
    ck_assert_int_eq(x.project[1].donors, 1);
    ck_assert(x.project[1].weight == 0);
    r.weight = TALLY_S2; /* 900 and 900 */
    x = run(a, &c, &r);
    ck_assert_int_eq(x.project[0].match, 500);
    ck_assert_int_eq(x.project[1].match, 500);
    r.weight = TALLY_S; /* 30 and 30 */
    ck_assert_int_eq(run(a, &c, &r).project[1].match, 500);
    arena_free(a);
}
END_TEST

START_TEST(a_clip_comes_behind_the_sum)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = three(a);
    static const uint8_t kind[] = {TALLY_PERSON, TALLY_ORGANISATION, TALLY_PERSON};
    static const uint16_t permille[] = {1000, 1000, 444};
    c.project[2] = 0;
    c.donor[2] = 1; /* an organisation: 400 + 900 */
    c.g.kind = kind;
    struct tally_rules r = tally_rules_default(TALLY_QF);
    r.clip_organisation = 625;
    struct tally_result x = run(a, &c, &r);
    ck_assert_int_eq(x.project[0].raised, 1400);
    ck_assert_int_eq(x.project[0].counted, 725);
    ck_assert_int_eq((int64_t)(x.project[0].weight >> 32), 2 * 10 * 25);
    c = three(a);
    c.g.permille = permille;
    r.clip_organisation = 0;
    x = run(a, &c, &r);
    ck_assert_int_eq(x.project[1].counted, 399); /* 399.6 */
    ck_assert_int_eq(x.project[1].raised, 900);
    arena_free(a);
}
END_TEST

START_TEST(undefined_cases_have_outcomes)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = three(a);
    struct tally_rules r = tally_rules_default(TALLY_QF);
    ck_assert_uint_eq(run(a, &c, &r).outcome, TALLY_EMPTY_POOL);
    r.pool = 1000;
    r.saturation = TALLY_PAY;
    struct tally_result x = run(a, &c, &r);
    ck_assert_uint_eq(x.outcome, TALLY_UNSATURATED);
    ck_assert_int_eq(x.paid, 400);
    ck_assert_int_eq(x.unspent, 600);
    r.saturation = TALLY_SCALE;
    r.cap = 300;
    x = run(a, &c, &r);
    ck_assert_uint_eq(x.outcome, TALLY_CAP_INFEASIBLE | TALLY_CAPPED);
    ck_assert_int_eq(x.unspent, 700);
    c.project[1] = 2; /* every project has one donor */
    x = run(a, &c, &r);
    ck_assert_uint_eq(x.outcome, TALLY_NO_WEIGHT);
    ck_assert_int_eq(x.unspent, 1000);
    struct tally_rules cqf = tally_rules_default(TALLY_CQF);
    cqf.pool = 1000;
    ck_assert_uint_eq(run(a, &c, &cqf).outcome, TALLY_NO_WEIGHT);
    c.g.n = 0;
    ck_assert_uint_eq(run(a, &c, &r).outcome, TALLY_NO_WEIGHT | TALLY_NO_GIFTS);
    r.min = 10;
    ck_assert_uint_eq(run(a, &c, &r).outcome, TALLY_NO_WEIGHT | TALLY_NO_GIFTS);
    arena_free(a);
}
END_TEST

START_TEST(ties_go_by_weight_then_by_id)
{
    struct arena *a = arena_new(ROOM);
    static const str ids[] = {STR_INIT("b"), STR_INIT("a"), STR_INIT("\xe5\xaf\x8c")};
    struct columns c = columns_new(a, 6, 3, 2);
    for (uint32_t i = 0; i < 6; i++) {
        c.project[i] = i / 2;
        c.donor[i] = i % 2;
        c.amount[i] = 100;
    }
    c.g.project_id = ids;
    struct tally_rules r = tally_rules_default(TALLY_QF);
    r.pool = 11; /* 3 and two thirds each */
    struct tally_result x = run(a, &c, &r);
    ck_assert_int_eq(x.project[0].match, 4);
    ck_assert_int_eq(x.project[1].match, 4);
    ck_assert_int_eq(x.project[2].match, 3);
    ck_assert_uint_eq(x.order[0], 1);
    ck_assert_uint_eq(x.order[1], 0);
    ck_assert_uint_eq(x.order[2], 2);
    arena_free(a);
}
END_TEST

/* ---- widths ---- */

START_TEST(what_is_too_large_is_refused)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = three(a);
    struct tally_rules r = tally_rules_default(TALLY_QF);
    struct tally_result x;
    static const int64_t bad[] = {0, -1, TALLY_AMOUNT_MAX + 1, INT64_C(1000000000000000000), INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        c.amount[1] = bad[i];
        t_rc(tally(a, &c.g, &r, &x, &err), E_INVALID);
        ck_assert_str_eq(err.main.code, "FND-101");
        t_str(err.main.arg[0], STR("2"));
    }
    c.amount[1] = c.amount[0] = TALLY_AMOUNT_MAX;
    r.pool = TALLY_AMOUNT_MAX;
    t_ok(tally(a, &c.g, &r, &x, NULL));
    ck_assert_int_eq(x.project[0].match, TALLY_AMOUNT_MAX);
    c.donor[0] = c.donor[1];
    struct err err = {0};
    t_rc(tally(a, &c.g, &r, &x, &err), E_LIMIT); /* one donor's sum */
    ck_assert_str_eq(err.main.code, "FND-103");
    c.donor[0] = 3;
    t_rc(tally(a, &c.g, &r, &x, NULL), E_INTERNAL);
    struct arena *small = arena_new(200);
    c.donor[0] = 0;
    t_rc(tally(small, &c.g, &r, &x, NULL), E_LIMIT);
    arena_free(small);
    arena_free(a);
}
END_TEST

START_TEST(roots_are_exact)
{
    uint64_t state = 1;
    for (int i = 0; i < 400000; i++) {
        int64_t c = (int64_t)(next_random(&state) % (uint64_t)TALLY_AMOUNT_MAX >> below(&state, 50));
        uint64_t r = tally_root(c);
        u128 n = (u128)(uint64_t)c << 32;
        t_loop((u128)r * r <= n && (u128)(r + 1) * (r + 1) > n);
    }
}
END_TEST

/* ---- quadratic voting ---- */

START_TEST(ballots_over_the_budget_are_left_out)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = columns_new(a, 5, 2, 3);
    static const uint32_t project[] = {0, 1, 0, 1, 0}, donor[] = {0, 0, 1, 1, 2};
    static const int64_t votes[] = {9, 4, 9, 5, 1};
    for (size_t i = 0; i < 5; i++) {
        c.project[i] = project[i];
        c.donor[i] = donor[i];
        c.amount[i] = votes[i];
    }
    struct tally_rules r = tally_rules_default(TALLY_QV); /* 81 + 16 = 97; 81 + 25 = 106 */
    struct tally_result x = run(a, &c, &r);
    ck_assert_int_eq(x.project[0].total, 10);
    ck_assert_int_eq(x.project[1].total, 4);
    ck_assert_uint_eq(x.voters_over_budget, 1);
    ck_assert_uint_eq(x.outcome, TALLY_OVER_BUDGET | TALLY_EMPTY_POOL);
    uint8_t what[5];
    t_ok(tally_explain(a, &c.g, &r, what, NULL));
    ck_assert_int_eq(what[1], TALLY_COUNTED);
    ck_assert_int_eq(what[2], TALLY_BALLOT_OVER_BUDGET);
    r.qv_cost = TALLY_TRIANGLE; /* 45 + 15 */
    ck_assert_int_eq(run(a, &c, &r).project[0].total, 19);
    arena_free(a);
}
END_TEST

START_TEST(each_gift_is_explained)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = columns_new(a, 3, 1, 2);
    static const int64_t amount[] = {300, 300, 400};
    for (size_t i = 0; i < 3; i++) {
        c.donor[i] = i == 2;
        c.amount[i] = amount[i];
    }
    struct tally_rules r = tally_rules_default(TALLY_QF);
    uint8_t what[3];
    r.min = 500;
    t_ok(tally_explain(a, &c.g, &r, what, NULL));
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(what[i], TALLY_BELOW_MIN);
    r.min_of = TALLY_MIN_DONOR;
    t_ok(tally_explain(a, &c.g, &r, what, NULL));
    ck_assert_int_eq(what[0], TALLY_COUNTED);
    ck_assert_int_eq(what[1], TALLY_COUNTED);
    ck_assert_int_eq(what[2], TALLY_DONOR_BELOW_MIN);
    arena_free(a);
}
END_TEST

/* ---- rules as text ---- */

START_TEST(rules_have_one_text)
{
    struct arena *a = arena_new(ROOM);
    struct tally_rules r = tally_rules_default(TALLY_QF), back;
    r.pool = 5000000;
    r.clip_organisation = 5000000;
    r.min = 500;
    r.weight = TALLY_S2;
    BUF_SCOPED text = BUF_INIT(4096);
    tally_rules_json(&r, &text);
    t_str(buf_str(&text), STR("{\"cap\":0,\"clip_organisation\":5000000,\"clip_person\":0,\"decimals\":0,"
                              "\"method\":\"qf\",\"min\":500,\"min_of\":\"gift\",\"pool\":5000000,"
                              "\"saturation\":\"scale\",\"version\":1,\"weight\":\"s2\"}"));
    struct sha256 hash = tally_rules_hash(&r), direct = sha256_of(buf_str(&text));
    ck_assert(sha256_eq(&hash, &direct));
    for (int m = TALLY_QF; m <= TALLY_QV; m++) {
        BUF_SCOPED one = BUF_INIT(4096);
        BUF_SCOPED two = BUF_INIT(4096);
        r = tally_rules_default((enum tally_method)m);
        t_ok(tally_rules_check(&r, NULL));
        tally_rules_json(&r, &one);
        t_ok(tally_rules_read(a, buf_str(&one), &back, NULL));
        tally_rules_json(&back, &two);
        t_str(buf_str(&two), buf_str(&one));
    }
    arena_free(a);
}
END_TEST

START_TEST(rules_are_read_strictly)
{
    struct arena *a = arena_new(ROOM);
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"method\":\"qv\"}",
        "{\"cap\":0,\"method\":\"qv\",\"pool\":0,\"qv_budget\":99,\"qv_cost\":\"square\",\"version\":2}",
        "{\"cap\":0,\"method\":\"qv\",\"pool\":0,\"qv_budget\":99,\"qv_cost\":\"cube\",\"version\":1}",
        "{\"cap\":0,\"method\":\"qv\",\"pool\":-1,\"qv_budget\":99,\"qv_cost\":\"square\",\"version\":1}",
        "{\"cap\":0,\"method\":\"qv\",\"pool\":\"0\",\"qv_budget\":99,\"qv_cost\":\"square\",\"version\":1}",
        "{\"cap\":0,\"method\":\"qv\",\"pool\":0,\"qv_budget\":99,\"qv_cost\":\"square\",\"version\":1,\"x\":1}",
        "{\"cap\":0,\"method\":\"qv\",\"pool\":0,\"pool\":0,\"qv_budget\":99,\"qv_cost\":\"square\",\"version\":1}",
        "{\"cap\":0,\"method\":\"qv\",\"pool\":1e3,\"qv_budget\":99,\"qv_cost\":\"square\",\"version\":1}",
    };
    struct tally_rules r;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        ck_assert_msg(tally_rules_read(a, str_of(bad[i]), &r, &err) == E_INVALID, "%s", bad[i]);
        ck_assert_int_eq(err.code, E_INVALID);
    }
    t_ok(tally_rules_read(a,
                          STR(" {\"version\":1,\"method\":\"qv\",\"cap\":0,\"pool\":7,\"qv_budget\":99,"
                              "\"qv_cost\":\"triangle\"}"),
                          &r, NULL));
    ck_assert_int_eq(r.pool, 7);
    arena_free(a);
}
END_TEST

START_TEST(rules_must_fit_together)
{
    struct tally_rules r = tally_rules_default(TALLY_QF);
    r.weight = TALLY_S;
    r.saturation = TALLY_PAY;
    t_rc(tally_rules_check(&r, NULL), E_INVALID);
    r = tally_rules_default(TALLY_CQF);
    r.weight = TALLY_S;
    t_rc(tally_rules_check(&r, NULL), E_INVALID);
    r = tally_rules_default(TALLY_QV);
    r.decimals = 2;
    struct err err = {0};
    t_rc(tally_rules_check(&r, &err), E_INVALID);
    ck_assert_str_eq(err.fields[0].field, "decimals");
    r = tally_rules_default(TALLY_PAIRWISE);
    r.pairwise_a = 0;
    t_rc(tally_rules_check(&r, NULL), E_INVALID);
}
END_TEST

T_MAIN("fund/tally", published_vectors, weights_differ_and_change_who_wins, a_clip_comes_behind_the_sum,
       undefined_cases_have_outcomes, ties_go_by_weight_then_by_id, what_is_too_large_is_refused, roots_are_exact,
       ballots_over_the_budget_are_left_out, each_gift_is_explained, rules_have_one_text, rules_are_read_strictly,
       rules_must_fit_together)
