#include "mod/fund/review_files.h"

#include <stdlib.h>

#include "base/map.h"

/* ---- ids ---- */

struct ids { /* by position, and back: the map's values are position + 1 */
    struct map at;
    VEC(str) v;
};
#define IDS_SCOPED __attribute__((cleanup(ids_free))) struct ids

static void ids_free(struct ids *x)
{
    map_free(&x->at);
}

static size_t ids_find(const struct ids *x, str id) /* SIZE_MAX: none */
{
    return (size_t)(uintptr_t)map_get(&x->at, id) - 1;
}

static rc ids_add(struct arena *a, struct ids *x, str id)
{
    str *slot = VEC_ADD(&x->v, a);
    if (!slot)
        return arena_rc(a);
    *slot = id;
    return map_put(&x->at, id, (void *)(uintptr_t)x->v.n); // NOLINT(performance-no-int-to-ptr)
}

static bool filled(struct table *t, size_t row, size_t column)
{
    return table_cell(t, row, column).n > 0 || table_fault(t, row, column, "FND-214", N_("This must not be empty."));
}

static rc open_table(struct table *t, const struct named_bytes *f)
{
    t->file = f->file;
    return table_read(t, f->bytes);
}

/* ---- assignment ---- */

enum { ID, MIN, MAX };
enum { REVIEWER, PROPOSAL, VALUE };

static const struct table_column id_columns[] = {
    {STR_INIT("id"), true}, {STR_INIT("min"), false}, {STR_INIT("max"), false}};
static const struct table_column pair_columns[] = {
    {STR_INIT("reviewer"), true}, {STR_INIT("proposal"), true}, {STR_INIT("affinity"), true}};

struct assign_reader {
    struct arena *a;
    const struct assign_files *f;
    struct table_faults *faults;
    struct ids reviewers, proposals;
    VEC(int32_t) min, max;
    int32_t *affinity;
    uint8_t *conflict, *is_kept, *has_affinity;
    VEC(struct assign_pair) kept;
};

static void readers_free(struct assign_reader *x)
{
    ids_free(&x->reviewers);
    ids_free(&x->proposals);
}

static rc add_bound(struct assign_reader *x, struct table *t, size_t row)
{
    int64_t min = x->f->min, max = x->f->max;
    int32_t *slot_min = VEC_ADD(&x->min, x->a), *slot_max = VEC_ADD(&x->max, x->a);
    if (!slot_min || !slot_max)
        return arena_rc(x->a);
    if (table_cell(t, row, MIN).n > 0)
        (void)table_fixed(t, row, MIN, 0, 0, ASSIGN_PAIRS_MAX, &min);
    if (table_cell(t, row, MAX).n > 0)
        (void)table_fixed(t, row, MAX, 0, 0, ASSIGN_PAIRS_MAX, &max);
    *slot_min = (int32_t)min;
    *slot_max = (int32_t)max;
    return OK;
}

static rc read_ids(struct assign_reader *x, const struct named_bytes *f, struct ids *ids, bool bounds)
{
    struct table t = {.a = x->a, .columns = id_columns, .n_columns = bounds ? 3 : 1, .faults = x->faults};
    TRY(open_table(&t, f));
    for (size_t row = 0; row < t.n; row++) {
        str id = table_cell(&t, row, ID);
        if (!filled(&t, row, ID))
            continue;
        if (ids_find(ids, id) != SIZE_MAX) {
            (void)table_fault(&t, row, ID, "FND-215", N_("{1} occurs twice."));
            continue;
        }
        TRY(ids_add(x->a, ids, id));
        if (bounds)
            TRY(add_bound(x, &t, row));
    }
    return OK;
}

/* The pair of a row, false when it was noted as wrong. */
static bool pair_of(struct assign_reader *x, struct table *t, size_t row, struct assign_pair *out)
{
    size_t r = ids_find(&x->reviewers, table_cell(t, row, REVIEWER)),
           p = ids_find(&x->proposals, table_cell(t, row, PROPOSAL));
    if (r == SIZE_MAX)
        return table_fault(t, row, REVIEWER, "FND-216", N_("There is no reviewer “{1}”."));
    if (p == SIZE_MAX)
        return table_fault(t, row, PROPOSAL, "FND-216", N_("There is no proposal “{1}”."));
    *out = (struct assign_pair){(uint32_t)p, (uint32_t)r};
    return true;
}

typedef rc (*pair_fn)(struct assign_reader *x, struct table *t, size_t row, const struct assign_pair *pair, size_t at);

static rc read_pairs(struct assign_reader *x, const struct named_bytes *f, size_t columns, pair_fn fn)
{
    struct table t = {.a = x->a, .columns = pair_columns, .n_columns = columns, .faults = x->faults};
    if (!f->file)
        return OK;
    TRY(open_table(&t, f));
    for (size_t row = 0; row < t.n; row++) {
        struct assign_pair pair = {0};
        if (pair_of(x, &t, row, &pair))
            TRY(fn(x, &t, row, &pair, pair.proposal * x->reviewers.v.n + pair.reviewer));
    }
    return OK;
}

static rc take_conflict(struct assign_reader *x, struct table *t, size_t row, const struct assign_pair *pair, size_t at)
{
    (void)t;
    (void)row;
    (void)pair;
    x->conflict[at] = 1; /* declared by both sides: once is enough */
    return OK;
}

static rc take_affinity(struct assign_reader *x, struct table *t, size_t row, const struct assign_pair *pair, size_t at)
{
    (void)pair;
    int64_t v = 0;
    if (x->has_affinity[at])
        (void)table_fault(t, row, PROPOSAL, "FND-215", N_("{1} occurs twice."));
    else if (table_fixed(t, row, VALUE, 0, 0, ASSIGN_AFFINITY_MAX, &v))
        x->affinity[at] = (int32_t)v;
    x->has_affinity[at] = 1;
    return OK;
}

static rc take_kept(struct assign_reader *x, struct table *t, size_t row, const struct assign_pair *pair, size_t at)
{
    if (x->is_kept[at]) {
        (void)table_fault(t, row, PROPOSAL, "FND-215", N_("{1} occurs twice."));
        return OK;
    }
    x->is_kept[at] = 1;
    struct assign_pair *slot = VEC_ADD(&x->kept, x->a);
    if (!slot)
        return arena_rc(x->a);
    *slot = *pair;
    return OK;
}

static rc read_all_pairs(struct assign_reader *x)
{
    size_t np = x->proposals.v.n, nr = x->reviewers.v.n;
    if (nr > 0 && np > ASSIGN_PAIRS_MAX / nr)
        return E_LIMIT; /* assign_solve says it in words */
    x->affinity = ARENA_ARRAY(x->a, np * nr, int32_t);
    x->conflict = ARENA_ARRAY(x->a, np * nr, uint8_t);
    x->is_kept = ARENA_ARRAY(x->a, np * nr, uint8_t);
    x->has_affinity = ARENA_ARRAY(x->a, np * nr, uint8_t);
    if (!x->affinity || !x->conflict || !x->is_kept || !x->has_affinity)
        return arena_rc(x->a);
    TRY(read_pairs(x, &x->f->conflicts, 2, take_conflict));
    TRY(read_pairs(x, &x->f->affinity, 3, take_affinity));
    return read_pairs(x, &x->f->kept, 2, take_kept);
}

rc assign_files_read(struct arena *a, const struct assign_files *f, struct assign_named *out,
                     struct table_faults *faults)
{
    __attribute__((cleanup(readers_free))) struct assign_reader x = {.a = a, .f = f, .faults = faults};
    TRY(read_ids(&x, &f->reviewers, &x.reviewers, true));
    TRY(read_ids(&x, &f->proposals, &x.proposals, false));
    TRY(read_all_pairs(&x));
    out->proposals = x.proposals.v.v;
    out->reviewers = x.reviewers.v.v;
    out->in = (struct assign_in){.n_proposals = x.proposals.v.n,
                                 .n_reviewers = x.reviewers.v.n,
                                 .k = f->k,
                                 .affinity = x.affinity,
                                 .conflict = x.conflict,
                                 .min = x.min.v,
                                 .max = x.max.v,
                                 .fixed = x.kept.v,
                                 .n_fixed = x.kept.n,
                                 .aim = f->aim};
    return faults->total > 0 ? E_INVALID : OK;
}

/* ---- scores ---- */

static rc position_of(struct arena *a, struct ids *ids, str id, uint32_t *out)
{
    size_t at = ids_find(ids, id);
    if (at == SIZE_MAX) {
        at = ids->v.n;
        TRY(ids_add(a, ids, id));
    }
    *out = (uint32_t)at;
    return OK;
}

static int by_id(const void *l, const void *r, void *ids)
{
    str a = ((const str *)ids)[*(const uint32_t *)l], b = ((const str *)ids)[*(const uint32_t *)r];
    int64_t x, y;
    bool number_a = str_to_i64(a, &x) == OK, number_b = str_to_i64(b, &y) == OK;
    if (number_a && number_b && x != y)
        return x < y ? -1 : 1;
    if (number_a != number_b)
        return number_a ? -1 : 1; /* numbers before words */
    return str_cmp(a, b);
}

/* Ids in their own order; *place: old position -> new. */
static rc sort_ids(struct arena *a, const struct ids *ids, const str **sorted, uint32_t **place)
{
    size_t n = ids->v.n;
    uint32_t *order = ARENA_ARRAY(a, n, uint32_t);
    str *out = ARENA_ARRAY(a, n, str);
    *place = ARENA_ARRAY(a, n, uint32_t);
    if (!order || !out || !*place)
        return arena_rc(a);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    if (n > 0)
        qsort_r(order, n, sizeof *order, by_id, ids->v.v);
    for (size_t i = 0; i < n; i++) {
        out[i] = ids->v.v[order[i]];
        (*place)[order[i]] = (uint32_t)i;
    }
    *sorted = out;
    return OK;
}

static rc take_scores(struct arena *a, struct table *t, struct ids *rs, struct ids *ps, struct calib_score *s,
                      struct calib_named *out)
{
    for (size_t row = 0; row < t->n; row++) {
        uint32_t p, r;
        int64_t milli;
        if (!filled(t, row, REVIEWER) || !filled(t, row, PROPOSAL))
            continue;
        TRY(position_of(a, rs, table_cell(t, row, REVIEWER), &r));
        TRY(position_of(a, ps, table_cell(t, row, PROPOSAL), &p));
        if (table_cell(t, row, VALUE).n == 0)
            out->missing++;
        else if (table_fixed(t, row, VALUE, 3, -CALIB_MILLI_MAX, CALIB_MILLI_MAX, &milli))
            s[out->in.n++] = (struct calib_score){p, r, (int32_t)milli};
    }
    return OK;
}

rc calib_file_read(struct arena *a, const struct named_bytes *f, const str columns[3], struct calib_named *out,
                   struct table_faults *faults)
{
    const struct table_column c[] = {{columns[0], true}, {columns[1], true}, {columns[2], true}};
    struct table t = {.a = a, .columns = c, .n_columns = 3, .faults = faults};
    IDS_SCOPED rs = {0}, ps = {0};
    *out = (struct calib_named){0};
    TRY(open_table(&t, f));
    struct calib_score *s = ARENA_ARRAY(a, t.n, struct calib_score);
    if (!s)
        return arena_rc(a);
    TRY(take_scores(a, &t, &rs, &ps, s, out));
    uint32_t *p_place, *r_place;
    TRY(sort_ids(a, &ps, &out->proposals, &p_place));
    TRY(sort_ids(a, &rs, &out->reviewers, &r_place));
    for (size_t i = 0; i < out->in.n; i++) {
        s[i].proposal = p_place[s[i].proposal];
        s[i].reviewer = r_place[s[i].reviewer];
    }
    out->in.scores = s;
    out->in.n_proposals = ps.v.n;
    out->in.n_reviewers = rs.v.n;
    return faults->total > 0 ? E_INVALID : OK;
}

/* ---- value map ---- */

const struct table_column sroi_columns[SROI_COLUMNS] = {
    {STR_INIT("outcome"), true},       {STR_INIT("kind"), false},        {STR_INIT("starts"), false},
    {STR_INIT("quantity"), false},     {STR_INIT("proxy"), true},        {STR_INIT("deadweight"), false},
    {STR_INIT("displacement"), false}, {STR_INIT("attribution"), false}, {STR_INIT("drop_off"), false},
    {STR_INIT("duration"), false},     {STR_INIT("stakeholder"), false}, {STR_INIT("source"), false},
};

str sroi_cell(const struct table *t, size_t row, size_t column)
{
    str cell = table_cell(t, row, column);
    bool guarded = cell.n > 1 && cell.p[0] == '\'' && memchr("=+-@", cell.p[1], 4);
    return guarded ? str_sub(cell, 1, cell.n) : cell;
}

/* Digits behind the point, value of an empty cell, and a bound above any that the engine takes (it checks the rest). */
static const struct {
    int decimals;
    int64_t otherwise, low, high;
} map_params[SROI_ROW_PARAMS] = {
    [SROI_QUANTITY] = {3, SROI_UNIT, 0, SROI_AMOUNT_MAX},
    [SROI_PROXY] = {3, 0, -SROI_AMOUNT_MAX, SROI_AMOUNT_MAX},
    [SROI_DEADWEIGHT] = {1, 0, 0, 1000},
    [SROI_DISPLACEMENT] = {1, 0, 0, 1000},
    [SROI_ATTRIBUTION] = {1, 0, 0, 1000},
    [SROI_DROP_OFF] = {1, 0, 0, 1000},
    [SROI_DURATION] = {0, 1, 0, SROI_YEARS_MAX - 1},
};

bool sroi_range_parse(str text, int decimals, struct sroi_range *out)
{
    ptrdiff_t first = str_find(text, STR(".."));
    if (first < 0) {
        if (!fixed_parse(str_trim(text), decimals, &out->base))
            return false;
        out->low = out->high = out->base;
        return true;
    }
    str rest = str_sub(text, (size_t)first + 2, text.n);
    ptrdiff_t second = str_find(rest, STR(".."));
    return second >= 0 && fixed_parse(str_trim(str_sub(text, 0, (size_t)first)), decimals, &out->low) &&
           fixed_parse(str_trim(str_sub(rest, 0, (size_t)second)), decimals, &out->base) &&
           fixed_parse(str_trim(str_sub(rest, (size_t)second + 2, rest.n)), decimals, &out->high) &&
           out->low <= out->base && out->base <= out->high;
}

static bool take_range(struct table *t, size_t row, size_t param, struct sroi_range *out)
{
    str cell = sroi_cell(t, row, SROI_COL_PARAM + param);
    if (cell.n > 1 && param >= SROI_DEADWEIGHT && param <= SROI_DROP_OFF && str_ends(cell, STR("%")))
        cell.n--;
    if (cell.n == 0) {
        out->low = out->base = out->high = map_params[param].otherwise;
        return true;
    }
    if (sroi_range_parse(cell, map_params[param].decimals, out) && out->low >= map_params[param].low &&
        out->high <= map_params[param].high)
        return true;
    return table_fault(t, row, SROI_COL_PARAM + param, "FND-213",
                       N_("“{1}” is neither a number nor a range low..base..high."));
}

/* One of two words; the first when empty. */
static bool take_word(struct table *t, size_t row, size_t column, str first, str second, bool *is_second)
{
    str cell = table_cell(t, row, column);
    *is_second = str_ieq(cell, second);
    if (cell.n == 0 || *is_second || str_ieq(cell, first))
        return true;
    return table_fault(t, row, column, "FND-213", N_("“{1}” is none of the words that may stand here."));
}

static bool product(int64_t quantity, int64_t price, int64_t *out)
{
    return i64_muldiv(price, quantity, SROI_UNIT, ROUND_HALF_EVEN, out) == OK && *out <= SROI_AMOUNT_MAX;
}

static bool add_input(struct table *t, size_t row, const struct sroi_row *x, struct sroi_range *sum)
{
    const struct sroi_range *q = &x->p[SROI_QUANTITY], *price = &x->p[SROI_PROXY];
    struct sroi_range one;
    if (price->low < 0 || !product(q->low, price->low, &one.low) || !product(q->base, price->base, &one.base) ||
        !product(q->high, price->high, &one.high))
        return table_fault(t, row, SROI_COL_PARAM + SROI_PROXY, "FND-213",
                           N_("“{1}” is not a number within its bounds."));
    sum->low += one.low; /* at most SROI_ROWS_MAX times 10^15 */
    sum->base += one.base;
    sum->high += one.high;
    return true;
}

static bool take_row(struct table *t, size_t row, struct sroi_named *out, str *names)
{
    struct sroi_row x = {0};
    bool input = false, good = filled(t, row, SROI_COL_OUTCOME) && filled(t, row, SROI_COL_PARAM + SROI_PROXY);
    good = take_word(t, row, SROI_COL_KIND, STR("outcome"), STR("input"), &input) && good;
    good = take_word(t, row, SROI_COL_STARTS, STR("during"), STR("after"), &x.after) && good;
    for (size_t p = 0; p < SROI_ROW_PARAMS; p++)
        good = take_range(t, row, p, &x.p[p]) && good;
    if (!good)
        return false;
    if (input)
        return add_input(t, row, &x, &out->inputs);
    names[out->n] = sroi_cell(t, row, SROI_COL_OUTCOME);
    out->rows[out->n++] = x;
    return true;
}

rc sroi_file_read(struct arena *a, const struct named_bytes *f, struct sroi_named *out, struct table_faults *faults)
{
    struct table t = {.a = a, .columns = sroi_columns, .n_columns = SROI_COLUMNS, .strict = true, .faults = faults};
    *out = (struct sroi_named){0};
    TRY(open_table(&t, f));
    if (t.n > SROI_ROWS_MAX * 2)
        return E_LIMIT;
    str *names = ARENA_ARRAY(a, t.n, str);
    out->rows = ARENA_ARRAY(a, t.n, struct sroi_row);
    out->names = names;
    if (!out->rows || !names)
        return arena_rc(a);
    for (size_t row = 0; row < t.n; row++)
        (void)take_row(&t, row, out, names);
    return faults->total > 0 ? E_INVALID : OK;
}
