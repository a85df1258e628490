/* Published figures about signing, open to everybody. */
#include "mod/sign/pages/pages_sign_figures.h"
#include "core/figure_page.h"
#include "mod/sign/rooms/figures.h"
#include "mod/sign/rooms/room.h"

static rc programme_shown(const struct ctx *c, struct programme *out)
{
    return programme_by_code(c->tx, STR("signing"), out, c->arena);
}

static struct figures_of figures_of(const struct programme *p)
{
    return (struct figures_of){.programme = p,
                               .v = sign_figures,
                               .n = SIGN_FIGURES,
                               .all = AS_OFFICER | AS_AUDITOR | AS_ADMIN,
                               .path = "/sign/figures",
                               .label = sign_figure_label};
}

static rc figures_read(struct ctx *c)
{
    struct programme p;
    TRY(programme_shown(c, &p));
    const struct figures_of of = figures_of(&p);
    return figures_page(c, &of);
}

static rc csv_read(struct ctx *c)
{
    struct programme p;
    TRY(programme_shown(c, &p));
    const struct figures_of of = figures_of(&p);
    return figures_csv(c, &of, request_param(c->req, "code"));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/figures",
     .perm = PUBLIC,
     .read = figures_read,
     .summary = N_("Published figures about signing")},
    {.method = HTTP_GET,
     .path = "/sign/figures/{code}/csv",
     .perm = PUBLIC,
     .read = csv_read,
     .summary = N_("A published figure about signing as CSV")},
};
const struct route_table sign_figure_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
