/* Who reviews what: k reviewers for every proposal, none in conflict, every reviewer's load within bounds, and the
 * proposal that is served worst served as well as can be. Pure: arrays in, arrays out; integers only, the same result
 * on every compiler. One thread at a time for each arena.
 *
 * What is optimised, in this order:
 *   1. the worst proposal. The affinity sum of a proposal is the sum over its k reviewers; to maximise the smallest
 *      sum is NP-hard (Garg et al. 2010), so it is approximated as PeerReview4All does in its first round (Stelmakh,
 *      Shah, Singh: arXiv 1806.06237). For each g = 1..k: t(g) is the largest threshold such that every proposal can
 *      have at least g reviewers of affinity >= t(g); then the greatest total is found under that promise; g = 0 is the
 *      greatest total without a promise. The g with the best smallest sum is kept (then the greater total, then the
 *      lower g). Proved: the result is at least 1/k of the best possible; `worst_bound` is a proved upper bound, so the
 *      real gap of each result is known and printed.
 *   2. the total affinity, exactly the greatest under the promise (g, t) of step 1 (min-cost flow).
 *   3. even loads: among equal totals the smallest sum of load * (load + 1) / 2.
 *   4. what is left is decided by the order of proposals and reviewers in the input (the search is deterministic).
 * ASSIGN_TOTAL leaves step 1 out. */
#ifndef RISE_MOD_FUND_ASSIGN_H
#define RISE_MOD_FUND_ASSIGN_H

#include "base/arena.h"
#include "base/err.h"

enum {
    ASSIGN_AFFINITY_MAX = 1000000,
    ASSIGN_PAIRS_MAX = 4000000, /* proposals * reviewers */
    ASSIGN_K_MAX = 50,
    ASSIGN_NO_MAX = INT32_MAX, /* a reviewer without an upper bound */
};

enum assign_aim { ASSIGN_FAIR, ASSIGN_TOTAL };

struct assign_pair {
    uint32_t proposal, reviewer; /* positions in the input */
};

struct assign_in {
    size_t n_proposals, n_reviewers;
    int32_t k;                       /* reviews a proposal, 1..ASSIGN_K_MAX */
    const int32_t *affinity;         /* [proposal * n_reviewers + reviewer], 0..ASSIGN_AFFINITY_MAX; NULL: all 0 */
    const uint8_t *conflict;         /* the same shape, 1: never; NULL: none */
    const int32_t *min, *max;        /* bounds of each reviewer's load; NULL: 0 and ASSIGN_NO_MAX */
    const struct assign_pair *fixed; /* already made: kept, counted in loads and sums; in any order, no pair twice */
    size_t n_fixed;
    enum assign_aim aim;
};

/* Why there is no assignment. The first that applies, in this order. */
enum assign_reason {
    ASSIGN_FEASIBLE,
    ASSIGN_FIXED_CONFLICT, /* the kept pair (proposal, reviewer) is a conflict */
    ASSIGN_FIXED_LOAD,     /* `reviewer` keeps `need` reviews, the upper bound is `have` */
    ASSIGN_BOUNDS,         /* `reviewer`: lower bound `need` above upper bound `have` */
    ASSIGN_FEW_REVIEWERS, /* `proposal` needs `need`, only `have` reviewers have no conflict; `proposals` lists all such
                           */
    ASSIGN_CAPACITY,      /* all need `need` reviews, all reviewers together can do `have` */
    ASSIGN_SET,           /* Hall: `proposals` need `need` reviews; `reviewers` (full) and single reviews of the
                             others (`others` pairs) give them only `have` */
    ASSIGN_MIN_TOTAL,     /* the lower bounds ask for `need` reviews in all, there are only `have` to give */
    ASSIGN_MIN_REVIEWER,  /* `reviewer` must have `need`, only `have` proposals are without conflict */
    ASSIGN_MIN_SET,       /* `reviewers` must have `need` together, the proposals open to them can give `have` */
};

struct assign_why {
    enum assign_reason reason;
    size_t proposal, reviewer; /* SIZE_MAX where the reason names none */
    int64_t need, have, others;
    const uint32_t *proposals, *reviewers; /* in the arena, ascending */
    size_t n_proposals, n_reviewers;
    /* What would help, each alone; 0: it would not. */
    int32_t raise_max_to;  /* the least upper bound that, given to all whose bound is lower, is enough */
    int32_t lower_k_to;    /* the greatest smaller k */
    int32_t raise_k_to;    /* the least greater k (lower bounds too high) */
    int32_t add_reviewers; /* so many more without conflicts, each with the greatest upper bound in the input */
    int32_t lower_min_to;  /* the greatest lower bound that all can have; -1: not even 0 helps or not needed */
};

struct assign_out {
    struct assign_pair *pairs; /* ascending by proposal, then reviewer; kept pairs included */
    size_t n;                  /* 0 when infeasible */
    int64_t *sums;             /* each proposal's affinity sum */
    int32_t *loads;            /* each reviewer's reviews */
    int64_t worst, worst_bound, total;
    int32_t promised;  /* g: every proposal has at least so many reviewers … (0 with ASSIGN_TOTAL) */
    int32_t threshold; /* … of at least this affinity */
    struct assign_why why;
};

/* OK also when there is no assignment: see out->why.reason. E_INVALID FND-201: k, an affinity, a bound or a kept pair
 * out of range, or a pair kept twice; E_LIMIT FND-202: too many pairs; the arena's rc when it is full. Everything in
 * `out` lives in `a`. */
rc assign_solve(struct arena *a, const struct assign_in *in, struct assign_out *out, struct err *err);

#endif
