/* The tally engine: who gets how much of a matching pool. Pure functions over arrays: no I/O, no clock, no floating
 * point in any result. The same gifts and rules give the same bits in every order of rows, on every compiler and
 * machine.
 *
 * Order of work, declared: eligible gifts (the caller's choice) -> one index per person (the caller's de-duplication)
 * -> minimum per gift -> sum per donor and project -> minimum per donor (if the rules say so) -> clip -> donor's share
 * in permille -> root -> project. Formulas, sources, rounding and ties: README.md, "Tally".
 *
 * Amounts are whole numbers of the round's smallest unit (rules.decimals says how many decimals of the currency that
 * is), 1 to TALLY_AMOUNT_MAX each. Nothing overflows silently: what passes a declared width is E_LIMIT.
 *
 * Memory comes from the caller's arena and lives as long as it. Thread-safe: no state.
 *
 * Errors: FND-100 malformed rules, FND-101 amount out of bounds, FND-102 index out of bounds, FND-103 a sum past 2^63
 * or a weight past 2^126, FND-104 too many projects, donors or gifts, FND-105 rules do not fit together, FND-106 a
 * project is too large for the pairwise or cluster method. */
#ifndef RISE_MOD_FUND_TALLY_H
#define RISE_MOD_FUND_TALLY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "http/input.h"

__extension__ typedef unsigned __int128 u128;

#define TALLY_AMOUNT_MAX INT64_C(1000000000000000) /* 10^15, of one gift, one donor's sum, the pool, the cap */
enum {
    TALLY_PROJECTS_MAX = 1 << 20,
    TALLY_DONORS_MAX = 1 << 28,
    TALLY_ROOT_BITS = 16,   /* a root is floor(sqrt(c) * 2^16) */
    TALLY_WEIGHT_BITS = 32, /* every weight, of every method, is in units of 2^-32 */
    TALLY_PERMILLE = 1000,
};

/* ---- rules ---- */

enum tally_method {
    TALLY_QF,       /* plain quadratic funding: the pool in proportion to a weight of S = sum of roots, C = sum */
    TALLY_CQF,      /* capital-constrained: a share a = min(1, pool / sum(S² − C)) of every S² − C */
    TALLY_PAIRWISE, /* pairs of donors who agree often count less: k = A / (A + sum of their common roots) */
    TALLY_COCM,     /* connection-oriented cluster match */
    TALLY_QV,       /* quadratic voting: amounts are votes, bought from a budget */
};
enum tally_weight { TALLY_S2C, TALLY_S2, TALLY_S }; /* S² − C, S², S; for TALLY_QF only */
enum tally_saturation {
    TALLY_SCALE,
    TALLY_PAY
};                                                     /* sum of weights below the pool: scale up, or pay the
                                                          weights themselves and keep the rest */
enum tally_min_of { TALLY_MIN_GIFT, TALLY_MIN_DONOR }; /* what must reach `min`: each gift, or the sum */
enum tally_qv_cost { TALLY_SQUARE, TALLY_TRIANGLE };   /* n votes cost n², or n(n+1)/2 */
enum tally_cocm { TALLY_COCM_PAPER, TALLY_COCM_SHARE, TALLY_COCM_HARSH }; /* README.md */
enum tally_kind { TALLY_PERSON, TALLY_ORGANISATION };

/* What a round declares before it opens. Members that a method does not use must have their default. */
struct tally_rules {
    enum tally_method method;
    enum tally_weight weight;
    enum tally_saturation saturation;
    int decimals; /* 0 to 8: the unit of every amount is 10^-decimals of the currency */
    int64_t pool; /* 0: an empty pool, weights only */
    int64_t cap;  /* of one project's match; 0: none */
    int64_t min;  /* 0: none */
    enum tally_min_of min_of;
    int64_t clip_person;       /* of one donor's sum to one project; 0: none */
    int64_t clip_organisation; /* 0: none */
    int64_t pairwise_a;        /* A, 1 to 10^12, in the unit of amounts */
    enum tally_cocm cocm;
    int64_t qv_budget; /* points of a voter, 1 to 10^9 */
    enum tally_qv_cost qv_cost;
};

struct tally_rules tally_rules_default(enum tally_method m);
/* E_INVALID FND-105 with the field's name (err_field). */
rc tally_rules_check(const struct tally_rules *r, struct err *err);
/* The one canonical form: JSON, keys sorted, no spaces, only the keys that the method uses. */
void tally_rules_json(const struct tally_rules *r, struct buf *out);
/* Reads it back: unknown, missing or doubled keys, other types and values out of bounds are E_INVALID. Order and white
 * space of the text are free; the hash is always of the canonical form. */
rc tally_rules_read(struct arena *a, str json, struct tally_rules *out, struct err *err);
struct sha256 tally_rules_hash(const struct tally_rules *r);
/* "qf", "s2c", … as they stand in the JSON and on the command line; they end with {NULL, NULL}. */
extern const struct choice tally_methods[], tally_weights[], tally_saturations[], tally_mins[], tally_qv_costs[],
    tally_cocms[];

/* ---- gifts ---- */

/* Columns; row i is (project[i], donor[i], amount[i]). Borrowed. One person has one donor index, whatever the platform.
 * The optional columns may be NULL. */
struct tally_gifts {
    size_t n;
    const uint32_t *project;
    const uint32_t *donor;
    const int64_t *amount;
    uint32_t n_projects, n_donors;
    const str *project_id;          /* [n_projects], distinct: the last tie key (byte order); NULL: by index */
    const uint8_t *kind;            /* [n_donors] enum tally_kind; NULL: all persons */
    const uint16_t *permille;       /* [n_donors] 0 to 1000: how much of the donor's sum counts; NULL: all of it */
    const uint32_t *group, *groups; /* COCM: donor d is in groups[group[d] … group[d + 1]), indexes below n_groups;
                                       NULL: the donors of one project are a group */
    uint32_t n_groups;
};

/* Gifts put together: one entry per donor and project, ordered by project, then donor. Made once, tallied often; does
 * not depend on anything in the rules but min and min_of. Donor and project indexes are the caller's. */
struct tally_table {
    const struct tally_gifts *gifts;
    size_t n;              /* entries */
    const size_t *start;   /* [n_projects + 1] entries of project p: start[p] … start[p + 1] */
    const uint32_t *donor; /* [n] */
    const int64_t *amount; /* [n] before the clip */
    const uint32_t *rank;  /* [n_projects] place of the project's id in byte order */
    int64_t min;           /* what it was made with */
    enum tally_min_of min_of;
    size_t gifts_below_min; /* gifts (or all gifts of a donor to a project) left out, and their sum */
    int64_t amount_below_min;
};

/* Borrows the gifts' columns where they are in order already, else copies. */
rc tally_group(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, struct tally_table *out,
               struct err *err);

/* ---- result ---- */

enum tally_outcome {                      /* bits: the defined answers to undefined cases */
                     TALLY_NO_GIFTS = 1,  /* nothing eligible */
                     TALLY_NO_WEIGHT = 2, /* no project has a weight (S² − C: none has two donors): the pool stays */
                     TALLY_EMPTY_POOL = 4, /* pool 0: weights and ranks only */
                     TALLY_CAP_INFEASIBLE =
                         8, /* the cap times the projects with weight is below the pool: all get the cap */
                     TALLY_UNSATURATED =
                         16,            /* the weights sum to less than the pool, and the rules pay no more than them */
                     TALLY_CAPPED = 32, /* some project is at the cap */
                     TALLY_OVER_BUDGET = 64, /* QV: ballots over the budget were left out whole */
};

struct tally_project {
    int64_t donors;  /* whose gift counted */
    int64_t raised;  /* sum of eligible gifts, before the clip */
    int64_t counted; /* sum after clip and permille: C */
    u128 weight;     /* units of 2^-32 */
    int64_t match;   /* from the pool */
    int64_t total;   /* raised + match */
    bool capped;
};

struct tally_result {
    uint32_t n;
    struct tally_project *project; /* [n] by the caller's index */
    uint32_t *order;               /* [n] projects by weight, the larger first; equal ones by id in byte order */
    unsigned outcome;              /* bits of enum tally_outcome */
    int64_t paid;                  /* sum of matches: exactly the pool, unless an outcome says why not */
    int64_t unspent;               /* pool − paid */
    size_t voters_over_budget;     /* QV */
};

rc tally_run(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
             struct err *err);
/* tally_rules_check, tally_group and tally_run at once. */
rc tally(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, struct tally_result *out,
         struct err *err);

/* What became of each gift: for a donor's receipt. out[g->n]. */
enum tally_gift { TALLY_COUNTED, TALLY_BELOW_MIN, TALLY_DONOR_BELOW_MIN, TALLY_BALLOT_OVER_BUDGET };
rc tally_explain(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, uint8_t *out,
                 struct err *err);

/* ---- shares alone ---- */

/* The pool over weights by largest remainder, capped, as tally_run does it; rank breaks the last tie. Fills match and
 * capped of p[0..n), and outcome, paid, unspent of `out`. Weights below 2^126 with a sum below 2^127. */
rc tally_share(struct arena *a, const struct tally_rules *r, struct tally_project *p, const uint32_t *rank, uint32_t n,
               struct tally_result *out, struct err *err);

uint64_t tally_root(int64_t amount);        /* floor(sqrt(amount) * 2^16), exact; amount 0 to TALLY_AMOUNT_MAX */
void tally_put_u128(struct buf *b, u128 v); /* decimal */
void tally_put_amount(struct buf *b, int64_t v, int decimals); /* 1250, 2 -> "12.50" */

#endif
