/* Donors who gave to nearly the same projects.
 *
 * Two sets with Jaccard likeness t or more share a member among the first |x| − ⌈t·|x|⌉ + 1 of x when members stand in
 * one order (prefix filter: Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", 2007); rare projects
 * first make those lists short. Donors with equal sets are put together before, so that a thousand copies cost a
 * thousand steps and not a million. */
#include <stdlib.h>

#include "mod/fund/engine/sensitivity.h"
#include "mod/fund/engine/tally_parts.h"

const struct community_limits community_usual = {.min_donors = 3, .min_projects = 3, .permille = 800};
static const uint64_t COMPARE_MAX = UINT64_C(1) << 30;

/* A donor's projects as ranks by rarity, ascending. */
struct set {
    uint32_t donor;
    uint32_t n;
    const uint32_t *member;
};

struct finder {
    struct arena *a;
    const struct tally_table *t;
    const struct community_limits *l;
    struct tally_by_donor by;
    uint32_t *rarity; /* [n_projects] rank: the fewer donors, the smaller */
    struct set *set;
    uint32_t n_sets;
    uint32_t *parent; /* [n_donors] union-find: the smallest donor of a part is its root */
};

/* ---- union-find ---- */

static uint32_t root_of(uint32_t *parent, uint32_t d)
{
    while (parent[d] != d)
        d = parent[d] = parent[parent[d]];
    return d;
}

static void join(uint32_t *parent, uint32_t x, uint32_t y)
{
    x = root_of(parent, x);
    y = root_of(parent, y);
    parent[x < y ? y : x] = x < y ? x : y;
}

/* ---- sets ---- */

struct counted {
    uint32_t i;
    uint64_t n;
};

static int rarer(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? -1 : 1) : (x->i > y->i) - (x->i < y->i);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Small sets first, so that a set meets only sets that are no larger; equal ones stand together. */
static int by_content(const void *a, const void *b)
{
    const struct set *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    for (uint32_t k = 0; k < x->n; k++)
        if (x->member[k] != y->member[k])
            return x->member[k] < y->member[k] ? -1 : 1;
    return x->donor < y->donor ? -1 : 1;
}

static rc rank_by_rarity(struct finder *f)
{
    uint32_t n = f->t->gifts->n_projects;
    struct counted *c = ARENA_ARRAY(f->a, n, struct counted);
    f->rarity = ARENA_ARRAY(f->a, n, uint32_t);
    if (!c || !f->rarity)
        return arena_rc(f->a);
    for (uint32_t p = 0; p < n; p++)
        c[p] = (struct counted){p, f->t->start[p + 1] - f->t->start[p]};
    qsort(c, n, sizeof *c, rarer);
    for (uint32_t k = 0; k < n; k++)
        f->rarity[c[k].i] = k;
    return OK;
}

static rc make_sets(struct finder *f)
{
    uint32_t donors = f->t->gifts->n_donors;
    uint32_t *member = ARENA_ARRAY(f->a, f->t->n, uint32_t);
    f->set = ARENA_ARRAY(f->a, donors, struct set);
    f->parent = ARENA_ARRAY(f->a, donors, uint32_t);
    if (!member || !f->set || !f->parent)
        return arena_rc(f->a);
    for (uint32_t d = 0; d < donors; d++) {
        size_t from = f->by.start[d], n = f->by.start[d + 1] - from;
        f->parent[d] = d;
        if (n < f->l->min_projects)
            continue;
        for (size_t k = 0; k < n; k++)
            member[from + k] = f->rarity[f->by.project[from + k]];
        qsort(member + from, n, sizeof *member, by_number);
        f->set[f->n_sets++] = (struct set){d, (uint32_t)n, member + from};
    }
    qsort(f->set, f->n_sets, sizeof *f->set, by_content);
    return OK;
}

static bool equal_sets(const struct set *x, const struct set *y)
{
    return x->n == y->n && memcmp(x->member, y->member, x->n * sizeof *x->member) == 0;
}

/* Joins donors with equal sets and keeps one set of each. */
static void join_equal(struct finder *f)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < f->n_sets; i++) {
        if (kept && equal_sets(&f->set[kept - 1], &f->set[i]))
            join(f->parent, f->set[kept - 1].donor, f->set[i].donor);
        else
            f->set[kept++] = f->set[i];
    }
    f->n_sets = kept;
}

/* ---- near sets ---- */

static uint32_t in_common(const struct set *x, const struct set *y)
{
    uint32_t i = 0, k = 0, n = 0;
    while (i < x->n && k < y->n) {
        uint32_t a = x->member[i], b = y->member[k];
        n += a == b;
        i += a <= b;
        k += b <= a;
    }
    return n;
}

static bool alike(const struct set *x, const struct set *y, uint32_t permille)
{
    uint64_t both = in_common(x, y), any = (uint64_t)x->n + y->n - both;
    return both * 1000 >= any * permille;
}

static uint32_t prefix(uint32_t n, uint32_t permille)
{
    return n - (uint32_t)(((uint64_t)n * permille + 999) / 1000) + 1;
}

/* Sets that have a project in their prefix: chains of links, newest first. */
struct link {
    uint32_t set;
    uint32_t next; /* 1 + index, 0: the end */
};

static rc too_many_pairs(struct err *err)
{
    return ERR(err, E_LIMIT, "FND-104", N_("There are too many projects or donors."));
}

/* Compares set i with the earlier ones of a chain. */
static rc meet(struct finder *f, uint32_t i, const struct link *links, uint32_t at, uint32_t *seen, uint64_t *compared,
               struct err *err)
{
    for (; at; at = links[at - 1].next) {
        uint32_t k = links[at - 1].set;
        if ((uint64_t)f->set[k].n * 1000 < (uint64_t)f->set[i].n * f->l->permille)
            break; /* too small, and those behind it are no larger */
        if (seen[k] == i + 1)
            continue;
        seen[k] = i + 1;
        if (++*compared > COMPARE_MAX)
            return too_many_pairs(err);
        if (alike(&f->set[i], &f->set[k], f->l->permille))
            join(f->parent, f->set[i].donor, f->set[k].donor);
    }
    return OK;
}

static rc join_near(struct finder *f, struct err *err)
{
    uint32_t n_links = 0;
    uint64_t total = 0, compared = 0;
    for (uint32_t i = 0; i < f->n_sets; i++)
        total += prefix(f->set[i].n, f->l->permille);
    if (total >= UINT32_MAX)
        return too_many_pairs(err);
    struct link *links = ARENA_ARRAY(f->a, total, struct link);
    uint32_t *chain = ARENA_ARRAY(f->a, f->t->gifts->n_projects, uint32_t);
    uint32_t *seen = ARENA_ARRAY(f->a, f->n_sets, uint32_t);
    if (!links || !chain || !seen)
        return tally_no_memory(f->a, err);
    for (uint32_t i = 0; i < f->n_sets; i++)
        for (uint32_t k = 0; k < prefix(f->set[i].n, f->l->permille); k++) {
            uint32_t *first = &chain[f->set[i].member[k]];
            TRY(meet(f, i, links, *first, seen, &compared, err));
            links[n_links++] = (struct link){i, *first};
            *first = n_links;
        }
    return OK;
}

/* ---- what was found ---- */

static int larger(const void *a, const void *b)
{
    const struct community *x = a, *y = b;
    if (x->n_donors != y->n_donors)
        return x->n_donors > y->n_donors ? -1 : 1;
    return x->donor[0] < y->donor[0] ? -1 : 1;
}

static int more_givers(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    return x->n != y->n ? (x->n > y->n ? -1 : 1) : (x->i > y->i) - (x->i < y->i);
}

/* The projects to which at least half of them gave. count[] is all 0 before and after. */
static rc gather_evidence(struct finder *f, struct community *c, uint32_t *count, struct err *err)
{
    uint32_t n = 0, kept = 0;
    size_t total = 0;
    for (uint32_t i = 0; i < c->n_donors; i++)
        total += f->by.start[c->donor[i] + 1] - f->by.start[c->donor[i]];
    struct counted *found = ARENA_ARRAY(f->a, total, struct counted);
    if (!found)
        return tally_no_memory(f->a, err);
    for (uint32_t i = 0; i < c->n_donors; i++)
        for (size_t k = f->by.start[c->donor[i]]; k < f->by.start[c->donor[i] + 1]; k++) {
            uint32_t p = f->by.project[k];
            if (count[p]++ == 0)
                found[n++].i = p;
            if (i64_add(c->sum, f->t->amount[f->by.entry[k]], &c->sum) != OK)
                return tally_too_large(err);
        }
    for (uint32_t k = 0; k < n; k++) {
        found[k].n = count[found[k].i];
        count[found[k].i] = 0;
    }
    qsort(found, n, sizeof *found, more_givers);
    while (kept < n && found[kept].n * 2 >= c->n_donors)
        kept++;
    uint32_t *project = ARENA_ARRAY(f->a, kept, uint32_t), *givers = ARENA_ARRAY(f->a, kept, uint32_t);
    if (!project || !givers)
        return tally_no_memory(f->a, err);
    for (uint32_t k = 0; k < kept; k++) {
        project[k] = found[k].i;
        givers[k] = (uint32_t)found[k].n;
    }
    c->project = project;
    c->givers = givers;
    c->n_projects = kept;
    return OK;
}

/* The parts that are large enough, with their donors in order. */
static rc collect(struct finder *f, struct community **out, size_t *n, struct err *err)
{
    uint32_t donors = f->t->gifts->n_donors, used = 0;
    uint32_t *size = ARENA_ARRAY(f->a, donors, uint32_t), *place = ARENA_ARRAY(f->a, donors, uint32_t);
    uint32_t *member = ARENA_ARRAY(f->a, donors, uint32_t);
    *n = 0;
    *out = NULL;
    if (!size || !place || !member)
        return tally_no_memory(f->a, err);
    for (uint32_t d = 0; d < donors; d++)
        *n += ++size[root_of(f->parent, d)] == f->l->min_donors;
    *out = ARENA_ARRAY(f->a, *n, struct community);
    if (!*out)
        return tally_no_memory(f->a, err);
    *n = 0;
    for (uint32_t d = 0; d < donors; d++) {
        uint32_t root = root_of(f->parent, d);
        if (size[root] < f->l->min_donors)
            continue;
        if (root == d) { /* the smallest of its part comes first */
            (*out)[*n].donor = member + used;
            used += size[d];
            place[d] = (uint32_t)(*n)++;
        }
        struct community *c = &(*out)[place[root]];
        member[(size_t)(c->donor - member) + c->n_donors++] = d;
    }
    return OK;
}

rc community_find(struct arena *a, const struct tally_table *t, const struct community_limits *l,
                  const struct community **out, size_t *n, struct err *err)
{
    struct finder f = {.a = a, .t = t, .l = l};
    struct community *found = NULL;
    if (l->min_donors < 2 || l->min_projects < 1 || l->permille < 500 || l->permille > 1000)
        return E_INTERNAL;
    TRY(tally_by_donor(a, t, &f.by, err));
    if (rank_by_rarity(&f) != OK || make_sets(&f) != OK)
        return tally_no_memory(a, err);
    join_equal(&f);
    TRY(join_near(&f, err));
    *out = NULL;
    TRY(collect(&f, &found, n, err));
    if (!found || *n == 0)
        return OK;
    uint32_t *count = ARENA_ARRAY(a, t->gifts->n_projects, uint32_t);
    if (!count)
        return tally_no_memory(a, err);
    for (size_t i = 0; i < *n; i++)
        TRY(gather_evidence(&f, &found[i], count, err));
    qsort(found, *n, sizeof *found, larger);
    *out = found;
    return OK;
}
