/* Assignment: bounds, conflicts and kept pairs hold; the optimum is that of brute force and of another solver
 * (glpsol --mincost); where there is none, the reason given is recounted from the input. */
#include "mod/fund/engine/assign.h"

#include <unistd.h>

#include "base/buf.h"
#include "sys/random.h"
#include "t.h"

enum { ARENA_BYTES = 64 << 20, SIDE = 12 };

struct problem {
    struct assign_in in;
    int32_t affinity[SIDE * SIDE], min[SIDE], max[SIDE];
    uint8_t conflict[SIDE * SIDE];
    struct assign_pair fixed[SIDE];
};

struct recipe {
    int64_t proposals, reviewers, k, affinity, conflicts_percent, spare, lower_percent, kept;
};

static void make(struct problem *b, struct prng *r, const struct recipe *w)
{
    *b = (struct problem){0};
    size_t np = (size_t)prng_range(r, 1, w->proposals), nr = (size_t)prng_range(r, 1, w->reviewers);
    int32_t k = (int32_t)prng_range(r, 1, w->k);
    for (size_t i = 0; i < np * nr; i++) {
        b->affinity[i] = (int32_t)prng_range(r, 0, w->affinity);
        b->conflict[i] = prng_range(r, 1, 100) <= w->conflicts_percent;
    }
    int32_t even = (int32_t)((int64_t)np * k / (int64_t)nr);
    for (size_t j = 0; j < nr; j++) {
        b->max[j] = even + (int32_t)prng_range(r, 0, w->spare);
        b->min[j] = prng_range(r, 1, 100) <= w->lower_percent ? (int32_t)prng_range(r, 0, even) : 0;
    }
    size_t kept = 0;
    for (int64_t i = 0; i < w->kept; i++) {
        struct assign_pair f = {(uint32_t)prng_range(r, 0, (int64_t)np - 1),
                                (uint32_t)prng_range(r, 0, (int64_t)nr - 1)};
        bool again = false;
        for (size_t j = 0; j < kept; j++)
            again |= b->fixed[j].proposal == f.proposal && b->fixed[j].reviewer == f.reviewer;
        if (!again)
            b->fixed[kept++] = f;
    }
    b->in = (struct assign_in){.n_proposals = np,
                               .n_reviewers = nr,
                               .k = k,
                               .affinity = b->affinity,
                               .conflict = b->conflict,
                               .min = b->min,
                               .max = b->max,
                               .fixed = b->fixed,
                               .n_fixed = kept};
}

static void check_feasible(const struct assign_in *in, const struct assign_out *o)
{
    int32_t load[SIDE] = {0}, count[SIDE] = {0}, kept[SIDE] = {0};
    int64_t sum[SIDE] = {0}, total = 0, worst = INT64_MAX;
    for (size_t i = 0; i < in->n_fixed; i++)
        kept[in->fixed[i].proposal]++;
    for (size_t i = 0; i < o->n; i++) {
        const struct assign_pair *x = &o->pairs[i];
        if (i > 0)
            t_loop(x[-1].proposal < x->proposal || (x[-1].proposal == x->proposal && x[-1].reviewer < x->reviewer));
        size_t pair = x->proposal * in->n_reviewers + x->reviewer;
        t_loop(!in->conflict[pair]);
        load[x->reviewer]++;
        count[x->proposal]++;
        sum[x->proposal] += in->affinity[pair];
    }
    for (size_t r = 0; r < in->n_reviewers; r++)
        t_loop(load[r] >= in->min[r] && load[r] <= in->max[r] && load[r] == o->loads[r]);
    for (size_t p = 0; p < in->n_proposals; p++) {
        t_loop(count[p] == (kept[p] > in->k ? kept[p] : in->k) && sum[p] == o->sums[p]);
        total += sum[p];
        worst = sum[p] < worst ? sum[p] : worst;
    }
    for (size_t i = 0; i < in->n_fixed; i++) {
        bool there = false;
        for (size_t j = 0; j < o->n; j++)
            there |= o->pairs[j].proposal == in->fixed[i].proposal && o->pairs[j].reviewer == in->fixed[i].reviewer;
        t_loop(there);
    }
    t_loop(total == o->total && worst == o->worst && worst <= o->worst_bound);
}

/* ---- every assignment there is, for small inputs ---- */

static int64_t demand_of(const struct assign_in *in, size_t p)
{
    int64_t kept = 0;
    for (size_t i = 0; i < in->n_fixed; i++)
        kept += in->fixed[i].proposal == p;
    return kept < in->k ? in->k - kept : 0;
}

struct search {
    const struct assign_in *in;
    uint8_t kept[SIDE * SIDE];
    int32_t load[SIDE], need[SIDE];
    int64_t sums[SIDE];
    int32_t promised, threshold, good[SIDE]; /* only assignments that keep the promise count */
    bool found;
    int64_t total, load_cost, worst; /* best total with its best load cost; best worst of all */
};

static void visit(struct search *s)
{
    int64_t total = 0, cost = 0, worst = INT64_MAX;
    for (size_t r = 0; r < s->in->n_reviewers; r++) {
        if (s->load[r] < s->in->min[r])
            return;
        cost += (int64_t)s->load[r] * (s->load[r] + 1) / 2;
    }
    for (size_t p = 0; p < s->in->n_proposals; p++) {
        if (s->good[p] < s->promised)
            return;
        total += s->sums[p];
        worst = s->sums[p] < worst ? s->sums[p] : worst;
    }
    if (!s->found || total > s->total || (total == s->total && cost < s->load_cost)) {
        s->total = total;
        s->load_cost = cost;
    }
    if (!s->found || worst > s->worst)
        s->worst = worst;
    s->found = true;
}

/* Decides pair (p, r) and all behind it; `need` reviews of p are still open. */
static void try_all(struct search *s, size_t p, size_t r, int32_t need)
{
    const struct assign_in *in = s->in;
    if (p == in->n_proposals) {
        visit(s);
        return;
    }
    if (r == in->n_reviewers) {
        if (need == 0)
            try_all(s, p + 1, 0, p + 1 < in->n_proposals ? s->need[p + 1] : 0);
        return;
    }
    size_t pair = p * in->n_reviewers + r;
    bool may = s->kept[pair] || (need > 0 && !in->conflict[pair]);
    if (!s->kept[pair])
        try_all(s, p, r + 1, need);
    if (may && s->load[r] < in->max[r]) {
        s->load[r]++;
        s->sums[p] += in->affinity[pair];
        s->good[p] += in->affinity[pair] >= s->threshold;
        try_all(s, p, r + 1, need - !s->kept[pair]);
        s->good[p] -= in->affinity[pair] >= s->threshold;
        s->load[r]--;
        s->sums[p] -= in->affinity[pair];
    }
}

static struct search all_of(const struct assign_in *in, int32_t promised, int32_t threshold)
{
    struct search s = {.in = in, .promised = promised, .threshold = threshold};
    for (size_t i = 0; i < in->n_fixed; i++)
        s.kept[in->fixed[i].proposal * in->n_reviewers + in->fixed[i].reviewer] = 1;
    for (size_t i = 0; i < in->n_fixed; i++)
        if (in->conflict[in->fixed[i].proposal * in->n_reviewers + in->fixed[i].reviewer])
            return s;
    for (size_t p = 0; p < in->n_proposals; p++)
        s.need[p] = (int32_t)demand_of(in, p);
    try_all(&s, 0, 0, s.need[0]);
    return s;
}

static int64_t load_cost(const struct assign_in *in, const struct assign_out *o)
{
    int64_t sum = 0;
    for (size_t r = 0; r < in->n_reviewers; r++)
        sum += (int64_t)o->loads[r] * (o->loads[r] + 1) / 2;
    return sum;
}

START_TEST(equals_brute_force)
{
    struct prng r;
    prng_seed(&r, 11);
    struct arena *a = arena_new(ARENA_BYTES);
    static const struct recipe w = {4, 4, 3, 6, 20, 3, 40, 2};
    int feasible = 0, not = 0, exact = 0, short_of = 0, with_promise = 0;
    for (int i = 0; i < 3000; i++) {
        struct problem b;
        struct assign_out total, fair;
        make(&b, &r, &w);
        b.in.n_fixed = i % 2 ? b.in.n_fixed : 0;
        struct search s = all_of(&b.in, 0, 0);
        b.in.aim = ASSIGN_TOTAL;
        t_ok(assign_solve(a, &b.in, &total, NULL));
        t_loop((total.why.reason == ASSIGN_FEASIBLE) == s.found);
        b.in.aim = ASSIGN_FAIR;
        t_ok(assign_solve(a, &b.in, &fair, NULL));
        t_loop((fair.why.reason == ASSIGN_FEASIBLE) == s.found);
        if (s.found) {
            check_feasible(&b.in, &total);
            check_feasible(&b.in, &fair);
            t_loop(total.total == s.total && load_cost(&b.in, &total) == s.load_cost);
            t_loop(fair.worst >= total.worst && fair.worst <= s.worst && s.worst <= fair.worst_bound);
            t_loop(s.worst <= total.worst_bound);
            struct search kept = all_of(&b.in, fair.promised, fair.threshold);
            t_loop(kept.found && kept.total == fair.total && kept.load_cost == load_cost(&b.in, &fair));
            if (fair.promised > 0) /* and no higher threshold could be promised */
                t_loop(!all_of(&b.in, fair.promised, fair.threshold + 1).found || fair.threshold == w.affinity);
            with_promise += fair.promised > 0;
            t_loop(b.in.n_fixed > 0 || fair.worst * b.in.k >= s.worst); /* the promise of 1/k */
            feasible++;
            exact += fair.worst == s.worst;
            short_of += fair.worst != s.worst;
        } else {
            not ++;
        }
        arena_reset(a);
    }
    ck_assert_int_gt(feasible, 500);
    ck_assert_int_gt(not, 500);
    ck_assert_int_gt(exact, 9 * short_of);
    ck_assert_int_gt(with_promise, 10);
    arena_free(a);
}
END_TEST

/* ---- the reason is true: recounted from the input ---- */

static int64_t upper_of(const struct assign_in *in, size_t r, const uint8_t *taken)
{
    int64_t kept = 0, open = 0;
    for (size_t i = 0; i < in->n_fixed; i++)
        kept += in->fixed[i].reviewer == r;
    for (size_t p = 0; p < in->n_proposals; p++)
        open += !taken[p * in->n_reviewers + r];
    int64_t left = in->max[r] - kept;
    return left < open ? left : open;
}

static bool has(const uint32_t *list, size_t n, size_t v)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == v)
            return true;
    return false;
}

static void check_set(const struct assign_in *in, const struct assign_why *w)
{
    uint8_t taken[SIDE * SIDE];
    memcpy(taken, in->conflict, sizeof taken);
    for (size_t i = 0; i < in->n_fixed; i++)
        taken[in->fixed[i].proposal * in->n_reviewers + in->fixed[i].reviewer] = 1;
    bool low = w->reason == ASSIGN_MIN_SET;
    int64_t need = 0, give = 0;
    for (size_t p = 0; p < in->n_proposals; p++) {
        bool in_set = has(w->proposals, w->n_proposals, p);
        (*(low ? &give : &need)) += in_set ? demand_of(in, p) : 0;
        for (size_t r = 0; r < in->n_reviewers; r++) {
            bool with = has(w->reviewers, w->n_reviewers, r);
            give += !taken[p * in->n_reviewers + r] && (low ? with && !in_set : !with && in_set);
        }
    }
    for (size_t r = 0; r < in->n_reviewers; r++)
        if (has(w->reviewers, w->n_reviewers, r)) {
            int64_t kept = 0;
            for (size_t i = 0; i < in->n_fixed; i++)
                kept += in->fixed[i].reviewer == r;
            if (low)
                need += in->min[r] > kept ? in->min[r] - kept : 0;
            else
                give += upper_of(in, r, taken);
        }
    t_loop(need == w->need && give == w->have && need > give);
}

static bool answers(struct arena *a, const struct assign_in *in)
{
    struct assign_out o;
    t_ok(assign_solve(a, in, &o, NULL));
    return o.why.reason == ASSIGN_FEASIBLE;
}

static void check_advice(struct arena *a, const struct problem *b, const struct assign_why *w)
{
    struct problem c = *b;
    c.in.max = c.max;
    c.in.min = c.min;
    if (w->raise_max_to > 0) {
        for (int step = 1; step >= 0; step--) { /* one less does not do, that one does */
            for (size_t r = 0; r < c.in.n_reviewers; r++) {
                int32_t to = w->raise_max_to - step;
                c.max[r] = b->max[r] > to ? b->max[r] : to;
            }
            t_loop(answers(a, &c.in) == (step == 0));
        }
        memcpy(c.max, b->max, sizeof c.max);
    }
    if (w->lower_k_to > 0 || w->raise_k_to > 0) {
        c.in.k = w->lower_k_to > 0 ? w->lower_k_to : w->raise_k_to;
        t_loop(answers(a, &c.in));
        c.in.k = b->in.k;
    }
    if (w->lower_min_to >= 0) {
        for (int step = 1; step >= 0; step--) {
            for (size_t r = 0; r < c.in.n_reviewers; r++) {
                int32_t to = w->lower_min_to + step;
                c.min[r] = b->min[r] < to ? b->min[r] : to;
            }
            t_loop(answers(a, &c.in) == (step == 0));
        }
    }
}

START_TEST(reasons_and_advice_are_true)
{
    struct prng r;
    prng_seed(&r, 5);
    struct arena *a = arena_new(ARENA_BYTES);
    static const struct recipe w[] = {{10, 6, 3, 6, 40, 1, 0, 0},
                                      {10, 5, 3, 6, 55, 4, 0, 2},
                                      {10, 6, 3, 6, 30, 3, 100, 0},
                                      {6, 10, 2, 6, 60, 3, 100, 2}};
    int seen[ASSIGN_MIN_SET + 1] = {0};
    for (int i = 0; i < 8000; i++) {
        struct problem b;
        struct assign_out o;
        make(&b, &r, &w[i % 4]);
        t_ok(assign_solve(a, &b.in, &o, NULL));
        seen[o.why.reason]++;
        if (o.why.reason == ASSIGN_SET || o.why.reason == ASSIGN_MIN_SET)
            check_set(&b.in, &o.why);
        else if (o.why.reason != ASSIGN_FEASIBLE)
            t_loop(o.n == 0 && (o.why.reason == ASSIGN_FIXED_CONFLICT || o.why.need != o.why.have));
        struct assign_why why = o.why;
        if (i % 8 < 4)
            check_advice(a, &b, &why);
        arena_reset(a);
    }
    for (int i = ASSIGN_FEASIBLE; i <= ASSIGN_MIN_SET; i++)
        if (i != ASSIGN_MIN_TOTAL && i != ASSIGN_BOUNDS)
            ck_assert_msg(seen[i] > 0, "reason %d never occurred", i);
    arena_free(a);
}
END_TEST

START_TEST(plain_cases_are_named)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct assign_out o;
    int32_t min[2] = {4, 4}, max[2] = {3, 3};
    struct assign_in in = {.n_proposals = 3, .n_reviewers = 2, .k = 1, .min = min};
    t_ok(assign_solve(a, &in, &o, NULL));
    ck_assert_int_eq(o.why.reason, ASSIGN_MIN_TOTAL);
    ck_assert_int_eq(o.why.need, 8);
    ck_assert_int_eq(o.why.have, 3);
    ck_assert_int_eq(o.why.lower_min_to, 1);
    in.max = max;
    t_ok(assign_solve(a, &in, &o, NULL));
    ck_assert_int_eq(o.why.reason, ASSIGN_BOUNDS);
    in.min = NULL;
    in.k = 2;
    max[0] = 2;
    t_ok(assign_solve(a, &in, &o, NULL));
    ck_assert_int_eq(o.why.reason, ASSIGN_CAPACITY);
    ck_assert_int_eq(o.why.need, 6);
    ck_assert_int_eq(o.why.have, 5);
    ck_assert_int_eq(o.why.raise_max_to, 3);
    ck_assert_int_eq(o.why.lower_k_to, 1);
    ck_assert_int_eq(o.why.add_reviewers, 1);
    in.n_proposals = 0;
    t_ok(assign_solve(a, &in, &o, NULL));
    ck_assert_uint_eq(o.n, 0);
    ck_assert_int_eq(o.why.reason, ASSIGN_FEASIBLE);
    in = (struct assign_in){.n_proposals = 2, .n_reviewers = 0, .k = 2};
    t_ok(assign_solve(a, &in, &o, NULL));
    ck_assert_int_eq(o.why.reason, ASSIGN_FEW_REVIEWERS);
    ck_assert_uint_eq(o.why.n_proposals, 2);
    ck_assert_int_eq(o.why.add_reviewers, 2);
    arena_free(a);
}
END_TEST

START_TEST(wrong_numbers_are_refused)
{
    struct arena *a = arena_new(ARENA_BYTES);
    struct assign_out o;
    struct err e = {0};
    int32_t affinity[4] = {0, 1, -1, 0};
    struct assign_pair twice[2] = {{0, 0}, {0, 0}}, far = {2, 0};
    struct assign_in in = {.n_proposals = 2, .n_reviewers = 2, .k = 1, .affinity = affinity};
    t_rc(assign_solve(a, &in, &o, &e), E_INVALID);
    t_str(str_of(e.main.code), STR("FND-201"));
    affinity[2] = 1;
    in.fixed = twice;
    in.n_fixed = 2;
    t_rc(assign_solve(a, &in, &o, NULL), E_INVALID);
    in.fixed = &far;
    in.n_fixed = 1;
    t_rc(assign_solve(a, &in, &o, NULL), E_INVALID);
    in.n_fixed = 0;
    in.k = 0;
    t_rc(assign_solve(a, &in, &o, NULL), E_INVALID);
    in = (struct assign_in){.n_proposals = 5000, .n_reviewers = 1000, .k = 1};
    t_rc(assign_solve(a, &in, &o, NULL), E_LIMIT);
    arena_free(a);
    a = arena_new(256);
    in = (struct assign_in){.n_proposals = 50, .n_reviewers = 10, .k = 1};
    t_rc(assign_solve(a, &in, &o, NULL), E_LIMIT);
    arena_free(a);
}
END_TEST

/* The call of the programme: 970 proposals, 30 experts, three reviews each. */
START_TEST(the_whole_call)
{
    enum { P = 970, R = 30, K = 3 };
    struct arena *a = arena_new(ARENA_BYTES);
    struct prng r;
    prng_seed(&r, 970);
    int32_t *affinity = ARENA_ARRAY(a, P * R, int32_t), *max = ARENA_ARRAY(a, R, int32_t);
    uint8_t *conflict = ARENA_ARRAY(a, P * R, uint8_t);
    for (size_t i = 0; i < P * R; i++) {
        affinity[i] = i / R % 4 == i % 4 ? (int32_t)prng_range(&r, 40, 100) : (int32_t)prng_range(&r, 0, 40);
        conflict[i] = prng_range(&r, 1, 100) <= 4;
    }
    for (size_t i = 0; i < R; i++)
        max[i] = 97; /* 97 * 30 = 970 * 3: nobody may do less */
    struct assign_in in = {
        .n_proposals = P, .n_reviewers = R, .k = K, .affinity = affinity, .conflict = conflict, .max = max};
    struct assign_out fair, total, again;
    t_ok(assign_solve(a, &in, &fair, NULL));
    t_ok(assign_solve(a, &in, &again, NULL));
    in.aim = ASSIGN_TOTAL;
    t_ok(assign_solve(a, &in, &total, NULL));
    ck_assert_int_eq(fair.why.reason, ASSIGN_FEASIBLE);
    ck_assert_uint_eq(fair.n, P * K);
    ck_assert(memcmp(fair.pairs, again.pairs, fair.n * sizeof *fair.pairs) == 0);
    ck_assert_int_ge(fair.worst, total.worst);
    ck_assert_int_le(fair.total, total.total);
    for (size_t i = 0; i < R; i++)
        ck_assert_int_eq(fair.loads[i], 97);
    arena_free(a);
}
END_TEST

/* ---- another solver: DIMACS minimum-cost flow, glpsol --mincost ---- */

/* The same optimum as one flow problem, written from the definition in assign.h and not from our network: supply at the
 * source, lower bounds as lower bounds, the u-th review of a reviewer costs u, an affinity counts `scale` times. */
static void write_dimacs(const struct assign_in *in, int64_t scale, const char *path)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    size_t np = in->n_proposals, nr = in->n_reviewers, arcs = np;
    for (size_t r = 0; r < nr; r++)
        arcs += (size_t)in->max[r] + 1;
    for (size_t i = 0; i < np * nr; i++)
        arcs += !in->conflict[i];
    long long supply = (long long)np * in->k;
    fprintf(f, "p min %zu %zu\nn 1 %lld\nn 2 %lld\n", 2 + 2 * nr + np, arcs, supply, -supply);
    for (size_t r = 0; r < nr; r++) { /* 3 + r: before, 3 + nr + r: the reviewer */
        fprintf(f, "a 1 %zu %d %d 0\n", 3 + r, in->min[r], in->max[r]);
        for (int32_t u = 1; u <= in->max[r]; u++)
            fprintf(f, "a %zu %zu 0 1 %d\n", 3 + r, 3 + nr + r, u);
    }
    for (size_t p = 0; p < np; p++) {
        fprintf(f, "a %zu 2 0 %d 0\n", 3 + 2 * nr + p, in->k);
        for (size_t r = 0; r < nr; r++)
            if (!in->conflict[p * nr + r])
                fprintf(f, "a %zu %zu 0 1 %lld\n", 3 + nr + r, 3 + 2 * nr + p,
                        -(long long)in->affinity[p * nr + r] * scale);
    }
    ck_assert_int_eq(fclose(f), 0);
}

/* The optimum in glpsol's report, false when it says there is none. */
static bool glpsol(const char *problem, const char *report, int64_t *value)
{
    char command[512], line[512];
    snprintf(command, sizeof command, "glpsol --mincost %s --write %s >/dev/null 2>&1", problem, report);
    ck_assert_int_eq(system(command), 0);
    FILE *f = fopen(report, "r");
    ck_assert_ptr_nonnull(f);
    bool solved = false;
    double objective = 0;
    char status[16];
    while (fgets(line, sizeof line, f)) /* "s bas ROWS COLS PRIMAL DUAL OBJECTIVE" */
        if (sscanf(line, "s %*s %*d %*d %1s %*1s %lf", status, &objective) == 2)
            solved = status[0] == 'f';
    fclose(f);
    *value = (int64_t)(objective < 0 ? objective - 0.5 : objective + 0.5);
    return solved;
}

START_TEST(agrees_with_glpsol)
{
    if (system("command -v glpsol >/dev/null 2>&1") != 0) {
        fprintf(stderr, "skipped: glpsol is not installed (package glpk-utils)\n");
        return;
    }
    char problem[64], report[64];
    snprintf(problem, sizeof problem, "/tmp/rise-assign-%d.min", (int)getpid());
    snprintf(report, sizeof report, "/tmp/rise-assign-%d.sol", (int)getpid());
    struct prng r;
    prng_seed(&r, 77);
    struct arena *a = arena_new(ARENA_BYTES);
    static const struct recipe w[] = {
        {12, 12, 4, 100, 20, 3, 0, 0}, {12, 8, 3, 1000, 10, 2, 100, 0}, {12, 6, 3, 3, 30, 4, 50, 0}};
    int feasible = 0, not = 0;
    for (int i = 0; i < 240; i++) {
        struct problem b;
        struct assign_out o;
        int64_t want;
        enum { SCALE = 10000 }; /* above any sum of load costs here: 12 * 4 reviews, each at most 12 * 4 */
        make(&b, &r, &w[i % 3]);
        b.in.aim = ASSIGN_TOTAL;
        t_ok(assign_solve(a, &b.in, &o, NULL));
        write_dimacs(&b.in, SCALE, problem);
        bool solved = glpsol(problem, report, &want);
        t_loop(solved == (o.why.reason == ASSIGN_FEASIBLE));
        if (solved)
            t_loop(want == load_cost(&b.in, &o) - o.total * SCALE);
        feasible += solved;
        not += !solved;
        arena_reset(a);
    }
    ck_assert_int_gt(feasible, 60);
    ck_assert_int_gt(not, 20);
    unlink(problem);
    unlink(report);
    arena_free(a);
}
END_TEST

T_MAIN("fund/assign", equals_brute_force, reasons_and_advice_are_true, plain_cases_are_named, wrong_numbers_are_refused,
       the_whole_call, agrees_with_glpsol)
