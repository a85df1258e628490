/* Paying what accepted milestones have made payable, and the bank's file of it. */
#include "base/csv.h"
#include "base/vec.h"
#include "core/ledger.h"
#include "mod/fund/after.h"
#include "sys/random.h"

QUERY(fo_payable, "i", "iii",
      "SELECT g.id, g.payable, b.balance FROM fund_agreement g JOIN ledger_balance b ON b.account = g.payable"
      " WHERE g.programme = $1 AND g.state = 'signed' AND b.balance > 0 ORDER BY g.id");
QUERY(fo_payout_add, "iiiiii", "",
      "INSERT INTO fund_payout (id, programme, agreement, on_day, amount, at) VALUES ($1, $2, $3, $4, $5, $6)"
      " ON CONFLICT (agreement, on_day) DO NOTHING");
QUERY(fo_file, "ii", "iittti",
      "SELECT p.number, o.amount, t.name, g.bank_code, g.bank_account, o.id FROM fund_payout o"
      " JOIN fund_agreement g ON g.id = o.agreement JOIN fund_proposal p ON p.id = g.proposal"
      " JOIN party t ON t.id = p.team WHERE o.programme = $1 AND o.on_day = $2 ORDER BY p.number, o.id");
QUERY(fo_committed, "", "iii",
      "SELECT g.id, g.payable, CAST(COALESCE((SELECT SUM(m.amount) FROM fund_milestone m WHERE m.agreement = g.id"
      " AND m.state = 'accepted'), 0) AS BIGINT)"
      " - CAST(COALESCE((SELECT SUM(o.amount) FROM fund_payout o WHERE o.agreement = g.id), 0) AS BIGINT)"
      " FROM fund_agreement g WHERE g.state = 'signed'");
QUERY(fo_balance, "i", "i", "SELECT balance FROM ledger_balance WHERE account = $1");
QUERY(fo_sums, "", "iii",
      "SELECT g.id, g.amount, CAST(COALESCE(SUM(m.amount), 0) AS BIGINT) FROM fund_agreement g"
      " LEFT JOIN fund_milestone m ON m.agreement = g.id GROUP BY g.id, g.amount"
      " HAVING g.amount <> COALESCE(SUM(m.amount), 0)");

struct payable {
    id agreement, account;
    int64_t amount;
};

static rc list_payable(const struct act *x, id programme, struct payable **out, size_t *n)
{
    VEC(struct payable) list = {0};
    struct rows r;
    TRY(db_select(x->tx, &fo_payable, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct payable *p = VEC_ADD(&list, x->a);
        if (!p)
            break;
        *p = (struct payable){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(x->a);
}

/* A second payment to the same agreement on one day waits for the next: *paid 0. */
static rc pay(const struct act *x, const struct fund_round *round, const struct payable *p, int64_t *paid)
{
    id transfer = id_new();
    int64_t added;
    *paid = 0;
    TRY(db_exec(x->tx, &fo_payout_add,
                VALS(v_int(transfer), v_int(round->programme), v_int(p->agreement), v_int(instant_day(x->at)),
                     v_int(p->amount), v_int(x->at)),
                &added));
    if (added == 0)
        return OK;
    *paid = p->amount;
    return ledger_post(x->tx, &(struct transfer){.id = transfer,
                                                 .debit = p->account,
                                                 .credit = round->paid,
                                                 .amount = twd(p->amount),
                                                 .kind = "payout",
                                                 .ref = p->agreement,
                                                 .at = x->at});
}

rc fund_payout_run(const struct act *x, id programme, int64_t *teams, struct money *total)
{
    struct fund_round round;
    struct payable *list;
    size_t n;
    *teams = 0;
    *total = twd(0);
    TRY(act_needs_officer(x));
    TRY(fund_round_get(x->tx, programme, &round, x->a));
    TRY(list_payable(x, programme, &list, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t paid;
        TRY(pay(x, &round, &list[i], &paid));
        TRY(money_add(*total, twd(paid), total));
        *teams += paid > 0;
    }
    if (*teams == 0)
        return OK;
    return act_log(x, "fund.payout", programme, KVS(kv_int("amount", total->n), kv_int("teams", *teams)), NULL);
}

rc fund_payout_file(struct tx *tx, id programme, day on, struct buf *out)
{
    struct rows r;
    bool first = true;
    buf_put(out, STR("number,amount,payee,bank_code,bank_account,reference\r\n"));
    TRY(db_select(tx, &fo_file, VALS(v_int(programme), v_int(on)), &r));
    while (rows_next(&r)) {
        char reference[ID_TEXT + 1];
        id_text(row_int(&r, 5), reference);
        csv_puti(out, &first, row_int(&r, 0));
        csv_puti(out, &first, row_int(&r, 1));
        for (int col = 2; col <= 4; col++)
            csv_put(out, &first, row_text(&r, col));
        csv_put(out, &first, str_of(reference));
        csv_eol(out, &first);
    }
    TRY(rows_end(&r));
    return buf_rc(out);
}

/* ---- for `rise doctor` ---- */

static rc milestones_sum(struct app *app, struct tx *tx, struct buf *finding)
{
    struct rows r;
    rc result = OK;
    (void)app;
    TRY(db_select(tx, &fo_sums, NOVALS, &r));
    while (rows_next(&r)) {
        result = E_CORRUPT;
        buf_printf(finding, "agreement %lld: NT$%lld, milestones NT$%lld\n", (long long)row_int(&r, 0),
                   (long long)row_int(&r, 1), (long long)row_int(&r, 2));
    }
    TRY(rows_end(&r));
    return result;
}

static rc accounts_agree(struct app *app, struct tx *tx, struct buf *finding)
{
    struct rows r;
    rc result = OK;
    int64_t n = 0;
    (void)app;
    TRY(db_select(tx, &fo_committed, NOVALS, &r));
    for (; rows_next(&r); n++) {
        int64_t balance, open = row_int(&r, 2);
        TRY(db_one_int(tx, &fo_balance, VALS(v_int(row_int(&r, 1))), &balance));
        if (balance == open)
            continue;
        result = E_CORRUPT;
        buf_printf(finding, "agreement %lld: payable NT$%lld, its milestones and payouts leave NT$%lld\n",
                   (long long)row_int(&r, 0), (long long)balance, (long long)open);
    }
    TRY(rows_end(&r));
    if (result == OK)
        buf_printf(finding, "%lld agreements", (long long)n);
    return result;
}

const struct check fund_after_checks[FUND_AFTER_CHECKS] = {
    {"fund-milestones", N_("milestones sum to the amount of their agreement"), milestones_sum},
    {"fund-payables", N_("what is payable follows from accepted milestones and payouts"), accounts_agree},
};
