/* Gifts put together: one entry per project and donor. */
#include <stdlib.h>

#include "mod/fund/engine/tally_parts.h"

rc tally_too_large(struct err *err)
{
    return ERR(err, E_LIMIT, "FND-103", N_("The amounts are too large to be added up."));
}

/* ---- which row is wrong: only once one is known to be ---- */

static str number(char room[24], uint64_t v)
{
    struct buf b = BUF_INIT(24);
    buf_puti(&b, (int64_t)v);
    size_t n = b.n < 24 ? b.n : 24;
    memcpy(room, b.p ? b.p : "", n);
    buf_free(&b);
    return str_n(room, n);
}

static rc name_bad_row(const struct tally_gifts *g, struct err *err)
{
    char row[24];
    for (size_t i = 0; i < g->n; i++) {
        if (g->project[i] >= g->n_projects || g->donor[i] >= g->n_donors)
            return ERR(err, E_INTERNAL, "FND-102", N_("Gift {1} names a project or donor that is not there."),
                       number(row, i + 1));
        if (g->amount[i] < 1 || g->amount[i] > TALLY_AMOUNT_MAX)
            return ERR(err, E_INVALID, "FND-101", N_("The amount of gift {1} is not between 1 and 10^15."),
                       number(row, i + 1));
    }
    return OK;
}

static rc check_sizes(const struct tally_gifts *g, struct err *err)
{
    if (g->n_projects > TALLY_PROJECTS_MAX || g->n_donors > TALLY_DONORS_MAX || g->n > SIZE_MAX / 32)
        return ERR(err, E_LIMIT, "FND-104", N_("There are too many projects or donors."));
    for (uint32_t d = 0; g->permille && d < g->n_donors; d++)
        if (g->permille[d] > TALLY_PERMILLE)
            return ERR(err, E_INVALID, "FND-102", N_("A donor's share is more than 1000 permille."));
    for (uint32_t d = 0; g->group && d < g->n_donors; d++)
        for (uint32_t k = g->group[d]; k < g->group[d + 1]; k++)
            if (g->groups[k] >= g->n_groups)
                return ERR(err, E_INTERNAL, "FND-102", N_("A donor is in a group that is not there."));
    return OK;
}

/* ---- ranks of projects: byte order of their ids ---- */

struct named {
    str id;
    uint32_t i;
};

static int by_id(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int c = str_cmp(x->id, y->id);
    return c ? c : (x->i > y->i) - (x->i < y->i);
}

static rc rank_projects(struct arena *a, const struct tally_gifts *g, const uint32_t **out)
{
    uint32_t *rank = ARENA_ARRAY(a, g->n_projects, uint32_t);
    struct named *names = g->project_id ? ARENA_ARRAY(a, g->n_projects, struct named) : NULL;
    if (!rank || (g->project_id && !names))
        return arena_rc(a);
    *out = rank;
    for (uint32_t p = 0; p < g->n_projects; p++) {
        rank[p] = p;
        if (names)
            names[p] = (struct named){g->project_id[p], p};
    }
    if (!names)
        return OK;
    qsort(names, g->n_projects, sizeof *names, by_id);
    for (uint32_t p = 0; p < g->n_projects; p++)
        rank[names[p].i] = p;
    return OK;
}

/* ---- rows in order: into their projects first, then each project by donor, which fits into a cache ---- */

/* Rows of one project, or room for as many. */
struct rows_of {
    uint32_t *donor;
    int64_t *amount;
};

enum { FEW = 32, DIGIT_BITS = 11, DIGIT_BITS_OF_FEW = 8, MANY = 1 << 14 };

static void insertion_sort(struct rows_of v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t donor = v.donor[i];
        int64_t amount = v.amount[i];
        size_t k = i;
        for (; k > 0 && v.donor[k - 1] > donor; k--) {
            v.donor[k] = v.donor[k - 1];
            v.amount[k] = v.amount[k - 1];
        }
        v.donor[k] = donor;
        v.amount[k] = amount;
    }
}

/* One pass of a radix sort, stable: by `bits` of the donor from `shift` on. */
static void pass(struct rows_of from, struct rows_of to, size_t n, unsigned shift, unsigned bits)
{
    uint32_t at[1 << DIGIT_BITS] = {0}, mask = (UINT32_C(1) << bits) - 1, sum = 0;
    for (size_t i = 0; i < n; i++)
        at[from.donor[i] >> shift & mask]++;
    for (uint32_t d = 0; d <= mask; d++) {
        uint32_t here = at[d];
        at[d] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t k = at[from.donor[i] >> shift & mask]++;
        to.donor[k] = from.donor[i];
        to.amount[k] = from.amount[i];
    }
}

/* By donor; the answer is in `v`. `spare` has room for n. n < 2^32. */
static void sort_by_donor(struct rows_of v, struct rows_of spare, size_t n, uint32_t n_donors)
{
    if (n <= FEW) {
        insertion_sort(v, n);
        return;
    }
    unsigned bits = n < MANY ? DIGIT_BITS_OF_FEW : DIGIT_BITS;
    struct rows_of from = v, to = spare;
    for (unsigned shift = 0; shift < 32 && (n_donors - 1) >> shift > 0; shift += bits) {
        pass(from, to, n, shift, bits);
        struct rows_of sorted = to;
        to = from;
        from = sorted;
    }
    if (from.donor != v.donor) {
        memcpy(v.donor, from.donor, n * sizeof *v.donor);
        memcpy(v.amount, from.amount, n * sizeof *v.amount);
    }
}

static int64_t gift_min(const struct tally_rules *r)
{
    return r->min_of == TALLY_MIN_GIFT ? r->min : 0;
}

/* Where each project's rows begin, without gifts below the minimum per gift; *most: of one project. */
static rc count_rows(const struct tally_rules *r, struct tally_table *t, size_t *start, size_t *most)
{
    const struct tally_gifts *g = t->gifts;
    int64_t min = gift_min(r);
    for (size_t i = 0; i < g->n; i++) {
        if (g->amount[i] >= min) {
            start[g->project[i] + 1]++;
            continue;
        }
        t->gifts_below_min++;
        TRY(i64_add(t->amount_below_min, g->amount[i], &t->amount_below_min));
    }
    *most = 0;
    for (uint32_t p = 0; p < g->n_projects; p++) {
        *most = start[p + 1] > *most ? start[p + 1] : *most;
        start[p + 1] += start[p];
    }
    return OK;
}

/* Every row to its project. `next` starts as `start`, and ends as the next project's start. */
static void scatter(const struct tally_rules *r, const struct tally_gifts *g, size_t *next, struct rows_of to)
{
    int64_t min = gift_min(r);
    for (size_t i = 0; i < g->n; i++) {
        if (g->amount[i] < min)
            continue;
        size_t k = next[g->project[i]]++;
        to.donor[k] = g->donor[i];
        to.amount[k] = g->amount[i];
    }
}

/* Sums each donor's rows v[from … to), in order, and puts the sums at the end of the table, which is not past `from`;
 * drops donors below the minimum per donor. */
static rc merge(const struct tally_rules *r, struct tally_table *t, struct rows_of v, size_t from, size_t to)
{
    int64_t min = r->min_of == TALLY_MIN_DONOR ? r->min : 0;
    for (size_t i = from; i < to;) {
        size_t first = i;
        uint32_t donor = v.donor[i];
        int64_t sum = 0;
        for (; i < to && v.donor[i] == donor; i++)
            TRY(i64_add(sum, v.amount[i], &sum));
        if (sum > TALLY_AMOUNT_MAX)
            return E_LIMIT;
        if (sum < min) {
            t->gifts_below_min += i - first;
            TRY(i64_add(t->amount_below_min, sum, &t->amount_below_min));
            continue;
        }
        v.donor[t->n] = donor;
        v.amount[t->n++] = sum;
    }
    return OK;
}

static rc group_by_sorting(struct arena *a, const struct tally_rules *r, struct tally_table *t, size_t *start,
                           struct err *err)
{
    const struct tally_gifts *g = t->gifts;
    size_t most, *next = ARENA_ARRAY(a, (size_t)g->n_projects + 1, size_t);
    if (!next)
        return tally_no_memory(a, err);
    if (count_rows(r, t, start, &most) != OK)
        return tally_too_large(err);
    if (most > UINT32_MAX)
        return ERR(err, E_LIMIT, "FND-104", N_("There are too many projects or donors."));
    memcpy(next, start, ((size_t)g->n_projects + 1) * sizeof *next);
    size_t n = start[g->n_projects];
    struct rows_of all = {ARENA_ARRAY(a, n, uint32_t), ARENA_ARRAY(a, n, int64_t)};
    struct rows_of spare = {ARENA_ARRAY(a, most, uint32_t), ARENA_ARRAY(a, most, int64_t)};
    if (!all.donor || !all.amount || !spare.donor || !spare.amount)
        return tally_no_memory(a, err);
    scatter(r, g, next, all);
    for (uint32_t p = 0; p < g->n_projects; p++) {
        size_t from = start[p], to = next[p];
        start[p] = t->n;
        sort_by_donor((struct rows_of){all.donor + from, all.amount + from}, spare, to - from, g->n_donors);
        if (merge(r, t, all, from, to) != OK)
            return tally_too_large(err);
    }
    start[g->n_projects] = t->n;
    t->donor = all.donor;
    t->amount = all.amount;
    return OK;
}

/* The first row whose project is not below p, at or after `from`: ascending projects, so by halving. */
static size_t first_of(const uint32_t *project, size_t from, size_t n, uint32_t p)
{
    while (from < n) {
        size_t mid = from + (n - from) / 2;
        if (project[mid] < p)
            from = mid + 1;
        else
            n = mid;
    }
    return from;
}

static void borrow(struct tally_table *t, size_t *start)
{
    const struct tally_gifts *g = t->gifts;
    t->n = g->n;
    t->donor = g->donor;
    t->amount = g->amount;
    for (uint32_t p = 0; p < g->n_projects; p++)
        start[p + 1] = first_of(g->project, start[p], g->n, p + 1);
}

rc tally_group(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, struct tally_table *out,
               struct err *err)
{
    TRY(check_sizes(g, err));
    struct kernel_check rows = kernel_check_rows(g);
    if (rows.bad)
        return name_bad_row(g, err);
    *out = (struct tally_table){.gifts = g, .min = r->min, .min_of = r->min_of};
    size_t *start = ARENA_ARRAY(a, (size_t)g->n_projects + 1, size_t);
    if (!start || rank_projects(a, g, &out->rank) != OK)
        return tally_no_memory(a, err);
    out->start = start;
    if (!rows.ascending || r->min > 1)
        return group_by_sorting(a, r, out, start, err);
    borrow(out, start);
    return OK;
}

/* ---- by donor ---- */

rc tally_by_donor(struct arena *a, const struct tally_table *t, struct tally_by_donor *out, struct err *err)
{
    uint32_t n_donors = t->gifts->n_donors, n_projects = t->gifts->n_projects;
    if (t->n > UINT32_MAX)
        return ERR(err, E_LIMIT, "FND-104", N_("There are too many projects or donors."));
    size_t *start = ARENA_ARRAY(a, (size_t)n_donors + 2, size_t);
    *out = (struct tally_by_donor){start, ARENA_ARRAY(a, t->n, uint32_t), ARENA_ARRAY(a, t->n, uint32_t)};
    if (!start || !out->entry || !out->project)
        return tally_no_memory(a, err);
    for (size_t e = 0; e < t->n; e++)
        start[t->donor[e] + 2]++;
    for (uint32_t d = 0; d < n_donors; d++)
        start[d + 2] += start[d + 1];
    for (uint32_t p = 0; p < n_projects; p++)
        for (size_t e = t->start[p]; e < t->start[p + 1]; e++) {
            size_t at = start[t->donor[e] + 1]++;
            out->entry[at] = (uint32_t)e;
            out->project[at] = p;
        }
    return OK;
}
