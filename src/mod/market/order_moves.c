/* The moves of an order. Each checks who asks, makes the guarded step, moves points, and tells the other side. */
#include "mod/market/parts.h"
#include "sys/random.h"

QUERY(mq_order_add, "itiiiiiiiitttttttttttiiiiiitii", "",
      "INSERT INTO market_order (id, number, programme, firm, vendor, solution, plan, grant_id, hold, renewal_of, "
      "state, firm_name, firm_ubn,"
      " vendor_name, vendor_name_en, solution_name, solution_name_en, plan_name, plan_name_en, category, county, "
      "price, points, own, months,"
      " plan_version, contract_version, contract_hash, placed, changed, due)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, "
      "$23, $24, $25, $26, $27,"
      " $28, $29, $29, $30)");
QUERY(mq_order_renewed, "ii", "", "UPDATE market_order SET renewed_by = $2 WHERE id = $1 AND renewed_by = 0");
QUERY(mq_order_unrenewed, "ii", "", "UPDATE market_order SET renewed_by = 0 WHERE id = $1 AND renewed_by = $2");
QUERY(mq_solution_sold, "i", "", "UPDATE market_solution SET orders = orders + 1 WHERE id = $1");
QUERY(mq_paid_out, "i", "i", "SELECT payout FROM market_order WHERE id = $1");

static rc days_param(const struct act *x, const struct mkt_order *o, const char *name, int64_t *days)
{
    return mkt_param(x->tx, o->programme, name, instant_day(x->at), days);
}

/* Deadlines end with a civil day, as people count them. */
static instant after_days(instant at, int64_t days)
{
    return day_start((day)(instant_day(at) + days + 1));
}

/* ---- placing ---- */

struct placing {
    struct mkt_scheme scheme;
    struct mkt_firm firm;
    struct mkt_quote q;
    struct mkt_grant grant;
    id renewal_of;
};

static rc check_offer(const struct act *x, const struct placing *p, int64_t plan_version, int64_t contract_version)
{
    struct err *e = tx_err(x->tx);
    if (p->firm.blocked)
        return ERR(e, E_DENIED, "MKT-044", N_("The programme's office has stopped orders of this firm: {1}"),
                   p->firm.blocked_reason);
    if (p->q.solution.vendor == p->firm.id)
        return ERR(e, E_CONFLICT, "MKT-041", N_("A firm cannot order from itself."));
    if (p->q.plan.version != plan_version)
        return ERR_FIELD(e, "plan_version", "MKT-011",
                         N_("The price or term has changed while you were ordering. It is now NT${1} for {2} months. "
                            "Please look again."),
                         number_text(x->a, p->q.price.n), number_text(x->a, p->q.plan.months));
    if (p->q.contract_version != contract_version)
        return ERR_FIELD(e, "contract_version", "MKT-015",
                         N_("The standard contract has a newer version, {1}. Please read and agree again."),
                         number_text(x->a, p->q.contract_version));
    return OK;
}

/* A grant that has ended is named as such: "no points" alone would not tell the buyer why. */
static rc find_grant(const struct act *x, struct placing *p, int64_t wanted)
{
    rc r = mkt_grant_of(x->tx, p->scheme.programme, p->firm.id, &p->grant, x->a);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    if (wanted > 0 && (p->grant.expires <= x->at || p->grant.state == MKT_GRANT_EXPIRED))
        return ERR_FIELD(tx_err(x->tx), "points", "MKT-009", N_("The points of this firm ended on {1}."),
                         day_text(x->a, p->grant.expires - 1));
    if (wanted > 0 && p->grant.state == MKT_GRANT_CLAWED_BACK)
        return ERR_FIELD(tx_err(x->tx), "points", "MKT-009", N_("The points of this firm were taken back."));
    return OK;
}

/* The hold outlives every deadline of the order, a dispute included: it is the safety net, the order's own `due` is the
 * rule. */
static rc hold_points(const struct act *x, const struct placing *p, struct mkt_order *o)
{
    if (o->points.n == 0)
        return OK;
    static const char *const stretches[] = {"order.accept_days", "order.activate_days", "order.use_days",
                                            "order.objection_days", "order.dispute_days"};
    int64_t days = 0, d;
    for (size_t i = 0; i < sizeof stretches / sizeof stretches[0]; i++) {
        TRY(days_param(x, o, stretches[i], &d));
        days += d;
    }
    id payable, receivable;
    TRY(mkt_payee(x, o->programme, o->vendor, &payable, &receivable));
    o->grant = p->grant.id;
    o->hold = id_new();
    return ledger_hold(x->tx, &(struct hold){.id = o->hold,
                                             .debit = p->grant.account,
                                             .credit = payable,
                                             .amount = o->points,
                                             .kind = "order",
                                             .ref = o->id,
                                             .at = x->at,
                                             .expires = after_days(x->at, days)});
}

static rc insert(const struct act *x, const struct placing *p, const struct mkt_order *o)
{
    const struct mkt_solution *s = &p->q.solution;
    return db_exec(x->tx, &mq_order_add,
                   VALS(v_int(o->id), v_text(o->number), v_int(o->programme), v_int(o->firm), v_int(o->vendor),
                        v_int(o->solution), v_int(o->plan), v_int(o->grant), v_int(o->hold), v_int(o->renewal_of),
                        v_text(str_of(mkt_order_state_name(o->state))), v_text(o->firm_name), v_text(o->firm_ubn),
                        v_text(o->vendor_name), v_text(o->vendor_name_en), v_text(o->solution_name),
                        v_text(o->solution_name_en), v_text(o->plan_name), v_text(o->plan_name_en), v_text(s->category),
                        v_text(p->firm.county), v_int(o->price.n), v_int(o->points.n), v_int(o->own.n),
                        v_int(o->months), v_int(o->plan_version), v_int(o->contract_version),
                        v_text(str_of(o->contract_hash)), v_int(o->placed), v_int(o->due)),
                   NULL);
}

static rc place(const struct act *x, struct placing *p, const char *move, id *out)
{
    char number[MKT_NUMBER + 1];
    mkt_number_new(number);
    struct mkt_order o = {.id = id_new(),
                          .programme = p->scheme.programme,
                          .firm = p->firm.id,
                          .vendor = p->q.solution.vendor,
                          .solution = p->q.solution.id,
                          .plan = p->q.plan.id,
                          .renewal_of = p->renewal_of,
                          .number = str_n(number, MKT_NUMBER),
                          .state = MKT_PLACED,
                          .firm_name = p->firm.name,
                          .firm_ubn = p->firm.ubn,
                          .vendor_name = p->q.solution.vendor_name,
                          .vendor_name_en = p->q.solution.vendor_name_en,
                          .solution_name = p->q.solution.name,
                          .solution_name_en = p->q.solution.name_en,
                          .plan_name = p->q.plan.name,
                          .plan_name_en = p->q.plan.name_en,
                          .price = p->q.price,
                          .points = p->q.points,
                          .own = p->q.own,
                          .months = p->q.plan.months,
                          .plan_version = p->q.plan.version,
                          .contract_version = p->q.contract_version,
                          .placed = x->at};
    memcpy(o.contract_hash, p->q.contract_hash, sizeof o.contract_hash);
    int64_t days;
    TRY(days_param(x, &o, "order.accept_days", &days));
    o.due = after_days(x->at, days);
    TRY(hold_points(x, p, &o));
    TRY(insert(x, p, &o));
    TRY(mkt_order_event(x, &o, move, STR_EMPTY));
    *out = o.id;
    return mkt_order_tell(x, &o, false, N_("A new order"),
                          N_("{3} ordered {2} (order {1}). Please accept or decline it by {4}."));
}

rc mkt_order_place(const struct act *x, const struct mkt_order_request *r, id *out)
{
    TRY(act_for_party(x, x->by->party, AS_FIRM));
    struct placing p = {0};
    TRY(mkt_scheme_on(x->tx, instant_day(x->at), &p.scheme));
    TRY(mkt_firm_get(x->tx, x->by->party, &p.firm, x->a));
    TRY(find_grant(x, &p, r->points));
    TRY(mkt_quote_get(x->tx, p.firm.id, r->plan, r->points, x->at, &p.q, x->a));
    TRY(check_offer(x, &p, r->plan_version, r->contract_version));
    return place(x, &p, "place", out);
}

rc mkt_order_renew(const struct act *x, id order, id plan, int64_t plan_version, int64_t contract_version, id *out)
{
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.firm, AS_FIRM));
    struct placing p = {.renewal_of = order};
    if ((o.state != MKT_CAPTURED && o.state != MKT_CLOSED) || o.renewed_by != 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "MKT-024",
                   N_("This order cannot be renewed: it was not used, or has been renewed already."));
    TRY(mkt_scheme_on(x->tx, instant_day(x->at), &p.scheme));
    TRY(mkt_firm_get(x->tx, o.firm, &p.firm, x->a));
    TRY(mkt_quote_get(x->tx, o.firm, plan, 0, x->at, &p.q, x->a)); /* renewals carry no points */
    if (p.q.solution.id != o.solution)
        return ERR_FIELD(tx_err(x->tx), "plan", "MKT-024",
                         N_("A renewal is of the same solution; another one is a new order."));
    TRY(check_offer(x, &p, plan_version, contract_version));
    TRY(place(x, &p, "renew", out));
    int64_t n;
    TRY(db_exec(x->tx, &mq_order_renewed, VALS(v_int(order), v_int(*out)), &n));
    return n == 1 ? OK : act_wrong_state(x);
}

/* ---- back: the points return ---- */

rc mkt_order_release(const struct act *x, const struct mkt_order *o)
{
    if (o->renewal_of != 0)
        TRY(db_exec(x->tx, &mq_order_unrenewed, VALS(v_int(o->renewal_of), v_int(o->id)), NULL));
    if (o->hold == 0 || o->captured != 0)
        return OK;
    TRY(ledger_hold_void(x->tx, o->hold, x->at));
    return mkt_grant_settle(x, o->grant);
}

static rc need_reason(const struct act *x, str reason)
{
    if (str_trim(reason).n > 0)
        return OK;
    return ERR_FIELD(tx_err(x->tx), "reason", "MKT-027", N_("Say why."));
}

rc mkt_order_decline(const struct act *x, id order, str reason)
{
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.vendor, AS_VENDOR));
    TRY(need_reason(x, reason));
    if (o.state != MKT_PLACED)
        return act_wrong_state(x);
    TRY(mkt_order_step(x, &o, &(struct mkt_step){.move = "decline", .to = MKT_DECLINED, .reason = reason}));
    TRY(mkt_order_release(x, &o));
    return mkt_order_tell(
        x, &o, true, N_("Your order was declined"),
        N_("{3} declined your order {1} for {2}. The points are back and can be used for another service."));
}

rc mkt_order_withdraw(const struct act *x, id order, str reason)
{
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.firm, AS_FIRM));
    if (o.state != MKT_PLACED && o.state != MKT_ACCEPTED)
        return act_wrong_state(x);
    TRY(mkt_order_step(x, &o, &(struct mkt_step){.move = "withdraw", .to = MKT_ORDER_WITHDRAWN, .reason = reason}));
    TRY(mkt_order_release(x, &o));
    return mkt_order_tell(x, &o, false, N_("An order was withdrawn"), N_("{3} withdrew the order {1} for {2}."));
}

/* ---- forward ---- */

rc mkt_order_accept(const struct act *x, id order)
{
    struct mkt_order o;
    int64_t days;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.vendor, AS_VENDOR));
    if (o.state != MKT_PLACED)
        return act_wrong_state(x);
    TRY(days_param(x, &o, "order.activate_days", &days));
    TRY(mkt_order_step(x, &o,
                       &(struct mkt_step){.move = "accept", .to = MKT_ACCEPTED, .due = after_days(x->at, days)}));
    return mkt_order_tell(x, &o, true, N_("Your order was accepted"),
                          N_("{3} accepted your order {1} for {2} and will activate it by {4}."));
}

/* 統一發票 number: two letters and eight digits. */
static bool invoice_valid(str s)
{
    if (s.n != 10)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (i < 2 ? s.p[i] < 'A' || s.p[i] > 'Z' : s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

rc mkt_order_activate(const struct act *x, id order, str invoice, bool own_share_received)
{
    struct mkt_order o;
    int64_t days;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.vendor, AS_VENDOR));
    if (o.state != MKT_ACCEPTED)
        return act_wrong_state(x);
    if (!invoice_valid(invoice))
        return ERR_FIELD(
            tx_err(x->tx), "invoice", "MKT-043",
            N_("A uniform invoice number has two capital letters and eight digits, for example AB12345678."));
    if (o.own.n > 0 && !own_share_received)
        return ERR_FIELD(tx_err(x->tx), "own_share_received", "MKT-017",
                         N_("The firm must have paid its own share before the service is activated."));
    TRY(days_param(x, &o, "order.use_days", &days));
    TRY(mkt_order_step(x, &o,
                       &(struct mkt_step){.move = "activate",
                                          .to = MKT_ACTIVATED,
                                          .due = after_days(x->at, days),
                                          .invoice = invoice,
                                          .ends = day_add_months(instant_day(x->at), (int)o.months) - 1}));
    return mkt_order_tell(x, &o, true, N_("Your service is ready"),
                          N_("{3} activated {2} (order {1}). Please use it by {4}, otherwise the points return."));
}

rc mkt_order_first_use(const struct act *x, struct mkt_order *o, const char *source, instant used_at)
{
    int64_t days = 0;
    if (o->state != MKT_ACTIVATED)
        return act_wrong_state(x);
    /* The buyer's own word needs no time to object. */
    if (strcmp(source, "buyer") != 0)
        TRY(days_param(x, o, "order.objection_days", &days));
    TRY(mkt_order_step(x, o,
                       &(struct mkt_step){.move = "use",
                                          .to = MKT_USED,
                                          .due = days > 0 ? after_days(x->at, days) : 0,
                                          .usage_source = source,
                                          .used_at = used_at}));
    if (days == 0)
        return mkt_order_capture(x, o);
    return mkt_order_tell(x, o, true, N_("First use was reported"),
                          N_("{3} reports that you use {2} (order {1}). If that is wrong, object by {4}."));
}

rc mkt_order_capture(const struct act *x, struct mkt_order *o)
{
    const char *move = o->state == MKT_DISPUTED ? "uphold" : "capture";
    bool first = o->captured == 0;
    TRY(mkt_order_step(x, o, &(struct mkt_step){.move = move, .to = MKT_CAPTURED}));
    if (!first)
        return OK;
    o->captured = x->at;
    if (o->hold != 0) {
        id transfer = id_new();
        TRY(ledger_hold_post(x->tx, o->hold, transfer, o->points.n, x->at));
        TRY(mkt_note_posting(x, transfer,
                             &(struct mkt_post){.kind = "capture",
                                                .programme = o->programme,
                                                .grant = o->grant,
                                                .vendor = o->vendor,
                                                .order = o->id,
                                                .points = o->points.n}));
    }
    TRY(db_exec(x->tx, &mq_solution_sold, VALS(v_int(o->solution)), NULL));
    TRY(mkt_order_tell(x, o, true, N_("Points were paid"),
                       N_("The points of your order {1} for {2} were paid to {3}. You can rate the service now.")));
    return mkt_order_tell(x, o, false, N_("Points were paid"),
                          N_("{3} uses {2} (order {1}). The points will be in your next payout."));
}

/* ---- dispute and refund ---- */

rc mkt_order_dispute(const struct act *x, id order, str reason)
{
    struct mkt_order o;
    int64_t days;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.firm, AS_FIRM));
    TRY(need_reason(x, reason));
    if (o.state != MKT_ACTIVATED && o.state != MKT_USED && !(o.state == MKT_CAPTURED && o.payout == 0))
        return act_wrong_state(x);
    TRY(days_param(x, &o, "order.dispute_days", &days));
    TRY(mkt_order_step(
        x, &o,
        &(struct mkt_step){.move = "dispute", .to = MKT_DISPUTED, .reason = reason, .due = after_days(x->at, days)}));
    return mkt_order_tell(x, &o, false, N_("An order is disputed"),
                          N_("{3} disputes the order {1} for {2}. The programme's office will decide by {4}."));
}

/* Captured points come back from what is payable to the vendor, or, once paid out, are owed by the vendor and set off
 * later. */
static rc give_back(const struct act *x, const struct mkt_order *o)
{
    struct mkt_grant g;
    id payable, receivable;
    int64_t payout;
    TRY(mkt_grant_get(x->tx, o->grant, &g, x->a));
    if (g.state == MKT_GRANT_CLAWED_BACK)
        return ERR(tx_err(x->tx), E_CONFLICT, "MKT-045",
                   N_("The firm's points were taken back already: what it spent is owed by the firm."));
    TRY(mkt_payee(x, o->programme, o->vendor, &payable, &receivable));
    TRY(db_one_int(x->tx, &mq_paid_out, VALS(v_int(o->id)), &payout));
    TRY(mkt_post(x, &(struct mkt_post){.kind = payout ? "refund-owed" : "refund",
                                       .programme = o->programme,
                                       .debit = payout ? receivable : payable,
                                       .credit = g.account,
                                       .grant = g.id,
                                       .vendor = o->vendor,
                                       .order = o->id,
                                       .points = o->points.n}));
    return mkt_grant_settle(x, g.id);
}

rc mkt_order_refund(const struct act *x, id order, str reason)
{
    struct mkt_order o;
    TRY(act_needs_officer(x));
    TRY(need_reason(x, reason));
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    switch (o.state) {
    case MKT_PLACED:
    case MKT_ACCEPTED:
    case MKT_ACTIVATED:
    case MKT_USED:
    case MKT_CAPTURED:
    case MKT_CLOSED:
    case MKT_DISPUTED:
        break;
    case MKT_DECLINED:
    case MKT_ORDER_WITHDRAWN:
    case MKT_LAPSED:
    case MKT_REFUNDED:
    case MKT_ORDER_STATES:
        return act_wrong_state(x);
    }
    TRY(mkt_order_step(x, &o, &(struct mkt_step){.move = "refund", .to = MKT_REFUNDED, .reason = reason}));
    TRY(mkt_order_release(x, &o));
    if (o.captured != 0 && o.points.n > 0)
        TRY(give_back(x, &o));
    TRY(mkt_order_tell(x, &o, true, N_("Points were returned"),
                       N_("The programme's office returned the points of your order {1} for {2}.")));
    return mkt_order_tell(x, &o, false, N_("Points were returned"),
                          N_("The programme's office returned the points of the order {1} for {2} to {3}."));
}

rc mkt_order_decide(const struct act *x, id order, bool refund, str reason)
{
    struct mkt_order o;
    TRY(act_needs_officer(x));
    TRY(need_reason(x, reason));
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    if (o.state != MKT_DISPUTED)
        return act_wrong_state(x);
    return refund ? mkt_order_refund(x, order, reason) : mkt_order_capture(x, &o);
}
