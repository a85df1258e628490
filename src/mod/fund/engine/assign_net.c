#include "mod/fund/engine/assign_impl.h"

struct assign_ask assign_plain(const struct assign_in *in)
{
    return (struct assign_ask){.k = in->k, .bounds_low = true, .cap_min = INT32_MAX};
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t not_negative(int32_t v)
{
    return v > 0 ? v : 0;
}

int32_t assign_demand(const struct assign_rest *x, const struct assign_ask *q, size_t p)
{
    return not_negative(q->k - x->kept_p[p]);
}

int32_t assign_upper(const struct assign_rest *x, const struct assign_ask *q, size_t r)
{
    int32_t bound = x->max[r] > q->raise_max ? x->max[r] : q->raise_max;
    return least(not_negative(bound - x->kept_r[r]), x->open_r[r]);
}

int32_t assign_lower(const struct assign_rest *x, const struct assign_ask *q, size_t r)
{
    return q->bounds_low ? not_negative(least(x->min[r], q->cap_min) - x->kept_r[r]) : 0;
}

/* What a net is built from besides the question: sums over all, and what was kept of good pairs. */
struct plan {
    const struct assign_rest *x;
    const struct assign_ask *q;
    struct assign_net *net;
    int32_t *kept_good; /* by proposal; NULL without a promise */
    int64_t scale;      /* of affinities, above any sum of load costs */
    int64_t n_units;    /* arcs pool -> reviewer */
};

static int32_t extra_upper(const struct plan *b)
{
    return least(b->q->extra_max, (int32_t)b->x->in->n_proposals);
}

static rc count_kept(struct plan *b, struct arena *a)
{
    const struct assign_in *in = b->x->in;
    if (b->q->promised == 0)
        return OK;
    b->kept_good = ARENA_ARRAY(a, in->n_proposals, int32_t);
    if (!b->kept_good)
        return arena_rc(a);
    for (size_t i = 0; i < in->n_fixed; i++) {
        const struct assign_pair *f = &in->fixed[i];
        int32_t affinity = in->affinity ? in->affinity[f->proposal * in->n_reviewers + f->reviewer] : 0;
        b->kept_good[f->proposal] += affinity >= b->q->threshold;
    }
    return OK;
}

static void measure(struct plan *b)
{
    const struct assign_in *in = b->x->in;
    int32_t widest = 0;
    for (size_t p = 0; p < in->n_proposals; p++)
        b->net->demand += assign_demand(b->x, b->q, p);
    for (size_t r = 0; r < in->n_reviewers; r++) {
        int32_t lower = assign_lower(b->x, b->q, r), upper = assign_upper(b->x, b->q, r);
        b->net->lower += lower;
        b->n_units += not_negative(upper - lower);
        widest = upper + b->x->kept_r[r] > widest ? upper + b->x->kept_r[r] : widest;
    }
    b->scale = b->net->demand * widest + 1;
}

static void add_proposals(struct plan *b)
{
    const struct assign_in *in = b->x->in;
    struct flow *f = &b->net->f;
    int32_t below = net_proposal(in, b->q, in->n_proposals);
    for (size_t p = 0; p < in->n_proposals; p++) {
        int32_t node = net_proposal(in, b->q, p), demand = assign_demand(b->x, b->q, p);
        flow_add(f, node, NET_SINK, demand, 0);
        if (b->kept_good) {
            int32_t better = not_negative(b->q->promised - b->kept_good[p]);
            if (better > demand)
                b->net->filled = -1; /* what is kept already breaks the promise */
            flow_add(f, below + (int32_t)p, node, not_negative(demand - better), 0);
        }
        for (size_t r = 0; r < in->n_reviewers; r++) {
            size_t pair = p * in->n_reviewers + r;
            if (b->net->pair_arc)
                b->net->pair_arc[pair] = -1;
            if (b->x->taken[pair])
                continue;
            int32_t affinity = in->affinity ? in->affinity[pair] : 0;
            bool low = b->kept_good && affinity < b->q->threshold;
            int32_t arc = flow_add(f, net_reviewer(r), low ? below + (int32_t)p : node, 1,
                                   b->q->costs ? -affinity * b->scale : 0);
            if (b->net->pair_arc)
                b->net->pair_arc[pair] = arc;
        }
        for (int32_t r = 0; r < b->q->extra; r++)
            flow_add(f, net_reviewer(in->n_reviewers + (size_t)r), node, 1, 0);
    }
}

static void add_reviewers(struct plan *b)
{
    const struct assign_in *in = b->x->in;
    struct flow *f = &b->net->f;
    for (size_t r = 0; r < in->n_reviewers; r++) {
        int32_t lower = assign_lower(b->x, b->q, r), upper = assign_upper(b->x, b->q, r);
        flow_add(f, NET_ROOT, net_reviewer(r), lower, 0);
        if (!b->q->costs)
            flow_add(f, NET_POOL, net_reviewer(r), not_negative(upper - lower), 0);
        for (int32_t unit = lower + 1; b->q->costs && unit <= upper; unit++)
            flow_add(f, NET_POOL, net_reviewer(r), 1, (int64_t)unit + b->x->kept_r[r]); /* the u-th review costs u */
    }
    for (int32_t r = 0; r < b->q->extra; r++)
        flow_add(f, NET_POOL, net_reviewer(in->n_reviewers + (size_t)r), extra_upper(b), 0);
    int64_t rest = b->net->demand - b->net->lower;
    flow_add(f, NET_ROOT, NET_POOL, rest > 0 ? (int32_t)rest : 0, 0);
}

rc assign_fill(struct arena *a, const struct assign_rest *x, const struct assign_ask *q, struct assign_net *net)
{
    const struct assign_in *in = x->in;
    size_t pairs = in->n_proposals * in->n_reviewers;
    *net = (struct assign_net){0};
    struct plan b = {.x = x, .q = q, .net = net};
    if (q->costs) {
        net->pair_arc = ARENA_ARRAY(a, pairs, int32_t);
        if (!net->pair_arc)
            return arena_rc(a);
    }
    TRY(count_kept(&b, a));
    measure(&b);
    int64_t proposals = (int64_t)in->n_proposals, people = (int64_t)in->n_reviewers + q->extra;
    int64_t nodes = NET_REVIEWERS + people + proposals * 2;
    int64_t arcs = (int64_t)pairs + proposals * (2 + q->extra) + people * 2 + 1 + (q->costs ? b.n_units : 0);
    TRY(flow_new(&net->f, a, (int32_t)nodes, arcs));
    add_reviewers(&b);
    add_proposals(&b);
    TRY(flow_build(&net->f));
    if (net->lower > net->demand)
        net->filled = -1;
    if (net->filled == 0)
        net->filled = flow_max(&net->f, NET_ROOT, NET_SINK);
    return OK;
}

rc assign_can(const struct assign_rest *x, const struct assign_ask *q, bool *yes)
{
    struct assign_net net;
    arena_reset(x->scratch);
    TRY(assign_fill(x->scratch, x, q, &net));
    *yes = net.filled == net.demand;
    return OK;
}
