/* Many transfers at once: what concerns them is read, everything is decided here, and all is written in one pipe:
 * several transfers a statement, and one change per account.
 *
 * Why that is exact: writes run one after the other in effect (db.h), so what was read still stands when it is changed.
 * Posted one by one, the transfers of an account are refused as soon as balance − held + (sum so far) falls below the
 * floor after a debit, or balance + (sum so far) passes LEDGER_MAX after a credit. All sums so far are known
 * beforehand, so it suffices to test the lowest sum reached by a debit and the highest reached by a credit. */
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

struct posting {
    id account;
    int64_t delta;
    size_t transfer; /* index in the batch */
};

/* All postings of one account, in the order of the batch. */
struct lane {
    const struct posting *first;
    size_t n;
    money_unit unit;
    int64_t net, lowest, highest;
    bool there; /* the account exists: */
    struct ledger_balance now;
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
    struct posting *postings;
    size_t n_postings;
    struct lane *lanes;
    size_t n_lanes, n_fresh;
    size_t failed;
};

static int by_account_then_order(const void *x, const void *y)
{
    const struct posting *a = x, *b = y;
    if (a->account != b->account)
        return a->account < b->account ? -1 : 1;
    return a->transfer < b->transfer ? -1 : a->transfer > b->transfer;
}

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

static bool is_fresh(const struct batch *b, size_t transfer)
{
    return !b->stored[transfer] && b->twin[transfer] == transfer;
}

/* Those that were there already must be the same; they move nothing again. */
static rc compare_replays(struct batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        b->failed = i;
        if (b->stored[i])
            TRY(ledger_insert_same(b->tx, &b->t[i]));
        else if (b->twin[i] != i && !ledger_same(&b->t[i], &b->t[b->twin[i]]))
            return ledger_reused(b->tx);
        else
            b->n_fresh += b->twin[i] == i;
    }
    return OK;
}

/* ---- lanes ---- */

static rc too_large(struct batch *b, size_t transfer)
{
    b->failed = transfer;
    return ERR(tx_err(b->tx), E_LIMIT, "LED-008", N_("The amount is too large."));
}

/* The sums of one lane. Sums past twice LEDGER_MAX can fit no account and would overflow the guards. */
static rc sum_lane(struct batch *b, struct lane *lane)
{
    lane->unit = b->t[lane->first->transfer].amount.unit;
    for (size_t i = 0; i < lane->n; i++) {
        const struct posting *p = &lane->first[i];
        const struct transfer *t = &b->t[p->transfer];
        if (t->amount.unit != lane->unit) {
            b->failed = p->transfer;
            return ledger_refusal(b->tx, p->account, p->delta < 0 ? LEDGER_DEBIT : LEDGER_CREDIT, t->amount);
        }
        lane->net += p->delta;
        if (lane->net > 2 * LEDGER_MAX || lane->net < -2 * LEDGER_MAX)
            return too_large(b, p->transfer);
        if (p->delta < 0 && lane->net < lane->lowest)
            lane->lowest = lane->net;
        if (p->delta > 0 && lane->net > lane->highest)
            lane->highest = lane->net;
    }
    return OK;
}

static rc build_lanes(struct batch *b)
{
    b->postings = ARENA_ARRAY(b->arena, 2 * b->n, struct posting);
    b->lanes = ARENA_ARRAY(b->arena, 2 * b->n, struct lane);
    if (!b->postings || !b->lanes)
        return arena_rc(b->arena);
    for (size_t i = 0; i < b->n; i++) {
        if (!is_fresh(b, i))
            continue;
        const struct transfer *t = &b->t[i];
        b->postings[b->n_postings++] = (struct posting){t->debit, -t->amount.n, i};
        b->postings[b->n_postings++] = (struct posting){t->credit, t->amount.n, i};
    }
    qsort(b->postings, b->n_postings, sizeof *b->postings, by_account_then_order);
    for (size_t i = 0; i < b->n_postings; i++) {
        if (i == 0 || b->postings[i].account != b->postings[i - 1].account)
            b->lanes[b->n_lanes++].first = &b->postings[i];
        b->lanes[b->n_lanes - 1].n++;
    }
    for (size_t i = 0; i < b->n_lanes; i++)
        TRY(sum_lane(b, &b->lanes[i]));
    return OK;
}

static rc load_balances(struct batch *b)
{
    struct rows r;
    size_t at = 0; /* in lanes: the rows come in the same order */
    for (size_t from = 0; from < b->n_lanes; from += READ_IDS) {
        struct val v[READ_IDS];
        for (size_t i = 0; i < READ_IDS; i++)
            v[i] = v_int(from + i < b->n_lanes ? b->lanes[from + i].first->account : NOTHING);
        TRY(db_select(b->tx, &ledger_balances_of, v, READ_IDS, &r));
        while (rows_next(&r)) {
            while (at < b->n_lanes && b->lanes[at].first->account < row_int(&r, 0))
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

/* ---- refusals ---- */

static bool bears(const struct lane *l)
{
    return l->there && l->now.unit == l->unit && l->now.balance - l->now.held + l->lowest >= l->now.floor &&
           l->now.balance + l->highest <= LEDGER_MAX;
}

struct refusal {
    const struct posting *posting; /* NULL: nothing refused */
    int64_t available;             /* of the giving account just before it */
};

/* The first transfer of a refused lane that the account cannot bear. */
static void first_refusal(const struct lane *lane, struct refusal *first)
{
    const struct ledger_balance *now = &lane->now;
    const struct posting *culprit = lane->first;
    int64_t sum = 0, available = 0;
    for (size_t i = 0; lane->there && now->unit == lane->unit && i < lane->n; i++) {
        culprit = &lane->first[i];
        available = now->balance - now->held + sum - now->floor;
        sum += culprit->delta;
        if (culprit->delta < 0 ? now->balance - now->held + sum < now->floor : now->balance + sum > LEDGER_MAX)
            break;
    }
    if (!first->posting || culprit->transfer < first->posting->transfer)
        *first = (struct refusal){culprit, available};
}

/* Words for the earliest refusal; OK when every account bears its lane. */
static rc explain(struct batch *b)
{
    struct refusal first = {0};
    for (size_t i = 0; i < b->n_lanes; i++) {
        if (!bears(&b->lanes[i]))
            first_refusal(&b->lanes[i], &first);
    }
    if (!first.posting)
        return OK;
    b->failed = first.posting->transfer;
    struct ledger_balance now;
    struct money amount = b->t[b->failed].amount;
    TRY(ledger_balance_get(b->tx, first.posting->account, &now));
    if (first.posting->delta > 0 || now.unit != amount.unit)
        return ledger_refusal(b->tx, first.posting->account, LEDGER_CREDIT, amount);
    return ledger_not_enough(b->tx, first.available, amount.n);
}

/* ---- writing ---- */

/* The fresh transfers, ADD_TRANSFERS a statement and the rest one by one. */
static rc queue_transfers(struct batch *b, size_t *queued)
{
    struct val v[ADD_TRANSFERS * LEDGER_TRANSFER_VALS];
    size_t waiting = 0, left = b->n_fresh;
    for (size_t i = 0; i < b->n; i++) {
        if (!is_fresh(b, i))
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
        v[2 * i] = v_int(lanes[i].first->account);
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
            TRY(pipe_add(b->tx, &ledger_balance_change, VALS(v_int(l->net), v_int(l->first->account))));
            i++;
        }
    }
    return OK;
}

static rc write_all(struct batch *b)
{
    size_t queued = 0;
    int64_t rows = 0;
    int64_t *affected = ARENA_ARRAY(b->arena, b->n + b->n_lanes, int64_t);
    if (!affected)
        return arena_rc(b->arena);
    TRY(pipe_begin(b->tx));
    TRY(queue_transfers(b, &queued));
    TRY(queue_lanes(b, &queued));
    TRY(pipe_end(b->tx, affected, queued));
    for (size_t i = 0; i < queued; i++)
        rows += affected[i];
    return rows == (int64_t)(b->n_fresh + b->n_lanes) ? OK : E_CORRUPT; /* not what was read in this transaction */
}

static rc post_batch(struct batch *b)
{
    TRY(sort_numbers(b));
    TRY(find_stored(b));
    TRY(compare_replays(b));
    if (b->n_fresh == 0)
        return OK;
    TRY(build_lanes(b));
    TRY(load_balances(b));
    TRY(explain(b));
    return write_all(b);
}

static void arena_drop(struct arena **a)
{
    arena_free(*a);
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
    if (n > LEDGER_BATCH_MAX)
        return ERR(tx_err(tx), E_LIMIT, "LED-008", N_("Too many transfers in one batch."));
    for (; *failed < n; ++*failed)
        TRY(ledger_validate(tx, &t[*failed]));
    __attribute__((cleanup(arena_drop))) struct arena *arena = arena_new((size_t)LEDGER_BATCH_MAX * 512);
    if (!arena)
        return E_NOMEM;
    b.arena = arena;
    rc code = post_batch(&b);
    *failed = b.failed;
    return code;
}
