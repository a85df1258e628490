/* Inside the assignment engine: the flow network of one question, and the words' numbers when there is no answer.
 *
 *     root --lower bound--> reviewer --1--> proposal --k--> sink
 *     root --all the rest--> pool --upper - lower--> reviewer --1--> below[proposal] --k - g--> proposal
 *
 * The root can give exactly as many reviews as are needed, so a flow that fills all proposals also fills all lower
 * bounds. Pairs of an affinity under the threshold go through `below`, which leaves g reviews to the better ones. */
#ifndef RISE_MOD_FUND_ASSIGN_IMPL_H
#define RISE_MOD_FUND_ASSIGN_IMPL_H

#include "mod/fund/engine/assign.h"
#include "mod/fund/engine/flow.h"

/* The input with kept pairs taken out of demands and bounds. */
struct assign_rest {
    const struct assign_in *in;
    struct arena *scratch;    /* for networks that are asked one question; reset before each */
    uint8_t *taken;           /* pair -> conflict or kept: no arc */
    int32_t *kept_p, *kept_r; /* kept reviews by proposal, by reviewer */
    int32_t *open_p, *open_r; /* pairs still possible */
    const int32_t *min, *max; /* of the input, or defaults */
};

/* One question to the network. */
struct assign_ask {
    int32_t k;
    int32_t promised, threshold; /* g and t; 0: no promise */
    bool bounds_low;             /* lower bounds hold */
    int32_t raise_max, cap_min;  /* upper bounds at least, lower bounds at most */
    int32_t extra, extra_max;    /* further reviewers without conflicts, and their upper bound */
    bool costs;
};

struct assign_net {
    struct flow f;
    int64_t demand, lower; /* reviews still to give; what the lower bounds ask for */
    int64_t filled;        /* by flow_max; -1: impossible at sight */
    int32_t *pair_arc;     /* with costs: pair -> arc, or -1 */
};

enum { NET_ROOT, NET_POOL, NET_SINK, NET_REVIEWERS };

struct assign_ask assign_plain(const struct assign_in *in); /* k and both bounds as given, no promise, no costs */
static inline int32_t net_reviewer(size_t r)
{
    return (int32_t)(NET_REVIEWERS + r);
}
static inline int32_t net_proposal(const struct assign_in *in, const struct assign_ask *q, size_t p)
{
    return (int32_t)((size_t)NET_REVIEWERS + in->n_reviewers + (size_t)q->extra + p);
}
int32_t assign_demand(const struct assign_rest *x, const struct assign_ask *q, size_t p); /* reviews p still needs */
int32_t assign_upper(const struct assign_rest *x, const struct assign_ask *q, size_t r);  /* r can still take */
int32_t assign_lower(const struct assign_rest *x, const struct assign_ask *q, size_t r);  /* r must still take */

/* Builds the network in `a` and fills it; OK also when it cannot be filled (filled < demand). */
rc assign_fill(struct arena *a, const struct assign_rest *x, const struct assign_ask *q, struct assign_net *net);
/* Can it be filled? In the scratch arena. */
rc assign_can(const struct assign_rest *x, const struct assign_ask *q, bool *yes);
/* Fills out->why; reason ASSIGN_FEASIBLE when all is well. */
rc assign_explain(struct arena *a, const struct assign_rest *x, struct assign_why *why);

#endif
