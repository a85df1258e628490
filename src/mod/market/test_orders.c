/* The life of orders, grants and payouts, on both engines; the doctor's checks close every story. */
#include "mod/market/test_market.h"
#include "sys/thread.h"

static rc place(struct world *w, struct act *x)
{
    return mkt_order_place(
        x, &(struct mkt_order_request){.plan = w->plan, .plan_version = 1, .points = w->n, .contract_version = 1},
        &w->order);
}

static rc accept_(struct world *w, struct act *x)
{
    return mkt_order_accept(x, w->order);
}
static rc decline(struct world *w, struct act *x)
{
    return mkt_order_decline(x, w->order, STR("no capacity"));
}
static rc withdraw(struct world *w, struct act *x)
{
    return mkt_order_withdraw(x, w->order, STR_EMPTY);
}
static rc activate(struct world *w, struct act *x)
{
    return mkt_order_activate(x, w->order, STR("AB12345678"), true);
}
static rc confirm(struct world *w, struct act *x)
{
    return mkt_usage_confirm(x, w->order);
}
static rc dispute(struct world *w, struct act *x)
{
    return mkt_order_dispute(x, w->order, STR("not what was said"));
}
static rc refund(struct world *w, struct act *x)
{
    return mkt_order_refund(x, w->order, STR("found false"));
}
static rc uphold(struct world *w, struct act *x)
{
    return mkt_order_decide(x, w->order, false, STR("the log shows use"));
}
static rc lapse(struct world *w, struct act *x)
{
    int n = 0;
    TRY(mkt_orders_lapse(x, 100, &n));
    w->n = n;
    return OK;
}
static rc expire(struct world *w, struct act *x)
{
    int n = 0;
    TRY(mkt_grants_expire(x, 100, &n));
    w->n = n;
    return OK;
}
static rc close_(struct world *w, struct act *x)
{
    int n = 0;
    TRY(mkt_orders_close(x, 100, &n));
    w->n = n;
    return OK;
}
static rc payout(struct world *w, struct act *x)
{
    struct money total;
    TRY(mkt_payout_run(x, w->programme, instant_day(x->at), &w->n, &total));
    w->n = total.n;
    return OK;
}
static rc claw(struct world *w, struct act *x)
{
    struct mkt_grant g;
    TRY(mkt_grant_of(x->tx, w->programme, w->firm, &g, x->a));
    return mkt_grant_claw_back(x, g.id, STR("false facts"));
}

static struct mkt_grant grant(struct world *w)
{
    struct tx *tx;
    struct mkt_grant g;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(mkt_grant_of(tx, w->programme, w->firm, &g, w->a));
    db_read_end(tx);
    return g;
}

static struct mkt_order order(struct world *w)
{
    struct tx *tx;
    struct mkt_order o;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(mkt_order_get(tx, &act_system, w->order, &o, w->a));
    db_read_end(tx);
    return o;
}

static struct mkt_budget budget(struct world *w)
{
    struct tx *tx;
    struct mkt_budget b;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(mkt_budget_get(tx, w->programme, &b));
    db_read_end(tx);
    return b;
}

static void place_order(struct world *w, int64_t points_)
{
    w->n = points_;
    rc r = act(w, &w->as_firm, place);
    if (r != OK)
        dbt_fail("place", &w->err);
}

static void to_captured(struct world *w)
{
    place_order(w, -1);
    t_ok(act(w, &w->as_vendor, accept_));
    t_ok(act(w, &w->as_vendor, activate));
    t_ok(act(w, &w->as_firm, confirm));
}

START_TEST(every_query_is_right)
{
    struct world w;
    struct err err = {0};
    world_open(&w, _i);
    if (db_prepare_all(w.db, &err) != OK)
        dbt_fail("prepare", &err);
    ck_assert_ptr_nonnull(mkt_checks[MKT_CHECKS - 1].name);
    ck_assert_ptr_nonnull(mkt_figures[MKT_FIGURES - 1].code);
    ck_assert_ptr_nonnull(mkt_verbs[MKT_VERBS - 1].name);
    ck_assert_ptr_nonnull(mkt_jobs[MKT_JOBS - 1].name);
    world_close(&w);
}
END_TEST

START_TEST(the_straight_way)
{
    struct world w;
    world_open(&w, _i);
    ck_assert_int_eq(grant(&w).balance, 30000);
    place_order(&w, -1);
    struct mkt_order o = order(&w);
    ck_assert_int_eq(o.points.n, 9600); /* 12,000 × 4/5 */
    ck_assert_int_eq(o.own.n, 2400);
    ck_assert_int_eq(grant(&w).held, 9600);
    t_sound(&w);
    t_ok(act(&w, &w.as_vendor, accept_));
    t_ok(act(&w, &w.as_vendor, activate));
    t_ok(act(&w, &w.as_firm, confirm));
    o = order(&w);
    ck_assert_int_eq(o.state, MKT_CAPTURED);
    ck_assert_int_eq(grant(&w).balance, 20400);
    ck_assert_int_eq(grant(&w).held, 0);
    t_ok(act(&w, &w.officer, payout));
    ck_assert_int_eq(w.n, 9600);
    t_ok(act(&w, &w.officer, payout)); /* the same day again: nothing */
    ck_assert_int_eq(w.n, 0);
    struct mkt_budget b = budget(&w);
    ck_assert_int_eq(b.paid, 9600);
    ck_assert_int_eq(b.payable, 0);
    t_sound(&w);
    later(366);
    t_ok(act(&w, &w.officer, close_));
    ck_assert_int_eq(order(&w).state, MKT_CLOSED);
    world_close(&w);
}
END_TEST

START_TEST(points_come_back)
{
    struct world w;
    world_open(&w, _i);
    place_order(&w, -1);
    t_ok(act(&w, &w.as_vendor, decline));
    ck_assert_int_eq(grant(&w).held, 0);
    place_order(&w, 5000);
    t_ok(act(&w, &w.as_firm, withdraw));
    ck_assert_int_eq(grant(&w).balance - grant(&w).held, 30000);
    place_order(&w, -1);
    later(9);
    t_ok(act(&w, &w.officer, lapse));
    ck_assert_int_eq(w.n, 1);
    ck_assert_int_eq(order(&w).state, MKT_LAPSED);
    ck_assert_int_eq(grant(&w).held, 0);
    t_rc(act(&w, &w.as_vendor, accept_), E_CONFLICT);
    t_code(&w, "ACT-002");
    place_order(&w, -1);
    t_ok(act(&w, &w.as_vendor, accept_));
    t_ok(act(&w, &w.as_vendor, activate));
    later(32); /* not used in 30 days */
    t_ok(act(&w, &w.officer, lapse));
    ck_assert_int_eq(order(&w).state, MKT_LAPSED);
    t_sound(&w);
    world_close(&w);
}
END_TEST

START_TEST(a_grant_ends)
{
    struct world w;
    world_open(&w, _i);
    place_order(&w, 9000);
    later(91);
    t_ok(act(&w, &w.officer, expire));
    ck_assert_int_eq(w.n, 1);
    ck_assert_int_eq(grant(&w).balance, 9000); /* what an order still reserves stays */
    t_sound(&w);
    t_ok(act(&w, &w.officer, lapse));
    ck_assert_int_eq(grant(&w).balance, 0); /* and goes to the budget when the order lapses */
    ck_assert_int_eq(budget(&w).budget, 100000);
    w.n = 100;
    t_rc(act(&w, &w.as_firm, place), E_INVALID);
    t_code(&w, "MKT-009");
    t_sound(&w);
    world_close(&w);
}
END_TEST

static rc grant_again(struct world *w, struct act *x)
{
    return mkt_grant_give(x, w->firm, &w->out);
}

static rc change_price(struct world *w, struct act *x)
{
    return mkt_plan_update(x, w->plan, &(struct mkt_plan_form){STR("一年"), STR("One year"), 15000, 12, true});
}

START_TEST(refusals_name_their_reason)
{
    struct world w;
    world_open(&w, _i);
    t_rc(act(&w, &w.as_firm, grant_again), E_CONFLICT);
    t_code(&w, "MKT-007");
    w.n = 9601;
    t_rc(act(&w, &w.as_firm, place), E_INVALID);
    t_code(&w, "MKT-018");
    t_ok(act(&w, &w.as_vendor, change_price));
    w.n = -1;
    t_rc(act(&w, &w.as_firm, place), E_INVALID);
    t_code(&w, "MKT-011");
    t_str(w.err.fields[0].arg[0], STR("15,000"));
    world_close(&w);
}
END_TEST

START_TEST(disputes_and_refunds)
{
    struct world w;
    world_open(&w, _i);
    to_captured(&w);
    t_ok(act(&w, &w.as_firm, dispute));
    t_ok(act(&w, &w.officer, payout));
    ck_assert_int_eq(w.n, 0); /* disputed points are not paid */
    t_ok(act(&w, &w.officer, uphold));
    ck_assert_int_eq(order(&w).state, MKT_CAPTURED);
    t_sound(&w);
    later(1);
    t_ok(act(&w, &w.officer, payout));
    ck_assert_int_eq(w.n, 9600);
    t_ok(act(&w, &w.officer, refund)); /* after the payout: the vendor owes it */
    ck_assert_int_eq(budget(&w).receivable, -9600);
    ck_assert_int_eq(grant(&w).balance, 30000);
    t_sound(&w);
    to_captured(&w);
    later(1);
    t_ok(act(&w, &w.officer, payout));
    ck_assert_int_eq(w.n, 0); /* set off */
    ck_assert_int_eq(budget(&w).receivable, 0);
    t_sound(&w);
    world_close(&w);
}
END_TEST

START_TEST(claw_back_takes_everything)
{
    struct world w;
    world_open(&w, _i);
    to_captured(&w);
    place_order(&w, -1); /* still waiting */
    t_ok(act(&w, &w.officer, claw));
    ck_assert_int_eq(grant(&w).balance, 0);
    ck_assert_int_eq(order(&w).state, MKT_REFUNDED);
    ck_assert_int_eq(budget(&w).owed, -9600);
    ck_assert_int_eq(budget(&w).budget, 100000);
    t_rc(act(&w, &w.officer, claw), E_CONFLICT);
    t_sound(&w);
    world_close(&w);
}
END_TEST

/* Two browsers at once: as many orders as fit are taken, the rest are refused, nothing is spent twice. */
static void *buyer(void *arg)
{
    struct world *shared = arg;
    struct world mine = *shared;
    mine.a = arena_new(16 << 20);
    mine.n = 9600;
    rc r = act(&mine, &mine.as_firm, place);
    arena_free(mine.a);
    return r == OK ? arg : NULL;
}

START_TEST(last_points_once)
{
    enum { BUYERS = 8 };
    struct world w;
    world_open(&w, _i);
    pthread_t t[BUYERS];
    int won = 0;
    for (int i = 0; i < BUYERS; i++)
        pthread_create(&t[i], NULL, buyer, &w);
    for (int i = 0; i < BUYERS; i++) {
        void *r;
        pthread_join(t[i], &r);
        won += r != NULL;
    }
    ck_assert_int_eq(won, 3); /* 3 × 9,600 ≤ 30,000 */
    ck_assert_int_eq(grant(&w).held, 28800);
    t_sound(&w);
    world_close(&w);
}
END_TEST

/* ---- usage by the vendor's systems ---- */

static rc report(struct world *w, struct act *x)
{
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, w->order, &o, x->a));
    return mkt_usage_report(x, o.number, w->text, 0, "api");
}

START_TEST(usage_is_reported_once)
{
    struct world w;
    world_open(&w, _i);
    place_order(&w, -1);
    w.text = STR("event-1");
    t_rc(act(&w, &w.as_vendor, report), E_CONFLICT); /* not activated yet */
    t_ok(act(&w, &w.as_vendor, accept_));
    t_ok(act(&w, &w.as_vendor, activate));
    t_ok(act(&w, &w.as_vendor, report));
    ck_assert_int_eq(order(&w).state, MKT_CAPTURED);
    t_ok(act(&w, &w.as_vendor, report)); /* the same again */
    ck_assert_int_eq(grant(&w).balance, 20400);
    place_order(&w, -1);
    t_ok(act(&w, &w.as_vendor, accept_));
    t_ok(act(&w, &w.as_vendor, activate));
    t_rc(act(&w, &w.as_vendor, report), E_INVALID); /* that id belongs to the first order */
    t_code(&w, "MKT-019");
    t_sound(&w);
    world_close(&w);
}
END_TEST

/* ---- ratings and renewals ---- */

static rc rate(struct world *w, struct act *x)
{
    return mkt_rate(x, w->order, (const int64_t[]){5, 4, 3, 4}, w->text, &w->out);
}
static rc reply(struct world *w, struct act *x)
{
    return mkt_rating_reply(x, w->out, STR("謝謝"));
}
static rc renew_(struct world *w, struct act *x)
{
    return mkt_order_renew(x, w->order, w->plan, 1, 1, &w->other);
}

START_TEST(ratings_and_renewals)
{
    struct world w;
    world_open(&w, _i);
    place_order(&w, -1);
    w.text = STR("好用");
    t_rc(act(&w, &w.as_firm, rate), E_CONFLICT);
    t_code(&w, "MKT-021");
    t_ok(act(&w, &w.as_vendor, accept_));
    t_ok(act(&w, &w.as_vendor, activate));
    t_ok(act(&w, &w.as_firm, confirm));
    t_ok(act(&w, &w.as_firm, rate));
    t_rc(act(&w, &w.as_firm, rate), E_CONFLICT);
    t_code(&w, "MKT-022");
    t_ok(act(&w, &w.as_vendor, reply));
    t_rc(act(&w, &w.as_vendor, reply), E_CONFLICT);
    t_code(&w, "MKT-023");
    t_ok(act(&w, &w.as_firm, renew_));
    t_rc(act(&w, &w.as_firm, renew_), E_CONFLICT);
    t_code(&w, "MKT-024");
    ck_assert_int_eq(order(&w).renewed_by, w.other);
    w.order = w.other;
    ck_assert_int_eq(order(&w).points.n, 0);
    t_ok(act(&w, &w.as_vendor, decline));
    t_sound(&w);
    world_close(&w);
}
END_TEST

DBT_MAIN("market/orders", every_query_is_right, the_straight_way, points_come_back, a_grant_ends,
         refusals_name_their_reason, disputes_and_refunds, claw_back_takes_everything, last_points_once,
         usage_is_reported_once, ratings_and_renewals)
