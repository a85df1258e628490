#include "mod/fund/engine/tally.h"

#include "mod/fund/engine/tally_parts.h"

enum { BLOCK = 1024 }; /* on the stack where a clip makes a copy */

/* ---- from entries to sums ---- */

static int64_t clip_of(const struct tally_gifts *g, const struct tally_rules *r, uint32_t donor)
{
    return g->kind && g->kind[donor] == TALLY_ORGANISATION ? r->clip_organisation : r->clip_person;
}

const int64_t *tally_counted(const struct tally_table *t, const struct tally_rules *r, size_t from, size_t n,
                             int64_t *room)
{
    const struct tally_gifts *g = t->gifts;
    const int64_t *amount = t->amount + from;
    if (!g->permille && r->clip_person == 0 && (!g->kind || r->clip_organisation == 0))
        return amount;
    for (size_t i = 0; i < n; i++) {
        uint32_t donor = t->donor[from + i];
        int64_t clip = clip_of(g, r, donor);
        int64_t c = clip && amount[i] > clip ? clip : amount[i];
        room[i] = g->permille ? c / TALLY_PERMILLE * g->permille[donor] +
                                    c % TALLY_PERMILLE * g->permille[donor] / TALLY_PERMILLE
                              : c;
    }
    return room;
}

static int64_t sum_of(const int64_t *v, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i]; /* a block of at most 10^15 each */
    return sum;
}

rc tally_project_sums(const struct tally_table *t, const struct tally_rules *r, uint32_t p, struct tally_sums *out,
                      struct err *err)
{
    int64_t room[BLOCK];
    *out = (struct tally_sums){0};
    for (size_t from = t->start[p], n; from < t->start[p + 1]; from += n) {
        n = t->start[p + 1] - from < BLOCK ? t->start[p + 1] - from : BLOCK;
        const int64_t *counted = tally_counted(t, r, from, n, room);
        int64_t before = out->counted;
        rc ok = kernel_sum_roots(counted, n, out);
        int64_t raised = counted == room ? sum_of(t->amount + from, n) : out->counted - before;
        if (ok != OK || i64_add(out->raised, raised, &out->raised) != OK)
            return tally_too_large(err);
    }
    return OK;
}

/* S² − C is taken as S² − Σ r²: with r rounded down, twice the sum over pairs of r_i·r_j. It is 0 for one donor and
 * never negative, and nearer to the exact value than S² − C·2^32. */
u128 tally_weight_of(const struct tally_rules *r, const struct tally_sums *s)
{
    u128 square = (u128)s->roots * s->roots;
    if (r->method == TALLY_QF && r->weight == TALLY_S)
        return (u128)s->roots << (TALLY_WEIGHT_BITS - TALLY_ROOT_BITS);
    if (r->method == TALLY_QF && r->weight == TALLY_S2)
        return square;
    return square - (((u128)(uint64_t)s->counted << 32) - s->rest);
}

void tally_project_set(struct tally_project *p, const struct tally_sums *s)
{
    p->donors = s->donors;
    p->raised = s->raised;
    p->counted = s->counted;
}

/* ---- one run ---- */

static rc weigh_roots(const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
                      struct err *err)
{
    for (uint32_t p = 0; p < out->n; p++) {
        struct tally_sums s;
        TRY(tally_project_sums(t, r, p, &s, err));
        tally_project_set(&out->project[p], &s);
        if (r->method == TALLY_QF || r->method == TALLY_CQF)
            out->project[p].weight = tally_weight_of(r, &s);
    }
    return OK;
}

static rc weigh(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
                struct err *err)
{
    if (r->method == TALLY_QV)
        return tally_weigh_votes(a, t, r, out, err);
    TRY(weigh_roots(t, r, out, err));
    if (r->method == TALLY_PAIRWISE)
        return tally_weigh_pairwise(a, t, r, out, err);
    return r->method == TALLY_COCM ? tally_weigh_cocm(a, t, r, out, err) : OK;
}

rc tally_finish(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
                struct err *err)
{
    struct tally_rules shared = *r;
    if (r->method == TALLY_CQF)
        shared.saturation = TALLY_PAY; /* a is at most 1 */
    TRY(tally_share(a, &shared, out->project, t->rank, out->n, out, err));
    if (t->n == 0)
        out->outcome |= TALLY_NO_GIFTS;
    for (uint32_t i = 0; i < out->n; i++) {
        struct tally_project *p = &out->project[i];
        int64_t match = r->method == TALLY_QV ? 0 : p->match; /* votes and money do not add up */
        if (i64_add(p->raised, match, &p->total) != OK)
            return tally_too_large(err);
    }
    return OK;
}

rc tally_run(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
             struct err *err)
{
    if (t->min != r->min || t->min_of != r->min_of)
        return E_INTERNAL; /* the table was made by other rules */
    *out = (struct tally_result){.n = t->gifts->n_projects};
    out->project = ARENA_ARRAY(a, out->n, struct tally_project);
    if (!out->project)
        return tally_no_memory(a, err);
    TRY(weigh(a, t, r, out, err));
    return tally_finish(a, t, r, out, err);
}

rc tally(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, struct tally_result *out,
         struct err *err)
{
    struct tally_table t;
    TRY(tally_rules_check(r, err));
    TRY(tally_group(a, g, r, &t, err));
    return tally_run(a, &t, r, out, err);
}

/* ---- what became of each gift ---- */

static bool has_entry(const struct tally_table *t, uint32_t project, uint32_t donor)
{
    size_t from = t->start[project], to = t->start[project + 1];
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (t->donor[mid] < donor)
            from = mid + 1;
        else
            to = mid;
    }
    return from < t->start[project + 1] && t->donor[from] == donor;
}

rc tally_explain(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, uint8_t *out,
                 struct err *err)
{
    struct tally_table t;
    TRY(tally_group(a, g, r, &t, err));
    uint8_t *over = ARENA_ARRAY(a, g->n_donors, uint8_t);
    int64_t *cost = r->method == TALLY_QV ? ARENA_ARRAY(a, g->n_donors, int64_t) : NULL;
    if (!over || (r->method == TALLY_QV && !cost))
        return tally_no_memory(a, err);
    if (cost)
        tally_over_budget(&t, r, cost, over);
    for (size_t i = 0; i < g->n; i++)
        out[i] = over[g->donor[i]] ? TALLY_BALLOT_OVER_BUDGET
                 : r->min_of == TALLY_MIN_GIFT
                     ? (g->amount[i] < r->min ? TALLY_BELOW_MIN : TALLY_COUNTED)
                     : (has_entry(&t, g->project[i], g->donor[i]) ? TALLY_COUNTED : TALLY_DONOR_BELOW_MIN);
    return OK;
}

/* ---- numbers as text ---- */

void tally_put_u128(struct buf *b, u128 v)
{
    char digits[40];
    size_t n = sizeof digits;
    do
        digits[--n] = (char)('0' + (int)(v % 10));
    while (v /= 10);
    buf_putn(b, digits + n, sizeof digits - n);
}

void tally_put_amount(struct buf *b, int64_t v, int decimals)
{
    uint64_t magnitude = v < 0 ? -(uint64_t)v : (uint64_t)v, unit = 1;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    if (v < 0)
        buf_putc(b, '-');
    tally_put_u128(b, magnitude / unit);
    if (decimals)
        buf_printf(b, ".%0*llu", decimals, (unsigned long long)(magnitude % unit));
}
