/* One programme of the marketplace: its opening days and its accounts. */
#include "mod/market/parts.h"
#include "sys/random.h"

WATCHED(market_scheme);

#define SCHEME_COLS "programme, opens, closes, appropriation, budget, paid"

QUERY(mq_scheme_on, "i", "iiiiii",
      "SELECT " SCHEME_COLS
      " FROM market_scheme WHERE opens <= $1 AND closes > $1 ORDER BY opens DESC, programme DESC LIMIT 1");
QUERY(mq_scheme_get, "i", "iiiiii", "SELECT " SCHEME_COLS " FROM market_scheme WHERE programme = $1");
/* The youngest that has opened; before the first opening day, the one announced. */
QUERY(mq_scheme_latest, "i", "iiiiii",
      "SELECT " SCHEME_COLS " FROM market_scheme"
      " ORDER BY CASE WHEN opens <= $1 THEN 0 ELSE 1 END, opens DESC, programme DESC LIMIT 1");
QUERY(mq_scheme_add, "iiiiii", "", "INSERT INTO market_scheme (" SCHEME_COLS ") VALUES ($1, $2, $3, $4, $5, $6)");
QUERY(mq_payee_get, "ii", "ii", "SELECT payable, receivable FROM market_payee WHERE programme = $1 AND vendor = $2");
QUERY(mq_payee_add, "iiii", "",
      "INSERT INTO market_payee (programme, vendor, payable, receivable) VALUES ($1, $2, $3, $4)");
QUERY(mq_totals, "i", "ti", "SELECT kind, points FROM market_total WHERE programme = $1 ORDER BY kind");
QUERY(mq_held, "i", "i",
      "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM market_order"
      " WHERE programme = $1 AND hold <> 0 AND captured = 0"
      " AND state IN ('placed', 'accepted', 'activated', 'used', 'disputed')");

static rc read_scheme(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct mkt_scheme *out)
{
    struct rows r;
    rc e = db_one(tx, q, v, n, &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "MKT-001", N_("No programme is open now."));
    TRY(e);
    *out = (struct mkt_scheme){.programme = row_int(&r, 0),
                               .opens = (day)row_int(&r, 1),
                               .closes = (day)row_int(&r, 2),
                               .appropriation = row_int(&r, 3),
                               .budget = row_int(&r, 4),
                               .paid = row_int(&r, 5)};
    return rows_end(&r);
}

rc mkt_scheme_on(struct tx *tx, day on, struct mkt_scheme *out)
{
    return read_scheme(tx, &mq_scheme_on, VALS(v_int(on)), out);
}

rc mkt_scheme_get(struct tx *tx, id programme, struct mkt_scheme *out)
{
    return read_scheme(tx, &mq_scheme_get, VALS(v_int(programme)), out);
}

rc mkt_scheme_latest(struct tx *tx, struct mkt_scheme *out)
{
    return read_scheme(tx, &mq_scheme_latest, VALS(v_int(instant_day(tx_now(tx)))), out);
}

rc mkt_scheme_add(const struct act *x, const struct programme *given, id *out)
{
    TRY(act_needs_officer(x));
    struct programme p = *given;
    if (p.id == 0)
        p.id = id_new();
    p.module = STR("market");
    TRY(programme_add(x->tx, &p));
    TRY(param_declare_all(x, &mkt_params, p.id, p.opens));
    struct mkt_scheme s = {.programme = p.id, .opens = p.opens, .closes = p.closes};
    TRY(ledger_open_new(x->tx, p.id, p.id, "appropriation", UNIT_POINT, LEDGER_NO_FLOOR, &s.appropriation));
    TRY(ledger_open_new(x->tx, p.id, p.id, "budget", UNIT_POINT, 0, &s.budget));
    TRY(ledger_open_new(x->tx, p.id, p.id, "paid", UNIT_POINT, 0, &s.paid));
    TRY(db_exec(x->tx, &mq_scheme_add,
                VALS(v_int(s.programme), v_int(s.opens), v_int(s.closes), v_int(s.appropriation), v_int(s.budget),
                     v_int(s.paid)),
                NULL));
    *out = p.id;
    return act_log(x, "market.programme.opened", p.id, KVS(kv_text("code", p.code)), NULL);
}

rc mkt_budget_add(const struct act *x, id programme, struct money amount, str reason)
{
    TRY(act_needs_officer(x));
    if (amount.unit != UNIT_POINT || amount.n <= 0)
        return ERR_FIELD(tx_err(x->tx), "amount", "MKT-032", N_("This must be a whole number above zero."));
    struct mkt_scheme s;
    TRY(mkt_scheme_get(x->tx, programme, &s));
    TRY(mkt_post(x, &(struct mkt_post){.kind = "appropriate",
                                       .programme = programme,
                                       .debit = s.appropriation,
                                       .credit = s.budget,
                                       .points = amount.n}));
    return act_log(x, "market.budget.appropriated", programme,
                   KVS(kv_int("points", amount.n), kv_text("reason", reason)), NULL);
}

rc mkt_payee(const struct act *x, id programme, id vendor, id *payable, id *receivable)
{
    struct rows r;
    rc e = db_one(x->tx, &mq_payee_get, VALS(v_int(programme), v_int(vendor)), &r);
    if (e == OK) {
        *payable = row_int(&r, 0);
        *receivable = row_int(&r, 1);
        return rows_end(&r);
    }
    if (e != E_NOTFOUND)
        return e;
    err_clear(tx_err(x->tx));
    TRY(ledger_open_new(x->tx, vendor, programme, "payable", UNIT_POINT, 0, payable));
    TRY(ledger_open_new(x->tx, vendor, programme, "receivable", UNIT_POINT, LEDGER_NO_FLOOR, receivable));
    return db_exec(x->tx, &mq_payee_add, VALS(v_int(programme), v_int(vendor), v_int(*payable), v_int(*receivable)),
                   NULL);
}

/* How each kind of posting moves the programme's totals. */
static void add_kind(struct mkt_budget *b, str kind, int64_t n)
{
    if (str_eq(kind, STR("appropriate")))
        b->appropriated += n, b->budget += n;
    else if (str_eq(kind, STR("grant")))
        b->budget -= n, b->granted += n;
    else if (str_eq(kind, STR("expire")) || str_eq(kind, STR("claw-back")))
        b->granted -= n, b->budget += n;
    else if (str_eq(kind, STR("claw-back-owed")))
        b->owed -= n, b->budget += n;
    else if (str_eq(kind, STR("capture")))
        b->granted -= n, b->payable += n;
    else if (str_eq(kind, STR("refund")))
        b->payable -= n, b->granted += n;
    else if (str_eq(kind, STR("refund-owed")))
        b->receivable -= n, b->granted += n;
    else if (str_eq(kind, STR("set-off")))
        b->payable -= n, b->receivable += n;
    else if (str_eq(kind, STR("payout")))
        b->payable -= n, b->paid += n;
}

rc mkt_budget_get(struct tx *tx, id programme, struct mkt_budget *out)
{
    *out = (struct mkt_budget){0};
    struct rows r;
    TRY(db_select(tx, &mq_totals, VALS(v_int(programme)), &r));
    while (rows_next(&r))
        add_kind(out, row_text(&r, 0), row_int(&r, 1));
    TRY(rows_end(&r));
    return db_one_int(tx, &mq_held, VALS(v_int(programme)), &out->held);
}
