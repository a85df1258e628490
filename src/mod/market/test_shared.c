/* The public pages as visitors get them: after every kind of change of the catalogue what a server remembers must be
 * what a server without memory makes. Two servers remember, so that one's memory cannot lag behind the other's writes;
 * on both engines. */
#include "http/http.h"
#include "mod/market/pages.h"
#include "mod/market/test_market.h"
#include "sys/log.h"
#include "sys/start.h"
#include "web/dispatch.h"
#include "web/shared.h"

enum { PAGE_CAP = 1 << 20, REMEMBERING = 2, SERVERS = 3, PATHS_MAX = 16 };

struct site {
    struct app app;
    struct dispatch *dispatch;
    struct http_server *http;
};

static struct world w;
static struct site sites[SERVERS]; /* the last one remembers nothing */
static const char *paths[PATHS_MAX];
static size_t n_paths;

/* ---- servers ---- */

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

static rc by_key(struct tx *tx, str key, struct session *out, struct arena *a)
{
    (void)tx, (void)key, (void)out, (void)a;
    return E_AUTH;
}

static void site_open(struct site *s, size_t shared_bytes)
{
    struct err err = {0};
    const struct route_table tables[] = {mkt_catalogue_routes, mkt_solution_routes};
    s->app = (struct app){.db = w.db};
    struct dispatch_config k = {.app = &s->app,
                                .db = w.db,
                                .tables = tables,
                                .n_tables = 2,
                                .identity = {by_cookie, by_key},
                                .shared_bytes = shared_bytes};
    t_ok(dispatch_new(&k, &s->dispatch, &err));
    struct http_config h = {.listen = STR("127.0.0.1:0"),
                            .threads = 1,
                            .handle = dispatch_handle,
                            .refuse = dispatch_refuse,
                            .finished = dispatch_finished,
                            .arg = s->dispatch};
    h.routes = dispatch_routes(s->dispatch, &h.n_routes);
    t_ok(http_start(&h, &s->http, &err));
}

static int64_t hits_of(const struct site *s)
{
    struct shared_stats stats;
    shared_stats(dispatch_shared(s->dispatch), &stats);
    return stats.hits;
}

static str page(const struct site *s, const char *path, const char *cookie)
{
    const char *const headers[] = {"Accept: text/html", cookie, NULL};
    BUF_SCOPED body = BUF_INIT(PAGE_CAP);
    struct err err = {0};
    int status = 0;
    struct http_fetch f = {.method = HTTP_GET,
                           .url = arena_printf(w.a, "http://127.0.0.1:%d%s", http_port(s->http), path),
                           .headers = headers,
                           .timeout_ms = 20000,
                           .max_reply = PAGE_CAP,
                           .allow_private = true};
    t_ok(http_fetch(&f, &status, &body, &err));
    return arena_printf(w.a, "%d %.*s", status, status == 404 ? 0 : (int)body.n, body.p ? body.p : "");
}

/* Every page of every remembering server is what a server without memory makes now. How many differ from `before`? */
static size_t all_right(str before[PATHS_MAX])
{
    size_t changed = 0;
    for (size_t i = 0; i < n_paths; i++) {
        str want = page(&sites[REMEMBERING], paths[i], NULL);
        for (int s = 0; s < REMEMBERING; s++)
            for (int again = 0; again < 2; again++)
                t_str(page(&sites[s], paths[i], NULL), want);
        changed += !str_eq(before[i], want);
        before[i] = want;
    }
    return changed;
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
    sys_start();
    log_set_level(LOG_ERROR_);
    world_open(&w, engine);
    for (int s = 0; s < SERVERS; s++)
        site_open(&sites[s], s < REMEMBERING ? 0 : 1);
    n_paths = 0;
    paths[n_paths++] = "/market";
    paths[n_paths++] = "/market?lang=en&show=50";
    paths[n_paths++] = "/market?q=%E9%BB%9E%E9%A4%90"; /* 點餐 */
    paths[n_paths++] = "/market?q=nothing-like-this";
    paths[n_paths++] = "/market?own_max=3000&sort=price";
    paths[n_paths++] = path_with("/market/solutions/$", w.solution);
    paths[n_paths++] = path_with("/market/solutions/$?lang=en", w.solution);
    paths[n_paths++] = path_with("/market/vendors/$", w.vendor);
    paths[n_paths++] = path_with("/market/compare?id=$", w.solution);
}

static void tear_down(void)
{
    for (int s = 0; s < SERVERS; s++)
        http_stop(sites[s].http, 5000);
    world_close(&w);
    for (int s = 0; s < SERVERS; s++)
        dispatch_free(sites[s].dispatch);
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
    str before[PATHS_MAX] = {{0}};
    ck_assert_uint_eq(all_right(before), n_paths);
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        if (story[i].fn && act(&w, story[i].by, story[i].fn) != OK)
            dbt_fail(story[i].what, &w.err);
        if (!story[i].fn)
            later(1);
        size_t changed = all_right(before);
        ck_assert_msg(changed >= story[i].changes, "%s: %zu pages changed", story[i].what, changed);
    }
    /* In each round each page is asked for twice: the second time, at least, it came from memory. */
    for (int s = 0; s < REMEMBERING; s++)
        ck_assert_int_ge(hits_of(&sites[s]), (int64_t)(n_paths * sizeof story / sizeof story[0] / 2));
    ck_assert_int_eq(hits_of(&sites[REMEMBERING]), 0);
    tear_down();
}
END_TEST

/* Every page that says it can be shared is: a table without version, or a token on it, would silently make it slow. */
START_TEST(every_shared_page_is_kept)
{
    set_up(_i);
    for (size_t i = 0; i < n_paths; i++) {
        int64_t before = hits_of(&sites[0]);
        str first = page(&sites[0], paths[i], NULL);
        t_str(page(&sites[0], paths[i], NULL), first);
        ck_assert_msg(hits_of(&sites[0]) == before + 1, "%s", paths[i]);
    }
    tear_down();
}
END_TEST

/* A firm sees its own points; nobody else sees them, and it does not see the visitors' page. */
START_TEST(a_firms_page_is_its_own)
{
    set_up(_i);
    t_ok(act(&w, &w.as_firm, place)); /* 20,400 of 30,000 points are left, so that the pages differ */
    for (int round = 0; round < 2; round++) {
        str firms = page(&sites[0], "/market?lang=en", "Cookie: rise=owner-owner-owner-owner");
        str visitors = page(&sites[0], "/market?lang=en", NULL);
        ck_assert(str_find(firms, STR("you have left")) >= 0 && str_find(firms, STR("20,400")) >= 0);
        ck_assert(str_find(visitors, STR("20,400")) < 0 && str_find(visitors, STR("as a full grant allows")) >= 0);
        t_str(firms, page(&sites[REMEMBERING], "/market?lang=en", "Cookie: rise=owner-owner-owner-owner"));
    }
    tear_down();
}
END_TEST

DBT_MAIN("market/shared", after_every_kind_of_change, every_shared_page_is_kept, a_firms_page_is_its_own)
