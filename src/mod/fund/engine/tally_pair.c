/* Pairwise-bounded quadratic funding (ethresear.ch/t/5553): weight_p = Σ_{i<j} 2·k_ij·√(c_ip·c_jp) with
 * k_ij = A / (A + Σ_q √(c_iq·c_jq)).
 *
 * Fixed point, declared: common roots m_ij = Σ_q floor(r_iq·r_jq / 2^16) in units of 2^-16; K_ij = floor(2^32·A·2^16 /
 * (A·2^16 + m_ij)); weight = floor(Σ 2·K_ij·r_i·r_j / 2^32). Each project's weight is below that with exact k by less
 * than 2^-32 of its plain S² − C, apart from what the roots lost.
 *
 * One donor's common roots with all others are a row of 64-bit sums, filled and emptied again: memory is O(donors), not
 * O(donors²), and work is the sum over projects of n². */
#include "mod/fund/engine/tally_parts.h"

enum { BLOCK = 1024 };
static const u128 RAW_MAX = (u128)1 << 47; /* of S, so that 2·K·S² stays below 2^127 */

static rc too_large_for_pairs(struct err *err)
{
    return ERR(err, E_LIMIT, "FND-106", N_("The gifts of one project are too large for this method."));
}

static rc fill_roots(const struct tally_table *t, const struct tally_rules *r, uint64_t *root, bool *narrow,
                     struct err *err)
{
    int64_t room[BLOCK];
    for (size_t from = 0; from < t->n; from += BLOCK) {
        size_t n = t->n - from < BLOCK ? t->n - from : BLOCK;
        kernel_roots(tally_counted(t, r, from, n, room), n, root + from);
    }
    *narrow = t->gifts->n_projects <= UINT16_MAX; /* then a row's sums stay below 2^63 */
    for (uint32_t p = 0; p < t->gifts->n_projects; p++) {
        u128 sum = 0;
        for (size_t e = t->start[p]; e < t->start[p + 1]; e++) {
            sum += root[e];
            *narrow = *narrow && root[e] <= UINT32_MAX;
        }
        if (sum >= RAW_MAX)
            return too_large_for_pairs(err);
    }
    return OK;
}

rc tally_pairs_begin(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_pairs *out,
                     struct err *err)
{
    bool narrow;
    *out = (struct tally_pairs){.t = t, .r = r, .root = ARENA_ARRAY(a, t->n, uint64_t)};
    if (!out->root)
        return tally_no_memory(a, err);
    TRY(tally_by_donor(a, t, &out->by, err));
    TRY(fill_roots(t, r, out->root, &narrow, err));
    out->raw = ARENA_ARRAY(a, t->gifts->n_projects, u128);
    if (narrow) {
        out->row = ARENA_ARRAY(a, t->gifts->n_donors, uint64_t);
        out->partner32 = ARENA_ARRAY(a, t->n, uint32_t);
    } else {
        out->wide_row = ARENA_ARRAY(a, t->gifts->n_donors, u128);
        out->partner64 = ARENA_ARRAY(a, t->n, uint64_t);
    }
    if (!out->raw || (narrow ? !out->row || !out->partner32 : !out->wide_row || !out->partner64))
        return tally_no_memory(a, err);
    for (uint32_t d = 0; d < t->gifts->n_donors; d++)
        tally_pairs_presence(out, d, true);
    return OK;
}

/* The partners of one entry in its project. */
struct span {
    size_t from, n;
};

static struct span partners(const struct tally_pairs *x, size_t k, bool half)
{
    uint32_t p = x->by.project[k], e = x->by.entry[k];
    size_t from = half ? (size_t)e + 1 : x->t->start[p];
    return (struct span){from, x->t->start[p + 1] - from};
}

static u128 sum_wide(const struct tally_pairs *x, struct span s)
{
    u128 sum = 0, a16 = (u128)(uint64_t)x->r->pairwise_a << TALLY_ROOT_BITS;
    for (size_t e = s.from; e < s.from + s.n; e++)
        if (x->partner64[e])
            sum += (a16 << 32) / (a16 + x->wide_row[x->t->donor[e]]) * x->partner64[e];
    return sum;
}

static u128 sum_span(const struct tally_pairs *x, struct span s)
{
    return x->wide_row ? sum_wide(x, s)
                       : kernel_pair_sum(x->row, x->t->donor + s.from, x->partner32 + s.from, s.n,
                                         (uint64_t)x->r->pairwise_a << TALLY_ROOT_BITS);
}

static void add_row(struct tally_pairs *x, struct span s, uint64_t root)
{
    if (!x->wide_row)
        kernel_pair_add(x->row, x->t->donor + s.from, x->partner32 + s.from, s.n, (uint32_t)root);
    else
        for (size_t e = s.from; e < s.from + s.n; e++)
            x->wide_row[x->t->donor[e]] += (u128)root * x->partner64[e] >> TALLY_ROOT_BITS;
}

static void clear_row(struct tally_pairs *x, struct span s)
{
    for (size_t e = s.from; e < s.from + s.n; e++) {
        if (x->wide_row)
            x->wide_row[x->t->donor[e]] = 0;
        else
            x->row[x->t->donor[e]] = 0;
    }
}

void tally_pairs_of(struct tally_pairs *x, uint32_t donor, bool half, u128 *sum)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): tally_pairs_begin() has filled all */
    size_t from = x->by.start[donor], to = x->by.start[donor + 1];
    for (size_t k = from; k < to; k++)
        add_row(x, partners(x, k, half), x->root[x->by.entry[k]]);
    for (size_t k = from; k < to; k++)
        sum[k - from] = x->root[x->by.entry[k]] * sum_span(x, partners(x, k, half));
    for (size_t k = from; k < to; k++)
        clear_row(x, partners(x, k, half));
}

void tally_pairs_presence(struct tally_pairs *x, uint32_t donor, bool present)
{
    for (size_t k = x->by.start[donor]; k < x->by.start[donor + 1]; k++) {
        size_t e = x->by.entry[k];
        if (x->wide_row)
            x->partner64[e] = present ? x->root[e] : 0;
        else
            x->partner32[e] = present ? (uint32_t)x->root[e] : 0;
    }
}

rc tally_pairs_weigh(struct arena *a, struct tally_pairs *x, struct err *err)
{
    u128 *sum = ARENA_ARRAY(a, x->t->gifts->n_projects, u128);
    if (!sum)
        return tally_no_memory(a, err);
    for (uint32_t d = 0; d < x->t->gifts->n_donors; d++) {
        tally_pairs_of(x, d, true, sum);
        for (size_t k = x->by.start[d]; k < x->by.start[d + 1]; k++)
            x->raw[x->by.project[k]] += 2 * sum[k - x->by.start[d]];
    }
    return OK;
}

rc tally_weigh_pairwise(struct arena *a, const struct tally_table *t, const struct tally_rules *r,
                        struct tally_result *out, struct err *err)
{
    struct tally_pairs x;
    TRY(tally_pairs_begin(a, t, r, &x, err));
    TRY(tally_pairs_weigh(a, &x, err));
    for (uint32_t p = 0; p < out->n; p++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): tally_pairs_begin() has filled all */
        out->project[p].weight = x.raw[p] >> 32;
    return OK;
}
