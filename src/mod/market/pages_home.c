/* The front page: what the platform is, for whom, and the ways in. */
#include "home.view.h"
#include "mod/market/pages.h"

int64_t mkt_count_of(const struct mkt_home_page *p, const char *category)
{
    for (size_t i = 0; i < p->n_counts; i++)
        if (str_eq(p->counts[i].value, str_of(category)))
            return p->counts[i].n;
    return 0;
}

bool mkt_has_cards(const struct ctx *c)
{
    for (size_t m = 0; m < c->app->n_modules; m++)
        if (c->app->modules[m]->card)
            return true;
    return false;
}

static rc figures(struct ctx *c, struct mkt_home_page *p)
{
    struct mkt_scheme scheme;
    struct mkt_share share;
    struct mkt_count *counts;
    TRY(mkt_category_counts(c->tx, &counts, &p->n_counts, c->arena));
    p->counts = counts;
    for (size_t i = 0; i < p->n_counts; i++)
        p->solutions += counts[i].n;
    rc r = mkt_scheme_shown(c, &scheme, &p->open);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    TRY(mkt_share_on(c->tx, scheme.programme, p->open ? instant_day(c->now) : scheme.closes - 1, &share));
    p->grant = share.grant;
    return mkt_budget_get(c->tx, scheme.programme, &p->budget);
}

static rc home_read(struct ctx *c)
{
    struct mkt_home_page p = {.demo = c->app->config.demo};
    TRY(figures(c, &p));
    TRY(log_status(c->tx, &p.log, c->arena));
    view_market_home(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET, .path = "/", .perm = PUBLIC, .read = home_read, .summary = N_("Home")},
};
const struct route_table mkt_home_routes = {"market", routes, sizeof routes / sizeof routes[0]};
