/* What the tests of the tally engine share: a random source of their own, gifts in columns. */
#ifndef RISE_MOD_FUND_TEST_TALLY_H
#define RISE_MOD_FUND_TEST_TALLY_H

#include "mod/fund/engine/tally.h"
#include "t.h"

/* Numbers that are the same everywhere (splitmix64, Steele, Lea and Flood 2014). */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline uint64_t below(uint64_t *state, uint64_t n)
{
    return next_random(state) % n;
}

struct columns {
    struct tally_gifts g;
    uint32_t *project, *donor;
    int64_t *amount;
};

static inline struct columns columns_new(struct arena *a, size_t n, uint32_t projects, uint32_t donors)
{
    struct columns c = {.project = ARENA_ARRAY(a, n, uint32_t),
                        .donor = ARENA_ARRAY(a, n, uint32_t),
                        .amount = ARENA_ARRAY(a, n, int64_t)};
    c.g = (struct tally_gifts){
        .n = n, .project = c.project, .donor = c.donor, .amount = c.amount, .n_projects = projects, .n_donors = donors};
    return c;
}

/* A few popular projects, many small gifts and some large ones, donors who give twice. */
static inline struct columns random_gifts(struct arena *a, uint64_t *state, size_t n, uint32_t projects,
                                          uint32_t donors, int64_t max)
{
    struct columns c = columns_new(a, n, projects, donors);
    for (size_t i = 0; i < n; i++) {
        uint64_t wide = below(state, projects);
        c.project[i] = (uint32_t)(below(state, 3) ? wide : below(state, wide + 1));
        c.donor[i] = (uint32_t)below(state, donors);
        uint64_t most = below(state, 4) ? (uint64_t)max / 1000 + 1 : (uint64_t)max;
        c.amount[i] = 1 + (int64_t)below(state, most);
    }
    return c;
}

#endif
