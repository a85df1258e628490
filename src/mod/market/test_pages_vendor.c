/* What the vendor's pages compute themselves: percentages as people write them, the most urgent orders. */
#include "mod/market/pages_vendor.h"
#include "t.h"

START_TEST(percentages_are_read)
{
    static const struct {
        const char *typed;
        int places;
        int64_t v; /* −1: refused */
    } cases[] = {{"99.95", 2, 9995}, {"99.9", 2, 9990}, {" 99.95 % ", 2, 9995}, {"100", 2, 10000}, {"0", 1, 0},
                 {"12.5%", 1, 125},  {"12.", 1, 120},   {"99.955", 2, -1},      {"12.55", 1, -1},  {"-1", 1, -1},
                 {"101", 2, -1},     {"", 2, -1},       {"%", 2, -1},           {".5", 2, -1},     {"9x", 2, -1},
                 {"1.-5", 2, -1},    {"1.5.5", 2, -1},  {"ninety", 2, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t v = -1;
        rc r = mkt_percent_parse(str_of(cases[i].typed), cases[i].places, &v);
        ck_assert_msg((r == OK) == (cases[i].v >= 0) && (r != OK || v == cases[i].v), "%s: %d, %lld", cases[i].typed,
                      (int)r, (long long)v);
    }
}
END_TEST

START_TEST(percentages_come_back_as_written)
{
    struct arena *a = arena_new(1 << 20);
    struct ctx c = {.arena = a};
    t_str(mkt_percent_text(&c, 9995, 2), STR("99.95"));
    t_str(mkt_percent_text(&c, 9990, 2), STR("99.9"));
    t_str(mkt_percent_text(&c, 9905, 2), STR("99.05"));
    t_str(mkt_percent_text(&c, 125, 1), STR("12.5"));
    for (int64_t v = 9000; v <= 10000; v++) {
        int64_t back = -1;
        ck_assert_int_eq(mkt_percent_parse(mkt_percent_text(&c, v, 2), 2, &back), OK);
        ck_assert_int_eq(back, v);
    }
    arena_free(a);
}
END_TEST

START_TEST(the_most_urgent_orders_are_kept_in_order)
{
    struct mkt_vendor_home_page p = {0};
    const instant due[] = {50, 20, 90, 10, 70, 30, 80, 60, 40, 100, 5, 95, 15};
    for (size_t i = 0; i < sizeof due / sizeof due[0]; i++)
        mkt_keep_urgent(&p, &(struct mkt_order){.due = due[i]});
    static const instant kept[MKT_VENDOR_WAITING] = {5, 10, 15, 20, 30, 40, 50, 60, 70, 80};
    ck_assert_uint_eq(p.n_waiting, MKT_VENDOR_WAITING);
    for (size_t i = 0; i < MKT_VENDOR_WAITING; i++)
        ck_assert_int_eq(p.waiting[i].due, kept[i]);
}
END_TEST

START_TEST(moves_of_a_listing)
{
    ck_assert(mkt_can_submit(MKT_DRAFT) && mkt_can_submit(MKT_CORRECTION) && mkt_can_submit(MKT_REFUSED));
    ck_assert(!mkt_can_submit(MKT_SUBMITTED) && !mkt_can_submit(MKT_LISTED) && !mkt_can_submit(MKT_SUSPENDED));
    ck_assert(mkt_can_withdraw(MKT_LISTED) && !mkt_can_withdraw(MKT_SUBMITTED));
    for (int s = 0; s < MKT_LISTING_STATES; s++)
        ck_assert_str_ne(mkt_listing_help((enum mkt_listing_state)s), "");
}
END_TEST

T_MAIN("market/pages_vendor", percentages_are_read, percentages_come_back_as_written,
       the_most_urgent_orders_are_kept_in_order, moves_of_a_listing)
