/* SROI: an example worked by hand, the ends of the range, the effect of each parameter. tests/fund_review.py recomputes
 * random maps with exact fractions. */
#include "mod/fund/engine/sroi.h"

#include "sys/random.h"
#include "t.h"

enum { ARENA_BYTES = 64 << 20 };

static struct sroi_range point(int64_t v)
{
    return (struct sroi_range){v, v, v};
}

/* 50 people, NT$4,000 each; 20 % would have come anyway, 10 % displaced, 25 % owed to others: 50 * 4000 * 0.8 * 0.9 *
 * 0.75 = 108,000 in the first of three years, half of the year before in each further one. */
static struct sroi_row jobs(void)
{
    return (struct sroi_row){.p = {[SROI_QUANTITY] = point(50000),
                                   [SROI_PROXY] = point(4000000),
                                   [SROI_DEADWEIGHT] = point(200),
                                   [SROI_DISPLACEMENT] = point(100),
                                   [SROI_ATTRIBUTION] = point(250),
                                   [SROI_DROP_OFF] = point(500),
                                   [SROI_DURATION] = point(3)}};
}

START_TEST(worked_by_hand)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct sroi_row row = jobs();
    struct sroi_in in = {.rows = &row, .n = 1, .inputs = point(100000000), .rate = point(0)};
    struct sroi_out o;
    t_ok(sroi_compute(a, &in, &o, NULL));
    ck_assert_int_eq(o.base.years, 3);
    ck_assert_int_eq(o.base.value[1], 108000000);
    ck_assert_int_eq(o.base.value[2], 54000000);
    ck_assert_int_eq(o.base.value[3], 27000000);
    ck_assert_int_eq(o.base.total_pv, 189000000);
    ck_assert_int_eq(o.base.npv, 89000000);
    ck_assert_int_eq(o.base.ratio, 1890);
    ck_assert_int_eq(o.base.net_ratio, 890);
    ck_assert_int_eq(o.base.payback_months, 12); /* 9,000 a month: 11.1 */
    ck_assert_uint_eq(o.n_effects, 0);
    in.rate = point(35);
    t_ok(sroi_compute(a, &in, &o, NULL));
    ck_assert_int_eq(o.base.pv[1], 104347826); /* 108,000 / 1.035 */
    ck_assert_int_eq(o.base.pv[2], 50409578);
    ck_assert_int_eq(o.base.pv[3], 24352453);
    ck_assert_int_eq(o.base.total_pv, 179109857);
    ck_assert_int_eq(o.base.ratio, 1791);
    in.convention = SROI_MID_YEAR;
    t_ok(sroi_compute(a, &in, &o, NULL));
    ck_assert_int_eq(o.base.pv[1], 106158208); /* 108,000 / 1.035^0.5 */
    ck_assert_int_eq(o.base.pv[2], 51284159);
    ck_assert_int_eq(o.base.pv[3], 24774956);
    row.after = true; /* one year later */
    in.convention = SROI_END_YEAR;
    t_ok(sroi_compute(a, &in, &o, NULL));
    ck_assert_int_eq(o.base.value[1], 0);
    ck_assert_int_eq(o.base.pv[2], 100819156);
    ck_assert_int_eq(o.base.payback_months, 24);
    arena_free(a);
}
END_TEST

static struct sroi_range any(struct prng *r, int64_t least, int64_t most)
{
    int64_t v[3];
    for (int i = 0; i < 3; i++)
        v[i] = prng_range(r, least, most);
    for (int i = 1; i < 3; i++)
        for (int j = i; j > 0 && v[j] < v[j - 1]; j--) {
            int64_t swap = v[j];
            v[j] = v[j - 1];
            v[j - 1] = swap;
        }
    return (struct sroi_range){v[0], v[1], v[2]};
}

static void make(struct prng *r, struct sroi_row *rows, size_t n, struct sroi_in *in)
{
    for (size_t i = 0; i < n; i++) {
        struct sroi_range *p = rows[i].p;
        p[SROI_QUANTITY] = any(r, 0, 500000);
        p[SROI_PROXY] = any(r, -2000000, 9000000);
        for (int s = SROI_DEADWEIGHT; s <= SROI_DROP_OFF; s++)
            p[s] = any(r, 0, 1000);
        p[SROI_DURATION] = any(r, 0, 8);
        rows[i].after = prng_range(r, 0, 1) == 1;
    }
    *in = (struct sroi_in){.rows = rows, .n = n, .inputs = any(r, 0, 500000000), .rate = any(r, 0, 100)};
    in->convention = prng_range(r, 0, 1) ? SROI_MID_YEAR : SROI_END_YEAR;
}

/* No choice of parameters within the ranges lies outside the ends (the rate at one of its ends), and the effects are
 * what a change of that one parameter does. */
START_TEST(the_ends_are_ends)
{
    enum { ROWS = 4 };
    struct arena *a = arena_new(ARENA_BYTES);
    struct prng r;
    prng_seed(&r, 3);
    for (int round = 0; round < 300; round++) {
        struct sroi_row rows[ROWS], one[ROWS];
        struct sroi_in in, choice;
        struct sroi_out o, other;
        make(&r, rows, ROWS, &in);
        t_ok(sroi_compute(a, &in, &o, NULL));
        t_loop(o.low.npv <= o.base.npv && o.base.npv <= o.high.npv);
        for (int i = 0; i < 20; i++) {
            choice = in;
            choice.rows = one;
            for (size_t j = 0; j < ROWS; j++) {
                one[j].after = rows[j].after;
                for (int p = 0; p < SROI_ROW_PARAMS; p++)
                    one[j].p[p] = point(prng_range(&r, rows[j].p[p].low, rows[j].p[p].high));
            }
            choice.inputs = point(prng_range(&r, in.inputs.low, in.inputs.high));
            choice.rate = point(i % 2 ? in.rate.low : in.rate.high);
            t_ok(sroi_compute(a, &choice, &other, NULL));
            enum { DUST = ROWS * 70 }; /* half a thousandth for each figure that is rounded */
            t_loop(other.base.npv >= o.low.npv - DUST && other.base.npv <= o.high.npv + DUST);
        }
        for (size_t i = 0; i < o.n_effects; i++) {
            const struct sroi_effect *e = &o.effects[i];
            t_loop(i == 0 || o.effects[i - 1].effect >= e->effect);
            choice = in;
            choice.rows = one;
            memcpy(one, rows, sizeof one);
            if (e->param == SROI_INPUTS)
                choice.inputs = point(e->value.low);
            else if (e->param == SROI_RATE)
                choice.rate = point(e->value.low);
            else
                one[e->row].p[e->param] = point(e->value.low);
            t_ok(sroi_compute(a, &choice, &other, NULL));
            t_loop(other.base.npv == e->npv_at_low && other.base.ratio == e->ratio_at_low);
        }
        arena_reset(a);
    }
    arena_free(a);
}
END_TEST

START_TEST(corners_are_defined)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct sroi_row row = jobs();
    struct sroi_in in = {.rows = &row, .n = 1, .inputs = point(0), .rate = point(35)};
    struct sroi_out o;
    struct err e = {0};
    t_ok(sroi_compute(a, &in, &o, NULL)); /* nothing put in: no ratio */
    ck_assert(!o.base.has_ratio);
    ck_assert_int_eq(o.base.payback_months, 0);
    in.inputs = point(SROI_AMOUNT_MAX);
    t_ok(sroi_compute(a, &in, &o, NULL));
    ck_assert_int_eq(o.base.payback_months, -1);
    in.n = 0;
    t_ok(sroi_compute(a, &in, &o, NULL));
    ck_assert_int_eq(o.base.total_pv, 0);
    ck_assert_int_eq(o.base.net_ratio, -1000);
    in.n = 1;
    row.p[SROI_DROP_OFF] = point(1001);
    t_rc(sroi_compute(a, &in, &o, &e), E_INVALID);
    t_str(str_of(e.main.code), STR("FND-301"));
    t_str(e.main.arg[1], STR("drop_off"));
    row.p[SROI_DROP_OFF] = (struct sroi_range){2, 1, 3};
    t_rc(sroi_compute(a, &in, &o, NULL), E_INVALID);
    row = jobs();
    row.p[SROI_QUANTITY] = row.p[SROI_PROXY] = point(SROI_AMOUNT_MAX);
    err_clear(&e);
    t_rc(sroi_compute(a, &in, &o, &e), E_LIMIT);
    t_str(str_of(e.main.code), STR("FND-302"));
    struct sroi_range rate = point(35);
    row = jobs();
    row.p[SROI_PROXY] = (struct sroi_range){1, 2, 3};
    row.p[SROI_DEADWEIGHT] = point(950);
    sroi_spread(&row, 1, &rate, 100);
    ck_assert_int_eq(row.p[SROI_QUANTITY].low, 45000);
    ck_assert_int_eq(row.p[SROI_PROXY].low, 1); /* had a range */
    ck_assert_int_eq(row.p[SROI_DEADWEIGHT].high, 1000);
    ck_assert_int_eq(row.p[SROI_DURATION].low, 3);
    ck_assert_int_eq(rate.low, 15);
    arena_free(a);
}
END_TEST

T_MAIN("fund/sroi", worked_by_hand, the_ends_are_ends, corners_are_defined)
