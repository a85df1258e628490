/* Maximum flow and minimum-cost flow in one directed graph with whole-number capacities and costs.
 *
 * flow_new, flow_add for each arc, flow_build; then flow_max and, if costs matter, flow_min_cost. Maximum flow by
 * Dinic's algorithm; costs by cost scaling with push and relabel (Goldberg, Tarjan 1990). Deterministic: the answer
 * depends on the order of nodes and arcs only. Memory from the caller's arena; one thread at a time. */
#ifndef RISE_MOD_FUND_FLOW_H
#define RISE_MOD_FUND_FLOW_H

#include "base/arena.h"

struct flow_end { /* an arc as its tail sees it; every arc has a second one, its way back */
    int64_t cost;
    int32_t to;
    int32_t back; /* position of the other end */
    int32_t left; /* residual capacity */
};

struct flow {
    struct arena *a;
    int32_t n;                /* nodes */
    int32_t n_arcs, room;     /* arcs added, and how many may be */
    int32_t *from, *to, *cap; /* as added */
    int64_t *cost;
    int32_t *first; /* ends of node v: end[first[v]] … end[first[v + 1] - 1] */
    struct flow_end *end;
    int32_t *at;                           /* where an arc's forward end is */
    int32_t *depth, *next, *queue, *trail; /* scratch, by node */
};

rc flow_new(struct flow *f, struct arena *a, int32_t nodes, int64_t arcs_at_most);     /* E_LIMIT past 2^30 arcs */
int32_t flow_add(struct flow *f, int32_t from, int32_t to, int32_t cap, int64_t cost); /* the arc's number */
rc flow_build(struct flow *f);

int64_t flow_max(struct flow *f, int32_t source, int32_t sink);
/* Keeps what flows into every node and makes its cost least. E_LIMIT: costs too large for 64 bits. */
rc flow_min_cost(struct flow *f);
int32_t flow_on(const struct flow *f, int32_t arc);
/* After flow_max: the nodes from which `sink` can still be reached, the small side of a minimum cut; can[n]. */
void flow_reaching(struct flow *f, int32_t sink, uint8_t *can);

#endif
