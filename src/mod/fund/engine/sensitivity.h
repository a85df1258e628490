/* Before publishing: what would the result be without some donors, or under other rules?
 *
 * The base tally is made once. A what-if that removes donors, or changes pool, cap, weight or saturation, touches only
 * those donors' projects (quadratic funding and pairwise: the same bits as a tally from the beginning, which the tests
 * compare); all else (minimum, clip, another method, COCM, votes) is tallied anew. Clusters come from the caller (same
 * device, address, payment account), or from community_find(): donors who gave to nearly the same projects.
 *
 * Pure functions, memory from arenas. A base serves one thread at a time. Errors as in tally.h; FND-120: no such donor.
 */
#ifndef RISE_MOD_FUND_SENSITIVITY_H
#define RISE_MOD_FUND_SENSITIVITY_H

#include "mod/fund/engine/tally.h"

struct sens_base;
rc sens_begin(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, struct sens_base **out,
              struct err *err);
const struct tally_result *sens_result(const struct sens_base *b);

struct sens_change {
    const uint32_t *without; /* donors left out; named twice counts once */
    size_t n_without;
    const struct tally_rules *rules; /* NULL: as in the base */
    uint32_t line;                   /* K: who is among the first K with weight; 0: nobody asks */
};

struct sens_answer {
    struct tally_result result;
    const int64_t *change;         /* [n projects] match now less match in the base */
    int64_t moved;                 /* sum of the gains: money that others get (or, where less is paid, of the losses) */
    int64_t gifts_removed;         /* sum of eligible gifts of the donors left out */
    const uint32_t *enter, *leave; /* projects that cross the line, in the order of the new and the old ranks */
    size_t n_enter, n_leave;
    bool incremental;
};

/* The answer lives in `a`, which may be reset between questions. */
rc sens_try(struct sens_base *b, struct arena *a, const struct sens_change *c, struct sens_answer *out,
            struct err *err);

/* ---- communities ---- */

struct community_limits {
    uint32_t min_donors;   /* smallest community reported; at least 2 */
    uint32_t min_projects; /* donors with fewer projects say too little; at least 1 */
    uint32_t permille;     /* least likeness of two donors' sets of projects (Jaccard), 500 to 1000 */
};
extern const struct community_limits community_usual; /* 3 donors, 3 projects, 800 */

/* Donors linked by nearly the same projects, with the evidence. */
struct community {
    const uint32_t *donor; /* ascending */
    uint32_t n_donors;
    const uint32_t *project; /* to which most of them gave, the more givers the earlier */
    const uint32_t *givers;  /* of the community, by project */
    uint32_t n_projects;
    int64_t sum; /* of all their eligible gifts */
};

/* Communities, the larger first, equal ones by their first donor. Deterministic: whole numbers only, no seed. Two
 * donors are linked when the likeness of their sets reaches the limit; a community is a connected part. E_LIMIT FND-104
 * when the search would compare more than 2^30 pairs. */
rc community_find(struct arena *a, const struct tally_table *t, const struct community_limits *l,
                  const struct community **out, size_t *n, struct err *err);

#endif
