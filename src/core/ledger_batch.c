/* Many transfers at once: one insert per transfer, but only one update per account.
 *
 * Why that is exact: posted one by one, the transfers of an account are refused as soon as balance − held + (sum so
 * far) falls below the floor after a debit, or balance + (sum so far) passes LEDGER_MAX after a credit. All sums so far
 * are known beforehand, so it suffices to test the lowest sum reached by a debit and the highest reached by a credit,
 * in the WHERE of the one update. */
#include <stdlib.h>

#include "base/vec.h"
#include "core/ledger_impl.h"

QUERY(ledger_net_update, "iiiii", "",
      "UPDATE ledger_balance SET balance = balance + $1"
      " WHERE account = $2 AND unit = $3 AND balance - held + $4 >= floor AND balance + $5 <= 1000000000000000000");

QUERY(ledger_net_revert, "ii", "", "UPDATE ledger_balance SET balance = balance - $1 WHERE account = $2");

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
    int64_t applied;
};

struct batch {
    struct tx *tx;
    const struct transfer *t;
    size_t n;
    struct arena *arena;
    int64_t *fresh; /* per transfer: 1 when this batch inserted it, 0 when it was there */
    struct posting *postings;
    size_t n_postings;
    struct lane *lanes;
    size_t n_lanes;
    size_t failed;
};

static int by_account_then_order(const void *x, const void *y)
{
    const struct posting *a = x, *b = y;
    if (a->account != b->account)
        return a->account < b->account ? -1 : 1;
    return a->transfer < b->transfer ? -1 : a->transfer > b->transfer;
}

static rc insert_all(struct batch *b)
{
    TRY(pipe_begin(b->tx));
    for (size_t i = 0; i < b->n; i++)
        TRY(ledger_insert_queue(b->tx, &b->t[i]));
    TRY(pipe_end(b->tx, b->fresh, b->n));
    return OK;
}

/* Those that were there already must be the same; they move nothing again. */
static rc compare_replays(struct batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        b->failed = i;
        if (!b->fresh[i])
            TRY(ledger_insert_same(b->tx, &b->t[i]));
    }
    return OK;
}

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
        if (!b->fresh[i])
            continue;
        const struct transfer *t = &b->t[i];
        b->postings[b->n_postings++] = (struct posting){t->debit, -t->amount.n, i};
        b->postings[b->n_postings++] = (struct posting){t->credit, t->amount.n, i};
    }
    if (b->n_postings == 0)
        return OK;
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

/* Lanes lie in ascending order of account: PostgreSQL's row locks are taken in the same order by everyone. */
static rc apply_lanes(struct batch *b)
{
    int64_t *affected = ARENA_ARRAY(b->arena, b->n_lanes, int64_t);
    if (!affected)
        return arena_rc(b->arena);
    TRY(pipe_begin(b->tx));
    for (size_t i = 0; i < b->n_lanes; i++) {
        const struct lane *l = &b->lanes[i];
        TRY(pipe_add(
            b->tx, &ledger_net_update,
            VALS(v_int(l->net), v_int(l->first->account), v_int(l->unit), v_int(l->lowest), v_int(l->highest))));
    }
    TRY(pipe_end(b->tx, affected, b->n_lanes));
    for (size_t i = 0; i < b->n_lanes; i++)
        b->lanes[i].applied = affected[i];
    return OK;
}

struct refusal {
    const struct posting *posting; /* NULL: nothing refused */
    int64_t available;             /* of the giving account just before it */
};

/* The first transfer of a refused lane that the account cannot bear. */
static rc first_refusal(struct batch *b, const struct lane *lane, struct refusal *first)
{
    struct ledger_balance now;
    const struct posting *culprit = lane->first;
    int64_t sum = 0, available = 0;
    rc code = ledger_balance_get(b->tx, lane->first->account, &now);
    if (code != OK && code != E_NOTFOUND)
        return code;
    if (code == OK && now.unit == lane->unit) {
        for (size_t i = 0; i < lane->n; i++) {
            culprit = &lane->first[i];
            available = now.balance - now.held + sum - now.floor;
            sum += culprit->delta;
            if (culprit->delta < 0 ? now.balance - now.held + sum < now.floor : now.balance + sum > LEDGER_MAX)
                break;
        }
    }
    if (!first->posting || culprit->transfer < first->posting->transfer)
        *first = (struct refusal){culprit, available};
    return OK;
}

/* Words for the earliest refusal; OK when every lane was applied. */
static rc explain(struct batch *b)
{
    struct refusal first = {0};
    for (size_t i = 0; i < b->n_lanes; i++) {
        if (!b->lanes[i].applied)
            TRY(first_refusal(b, &b->lanes[i], &first));
    }
    if (!first.posting)
        return OK;
    b->failed = first.posting->transfer;
    err_clear(tx_err(b->tx));
    struct ledger_balance now;
    struct money amount = b->t[b->failed].amount;
    TRY(ledger_balance_get(b->tx, first.posting->account, &now));
    if (first.posting->delta > 0 || now.unit != amount.unit)
        return ledger_refusal(b->tx, first.posting->account, LEDGER_CREDIT, amount);
    return ledger_not_enough(b->tx, first.available, amount.n);
}

/* Takes back what the batch did, so that a refused batch leaves nothing behind. */
static rc take_back(struct batch *b)
{
    size_t n = 0;
    TRY(pipe_begin(b->tx));
    for (size_t i = 0; i < b->n_lanes; i++) {
        const struct lane *l = &b->lanes[i];
        if (l->applied) {
            TRY(pipe_add(b->tx, &ledger_net_revert, VALS(v_int(l->net), v_int(l->first->account))));
            n++;
        }
    }
    for (size_t i = 0; i < b->n; i++) {
        if (b->fresh[i]) {
            TRY(ledger_forget_queue(b->tx, b->t[i].id));
            n++;
        }
    }
    int64_t *affected = ARENA_ARRAY(b->arena, n + 1, int64_t);
    if (!affected)
        return arena_rc(b->arena);
    return pipe_end(b->tx, affected, n);
}

static rc post_batch(struct batch *b)
{
    TRY(insert_all(b));
    rc code = compare_replays(b);
    if (code == OK)
        code = build_lanes(b);
    if (code == OK && b->n_lanes > 0)
        code = apply_lanes(b);
    if (code == OK)
        code = explain(b);
    if (code == E_CONFLICT || code == E_NOTFOUND || code == E_LIMIT || code == E_INTERNAL)
        TRY(take_back(b));
    return code;
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
    __attribute__((cleanup(arena_drop))) struct arena *arena = arena_new((size_t)LEDGER_BATCH_MAX * 256);
    if (!arena)
        return E_NOMEM;
    b.arena = arena;
    b.fresh = ARENA_ARRAY(arena, n, int64_t);
    if (!b.fresh)
        return arena_rc(arena);
    rc code = post_batch(&b);
    *failed = b.failed;
    return code;
}
