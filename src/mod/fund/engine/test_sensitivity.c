/* What-ifs against tallies from the beginning, and communities that were planted. */
#include "mod/fund/engine/sensitivity.h"

#include "mod/fund/engine/test_tally.h"

enum { ROOM = 256 << 20 };

static void same_result(const struct tally_result *x, const struct tally_result *y)
{
    t_loop(x->n == y->n && x->paid == y->paid && x->unspent == y->unspent);
    for (uint32_t p = 0; p < x->n; p++) {
        const struct tally_project *a = &x->project[p], *b = &y->project[p];
        t_loop(a->donors == b->donors && a->raised == b->raised && a->counted == b->counted && a->weight == b->weight &&
               a->match == b->match && a->total == b->total && a->capped == b->capped);
        t_loop(x->order[p] == y->order[p]);
    }
}

/* The gifts without some donors, tallied from the beginning. */
static struct tally_result anew(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r,
                                const uint32_t *without, size_t n)
{
    struct columns c = columns_new(a, g->n, g->n_projects, g->n_donors);
    struct tally_result out;
    c.g.n = 0;
    for (size_t i = 0; i < g->n; i++) {
        bool gone = false;
        for (size_t k = 0; k < n; k++)
            gone = gone || without[k] == g->donor[i];
        if (gone)
            continue;
        c.project[c.g.n] = g->project[i];
        c.donor[c.g.n] = g->donor[i];
        c.amount[c.g.n++] = g->amount[i];
    }
    c.g.kind = g->kind;
    c.g.permille = g->permille;
    t_ok(tally(a, &c.g, r, &out, NULL));
    return out;
}

static void try_some(struct arena *a, uint64_t *state, struct sens_base *b, const struct columns *c,
                     const struct tally_rules *base)
{
    struct tally_rules other = *base;
    uint32_t without[6];
    struct sens_change change = {.without = without, .n_without = below(state, 7), .rules = &other, .line = 5};
    for (size_t k = 0; k < change.n_without; k++)
        without[k] = (uint32_t)below(state, c->g.n_donors); /* now and then one twice */
    uint64_t what = below(state, 4);
    if (what == 1)
        other.pool = (int64_t)below(state, 1000000);
    if (what == 2)
        other.cap = 1 + (int64_t)below(state, 1000000);
    if (what == 3 && base->method != TALLY_QV)
        other.min = (int64_t)below(state, 1000);
    struct sens_answer x;
    t_ok(sens_try(b, a, &change, &x, NULL));
    t_loop(x.incremental == (base->method != TALLY_QV && base->method != TALLY_COCM && other.min == base->min));
    struct tally_result y = anew(a, &c->g, &other, without, change.n_without);
    same_result(&x.result, &y);
    int64_t sum = 0;
    for (uint32_t p = 0; p < x.result.n; p++) {
        t_loop(x.change[p] == x.result.project[p].match - sens_result(b)->project[p].match);
        sum += x.change[p];
    }
    t_loop(sum == x.result.paid - sens_result(b)->paid);
}

START_TEST(a_what_if_is_a_tally_from_the_beginning)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 41;
    for (int i = 0; i < 100; i++) {
        arena_reset(a);
        /* some rounds with amounts that need the wide way of pairwise */
        struct columns c = random_gifts(a, &state, 200, 10, 30, i % 4 ? 1000000 : INT64_C(100000000000));
        uint8_t *kind = ARENA_ARRAY(a, 30, uint8_t);
        uint16_t *permille = ARENA_ARRAY(a, 30, uint16_t);
        for (int d = 0; d < 30; d++) {
            kind[d] = (uint8_t)(d % 5 == 0);
            permille[d] = (uint16_t)below(&state, 1001);
        }
        struct tally_rules r = tally_rules_default((enum tally_method)(i % 5));
        if (r.method == TALLY_QV) {
            r.qv_budget = 1000000000;
        } else {
            c.g.kind = kind;
            c.g.permille = permille;
            r.clip_organisation = 300000;
            r.min = 100;
        }
        if (r.method == TALLY_COCM) /* its amounts have a bound */
            r.clip_person = INT64_C(1000000000);
        r.pool = 1000000;
        r.cap = 300000;
        struct sens_base *b;
        t_ok(sens_begin(a, &c.g, &r, &b, NULL));
        for (int k = 0; k < 10; k++)
            try_some(a, &state, b, &c, &r);
    }
    arena_free(a);
}
END_TEST

START_TEST(who_crosses_the_line_and_what_moves)
{
    struct arena *a = arena_new(ROOM);
    struct columns c = columns_new(a, 9, 3, 9);
    for (uint32_t i = 0; i < 9; i++) { /* 4, 3 and 2 donors of 100 */
        c.project[i] = i < 4 ? 0 : i < 7 ? 1 : 2;
        c.donor[i] = i;
        c.amount[i] = 100;
    }
    struct tally_rules r = tally_rules_default(TALLY_QF); /* 1200, 600, 200 */
    r.pool = 2000;
    struct sens_base *b;
    struct sens_answer x;
    t_ok(sens_begin(a, &c.g, &r, &b, NULL));
    static const uint32_t cluster[] = {0, 1, 2};
    struct sens_change change = {.without = cluster, .n_without = 3, .line = 1};
    t_ok(sens_try(b, a, &change, &x, NULL)); /* 0, 600, 200 */
    ck_assert_uint_eq(x.n_enter, 1);
    ck_assert_uint_eq(x.enter[0], 1);
    ck_assert_uint_eq(x.n_leave, 1);
    ck_assert_uint_eq(x.leave[0], 0);
    ck_assert_int_eq(x.change[0], -1200);
    ck_assert_int_eq(x.change[1], 900);
    ck_assert_int_eq(x.moved, 1200);
    ck_assert_int_eq(x.gifts_removed, 300);
    change.line = 3; /* the first has no weight any more: no seat */
    t_ok(sens_try(b, a, &change, &x, NULL));
    ck_assert_uint_eq(x.n_enter, 0);
    ck_assert_uint_eq(x.n_leave, 1);
    static const uint32_t nobody[] = {9};
    change = (struct sens_change){.without = nobody, .n_without = 1};
    t_rc(sens_try(b, a, &change, &x, NULL), E_INVALID);
    arena_free(a);
}
END_TEST

/* ---- communities ---- */

/* 200 donors with four random projects of 60 each; 8 who share six, two of them all but one of these; 5 exact copies.
 */
static struct columns with_communities(struct arena *a, uint64_t *state)
{
    struct columns c = columns_new(a, 200 * 4 + 8 * 6 + 5 * 4, 60, 213);
    size_t n = 0;
    for (uint32_t d = 0; d < 213; d++)
        for (uint32_t k = 0; k < (d < 200 ? 4u : d < 208 ? 6u : 4u); k++) {
            c.project[n] = d < 200 ? (uint32_t)below(state, 60) : d < 208 ? 10 + k : 30 + 3 * k;
            if (d == 200 && k == 0)
                c.project[n] = 11; /* five of the six */
            c.donor[n] = d;
            c.amount[n++] = 500;
        }
    c.g.n = n;
    return c;
}

START_TEST(planted_communities_are_found)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 43;
    struct columns c = with_communities(a, &state);
    struct tally_rules r = tally_rules_default(TALLY_QF);
    struct tally_table t;
    const struct community *found;
    size_t n;
    t_ok(tally_group(a, &c.g, &r, &t, NULL));
    t_ok(community_find(a, &t, &community_usual, &found, &n, NULL));
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(found[0].n_donors, 8);
    for (uint32_t k = 0; k < 8; k++)
        ck_assert_uint_eq(found[0].donor[k], 200 + k);
    ck_assert_uint_eq(found[0].n_projects, 6);
    ck_assert_uint_eq(found[0].givers[0], 8);
    ck_assert_uint_eq(found[0].givers[5], 7);
    ck_assert_uint_eq(found[0].project[5], 10);
    ck_assert_int_eq(found[0].sum, 48 * 500);
    ck_assert_uint_eq(found[1].n_donors, 5);
    ck_assert_uint_eq(found[1].project[0], 30);
    struct community_limits strict = {.min_donors = 6, .min_projects = 3, .permille = 1000};
    t_ok(community_find(a, &t, &strict, &found, &n, NULL));
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(found[0].n_donors, 7); /* without the one who left one out */
    arena_free(a);
}
END_TEST

/* The prefix filter leaves no pair out: the parts are those of all pairs compared. */
static uint32_t part_of(uint32_t *parent, uint32_t d)
{
    while (parent[d] != d)
        d = parent[d];
    return d;
}

START_TEST(no_near_pair_is_missed)
{
    struct arena *a = arena_new(ROOM);
    uint64_t state = 47;
    for (int i = 0; i < 60; i++) {
        arena_reset(a);
        struct columns c = random_gifts(a, &state, 400, 9, 80, 1000);
        struct tally_rules r = tally_rules_default(TALLY_QF);
        struct tally_table t;
        uint32_t has[80] = {0}, parent[80], parts = 0;
        const struct community *found;
        size_t n;
        struct community_limits l = {.min_donors = 2, .min_projects = 2};
        l.permille = 500 + (uint32_t)below(&state, 501);
        t_ok(tally_group(a, &c.g, &r, &t, NULL));
        t_ok(community_find(a, &t, &l, &found, &n, NULL));
        for (size_t k = 0; k < c.g.n; k++)
            has[c.donor[k]] |= 1u << c.project[k];
        for (uint32_t x = 0; x < 80; x++) {
            parent[x] = x;
            for (uint32_t y = 0; y < x; y++) {
                uint32_t both = (uint32_t)__builtin_popcount(has[x] & has[y]);
                uint32_t any = (uint32_t)__builtin_popcount(has[x] | has[y]);
                bool enough = __builtin_popcount(has[x]) >= 2 && __builtin_popcount(has[y]) >= 2;
                if (enough && both * 1000 >= any * l.permille)
                    parent[part_of(parent, x)] = part_of(parent, y);
            }
        }
        for (uint32_t x = 0; x < 80; x++) {
            uint32_t size = 0;
            for (uint32_t y = 0; y < 80; y++)
                size += part_of(parent, y) == x;
            parts += size >= 2;
        }
        t_loop(parts == n);
        for (size_t k = 0; k < n; k++)
            for (uint32_t m = 1; m < found[k].n_donors; m++)
                t_loop(part_of(parent, found[k].donor[m]) == part_of(parent, found[k].donor[0]));
    }
    arena_free(a);
}
END_TEST

T_MAIN("fund/sensitivity", a_what_if_is_a_tally_from_the_beginning, who_crosses_the_line_and_what_moves,
       planted_communities_are_found, no_near_pair_is_missed)
