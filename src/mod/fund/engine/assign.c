#include "mod/fund/engine/assign.h"

#include <stdlib.h>

#include "mod/fund/engine/assign_impl.h"

#define SCRATCH_BYTES ((size_t)2 << 30) /* networks of ASSIGN_PAIRS_MAX pairs fit */

/* ---- what was given ---- */

static rc out_of_range(struct err *err)
{
    return ERR(err, E_INVALID, "FND-201", N_("The numbers of this assignment are not within their bounds."));
}

static rc check(const struct assign_in *in, struct err *err)
{
    if (in->n_reviewers > 0 && in->n_proposals > ASSIGN_PAIRS_MAX / in->n_reviewers)
        return ERR(err, E_LIMIT, "FND-202", N_("There are too many proposals and reviewers for one assignment."));
    if (in->n_proposals > ASSIGN_PAIRS_MAX || in->k < 1 || in->k > ASSIGN_K_MAX)
        return out_of_range(err);
    for (size_t i = 0; in->affinity && i < in->n_proposals * in->n_reviewers; i++)
        if (in->affinity[i] < 0 || in->affinity[i] > ASSIGN_AFFINITY_MAX)
            return out_of_range(err);
    for (size_t r = 0; r < in->n_reviewers; r++)
        if ((in->min && in->min[r] < 0) || (in->max && in->max[r] < 0))
            return out_of_range(err);
    for (size_t i = 0; i < in->n_fixed; i++)
        if (in->fixed[i].proposal >= in->n_proposals || in->fixed[i].reviewer >= in->n_reviewers)
            return out_of_range(err);
    return OK;
}

static int32_t *all_the_same(struct arena *a, size_t n, int32_t value)
{
    int32_t *v = ARENA_ARRAY(a, n, int32_t);
    for (size_t i = 0; v && i < n; i++)
        v[i] = value;
    return v;
}

static rc take_kept(struct assign_rest *x, struct err *err)
{
    const struct assign_in *in = x->in;
    for (size_t i = 0; i < in->n_fixed; i++) {
        const struct assign_pair *f = &in->fixed[i];
        uint8_t *taken = &x->taken[f->proposal * in->n_reviewers + f->reviewer];
        if (*taken == 2)
            return out_of_range(err);
        *taken = 2;
        x->kept_p[f->proposal]++;
        x->kept_r[f->reviewer]++;
    }
    return OK;
}

static rc prepare(struct arena *a, const struct assign_in *in, struct assign_rest *x, struct err *err)
{
    size_t pairs = in->n_proposals * in->n_reviewers;
    x->in = in;
    x->taken = ARENA_ARRAY(a, pairs, uint8_t);
    x->kept_p = all_the_same(a, in->n_proposals, 0);
    x->kept_r = all_the_same(a, in->n_reviewers, 0);
    x->open_p = all_the_same(a, in->n_proposals, 0);
    x->open_r = all_the_same(a, in->n_reviewers, 0);
    x->min = in->min ? in->min : all_the_same(a, in->n_reviewers, 0);
    x->max = in->max ? in->max : all_the_same(a, in->n_reviewers, ASSIGN_NO_MAX);
    if (!x->taken || !x->kept_p || !x->kept_r || !x->open_p || !x->open_r || !x->min || !x->max)
        return arena_rc(a);
    if (in->conflict)
        memcpy(x->taken, in->conflict, pairs);
    TRY(take_kept(x, err));
    for (size_t i = 0; i < pairs; i++)
        if (!x->taken[i]) {
            x->open_p[i / in->n_reviewers]++;
            x->open_r[i % in->n_reviewers]++;
        }
    return OK;
}

/* ---- the promise to the worst proposal ---- */

static int by_value(const void *l, const void *r)
{
    int32_t a = *(const int32_t *)l, b = *(const int32_t *)r;
    return (a > b) - (a < b);
}

static int32_t affinity_of(const struct assign_in *in, size_t pair)
{
    return in->affinity ? in->affinity[pair] : 0;
}

/* A conflict that was not kept can never be in a result. */
static bool possible(const struct assign_rest *x, size_t pair)
{
    return x->taken[pair] != 1;
}

struct levels {
    int32_t *v; /* distinct affinities of possible pairs, ascending; v[0] = 0 always */
    size_t n;
};

static rc find_levels(struct arena *a, const struct assign_rest *x, struct levels *out)
{
    size_t pairs = x->in->n_proposals * x->in->n_reviewers, n = 1;
    int32_t *v = ARENA_ARRAY(a, pairs + 1, int32_t);
    if (!v)
        return arena_failed(a);
    for (size_t i = 0; i < pairs; i++)
        if (possible(x, i))
            v[n++] = affinity_of(x->in, i);
    qsort(v, n, sizeof *v, by_value);
    out->n = 0;
    for (size_t i = 0; i < n; i++)
        if (out->n == 0 || v[out->n - 1] != v[i])
            v[out->n++] = v[i];
    out->v = v;
    return OK;
}

/* The highest level, at most *level, at which every proposal can have g reviewers. Level 0 always can: all are good. */
static rc highest_promise(const struct assign_rest *x, const struct levels *l, int32_t g, size_t *level)
{
    size_t low = 0, high = *level;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        struct assign_ask q = assign_plain(x->in);
        q.promised = g;
        q.threshold = l->v[middle];
        bool yes;
        TRY(assign_can(x, &q, &yes));
        if (yes)
            low = middle;
        else
            high = middle - 1;
    }
    *level = low;
    return OK;
}

/* No assignment gives every proposal more than this. For each g some proposal has fewer than g reviewers above t(g), so
 * its sum is at most that of its g - 1 best and of the next best ones counted as t(g): the largest such value over all
 * proposals is a bound. So is the smallest sum of the k best of any proposal. */
struct bound {
    const struct assign_rest *x;
    int32_t *best;     /* [proposal][k]: its highest affinities, descending */
    int64_t *kept_sum; /* what is kept already; the whole sum of a proposal that needs no more */
};

static rc find_best(struct arena *a, struct bound *b)
{
    const struct assign_in *in = b->x->in;
    size_t k = (size_t)in->k;
    b->best = ARENA_ARRAY(a, in->n_proposals * k, int32_t);
    b->kept_sum = ARENA_ARRAY(a, in->n_proposals, int64_t);
    if (!b->best || !b->kept_sum)
        return arena_rc(a);
    for (size_t i = 0; i < in->n_fixed; i++)
        b->kept_sum[in->fixed[i].proposal] +=
            affinity_of(in, in->fixed[i].proposal * in->n_reviewers + in->fixed[i].reviewer);
    for (size_t p = 0; p < in->n_proposals; p++) {
        int32_t *top = b->best + p * k;
        for (size_t r = 0; r < in->n_reviewers; r++) {
            size_t pair = p * in->n_reviewers + r;
            if (!possible(b->x, pair))
                continue;
            int32_t v = affinity_of(in, pair);
            for (size_t j = 0; j < k; j++) /* insertion: k is small */
                if (v > top[j]) {
                    int32_t shifted = top[j];
                    top[j] = v;
                    v = shifted;
                }
        }
    }
    return OK;
}

/* The proposal's greatest sum with at most `at_most` affinities above `limit`. */
static int64_t limited_sum(const struct bound *b, size_t p, int32_t at_most, int32_t limit)
{
    if (b->x->kept_p[p] >= b->x->in->k)
        return b->kept_sum[p];
    const int32_t *top = b->best + p * (size_t)b->x->in->k;
    int64_t sum = 0;
    for (int32_t j = 0; j < b->x->in->k; j++)
        sum += j < at_most || top[j] < limit ? top[j] : limit;
    return sum;
}

static int64_t bound_of_one(const struct bound *b)
{
    int64_t least = INT64_MAX;
    for (size_t p = 0; p < b->x->in->n_proposals; p++) {
        int64_t sum = limited_sum(b, p, b->x->in->k, 0);
        least = sum < least ? sum : least;
    }
    return least;
}

static int64_t bound_of_promise(const struct bound *b, int32_t g, int32_t t)
{
    int64_t most = 0;
    for (size_t p = 0; p < b->x->in->n_proposals; p++) {
        int64_t sum = limited_sum(b, p, g - 1, t);
        most = sum > most ? sum : most;
    }
    return most;
}

/* ---- the answer ---- */

static int by_pair(const void *l, const void *r)
{
    const struct assign_pair *a = l, *b = r;
    if (a->proposal != b->proposal)
        return a->proposal < b->proposal ? -1 : 1;
    return (a->reviewer > b->reviewer) - (a->reviewer < b->reviewer);
}

static rc collect(struct arena *a, const struct assign_rest *x, const struct assign_net *net, struct assign_out *out)
{
    const struct assign_in *in = x->in;
    size_t room = in->n_fixed + (size_t)net->demand;
    out->pairs = ARENA_ARRAY(a, room, struct assign_pair);
    out->sums = ARENA_ARRAY(a, in->n_proposals, int64_t);
    out->loads = ARENA_ARRAY(a, in->n_reviewers, int32_t);
    if (!out->pairs || !out->sums || !out->loads)
        return arena_rc(a);
    if (in->n_fixed > 0)
        memcpy(out->pairs, in->fixed, in->n_fixed * sizeof *out->pairs);
    out->n = in->n_fixed;
    for (size_t i = 0; i < in->n_proposals * in->n_reviewers; i++)
        if (net->pair_arc[i] >= 0 && flow_on(&net->f, net->pair_arc[i]) > 0)
            out->pairs[out->n++] =
                (struct assign_pair){(uint32_t)(i / in->n_reviewers), (uint32_t)(i % in->n_reviewers)};
    qsort(out->pairs, out->n, sizeof *out->pairs, by_pair);
    for (size_t i = 0; i < out->n; i++) {
        const struct assign_pair *f = &out->pairs[i];
        out->sums[f->proposal] += affinity_of(in, f->proposal * in->n_reviewers + f->reviewer);
        out->loads[f->reviewer]++;
    }
    out->worst = in->n_proposals > 0 ? INT64_MAX : 0;
    for (size_t p = 0; p < in->n_proposals; p++) {
        out->total += out->sums[p];
        out->worst = out->sums[p] < out->worst ? out->sums[p] : out->worst;
    }
    return OK;
}

/* The greatest total under one promise (none: g = 0). */
static rc solve_promise(struct arena *a, const struct assign_rest *x, int32_t g, int32_t t, struct assign_out *out)
{
    struct assign_net net;
    struct assign_ask q = assign_plain(x->in);
    q.promised = g;
    q.threshold = t;
    q.costs = true;
    arena_reset(x->scratch);
    TRY(assign_fill(x->scratch, x, &q, &net));
    if (net.filled != net.demand)
        return E_INTERNAL; /* it was found feasible before */
    TRY(flow_min_cost(&net.f));
    *out = (struct assign_out){
        .promised = g, .threshold = t, .why = {.proposal = SIZE_MAX, .reviewer = SIZE_MAX, .lower_min_to = -1}};
    return collect(a, x, &net, out);
}

static bool better(const struct assign_out *a, const struct assign_out *b)
{
    return a->worst != b->worst ? a->worst > b->worst : a->total > b->total;
}

static rc solve_fair(struct arena *a, const struct assign_rest *x, const struct bound *b, struct assign_out *out)
{
    struct levels l = {0};
    TRY(find_levels(a, x, &l));
    size_t level = l.n - 1;
    int64_t limit = bound_of_one(b);
    TRY(solve_promise(a, x, 0, 0, out));
    out->worst_bound = limit;
    if (out->worst == limit) /* the greatest total serves the worst as well as any can: nothing to trade */
        return OK;
    for (int32_t g = 1; g <= x->in->k; g++) {
        struct assign_out one;
        TRY(highest_promise(x, &l, g, &level));
        TRY(solve_promise(a, x, g, l.v[level], &one));
        int64_t above = bound_of_promise(b, g, l.v[level]);
        limit = above < limit ? above : limit;
        if (better(&one, out))
            *out = one;
    }
    out->worst_bound = limit;
    return OK;
}

static rc solve(struct arena *a, struct assign_rest *x, struct assign_out *out)
{
    TRY(assign_explain(a, x, &out->why));
    if (out->why.reason != ASSIGN_FEASIBLE || x->in->n_proposals == 0)
        return OK;
    struct bound b = {.x = x};
    TRY(find_best(a, &b));
    if (x->in->aim == ASSIGN_FAIR)
        return solve_fair(a, x, &b, out);
    TRY(solve_promise(a, x, 0, 0, out));
    out->worst_bound = bound_of_one(&b);
    return OK;
}

rc assign_solve(struct arena *a, const struct assign_in *in, struct assign_out *out, struct err *err)
{
    *out = (struct assign_out){0};
    struct assign_rest x = {0};
    TRY(check(in, err));
    TRY(prepare(a, in, &x, err));
    x.scratch = arena_new(SCRATCH_BYTES);
    if (!x.scratch)
        return E_NOMEM;
    rc r = solve(a, &x, out);
    arena_free(x.scratch);
    return r;
}
