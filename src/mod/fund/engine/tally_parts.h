/* What the files of the tally engine share; nobody else includes this. */
#ifndef RISE_MOD_FUND_TALLY_PARTS_H
#define RISE_MOD_FUND_TALLY_PARTS_H

#include "mod/fund/engine/tally.h"

/* ---- kernels (tally_kernel.c): the inner loops, in versions for wider vector units ---- */

/* Sums over entries. `rest` is the sum of c·2^32 − r², so that the sum of r² is counted·2^32 − rest. */
struct tally_sums {
    int64_t donors; /* entries with c > 0 */
    int64_t raised;
    int64_t counted; /* C */
    uint64_t roots;  /* S, below 2^63 */
    u128 rest;
};

/* c[0..n) within 0 … TALLY_AMOUNT_MAX, n <= 4096 (so that a block's sums fit 64 bits). Adds to all but `raised`.
 * E_LIMIT. */
rc kernel_sum_roots(const int64_t *c, size_t n, struct tally_sums *s);
void kernel_roots(const int64_t *c, size_t n, uint64_t *out);
/* Whether every row is in bounds, and whether (project, donor) ascends strictly. */
struct kernel_check {
    bool bad;
    bool ascending;
};
struct kernel_check kernel_check_rows(const struct tally_gifts *g);

/* Pairwise. `row` holds the common roots of one donor with all others in units of 2^-16, donors[0..n) its partners in
 * one project, roots[0..n) theirs. Returns the sum of floor(2^32·A / (A + row[d])) · root. a16 = A·2^16. */
u128 kernel_pair_sum(const uint64_t *row, const uint32_t *donors, const uint32_t *roots, size_t n, uint64_t a16);
/* row[d] += (root · roots[i]) >> 16 */
void kernel_pair_add(uint64_t *row, const uint32_t *donors, const uint32_t *roots, size_t n, uint32_t root);

/* sum[i] += v[i] */
void kernel_add(uint64_t *restrict sum, const uint64_t *restrict v, size_t n);

/* ---- steps ---- */

uint64_t isqrt128(u128 x); /* floor of the square root, exact */

/* counted amounts of entries [from, from + n) of one project: the table's own column, or `room` filled. */
const int64_t *tally_counted(const struct tally_table *t, const struct tally_rules *r, size_t from, size_t n,
                             int64_t *room);
/* Donors, raised, counted, roots, rest of project p. E_LIMIT. */
rc tally_project_sums(const struct tally_table *t, const struct tally_rules *r, uint32_t p, struct tally_sums *out,
                      struct err *err);
/* The weight by roots of a project with these sums: what QF and CQF use. */
u128 tally_weight_of(const struct tally_rules *r, const struct tally_sums *s);
/* donors, raised, counted of the result from the sums. */
void tally_project_set(struct tally_project *p, const struct tally_sums *s);
/* Once donors … weight of every project are set: order, matches, totals. */
rc tally_finish(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
                struct err *err);

/* The same entries by donor: entry[start[d] … start[d + 1]) are places in the table, their project in project[]. */
struct tally_by_donor {
    size_t *start;
    uint32_t *entry; /* NULL when the table has 2^32 entries or more: E_LIMIT then */
    uint32_t *project;
};
rc tally_by_donor(struct arena *a, const struct tally_table *t, struct tally_by_donor *out, struct err *err);

/* Pairwise weights, unshifted: units of 2^-64. */
struct tally_pairs {
    const struct tally_table *t;
    const struct tally_rules *r;
    struct tally_by_donor by;
    uint64_t *root; /* [entries] */
    /* The narrow way, where every root is below 2^32, or the wide one: slower, the same result. */
    uint64_t *row;       /* [n_donors], zero between uses */
    uint32_t *partner32; /* [entries] the roots; 0 while the donor is left out */
    u128 *wide_row;      /* NULL in the narrow way */
    uint64_t *partner64;
    u128 *raw; /* [n_projects] the weights */
};
rc tally_pairs_begin(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_pairs *out,
                     struct err *err);
/* Leaves a donor out of what tally_pairs_of says of others, or takes it back in. */
void tally_pairs_presence(struct tally_pairs *x, uint32_t donor, bool present);
/* sum[k] = root_i · Σ K_ij · root_j over the partners j of donor i in its k-th project; half: only those behind it in
 * the table, else i itself must have been left out. */
void tally_pairs_of(struct tally_pairs *x, uint32_t donor, bool half, u128 *sum);

rc tally_pairs_weigh(struct arena *a, struct tally_pairs *x, struct err *err); /* fills raw */

rc tally_weigh_pairwise(struct arena *a, const struct tally_table *t, const struct tally_rules *r,
                        struct tally_result *out, struct err *err);
rc tally_weigh_cocm(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
                    struct err *err);
/* over[d] becomes 1 where a ballot costs more than the budget. */
size_t tally_over_budget(const struct tally_table *t, const struct tally_rules *r, int64_t *cost, uint8_t *over);
rc tally_weigh_votes(struct arena *a, const struct tally_table *t, const struct tally_rules *r,
                     struct tally_result *out, struct err *err);

/* The arena's reason, never OK; FND-104 when it is the cap. */
static inline rc tally_no_memory(const struct arena *a, struct err *err)
{
    rc why = arena_failed(a);
    if (why == E_LIMIT)
        (void)ERR(err, E_LIMIT, "FND-104", N_("There are too many gifts for the memory set aside."));
    return why;
}
rc tally_too_large(struct err *err); /* FND-103 */

#endif
