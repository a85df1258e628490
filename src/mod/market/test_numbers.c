/* What needs no database: order numbers, shares of a price, averages, service levels. */
#include "mod/market/parts.h"
#include "sys/random.h"
#include "t.h"

START_TEST(order_numbers_find_every_slip)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char n[MKT_NUMBER + 1], back[MKT_NUMBER + 1], bad[MKT_NUMBER + 1];
    for (int round = 0; round < 50; round++) {
        mkt_number_new(n);
        t_ok(mkt_number_parse(str_of(n), back));
        t_str(str_of(back), str_of(n));
        for (int i = 0; i < MKT_NUMBER; i++) {
            memcpy(bad, n, sizeof n);
            for (int c = 0; c < 32; c++) {
                bad[i] = alphabet[c];
                t_rc(mkt_number_parse(str_of(bad), back), bad[i] == n[i] ? OK : E_INVALID);
            }
            for (int j = i + 1; j < MKT_NUMBER; j++) {
                memcpy(bad, n, sizeof n);
                bad[i] = n[j];
                bad[j] = n[i];
                t_rc(mkt_number_parse(str_of(bad), back), n[i] == n[j] ? OK : E_INVALID);
            }
        }
    }
}
END_TEST

START_TEST(order_numbers_as_people_type_them)
{
    char n[MKT_NUMBER + 1], back[MKT_NUMBER + 1];
    mkt_number_new(n);
    BUF_SCOPED shown = BUF_INIT(64);
    mkt_number_show(str_of(n), &shown);
    ck_assert_uint_eq(shown.n, 23);
    for (size_t i = 0; i < shown.n; i++) { /* as heard on the telephone: lower case, O for 0, L for 1, spaces */
        char c = shown.p[i];
        shown.p[i] = c == '0' ? 'o' : c == '1' ? 'l' : c == '-' ? ' ' : c >= 'A' ? (char)(c + 32) : c;
    }
    t_ok(mkt_number_parse(buf_str(&shown), back));
    t_str(str_of(back), str_of(n));
    t_rc(mkt_number_parse(STR(""), back), E_INVALID);
    t_rc(mkt_number_parse(STR("00000-00000-00000-0000"), back), E_INVALID);
    t_rc(mkt_number_parse(STR("統一編號統一編號統一"), back), E_INVALID);
}
END_TEST

START_TEST(both_readings_of_the_share)
{
    struct mkt_share ratio = {.points_num = 4, .points_den = 5, .grant = 30000},
                     half = {.points_num = 500, .points_den = 1000, .grant = 30000};
    struct money p, own;
    t_ok(mkt_price_split(&ratio, twd(10000), 30000, -1, &p, &own, NULL));
    ck_assert_int_eq(p.n, 8000);
    ck_assert_int_eq(own.n, 2000);
    t_ok(mkt_price_split(&half, twd(9999), 30000, -1, &p, &own, NULL));
    ck_assert_int_eq(p.n, 4999); /* points down, own share up */
    ck_assert_int_eq(own.n, 5000);
    t_ok(mkt_price_split(&ratio, twd(100000), 30000, -1, &p, &own, NULL));
    ck_assert_int_eq(p.n, 30000);
    struct err e = {0};
    t_rc(mkt_price_split(&ratio, twd(10000), 30000, 8001, &p, &own, &e), E_INVALID);
    t_str(str_of(e.fields[0].code), STR("MKT-018"));
    err_clear(&e);
    t_rc(mkt_price_split(&ratio, twd(10000), 5000, 6000, &p, &own, &e), E_INVALID);
    t_str(str_of(e.fields[0].code), STR("MKT-010"));
}
END_TEST

START_TEST(shares_always_add_up)
{
    struct prng r;
    prng_seed(&r, 7);
    for (int i = 0; i < 20000; i++) {
        struct mkt_share s = {.points_num = prng_range(&r, 1, 1000), .grant = 30000};
        s.points_den = s.points_num + prng_range(&r, 0, 1000);
        int64_t price = prng_range(&r, 1, 200000), available = prng_range(&r, 0, 40000);
        struct money p, own, p2, own2;
        t_ok(mkt_price_split(&s, twd(price), available, -1, &p, &own, NULL));
        ck_assert_int_eq(p.n + own.n, price);
        ck_assert_int_ge(own.n, 0);
        ck_assert_int_le(p.n, available);
        ck_assert(p.n * s.points_den <= price * s.points_num);
        t_ok(mkt_price_split(&s, twd(price + 1), available, -1, &p2, &own2, NULL));
        ck_assert_int_ge(own2.n, own.n); /* what the bisection of the price filter relies on */
        int64_t most = mkt_price_within(&s, available, own.n);
        ck_assert_int_ge(most, price);
    }
}
END_TEST

START_TEST(averages_and_spread)
{
    /* two ratings: all fives, all ones → mean 3, standard deviation 2 */
    struct mkt_rating_sums s = {2, {6, 6, 6, 6}, 20 * 20 + 4 * 4};
    struct mkt_rating_summary m = mkt_rating_summary(&s);
    ck_assert_int_eq(m.average, 300);
    ck_assert_int_eq(m.spread, 200);
    ck_assert_int_eq(m.aspect[2], 300);
    s = (struct mkt_rating_sums){3, {15, 14, 13, 12}, 324 + 324 + 324}; /* three times 18/4 */
    m = mkt_rating_summary(&s);
    ck_assert_int_eq(m.average, 450);
    ck_assert_int_eq(m.spread, 0);
    ck_assert_int_eq(m.aspect[1], 467);
    s = (struct mkt_rating_sums){0};
    ck_assert_int_eq(mkt_rating_summary(&s).average, 0);
    ck_assert(mkt_rating_key(3, 400) > mkt_rating_key(2, 500)); /* too few ratings do not lead */
    ck_assert(mkt_rating_key(9, 400) > mkt_rating_key(8, 400));
}
END_TEST

START_TEST(service_levels_in_words)
{
    struct mkt_sla s = {9995, 2, 105, 240, 1440};
    static const char *const want[] = {"99.95 %", "Every day 9–18, holidays too", "10.5 %", "4 hours", "1 day"};
    for (int i = 0; i < MKT_SLA_TERMS; i++) {
        BUF_SCOPED b = BUF_INIT(200);
        mkt_sla_format(&b, LANG_EN, &s, i);
        t_str(buf_str(&b), str_of(want[i]));
    }
    struct err e = {0};
    t_ok(mkt_sla_check(&s, &e));
    s.availability = 10001;
    s.response = 0;
    t_rc(mkt_sla_check(&s, &e), E_INVALID);
    ck_assert_int_eq(e.n_fields, 2);
}
END_TEST

START_TEST(eligibility_of_the_law)
{
    static const struct {
        int64_t capital, headcount; /* −1 unknown */
        enum verdict want;
    } rows[] = {
        {100000000, 500, PASS}, /* "≤" for capital */
        {100000001, 199, PASS}, /* or "<" for staff */
        {100000001, 200, FAIL}, {100000001, -1, UNKNOWN}, {-1, 199, PASS}, {-1, 200, UNKNOWN},
        {1, -1, PASS},          {-1, -1, UNKNOWN},
    };
    struct mkt_thresholds t = mkt_thresholds_declared();
    struct arena *a = arena_new(8 << 20);
    struct err e = {0};
    t_ok(rule_check(mkt_rule(&t, a), &e));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mkt_facts f = {.registry_status = STR("active"), .kind = STR("company"), .grants_known = true};
        f.capital_known = rows[i].capital >= 0;
        f.capital = rows[i].capital;
        f.headcount_known = rows[i].headcount >= 0;
        f.headcount = rows[i].headcount;
        struct rule_result r;
        t_ok(mkt_eligibility(&f, &t, day_of(2026, 3, 1), a, &r, &e));
        ck_assert_msg(r.verdict == rows[i].want, "row %zu", i);
    }
    struct mkt_facts closed = {.registry_status = STR("dissolved"),
                               .kind = STR("company"),
                               .grants_known = true,
                               .capital_known = true,
                               .capital = 1};
    struct rule_result r;
    t_ok(mkt_eligibility(&closed, &t, day_of(2026, 3, 1), a, &r, &e));
    ck_assert_int_eq(r.verdict, FAIL);
    ck_assert_uint_eq(r.n_changes, 0); /* nobody can change what the register says */
    arena_free(a);
}
END_TEST

T_MAIN("market/numbers", order_numbers_find_every_slip, order_numbers_as_people_type_them, both_readings_of_the_share,
       shares_always_add_up, averages_and_spread, service_levels_in_words, eligibility_of_the_law)
