/* Holds: an amount of the giving account set aside until it is posted, voided, or runs out. */
#include "base/vec.h"
#include "core/ledger_impl.h"

QUERY(ledger_hold_add, "iiiiitiii", "",
      "INSERT INTO ledger_hold (id, debit, credit, amount, unit, kind, ref, at, expires, state, transfer, ended)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0) ON CONFLICT (id) DO NOTHING");

QUERY(ledger_hold_forget, "i", "", "DELETE FROM ledger_hold WHERE id = $1");

QUERY(ledger_hold_by_id, "i", "iiiitiiii",
      "SELECT debit, credit, amount, unit, kind, ref, expires, state, transfer FROM ledger_hold WHERE id = $1");

QUERY(ledger_hold_end, "iiii", "",
      "UPDATE ledger_hold SET state = $2, transfer = $3, ended = $4 WHERE id = $1 AND state = 0");

QUERY(ledger_hold_reopen, "i", "", "UPDATE ledger_hold SET state = 0, transfer = 0, ended = 0 WHERE id = $1");

QUERY(ledger_hold_take, "iii", "",
      "UPDATE ledger_balance SET held = held + $1 WHERE account = $2 AND unit = $3 AND balance - held - $1 >= floor");

/* What was held leaves `held`; the posted part leaves the balance. The floor holds by itself: available only grows. */
QUERY(ledger_hold_release, "iii", "",
      "UPDATE ledger_balance SET held = held - $1, balance = balance - $2 WHERE account = $3 AND held >= $1");

QUERY(ledger_holds_due, "ii", "iiii",
      "SELECT id, debit, amount, ref FROM ledger_hold WHERE state = 0 AND expires <> 0 AND expires <= $1"
      " ORDER BY expires, id LIMIT $2");

struct held {
    id debit, credit, ref, transfer;
    struct money amount;
    char kind[LEDGER_KIND_MAX + 1];
    instant expires;
    enum hold_state state;
};

static rc hold_load(struct tx *tx, id hold, struct held *out)
{
    struct rows r;
    rc code = db_one(tx, &ledger_hold_by_id, VALS(v_int(hold)), &r);
    if (code == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "LED-007", N_("There is no such hold in the ledger."));
    TRY(code);
    *out = (struct held){.debit = row_int(&r, 0),
                         .credit = row_int(&r, 1),
                         .amount = {row_int(&r, 2), (money_unit)row_int(&r, 3)},
                         .ref = row_int(&r, 5),
                         .expires = row_int(&r, 6),
                         .state = (enum hold_state)row_int(&r, 7),
                         .transfer = row_int(&r, 8)};
    str kind = str_sub(row_text(&r, 4), 0, LEDGER_KIND_MAX);
    memcpy(out->kind, kind.p, kind.n);
    return rows_end(&r);
}

static rc not_pending(struct tx *tx)
{
    return ERR(tx_err(tx), E_CONFLICT, "LED-002", N_("The amount is not on hold any more."));
}

static rc same_hold(struct tx *tx, const struct hold *h)
{
    struct held was;
    TRY(hold_load(tx, h->id, &was));
    if (was.debit == h->debit && was.credit == h->credit && was.amount.n == h->amount.n &&
        was.amount.unit == h->amount.unit && was.ref == h->ref && str_eq(str_of(was.kind), str_of(h->kind)))
        return OK;
    return ERR(tx_err(tx), E_CONFLICT, "LED-004", N_("This number was already used for another transfer."));
}

static rc take(struct tx *tx, const struct hold *h)
{
    struct ledger_balance receiver;
    int64_t taken = 0;
    TRY(ledger_balance_get(tx, h->credit, &receiver));
    if (receiver.unit != h->amount.unit)
        return ledger_refusal(tx, h->credit, LEDGER_CREDIT, h->amount);
    TRY(db_exec(tx, &ledger_hold_take, VALS(v_int(h->amount.n), v_int(h->debit), v_int(h->amount.unit)), &taken));
    return taken ? OK : ledger_refusal(tx, h->debit, LEDGER_DEBIT, h->amount);
}

rc ledger_hold(struct tx *tx, const struct hold *h)
{
    const struct transfer as_transfer = {h->id, h->debit, h->credit, h->amount, h->kind, h->ref, h->at};
    TRY(ledger_validate(tx, &as_transfer));
    int64_t added = 0;
    TRY(db_exec(tx, &ledger_hold_add,
                VALS(v_int(h->id), v_int(h->debit), v_int(h->credit), v_int(h->amount.n), v_int(h->amount.unit),
                     v_text(str_of(h->kind)), v_int(h->ref), v_int(h->at ? h->at : tx_now(tx)), v_int(h->expires)),
                &added));
    if (added == 0)
        return same_hold(tx, h);
    rc code = take(tx, h);
    if (code == E_CONFLICT || code == E_NOTFOUND || code == E_INTERNAL)
        TRY(db_exec(tx, &ledger_hold_forget, VALS(v_int(h->id)), NULL));
    return code;
}

static rc too_little_held(struct tx *tx)
{
    return ERR(tx_err(tx), E_CORRUPT, "LED-010", N_("The ledger holds less for this account than it should."));
}

static rc release(struct tx *tx, const struct held *h)
{
    int64_t n = 0;
    TRY(db_exec(tx, &ledger_hold_release, VALS(v_int(h->amount.n), v_int(0), v_int(h->debit)), &n));
    return n ? OK : too_little_held(tx);
}

static rc end_hold(struct tx *tx, id hold, enum hold_state state, instant at)
{
    int64_t n = 0;
    TRY(db_exec(tx, &ledger_hold_end, VALS(v_int(hold), v_int(state), v_int(0), v_int(at ? at : tx_now(tx))), &n));
    return n ? OK : not_pending(tx);
}

enum { STEP_INSERT, STEP_END, STEP_RELEASE, STEP_CREDIT, STEPS };

static rc release_queue(struct tx *tx, const struct held *h, int64_t held, int64_t posted)
{
    return pipe_add(tx, &ledger_hold_release, VALS(v_int(held), v_int(posted), v_int(h->debit)));
}

/* One round trip; the accounts in ascending order, as ledger_post locks them. */
static rc post_steps(struct tx *tx, id hold, const struct held *h, const struct transfer *t, int64_t done[STEPS])
{
    bool debit_first = t->debit < t->credit;
    int64_t n[STEPS] = {0};
    TRY(pipe_begin(tx));
    TRY(ledger_insert_queue(tx, t));
    TRY(pipe_add(tx, &ledger_hold_end, VALS(v_int(hold), v_int(HOLD_POSTED), v_int(t->id), v_int(t->at))));
    if (!debit_first)
        TRY(ledger_credit_queue(tx, t->credit, t->amount));
    TRY(release_queue(tx, h, h->amount.n, t->amount.n));
    if (debit_first)
        TRY(ledger_credit_queue(tx, t->credit, t->amount));
    TRY(pipe_end(tx, n, STEPS));
    done[STEP_INSERT] = n[0];
    done[STEP_END] = n[1];
    done[STEP_RELEASE] = n[debit_first ? 2 : 3];
    done[STEP_CREDIT] = n[debit_first ? 3 : 2];
    return OK;
}

static rc take_back(struct tx *tx, id hold, const struct held *h, const struct transfer *t, const int64_t done[STEPS])
{
    int64_t n[STEPS];
    size_t queued = 0;
    TRY(pipe_begin(tx));
    if (done[STEP_INSERT] && ++queued)
        TRY(ledger_forget_queue(tx, t->id));
    if (done[STEP_END] && ++queued)
        TRY(pipe_add(tx, &ledger_hold_reopen, VALS(v_int(hold))));
    if (done[STEP_RELEASE] && ++queued)
        TRY(release_queue(tx, h, -h->amount.n, -t->amount.n));
    if (done[STEP_CREDIT] && ++queued)
        TRY(ledger_credit_queue(tx, t->credit, (struct money){-t->amount.n, t->amount.unit}));
    return pipe_end(tx, n, queued);
}

static rc post_held(struct tx *tx, id hold, const struct held *h, const struct transfer *t)
{
    int64_t done[STEPS];
    TRY(post_steps(tx, hold, h, t, done));
    if (done[STEP_INSERT] && done[STEP_END] && done[STEP_RELEASE] && done[STEP_CREDIT])
        return OK;
    TRY(take_back(tx, hold, h, t, done));
    if (!done[STEP_END])
        return not_pending(tx);
    if (!done[STEP_INSERT])
        return ERR(tx_err(tx), E_CONFLICT, "LED-004", N_("This number was already used for another transfer."));
    return done[STEP_RELEASE] ? ledger_refusal(tx, t->credit, LEDGER_CREDIT, t->amount) : too_little_held(tx);
}

rc ledger_hold_post(struct tx *tx, id hold, id transfer, int64_t amount, instant at)
{
    struct held h;
    TRY(hold_load(tx, hold, &h));
    struct transfer t = {transfer, h.debit, h.credit, {amount, h.amount.unit}, h.kind, h.ref, at ? at : tx_now(tx)};
    if (h.state == HOLD_POSTED && h.transfer == transfer)
        return ledger_insert_same(tx, &t);
    if (h.state != HOLD_PENDING)
        return not_pending(tx);
    if (h.expires != 0 && t.at >= h.expires)
        return ERR(tx_err(tx), E_CONFLICT, "LED-003", N_("The time for this hold has run out."));
    if (amount > h.amount.n)
        return ERR(tx_err(tx), E_INVALID, "LED-005", N_("More is asked for than is on hold."));
    TRY(ledger_validate(tx, &t));
    return post_held(tx, hold, &h, &t);
}

rc ledger_hold_void(struct tx *tx, id hold, instant at)
{
    struct held h;
    TRY(hold_load(tx, hold, &h));
    if (h.state == HOLD_VOIDED)
        return OK;
    TRY(end_hold(tx, hold, HOLD_VOIDED, at));
    return release(tx, &h);
}

rc ledger_hold_state(struct tx *tx, id hold, enum hold_state *out)
{
    struct held h;
    TRY(hold_load(tx, hold, &h));
    *out = h.state;
    return OK;
}

struct due {
    id hold, debit, ref;
    int64_t amount;
};

/* Collected before anything is changed: the cursor must not see its own updates. */
static rc collect_due(struct tx *tx, instant now, int max, struct due *due, int *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, &ledger_holds_due, VALS(v_int(now), v_int(max)), &r));
    while (*n < max && rows_next(&r))
        due[(*n)++] = (struct due){row_int(&r, 0), row_int(&r, 1), row_int(&r, 3), row_int(&r, 2)};
    return rows_end(&r);
}

enum { EXPIRE_PIECE = 128 };

rc ledger_hold_expire(struct tx *tx, instant now, int max, rc (*fn)(struct tx *tx, id hold, id ref, void *arg),
                      void *arg, int *n)
{
    struct due due[EXPIRE_PIECE];
    int got = EXPIRE_PIECE;
    *n = 0;
    while (*n < max && got == EXPIRE_PIECE) {
        TRY(collect_due(tx, now, max - *n < EXPIRE_PIECE ? max - *n : EXPIRE_PIECE, due, &got));
        for (int i = 0; i < got; i++, ++*n) {
            const struct held h = {.debit = due[i].debit, .amount = {.n = due[i].amount}};
            TRY(end_hold(tx, due[i].hold, HOLD_EXPIRED, now));
            TRY(release(tx, &h));
            if (fn)
                TRY(fn(tx, due[i].hold, due[i].ref, arg));
        }
    }
    return OK;
}
