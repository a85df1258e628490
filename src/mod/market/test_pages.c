/* What the pages compute themselves: what a firm should do next, which value of a comparison is best, parts of ratings,
 * texts. */
#include "mod/market/pages.h"
#include "t.h"

static const instant now = INT64_C(1790000000) * SECOND;

static struct mkt_grant grant_until(instant expires)
{
    return (struct mkt_grant){
        .state = MKT_GRANT_ACTIVE, .amount = 30000, .balance = 5000, .held = 1000, .expires = expires};
}

START_TEST(without_points_they_come_first)
{
    struct mkt_todo todo[MKT_TODO_MAX];
    struct mkt_order used = {.state = MKT_CAPTURED, .captured = now - DAY};
    ck_assert_uint_eq(mkt_todo(NULL, &used, 1, now, todo), 2);
    ck_assert_int_eq(todo[0].kind, MKT_TODO_POINTS);
    ck_assert_int_eq(todo[1].kind, MKT_TODO_RATE);
    ck_assert_ptr_eq(todo[1].order, &used);
}
END_TEST

START_TEST(what_is_due_stands_before_what_can_wait)
{
    struct mkt_todo todo[MKT_TODO_MAX];
    struct mkt_grant g = grant_until(now + 10 * DAY);
    const struct mkt_order orders[] = {
        {.state = MKT_CAPTURED, .captured = now - DAY, .rated = true, .ends = instant_day(now) + 20},
        {.state = MKT_ACTIVATED, .due = now + 5 * DAY, .ends = instant_day(now) + 300},
        {.state = MKT_DECLINED},
    };
    ck_assert_uint_eq(mkt_todo(&g, orders, 3, now, todo), 3);
    ck_assert_int_eq(todo[0].kind, MKT_TODO_USE);
    ck_assert_int_eq(todo[0].until, now + 5 * DAY);
    ck_assert_int_eq(todo[1].kind, MKT_TODO_SPEND);
    ck_assert_int_eq(todo[1].until, g.expires);
    ck_assert_int_eq(todo[2].kind, MKT_TODO_RENEW);
    ck_assert_int_eq(todo[2].until, day_start(instant_day(now) + 21));
}
END_TEST

START_TEST(nothing_is_asked_that_is_done_or_far)
{
    struct mkt_todo todo[MKT_TODO_MAX];
    struct mkt_grant far = grant_until(now + 60 * DAY), ended = grant_until(now - DAY),
                     all_held = grant_until(now + DAY);
    all_held.held = all_held.balance;
    const struct mkt_order orders[] = {
        {.state = MKT_CAPTURED, .captured = now - DAY, .rated = true, .ends = instant_day(now) + 5, .renewed_by = 7},
        {.state = MKT_CAPTURED, .captured = now - DAY, .rated = true, .ends = instant_day(now) + 200},
        {.state = MKT_REFUNDED, .captured = now - DAY},
    };
    ck_assert_uint_eq(mkt_todo(&far, orders, 3, now, todo), 0);
    ck_assert_uint_eq(mkt_todo(&ended, NULL, 0, now, todo), 0);
    ck_assert_uint_eq(mkt_todo(&all_held, NULL, 0, now, todo), 0);
}
END_TEST

START_TEST(the_list_is_capped)
{
    struct mkt_todo todo[MKT_TODO_MAX];
    struct mkt_grant g = grant_until(now + 60 * DAY);
    struct mkt_order orders[2 * MKT_TODO_MAX];
    for (size_t i = 0; i < 2 * MKT_TODO_MAX; i++)
        orders[i] = (struct mkt_order){.state = MKT_CAPTURED, .captured = now};
    ck_assert_uint_eq(mkt_todo(&g, orders, 2 * MKT_TODO_MAX, now, todo), MKT_TODO_MAX);
}
END_TEST

START_TEST(the_better_end_of_each_term_is_marked)
{
    enum { AVAILABILITY = 0, RESPONSE = 3, RECOVERY = 4 };
    struct mkt_solution v[] = {
        {.sla = {9990, 1, 100, 60, 15}}, {.sla = {9950, 1, 100, 30, 15}}, {.sla = {9990, 1, 100, 240, 15}}};
    struct mkt_compare_page p = {.v = v, .n = 3};
    ck_assert(mkt_is_best(&p, AVAILABILITY, 0));
    ck_assert(!mkt_is_best(&p, AVAILABILITY, 1));
    ck_assert(mkt_is_best(&p, AVAILABILITY, 2)); /* two may share the best */
    ck_assert(!mkt_is_best(&p, RESPONSE, 0));
    ck_assert(mkt_is_best(&p, RESPONSE, 1)); /* less is better */
    for (size_t i = 0; i < 3; i++)
        ck_assert(!mkt_is_best(&p, RECOVERY, i)); /* all equal: nobody is best */
    p.n = 1;
    ck_assert(!mkt_is_best(&p, AVAILABILITY, 0));
}
END_TEST

START_TEST(parts_of_ratings)
{
    struct mkt_solution_page p = {.by_stars = {1, 0, 0, 1, 1}};
    ck_assert_int_eq(mkt_star_percent(&p, 1), 33);
    ck_assert_int_eq(mkt_star_percent(&p, 2), 0);
    ck_assert_int_eq(mkt_star_percent(&(struct mkt_solution_page){0}, 5), 0); /* nobody rated */
    ck_assert_int_eq(mkt_stars(3, 445).tenths, 45);
    ck_assert_int_eq(mkt_stars(3, 444).tenths, 44);
}
END_TEST

START_TEST(names_in_the_readers_language)
{
    struct ctx c = {.lang = LANG_EN};
    t_str(in_lang(&c, STR("雲端點餐"), STR("Cloud Ordering")), STR("Cloud Ordering"));
    t_str(in_lang(&c, STR("雲端點餐"), STR_EMPTY), STR("雲端點餐"));
    c.lang = LANG_ZH;
    t_str(in_lang(&c, STR("雲端點餐"), STR("Cloud Ordering")), STR("雲端點餐"));
    t_str(in_lang(&c, STR_EMPTY, STR("Cloud Ordering")), STR("Cloud Ordering"));
}
END_TEST

START_TEST(a_change_in_words)
{
    struct arena *a = arena_new(1 << 20);
    struct ctx c = {.lang = LANG_EN, .arena = a};
    t_str(mkt_change_text(&c, &(struct change){.fact = "headcount", .from = 250, .to = 199}),
          STR("Insured employees: 199 instead of 250"));
    t_str(mkt_change_text(&c, &(struct change){.fact = "capital", .was_unknown = true, .to = 100000000}),
          STR("Paid-in capital: NT$100,000,000"));
    c.lang = LANG_ZH; /* the order of the two figures turns round */
    t_str(mkt_change_text(&c, &(struct change){.fact = "headcount", .from = 250, .to = 199}),
          STR("投保員工數：由 250 改為 199"));
    arena_free(a);
}
END_TEST

START_TEST(every_state_and_posting_has_its_word)
{
    for (int s = 0; s < MKT_ORDER_STATES; s++)
        ck_assert_str_ne(mkt_order_colour((enum mkt_order_state)s), "");
    ck_assert_str_eq(mkt_posting_label(STR("capture")), "Paid to the vendor");
    ck_assert_str_eq(mkt_posting_label(STR("never heard of")), "Other posting");
    ck_assert_str_eq(mkt_registry_status(STR("dissolved")), "Dissolved");
}
END_TEST

START_TEST(a_state_speaks_to_the_one_who_reads)
{
    const struct session firm = {.party = 1, .perms = AS_FIRM}, vendor = {.party = 2, .perms = AS_VENDOR},
                         office = {.party = 3, .perms = AS_OFFICER}, auditor = {.perms = AS_AUDITOR};
    for (int s = 0; s < MKT_ORDER_STATES; s++) {
        struct mkt_order o = {.firm = 1, .vendor = 2, .state = (enum mkt_order_state)s};
        const char *to_vendor = mkt_order_state_help(&o, &vendor), *to_office = mkt_order_state_help(&o, &office);
        ck_assert_str_ne(mkt_order_state_help(&o, &firm), "");
        ck_assert_str_eq(to_office, mkt_order_state_help(&o, &auditor));
        ck_assert_ptr_null(strstr(to_vendor, "Use the service")); /* the buyer's task */
        ck_assert_ptr_null(strstr(to_vendor, "back with you"));
        ck_assert_ptr_null(strcasestr(to_office, "you")); /* nothing on this page is the office's own */
    }
    struct mkt_order o = {.firm = 1, .vendor = 2, .state = MKT_ORDER_WITHDRAWN};
    ck_assert_str_eq(mkt_order_state_help(&o, &firm), "You withdrew the order. The points are back with you.");
    ck_assert_str_eq(mkt_order_state_help(&o, &vendor),
                     "The buyer withdrew the order. The points are back with the buyer.");
    o.state = MKT_DECLINED;
    ck_assert_str_eq(mkt_order_state_help(&o, &vendor), "You declined the order. The points are back with the buyer.");
}
END_TEST

T_MAIN("market/pages", without_points_they_come_first, what_is_due_stands_before_what_can_wait,
       nothing_is_asked_that_is_done_or_far, the_list_is_capped, the_better_end_of_each_term_is_marked,
       parts_of_ratings, names_in_the_readers_language, a_change_in_words, every_state_and_posting_has_its_word,
       a_state_speaks_to_the_one_who_reads)
