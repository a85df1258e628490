/* A value map's result in words and charts: always a range. */
#include "base/money.h"
#include "mod/fund/pages/pages_effects.h"

static int64_t dollars(int64_t thousandths)
{
    int64_t n;
    return i64_muldiv(thousandths, 1, SROI_UNIT, ROUND_HALF_EVEN, &n) == OK ? n : 0;
}

static str money_text(const struct ctx *c, int64_t thousandths)
{
    BUF_SCOPED b = BUF_INIT(64);
    fmt_money(&b, c->lang, twd(dollars(thousandths)));
    return arena_str(c->arena, buf_str(&b));
}

/* Two digits behind the point, half to even. */
static str ratio_text(const struct ctx *c, int64_t thousandths)
{
    int64_t hundredths;
    if (i64_muldiv(thousandths, 1, 10, ROUND_HALF_EVEN, &hundredths) != OK)
        return STR_EMPTY;
    int64_t size = hundredths < 0 ? -hundredths : hundredths;
    return arena_printf(c->arena, "%s%lld.%02lld", hundredths < 0 ? "-" : "", (long long)(size / 100),
                        (long long)(size % 100));
}

static str words(const struct ctx *c, const char *msgid, const str *args, int n)
{
    BUF_SCOPED b = BUF_INIT(4096);
    tr_f(&b, c->lang, tr(c->lang, msgid), args, n);
    return arena_str(c->arena, buf_str(&b));
}

static str range(const struct ctx *c, str low, str high)
{
    if (str_eq(low, high))
        return low;
    return words(c, N_("{1} to {2}"), (const str[]){low, high}, 2);
}

str fund_ratio_range(const struct ctx *c, const struct sroi_range *ratio)
{
    return range(c, ratio_text(c, ratio->low), ratio_text(c, ratio->high));
}

str fund_twd_range(const struct ctx *c, int64_t low, int64_t high)
{
    return range(c, money_text(c, low), money_text(c, high));
}

/* The low end pays back last. */
static str payback_text(const struct ctx *c, int32_t slow, int32_t fast)
{
    str args[] = {number_text(c->arena, fast), number_text(c->arena, slow)};
    if (fast < 0)
        return str_of(tr(c->lang, N_("Not within these years")));
    if (slow < 0)
        return words(c, N_("{1} months at best, at worst never"), args, 1);
    return words(c, slow == fast ? N_("{1} months") : N_("{1} to {2} months"), args, 2);
}

/* ---- charts ---- */

static rc row_of(const struct ctx *c, struct chart_row *row, str label, int64_t a, int64_t b, int64_t d)
{
    int64_t *v = ARENA_ARRAY(c->arena, 3, int64_t);
    if (!v)
        return arena_rc(c->arena);
    v[0] = dollars(a);
    v[1] = dollars(b);
    v[2] = dollars(d);
    *row = (struct chart_row){label, v};
    return OK;
}

static str effect_label(const struct ctx *c, const struct fund_sroi_shown *s, const struct sroi_effect *e)
{
    if (e->param == SROI_INPUTS)
        return str_of(tr(c->lang, N_("All inputs")));
    if (e->param == SROI_RATE)
        return str_of(tr(c->lang, N_("Discount rate, per cent a year")));
    str args[] = {str_of(tr(c->lang, fund_cell_label(SROI_COL_PARAM + (size_t)e->param, false))),
                  s->r.named.names[e->row]};
    return words(c, N_("{1}: {2}"), args, 2);
}

static rc tornado(const struct ctx *c, struct fund_sroi_shown *s)
{
    static const char *const series[] = {N_("At its low end"), N_("As given"), N_("At its high end")};
    const struct sroi_out *o = &s->r.out;
    size_t n = o->n_effects < SROI_TORNADO ? o->n_effects : SROI_TORNADO;
    struct chart_row *rows = ARENA_ARRAY(c->arena, n + 1, struct chart_row);
    if (!rows)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n; i++) {
        const struct sroi_effect *e = &o->effects[i];
        TRY(row_of(c, &rows[i], effect_label(c, s, e), e->npv_at_low, o->base.npv, e->npv_at_high));
    }
    s->tornado = (struct chart){.title = N_("What matters most: net present value when one figure alone changes"),
                                .kind = CHART_RANGE,
                                .label = N_("Figure"),
                                .series = series,
                                .n_series = 3,
                                .rows = rows,
                                .n_rows = n,
                                .unit = UNIT_TWD};
    return OK;
}

static rc years(const struct ctx *c, struct fund_sroi_shown *s)
{
    static const char *const series[] = {N_("Low end"), N_("As given"), N_("High end")};
    const struct sroi_out *o = &s->r.out;
    int n = o->low.years > o->high.years ? o->low.years : o->high.years;
    struct chart_row *rows = ARENA_ARRAY(c->arena, (size_t)n + 1, struct chart_row);
    if (!rows)
        return arena_rc(c->arena);
    for (int y = 1; y <= n; y++) {
        str number = number_text(c->arena, y);
        TRY(row_of(c, &rows[y - 1], words(c, N_("Year {1}"), &number, 1), o->low.pv[y], o->base.pv[y], o->high.pv[y]));
    }
    s->years = (struct chart){.title = N_("Present value of each year"),
                              .kind = CHART_LINE,
                              .label = N_("Year"),
                              .series = series,
                              .n_series = 3,
                              .rows = rows,
                              .n_rows = (size_t)n,
                              .unit = UNIT_TWD};
    return OK;
}

/* ---- warnings: what a careful reader would ask ---- */

static bool no_source(const struct value_row *r)
{
    return r->cell[SROI_COL_SOURCE].n == 0;
}

static bool zero(str s)
{
    return s.n == 0 || str_eq(s, STR("0")) || str_eq(s, STR("0%"));
}

static bool all_to_us(const struct value_row *r)
{
    return zero(r->cell[SROI_COL_PARAM + SROI_DEADWEIGHT]) && zero(r->cell[SROI_COL_PARAM + SROI_DISPLACEMENT]) &&
           zero(r->cell[SROI_COL_PARAM + SROI_ATTRIBUTION]);
}

static bool lasts_undiminished(const struct value_row *r)
{
    enum { LONG_YEARS = 5 };
    struct sroi_range d;
    return sroi_range_parse(r->cell[SROI_COL_PARAM + SROI_DURATION], 0, &d) && d.base > LONG_YEARS &&
           zero(r->cell[SROI_COL_PARAM + SROI_DROP_OFF]);
}

static rc warn(const struct ctx *c, const struct value_map *m, bool (*when)(const struct value_row *),
               const char *msgid, struct fund_sroi_shown *s)
{
    BUF_SCOPED rows = BUF_INIT(8192);
    for (size_t i = 0; i < m->n; i++) {
        if (value_row_blank(&m->rows[i]) || value_row_input(&m->rows[i]) || !when(&m->rows[i]))
            continue;
        buf_put(&rows, rows.n == 0 ? STR_EMPTY : c->lang == LANG_ZH ? STR("、") : STR(", "));
        buf_put(&rows, m->rows[i].cell[SROI_COL_OUTCOME]);
    }
    if (rows.n > 0)
        s->warnings[s->n_warnings++] = words(c, msgid, (const str[]){buf_str(&rows)}, 1);
    return arena_rc(c->arena);
}

static rc warnings(const struct ctx *c, const struct value_map *m, struct fund_sroi_shown *s)
{
    TRY(warn(c, m, no_source, N_("No source is given for the value of: {1}."), s));
    TRY(warn(c, m, all_to_us,
             N_("Nothing is taken off for what would have happened anyway, elsewhere, or through others: {1}."), s));
    TRY(warn(c, m, lasts_undiminished, N_("Lasts more than five years without becoming weaker: {1}."), s));
    if (!s->r.out.base.has_ratio)
        s->warnings[s->n_warnings++] =
            str_of(tr(c->lang, N_("Without inputs there is no ratio: enter what was put in, unpaid work too.")));
    return OK;
}

static str command(const struct ctx *c, const struct value_map *m, const struct sroi_range *rate)
{
    const char *how = m->convention == SROI_MID_YEAR ? "mid" : "end";
    return arena_printf(c->arena, "rise fund sroi value-map.csv --rate %lld..%lld..%lld --convention %s --spread %d",
                        (long long)rate->low, (long long)rate->base, (long long)rate->high, how, VALUE_SPREAD);
}

rc fund_sroi_show(struct ctx *c, const struct value_map *m, struct fund_sroi_shown *s)
{
    *s = (struct fund_sroi_shown){0};
    TRY(value_map_compute(c->arena, m, &s->r, &c->err));
    const struct sroi_out *o = &s->r.out;
    struct sroi_range ratio = {o->low.ratio, o->base.ratio, o->high.ratio};
    s->ratio = fund_ratio_range(c, &ratio);
    s->base_ratio = ratio_text(c, o->base.ratio);
    s->pv = fund_twd_range(c, o->low.total_pv, o->high.total_pv);
    s->npv = fund_twd_range(c, o->low.npv, o->high.npv);
    s->base_npv = money_text(c, o->base.npv);
    s->payback = payback_text(c, o->low.payback_months, o->high.payback_months);
    s->command = command(c, m, &s->r.rate);
    TRY(tornado(c, s));
    TRY(years(c, s));
    TRY(warnings(c, m, s));
    return arena_rc(c->arena);
}
