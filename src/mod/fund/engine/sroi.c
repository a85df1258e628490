#include "mod/fund/engine/sroi.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/money.h"

__extension__ typedef __int128 i128;

enum { PERMILLE = 1000 };
static const int64_t ONE = INT64_C(1000000000000000000); /* 10^18: a discount factor of 1 */

/* One choice of every parameter. */
struct point {
    int64_t p[SROI_ROW_PARAMS];
    bool after;
};

typedef int64_t years[SROI_YEARS_MAX + 1]; /* thousandths, by year from 1 */

static rc too_large(struct err *err)
{
    return ERR(err, E_LIMIT, "FND-302", N_("The value map is too large: a figure does not fit."));
}

/* ---- bounds ---- */

static const struct {
    int64_t least, most;
} bounds[] = {
    [SROI_QUANTITY] = {0, SROI_AMOUNT_MAX},
    [SROI_PROXY] = {-SROI_AMOUNT_MAX, SROI_AMOUNT_MAX},
    [SROI_DEADWEIGHT] = {0, PERMILLE},
    [SROI_DISPLACEMENT] = {0, PERMILLE},
    [SROI_ATTRIBUTION] = {0, PERMILLE},
    [SROI_DROP_OFF] = {0, PERMILLE},
    [SROI_DURATION] = {0, SROI_YEARS_MAX - 1},
    [SROI_INPUTS] = {0, SROI_AMOUNT_MAX},
    [SROI_RATE] = {0, PERMILLE},
};

static bool within(const struct sroi_range *r, enum sroi_param param)
{
    return bounds[param].least <= r->low && r->low <= r->base && r->base <= r->high && r->high <= bounds[param].most;
}

static rc check(const struct sroi_in *in, struct err *err)
{
    if (in->n > SROI_ROWS_MAX)
        return too_large(err);
    for (size_t i = 0; i < in->n; i++)
        for (int p = 0; p < SROI_ROW_PARAMS; p++)
            if (!within(&in->rows[i].p[p], (enum sroi_param)p)) {
                char row[24];
                int n = snprintf(row, sizeof row, "%zu", i + 1);
                return ERR(err, E_INVALID, "FND-301", N_("Row {1} of the value map: {2} is out of bounds."),
                           str_n(row, (size_t)n), str_of(sroi_param_name((enum sroi_param)p)));
            }
    for (int p = SROI_INPUTS; p <= SROI_RATE; p++)
        if (!within(p == SROI_INPUTS ? &in->inputs : &in->rate, (enum sroi_param)p))
            return ERR(err, E_INVALID, "FND-301", N_("The value map: {1} is out of bounds."),
                       str_of(sroi_param_name((enum sroi_param)p)));
    return OK;
}

const char *sroi_param_name(enum sroi_param p)
{
    static const char *const names[] = {"quantity", "proxy",    "deadweight", "displacement", "attribution",
                                        "drop_off", "duration", "inputs",     "rate"};
    return names[p];
}

static int64_t limited(int64_t v, enum sroi_param param)
{
    return v < bounds[param].least ? bounds[param].least : v > bounds[param].most ? bounds[param].most : v;
}

static void spread(struct sroi_range *r, enum sroi_param param, int64_t by)
{
    if (r->low != r->base || r->high != r->base)
        return;
    r->low = limited(r->base - by, param);
    r->high = limited(r->base + by, param);
}

void sroi_spread(struct sroi_row *rows, size_t n, struct sroi_range *rate, int64_t permille)
{
    for (size_t i = 0; i < n; i++)
        for (int p = SROI_QUANTITY; p < SROI_DURATION; p++) {
            struct sroi_range *r = &rows[i].p[p];
            int64_t size = r->base < 0 ? -r->base : r->base;
            bool share = p >= SROI_DEADWEIGHT;
            spread(r, (enum sroi_param)p, share ? permille : (int64_t)((i128)size * permille / PERMILLE));
        }
    spread(rate, SROI_RATE, permille / 5);
}

/* ---- one row's values ---- */

static i128 divided_even(i128 a, i128 by) /* half to even; by > 0 */
{
    i128 q = a / by, rest = a % by;
    i128 twice = (rest < 0 ? -rest : rest) * 2;
    if (twice > by || (twice == by && (q & 1) != 0))
        q += a < 0 ? -1 : 1;
    return q;
}

/* The greatest |quantity * proxy| whose product with three shares still fits 128 bits. */
static const i128 PRODUCT_MAX = (i128)100000 * 1000000000000 * 1000000000000; /* 10^29 */

static rc row_values(const struct point *x, years out)
{
    memset(out, 0, sizeof(years));
    i128 product = (i128)x->p[SROI_QUANTITY] * x->p[SROI_PROXY];
    if (product > PRODUCT_MAX || product < -PRODUCT_MAX)
        return E_LIMIT;
    for (int p = SROI_DEADWEIGHT; p <= SROI_ATTRIBUTION; p++)
        product *= PERMILLE - x->p[p];
    i128 first = divided_even(product, (i128)SROI_UNIT * PERMILLE * PERMILLE * PERMILLE);
    if (first > SROI_AMOUNT_MAX || first < -SROI_AMOUNT_MAX)
        return E_LIMIT;
    int64_t value = (int64_t)first;
    int start = x->after ? 2 : 1;
    for (int y = start; y < start + (int)x->p[SROI_DURATION]; y++) {
        out[y] = value;
        TRY(i64_muldiv(value, PERMILLE - x->p[SROI_DROP_OFF], PERMILLE, ROUND_HALF_EVEN, &value));
    }
    return OK;
}

/* ---- discounting ---- */

static int64_t root_down(i128 v) /* 0 <= v < 2^126 */
{
    i128 low = 0, high = (i128)1 << 63;
    while (high - low > 1) {
        i128 middle = low + (high - low) / 2;
        if (middle * middle <= v)
            low = middle;
        else
            high = middle;
    }
    return (int64_t)low;
}

/* d(1) … d(60) in 18 decimals. */
static rc discount(int64_t rate, enum sroi_convention how, years out)
{
    int64_t base = PERMILLE + rate;
    i128 square = (i128)ONE * ONE; /* * 1000 / base, in two steps: 10^39 does not fit */
    i128 half = square / base * PERMILLE + square % base * PERMILLE / base;
    int64_t d = ONE;
    for (int y = 1; y <= SROI_YEARS_MAX; y++) {
        if (y == 1 && how == SROI_MID_YEAR)
            d = root_down(half);
        else
            TRY(i64_muldiv(d, PERMILLE, base, ROUND_HALF_EVEN, &d));
        out[y] = d;
    }
    return OK;
}

/* ---- results ---- */

static int32_t payback(const struct sroi_result *r, int64_t inputs)
{
    i128 so_far = 0;
    if (inputs <= 0)
        return 0;
    for (int y = 1; y <= r->years; y++) {
        i128 missing = (inputs - so_far) * 12;
        if (r->value[y] > 0 && missing <= (i128)r->value[y] * 12)
            return (int32_t)((y - 1) * 12 + (missing + r->value[y] - 1) / r->value[y]);
        so_far += r->value[y];
    }
    return -1;
}

/* From r->value and r->years. */
static rc finish(struct sroi_result *r, int64_t inputs, int64_t rate, enum sroi_convention how)
{
    years d;
    TRY(discount(rate, how, d));
    r->total_pv = 0;
    for (int y = 1; y <= SROI_YEARS_MAX; y++) {
        TRY(i64_muldiv(r->value[y], d[y], ONE, ROUND_HALF_EVEN, &r->pv[y]));
        TRY(i64_add(r->total_pv, r->pv[y], &r->total_pv));
    }
    TRY(i64_add(r->total_pv, -inputs, &r->npv));
    r->has_ratio = inputs > 0;
    r->ratio = r->net_ratio = 0;
    if (r->has_ratio) {
        TRY(i64_muldiv(r->total_pv, SROI_UNIT, inputs, ROUND_HALF_EVEN, &r->ratio));
        TRY(i64_muldiv(r->npv, SROI_UNIT, inputs, ROUND_HALF_EVEN, &r->net_ratio));
    }
    r->payback_months = payback(r, inputs);
    return OK;
}

/* Adds (sign 1) or takes away (-1) a row's values. */
static void add_row(struct sroi_result *r, const years v, int sign)
{
    for (int y = 1; y <= SROI_YEARS_MAX; y++)
        r->value[y] += sign * v[y]; /* at most SROI_ROWS_MAX * 10^15 */
}

static void count_years(struct sroi_result *r)
{
    r->years = 0;
    for (int y = 1; y <= SROI_YEARS_MAX; y++)
        if (r->value[y] != 0)
            r->years = y;
}

/* ---- the ends of the range ---- */

static struct point base_of(const struct sroi_row *row)
{
    struct point x = {.after = row->after};
    for (int p = 0; p < SROI_ROW_PARAMS; p++)
        x.p[p] = row->p[p].base;
    return x;
}

/* The least (or greatest) NPV a row can add. It grows with the proxy whatever the rest is; the size of what it adds
 * grows with quantity and duration and falls with every share: large where that helps. */
static struct point end_of(const struct sroi_row *row, bool high)
{
    struct point x = {.after = row->after};
    x.p[SROI_PROXY] = high ? row->p[SROI_PROXY].high : row->p[SROI_PROXY].low;
    bool large = (x.p[SROI_PROXY] >= 0) == high;
    for (int p = 0; p < SROI_ROW_PARAMS; p++) {
        bool share = p >= SROI_DEADWEIGHT && p <= SROI_DROP_OFF;
        if (p != SROI_PROXY)
            x.p[p] = large != share ? row->p[p].high : row->p[p].low;
    }
    return x;
}

static rc end_result(const struct sroi_in *in, bool high, struct sroi_result *out)
{
    struct sroi_result r = {0}, other;
    for (size_t i = 0; i < in->n; i++) {
        struct point x = end_of(&in->rows[i], high);
        years v;
        TRY(row_values(&x, v));
        add_row(&r, v, 1);
    }
    count_years(&r);
    other = r;
    int64_t inputs = high ? in->inputs.low : in->inputs.high;
    TRY(finish(&r, inputs, in->rate.low, in->convention));
    TRY(finish(&other, inputs, in->rate.high, in->convention));
    *out = (other.npv > r.npv) == high ? other : r;
    return OK;
}

/* ---- one parameter at a time ---- */

struct effects {
    const struct sroi_in *in;
    struct sroi_out *out;
    years *values; /* of each row at base */
};

static rc add_effect(struct effects *e, enum sroi_param param, size_t row, const struct sroi_range *range,
                     const struct sroi_result *low, const struct sroi_result *high)
{
    int64_t difference;
    TRY(i64_add(high->npv, -low->npv, &difference));
    e->out->effects[e->out->n_effects++] = (struct sroi_effect){.param = param,
                                                                .row = row,
                                                                .value = *range,
                                                                .npv_at_low = low->npv,
                                                                .npv_at_high = high->npv,
                                                                .ratio_at_low = low->ratio,
                                                                .ratio_at_high = high->ratio,
                                                                .effect = difference < 0 ? -difference : difference};
    return OK;
}

static rc with_row(const struct effects *e, size_t i, enum sroi_param param, int64_t value, struct sroi_result *out)
{
    struct point x = base_of(&e->in->rows[i]);
    x.p[param] = value;
    years v;
    TRY(row_values(&x, v));
    *out = e->out->base;
    add_row(out, e->values[i], -1);
    add_row(out, v, 1);
    count_years(out);
    return finish(out, e->in->inputs.base, e->in->rate.base, e->in->convention);
}

static rc row_effects(struct effects *e, size_t i)
{
    for (int p = 0; p < SROI_ROW_PARAMS; p++) {
        const struct sroi_range *r = &e->in->rows[i].p[p];
        struct sroi_result low, high;
        if (r->low == r->high)
            continue;
        TRY(with_row(e, i, (enum sroi_param)p, r->low, &low));
        TRY(with_row(e, i, (enum sroi_param)p, r->high, &high));
        TRY(add_effect(e, (enum sroi_param)p, i, r, &low, &high));
    }
    return OK;
}

static rc map_effects(struct effects *e)
{
    const struct sroi_in *in = e->in;
    struct sroi_result low = e->out->base, high = low;
    if (in->inputs.low != in->inputs.high) {
        TRY(finish(&low, in->inputs.low, in->rate.base, in->convention));
        TRY(finish(&high, in->inputs.high, in->rate.base, in->convention));
        TRY(add_effect(e, SROI_INPUTS, SIZE_MAX, &in->inputs, &low, &high));
    }
    if (in->rate.low != in->rate.high) {
        TRY(finish(&low, in->inputs.base, in->rate.low, in->convention));
        TRY(finish(&high, in->inputs.base, in->rate.high, in->convention));
        TRY(add_effect(e, SROI_RATE, SIZE_MAX, &in->rate, &low, &high));
    }
    return OK;
}

static int by_effect(const void *l, const void *r)
{
    const struct sroi_effect *a = l, *b = r;
    if (a->effect != b->effect)
        return a->effect > b->effect ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return a->param < b->param ? -1 : a->param > b->param;
}

static rc compute(struct arena *a, const struct sroi_in *in, struct sroi_out *out)
{
    struct effects e = {.in = in, .out = out, .values = ARENA_ARRAY(a, in->n, years)};
    out->effects = ARENA_ARRAY(a, in->n * SROI_ROW_PARAMS + 2, struct sroi_effect);
    if (!e.values || !out->effects)
        return arena_rc(a);
    for (size_t i = 0; i < in->n; i++) {
        struct point x = base_of(&in->rows[i]);
        TRY(row_values(&x, e.values[i]));
        add_row(&out->base, e.values[i], 1);
    }
    count_years(&out->base);
    TRY(finish(&out->base, in->inputs.base, in->rate.base, in->convention));
    TRY(end_result(in, false, &out->low));
    TRY(end_result(in, true, &out->high));
    for (size_t i = 0; i < in->n; i++)
        TRY(row_effects(&e, i));
    TRY(map_effects(&e));
    qsort(out->effects, out->n_effects, sizeof *out->effects, by_effect);
    return OK;
}

rc sroi_compute(struct arena *a, const struct sroi_in *in, struct sroi_out *out, struct err *err)
{
    *out = (struct sroi_out){0};
    TRY(check(in, err));
    rc r = compute(a, in, out);
    return r == E_LIMIT && arena_rc(a) == OK ? too_large(err) : r;
}
