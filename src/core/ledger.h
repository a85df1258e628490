/* The ledger: double entry in whole units.
 *
 * Accounts hold one unit each. A transfer moves n > 0 from a debit account (gives) to a credit account (receives) in
 * one row that is never updated or deleted; a correction (a refund, a claw-back) is a further transfer. A hold reserves
 * an amount of the giving account until it is posted (all or part; the rest is released), voided, or expires. For every
 * account: available = balance − held,   available ≥ floor   (a source such as a budget's counter account has floor
 * LEDGER_NO_FLOOR) The balances of all accounts of one unit sum to zero; `rise doctor` re-proves it from the transfers
 * alone. All functions run in the caller's transaction. Callers give each transfer its own `id` (id_new()), which makes
 * it at most once: the same id again with the same content (its time aside) is OK and does nothing, with other content
 * E_CONFLICT (LED-004). Whatever is refused leaves nothing behind: the caller may go on in the same transaction.
 *
 * Codes, in tx_err():  LED-001 E_CONFLICT not enough available     LED-002 E_CONFLICT the hold is not pending any more
 *     LED-003 E_CONFLICT the hold has run out                      LED-004 E_CONFLICT the id was used for something
 * else LED-005 E_INVALID  amount, accounts or kind make no sense    LED-006 E_INTERNAL the account holds another unit
 *     LED-007 E_NOTFOUND no such account or hold                   LED-008 E_LIMIT past LEDGER_MAX or LEDGER_BATCH_MAX
 *     LED-009 E_CONFLICT the account exists already                LED-010 E_CORRUPT  less is held than the holds say
 */
#ifndef RISE_CORE_LEDGER_H
#define RISE_CORE_LEDGER_H

#include "base/id.h"
#include "base/money.h"
#include "db/db.h"
#include "web/i18n.h"

#define LEDGER_NO_FLOOR INT64_MIN
#define LEDGER_MAX      INT64_C(1000000000000000000) /* of an amount, and of a balance either way */
enum { LEDGER_BATCH_MAX = 10000, LEDGER_KIND_MAX = 40 };

struct ledger_account {
    id id;
    id owner;     /* party, programme or 0 */
    id programme; /* 0: none */
    str kind;     /* "budget", "grant", "payable", … : the module's word */
    money_unit unit;
    int64_t floor; /* ≤ 0 */
    int64_t balance, held;
};

struct transfer {
    id id; /* given by the caller */
    id debit, credit;
    struct money amount; /* n > 0 */
    const char *kind;    /* the module's word: "grant", "capture", "payout", … */
    id ref;              /* what it is for: order, case, … ; 0: nothing */
    instant at;
};

rc ledger_open(
    struct tx *tx,
    const struct ledger_account *a); /* balance 0; E_CONFLICT: the id, or (owner, programme, kind, unit), is taken */
/* The same with a new id: a programme's or a party's account of one kind. */
rc ledger_open_new(struct tx *tx, id owner, id programme, const char *kind, money_unit unit, int64_t floor, id *out);
rc ledger_get(struct tx *tx, id account, struct ledger_account *out, struct arena *a);
rc ledger_find(struct tx *tx, id owner, id programme, const char *kind, money_unit unit, struct ledger_account *out,
               struct arena *a);

rc ledger_post(struct tx *tx, const struct transfer *t); /* E_CONFLICT LED-001: not enough available */
/* Many transfers, all or nothing, pipelined: the fast way for batches. The outcome is that of ledger_post for each in
 * the order given: the floor holds after every single transfer, not only at the end. *failed (may be NULL) gets the
 * index of the first refused one. */
rc ledger_post_all(struct tx *tx, const struct transfer *t, size_t n, size_t *failed);
/* Many transfers of many people: each is posted or refused for itself, as ledger_post would have done in the order
 * given; the refused ones leave nothing and the others stand. result[i] gets what became of it; one that is not OK
 * beforehand is left out. `refused` is called for each refused one, while tx_err() has its words. The ids must be new:
 * one that was used fails the whole with E_CONFLICT, as a broken rule of the schema does. */
rc ledger_post_each(struct tx *tx, const struct transfer *t, size_t n, rc *result, void (*refused)(size_t i, void *arg),
                    void *arg);

/* Transfers about one thing, oldest first; at most `max`. */
struct ledger_entry {
    id id, debit, credit, ref;
    struct money amount;
    str kind;
    instant at;
};
rc ledger_entries_of(struct tx *tx, id ref, int64_t max, struct ledger_entry **out, size_t *n, struct arena *a);

enum hold_state { HOLD_PENDING, HOLD_POSTED, HOLD_VOIDED, HOLD_EXPIRED };
struct hold {
    id id;
    id debit, credit;
    struct money amount;
    const char *kind;
    id ref;
    instant at, expires; /* expires 0: never */
};
rc ledger_hold(struct tx *tx, const struct hold *h);
/* 0 < amount ≤ held; the rest is released; LED-002: not pending. Posting the same transfer again is OK and does
 * nothing. */
rc ledger_hold_post(struct tx *tx, id hold, id transfer, int64_t amount, instant at);
rc ledger_hold_void(struct tx *tx, id hold, instant at); /* voiding a voided hold is OK */
rc ledger_hold_state(struct tx *tx, id hold, enum hold_state *out);
/* Expires what is due, oldest first, at most `max`; each expired hold's id and ref go to fn (which may write; may be
 * NULL). */
rc ledger_hold_expire(struct tx *tx, instant now, int max, rc (*fn)(struct tx *tx, id hold, id ref, void *arg),
                      void *arg, int *n);

/* Re-proves from the rows: balances = sums of transfers, held = sum of pending holds, zero sum per unit, floors, units,
 * posted holds against their transfers. E_CORRUPT with one line per finding; OK writes one line of figures. */
rc ledger_check(struct tx *tx, enum lang l, struct buf *finding);
#endif
