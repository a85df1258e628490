/* The result of a round: rules fixed before the crowdfunding opens, the tally run under them, published by two
 * officers.
 *
 * fund_round_next() to FUND_GIFTS fixes the rules: the parameters in force then, as one canonical JSON (tally.h), kept
 * with its hash in the round and in the public log ("fund.rules.fixed"), beside the number of places and the smallest
 * gift that counts. Parameters that change later change nothing.
 * In FUND_TALLY one officer proposes the result that is computed then, by its hash; another publishes it, after it has
 * been computed again with the same hash. Publishing advances the first places to FUND_FINAL, writes
 * "fund.tally.published" into the public log, and moves the round to FUND_AWARDS, which nothing else does.
 *
 * The result is one text, results.csv: a heading and one line a proposal, in the order of ranks, each ended by LF. Its
 * SHA-256 is what both officers agree on, what the log holds, and what `rise fund verify` computes again (archive.h).
 *
 *     number,donors,raised,counted,weight,match,total,capped,rank,chosen
 *
 * A proposal that its team has withdrawn while gifts were counted takes no part: its gifts stay as they are, but are
 * not given to the tally, and it has no line. After publishing nobody can withdraw, and no gift, import or appeal can
 * change (FND-002).
 *
 * Units: whole NT dollars; weights 2^-32 (tally.h). The last tie goes to the smaller public number.
 * Ownership: results in the arena given. Threads: as the tx. Errors, FND-6xx:
 *   FND-600 E_CONFLICT the rules do not fit together: the parameters must be mended first
 *   FND-601 E_CONFLICT the rules are not fixed            FND-602 E_NOTFOUND no result yet
 *   FND-603 E_CONFLICT appeals or imports are open        FND-604 E_CONFLICT the result is another one by now
 *   FND-605 E_CONFLICT not in this state of the result    FND-606 E_DENIED the second officer must be another one
 *   FND-607 E_CORRUPT the stored result contradicts the gifts or the rules
 *   FND-608 E_CONFLICT counting ends when the result is published
 *   FND-609 E_DENIED an author of a proposal that was given to decides nothing here */
#ifndef RISE_MOD_FUND_PUBLISH_H
#define RISE_MOD_FUND_PUBLISH_H

#include "mod/fund/engine/tally.h"
#include "mod/fund/gift.h"

/* ---- rules.c ---- */
struct fund_rules {
    struct tally_rules tally; /* its min is 0: gift_min was applied row by row, and an upheld gift may be below it */
    int64_t places;           /* the line: how many go on to FUND_FINAL */
    int64_t gift_min;         /* smallest gift that counts */
    instant fixed;            /* 0: not yet */
};
/* From the parameters in force at tx_now(). FND-600: also when the pool is more than the round's budget has left. */
rc fund_rules_now(struct tx *tx, const struct fund_round *r, struct fund_rules *out, struct arena *a);
rc fund_rules_in_force(struct tx *tx, id programme, struct fund_rules *out,
                       struct arena *a); /* unchecked: to compare */
/* Fixes and logs them; called by fund_round_next(). FND-600; ACT-002 when they are fixed already. */
rc fund_rules_fix(const struct act *x, id programme);
rc fund_rules_of(struct tx *tx, const struct fund_round *r, struct fund_rules *out, struct arena *a); /* FND-601 */
/* What is in force in the round: as fixed, else the parameter's value now. */
rc fund_gift_min(struct tx *tx, id programme, int64_t *out);
rc fund_final_places(struct tx *tx, id programme, int64_t *out);
/* round.c: FUND_TALLY → FUND_AWARDS, for fund_tally_publish() alone. */
rc fund_round_published(const struct act *x, id programme);

/* ---- result.c ---- */
struct fund_score_line { /* one line of results.csv */
    id proposal;
    int64_t number;
    str title, title_en; /* not in results.csv */
    struct tally_project sums;
    int64_t rank; /* from 1; by weight */
    bool chosen;  /* among the first places, and with a weight */
};
struct fund_outcome {
    struct tally_rules rules;
    struct fund_score_line *lines; /* by rank */
    size_t n, chosen;
    int64_t places, gifts, donors, raised; /* raised: what counted, of all proposals */
    unsigned outcome;                      /* bits of enum tally_outcome */
    int64_t paid, unspent;
    str csv, hash; /* results.csv and the hex SHA-256 of it */
};
rc fund_outcome_now(struct tx *tx, const struct fund_round *r, struct fund_outcome *out, struct arena *a); /* FND-601 */
/* Under other rules: a preview before they are fixed. */
rc fund_outcome_under(struct tx *tx, id programme, const struct fund_rules *rules, struct fund_outcome *out,
                      struct arena *a);
/* The lines as results.csv, without database: for the archive's verifier too. */
void fund_results_text(const struct fund_score_line *lines, size_t n, struct buf *out);
/* From a tally over gifts; named[i] says which proposal project i is. Without database; all but `rules` is filled. */
rc fund_outcome_of(const struct tally_gifts *g, const struct tally_result *t, int64_t places,
                   const struct fund_score_line *named, struct fund_outcome *out, struct arena *a);
rc fund_outcome_sum(struct fund_outcome *o, struct arena *a); /* chosen, raised, csv and hash, from the lines */
/* The proposals that are counted, in the order of fund_counted.project: ids, numbers, titles. */
rc fund_lines_named(struct tx *tx, id programme, struct fund_score_line **out, size_t *n, struct arena *a);

/* ---- tally_result.c ---- */
enum fund_tally_state { FUND_TALLY_OPEN, FUND_TALLY_PROPOSED, FUND_TALLY_PUBLISHED };
struct fund_tally {
    enum fund_tally_state state;
    str hash, reason, proposer, publisher;
    id proposed_by;
    instant proposed, published;
    id log_entry;
};
rc fund_tally_get(struct tx *tx, id programme, struct fund_tally *out, struct arena *a); /* open: all else is empty */
/* As it was published, from the stored rows. FND-602. */
rc fund_outcome_get(struct tx *tx, id programme, struct fund_outcome *out, struct arena *a);
/* What stands in the way of a result. */
struct fund_blockers {
    int64_t imports, appeals; /* not finished, not decided */
    instant until;            /* donors can appeal until then; 0: no longer, or there is nothing to appeal against */
};
rc fund_blockers(struct tx *tx, id programme, struct fund_blockers *out);
bool fund_blocked(const struct fund_blockers *b, instant now);
/* The published line of one proposal; E_NOTFOUND without words: none. Titles are empty. */
rc fund_line_of(struct tx *tx, id proposal, struct fund_score_line *out);
/* The youngest round with a published result; E_NOTFOUND without words: none. */
rc fund_results_latest(struct tx *tx, id *programme);
rc fund_tally_propose(const struct act *x, id programme, str hash, str reason); /* officer; FND-601, 603 to 605, 609 */
rc fund_tally_withdraw(const struct act *x, id programme, str reason);          /* officer; before it is published */
rc fund_tally_publish(const struct act *x, id programme); /* another officer; FND-603, 604, 606, 609 */

/* ---- checks_result.c ---- */
enum { FUND_RESULT_CHECKS = 3 };
extern const struct check fund_result_checks[];

#endif
