/* The pool over weights, to the last unit.
 *
 * With a cap c the shares are min(c, L·w) for the one level L at which they add up to the pool. In the order of weights
 * the capped projects are a prefix, so L is found by walking down: with k capped, the rest of the pool M − k·c falls on
 * the rest of the weights W; the next project is capped too when (M − k·c)·w > c·W. No rounds of clipping and
 * spreading, no rounding before the last step, the largest remainder. */
#include <stdlib.h>

#include "mod/fund/engine/tally_parts.h"

/* a·b as 192 bits. */
struct wide {
    u128 high; /* the upper 128 */
    uint64_t low;
};

static struct wide mul(u128 a, uint64_t b)
{
    u128 low = (u128)(uint64_t)a * b;
    return (struct wide){(u128)(uint64_t)(a >> 64) * b + (low >> 64), (uint64_t)low};
}

static bool more(struct wide a, struct wide b)
{
    return a.high != b.high ? a.high > b.high : a.low > b.low;
}

/* m·w / sum with its remainder; w <= sum < 2^127, so the quotient is at most m. */
static uint64_t divide(uint64_t m, u128 w, u128 sum, u128 *rest)
{
    u128 product;
    if (!__builtin_mul_overflow(w, (u128)m, &product)) {
        *rest = product % sum;
        return (uint64_t)(product / sum);
    }
    uint64_t q = 0;
    u128 r = 0;
    for (int bit = 63; bit >= 0; bit--) { /* r = m's upper bits · w, modulo sum */
        q <<= 1;
        r <<= 1;
        if (r >= sum) {
            r -= sum;
            q++;
        }
        if (m >> bit & 1) {
            r += w;
            if (r >= sum) {
                r -= sum;
                q++;
            }
        }
    }
    *rest = r;
    return q;
}

struct place {
    uint32_t i;
    uint32_t rank;
    u128 weight;
    u128 rest;
};

static int by_weight(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->rank < y->rank ? -1 : 1;
}

/* The tie key of the last units: larger remainder, larger weight, id in byte order. */
static int by_rest(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return by_weight(a, b);
}

/* m over places[0..n) whose weights sum to `sum` > 0. */
static void spread(struct tally_project *p, struct place *places, uint32_t n, uint64_t m, u128 sum)
{
    uint64_t left = m;
    for (uint32_t k = 0; k < n; k++) {
        uint64_t q = divide(m, places[k].weight, sum, &places[k].rest);
        p[places[k].i].match = (int64_t)q;
        left -= q;
    }
    qsort(places, n, sizeof *places, by_rest);
    for (uint32_t k = 0; k < left; k++)
        p[places[k].i].match++;
}

static void give_cap(struct tally_project *p, const struct place *places, uint32_t n, int64_t cap)
{
    for (uint32_t k = 0; k < n; k++) {
        p[places[k].i].match = cap;
        p[places[k].i].capped = true;
    }
}

/* How many of the first places are capped when m is shared out, and what is left for the others. */
static uint32_t capped_prefix(const struct place *places, uint32_t n, uint64_t cap, uint64_t *m, u128 *sum)
{
    uint32_t k = 0;
    while (k < n && more(mul(places[k].weight, *m), mul(*sum, cap))) {
        *m -= cap;
        *sum -= places[k++].weight;
    }
    return k;
}

/* Pays the weights themselves, capped, and no more: for a pool that is larger than that. Returns false when it is not.
 */
static bool pay_weights(const struct tally_rules *r, struct tally_project *p, struct place *places, uint32_t n,
                        u128 sum)
{
    u128 pool = (u128)(uint64_t)r->pool << TALLY_WEIGHT_BITS, cap = (u128)(uint64_t)r->cap << TALLY_WEIGHT_BITS;
    uint32_t k = 0;
    u128 total = sum;
    for (; r->cap && k < n && places[k].weight > cap; k++) {
        sum -= places[k].weight;
        total -= places[k].weight - cap;
    }
    if (total >= pool)
        return false;
    give_cap(p, places, k, r->cap);
    if (sum)
        spread(p, places + k, n - k, (uint64_t)(sum >> TALLY_WEIGHT_BITS), sum);
    return true;
}

static unsigned share_out(const struct tally_rules *r, struct tally_project *p, struct place *places, uint32_t n,
                          u128 sum)
{
    if (r->pool == 0)
        return TALLY_EMPTY_POOL;
    if (sum == 0)
        return TALLY_NO_WEIGHT;
    if (r->saturation == TALLY_PAY && pay_weights(r, p, places, n, sum))
        return TALLY_UNSATURATED;
    uint64_t m = (uint64_t)r->pool;
    if (r->cap && (u128)n * (u128)r->cap < m) {
        give_cap(p, places, n, r->cap);
        return TALLY_CAP_INFEASIBLE;
    }
    uint32_t k = r->cap ? capped_prefix(places, n, (uint64_t)r->cap, &m, &sum) : 0;
    give_cap(p, places, k, r->cap);
    if (k < n)
        spread(p, places + k, n - k, m, sum);
    return 0;
}

rc tally_share(struct arena *a, const struct tally_rules *r, struct tally_project *p, const uint32_t *rank, uint32_t n,
               struct tally_result *out, struct err *err)
{
    struct place *places = ARENA_ARRAY(a, n, struct place);
    out->order = ARENA_ARRAY(a, n, uint32_t);
    if (!places || !out->order)
        return tally_no_memory(a, err);
    u128 sum = 0;
    uint32_t weighty = 0;
    for (uint32_t i = 0; i < n; i++) {
        places[i] = (struct place){.i = i, .rank = rank[i], .weight = p[i].weight};
        p[i].match = 0;
        p[i].capped = false;
        weighty += p[i].weight > 0;
        if (p[i].weight >> 126 || (sum += p[i].weight) >> 127)
            return tally_too_large(err);
    }
    qsort(places, n, sizeof *places, by_weight);
    for (uint32_t i = 0; i < n; i++)
        out->order[i] = places[i].i;
    out->outcome |= share_out(r, p, places, weighty, sum);
    out->paid = 0;
    for (uint32_t i = 0; i < n; i++) {
        out->paid += p[i].match; /* at most the pool */
        out->outcome |= p[i].capped ? TALLY_CAPPED : 0;
    }
    out->unspent = r->pool - out->paid;
    return OK;
}
