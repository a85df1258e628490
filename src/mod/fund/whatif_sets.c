/* Groups of donors who may be one: by what they share, and by the projects they gave to. */
#include <stdlib.h>

#include "crypto/hash.h"
#include "mod/fund/whatif_base.h"

enum { FEWEST = 3, NAME_BYTES = 6 };

static const char letters[WHATIF_KINDS] = {
    [FUND_DEVICE] = 'd', [FUND_ADDRESS] = 'a', [FUND_ACCOUNT] = 'p', [WHATIF_COMMUNITY] = 'c'};

const char *whatif_kind_label(int kind)
{
    return kind == WHATIF_COMMUNITY ? N_("Nearly the same projects") : fund_trait_label((enum fund_trait)kind);
}

/* A short name from what makes the group, so that it stays when other groups come and go. */
static void name_it(struct whatif_group *g, str of)
{
    static const char digits[] = "0123456789abcdef";
    struct sha256 h = sha256_of(of);
    g->name[0] = letters[g->kind];
    g->name[1] = '-';
    for (int i = 0; i < NAME_BYTES; i++) {
        g->name[2 + 2 * i] = digits[h.b[i] >> 4];
        g->name[3 + 2 * i] = digits[h.b[i] & 15];
    }
}

/* ---- what donors share ---- */

struct sharing { /* a gift with a trait */
    uint32_t trait, donor, project;
    int64_t amount;
};

static int by_trait(const void *a, const void *b)
{
    const struct sharing *x = a, *y = b;
    if (x->trait != y->trait)
        return x->trait < y->trait ? -1 : 1;
    return (x->donor > y->donor) - (x->donor < y->donor);
}

static const uint32_t *column(const struct fund_counted *g, int trait)
{
    return trait == FUND_DEVICE ? g->device : trait == FUND_ADDRESS ? g->address : g->account;
}

static rc sharings(struct arena *a, const struct fund_counted *g, int trait, struct sharing **out, size_t *n)
{
    const uint32_t *of = column(g, trait);
    *n = 0;
    *out = ARENA_ARRAY(a, g->columns.n + 1, struct sharing);
    for (size_t i = 0; *out && i < g->columns.n; i++)
        if (of[i])
            (*out)[(*n)++] = (struct sharing){of[i], g->columns.donor[i], g->columns.project[i], g->columns.amount[i]};
    if (*out)
        qsort(*out, *n, sizeof **out, by_trait);
    return arena_rc(a);
}

/* v[0..n) share one trait, by donor. `seen` marks projects with this trait's number. */
static rc measure(struct arena *a, const struct sharing *v, size_t n, uint32_t *seen, struct whatif_set *s)
{
    uint32_t *donor = ARENA_ARRAY(a, n, uint32_t);
    if (!donor)
        return arena_rc(a);
    s->donor = donor;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || v[i].donor != v[i - 1].donor)
            donor[s->n++] = v[i].donor;
        s->group.projects += seen[v[i].project] != v[0].trait;
        seen[v[i].project] = v[0].trait;
        s->group.amount += v[i].amount;
    }
    s->group.gifts = (int64_t)n;
    s->group.donors = (int64_t)s->n;
    return OK;
}

static size_t donors_in(const struct sharing *v, size_t n)
{
    size_t donors = 0;
    for (size_t i = 0; i < n; i++)
        donors += i == 0 || v[i].donor != v[i - 1].donor;
    return donors;
}

static int larger(const void *a, const void *b)
{
    const struct whatif_set *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return strcmp(x->group.name, y->group.name);
}

static void keep_largest(struct whatif_base *b, size_t from)
{
    qsort(b->sets + from, b->n_sets - from, sizeof *b->sets, larger);
    if (b->n_sets - from > WHATIF_GROUPS_MAX)
        b->n_sets = from + WHATIF_GROUPS_MAX;
}

static rc share_sets(struct arena *a, struct whatif_base *b, int trait)
{
    struct sharing *v;
    size_t n, from = b->n_sets, groups = 0;
    uint32_t *seen = ARENA_ARRAY(a, b->gifts.columns.n_projects + 1, uint32_t);
    TRY(sharings(a, &b->gifts, trait, &v, &n));
    for (size_t i = 0; i < n; i++)
        groups += i == 0 || v[i].trait != v[i - 1].trait;
    struct whatif_set *sets = ARENA_ARRAY(a, from + groups + 1, struct whatif_set);
    if (!sets || !seen)
        return arena_rc(a);
    if (from)
        memcpy(sets, b->sets, from * sizeof *sets);
    b->sets = sets;
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i; next < n && v[next].trait == v[i].trait;)
            next++;
        if (donors_in(v + i, next - i) < FEWEST)
            continue;
        struct whatif_set *s = &sets[b->n_sets++];
        s->group.kind = trait;
        TRY(measure(a, v + i, next - i, seen, s));
        name_it(&s->group, str_n(&b->gifts.trait_key[trait][v[i].trait - 1], sizeof(int64_t)));
    }
    keep_largest(b, from);
    return OK;
}

/* ---- communities ---- */

static void put_community(const struct whatif_base *b, const struct community *c, struct whatif_set *s)
{
    s->donor = c->donor;
    s->n = c->n_donors;
    s->group = (struct whatif_group){
        .kind = WHATIF_COMMUNITY, .donors = c->n_donors, .amount = c->sum, .projects = c->n_projects};
    for (uint32_t k = 0; k < c->n_projects; k++)
        s->group.gifts += c->givers[k];
    name_it(&s->group, str_n(&b->gifts.donor_key[c->donor[0]], sizeof(int64_t)));
}

static rc community_sets(struct arena *a, struct whatif_base *b, struct err *err)
{
    struct tally_table t;
    const struct community *found;
    size_t n, from = b->n_sets;
    TRY(tally_group(a, &b->gifts.columns, &b->rules.tally, &t, err));
    TRY(community_find(a, &t, &community_usual, &found, &n, err));
    n = n < WHATIF_GROUPS_MAX ? n : WHATIF_GROUPS_MAX; /* the larger come first */
    struct whatif_set *sets = ARENA_ARRAY(a, from + n + 1, struct whatif_set);
    if (!sets)
        return arena_rc(a);
    if (from)
        memcpy(sets, b->sets, from * sizeof *sets);
    b->sets = sets;
    for (size_t i = 0; i < n; i++)
        put_community(b, &found[i], &sets[b->n_sets++]);
    return OK;
}

rc whatif_sets(struct arena *a, struct whatif_base *b, struct err *err)
{
    for (int t = 0; t < FUND_TRAITS; t++)
        TRY(share_sets(a, b, t));
    return community_sets(a, b, err);
}
