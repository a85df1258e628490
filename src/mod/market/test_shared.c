/* The public pages as visitors get them: after every kind of change of the catalogue what a server remembers must be
 * what a server without memory makes. Two servers remember, so that one's memory cannot lag behind the other's writes;
 * on both engines. */
#include "mod/market/pages.h"
#include "mod/market/test_market.h"
#include "remembering.h"

static struct world w;
static struct remembering site;

static const char owner[] = "owner-owner-owner-owner";

static rc by_cookie(struct tx *tx, str cookie, instant now, struct session *out, struct arena *a)
{
    (void)tx, (void)now, (void)a;
    if (!str_eq(cookie, str_of(owner)))
        return E_AUTH;
    *out = w.as_firm;
    out->party_name = out->csrf = STR_EMPTY;
    return OK;
}

static const char *path_with(const char *format, id v)
{
    char text[ID_TEXT + 1];
    id_text(v, text);
    BUF_SCOPED out = BUF_INIT(512);
    for (const char *p = format; *p; p++)
        *p == '$' ? buf_put(&out, str_of(text)) : buf_putc(&out, *p);
    return arena_cstr(w.a, buf_str(&out));
}

static void set_up(int engine)
{
    const struct route_table tables[] = {mkt_catalogue_routes, mkt_solution_routes};
    world_open(&w, engine);
    remembering_open(&site, w.db, w.a, (struct identity_source){by_cookie, remembering_no_key}, tables, 2);
    remembering_add(&site, "/market");
    remembering_add(&site, "/market?lang=en&show=50");
    remembering_add(&site, "/market?q=%E9%BB%9E%E9%A4%90"); /* 點餐 */
    remembering_add(&site, "/market?q=nothing-like-this");
    remembering_add(&site, "/market?own_max=3000&sort=price");
    remembering_add(&site, path_with("/market/solutions/$", w.solution));
    remembering_add(&site, path_with("/market/solutions/$?lang=en", w.solution));
    remembering_add(&site, path_with("/market/vendors/$", w.vendor));
    remembering_add(&site, path_with("/market/compare?id=$", w.solution));
}

static void tear_down(void)
{
    remembering_close(&site);
    world_close(&w);
}

/* ---- what can change ---- */

static rc change_price(struct world *k, struct act *x)
{
    return mkt_plan_update(x, k->plan, &(struct mkt_plan_form){STR("一年"), STR("One year"), 9000, 12, true});
}
static rc add_plan(struct world *k, struct act *x)
{
    return mkt_plan_add(x, k->solution, &(struct mkt_plan_form){STR("一個月"), STR("One month"), 900, 1, true},
                        &k->other);
}
static rc rename_solution(struct world *k, struct act *x)
{
    return mkt_solution_update(x, k->solution,
                               &(struct mkt_solution_form){.code = STR("S1"),
                                                           .category = STR("shop"),
                                                           .name = STR("行動點餐"),
                                                           .name_en = STR("Mobile Ordering"),
                                                           .summary = STR("掃碼點餐"),
                                                           .summary_en = STR("Ordering by code"),
                                                           .sla = {9995, 2, 100, 30, 1440}});
}
static rc rename_vendor(struct world *k, struct act *x)
{
    return mkt_vendor_update(x, k->vendor,
                             &(struct mkt_vendor_form){.ubn = STR("12345675"),
                                                       .name = STR("彩雲軟體"),
                                                       .name_en = STR("Bright Cloud"),
                                                       .email = STR("v@cloudlet.example"),
                                                       .bank_code = STR("812"),
                                                       .bank_account = STR("123456789012"),
                                                       .capital = 1000000});
}
static rc suspend(struct world *k, struct act *x)
{
    return mkt_vendor_suspend(x, k->vendor, true, STR("to be looked at"));
}
static rc resume(struct world *k, struct act *x)
{
    return mkt_vendor_suspend(x, k->vendor, false, STR("looked at"));
}
static rc place(struct world *k, struct act *x)
{
    struct mkt_quote q;
    TRY(mkt_quote_get(x->tx, k->firm, k->plan, -1, x->at, &q, x->a));
    return mkt_order_place(x,
                           &(struct mkt_order_request){.plan = k->plan,
                                                       .points = q.points.n,
                                                       .plan_version = q.plan.version,
                                                       .contract_version = q.contract_version},
                           &k->order);
}
static rc accept_(struct world *k, struct act *x)
{
    return mkt_order_accept(x, k->order);
}
static rc activate(struct world *k, struct act *x)
{
    return mkt_order_activate(x, k->order, STR("AB12345678"), true);
}
static rc confirm(struct world *k, struct act *x)
{
    return mkt_usage_confirm(x, k->order);
}
static rc rate(struct world *k, struct act *x)
{
    return mkt_rate(x, k->order, (const int64_t[MKT_ASPECTS]){5, 4, 3, 5}, STR("很好用"), &k->out);
}
static rc reply(struct world *k, struct act *x)
{
    return mkt_rating_reply(x, k->out, STR("謝謝"));
}
static rc hide(struct world *k, struct act *x)
{
    return mkt_rating_hide(x, k->out, STR("unlawful"));
}
static rc withdraw(struct world *k, struct act *x)
{
    return mkt_solution_withdraw(x, k->solution);
}
static rc import(struct world *k, struct act *x)
{
    return mkt_catalogue_import(
        x,
        STR("vendor_ubn,code,category,name,name_en,summary,summary_en,availability,support,"
            "compensation,response,recovery_point,plan,plan_en,price,months\r\n"
            "12345675,S2,marketing,預約通,Booking,線上點餐與預約,Booking online,9990,always,50,60,"
            "1440,一年,One year,6000,12\r\n"),
        0, &k->report);
}
static rc parameter_from_tomorrow(struct world *k, struct act *x)
{
    return param_change(x, &mkt_params, k->programme, STR("points.grant"), instant_day(x->at) + 1, STR("1000"),
                        STR("the budget was cut"));
}
static rc next_programme(struct world *k, struct act *x)
{
    struct programme p = {.code = STR("next"),
                          .name_zh = STR("下一期"),
                          .name_en = STR("Next"),
                          .opens = instant_day(x->at),
                          .closes = instant_day(x->at) + 90};
    return mkt_scheme_add(x, &p, &k->programme);
}

/* By whom, and how many of the pages must look different afterwards (at least). */
static const struct {
    const char *what;
    const struct session *by;
    rc (*fn)(struct world *k, struct act *x);
    size_t changes;
} story[] = {
    {"a price", &w.as_vendor, change_price, 6},
    {"a plan more", &w.as_vendor, add_plan, 5},
    {"other words and terms", &w.as_vendor, rename_solution, 6},
    {"the vendor's name", &w.as_vendor, rename_vendor, 6},
    {"the vendor suspended", &act_system, suspend, 6},
    {"the vendor back", &act_system, resume, 6},
    {"an order placed", &w.as_firm, place, 0},
    {"an order accepted", &w.as_vendor, accept_, 0},
    {"an order activated", &w.as_vendor, activate, 0},
    {"an order used", &w.as_firm, confirm, 1},
    {"a rating", &w.as_firm, rate, 4},
    {"a reply", &w.as_vendor, reply, 2},
    {"a rating hidden", &act_system, hide, 2},
    {"an import", &act_system, import, 4},
    {"a parameter from tomorrow", &act_system, parameter_from_tomorrow, 0},
    {"tomorrow", NULL, NULL, 4},
    {"another programme", &act_system, next_programme, 3},
    {"a service withdrawn", &w.as_vendor, withdraw, 4},
};

START_TEST(after_every_kind_of_change)
{
    set_up(_i);
    ck_assert_uint_eq(remembering_check(&site), site.n);
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        if (story[i].fn && act(&w, story[i].by, story[i].fn) != OK)
            dbt_fail(story[i].what, &w.err);
        if (!story[i].fn)
            later(1);
        size_t changed = remembering_check(&site);
        ck_assert_msg(changed >= story[i].changes, "%s: %zu pages changed", story[i].what, changed);
    }
    /* In each round each page is asked for twice: the second time, at least, it came from memory. */
    for (int s = 0; s < REMEMBERING; s++)
        ck_assert_int_ge(remembering_hits(&site, s), (int64_t)(site.n * sizeof story / sizeof story[0] / 2));
    ck_assert_int_eq(remembering_hits(&site, REMEMBERING), 0);
    tear_down();
}
END_TEST

START_TEST(every_shared_page_is_kept)
{
    set_up(_i);
    remembering_kept(&site);
    tear_down();
}
END_TEST

/* A firm sees its own points; nobody else sees them, and it does not see the visitors' page. */
START_TEST(a_firms_page_is_its_own)
{
    const char *cookie = "Cookie: rise=owner-owner-owner-owner";
    set_up(_i);
    t_ok(act(&w, &w.as_firm, place)); /* 20,400 of 30,000 points are left, so that the pages differ */
    for (int round = 0; round < 2; round++) {
        str firms = remembering_page(&site, 0, "/market?lang=en", cookie);
        str visitors = remembering_page(&site, 0, "/market?lang=en", NULL);
        ck_assert(str_find(firms, STR("you have left")) >= 0 && str_find(firms, STR("20,400")) >= 0);
        ck_assert(str_find(visitors, STR("20,400")) < 0 && str_find(visitors, STR("as a full grant allows")) >= 0);
        t_str(firms, remembering_page(&site, REMEMBERING, "/market?lang=en", cookie));
    }
    tear_down();
}
END_TEST

DBT_MAIN("market/shared", after_every_kind_of_change, every_shared_page_is_kept, a_firms_page_is_its_own)
