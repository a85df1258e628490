/* What `rise doctor` re-proves about the marketplace. */
#include "core/doctor.h"
#include "mod/market/parts.h"

/* Every order that waits has its pending hold of the same amount, and no other pending hold points at an order of ours.
 */
QUERY(
    mc_order_without_hold, "", "i",
    "SELECT COUNT(*) FROM market_order o LEFT JOIN ledger_hold h ON h.id = o.hold WHERE o.hold <> 0 AND o.captured = 0"
    " AND o.state IN ('placed', 'accepted', 'activated', 'used', 'disputed') AND (h.id IS NULL OR h.state <> 0 OR "
    "h.amount <> o.points)");
QUERY(mc_hold_without_order, "", "i",
      "SELECT COUNT(*) FROM ledger_hold h JOIN market_order o ON o.hold = h.id WHERE h.state = 0"
      " AND (o.captured > 0 OR o.state NOT IN ('placed', 'accepted', 'activated', 'used', 'disputed'))");
QUERY(mc_points_without_hold, "", "i",
      "SELECT COUNT(*) FROM market_order WHERE (points > 0 AND hold = 0) OR (points = 0 AND hold <> 0)");
/* A captured order has exactly one capture of its points; each posting is a transfer of the ledger with the same amount
 * and kind. */
QUERY(mc_capture_mismatch, "", "i",
      "SELECT COUNT(*) FROM market_order o WHERE o.points <> 0 AND CASE WHEN o.captured > 0 THEN o.points ELSE 0 END <>"
      " COALESCE((SELECT SUM(p.points) FROM market_posting p WHERE p.order_id = o.id AND p.kind = 'capture'), 0)");
QUERY(mc_posting_mismatch, "", "i",
      "SELECT COUNT(*) FROM market_posting p LEFT JOIN ledger_transfer t ON t.id = p.id WHERE t.id IS NULL OR t.amount "
      "<> p.points");
QUERY(
    mc_total_mismatch, "", "i",
    "SELECT COUNT(*) FROM (SELECT programme, kind, SUM(points) AS points FROM market_posting GROUP BY programme, kind)"
    " AS s LEFT JOIN market_total t ON t.programme = s.programme AND t.kind = s.kind"
    " WHERE t.points IS NULL OR t.points <> s.points");
QUERY(mc_payout_mismatch, "", "i",
      "SELECT COUNT(*) FROM market_payout p WHERE p.amount + p.set_off <> COALESCE((SELECT SUM(o.points) FROM "
      "market_order o WHERE o.payout = p.id), 0)");
QUERY(mc_grants_twice, "", "i",
      "SELECT COUNT(*) FROM (SELECT programme, ubn FROM market_grant GROUP BY programme, ubn HAVING COUNT(*) > 1) AS "
      "twice");
QUERY(mc_firms_invalid, "", "i",
      "SELECT COUNT(*) FROM market_grant g LEFT JOIN market_firm f ON f.party = g.firm AND f.ubn = g.ubn WHERE f.party "
      "IS NULL");
QUERY(mc_rating_mismatch, "", "i",
      "SELECT COUNT(*) FROM market_solution s WHERE s.rating_n <> (SELECT COUNT(*) FROM market_rating r WHERE "
      "r.solution = s.id)");
QUERY(mc_schemes, "", "iiii", "SELECT programme, appropriation, budget, paid FROM market_scheme ORDER BY programme");
QUERY(mc_balance, "i", "i", "SELECT balance FROM ledger_balance WHERE account = $1");
QUERY(mc_programme_sum, "i", "i",
      "SELECT CAST(COALESCE(SUM(b.balance), 0) AS BIGINT) FROM ledger_account a JOIN ledger_balance b ON b.account = "
      "a.id WHERE a.programme = $1");

struct proof {
    const struct query *q;
    const char *says; /* msgid, {1} is how many */
};

static rc prove(const struct app *app, struct tx *tx, const struct proof *p, size_t n, struct buf *finding)
{
    rc result = OK;
    for (size_t i = 0; i < n; i++) {
        int64_t bad;
        TRY(db_one_int(tx, p[i].q, NOVALS, &bad));
        if (bad == 0)
            continue;
        FINDING_N(finding, app->lang, p[i].says, bad);
        result = E_CORRUPT;
    }
    return result;
}

static rc holds(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct proof p[] = {{&mc_order_without_hold, N_("{1} waiting orders without their hold")},
                                     {&mc_hold_without_order, N_("{1} holds of orders that do not wait")},
                                     {&mc_points_without_hold, N_("{1} orders whose points and hold disagree")}};
    return prove(app, tx, p, sizeof p / sizeof p[0], finding);
}

static rc captures(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct proof p[] = {{&mc_capture_mismatch, N_("{1} orders whose capture differs")},
                                     {&mc_posting_mismatch, N_("{1} postings without their transfer")},
                                     {&mc_total_mismatch, N_("{1} sums of postings that differ from the postings")},
                                     {&mc_payout_mismatch, N_("{1} payouts that differ from their orders")}};
    return prove(app, tx, p, sizeof p / sizeof p[0], finding);
}

static rc grants(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct proof p[] = {{&mc_grants_twice, N_("{1} business numbers with two grants")},
                                     {&mc_firms_invalid, N_("{1} grants without their firm")}};
    return prove(app, tx, p, sizeof p / sizeof p[0], finding);
}

static rc ratings(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct proof p[] = {{&mc_rating_mismatch, N_("{1} solutions whose number of ratings differs")}};
    return prove(app, tx, p, sizeof p / sizeof p[0], finding);
}

static rc prove_budget(const struct app *app, struct tx *tx, id programme, id appropriation, id budget, id paid,
                       struct buf *finding)
{
    struct mkt_budget b;
    int64_t sum, in_appropriation, in_budget, in_paid;
    TRY(mkt_budget_get(tx, programme, &b));
    TRY(db_one_int(tx, &mc_programme_sum, VALS(v_int(programme)), &sum));
    TRY(db_one_int(tx, &mc_balance, VALS(v_int(appropriation)), &in_appropriation));
    TRY(db_one_int(tx, &mc_balance, VALS(v_int(budget)), &in_budget));
    TRY(db_one_int(tx, &mc_balance, VALS(v_int(paid)), &in_paid));
    bool whole = b.appropriated == b.budget + b.granted + b.payable + b.paid + b.receivable + b.owed;
    if (whole && sum == 0 && in_appropriation == -b.appropriated && in_budget == b.budget && in_paid == b.paid) {
        FINDING_N(finding, app->lang, N_("{1} points appropriated"), b.appropriated);
        return OK;
    }
    FINDING_N(finding, app->lang,
              N_("programme {1}: appropriated {2}, budget {3} (ledger {4}), paid {5} (ledger {6}), sum {7}"), programme,
              b.appropriated, b.budget, in_budget, b.paid, in_paid, sum);
    return E_CORRUPT;
}

static rc budget(struct app *app, struct tx *tx, struct buf *finding)
{
    enum { SCHEMES_MAX = 100 };
    int64_t s[SCHEMES_MAX][4];
    size_t n = 0;
    struct rows r;
    TRY(db_select(tx, &mc_schemes, NOVALS, &r));
    for (; n < SCHEMES_MAX && rows_next(&r); n++)
        for (int c = 0; c < 4; c++)
            s[n][c] = row_int(&r, c);
    TRY(rows_end(&r));
    rc result = OK;
    for (size_t i = 0; i < n; i++) {
        rc one = prove_budget(app, tx, s[i][0], s[i][1], s[i][2], s[i][3], finding);
        if (one == E_CORRUPT)
            result = E_CORRUPT;
        else
            TRY(one);
    }
    return result;
}

const struct check mkt_checks[] = {
    {"market-holds", N_("every waiting order has exactly its points reserved"), holds},
    {"market-captures", N_("captured points, postings and payouts agree with the ledger"), captures},
    {"market-grants", N_("one grant for one business number"), grants},
    {"market-budget", N_("appropriated points = budget + granted + payable + paid + owed"), budget},
    {"market-ratings", N_("ratings and their counts agree"), ratings},
};
