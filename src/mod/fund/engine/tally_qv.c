/* Quadratic voting: n votes for one project cost n² points (or n(n+1)/2), a voter has a budget of points. A ballot that
 * costs more is left out whole: which of its votes to keep would be the counter's choice, not the voter's. */
#include "mod/fund/engine/tally_parts.h"

static int64_t cost_of(const struct tally_rules *r, int64_t votes)
{
    if (votes > r->qv_budget)
        return r->qv_budget + 1; /* n votes cost at least n points; budget <= 10^9, so votes² fits */
    return r->qv_cost == TALLY_SQUARE ? votes * votes : votes * (votes + 1) / 2;
}

size_t tally_over_budget(const struct tally_table *t, const struct tally_rules *r, int64_t *cost, uint8_t *over)
{
    size_t n = 0;
    for (size_t e = 0; e < t->n; e++) {
        uint32_t d = t->donor[e];
        if (over[d])
            continue;
        cost[d] += cost_of(r, t->amount[e]);
        over[d] = cost[d] > r->qv_budget;
        n += over[d];
    }
    return n;
}

rc tally_weigh_votes(struct arena *a, const struct tally_table *t, const struct tally_rules *r,
                     struct tally_result *out, struct err *err)
{
    uint8_t *over = ARENA_ARRAY(a, t->gifts->n_donors, uint8_t);
    int64_t *cost = ARENA_ARRAY(a, t->gifts->n_donors, int64_t);
    if (!over || !cost)
        return tally_no_memory(a, err);
    out->voters_over_budget = tally_over_budget(t, r, cost, over);
    out->outcome |= out->voters_over_budget ? TALLY_OVER_BUDGET : 0;
    for (uint32_t p = 0; p < out->n; p++) {
        struct tally_project *to = &out->project[p];
        for (size_t e = t->start[p]; e < t->start[p + 1]; e++) {
            if (over[t->donor[e]])
                continue;
            to->donors++;
            to->counted += t->amount[e]; /* at most 2^28 voters with 10^9 votes each */
        }
        to->raised = to->counted;
        to->weight = (u128)(uint64_t)to->counted << TALLY_WEIGHT_BITS;
    }
    return OK;
}
