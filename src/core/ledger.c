#include "core/ledger.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/vec.h"
#include "core/ledger_impl.h"
#include "sys/random.h"

QUERY(
    ledger_account_add, "iiiti", "",
    "INSERT INTO ledger_account (id, owner, programme, kind, unit) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");

QUERY(ledger_balance_add, "iii", "",
      "INSERT INTO ledger_balance (account, unit, floor, balance, held) VALUES ($1, $2, $3, 0, 0)");

QUERY(ledger_account_by_id, "i", "iiitiiii",
      "SELECT a.id, a.owner, a.programme, a.kind, a.unit, b.floor, b.balance, b.held"
      "  FROM ledger_account a JOIN ledger_balance b ON b.account = a.id WHERE a.id = $1");

QUERY(ledger_account_by_name, "iiti", "iiitiiii",
      "SELECT a.id, a.owner, a.programme, a.kind, a.unit, b.floor, b.balance, b.held"
      "  FROM ledger_account a JOIN ledger_balance b ON b.account = a.id"
      " WHERE a.owner = $1 AND a.programme = $2 AND a.kind = $3 AND a.unit = $4");

QUERY(ledger_balance_by_account, "i", "iiii",
      "SELECT unit, floor, balance, held FROM ledger_balance WHERE account = $1");

QUERY(ledger_transfer_add, "iiiiitii", "",
      "INSERT INTO ledger_transfer (id, debit, credit, amount, unit, kind, ref, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING");

QUERY(ledger_transfer_by_id, "i", "iiiiti",
      "SELECT debit, credit, amount, unit, kind, ref FROM ledger_transfer WHERE id = $1");

QUERY(ledger_transfers_by_ref, "ii", "iiiiitii",
      "SELECT id, debit, credit, amount, unit, kind, ref, at FROM ledger_transfer"
      " WHERE ref = $1 AND ref <> 0 ORDER BY id LIMIT $2");

QUERY(ledger_transfer_forget, "i", "", "DELETE FROM ledger_transfer WHERE id = $1");

/* The two guarded updates of a transfer. Sums cannot overflow: everything is within ±LEDGER_MAX (10^18). */
QUERY(ledger_debit_update, "iii", "",
      "UPDATE ledger_balance SET balance = balance - $1"
      " WHERE account = $2 AND unit = $3 AND balance - held - $1 >= floor");

QUERY(ledger_credit_update, "iii", "",
      "UPDATE ledger_balance SET balance = balance + $1"
      " WHERE account = $2 AND unit = $3 AND balance <= 1000000000000000000 - $1");

rc ledger_open(struct tx *tx, const struct ledger_account *a)
{
    bool no_floor = a->floor == LEDGER_NO_FLOOR;
    if (a->id <= 0 || a->kind.n == 0 || a->kind.n > LEDGER_KIND_MAX || a->unit == UNIT_NONE ||
        (!no_floor && (a->floor > 0 || a->floor <= -LEDGER_MAX)))
        return ERR(tx_err(tx), E_INVALID, "LED-005",
                   N_("This account cannot be opened: its kind, unit or floor is wrong."));
    int64_t added = 0;
    TRY(db_exec(tx, &ledger_account_add,
                VALS(v_int(a->id), v_int(a->owner), v_int(a->programme), v_text(a->kind), v_int(a->unit)), &added));
    if (added == 0)
        return ERR(tx_err(tx), E_CONFLICT, "LED-009", N_("This account exists already."));
    return db_exec(tx, &ledger_balance_add,
                   VALS(v_int(a->id), v_int(a->unit), v_int(no_floor ? LEDGER_STORED_NO_FLOOR : a->floor)), NULL);
}

rc ledger_open_new(struct tx *tx, id owner, id programme, const char *kind, money_unit unit, int64_t floor, id *out)
{
    *out = id_new();
    return ledger_open(
        tx,
        &(struct ledger_account){
            .id = *out, .owner = owner, .programme = programme, .kind = str_of(kind), .unit = unit, .floor = floor});
}

static rc account_row(struct rows *r, struct ledger_account *out, struct arena *a)
{
    int64_t floor = row_int(r, 5);
    *out = (struct ledger_account){.id = row_int(r, 0),
                                   .owner = row_int(r, 1),
                                   .programme = row_int(r, 2),
                                   .kind = row_dup(r, 3, a),
                                   .unit = (money_unit)row_int(r, 4),
                                   .floor = floor == LEDGER_STORED_NO_FLOOR ? LEDGER_NO_FLOOR : floor,
                                   .balance = row_int(r, 6),
                                   .held = row_int(r, 7)};
    TRY(rows_end(r));
    return out->kind.p ? OK : arena_rc(a);
}

static rc no_account(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "LED-007", N_("There is no such account in the ledger."));
}

rc ledger_get(struct tx *tx, id account, struct ledger_account *out, struct arena *a)
{
    struct rows r;
    rc code = db_one(tx, &ledger_account_by_id, VALS(v_int(account)), &r);
    if (code == E_NOTFOUND)
        return no_account(tx);
    TRY(code);
    return account_row(&r, out, a);
}

rc ledger_find(struct tx *tx, id owner, id programme, const char *kind, money_unit unit, struct ledger_account *out,
               struct arena *a)
{
    struct rows r;
    rc code = db_one(tx, &ledger_account_by_name,
                     VALS(v_int(owner), v_int(programme), v_text(str_of(kind)), v_int(unit)), &r);
    if (code == E_NOTFOUND)
        return no_account(tx);
    TRY(code);
    return account_row(&r, out, a);
}

rc ledger_balance_get(struct tx *tx, id account, struct ledger_balance *out)
{
    struct rows r;
    rc code = db_one(tx, &ledger_balance_by_account, VALS(v_int(account)), &r);
    if (code == E_NOTFOUND)
        return no_account(tx);
    TRY(code);
    *out = (struct ledger_balance){(money_unit)row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3)};
    return rows_end(&r);
}

/* ---- one transfer ---- */

static rc not_enough(struct tx *tx, int64_t available, int64_t needed)
{
    char have[24], need[24];
    snprintf(have, sizeof have, "%" PRId64, available);
    snprintf(need, sizeof need, "%" PRId64, needed);
    return ERR(tx_err(tx), E_CONFLICT, "LED-001", N_("Not enough available: {1} of the {2} needed."), str_of(have),
               str_of(need));
}

rc ledger_refuse(struct tx *tx, const struct ledger_balance *b, enum ledger_side side, struct money amount)
{
    if (!b)
        return no_account(tx);
    if (b->unit != amount.unit)
        return ERR(tx_err(tx), E_INTERNAL, "LED-006", N_("The account holds {1}, the transfer {2}."),
                   str_of(unit_code(b->unit)), str_of(unit_code(amount.unit)));
    if (side == LEDGER_DEBIT)
        return not_enough(tx, b->balance - b->held - b->floor, amount.n);
    return ERR(tx_err(tx), E_LIMIT, "LED-008", N_("The balance would become too large."));
}

rc ledger_refusal(struct tx *tx, id account, enum ledger_side side, struct money amount)
{
    struct ledger_balance b;
    TRY(ledger_balance_get(tx, account, &b));
    return ledger_refuse(tx, &b, side, amount);
}

rc ledger_validate(struct tx *tx, const struct transfer *t)
{
    size_t kind = t->kind ? strlen(t->kind) : 0;
    if (t->id <= 0 || t->debit == t->credit || t->amount.n <= 0 || kind == 0 || kind > LEDGER_KIND_MAX)
        return ERR(tx_err(tx), E_INVALID, "LED-005",
                   N_("A transfer needs two accounts, an amount above zero and a kind."));
    if (t->amount.n > LEDGER_MAX)
        return ERR(tx_err(tx), E_LIMIT, "LED-008", N_("The amount is too large."));
    return OK;
}

void ledger_transfer_vals(struct tx *tx, const struct transfer *t, struct val v[LEDGER_TRANSFER_VALS])
{
    const struct val row[LEDGER_TRANSFER_VALS] = {
        v_int(t->id),          v_int(t->debit),         v_int(t->credit), v_int(t->amount.n),
        v_int(t->amount.unit), v_text(str_of(t->kind)), v_int(t->ref),    v_int(t->at ? t->at : tx_now(tx))};
    memcpy(v, row, sizeof row);
}

rc ledger_insert_queue(struct tx *tx, const struct transfer *t)
{
    struct val v[LEDGER_TRANSFER_VALS];
    ledger_transfer_vals(tx, t, v);
    return pipe_add(tx, &ledger_transfer_add, v, LEDGER_TRANSFER_VALS);
}

bool ledger_same(const struct transfer *a, const struct transfer *b)
{
    return a->debit == b->debit && a->credit == b->credit && a->amount.n == b->amount.n &&
           a->amount.unit == b->amount.unit && a->ref == b->ref && str_eq(str_of(a->kind), str_of(b->kind));
}

rc ledger_reused(struct tx *tx)
{
    return ERR(tx_err(tx), E_CONFLICT, "LED-004", N_("This number was already used for another transfer."));
}

rc ledger_insert_same(struct tx *tx, const struct transfer *t)
{
    struct rows r;
    TRY(db_one(tx, &ledger_transfer_by_id, VALS(v_int(t->id)), &r));
    bool same = row_int(&r, 0) == t->debit && row_int(&r, 1) == t->credit && row_int(&r, 2) == t->amount.n &&
                row_int(&r, 3) == (int64_t)t->amount.unit && str_eq(row_text(&r, 4), str_of(t->kind)) &&
                row_int(&r, 5) == t->ref;
    TRY(rows_end(&r));
    return same ? OK : ledger_reused(tx);
}

rc ledger_forget_queue(struct tx *tx, id transfer)
{
    return pipe_add(tx, &ledger_transfer_forget, VALS(v_int(transfer)));
}

rc ledger_credit_queue(struct tx *tx, id account, struct money amount)
{
    return pipe_add(tx, &ledger_credit_update, VALS(v_int(amount.n), v_int(account), v_int(amount.unit)));
}

static rc debit_queue(struct tx *tx, id account, struct money amount)
{
    return pipe_add(tx, &ledger_debit_update, VALS(v_int(amount.n), v_int(account), v_int(amount.unit)));
}

enum { STEP_INSERT, STEP_DEBIT, STEP_CREDIT, STEPS };

/* All three statements in one round trip. The accounts' rows are locked in ascending order: two transfers in opposite
 * directions cannot deadlock on PostgreSQL. */
static rc post_steps(struct tx *tx, const struct transfer *t, int64_t done[STEPS])
{
    bool debit_first = t->debit < t->credit;
    int64_t n[STEPS] = {0};
    TRY(pipe_begin(tx));
    TRY(ledger_insert_queue(tx, t));
    TRY(debit_first ? debit_queue(tx, t->debit, t->amount) : ledger_credit_queue(tx, t->credit, t->amount));
    TRY(debit_first ? ledger_credit_queue(tx, t->credit, t->amount) : debit_queue(tx, t->debit, t->amount));
    TRY(pipe_end(tx, n, STEPS));
    done[STEP_INSERT] = n[0];
    done[STEP_DEBIT] = n[debit_first ? 1 : 2];
    done[STEP_CREDIT] = n[debit_first ? 2 : 1];
    return OK;
}

static rc take_back(struct tx *tx, const struct transfer *t, const int64_t done[STEPS])
{
    int64_t n[STEPS];
    size_t queued = 0;
    struct money back = {-t->amount.n, t->amount.unit};
    TRY(pipe_begin(tx));
    if (done[STEP_INSERT] && ++queued)
        TRY(ledger_forget_queue(tx, t->id));
    if (done[STEP_DEBIT] && ++queued)
        TRY(ledger_credit_queue(tx, t->debit, t->amount));
    if (done[STEP_CREDIT] && ++queued)
        TRY(ledger_credit_queue(tx, t->credit, back));
    return pipe_end(tx, n, queued);
}

rc ledger_post(struct tx *tx, const struct transfer *t)
{
    int64_t done[STEPS];
    TRY(ledger_validate(tx, t));
    TRY(post_steps(tx, t, done));
    if (done[STEP_INSERT] && done[STEP_DEBIT] && done[STEP_CREDIT])
        return OK;
    TRY(take_back(tx, t, done));
    if (!done[STEP_INSERT])
        return ledger_insert_same(tx, t);
    return done[STEP_DEBIT] ? ledger_refusal(tx, t->credit, LEDGER_CREDIT, t->amount)
                            : ledger_refusal(tx, t->debit, LEDGER_DEBIT, t->amount);
}

rc ledger_entries_of(struct tx *tx, id ref, int64_t max, struct ledger_entry **out, size_t *n, struct arena *a)
{
    VEC(struct ledger_entry) list = {0};
    struct rows r;
    TRY(db_select(tx, &ledger_transfers_by_ref, VALS(v_int(ref), v_int(max)), &r));
    while (rows_next(&r)) {
        struct ledger_entry *e = VEC_ADD(&list, a);
        str kind = row_dup(&r, 5, a);
        if (!e || !kind.p) {
            (void)rows_end(&r);
            return arena_rc(a);
        }
        *e = (struct ledger_entry){.id = row_int(&r, 0),
                                   .debit = row_int(&r, 1),
                                   .credit = row_int(&r, 2),
                                   .amount = {row_int(&r, 3), (money_unit)row_int(&r, 4)},
                                   .kind = kind,
                                   .ref = row_int(&r, 6),
                                   .at = row_int(&r, 7)};
    }
    *out = list.v;
    *n = list.n;
    return rows_end(&r);
}
