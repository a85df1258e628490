/* Grants: points from the budget to a firm, once per 統一編號; what is left when they end goes back. */
#include "base/vec.h"
#include "mod/market/parts.h"
#include "sys/random.h"

#define GRANT_COLS  "id, firm, programme, account, ubn, amount, granted, expires, state, log_entry"
#define GRANT_TYPES "iiiitiiiti"

QUERY(mq_grant_get, "i", GRANT_TYPES, "SELECT " GRANT_COLS " FROM market_grant WHERE id = $1");
QUERY(mq_grant_of, "ii", GRANT_TYPES,
      "SELECT " GRANT_COLS
      " FROM market_grant WHERE programme = $1 AND firm = $2 ORDER BY granted DESC, id DESC LIMIT 1");
QUERY(mq_grants_of, "i", GRANT_TYPES,
      "SELECT " GRANT_COLS " FROM market_grant WHERE firm = $1 ORDER BY granted DESC, id DESC LIMIT 100");
QUERY(mq_grant_by_ubn, "it", "i", "SELECT granted FROM market_grant WHERE programme = $1 AND ubn = $2");
QUERY(mq_grant_add, "iiitiiiii", "",
      "INSERT INTO market_grant (id, programme, firm, ubn, account, owed_account, amount, granted, expires, state, "
      "log_entry)"
      " VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, 'active', $9)");
QUERY(mq_grant_state, "itt", "", "UPDATE market_grant SET state = $2 WHERE id = $1 AND state = $3");
QUERY(mq_grant_owed, "ii", "", "UPDATE market_grant SET owed_account = $2 WHERE id = $1");
QUERY(mq_grant_ended, "ii", "i",
      "SELECT id FROM market_grant WHERE state = 'active' AND expires <= $1 ORDER BY expires, id LIMIT $2");
QUERY(mq_grant_open_orders, "i", "i",
      "SELECT id FROM market_order WHERE grant_id = $1 AND captured = 0"
      " AND state IN ('placed', 'accepted', 'activated', 'used', 'disputed') ORDER BY id");
QUERY(mq_grant_spent, "i", "i",
      "SELECT CAST(COALESCE(SUM(CASE WHEN kind = 'capture' THEN points WHEN kind IN ('refund', 'refund-owed') THEN "
      "-points ELSE 0 END), 0)"
      " AS BIGINT) FROM market_posting WHERE grant_id = $1");
QUERY(mq_grant_postings, "i", "ititi",
      "SELECT p.at, p.kind, p.points, COALESCE(o.number, ''), p.order_id FROM market_posting p"
      " LEFT JOIN market_order o ON o.id = p.order_id WHERE p.grant_id = $1 ORDER BY p.id LIMIT 500");

static const struct {
    const char *name, *label;
} states[] = {
    [MKT_GRANT_ACTIVE] = {"active", N_("Can be used")},
    [MKT_GRANT_EXPIRED] = {"expired", N_("Expired")},
    [MKT_GRANT_CLAWED_BACK] = {"clawed-back", N_("Taken back")},
};

const char *mkt_grant_state_label(enum mkt_grant_state s)
{
    return states[s].label;
}

static void take(struct rows *r, struct mkt_grant *g, struct arena *a)
{
    *g = (struct mkt_grant){.id = row_int(r, 0),
                            .firm = row_int(r, 1),
                            .programme = row_int(r, 2),
                            .account = row_int(r, 3),
                            .ubn = row_dup(r, 4, a),
                            .amount = row_int(r, 5),
                            .granted = row_int(r, 6),
                            .expires = row_int(r, 7),
                            .log_entry = row_int(r, 9)};
    for (int i = 0; i < 3; i++)
        if (str_eq(row_text(r, 8), str_of(states[i].name)))
            g->state = (enum mkt_grant_state)i;
}

static rc with_balance(struct tx *tx, struct mkt_grant *g, struct arena *a)
{
    struct ledger_account acc;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
    TRY(ledger_get(tx, g->account, &acc, a));
    g->balance = acc.balance;
    g->held = acc.held;
    return g->ubn.p ? OK : arena_rc(a);
}

static rc one(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct mkt_grant *out,
              struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, q, v, n, &r));
    take(&r, out, a);
    TRY(rows_end(&r));
    return with_balance(tx, out, a);
}

rc mkt_grant_get(struct tx *tx, id grant, struct mkt_grant *out, struct arena *a)
{
    return one(tx, &mq_grant_get, VALS(v_int(grant)), out, a);
}

rc mkt_grant_of(struct tx *tx, id programme, id firm, struct mkt_grant *out, struct arena *a)
{
    return one(tx, &mq_grant_of, VALS(v_int(programme), v_int(firm)), out, a);
}

rc mkt_grants_of(struct tx *tx, id firm, struct mkt_grant **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_grants_of, VALS(v_int(firm)), &r));
    VEC(struct mkt_grant) v = {0};
    while (rows_next(&r)) {
        struct mkt_grant *g = VEC_ADD(&v, a);
        if (!g)
            break;
        take(&r, g, a);
    }
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    for (size_t i = 0; i < v.n; i++)
        TRY(with_balance(tx, &v.v[i], a));
    *out = v.v;
    *n = v.n;
    return OK;
}

/* The first reason in the rule's own words: every criterion with its result is on the eligibility page. */
static rc must_be_eligible(const struct act *x, id programme, id firm)
{
    struct rule_result res;
    TRY(mkt_firm_eligibility(x->tx, programme, firm, instant_day(x->at), x->a, &res));
    if (res.verdict == PASS)
        return OK;
    if (res.verdict == UNKNOWN)
        return ERR(tx_err(x->tx), E_INVALID, "MKT-006",
                   N_("Something about the firm is not known yet: please complete its facts first."));
    return ERR(tx_err(x->tx), E_CONFLICT, "MKT-006",
               N_("The firm does not meet all criteria: see each of them on the eligibility page."));
}

static rc must_be_first(const struct act *x, id programme, str ubn)
{
    int64_t granted;
    rc r = db_one_int(x->tx, &mq_grant_by_ubn, VALS(v_int(programme), v_text(ubn)), &granted);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    return ERR(tx_err(x->tx), E_CONFLICT, "MKT-007", N_("{1} had its points already, on {2}."), ubn,
               day_text(x->a, granted));
}

static rc give(const struct act *x, const struct mkt_scheme *s, const struct mkt_firm *f, struct mkt_grant *g)
{
    struct ledger_account acc = {
        .id = g->account, .owner = f->id, .programme = s->programme, .kind = STR("grant"), .unit = UNIT_POINT};
    TRY(ledger_open(x->tx, &acc));
    struct ledger_account budget;
    TRY(ledger_get(x->tx, s->budget, &budget, x->a));
    if (budget.balance - budget.held < g->amount)
        return ERR(
            tx_err(x->tx), E_CONFLICT, "MKT-008",
            N_("The budget of the programme is spent. Points that come back are given again; please try later."));
    TRY(mkt_post(x, &(struct mkt_post){.kind = "grant",
                                       .programme = s->programme,
                                       .debit = s->budget,
                                       .credit = g->account,
                                       .grant = g->id,
                                       .points = g->amount}));
    TRY(act_log(
        x, "market.grant.given", g->id,
        KVS(kv_text("ubn", f->ubn), kv_int("points", g->amount), kv_text("expires", day_text(x->a, g->expires))),
        &g->log_entry));
    return db_exec(x->tx, &mq_grant_add,
                   VALS(v_int(g->id), v_int(s->programme), v_int(f->id), v_text(f->ubn), v_int(g->account),
                        v_int(g->amount), v_int(g->granted), v_int(g->expires), v_int(g->log_entry)),
                   NULL);
}

rc mkt_grant_give(const struct act *x, id firm, id *out)
{
    if (!act_is_officer(x->by))
        TRY(act_for_party(x, firm, AS_FIRM));
    day today = instant_day(x->at);
    struct mkt_scheme s;
    struct mkt_firm f;
    int64_t amount, days;
    TRY(mkt_scheme_on(x->tx, today, &s));
    TRY(mkt_firm_get(x->tx, firm, &f, x->a));
    TRY(must_be_first(x, s.programme, f.ubn));
    TRY(must_be_eligible(x, s.programme, firm));
    TRY(mkt_param(x->tx, s.programme, "points.grant", today, &amount));
    TRY(mkt_param(x->tx, s.programme, "points.validity_days", today, &days));
    /* Usable to the end of the last day, as people count it. */
    struct mkt_grant g = {.id = id_new(),
                          .account = id_new(),
                          .amount = amount,
                          .granted = x->at,
                          .expires = day_start((day)(today + days + 1))};
    TRY(give(x, &s, &f, &g));
    *out = g.id;
    return notice_party(
        x->tx, firm, AS_FIRM,
        &(struct notice){.subject = N_("Your points are here"),
                         .body = N_("Your firm received {1} points. They can be used until {2}."),
                         .args = (const str[]){number_text(x->a, amount), day_text(x->a, g.expires - 1)},
                         .n_args = 2,
                         .path = STR("/market/firm")});
}

rc mkt_grant_settle(const struct act *x, id grant)
{
    struct mkt_grant g;
    struct mkt_scheme s;
    TRY(mkt_grant_get(x->tx, grant, &g, x->a));
    if (g.state == MKT_GRANT_ACTIVE || g.balance - g.held <= 0)
        return OK;
    TRY(mkt_scheme_get(x->tx, g.programme, &s));
    int64_t n = g.balance - g.held;
    TRY(mkt_post(x, &(struct mkt_post){.kind = g.state == MKT_GRANT_EXPIRED ? "expire" : "claw-back",
                                       .programme = g.programme,
                                       .debit = g.account,
                                       .credit = s.budget,
                                       .grant = g.id,
                                       .points = n}));
    return act_log(x, "market.grant.returned", g.id, KVS(kv_text("ubn", g.ubn), kv_int("points", n)), NULL);
}

static rc set_state(const struct act *x, id grant, enum mkt_grant_state from, enum mkt_grant_state to)
{
    int64_t n;
    TRY(db_exec(x->tx, &mq_grant_state,
                VALS(v_int(grant), v_text(str_of(states[to].name)), v_text(str_of(states[from].name))), &n));
    if (n == 0)
        return act_wrong_state(x);
    return OK;
}

static rc ids_of(struct tx *tx, const struct query *q, const struct val *v, size_t nv, id **out, size_t *n,
                 struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, q, v, nv, &r));
    VEC(id) ids = {0};
    while (rows_next(&r)) {
        id *slot = VEC_ADD(&ids, a);
        if (!slot)
            break;
        *slot = row_int(&r, 0);
    }
    TRY(rows_end(&r));
    *out = ids.v;
    *n = ids.n;
    return arena_rc(a);
}

rc mkt_grants_expire(const struct act *x, int max, int *n)
{
    id *ids;
    size_t count;
    TRY(ids_of(x->tx, &mq_grant_ended, VALS(v_int(x->at), v_int(max)), &ids, &count, x->a));
    for (size_t i = 0; i < count; i++) {
        TRY(set_state(x, ids[i], MKT_GRANT_ACTIVE, MKT_GRANT_EXPIRED));
        TRY(mkt_grant_settle(x, ids[i]));
    }
    *n = (int)count;
    return OK;
}

/* What the firm spent wrongly is owed to the budget: the account goes below zero until it pays. */
static rc claw_spent(const struct act *x, const struct mkt_grant *g, int64_t spent)
{
    if (spent <= 0)
        return OK;
    struct mkt_scheme s;
    TRY(mkt_scheme_get(x->tx, g->programme, &s));
    struct ledger_account owed = {.id = id_new(),
                                  .owner = g->firm,
                                  .programme = g->programme,
                                  .kind = STR("owed"),
                                  .unit = UNIT_POINT,
                                  .floor = LEDGER_NO_FLOOR};
    TRY(ledger_open(x->tx, &owed));
    TRY(db_exec(x->tx, &mq_grant_owed, VALS(v_int(g->id), v_int(owed.id)), NULL));
    return mkt_post(x, &(struct mkt_post){.kind = "claw-back-owed",
                                          .programme = g->programme,
                                          .debit = owed.id,
                                          .credit = s.budget,
                                          .grant = g->id,
                                          .points = spent});
}

rc mkt_grant_claw_back(const struct act *x, id grant, str reason)
{
    TRY(act_needs_officer(x));
    if (str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "MKT-027", N_("Say why."));
    struct mkt_grant g;
    TRY(mkt_grant_get(x->tx, grant, &g, x->a));
    if (g.state == MKT_GRANT_CLAWED_BACK)
        return act_wrong_state(x);
    TRY(set_state(x, grant, g.state, MKT_GRANT_CLAWED_BACK));
    id *orders;
    size_t n;
    TRY(ids_of(x->tx, &mq_grant_open_orders, VALS(v_int(grant)), &orders, &n, x->a));
    for (size_t i = 0; i < n; i++)
        TRY(mkt_order_refund(x, orders[i], reason));
    TRY(mkt_grant_settle(x, grant));
    int64_t spent;
    TRY(db_one_int(x->tx, &mq_grant_spent, VALS(v_int(grant)), &spent));
    TRY(claw_spent(x, &g, spent));
    TRY(act_log(x, "market.grant.clawed-back", grant,
                KVS(kv_text("ubn", g.ubn), kv_int("owed", spent), kv_text("reason", reason)), NULL));
    return notice_party(x->tx, g.firm, AS_FIRM,
                        &(struct notice){.subject = N_("Your points were taken back"),
                                         .body = N_("The programme's office took back your firm's points: {1}"),
                                         .args = &reason,
                                         .n_args = 1,
                                         .path = STR("/market/firm")});
}

rc mkt_grant_postings(struct tx *tx, id grant, struct mkt_posting **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_grant_postings, VALS(v_int(grant)), &r));
    VEC(struct mkt_posting) v = {0};
    while (rows_next(&r)) {
        struct mkt_posting *p = VEC_ADD(&v, a);
        if (!p)
            break;
        str kind = row_text(&r, 1);
        bool in = str_eq(kind, STR("grant")) || str_starts(kind, STR("refund"));
        *p = (struct mkt_posting){.at = row_int(&r, 0),
                                  .kind = row_dup(&r, 1, a),
                                  .points = in ? row_int(&r, 2) : -row_int(&r, 2),
                                  .number = row_dup(&r, 3, a),
                                  .order = row_int(&r, 4)};
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return arena_rc(a);
}
