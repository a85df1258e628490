/* The work of the clock: orders whose time ran out, grants that end, terms that are over, reminders. Each turn takes a
 * bounded number, so that the writer is never kept from people's requests. */
#include "base/vec.h"
#include "mod/market/parts.h"

QUERY(mq_orders_due, "ii", "i",
      "SELECT id FROM market_order WHERE state IN ('placed', 'accepted', 'activated', 'used') AND due > 0 AND due <= "
      "$1 ORDER BY due, id LIMIT $2");
QUERY(mq_orders_over, "ii", "i",
      "SELECT id FROM market_order WHERE state = 'captured' AND ends > 0 AND ends < $1 ORDER BY ends, id LIMIT $2");
QUERY(mq_orders_to_remind, "iii", "i",
      "SELECT id FROM market_order WHERE state = 'captured' AND ends >= $1 AND ends <= $2 AND reminded = 0 AND "
      "renewed_by = 0 ORDER BY ends, id LIMIT $3");
QUERY(mq_order_reminded, "i", "", "UPDATE market_order SET reminded = 1 WHERE id = $1");
QUERY(mq_order_of_hold, "i", "i", "SELECT id FROM market_order WHERE hold = $1");

static rc collect(const struct act *x, const struct query *q, const struct val *v, size_t nv, id **out, int *n)
{
    struct rows r;
    TRY(db_select(x->tx, q, v, nv, &r));
    VEC(id) ids = {0};
    while (rows_next(&r)) {
        id *slot = VEC_ADD(&ids, x->a);
        if (!slot)
            break;
        *slot = row_int(&r, 0);
    }
    TRY(rows_end(&r));
    *out = ids.v;
    *n = (int)ids.n;
    return arena_rc(x->a);
}

static rc lapse(const struct act *x, struct mkt_order *o)
{
    TRY(mkt_order_step(x, o, &(struct mkt_step){.move = "lapse", .to = MKT_LAPSED}));
    TRY(mkt_order_release(x, o));
    TRY(mkt_order_tell(x, o, true, N_("An order has lapsed"),
                       N_("The time for your order {1} for {2} ran out. The points are back.")));
    return mkt_order_tell(x, o, false, N_("An order has lapsed"),
                          N_("The time for the order {1} for {2} ran out. The points are back with the firm."));
}

rc mkt_orders_lapse(const struct act *x, int max, int *n)
{
    id *ids;
    TRY(collect(x, &mq_orders_due, VALS(v_int(x->at), v_int(max)), &ids, n));
    for (int i = 0; i < *n; i++) {
        struct mkt_order o;
        TRY(mkt_order_load(x->tx, ids[i], &o, x->a));
        /* Nobody objected to the reported use: that deadline ends well for the vendor, all others for the firm. */
        TRY(o.state == MKT_USED ? mkt_order_capture(x, &o) : lapse(x, &o));
    }
    return OK;
}

rc mkt_orders_close(const struct act *x, int max, int *n)
{
    id *ids;
    TRY(collect(x, &mq_orders_over, VALS(v_int(instant_day(x->at)), v_int(max)), &ids, n));
    for (int i = 0; i < *n; i++) {
        struct mkt_order o;
        TRY(mkt_order_load(x->tx, ids[i], &o, x->a));
        TRY(mkt_order_step(x, &o, &(struct mkt_step){.move = "close", .to = MKT_CLOSED}));
    }
    return OK;
}

rc mkt_renewal_remind(const struct act *x, int max, int *n)
{
    struct mkt_scheme s;
    int64_t days;
    id *ids;
    day today = instant_day(x->at);
    *n = 0;
    rc r = mkt_scheme_latest(x->tx, &s);
    if (r == E_NOTFOUND) {
        err_clear(tx_err(x->tx));
        return OK;
    }
    TRY(r);
    TRY(mkt_param(x->tx, s.programme, "renewal.remind_days", today, &days));
    TRY(collect(x, &mq_orders_to_remind, VALS(v_int(today), v_int(today + days), v_int(max)), &ids, n));
    for (int i = 0; i < *n; i++) {
        struct mkt_order o;
        TRY(mkt_order_load(x->tx, ids[i], &o, x->a));
        TRY(db_exec(x->tx, &mq_order_reminded, VALS(v_int(o.id)), NULL));
        o.due = day_start(o.ends);
        TRY(mkt_order_tell(
            x, &o, true, N_("Your service ends soon"),
            N_("{2} by {3} (order {1}) ends on {4}. If it serves you well, renew it; a renewal carries no points.")));
    }
    return OK;
}

/* The safety net under the orders' own deadlines: a hold that ran out takes its order with it. */
static rc hold_ran_out(struct tx *tx, id hold, id ref, void *arg)
{
    (void)tx;
    (void)ref;
    const struct act *x = arg;
    int64_t order;
    rc r = db_one_int(x->tx, &mq_order_of_hold, VALS(v_int(hold)), &order);
    if (r == E_NOTFOUND)
        return OK; /* another module's */
    TRY(r);
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(mkt_order_step(x, &o, &(struct mkt_step){.move = "lapse", .to = MKT_LAPSED}));
    return mkt_grant_settle(x, o.grant);
}

static rc holds_expire(const struct act *x, int max, int *n)
{
    struct act act = *x;
    return ledger_hold_expire(x->tx, x->at, max, hold_ran_out, &act, n);
}

/* ---- as jobs ---- */

static rc job_orders(struct job *j)
{
    TRY(job_turns(j, mkt_orders_lapse));
    return job_turns(j, holds_expire);
}

static rc job_grants(struct job *j)
{
    return job_turns(j, mkt_grants_expire);
}

static rc job_terms(struct job *j)
{
    TRY(job_turns(j, mkt_renewal_remind));
    return job_turns(j, mkt_orders_close);
}

static rc job_listings(struct job *j)
{
    TRY(job_turns(j, mkt_listings_remind));
    return job_turns(j, mkt_listings_lapse);
}

const struct job_kind mkt_jobs[] = {
    {"market.orders", N_("Orders whose time ran out"), job_orders, MINUTE},
    {"market.grants", N_("Grants that end"), job_grants, 10 * MINUTE},
    {"market.terms", N_("Reminders and ended terms"), job_terms, HOUR},
    {"market.listings", N_("Corrections whose time ran out"), job_listings, 10 * MINUTE},
};
