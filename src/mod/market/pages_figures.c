/* Published figures of the marketplace, open to everybody. */
#include "core/figure_page.h"
#include "mod/market/pages_office.h"

static struct figures_of figures_of(const struct programme *p)
{
    return (struct figures_of){.programme = p,
                               .v = mkt_figures,
                               .n = MKT_FIGURES,
                               .all = OFFICE,
                               .path = "/market/figures",
                               .label = mkt_figure_label};
}

static rc programme_shown(const struct ctx *c, struct programme *out)
{
    struct mkt_scheme scheme;
    TRY(mkt_scheme_latest(c->tx, &scheme));
    return programme_get(c->tx, scheme.programme, out, c->arena);
}

static rc figures_read(struct ctx *c)
{
    struct programme p;
    rc r = programme_shown(c, &p);
    if (r == E_NOTFOUND)
        return mkt_no_programme(c);
    TRY(r);
    struct figures_of of = figures_of(&p);
    return figures_page(c, &of);
}

static rc csv_read(struct ctx *c)
{
    struct programme p;
    TRY(programme_shown(c, &p));
    struct figures_of of = figures_of(&p);
    return figures_csv(c, &of, request_param(c->req, "code"));
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
