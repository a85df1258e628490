/* Why an assignment is impossible, and what would help. Simple reasons are counted; the others are read from a minimum
 * cut of the network. Let C be the nodes that can still reach the sink when nothing more can flow.
 *
 * Upper bounds: the proposals in C are not full, and neither are the reviewers in C free. So those proposals need more
 * than the upper bounds of the reviewers in C and the single pairs from reviewers outside C together can give (Hall).
 * Lower bounds: the pool is in C then; the reviewers outside C must have more than the proposals outside C need and
 * the pairs from them to proposals in C hold. */
#include "mod/fund/engine/assign_impl.h"

static const uint32_t *listed(struct arena *a, const uint8_t *in_set, size_t n, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < n; i++)
        *count += in_set[i] != 0;
    uint32_t *list = ARENA_ARRAY(a, *count, uint32_t);
    for (size_t i = 0, j = 0; list && i < n; i++)
        if (in_set[i])
            list[j++] = (uint32_t)i;
    return list;
}

static rc set_lists(struct arena *a, const struct assign_in *in, const uint8_t *ps, const uint8_t *rs,
                    struct assign_why *w)
{
    w->proposals = listed(a, ps, in->n_proposals, &w->n_proposals);
    w->reviewers = listed(a, rs, in->n_reviewers, &w->n_reviewers);
    return w->proposals && w->reviewers ? OK : arena_rc(a);
}

/* ---- what can be counted ---- */

static bool kept_is_wrong(const struct assign_rest *x, struct assign_why *w)
{
    const struct assign_in *in = x->in;
    for (size_t i = 0; i < in->n_fixed; i++) {
        const struct assign_pair *f = &in->fixed[i];
        if (in->conflict && in->conflict[f->proposal * in->n_reviewers + f->reviewer]) {
            w->reason = ASSIGN_FIXED_CONFLICT;
            w->proposal = f->proposal;
            w->reviewer = f->reviewer;
            return true;
        }
    }
    return false;
}

static bool reviewer_is_wrong(const struct assign_rest *x, struct assign_why *w)
{
    for (size_t r = 0; r < x->in->n_reviewers; r++) {
        bool over = x->kept_r[r] > x->max[r];
        if (!over && x->min[r] <= x->max[r])
            continue;
        w->reason = over ? ASSIGN_FIXED_LOAD : ASSIGN_BOUNDS;
        w->reviewer = r;
        w->need = over ? x->kept_r[r] : x->min[r];
        w->have = x->max[r];
        return true;
    }
    return false;
}

static rc few_reviewers(struct arena *a, const struct assign_rest *x, struct assign_why *w)
{
    const struct assign_in *in = x->in;
    uint8_t *such = ARENA_ARRAY(a, in->n_proposals, uint8_t);
    if (!such)
        return arena_rc(a);
    for (size_t p = in->n_proposals; p-- > 0;) {
        such[p] = x->kept_p[p] + x->open_p[p] < in->k;
        if (!such[p])
            continue;
        w->reason = ASSIGN_FEW_REVIEWERS;
        w->proposal = p;
        w->need = in->k;
        w->have = x->kept_p[p] + x->open_p[p];
    }
    w->proposals = listed(a, such, in->n_proposals, &w->n_proposals);
    return w->proposals ? OK : arena_rc(a);
}

static void totals(const struct assign_rest *x, const struct assign_ask *q, int64_t *demand, int64_t *upper,
                   int64_t *lower)
{
    *demand = *upper = *lower = 0;
    for (size_t p = 0; p < x->in->n_proposals; p++)
        *demand += assign_demand(x, q, p);
    for (size_t r = 0; r < x->in->n_reviewers; r++) {
        *upper += assign_upper(x, q, r);
        *lower += assign_lower(x, q, r);
    }
}

static bool capacity_is_small(const struct assign_rest *x, const struct assign_ask *q, struct assign_why *w)
{
    int64_t lower;
    totals(x, q, &w->need, &w->have, &lower);
    if (w->need > w->have)
        w->reason = ASSIGN_CAPACITY;
    return w->need > w->have;
}

static bool minimum_is_large(const struct assign_rest *x, const struct assign_ask *q, struct assign_why *w)
{
    int64_t upper;
    totals(x, q, &w->have, &upper, &w->need);
    if (w->need > w->have) {
        w->reason = ASSIGN_MIN_TOTAL;
        return true;
    }
    for (size_t r = 0; r < x->in->n_reviewers; r++)
        if (assign_lower(x, q, r) > x->open_r[r]) {
            w->reason = ASSIGN_MIN_REVIEWER;
            w->reviewer = r;
            w->need = x->min[r];
            w->have = x->kept_r[r] + x->open_r[r];
            return true;
        }
    return false;
}

/* ---- what the cut says ---- */

/* Pairs still possible from reviewers whose side is `from` to proposals whose side is `to`. */
static int64_t pairs_between(const struct assign_rest *x, const uint8_t *rs, uint8_t from, const uint8_t *ps,
                             uint8_t to)
{
    int64_t n = 0;
    for (size_t p = 0; p < x->in->n_proposals; p++)
        for (size_t r = 0; r < x->in->n_reviewers; r++)
            n += ps[p] == to && rs[r] == from && !x->taken[p * x->in->n_reviewers + r];
    return n;
}

static rc read_cut(struct arena *a, const struct assign_rest *x, const struct assign_ask *q, struct assign_why *w)
{
    const struct assign_in *in = x->in;
    struct assign_net net;
    arena_reset(x->scratch);
    TRY(assign_fill(x->scratch, x, q, &net));
    if (net.filled == net.demand)
        return OK;
    uint8_t *can = ARENA_ARRAY(x->scratch, (size_t)net.f.n, uint8_t);
    if (!can)
        return arena_rc(x->scratch);
    flow_reaching(&net.f, NET_SINK, can);
    uint8_t *rs = can + net_reviewer(0), *ps = can + net_proposal(in, q, 0);
    w->reason = q->bounds_low ? ASSIGN_MIN_SET : ASSIGN_SET;
    w->need = w->have = 0;
    if (q->bounds_low) { /* the other side of the cut is the one to name */
        w->have = pairs_between(x, rs, 0, ps, 1);
        for (size_t p = 0; p < in->n_proposals; p++)
            ps[p] = !ps[p];
        for (size_t r = 0; r < in->n_reviewers; r++)
            rs[r] = !rs[r];
        for (size_t r = 0; r < in->n_reviewers; r++)
            w->need += rs[r] ? assign_lower(x, q, r) : 0;
        for (size_t p = 0; p < in->n_proposals; p++)
            w->have += ps[p] ? assign_demand(x, q, p) : 0;
        return set_lists(a, in, ps, rs, w);
    }
    w->others = pairs_between(x, rs, 0, ps, 1);
    w->have = w->others;
    for (size_t p = 0; p < in->n_proposals; p++)
        w->need += ps[p] ? assign_demand(x, q, p) : 0;
    for (size_t r = 0; r < in->n_reviewers; r++)
        w->have += rs[r] ? assign_upper(x, q, r) : 0;
    return set_lists(a, in, ps, rs, w);
}

/* ---- what would help ---- */

/* The least value in low..high of *knob that makes the question answerable, 0 when even `high` does not. The greater
 * the value, the easier. */
static rc least_enough(const struct assign_rest *x, struct assign_ask *q, int32_t *knob, int32_t low, int32_t high,
                       int32_t *out)
{
    bool yes = false;
    *out = 0;
    *knob = high;
    if (low <= high)
        TRY(assign_can(x, q, &yes));
    if (!yes)
        return OK;
    while (low < high) {
        *knob = low + (high - low) / 2;
        TRY(assign_can(x, q, &yes));
        if (yes)
            high = *knob;
        else
            low = *knob + 1;
    }
    *out = high;
    return OK;
}

/* The first value from `from` on, by `step`, up to before `end`, that makes it answerable; `otherwise` when none. */
static rc first_enough(const struct assign_rest *x, struct assign_ask *q, int32_t *knob, int32_t from, int32_t step,
                       int32_t end, int32_t *out)
{
    for (*knob = from; *knob != end; *knob += step) {
        bool yes;
        TRY(assign_can(x, q, &yes));
        if (yes) {
            *out = *knob;
            return OK;
        }
    }
    return OK;
}

static int32_t greatest(const int32_t *v, size_t n, int32_t at_most)
{
    int32_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i] > most)
            most = v[i];
    return most < at_most ? most : at_most;
}

static rc more_capacity_helps(const struct assign_rest *x, struct assign_why *w)
{
    const struct assign_in *in = x->in;
    struct assign_ask q = assign_plain(in);
    TRY(least_enough(x, &q, &q.raise_max, 1, (int32_t)in->n_proposals, &w->raise_max_to));
    q = assign_plain(in);
    TRY(first_enough(x, &q, &q.k, in->k - 1, -1, 0, &w->lower_k_to));
    q = assign_plain(in);
    q.extra_max = greatest(x->max, in->n_reviewers, (int32_t)in->n_proposals);
    if (in->n_reviewers == 0)
        q.extra_max = (int32_t)in->n_proposals;
    int32_t most = q.extra_max > 0 ? (int32_t)((int64_t)in->n_proposals * in->k / q.extra_max) + in->k : 0;
    if ((int64_t)in->n_proposals * most <= ASSIGN_PAIRS_MAX)
        TRY(least_enough(x, &q, &q.extra, 1, most, &w->add_reviewers));
    return OK;
}

static rc lower_minimum_helps(const struct assign_rest *x, struct assign_why *w)
{
    const struct assign_in *in = x->in;
    struct assign_ask q = assign_plain(in);
    int32_t low = 0, high = greatest(x->min, in->n_reviewers, INT32_MAX);
    while (low < high) { /* with 0 it was answerable */
        bool yes;
        q.cap_min = low + (high - low + 1) / 2;
        TRY(assign_can(x, &q, &yes));
        if (yes)
            low = q.cap_min;
        else
            high = q.cap_min - 1;
    }
    w->lower_min_to = low;
    q = assign_plain(in);
    int32_t end = (int32_t)(in->n_reviewers < ASSIGN_K_MAX ? in->n_reviewers : ASSIGN_K_MAX) + 1;
    return in->k < end ? first_enough(x, &q, &q.k, in->k + 1, 1, end, &w->raise_k_to) : OK;
}

static rc find_reason(struct arena *a, const struct assign_rest *x, struct assign_why *w)
{
    if (kept_is_wrong(x, w) || reviewer_is_wrong(x, w))
        return OK;
    TRY(few_reviewers(a, x, w));
    struct assign_ask upper = assign_plain(x->in), both = upper;
    upper.bounds_low = false;
    if (w->reason != ASSIGN_FEASIBLE || capacity_is_small(x, &upper, w))
        return OK;
    TRY(read_cut(a, x, &upper, w));
    if (w->reason != ASSIGN_FEASIBLE || minimum_is_large(x, &both, w))
        return OK;
    return read_cut(a, x, &both, w);
}

static const struct assign_why nothing = {.proposal = SIZE_MAX, .reviewer = SIZE_MAX, .lower_min_to = -1};

rc assign_explain(struct arena *a, const struct assign_rest *x, struct assign_why *why)
{
    *why = nothing;
    TRY(find_reason(a, x, why));
    switch (why->reason) {
    case ASSIGN_FEW_REVIEWERS:
    case ASSIGN_CAPACITY:
    case ASSIGN_SET:
        return more_capacity_helps(x, why);
    case ASSIGN_MIN_TOTAL:
    case ASSIGN_MIN_REVIEWER:
    case ASSIGN_MIN_SET:
        return lower_minimum_helps(x, why);
    case ASSIGN_FEASIBLE:
        *why = nothing;
        return OK;
    case ASSIGN_FIXED_CONFLICT:
    case ASSIGN_FIXED_LOAD:
    case ASSIGN_BOUNDS:
        return OK;
    }
    return E_INTERNAL;
}
