/* What the ledger's own files share. Not for others. */
#ifndef RISE_CORE_LEDGER_IMPL_H
#define RISE_CORE_LEDGER_IMPL_H

#include "core/ledger.h"

/* The floor column of an account without floor: guards need one comparison only, and it keeps balances inside
 * LEDGER_MAX. */
#define LEDGER_STORED_NO_FLOOR (-LEDGER_MAX)

struct ledger_balance {
    money_unit unit;
    int64_t floor, balance, held;
};

/* Why a guarded update of an account touched no row. */
enum ledger_side { LEDGER_DEBIT, LEDGER_CREDIT };
rc ledger_refusal(struct tx *tx, id account, enum ledger_side side, struct money amount);
/* The same, of a balance that the caller knows; NULL: no such account. */
rc ledger_refuse(struct tx *tx, const struct ledger_balance *b, enum ledger_side side, struct money amount);
rc ledger_balance_get(struct tx *tx, id account, struct ledger_balance *out); /* E_NOTFOUND LED-007 */

rc ledger_validate(struct tx *tx, const struct transfer *t);
enum { LEDGER_TRANSFER_VALS = 8 };
/* id, debit, credit, amount, unit, kind, ref, at: as they are stored. */
void ledger_transfer_vals(struct tx *tx, const struct transfer *t, struct val v[LEDGER_TRANSFER_VALS]);
bool ledger_same(const struct transfer *a, const struct transfer *b); /* their ids and times aside */
rc ledger_reused(struct tx *tx);                                      /* reports LED-004 */
rc ledger_insert_same(struct tx *tx, const struct transfer *t);       /* OK, or LED-004 when the stored row differs */

/* Between pipe_begin and pipe_end; one affected row when it worked. */
rc ledger_insert_queue(struct tx *tx, const struct transfer *t);        /* none: the id is there already */
rc ledger_credit_queue(struct tx *tx, id account, struct money amount); /* none: ledger_refusal() says why */
rc ledger_forget_queue(struct tx *tx, id transfer); /* takes a refused transfer back, within its own transaction */
#endif
