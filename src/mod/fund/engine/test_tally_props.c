/* Properties of the tally over random rounds, and slow, plain references that share no code with it. */
#include <math.h>
#include <stdlib.h>

#include "mod/fund/engine/test_tally.h"

enum { ROOM = 256 << 20 };

static struct tally_rules random_rules(uint64_t *state, enum tally_method m)
{
    struct tally_rules r = tally_rules_default(m);
    r.pool = (int64_t)below(state, 1000000000);
    if (below(state, 2))
        r.cap = 1 + r.pool / (int64_t)(2 + below(state, 20));
    if (m == TALLY_QV) {
        r.qv_budget = 1 + (int64_t)below(state, 1000000000);
        return r;
    }
    r.min = (int64_t)below(state, 500);
    r.min_of = below(state, 2) ? TALLY_MIN_DONOR : TALLY_MIN_GIFT;
    r.clip_person = below(state, 2) ? 1 + (int64_t)below(state, 100000) : 0;
    if (m == TALLY_QF)
        r.weight = (enum tally_weight)below(state, 3);
    if (m == TALLY_PAIRWISE)
        r.pairwise_a = 1 + (int64_t)below(state, 1000000);
    if (m == TALLY_COCM)
        r.cocm = (enum tally_cocm)below(state, 3);
    if (m != TALLY_CQF && !(m == TALLY_QF && r.weight == TALLY_S))
        r.saturation = (enum tally_saturation)below(state, 2);
    return r;
}

static struct tally_result run(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r)
{
    struct tally_result out;
    struct err err = {0};
    rc ok = tally(a, g, r, &out, &err);
    ck_assert_msg(ok == OK, "%s", err.main.msgid ? err.main.msgid : "?");
    return out;
}

static void same(const struct tally_project *x, const struct tally_project *y)
{
    t_loop(x->donors == y->donors && x->raised == y->raised && x->counted == y->counted && x->weight == y->weight &&
           x->match == y->match && x->total == y->total && x->capped == y->capped);
}

/* One call a statement: the order in which arguments are made is the compiler's own. */
static struct columns random_round(struct arena *a, uint64_t *state, uint64_t most)
{
    size_t n = below(state, 400);
    uint32_t projects = 1 + (uint32_t)below(state, 25);
    uint32_t donors = 1 + (uint32_t)below(state, 60);
    return random_gifts(a, state, n, projects, donors, 1 + (int64_t)below(state, most));
}

/* ---- the pool ---- */

static int64_t paid(const struct tally_result *x)
{
    int64_t sum = 0;
    for (uint32_t p = 0; p < x->n; p++)
        sum += x->project[p].match;
    return sum;
}

START_TEST(the_pool_is_paid_exactly_or_an_outcome_says_why)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 7;
    for (int i = 0; i < 600; i++) {
        arena_reset(a);
        struct columns c = random_round(a, &state, 100000000);
        struct tally_rules r = random_rules(&state, (enum tally_method)(i % 5));
        struct tally_result x = run(a, &c.g, &r);
        t_loop(paid(&x) == x.paid && x.paid + x.unspent == r.pool && x.unspent >= 0);
        t_loop(x.unspent == 0 || (x.outcome & (TALLY_NO_WEIGHT | TALLY_CAP_INFEASIBLE | TALLY_UNSATURATED)));
        for (uint32_t p = 0; p < x.n; p++) {
            t_loop(x.project[p].match >= 0 && (!r.cap || x.project[p].match <= r.cap));
            t_loop(x.project[p].weight > 0 || x.project[p].match == 0);
            t_loop(p == 0 || x.project[x.order[p - 1]].match >= x.project[x.order[p]].match ||
                   x.project[x.order[p - 1]].weight == x.project[x.order[p]].weight);
        }
    }
    arena_free(a);
}
END_TEST

/* Clip, spread over the others, again, until nobody is above: what others do, here in exact fractions. */
static void redistribute(const u128 *w, uint32_t n, uint64_t pool, uint64_t cap, int64_t *out)
{
    bool capped[32] = {false};
    u128 sum = 0;
    uint64_t m = pool;
    for (bool again = true; again;) {
        again = false;
        sum = 0;
        m = pool;
        for (uint32_t p = 0; p < n; p++) {
            sum += capped[p] ? 0 : w[p];
            m -= capped[p] ? cap : 0;
        }
        for (uint32_t p = 0; p < n; p++)
            if (!capped[p] && m * w[p] > cap * sum)
                capped[p] = again = true;
    }
    uint64_t left = m;
    for (uint32_t p = 0; p < n; p++) {
        out[p] = (int64_t)(capped[p] ? cap : sum ? (uint64_t)(m * w[p] / sum) : 0);
        left -= capped[p] ? 0 : (uint64_t)out[p];
    }
    for (; left; left--) {
        uint32_t best = n;
        for (uint32_t p = 0; p < n; p++) {
            if (capped[p] || (u128)(uint64_t)out[p] * sum >= m * w[p])
                continue; /* exact, or raised already */
            u128 rest = m * w[p] % sum;
            if (best == n || rest > m * w[best] % sum || (rest == m * w[best] % sum && w[p] > w[best]))
                best = p;
        }
        out[best]++;
    }
}

START_TEST(the_closed_form_of_the_cap_is_repeated_redistribution)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 11;
    for (int i = 0; i < 4000; i++) {
        arena_reset(a);
        uint32_t n = 1 + (uint32_t)below(&state, 30), rank[32];
        struct tally_project p[32] = {0};
        u128 w[32];
        int64_t want[32];
        struct tally_rules r = tally_rules_default(TALLY_QF);
        for (uint32_t k = 0; k < n; k++) {
            rank[k] = k;
            w[k] = p[k].weight = 1 + (u128)below(&state, UINT64_C(1) << below(&state, 50));
        }
        r.pool = 1 + (int64_t)below(&state, 1000000);
        r.cap = r.pool / n + 1 + (int64_t)below(&state, (uint64_t)r.pool / 2 + 1);
        struct tally_result x = {.n = n};
        t_ok(tally_share(a, &r, p, rank, n, &x, NULL));
        redistribute(w, n, (uint64_t)r.pool, (uint64_t)r.cap, want);
        for (uint32_t k = 0; k < n; k++)
            t_loop(p[k].match == want[k]);
    }
    arena_free(a);
}
END_TEST

/* Weights of 126 bits and small ones in the same proportion give the same shares. */
START_TEST(wide_weights_share_like_narrow_ones)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 13;
    for (int i = 0; i < 2000; i++) {
        arena_reset(a);
        uint32_t n = 2 + (uint32_t)below(&state, 30), rank[32];
        struct tally_project narrow[32] = {0}, wide[32] = {0};
        struct tally_rules r = tally_rules_default(TALLY_QF);
        for (uint32_t k = 0; k < n; k++) {
            rank[k] = k;
            narrow[k].weight = below(&state, UINT64_C(1) << 56);
            wide[k].weight = narrow[k].weight << 64;
        }
        r.pool = 1 + (int64_t)below(&state, (uint64_t)TALLY_AMOUNT_MAX);
        r.cap = below(&state, 2) ? r.pool / n * 2 + 1 : 0;
        struct tally_result x = {.n = n}, y = {.n = n};
        t_ok(tally_share(a, &r, narrow, rank, n, &x, NULL));
        t_ok(tally_share(a, &r, wide, rank, n, &y, NULL));
        for (uint32_t k = 0; k < n; k++)
            t_loop(narrow[k].match == wide[k].match);
    }
    arena_free(a);
}
END_TEST

/* ---- order of rows and names ---- */

static void shuffle(uint64_t *state, struct columns *c)
{
    for (size_t i = c->g.n; i > 1; i--) {
        size_t k = below(state, i);
        uint32_t p = c->project[k], d = c->donor[k];
        int64_t m = c->amount[k];
        c->project[k] = c->project[i - 1];
        c->donor[k] = c->donor[i - 1];
        c->amount[k] = c->amount[i - 1];
        c->project[i - 1] = p;
        c->donor[i - 1] = d;
        c->amount[i - 1] = m;
    }
}

static void permutation(uint64_t *state, uint32_t *to, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        uint32_t k = (uint32_t)below(state, i), swap = to[k];
        to[k] = to[i - 1];
        to[i - 1] = swap;
    }
}

START_TEST(order_of_rows_projects_and_donors_does_not_matter)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 17;
    for (int i = 0; i < 400; i++) {
        arena_reset(a);
        uint32_t projects = 1 + (uint32_t)below(&state, 20);
        uint32_t donors = 1 + (uint32_t)below(&state, 40);
        struct columns c = random_gifts(a, &state, 200, projects, donors, 1000000);
        str *ids = ARENA_ARRAY(a, projects, str), *moved = ARENA_ARRAY(a, projects, str);
        uint32_t p_to[20], d_to[40];
        for (uint32_t p = 0; p < projects; p++)
            ids[p] = arena_printf(a, "%c%u", (char)('a' + (int)below(&state, 26)), p);
        c.g.project_id = ids;
        struct tally_rules r = random_rules(&state, (enum tally_method)(i % 5));
        struct tally_result x = run(a, &c.g, &r);
        shuffle(&state, &c);
        permutation(&state, p_to, projects);
        permutation(&state, d_to, donors);
        for (size_t k = 0; k < c.g.n; k++) {
            c.project[k] = p_to[c.project[k]];
            c.donor[k] = d_to[c.donor[k]];
        }
        for (uint32_t p = 0; p < projects; p++)
            moved[p_to[p]] = ids[p];
        c.g.project_id = moved;
        struct tally_result y = run(a, &c.g, &r);
        for (uint32_t p = 0; p < projects; p++) {
            same(&x.project[p], &y.project[p_to[p]]);
            t_loop(p_to[x.order[p]] == y.order[p]);
        }
    }
    arena_free(a);
}
END_TEST

/* Few and many rows of a project are put in order in different ways; a table of sums over all pairs knows no order. */
START_TEST(sums_of_small_and_large_projects_are_those_of_a_plain_table)
{
    enum { PROJECTS = 5, DONORS = 9000, ROWS = 120000 };
    static int64_t sum[PROJECTS][DONORS];
    struct arena *a = arena_new(ROOM);
    uint64_t state = 29;
    struct columns c = columns_new(a, ROWS, PROJECTS, DONORS);
    struct tally_rules r = tally_rules_default(TALLY_QF);
    struct tally_table t;
    struct err err = {0};
    memset(sum, 0, sizeof sum);
    for (size_t i = 0; i < ROWS; i++) { /* about 20, 2,000, 12,000, 48,000 rows and the rest */
        uint64_t dice = below(&state, 6000);
        c.project[i] = dice < 1 ? 0 : dice < 100 ? 1 : dice < 700 ? 2 : dice < 3100 ? 3 : 4;
        c.donor[i] = (uint32_t)below(&state, DONORS);
        c.amount[i] = 1 + (int64_t)below(&state, 1000000);
        sum[c.project[i]][c.donor[i]] += c.amount[i];
    }
    t_ok(tally_group(a, &c.g, &r, &t, &err));
    size_t e = 0;
    for (uint32_t p = 0; p < PROJECTS; p++) {
        t_loop(t.start[p] == e);
        for (uint32_t d = 0; d < DONORS; d++)
            if (sum[p][d] > 0) {
                t_loop(t.donor[e] == d && t.amount[e] == sum[p][d]);
                e++;
            }
    }
    ck_assert_uint_eq(t.n, e);
    ck_assert_uint_eq(t.start[PROJECTS], e);
    arena_free(a);
}
END_TEST

/* ---- splitting and more ---- */

START_TEST(splitting_a_gift_never_helps_the_same_person)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 19;
    for (int i = 0; i < 400; i++) {
        arena_reset(a);
        struct columns c = random_gifts(a, &state, 150, 8, 30, 1000000), split = columns_new(a, 300, 8, 30);
        struct tally_rules r = random_rules(&state, (enum tally_method)(i % 4));
        r.min = 0;
        for (size_t k = 0; k < 300; k++) {
            int64_t half = c.amount[k / 2] / 2;
            split.project[k] = c.project[k / 2];
            split.donor[k] = c.donor[k / 2];
            split.amount[k] = k % 2 ? half : c.amount[k / 2] - half;
        }
        size_t n = 0; /* halves of 1 leave a 0: no gift */
        for (size_t k = 0; k < 300; k++)
            if (split.amount[k]) {
                split.project[n] = split.project[k];
                split.donor[n] = split.donor[k];
                split.amount[n++] = split.amount[k];
            }
        split.g.n = n;
        struct tally_result x = run(a, &c.g, &r), y = run(a, &split.g, &r);
        for (uint32_t p = 0; p < 8; p++)
            same(&x.project[p], &y.project[p]);
    }
    arena_free(a);
}
END_TEST

START_TEST(a_larger_gift_never_lowers_its_projects_match)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 23;
    for (int i = 0; i < 2000; i++) {
        arena_reset(a);
        struct columns c = random_gifts(a, &state, 60, 6, 20, 1000000);
        struct tally_rules r = random_rules(&state, i % 2 ? TALLY_QF : TALLY_CQF);
        r.min = 0;
        struct tally_result x = run(a, &c.g, &r);
        size_t k = below(&state, 60);
        c.amount[k] += 1 + (int64_t)below(&state, 1000000);
        struct tally_result y = run(a, &c.g, &r);
        t_loop(y.project[c.project[k]].match >= x.project[c.project[k]].match);
    }
    arena_free(a);
}
END_TEST

/* ---- references ---- */

struct dense {
    uint32_t projects, donors;
    int64_t *c; /* [projects · donors] summed, minimum and clip applied */
};

static struct dense densify(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r)
{
    struct dense d = {g->n_projects, g->n_donors, ARENA_ARRAY(a, (size_t)g->n_projects * g->n_donors, int64_t)};
    for (size_t i = 0; i < g->n; i++)
        if (r->min_of == TALLY_MIN_DONOR || g->amount[i] >= r->min)
            d.c[(size_t)g->project[i] * g->n_donors + g->donor[i]] += g->amount[i];
    for (size_t i = 0; i < (size_t)d.projects * d.donors; i++) {
        if (r->min_of == TALLY_MIN_DONOR && d.c[i] < r->min)
            d.c[i] = 0;
        if (r->clip_person && d.c[i] > r->clip_person)
            d.c[i] = r->clip_person;
    }
    return d;
}

static u128 root_of(int64_t c) /* by bits: no code of the engine */
{
    u128 n = (u128)(uint64_t)c << 32, r = 0;
    for (int bit = 41; bit >= 0; bit--)
        if ((r | (u128)1 << bit) * (r | (u128)1 << bit) <= n)
            r |= (u128)1 << bit;
    return r;
}

/* What the header of tally_pair.c declares, pair by pair. */
static u128 pairwise_weight(const struct dense *d, uint32_t p, int64_t big_a)
{
    u128 sum = 0, a16 = (u128)(uint64_t)big_a << 16;
    for (uint32_t i = 0; i < d->donors; i++)
        for (uint32_t j = i + 1; j < d->donors; j++) {
            u128 ri = root_of(d->c[p * d->donors + i]), rj = root_of(d->c[p * d->donors + j]), m = 0;
            if (!ri || !rj)
                continue;
            for (uint32_t q = 0; q < d->projects; q++)
                m += root_of(d->c[q * d->donors + i]) * root_of(d->c[q * d->donors + j]) >> 16;
            sum += 2 * ((a16 << 32) / (a16 + m)) * ri * rj;
        }
    return sum >> 32;
}

static void compare_pairwise(struct arena *a, const struct columns *c, const struct tally_rules *r)
{
    struct tally_result x = run(a, &c->g, r);
    struct dense d = densify(a, &c->g, r);
    for (uint32_t p = 0; p < d.projects; p++)
        t_loop(x.project[p].weight == pairwise_weight(&d, p, r->pairwise_a));
}

START_TEST(pairwise_is_the_plain_double_loop)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 29;
    for (int i = 0; i < 60; i++) {
        arena_reset(a);
        /* every third round has amounts that need the wide way */
        struct columns c = random_gifts(a, &state, 80, 5, 16, i % 3 ? 5000000 : INT64_C(1000000000000));
        struct tally_rules r = random_rules(&state, TALLY_PAIRWISE);
        if (i % 3 == 0)
            r.clip_person = 0;
        compare_pairwise(a, &c, &r);
    }
    arena_free(a);
}
END_TEST

/* The formula in long double: how far the fixed point is from the real numbers. */
static long double pairwise_real(const struct dense *d, uint32_t p, int64_t big_a)
{
    long double sum = 0;
    for (uint32_t i = 0; i < d->donors; i++)
        for (uint32_t j = i + 1; j < d->donors; j++) {
            long double m = 0;
            for (uint32_t q = 0; q < d->projects; q++)
                m += sqrtl((long double)d->c[q * d->donors + i] * (long double)d->c[q * d->donors + j]);
            sum += 2 * (long double)big_a / ((long double)big_a + m) *
                   sqrtl((long double)d->c[p * d->donors + i] * (long double)d->c[p * d->donors + j]);
        }
    return sum;
}

/* COCM with the donors of one project as a group, form "paper", as its formula stands. */
static long double cocm_real(const struct dense *d, uint32_t p, bool near[16][5], const int *groups)
{
    long double sum = 0;
    for (uint32_t g = 0; g < d->projects; g++)
        for (uint32_t h = 0; h < d->projects; h++) {
            long double left = 0, right = 0;
            for (uint32_t i = 0; g != h && i < d->donors; i++) {
                long double c = (long double)d->c[p * d->donors + i];
                if (d->c[g * d->donors + i])
                    left += (near[i][h] ? sqrtl(c) : c) / groups[i];
                if (d->c[h * d->donors + i])
                    right += (near[i][g] ? sqrtl(c) : c) / groups[i];
            }
            sum += sqrtl(left) * sqrtl(right);
        }
    return sum;
}

static void find_near(const struct dense *d, bool near[16][5], int *groups)
{
    memset(near, 0, 16 * sizeof near[0]);
    for (uint32_t i = 0; i < d->donors; i++) {
        groups[i] = 0;
        for (uint32_t g = 0; g < d->projects; g++) {
            if (!d->c[g * d->donors + i])
                continue;
            groups[i]++;
            for (uint32_t j = 0; j < d->donors; j++)
                for (uint32_t h = 0; d->c[g * d->donors + j] && h < d->projects; h++)
                    near[i][h] |= d->c[h * d->donors + j] != 0;
        }
    }
}

static long double error_of(u128 weight, long double real)
{
    long double got = (long double)weight / 4294967296.0L;
    return real == 0 ? got : fabsl(got - real) / real;
}

START_TEST(fixed_point_is_near_the_real_numbers)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 31;
    for (int i = 0; i < 100; i++) {
        arena_reset(a);
        struct columns c = random_gifts(a, &state, 60, 5, 16, 5000000);
        struct tally_rules r = tally_rules_default(TALLY_PAIRWISE);
        r.pairwise_a = 1000;
        struct dense d = densify(a, &c.g, &r);
        struct tally_result x = run(a, &c.g, &r);
        r = tally_rules_default(TALLY_COCM);
        struct tally_result y = run(a, &c.g, &r);
        bool near[16][5];
        int groups[16];
        find_near(&d, near, groups);
        for (uint32_t p = 0; p < 5; p++) {
            t_loop(error_of(x.project[p].weight, pairwise_real(&d, p, 1000)) < 1e-5L);
            t_loop(error_of(y.project[p].weight, cocm_real(&d, p, near, groups)) < 1e-4L);
        }
    }
    arena_free(a);
}
END_TEST

/* Two groups far apart get the full product, the same people under one root nothing. */
START_TEST(groups_that_know_each_other_count_less)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = columns_new(a, 2, 1, 2);
    static const uint32_t start[] = {0, 1, 2}, apart[] = {0, 1}, together[] = {0, 0};
    for (uint32_t i = 0; i < 2; i++) {
        c.donor[i] = i;
        c.amount[i] = 100;
    }
    c.g.group = start;
    c.g.groups = apart;
    c.g.n_groups = 2;
    struct tally_rules r = tally_rules_default(TALLY_COCM);
    ck_assert(run(a, &c.g, &r).project[0].weight == (u128)200 << 32); /* 2·√100·√100 of K = c */
    c.g.groups = together;
    ck_assert(run(a, &c.g, &r).project[0].weight == 0);
    arena_free(a);
}
END_TEST

/* ---- the same bits everywhere ---- */

static void add_result(struct buf *b, const struct tally_result *x)
{
    for (uint32_t p = 0; p < x->n; p++) {
        const struct tally_project *q = &x->project[p];
        buf_printf(b, "%u %lld %lld %lld %lld ", x->order[p], (long long)q->donors, (long long)q->raised,
                   (long long)q->match, (long long)q->total);
        tally_put_u128(b, q->weight);
        buf_putc(b, '\n');
    }
    buf_printf(b, "%u %lld\n", x->outcome, (long long)x->paid);
}

START_TEST(results_are_the_same_bits_on_every_compiler)
{
    struct arena *a = arena_new(ROOM);
    BUF_SCOPED text = BUF_INIT(64 << 20);
    uint64_t state = 2026;
    for (int i = 0; i < 1000; i++) {
        arena_reset(a);
        struct columns c = random_round(a, &state, 1000000000);
        struct tally_rules r = random_rules(&state, (enum tally_method)(i % 5));
        struct tally_result x = run(a, &c.g, &r);
        add_result(&text, &x);
    }
    char hex[2 * SHA256_LEN + 1];
    struct sha256 hash = sha256_of(buf_str(&text));
    sha256_hex(&hash, hex);
    ck_assert_str_eq(hex, "0b00ac113f5235beae7adf2e2d529702c719225b82469082244c1c744b7ce254");
    arena_free(a);
}
END_TEST

T_MAIN("fund/tally_props", the_pool_is_paid_exactly_or_an_outcome_says_why,
       the_closed_form_of_the_cap_is_repeated_redistribution, wide_weights_share_like_narrow_ones,
       order_of_rows_projects_and_donors_does_not_matter, sums_of_small_and_large_projects_are_those_of_a_plain_table,
       splitting_a_gift_never_helps_the_same_person, a_larger_gift_never_lowers_its_projects_match,
       pairwise_is_the_plain_double_loop, fixed_point_is_near_the_real_numbers, groups_that_know_each_other_count_less,
       results_are_the_same_bits_on_every_compiler)
