#include "mod/fund/engine/flow.h"

enum { ARCS_MAX = 1 << 30 };

rc flow_new(struct flow *f, struct arena *a, int32_t nodes, int64_t arcs_at_most)
{
    *f = (struct flow){.a = a, .n = nodes};
    if (arcs_at_most > ARCS_MAX)
        return E_LIMIT;
    size_t m = (size_t)arcs_at_most, n = (size_t)nodes;
    f->room = (int32_t)arcs_at_most;
    f->from = ARENA_ARRAY(a, m, int32_t);
    f->to = ARENA_ARRAY(a, m, int32_t);
    f->cap = ARENA_ARRAY(a, m, int32_t);
    f->cost = ARENA_ARRAY(a, m, int64_t);
    f->at = ARENA_ARRAY(a, m, int32_t);
    f->first = ARENA_ARRAY(a, n + 1, int32_t);
    f->depth = ARENA_ARRAY(a, n, int32_t);
    f->next = ARENA_ARRAY(a, n, int32_t);
    f->queue = ARENA_ARRAY(a, n, int32_t);
    f->trail = ARENA_ARRAY(a, n, int32_t);
    return f->from && f->to && f->cap && f->cost && f->at && f->first && f->depth && f->next && f->queue && f->trail
               ? OK
               : arena_rc(a);
}

int32_t flow_add(struct flow *f, int32_t from, int32_t to, int32_t cap, int64_t cost)
{
    int32_t i = f->n_arcs++;
    f->from[i] = from;
    f->to[i] = to;
    f->cap[i] = cap;
    f->cost[i] = cost;
    return i;
}

rc flow_build(struct flow *f)
{
    f->end = ARENA_ARRAY(f->a, (size_t)f->n_arcs * 2, struct flow_end);
    if (!f->end && f->n_arcs > 0)
        return arena_rc(f->a);
    for (int32_t i = 0; i < f->n_arcs; i++) {
        f->first[f->from[i] + 1]++;
        f->first[f->to[i] + 1]++;
    }
    for (int32_t v = 0; v < f->n; v++) {
        f->first[v + 1] += f->first[v];
        f->next[v] = f->first[v];
    }
    for (int32_t i = 0; i < f->n_arcs; i++) {
        int32_t there = f->next[f->from[i]]++, back = f->next[f->to[i]]++;
        f->end[there] = (struct flow_end){.cost = f->cost[i], .to = f->to[i], .back = back, .left = f->cap[i]};
        f->end[back] = (struct flow_end){.cost = -f->cost[i], .to = f->from[i], .back = there};
        f->at[i] = there;
    }
    return OK;
}

int32_t flow_on(const struct flow *f, int32_t arc)
{
    return f->cap[arc] - f->end[f->at[arc]].left;
}

static void push(struct flow *f, struct flow_end *e, int32_t amount)
{
    e->left -= amount;
    f->end[e->back].left += amount;
}

/* ---- maximum flow ---- */

static bool layers(struct flow *f, int32_t source, int32_t sink)
{
    for (int32_t v = 0; v < f->n; v++)
        f->depth[v] = -1;
    int32_t head = 0, tail = 0;
    f->depth[source] = 0;
    f->queue[tail++] = source;
    while (head < tail && f->depth[sink] < 0) {
        int32_t v = f->queue[head++];
        for (int32_t i = f->first[v]; i < f->first[v + 1]; i++) {
            const struct flow_end *e = &f->end[i];
            if (e->left > 0 && f->depth[e->to] < 0) {
                f->depth[e->to] = f->depth[v] + 1;
                f->queue[tail++] = e->to;
            }
        }
    }
    return f->depth[sink] >= 0;
}

/* Pushes along the path f->trail[0..len) and returns how much. */
static int32_t augment(struct flow *f, int32_t len)
{
    int32_t most = INT32_MAX;
    for (int32_t i = 0; i < len; i++)
        if (f->end[f->trail[i]].left < most)
            most = f->end[f->trail[i]].left;
    for (int32_t i = 0; i < len; i++)
        push(f, &f->end[f->trail[i]], most);
    return most;
}

/* One blocking flow: f->next is each node's current arc, f->trail the path walked so far. */
static int64_t block(struct flow *f, int32_t source, int32_t sink)
{
    int64_t sum = 0;
    int32_t len = 0, v = source;
    memcpy(f->next, f->first, (size_t)f->n * sizeof *f->next);
    for (;;) {
        if (v == sink) {
            sum += augment(f, len);
            len = 0;
            v = source;
        }
        while (f->next[v] < f->first[v + 1]) {
            const struct flow_end *e = &f->end[f->next[v]];
            if (e->left > 0 && f->depth[e->to] == f->depth[v] + 1)
                break;
            f->next[v]++;
        }
        if (f->next[v] < f->first[v + 1]) {
            f->trail[len++] = f->next[v];
            v = f->end[f->next[v]].to;
        } else if (len > 0) { /* a dead end: one step back, past the arc that led here */
            v = f->end[f->end[f->trail[--len]].back].to;
            f->next[v]++;
        } else {
            return sum;
        }
    }
}

int64_t flow_max(struct flow *f, int32_t source, int32_t sink)
{
    int64_t sum = 0;
    while (layers(f, source, sink))
        sum += block(f, source, sink);
    return sum;
}

void flow_reaching(struct flow *f, int32_t sink, uint8_t *can)
{
    memset(can, 0, (size_t)f->n);
    int32_t head = 0, tail = 0;
    can[sink] = 1;
    f->queue[tail++] = sink;
    while (head < tail) {
        int32_t v = f->queue[head++];
        for (int32_t i = f->first[v]; i < f->first[v + 1]; i++) {
            const struct flow_end *e = &f->end[i];
            if (f->end[e->back].left > 0 && !can[e->to]) {
                can[e->to] = 1;
                f->queue[tail++] = e->to;
            }
        }
    }
}

/* ---- least cost ----
 *
 * Costs are multiplied by n + 1, so that a flow which is eps-optimal with eps <= 1 is optimal. A flow is eps-optimal
 * when no residual arc has a reduced cost below -eps. Each round makes eps smaller: it first saturates every arc of
 * negative reduced cost (0-optimal, but nodes are left with excess), then moves the excess along admissible arcs and
 * lowers prices until none is left. */

enum { SCALE = 8 };

struct scaling {
    struct flow *f;
    int64_t *price, *excess;
    int64_t eps, price_min;
    int32_t head, waiting; /* queue of nodes with excess, a ring over f->queue */
    uint8_t *queued;
};

static int64_t reduced(const struct scaling *s, int32_t v, const struct flow_end *e)
{
    return e->cost + s->price[v] - s->price[e->to];
}

static void enqueue(struct scaling *s, int32_t v)
{
    if (s->queued[v] || s->excess[v] <= 0)
        return;
    s->queued[v] = 1;
    s->f->queue[(int32_t)(((int64_t)s->head + s->waiting++) % s->f->n)] = v;
}

static int32_t dequeue(struct scaling *s)
{
    int32_t v = s->f->queue[s->head];
    s->head = s->head + 1 == s->f->n ? 0 : s->head + 1;
    s->waiting--;
    s->queued[v] = 0;
    return v;
}

static void saturate(struct scaling *s)
{
    struct flow *f = s->f;
    for (int32_t v = 0; v < f->n; v++)
        for (int32_t i = f->first[v]; i < f->first[v + 1]; i++) {
            struct flow_end *e = &f->end[i];
            if (e->left > 0 && reduced(s, v, e) < 0) {
                s->excess[v] -= e->left;
                s->excess[e->to] += e->left;
                push(f, e, e->left);
            }
        }
}

/* Lowers v's price as far as eps-optimality allows: at least one residual arc becomes admissible. False: prices have
 * left the range in which no sum of them overflows. */
static bool relabel(struct scaling *s, int32_t v)
{
    struct flow *f = s->f;
    int64_t best = INT64_MIN;
    for (int32_t i = f->first[v]; i < f->first[v + 1]; i++) {
        const struct flow_end *e = &f->end[i];
        if (e->left > 0 && s->price[e->to] - e->cost > best)
            best = s->price[e->to] - e->cost;
    }
    f->next[v] = f->first[v];
    if (best < s->price_min)
        return false;
    s->price[v] = best - s->eps;
    return true;
}

static bool discharge(struct scaling *s, int32_t v)
{
    struct flow *f = s->f;
    while (s->excess[v] > 0) {
        if (f->next[v] == f->first[v + 1] && !relabel(s, v))
            return false;
        struct flow_end *e = &f->end[f->next[v]];
        if (e->left > 0 && reduced(s, v, e) < 0) {
            int32_t amount = s->excess[v] < e->left ? (int32_t)s->excess[v] : e->left;
            push(f, e, amount);
            s->excess[v] -= amount;
            s->excess[e->to] += amount;
            enqueue(s, e->to);
        } else {
            f->next[v]++;
        }
    }
    return true;
}

static bool refine(struct scaling *s)
{
    struct flow *f = s->f;
    memcpy(f->next, f->first, (size_t)f->n * sizeof *f->next);
    saturate(s);
    for (int32_t v = 0; v < f->n; v++)
        enqueue(s, v);
    while (s->waiting > 0)
        if (!discharge(s, dequeue(s)))
            return false;
    return true;
}

/* Multiplies every cost by n + 1; *largest is the greatest of them then. E_LIMIT when prices could not hold it. */
static rc scale_costs(struct flow *f, int64_t *largest)
{
    *largest = 0;
    for (int32_t v = 0; v < f->n; v++)
        for (int32_t i = f->first[v]; i < f->first[v + 1]; i++) {
            int64_t *c = &f->end[i].cost;
            if (__builtin_mul_overflow(*c, (int64_t)f->n + 1, c) || *c > INT64_MAX / 16 || *c < -(INT64_MAX / 16))
                return E_LIMIT;
            if (*c > *largest)
                *largest = *c;
        }
    return OK;
}

rc flow_min_cost(struct flow *f)
{
    struct scaling s = {.f = f, .price_min = INT64_MIN / 4};
    s.price = ARENA_ARRAY(f->a, (size_t)f->n, int64_t);
    s.excess = ARENA_ARRAY(f->a, (size_t)f->n, int64_t);
    s.queued = ARENA_ARRAY(f->a, (size_t)f->n, uint8_t);
    if (!s.price || !s.excess || !s.queued)
        return arena_rc(f->a);
    int64_t largest;
    TRY(scale_costs(f, &largest));
    for (s.eps = largest; s.eps > 1;) {
        s.eps = s.eps / SCALE > 1 ? s.eps / SCALE : 1;
        if (!refine(&s))
            return E_LIMIT;
    }
    return OK;
}
