/* Published figures of the marketplace: each with its definition, a chart, its table and a CSV file. Open to everybody.
 */
#include "base/vec.h"
#include "figures.view.h"
#include "mod/market/pages_office.h"

static const char *const share_series[] = {N_("Share"), NULL};

static str label_shown(const struct ctx *c, const struct figure *f, str label)
{
    const char *msgid = mkt_figure_label(f, label);
    if (msgid)
        return str_of(tr(c->lang, msgid));
    return label.n > 0 ? label : str_of(tr(c->lang, N_("Not told")));
}

static rc figure_shown(const struct ctx *c, const struct programme *programme, const struct figure *f,
                       struct mkt_figure_shown *out)
{
    struct figure_point *points_;
    size_t n;
    TRY(figure_run(c->tx, f, programme->id, &points_, &n, c->arena));
    bool permille = strcmp(f->unit, "‰") == 0;
    struct chart_row *rows = ARENA_ARRAY(c->arena, n + 1, struct chart_row);
    if (!rows)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct chart_row){.label = label_shown(c, f, points_[i].label), .v = &points_[i].value};
    *out = (struct mkt_figure_shown){
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
                  .csv = arena_printf(c->arena, "/market/figures/%s/csv", f->code)},
    };
    return OK;
}

static rc figures_read(struct ctx *c)
{
    struct mkt_figures_page p = {0};
    struct mkt_scheme scheme;
    rc r = mkt_scheme_latest(c->tx, &scheme);
    if (r == E_NOTFOUND)
        return mkt_no_programme(c);
    TRY(r);
    TRY(programme_get(c->tx, scheme.programme, &p.programme, c->arena));
    p.v = ARENA_ARRAY(c->arena, (size_t)MKT_FIGURES, struct mkt_figure_shown);
    if (!p.v)
        return arena_rc(c->arena);
    for (size_t i = 0; i < (size_t)MKT_FIGURES; i++)
        if (mkt_figures[i].is_public || may(c, OFFICE))
            TRY(figure_shown(c, &p.programme, &mkt_figures[i], &p.v[p.n++]));
    view_market_figures(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc csv_read(struct ctx *c)
{
    struct mkt_scheme scheme;
    struct figure_point *points_;
    size_t n;
    TRY(mkt_scheme_latest(c->tx, &scheme));
    for (size_t i = 0; i < (size_t)MKT_FIGURES; i++) {
        const struct figure *f = &mkt_figures[i];
        if (!str_eq(request_param(c->req, "code"), str_of(f->code)) || !(f->is_public || may(c, OFFICE)))
            continue;
        TRY(figure_run(c->tx, f, scheme.programme, &points_, &n, c->arena));
        figure_csv(&c->reply->body, f, c->lang, points_, n);
        str name = arena_printf(c->arena, "%s.csv", f->code);
        return name.p ? reply_csv(c, name.p) : arena_rc(c->arena);
    }
    return E_NOTFOUND;
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/figures",
     .perm = PUBLIC,
     .read = figures_read,
     .summary = N_("Published figures with their definitions")},
    {.method = HTTP_GET,
     .path = "/market/figures/{code}/csv",
     .perm = PUBLIC,
     .read = csv_read,
     .summary = N_("A published figure as CSV")},
};
const struct route_table mkt_figure_routes = {"market", routes, sizeof routes / sizeof routes[0]};
