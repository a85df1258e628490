#include "core/figure_page.h"

#include "core/pages.h"
#include "figures.view.h"

static const char *const share_series[] = {N_("Share"), NULL};

static str label_shown(const struct ctx *c, const struct figures_of *of, const struct figure *f, str label)
{
    const char *msgid = of->label(f, label);
    if (msgid)
        return str_of(tr(c->lang, msgid));
    return label.n > 0 ? label : str_of(tr(c->lang, N_("Not told")));
}

/* Of a figure with several series each point is a row of its own. */
static str row_shown(const struct ctx *c, const struct figures_of *of, const struct figure *f,
                     const struct figure_point *p)
{
    str label = label_shown(c, of, f, p->label);
    if (p->series.n == 0)
        return label;
    str series = label_shown(c, of, f, p->series);
    return arena_printf(c->arena, "%.*s · %.*s", STR_ARG(label), STR_ARG(series));
}

static bool shown(const struct ctx *c, const struct figures_of *of, const struct figure *f)
{
    return f->is_public || may(c, of->all);
}

static rc one_shown(const struct ctx *c, const struct figures_of *of, const struct figure *f, struct figure_shown *out)
{
    struct figure_point *points_;
    size_t n;
    TRY(figure_run(c->tx, f, of->programme->id, &points_, &n, c->arena));
    bool permille = strcmp(f->unit, "‰") == 0;
    struct chart_row *rows = ARENA_ARRAY(c->arena, n + 1, struct chart_row);
    if (!rows)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct chart_row){.label = row_shown(c, of, f, &points_[i]), .v = &points_[i].value};
    *out = (struct figure_shown){
        .figure = f,
        .n = n,
        .chart = {.title = f->title,
                  .kind = f->chart,
                  .label = f->chart == CHART_LINE ? N_("Month") : N_("Group"),
                  .series = permille ? share_series : &f->unit,
                  .n_series = 1,
                  .permille = permille,
                  .rows = rows,
                  .n_rows = n,
                  .unit = UNIT_NONE,
                  .source = f->definition,
                  .csv = arena_printf(c->arena, "%s/%s/csv%.*s", of->path, f->code, STR_ARG(of->query))},
    };
    return OK;
}

rc figures_page(struct ctx *c, const struct figures_of *of)
{
    struct figures_shown p = {.programme = *of->programme, .v = ARENA_ARRAY(c->arena, of->n + 1, struct figure_shown)};
    if (!p.v)
        return arena_rc(c->arena);
    for (size_t i = 0; i < of->n; i++)
        if (shown(c, of, &of->v[i]))
            TRY(one_shown(c, of, &of->v[i], &p.v[p.n++]));
    view_figures(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

rc figures_csv(struct ctx *c, const struct figures_of *of, str code)
{
    struct figure_point *points_;
    size_t n;
    for (size_t i = 0; i < of->n; i++) {
        const struct figure *f = &of->v[i];
        if (!str_eq(code, str_of(f->code)) || !shown(c, of, f))
            continue;
        TRY(figure_run(c->tx, f, of->programme->id, &points_, &n, c->arena));
        figure_csv(&c->reply->body, f, c->lang, points_, n);
        str name = arena_printf(c->arena, "%s.csv", f->code);
        return name.p ? reply_csv(c, name.p) : arena_rc(c->arena);
    }
    return E_NOTFOUND;
}
