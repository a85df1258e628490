/* Many transfers at once: what concerns them is read, everything is decided here, and all is written in one pipe:
 * several transfers a statement, and one change per account.
 *
 * Why that is exact: writes run one after the other in effect (db.h), so what was read still stands when it is changed.
 * The transfers are decided in their order on the balances as read, each on what those before it have left. */
#include <stdlib.h>

#include "base/vec.h"
#include "core/ledger_impl.h"

/* Of one statement. Places to read that are left over hold NOTHING, which neither a transfer nor an account has. */
enum { READ_IDS = 64, ADD_TRANSFERS = 8, CHANGE_ACCOUNTS = 32, NOTHING = 0 };

#define IDS_64                                                                                                         \
    "iiiiiiiiiiiiiiii"                                                                                                 \
    "iiiiiiiiiiiiiiii"                                                                                                 \
    "iiiiiiiiiiiiiiii"                                                                                                 \
    "iiiiiiiiiiiiiiii"
#define LIST_64                                                                                                        \
    "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, "  \
    "$25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, "   \
    "$47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64"

QUERY(ledger_transfers_there, IDS_64, "i", "SELECT id FROM ledger_transfer WHERE id IN (" LIST_64 ") ORDER BY id");

QUERY(ledger_balances_of, IDS_64, "iiiii",
      "SELECT account, unit, floor, balance, held FROM ledger_balance WHERE account IN (" LIST_64 ") ORDER BY account");

QUERY(ledger_transfers_add,
      "iiiiitii"
      "iiiiitii"
      "iiiiitii"
      "iiiiitii"
      "iiiiitii"
      "iiiiitii"
      "iiiiitii"
      "iiiiitii",
      "",
      "INSERT INTO ledger_transfer (id, debit, credit, amount, unit, kind, ref, at) VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8), ($9, $10, $11, $12, $13, $14, $15, $16), "
      "($17, $18, $19, $20, $21, $22, $23, $24), ($25, $26, $27, $28, $29, $30, $31, $32), "
      "($33, $34, $35, $36, $37, $38, $39, $40), ($41, $42, $43, $44, $45, $46, $47, $48), "
      "($49, $50, $51, $52, $53, $54, $55, $56), ($57, $58, $59, $60, $61, $62, $63, $64)");

QUERY(ledger_balance_change, "ii", "", "UPDATE ledger_balance SET balance = balance + $1 WHERE account = $2");

QUERY(ledger_balances_change, IDS_64, "",
      "UPDATE ledger_balance SET balance = balance + CASE account"
      " WHEN $1 THEN $2 WHEN $3 THEN $4 WHEN $5 THEN $6 WHEN $7 THEN $8 WHEN $9 THEN $10 WHEN $11 THEN $12"
      " WHEN $13 THEN $14 WHEN $15 THEN $16 WHEN $17 THEN $18 WHEN $19 THEN $20 WHEN $21 THEN $22 WHEN $23 THEN $24"
      " WHEN $25 THEN $26 WHEN $27 THEN $28 WHEN $29 THEN $30 WHEN $31 THEN $32 WHEN $33 THEN $34 WHEN $35 THEN $36"
      " WHEN $37 THEN $38 WHEN $39 THEN $40 WHEN $41 THEN $42 WHEN $43 THEN $44 WHEN $45 THEN $46 WHEN $47 THEN $48"
      " WHEN $49 THEN $50 WHEN $51 THEN $52 WHEN $53 THEN $54 WHEN $55 THEN $56 WHEN $57 THEN $58 WHEN $59 THEN $60"
      " WHEN $61 THEN $62 WHEN $63 THEN $64"
      " END WHERE account IN ("
      "$1, $3, $5, $7, $9, $11, $13, $15, $17, $19, $21, $23, $25, $27, $29, $31, $33, $35, $37, $39, $41, $43, "
      "$45, $47, $49, $51, $53, $55, $57, $59, $61, $63"
      ")");

struct lane { /* one account */
    id account;
    bool there;                /* it exists: */
    struct ledger_balance now; /* as read, then after each transfer that was decided */
    int64_t net;
};

struct number {
    id id;
    size_t transfer; /* index in the batch */
};

struct batch {
    struct tx *tx;
    const struct transfer *t;
    size_t n;
    struct arena *arena;
    struct number *numbers; /* of all transfers, ascending */
    size_t *twin;           /* per transfer: the first in the batch that has its id */
    bool *stored;           /* per transfer: it is in the ledger already */
    bool *fresh;            /* per transfer: it moves something */
    size_t n_fresh;
    struct lane *lanes; /* ascending by account */
    size_t n_lanes;
};

/* ---- transfers that were posted before ---- */

static int by_id_then_order(const void *x, const void *y)
{
    const struct number *a = x, *b = y;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a->transfer < b->transfer ? -1 : a->transfer > b->transfer;
}

static rc sort_numbers(struct batch *b)
{
    b->numbers = ARENA_ARRAY(b->arena, b->n, struct number);
    b->twin = ARENA_ARRAY(b->arena, b->n, size_t);
    b->stored = ARENA_ARRAY(b->arena, b->n, bool);
    if (!b->numbers || !b->twin || !b->stored)
        return arena_rc(b->arena);
    for (size_t i = 0; i < b->n; i++)
        b->numbers[i] = (struct number){b->t[i].id, i};
    qsort(b->numbers, b->n, sizeof *b->numbers, by_id_then_order);
    for (size_t i = 0; i < b->n; i++) {
        bool again = i > 0 && b->numbers[i].id == b->numbers[i - 1].id;
        b->twin[b->numbers[i].transfer] = again ? b->twin[b->numbers[i - 1].transfer] : b->numbers[i].transfer;
    }
    return OK;
}

static rc find_stored(struct batch *b)
{
    struct rows r;
    size_t at = 0; /* in numbers: the rows come in the same order */
    for (size_t from = 0; from < b->n; from += READ_IDS) {
        struct val v[READ_IDS];
        for (size_t i = 0; i < READ_IDS; i++)
            v[i] = v_int(from + i < b->n ? b->numbers[from + i].id : NOTHING);
        TRY(db_select(b->tx, &ledger_transfers_there, v, READ_IDS, &r));
        while (rows_next(&r)) {
            while (at < b->n && b->numbers[at].id < row_int(&r, 0))
                at++;
            for (; at < b->n && b->numbers[at].id == row_int(&r, 0); at++)
                b->stored[b->numbers[at].transfer] = true;
        }
        TRY(rows_end(&r));
    }
    return OK;
}

/* One that was there already must be the same; it moves nothing again. */
static rc compare_replay(struct batch *b, size_t i)
{
    if (b->stored[i])
        return ledger_insert_same(b->tx, &b->t[i]);
    return ledger_same(&b->t[i], &b->t[b->twin[i]]) ? OK : ledger_reused(b->tx);
}

/* ---- lanes ---- */

static int by_account(const void *x, const void *y)
{
    const struct lane *a = x, *b = y;
    return a->account < b->account ? -1 : a->account > b->account;
}

static rc build_lanes(struct batch *b)
{
    size_t n = 0;
    b->lanes = ARENA_ARRAY(b->arena, 2 * b->n, struct lane);
    if (!b->lanes)
        return arena_rc(b->arena);
    for (size_t i = 0; i < b->n; i++) {
        if (!b->fresh[i])
            continue;
        b->lanes[n++] = (struct lane){.account = b->t[i].debit};
        b->lanes[n++] = (struct lane){.account = b->t[i].credit};
    }
    qsort(b->lanes, n, sizeof *b->lanes, by_account);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || b->lanes[i].account != b->lanes[b->n_lanes - 1].account)
            b->lanes[b->n_lanes++] = b->lanes[i];
    return OK;
}

static rc load_balances(struct batch *b)
{
    struct rows r;
    size_t at = 0; /* in lanes: the rows come in the same order */
    for (size_t from = 0; from < b->n_lanes; from += READ_IDS) {
        struct val v[READ_IDS];
        for (size_t i = 0; i < READ_IDS; i++)
            v[i] = v_int(from + i < b->n_lanes ? b->lanes[from + i].account : NOTHING);
        TRY(db_select(b->tx, &ledger_balances_of, v, READ_IDS, &r));
        while (rows_next(&r)) {
            while (at < b->n_lanes && b->lanes[at].account < row_int(&r, 0))
                at++;
            if (at == b->n_lanes)
                continue;
            b->lanes[at].there = true;
            b->lanes[at].now =
                (struct ledger_balance){(money_unit)row_int(&r, 1), row_int(&r, 2), row_int(&r, 3), row_int(&r, 4)};
        }
        TRY(rows_end(&r));
    }
    return OK;
}

static struct lane *lane_of(const struct batch *b, id account)
{
    return bsearch(&(struct lane){.account = account}, b->lanes, b->n_lanes, sizeof *b->lanes, by_account);
}

/* ---- deciding ---- */

/* What the two guarded updates of ledger_post() would find, asked in their order. */
static rc decide(struct batch *b, const struct transfer *t)
{
    struct lane *from = lane_of(b, t->debit), *to = lane_of(b, t->credit);
    if (!from || !to)
        return E_INTERNAL; /* every account of the batch has its lane */
    const struct ledger_balance *give = &from->now, *take = &to->now;
    if (!from->there || give->unit != t->amount.unit || give->balance - give->held - t->amount.n < give->floor)
        return ledger_refuse(b->tx, from->there ? give : NULL, LEDGER_DEBIT, t->amount);
    if (!to->there || take->unit != t->amount.unit || take->balance > LEDGER_MAX - t->amount.n)
        return ledger_refuse(b->tx, to->there ? take : NULL, LEDGER_CREDIT, t->amount);
    from->now.balance -= t->amount.n;
    from->net -= t->amount.n;
    to->now.balance += t->amount.n;
    to->net += t->amount.n;
    return OK;
}

/* ---- writing ---- */

/* The fresh transfers, ADD_TRANSFERS a statement and the rest one by one. */
static rc queue_transfers(struct batch *b, size_t *queued)
{
    struct val v[ADD_TRANSFERS * LEDGER_TRANSFER_VALS];
    size_t waiting = 0, left = b->n_fresh;
    for (size_t i = 0; i < b->n; i++) {
        if (!b->fresh[i])
            continue;
        if (waiting + left < ADD_TRANSFERS) {
            TRY(ledger_insert_queue(b->tx, &b->t[i]));
            ++*queued;
            left--;
            continue;
        }
        ledger_transfer_vals(b->tx, &b->t[i], v + waiting * LEDGER_TRANSFER_VALS);
        waiting++;
        left--;
        if (waiting == ADD_TRANSFERS) {
            TRY(pipe_add(b->tx, &ledger_transfers_add, v, ADD_TRANSFERS * LEDGER_TRANSFER_VALS));
            ++*queued;
            waiting = 0;
        }
    }
    return OK;
}

static rc queue_together(struct batch *b, const struct lane *lanes)
{
    struct val v[2 * CHANGE_ACCOUNTS];
    for (size_t i = 0; i < CHANGE_ACCOUNTS; i++) {
        v[2 * i] = v_int(lanes[i].account);
        v[2 * i + 1] = v_int(lanes[i].net);
    }
    return pipe_add(b->tx, &ledger_balances_change, v, 2 * CHANGE_ACCOUNTS);
}

/* CHANGE_ACCOUNTS a statement and the rest one by one; on SQLite, where a statement is only a call, single ones are the
 * faster. Lanes lie in ascending order of account: PostgreSQL's row locks are taken in the same order by everyone. */
static rc queue_lanes(struct batch *b, size_t *queued)
{
    bool together = tx_engine(b->tx) == DB_POSTGRES;
    for (size_t i = 0; i < b->n_lanes; ++*queued) {
        const struct lane *l = &b->lanes[i];
        if (together && b->n_lanes - i >= CHANGE_ACCOUNTS) {
            TRY(queue_together(b, l));
            i += CHANGE_ACCOUNTS;
        } else {
            TRY(pipe_add(b->tx, &ledger_balance_change, VALS(v_int(l->net), v_int(l->account))));
            i++;
        }
    }
    return OK;
}

/* Accounts of refused transfers only, and those that gave as much as they received. */
static void drop_unchanged(struct batch *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n_lanes; i++)
        if (b->lanes[i].net != 0)
            b->lanes[n++] = b->lanes[i];
    b->n_lanes = n;
}

static rc write_all(struct batch *b)
{
    drop_unchanged(b);
    size_t queued = 0, inserts;
    int64_t added = 0, changed = 0;
    int64_t *affected = ARENA_ARRAY(b->arena, b->n + b->n_lanes, int64_t);
    if (!affected)
        return arena_rc(b->arena);
    TRY(pipe_begin(b->tx));
    TRY(queue_transfers(b, &queued));
    inserts = queued;
    TRY(queue_lanes(b, &queued));
    TRY(pipe_end(b->tx, affected, queued));
    for (size_t i = 0; i < queued; i++)
        *(i < inserts ? &added : &changed) += affected[i];
    if (added != (int64_t)b->n_fresh)
        return ledger_reused(b->tx);
    return changed == (int64_t)b->n_lanes ? OK : E_CORRUPT; /* not what was read in this transaction */
}

static rc batch_begin(struct batch *b)
{
    if (b->n > LEDGER_BATCH_MAX)
        return ERR(tx_err(b->tx), E_LIMIT, "LED-008", N_("Too many transfers in one batch."));
    b->arena = arena_new((size_t)LEDGER_BATCH_MAX * 512);
    if (!b->arena)
        return E_NOMEM;
    b->fresh = ARENA_ARRAY(b->arena, b->n, bool);
    return b->fresh ? OK : arena_rc(b->arena);
}

/* ---- all or nothing ---- */

static rc post_all(struct batch *b, size_t *failed)
{
    TRY(batch_begin(b));
    for (; *failed < b->n; ++*failed)
        TRY(ledger_validate(b->tx, &b->t[*failed]));
    TRY(sort_numbers(b));
    TRY(find_stored(b));
    for (size_t i = 0; i < b->n; i++) {
        b->fresh[i] = !b->stored[i] && b->twin[i] == i;
        b->n_fresh += b->fresh[i];
    }
    TRY(build_lanes(b));
    TRY(load_balances(b));
    for (*failed = 0; *failed < b->n; ++*failed)
        TRY(b->fresh[*failed] ? decide(b, &b->t[*failed]) : compare_replay(b, *failed));
    return b->n_fresh ? write_all(b) : OK;
}

rc ledger_post_all(struct tx *tx, const struct transfer *t, size_t n, size_t *failed)
{
    struct batch b = {.tx = tx, .t = t, .n = n};
    size_t ignored;
    if (!failed)
        failed = &ignored;
    *failed = 0;
    if (n == 0)
        return OK;
    rc code = post_all(&b, failed);
    arena_free(b.arena);
    return code;
}

/* ---- each by itself ---- */

static rc post_each(struct batch *b, rc *result, void (*refused)(size_t i, void *arg), void *arg)
{
    TRY(batch_begin(b));
    for (size_t i = 0; i < b->n; i++) {
        if (result[i] != OK)
            continue;
        result[i] = ledger_validate(b->tx, &b->t[i]);
        b->fresh[i] = result[i] == OK;
        if (result[i] != OK)
            refused(i, arg);
    }
    TRY(build_lanes(b));
    TRY(load_balances(b));
    for (size_t i = 0; i < b->n; i++) {
        if (!b->fresh[i])
            continue;
        result[i] = decide(b, &b->t[i]);
        b->fresh[i] = result[i] == OK;
        b->n_fresh += b->fresh[i];
        if (result[i] != OK)
            refused(i, arg);
    }
    return b->n_fresh ? write_all(b) : OK;
}

rc ledger_post_each(struct tx *tx, const struct transfer *t, size_t n, rc *result, void (*refused)(size_t i, void *arg),
                    void *arg)
{
    struct batch b = {.tx = tx, .t = t, .n = n};
    rc code = post_each(&b, result, refused, arg);
    arena_free(b.arena);
    return code;
}
