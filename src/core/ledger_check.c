/* The proof: everything the ledger claims, computed again from its rows. Each query returns only what contradicts
 * itself. */
#include "base/buf.h"
#include "core/doctor.h"
#include "core/ledger_impl.h"

/* Columns: account, what the balance row says, what the rows give. A balance without account or the other way round
 * counts too. */
QUERY(
    ledger_check_balances, "", "iii",
    "SELECT b.account, b.balance, CAST(COALESCE(m.n, 0) AS BIGINT)"
    "  FROM ledger_balance b LEFT JOIN"
    "       (SELECT p.account AS account, SUM(p.n) AS n FROM"
    "          (SELECT debit AS account, -amount AS n FROM ledger_transfer"
    "           UNION ALL SELECT credit, amount FROM ledger_transfer) p GROUP BY p.account) m ON m.account = b.account"
    " WHERE b.balance <> COALESCE(m.n, 0) ORDER BY b.account LIMIT 20");

QUERY(ledger_check_held, "", "iii",
      "SELECT b.account, b.held, CAST(COALESCE(h.n, 0) AS BIGINT)"
      "  FROM ledger_balance b LEFT JOIN"
      "       (SELECT debit, SUM(amount) AS n FROM ledger_hold WHERE state = 0 GROUP BY debit) h ON h.debit = b.account"
      " WHERE b.held <> COALESCE(h.n, 0) ORDER BY b.account LIMIT 20");

QUERY(ledger_check_floors, "", "iii",
      "SELECT account, balance - held, floor FROM ledger_balance WHERE balance - held < floor OR held < 0"
      " ORDER BY account LIMIT 20");

QUERY(ledger_check_units, "", "iii",
      "SELECT unit, CAST(SUM(balance) AS BIGINT), CAST(0 AS BIGINT) FROM ledger_balance GROUP BY unit HAVING "
      "SUM(balance) <> 0 ORDER BY unit");

QUERY(ledger_check_transfers, "", "iii",
      "SELECT t.id, t.unit, COALESCE(d.unit, 0) FROM ledger_transfer t"
      "  LEFT JOIN ledger_balance d ON d.account = t.debit LEFT JOIN ledger_balance c ON c.account = t.credit"
      " WHERE t.amount <= 0 OR t.debit = t.credit OR d.unit IS NULL OR c.unit IS NULL OR d.unit <> t.unit OR c.unit <> "
      "t.unit"
      " ORDER BY t.id LIMIT 20");

QUERY(
    ledger_check_accounts, "", "iii",
    "SELECT b.account, b.unit, COALESCE(a.unit, 0) FROM ledger_balance b LEFT JOIN ledger_account a ON a.id = b.account"
    " WHERE a.id IS NULL OR a.unit <> b.unit"
    " UNION ALL SELECT a.id, CAST(0 AS BIGINT), a.unit FROM ledger_account a LEFT JOIN ledger_balance b ON b.account = "
    "a.id"
    " WHERE b.account IS NULL ORDER BY 1 LIMIT 20");

QUERY(ledger_check_holds, "", "iii",
      "SELECT h.id, h.amount, COALESCE(t.amount, 0) FROM ledger_hold h LEFT JOIN ledger_transfer t ON t.id = h.transfer"
      " WHERE h.state = 1 AND (t.id IS NULL OR t.amount > h.amount OR t.debit <> h.debit OR t.credit <> h.credit"
      "       OR t.unit <> h.unit) ORDER BY h.id LIMIT 20");

QUERY(ledger_check_size, "", "iii",
      "SELECT (SELECT COUNT(*) FROM ledger_account), (SELECT COUNT(*) FROM ledger_transfer),"
      " (SELECT COUNT(*) FROM ledger_hold WHERE state = 0)");

static const struct {
    const struct query *q;
    const char *words; /* msgid: {1} {2} {3} are its columns */
} proofs[] = {
    {&ledger_check_accounts, N_("account {1}: unit of the balance {2}, unit of the account {3}")},
    {&ledger_check_transfers, N_("transfer {1}: does not fit its accounts: unit {2}, unit of the account {3}")},
    {&ledger_check_balances, N_("account {1}: balance {2}, its transfers give {3}")},
    {&ledger_check_held, N_("account {1}: held {2}, its pending holds give {3}")},
    {&ledger_check_floors, N_("account {1}: available {2}, below its floor {3}")},
    {&ledger_check_units, N_("unit {1}: balances sum to {2} instead of {3}")},
    {&ledger_check_holds, N_("hold {1}: posted, of {2}, but its transfer is missing or differs: {3}")},
};

static rc prove(struct tx *tx, size_t i, enum lang l, struct buf *finding, bool *clean)
{
    struct rows r;
    TRY(db_select(tx, proofs[i].q, NOVALS, &r));
    while (rows_next(&r)) {
        *clean = false;
        FINDING_N(finding, l, proofs[i].words, row_int(&r, 0), row_int(&r, 1), row_int(&r, 2));
    }
    return rows_end(&r);
}

rc ledger_check(struct tx *tx, enum lang l, struct buf *finding)
{
    bool clean = true;
    for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++)
        TRY(prove(tx, i, l, finding, &clean));
    if (!clean)
        return E_CORRUPT;
    struct rows r;
    TRY(db_one(tx, &ledger_check_size, NOVALS, &r));
    FINDING_N(finding, l, N_("{1} accounts, {2} transfers, {3} pending holds"), row_int(&r, 0), row_int(&r, 1),
              row_int(&r, 2));
    return rows_end(&r);
}
