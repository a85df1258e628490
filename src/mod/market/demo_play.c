/* One event of the demonstration world, through the same operations that people use. */
#include "mod/market/demo.h"

struct player {
    struct session session;
    struct act act;
};

/* Only the six demonstration accounts can sign in; everybody else of the world has a name and a party. */
static const struct act *as(struct player *p, const struct act *x, id account, id party, perm hat, const char *name)
{
    p->session =
        (struct session){.account = account, .party = party, .perms = PUBLIC | SIGNED_IN | hat, .name = str_of(name)};
    p->act = *x;
    p->act.by = &p->session;
    return &p->act;
}

static const struct act *as_officer(struct sim *s, struct player *p, const struct act *x, enum sim_role role)
{
    return as(p, x, s->account[role], s->agency, AS_OFFICER, role == SIM_OFFICER ? "王若水" : "李向陽");
}

static const struct act *as_vendor(struct sim *s, struct player *p, const struct act *x, int vendor)
{
    return as(p, x, vendor == 0 ? s->account[SIM_VENDOR_PERSON] : 0, s->vendors[vendor].party, AS_VENDOR,
              vendor == 0 ? "陳又晴" : demo_people[(size_t)vendor % demo_people_n].zh);
}

static const struct act *as_firm(struct sim *s, struct player *p, const struct act *x, int firm)
{
    return as(p, x, firm == 0 ? s->account[SIM_OWNER] : 0, s->firms[firm].party, AS_FIRM,
              firm == 0 ? "林小禾" : demo_people[(size_t)firm % demo_people_n].zh);
}

/* Subscriber numbers in Taiwan never begin with 0: these can be read as telephone numbers and dialled by nobody. */
static str phone(struct sim *s, const char *area, int n)
{
    return arena_printf(s->scratch, "(%s) 0%03d-%04d", area, n / 10000 % 1000, n % 10000);
}

/* ---- vendors and solutions ---- */

static rc vendor_registers(struct sim *s, const struct act *x, int i)
{
    static const struct pair_word forms[] = {{"雲端科技", "Cloud Technology"},
                                             {"軟體", "Software"},
                                             {"資訊", "Information"},
                                             {"數位", "Digital"},
                                             {"網路服務", "Network Services"}};
    struct sim_vendor *v = &s->vendors[i];
    struct arena *a = s->scratch;
    struct player p;
    const char *mood = demo_moods[v->mood].zh, *being = demo_beings[v->being].zh;
    struct mkt_vendor_form f = {
        .ubn = str_of(v->ubn),
        .name = arena_printf(a, "%s%s%s股份有限公司", mood, being, forms[v->form].zh),
        .name_en =
            arena_printf(a, "%s %s %s Co., Ltd.", demo_moods[v->mood].en, demo_beings[v->being].en, forms[v->form].en),
        .about =
            arena_printf(a, "%s%s專注服務中小企業，客服與工程團隊都在%s。", mood, being, demo_counties[v->county].zh),
        .about_en = arena_printf(a, "%s %s serves small firms with its own support and engineers.",
                                 demo_moods[v->mood].en, demo_beings[v->being].en),
        .website = arena_printf(a, "https://v%s.example/", v->ubn),
        .email = arena_printf(a, "service@v%s.example", v->ubn),
        .phone = phone(s, demo_counties[v->county].area, 1000000 + i),
        .address = arena_printf(a, "%s%s%d號", demo_counties[v->county].zh, demo_streets[(size_t)i % demo_streets_n],
                                i % 300 + 1),
        .county = str_of(demo_counties[v->county].code),
        .bank_code = STR("999"), /* no bank has it */
        .bank_account = arena_printf(a, "0000%08d", v->bank * 7 + 13),
        .capital = 1000000 + 500000 * (int64_t)(i % 40),
        .expected_sales = v->expected_sales};
    TRY(arena_rc(a));
    s->vendors[i].party = 0;
    TRY(mkt_vendor_register(as_vendor(s, &p, x, i), &f, &v->party));
    return mkt_vendor_submit(as_vendor(s, &p, x, i), v->party);
}

static rc move_listing(struct sim *s, const struct act *x, enum sim_role who, id listing, const char *move,
                       const char *reason)
{
    struct player p;
    bool done;
    return mkt_listing_move(as_officer(s, &p, x, who), listing, str_of(move), str_of(reason), &done);
}

static rc vendor_case(struct sim *s, const struct act *x, int i, id *out)
{
    struct mkt_vendor v;
    TRY(mkt_vendor_get(x->tx, s->vendors[i].party, &v, s->scratch));
    *out = v.listing;
    return v.state == MKT_LISTED ? E_NOTFOUND : OK; /* one officer was enough */
}

static rc solution_added(struct sim *s, const struct act *x, int i)
{
    static const struct pair_word names[DEMO_PLANS] = {
        {"年繳方案", "Yearly plan"}, {"半年方案", "Half-year plan"}, {"季繳方案", "Quarterly plan"}};
    static const int64_t months[DEMO_PLANS] = {12, 6, 3},
                         permille[DEMO_PLANS] = {850, 950, 1000}; /* longer terms are cheaper */
    struct sim_solution *o = &s->solutions[i];
    const struct sim_vendor *v = &s->vendors[o->vendor];
    const struct product *w = &demo_products[o->product];
    int c = choice_index(mkt_categories, str_of(w->category));
    struct arena *a = s->scratch;
    struct player p;
    struct mkt_solution_form f = {
        .code = arena_printf(a, "S%04d", i + 1),
        .category = str_of(w->category),
        .name = arena_printf(a, "%s%s%s", demo_moods[v->mood].zh, demo_beings[v->being].zh, w->zh),
        .name_en = arena_printf(a, "%s %s %s", demo_moods[v->mood].en, demo_beings[v->being].en, w->en),
        .summary = str_of(w->summary),
        .summary_en = str_of(w->summary_en),
        .description =
            arena_printf(a, "%s。%s%s%s", w->summary, demo_features[c][0], demo_features[c][1], demo_features[c][2]),
        .description_en = arena_printf(a, "%s. %s %s %s", w->summary_en, demo_features_en[c][0], demo_features_en[c][1],
                                       demo_features_en[c][2]),
        .website = arena_printf(a, "https://v%s.example/s%04d", v->ubn, i + 1),
        .sla = o->sla};
    TRY(arena_rc(a));
    TRY(mkt_solution_add(as_vendor(s, &p, x, o->vendor), v->party, &f, &o->solution));
    for (int k = 0; k < o->n_plans && k < DEMO_PLANS; k++) {
        int64_t price;
        TRY(i64_muldiv(o->monthly * months[k], permille[k], 10000, ROUND_HALF_UP, &price));
        o->price[k] = price * 10;
        TRY(mkt_plan_add(
            as_vendor(s, &p, x, o->vendor), o->solution,
            &(struct mkt_plan_form){str_of(names[k].zh), str_of(names[k].en), o->price[k], months[k], true},
            &o->plan[k]));
    }
    return mkt_solution_submit(as_vendor(s, &p, x, o->vendor), o->solution);
}

static rc solution_case(struct sim *s, const struct act *x, int i, id *out)
{
    struct mkt_solution o;
    TRY(mkt_solution_get(x->tx, s->solutions[i].solution, &o, s->scratch));
    *out = o.listing;
    return o.state == MKT_SUBMITTED ? OK : E_NOTFOUND;
}

static rc play_listing(struct sim *s, const struct act *x, const struct sim_event *e)
{
    static const struct {
        enum sim_role who;
        const char *move, *reason;
    } moves[] = {
        [SIM_VENDOR_CHECK] = {SIM_OFFICER, "check", ""},
        [SIM_VENDOR_APPROVE] = {SIM_OFFICER, "approve", ""},
        [SIM_VENDOR_SECOND] = {SIM_SECOND, "approve", ""},
        [SIM_SOLUTION_CHECK] = {SIM_OFFICER, "check", ""},
        [SIM_SOLUTION_CORRECT] = {SIM_OFFICER, "correct", "請補上服務水準的量測方式與資料備份地點。"},
        [SIM_SOLUTION_APPROVE] = {SIM_OFFICER, "approve", ""},
        [SIM_SOLUTION_SECOND] = {SIM_SECOND, "approve", ""},
    };
    id listing;
    rc r = e->what <= SIM_VENDOR_SECOND ? vendor_case(s, x, e->who, &listing) : solution_case(s, x, e->who, &listing);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    return move_listing(s, x, moves[e->what].who, listing, moves[e->what].move, moves[e->what].reason);
}

/* ---- firms ---- */

static rc firm_registers(struct sim *s, const struct act *x, int i)
{
    struct sim_firm *f = &s->firms[i];
    struct player p;
    f->party = 0;
    struct mkt_firm_form form = {.ubn = str_of(f->ubn),
                                 .capital = -1,
                                 .headcount = f->headcount,
                                 .trade = str_of(demo_trades[f->trade].code),
                                 .phone = phone(s, demo_counties[f->county].area, f->phone),
                                 .email = arena_printf(s->scratch, "hello@f%s.example", f->ubn)};
    TRY(mkt_firm_register(as_firm(s, &p, x, i), &form, &f->party));
    id grant;
    return mkt_grant_give(as_firm(s, &p, x, i), f->party, &grant);
}

/* ---- orders ---- */

static rc place(struct sim *s, const struct act *x, struct sim_order *o)
{
    const struct sim_solution *w = &s->solutions[o->solution];
    struct player p;
    const struct act *firm = as_firm(s, &p, x, o->firm);
    o->order = 0;
    if (s->firms[o->firm].party == 0)
        return E_NOTFOUND;
    if (o->renewal_of) {
        id parent = s->orders[o->renewal_of - 1].order;
        return parent ? mkt_order_renew(firm, parent, w->plan[o->plan], 1, 1, &o->order) : E_NOTFOUND;
    }
    return mkt_order_place(
        firm,
        &(struct mkt_order_request){.plan = w->plan[o->plan], .plan_version = 1, .points = -1, .contract_version = 1},
        &o->order);
}

static rc use_by_api(struct sim *s, const struct act *x, const struct sim_order *o)
{
    struct mkt_order order;
    struct player p;
    TRY(mkt_order_load(x->tx, o->order, &order, s->scratch));
    return mkt_usage_report(as_vendor(s, &p, x, s->solutions[o->solution].vendor), order.number,
                            arena_printf(s->scratch, "login-%.*s", STR_ARG(order.number)), x->at, "api");
}

static rc rate(struct sim *s, const struct act *x, struct sim_order *o, int who)
{
    const struct opinion *w = &demo_opinions[o->opinion];
    struct player p;
    int64_t stars[MKT_ASPECTS];
    for (int i = 0; i < MKT_ASPECTS; i++) { /* the aspects differ a little */
        int64_t v = w->stars + ((who >> i & 3) == 0 ? -1 : (who >> i & 7) == 7 ? 1 : 0);
        stars[i] = v < 1 ? 1 : v > 5 ? 5 : v;
    }
    o->rating = 0;
    return mkt_rate(as_firm(s, &p, x, o->firm), o->order, stars, str_of(w->text), &o->rating);
}

static rc play_order(struct sim *s, const struct act *x, const struct sim_event *e)
{
    struct sim_order *o = &s->orders[e->who];
    int vendor = s->solutions[o->solution].vendor;
    struct player p;
    id made;
    if (e->what == SIM_PLACE)
        return place(s, x, o);
    if (o->dead || o->order == 0)
        return OK;
    switch (e->what) {
    case SIM_ACCEPT:
        return mkt_order_accept(as_vendor(s, &p, x, vendor), o->order);
    case SIM_DECLINE:
        return mkt_order_decline(as_vendor(s, &p, x, vendor), o->order, STR("本月導入名額已滿"));
    case SIM_WITHDRAW:
        return mkt_order_withdraw(as_firm(s, &p, x, o->firm), o->order, STR("想再比較其他方案"));
    case SIM_ACTIVATE:
        return mkt_order_activate(as_vendor(s, &p, x, vendor), o->order, arena_printf(s->scratch, "ZZ%08d", e->who),
                                  true);
    case SIM_USE_BUYER:
        return mkt_usage_confirm(as_firm(s, &p, x, o->firm), o->order);
    case SIM_USE_API:
        return use_by_api(s, x, o);
    case SIM_DISPUTE:
        return mkt_order_dispute(as_firm(s, &p, x, o->firm), o->order, STR("功能與頁面說明不符，無法匯入我們的資料"));
    case SIM_DECIDE:
        return mkt_order_decide(as_officer(s, &p, x, SIM_OFFICER), o->order, e->who % 2 == 0,
                                STR("依雙方提供之紀錄決定"));
    case SIM_RATE:
        return rate(s, x, o, e->who);
    case SIM_REPLY:
        return o->rating ? mkt_rating_reply(as_vendor(s, &p, x, vendor), o->rating, str_of(demo_replies[o->reply]))
                         : OK;
    case SIM_REPORT:
        return mkt_report_add(as_firm(s, &p, x, o->firm), o->order, STR("price"), STR("官網的售價比這裡便宜。"), &made);
    case SIM_OWN_SHARE:
        return mkt_report_add(as_firm(s, &p, x, o->firm), o->order, STR("own-share"),
                              STR("業務說自付額會用禮券退給我們。"), &made);
    case SIM_VENDOR:
    case SIM_VENDOR_CHECK:
    case SIM_VENDOR_APPROVE:
    case SIM_VENDOR_SECOND:
    case SIM_SOLUTION:
    case SIM_SOLUTION_CHECK:
    case SIM_SOLUTION_CORRECT:
    case SIM_SOLUTION_APPROVE:
    case SIM_SOLUTION_SECOND:
    case SIM_FIRM:
    case SIM_PLACE:
        break;
    }
    return E_INTERNAL;
}

rc sim_play(struct sim *s, const struct act *x, const struct sim_event *e)
{
    if (e->what == SIM_VENDOR)
        return vendor_registers(s, x, e->who);
    if (e->what == SIM_SOLUTION)
        return solution_added(s, x, e->who);
    if (e->what == SIM_FIRM)
        return firm_registers(s, x, e->who);
    return e->what < SIM_FIRM ? play_listing(s, x, e) : play_order(s, x, e);
}
