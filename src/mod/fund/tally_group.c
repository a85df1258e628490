/* Gifts put together: one entry per project and donor. */
#include <stdlib.h>

#include "mod/fund/tally_parts.h"

rc tally_no_memory(struct arena *a, struct err *err)
{
    if (arena_rc(a) == E_LIMIT)
        return ERR(err, E_LIMIT, "FND-104", N_("There are too many gifts for the memory set aside."));
    return arena_rc(a);
}

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

/* ---- rows in order ---- */

struct row {
    uint64_t key; /* project, then donor */
    int64_t amount;
};

enum { DIGITS = 1 << 11 };

/* Part of a row's key: `bits` of it from `shift` on. */
struct digit {
    unsigned shift, bits;
};

/* One pass of a radix sort, stable; false when all rows have the same digit and nothing was moved. */
static bool pass(const struct row *from, struct row *to, size_t n, struct digit digit, size_t *at)
{
    uint64_t mask = (UINT64_C(1) << digit.bits) - 1;
    memset(at, 0, DIGITS * sizeof *at);
    for (size_t i = 0; i < n; i++)
        at[from[i].key >> digit.shift & mask]++;
    if (n == 0 || at[from[0].key >> digit.shift & mask] == n)
        return false;
    size_t sum = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t here = at[d];
        at[d] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[at[from[i].key >> digit.shift & mask]++] = from[i];
    return true;
}

/* By donor, then, stable, by project. */
static struct row *sort_rows(struct row *rows, struct row *spare, size_t n, size_t *at)
{
    static const struct digit digits[] = {{0, 11}, {11, 11}, {22, 10}, {32, 11}, {43, 11}};
    for (size_t k = 0; k < sizeof digits / sizeof digits[0]; k++)
        if (pass(rows, spare, n, digits[k], at)) {
            struct row *sorted = spare;
            spare = rows;
            rows = sorted;
        }
    return rows;
}

/* Drops gifts below the minimum per gift. */
static rc take_rows(const struct tally_rules *r, struct tally_table *t, struct row *rows, size_t *out)
{
    const struct tally_gifts *g = t->gifts;
    int64_t min = r->min_of == TALLY_MIN_GIFT ? r->min : 0;
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (g->amount[i] < min) {
            t->gifts_below_min++;
            TRY(i64_add(t->amount_below_min, g->amount[i], &t->amount_below_min));
        } else {
            rows[n++] = (struct row){(uint64_t)g->project[i] << 32 | g->donor[i], g->amount[i]};
        }
    }
    *out = n;
    return OK;
}

/* Sums the rows of each key into the table's columns; drops donors below the minimum per donor. */
static rc merge(const struct tally_rules *r, struct tally_table *t, const struct row *rows, size_t n, uint32_t *donor,
                int64_t *amount, size_t *start)
{
    int64_t min = r->min_of == TALLY_MIN_DONOR ? r->min : 0;
    uint32_t p = 0;
    for (size_t i = 0; i < n;) {
        size_t from = i;
        int64_t sum = 0;
        for (; i < n && rows[i].key == rows[from].key; i++)
            TRY(i64_add(sum, rows[i].amount, &sum));
        if (sum > TALLY_AMOUNT_MAX)
            return E_LIMIT;
        if (sum < min) {
            t->gifts_below_min += i - from;
            TRY(i64_add(t->amount_below_min, sum, &t->amount_below_min));
            continue;
        }
        while (p < (uint32_t)(rows[from].key >> 32))
            start[++p] = t->n;
        donor[t->n] = (uint32_t)rows[from].key;
        amount[t->n++] = sum;
    }
    while (p < t->gifts->n_projects)
        start[++p] = t->n;
    return OK;
}

static rc group_by_sorting(struct arena *a, const struct tally_rules *r, struct tally_table *t, size_t *start,
                           struct err *err)
{
    size_t n = t->gifts->n;
    struct row *rows = ARENA_ARRAY(a, n, struct row), *spare = ARENA_ARRAY(a, n, struct row);
    size_t *at = ARENA_ARRAY(a, DIGITS, size_t);
    uint32_t *donor = ARENA_ARRAY(a, n, uint32_t);
    int64_t *amount = ARENA_ARRAY(a, n, int64_t);
    if (!rows || !spare || !at || !donor || !amount)
        return tally_no_memory(a, err);
    if (take_rows(r, t, rows, &n) != OK || merge(r, t, sort_rows(rows, spare, n, at), n, donor, amount, start) != OK)
        return tally_too_large(err);
    t->donor = donor;
    t->amount = amount;
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
