#include "base/money.h"
#include "t.h"

__extension__ typedef __int128 i128;

static uint64_t state = 0x853c49e6748fea9b;
static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Of any size, small ones and the ends of the range as often as large ones. */
static int64_t draw_i64(void)
{
    uint64_t u = draw(), kind = draw() % 8;
    if (kind == 0)
        return INT64_MAX - (int64_t)(u % 3);
    if (kind == 1)
        return INT64_MIN + (int64_t)(u % 3);
    return (int64_t)u >> draw() % 64;
}

/* The rounding of a × num / den stated as what must be true of the result, not as the way to get it. */
static bool is_rounded(int64_t q, int64_t a, int64_t num, int64_t den, enum rounding how)
{
    i128 exact = (i128)a * num;       /* in units of 1/den */
    i128 off = (i128)q * den - exact; /* how far the result is above it */
    i128 twice = 2 * (off < 0 ? -off : off);
    i128 outward = exact < 0 ? -off : off; /* > 0: farther from zero than the exact value */
    switch (how) {
    case ROUND_DOWN:
        return outward <= 0 && -outward < den;
    case ROUND_UP:
        return outward >= 0 && outward < den;
    case ROUND_HALF_UP:
        return twice < den || (twice == den && outward > 0);
    case ROUND_HALF_EVEN:
        return twice < den || (twice == den && q % 2 == 0);
    }
    return false;
}

START_TEST(ratio_is_exact)
{
    int refused = 0, halves = 0;
    for (int i = 0; i < 2000000; i++) {
        int64_t a = draw_i64(), num = draw_i64() & INT64_MAX, den = (draw_i64() & INT64_MAX) | 1;
        if (i % 4 == 0) { /* ties come from small even divisors */
            a >>= 40;
            num = (int64_t)(draw() % 1000);
            den = 2 * (int64_t)(1 + draw() % 50);
        }
        enum rounding how = (enum rounding)(draw() % 4);
        int64_t q;
        rc r = i64_muldiv(a, num, den, how, &q);
        if (r == E_LIMIT) { /* right only when the true value is past the range */
            i128 exact = (i128)a * num;
            t_loop(exact / den >= INT64_MAX || exact / den <= INT64_MIN);
            refused++;
            continue;
        }
        if (r != OK || !is_rounded(q, a, num, den, how))
            ck_abort_msg("%ld * %ld / %ld, mode %d, gave %ld", a, num, den, (int)how, q);
        halves += (i128)a * num % den * 2 == den;
    }
    ck_assert_int_gt(refused, 1000);
    ck_assert_int_gt(halves, 1000);
}
END_TEST

START_TEST(rounds_by_mode)
{
    static const struct {
        int64_t a, want[4]; /* a / 2 and a / 4 by down, up, half up, half even */
        int64_t den;
    } rows[] = {
        {5, {2, 3, 3, 2}, 2},    {7, {3, 4, 4, 4}, 2}, {-5, {-2, -3, -3, -2}, 2}, {-7, {-3, -4, -4, -4}, 2},
        {5, {1, 2, 1, 1}, 4},    {7, {1, 2, 2, 2}, 4}, {-5, {-1, -2, -1, -1}, 4}, {-7, {-1, -2, -2, -2}, 4},
        {-1, {0, -1, -1, 0}, 2}, {8, {2, 2, 2, 2}, 4}, {0, {0, 0, 0, 0}, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int how = 0; how < 4; how++) {
            struct money m;
            t_ok(money_ratio(twd(rows[i].a), 1, rows[i].den, (enum rounding)how, &m));
            ck_assert_int_eq(m.n, rows[i].want[how]);
            ck_assert_int_eq(m.unit, UNIT_TWD);
        }
    struct money m;
    t_rc(money_ratio(twd(1), 1, 0, ROUND_DOWN, &m), E_INTERNAL);
    t_rc(money_ratio(twd(1), -1, 1, ROUND_DOWN, &m), E_INTERNAL);
    t_ok(money_ratio(twd(INT64_MIN), 1, 1, ROUND_UP, &m));
    ck_assert_int_eq(m.n, INT64_MIN);
}
END_TEST

START_TEST(sums_are_checked)
{
    struct money m = points(7);
    t_ok(money_add(points(1), points(2), &m));
    ck_assert_int_eq(m.n, 3);
    ck_assert_int_eq(m.unit, UNIT_POINT);
    t_rc(money_add(points(1), twd(2), &m), E_INTERNAL);
    t_rc(money_sub(points(1), twd(2), &m), E_INTERNAL);
    t_rc(money_add(twd(INT64_MAX), twd(1), &m), E_LIMIT);
    t_rc(money_sub(twd(INT64_MIN), twd(1), &m), E_LIMIT);
    t_rc(money_mul(twd(INT64_MIN), -1, &m), E_LIMIT);
    ck_assert_int_eq(m.n, 3); /* a failure leaves the result alone */
    t_ok(money_mul(twd(-4), 5, &m));
    ck_assert_int_eq(m.n, -20);
    t_ok(money_sub(twd(4), twd(5), &m));
    ck_assert_int_eq(m.n, -1);
}
END_TEST

START_TEST(split_pays_all)
{
    struct arena *a = arena_new(1 << 20);
    struct money out[20];
    t_ok(money_split(a, twd(100), (int64_t[]){1, 1, 1}, 3, out));
    ck_assert(out[0].n == 34 && out[1].n == 33 && out[2].n == 33);
    t_ok(money_split(a, twd(-100), (int64_t[]){1, 1, 1}, 3, out));
    ck_assert(out[0].n == -34 && out[1].n == -33 && out[2].n == -33);
    t_ok(money_split(a, points(10), (int64_t[]){0, 26, 74}, 3, out)); /* 2.6 and 7.4 */
    ck_assert(out[0].n == 0 && out[1].n == 3 && out[2].n == 7);
    t_rc(money_split(a, twd(1), (int64_t[]){0, 0}, 2, out), E_INVALID);
    t_rc(money_split(a, twd(1), (int64_t[]){1, -1}, 2, out), E_INTERNAL);
    t_rc(money_split(a, twd(1), (int64_t[]){INT64_MAX, 1}, 2, out), E_LIMIT);
    for (int i = 0; i < 20000; i++) {
        int64_t weights[20], sum = 0, total = draw_i64();
        size_t n = 1 + draw() % 20;
        for (size_t k = 0; k < n; k++)
            sum += weights[k] = (int64_t)(draw() >> (6 + draw() % 58));
        if (sum == 0)
            continue;
        arena_reset(a);
        t_loop(money_split(a, twd(total), weights, n, out) == OK);
        i128 paid = 0;
        for (size_t k = 0; k < n; k++) {
            paid += out[k].n;
            i128 off = (i128)out[k].n * sum - (i128)total * weights[k];
            t_loop(off < sum && -off < sum); /* nobody is a whole unit from the exact share */
            for (size_t j = 0; j < k; j++)   /* who weighs more never gets less */
                t_loop(total < 0 || weights[j] <= weights[k] || out[j].n >= out[k].n);
        }
        t_loop(paid == total);
    }
    arena_free(a);
}
END_TEST

START_TEST(names_units)
{
    money_unit u;
    t_ok(unit_parse(STR("TWD"), &u));
    ck_assert_int_eq(u, UNIT_TWD);
    t_ok(unit_parse(STR("PT"), &u));
    ck_assert_int_eq(u, UNIT_POINT);
    t_rc(unit_parse(STR(""), &u), E_INVALID);
    t_rc(unit_parse(STR("USD"), &u), E_INVALID);
}
END_TEST

T_MAIN("base/money", ratio_is_exact, rounds_by_mode, sums_are_checked, split_pays_all, names_units)
