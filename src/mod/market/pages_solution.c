/* A solution and a vendor as everybody sees them. */
#include "mod/market/pages.h"
#include "solution.view.h"

enum { RATINGS = 10, RATINGS_PAGES = 1000, VENDOR_CARDS = 100 };

INPUT(page_in, {.name = "page", .type = F_INT, .min = 1, .max = RATINGS_PAGES, .label = N_("Page")});

int64_t mkt_star_percent(const struct mkt_solution_page *p, int stars)
{
    int64_t n = 0, percent;
    for (int i = 0; i < MKT_STARS; i++)
        n += p->by_stars[i];
    return n > 0 && i64_muldiv(p->by_stars[stars - 1], 100, n, ROUND_HALF_UP, &percent) == OK ? percent : 0;
}

str mkt_firm_label(const struct ctx *c, const struct mkt_rating *r)
{
    BUF_SCOPED out = BUF_INIT(512);
    str args[] = {str_of(tr(c->lang, choice_label(mkt_trades, r->trade))),
                  str_of(tr(c->lang, choice_label(counties, r->county)))};
    if (args[0].n > 0 && args[1].n > 0)
        tr_f(&out, c->lang, N_("{1}, {2}"), args, 2);
    else
        buf_put(&out, args[0].n > 0 ? args[0] : args[1]);
    return arena_str(c->arena, buf_str(&out));
}

static rc prices(struct ctx *c, struct mkt_solution_page *p)
{
    struct mkt_scheme scheme;
    struct mkt_share share;
    rc r = mkt_scheme_shown(c, &scheme, &p->open);
    if (r == E_NOTFOUND)
        p->s.n_plans = 0; /* without a programme nothing can be ordered */
    if (r != OK)
        return r == E_NOTFOUND ? OK : r;
    TRY(mkt_share_on(c->tx, scheme.programme, p->open ? instant_day(c->now) : scheme.closes - 1, &share));
    TRY(mkt_points_of_reader(c, scheme.programme, &p->available));
    p->points = ARENA_ARRAY(c->arena, p->s.n_plans + 1, struct money);
    p->own = ARENA_ARRAY(c->arena, p->s.n_plans + 1, struct money);
    if (!p->points || !p->own)
        return arena_rc(c->arena);
    for (size_t i = 0; i < p->s.n_plans; i++)
        TRY(mkt_price_split(&share, p->s.plans[i].price, p->available < 0 ? share.grant : p->available, -1,
                            &p->points[i], &p->own[i], NULL));
    return OK;
}

static rc solution_read(struct ctx *c)
{
    struct mkt_solution_page p = {.available = -1};
    struct mkt_rating *ratings;
    id solution;
    int64_t page = in_value(&c->in, "page")->given && !in_value(&c->in, "page")->bad ? in_int(&c->in, "page") : 1;
    TRY(path_id(c, "id", &solution));
    TRY(mkt_solution_public(c->tx, solution, &p.s, c->arena));
    TRY(prices(c, &p));
    p.rating = mkt_rating_summary(&p.s.rating);
    p.path = c->req->path;
    p.pages = pages_of(page, RATINGS, p.rating.n, p.path, STR_EMPTY);
    TRY(mkt_rating_distribution(c->tx, solution, p.by_stars));
    TRY(mkt_ratings(c->tx, solution, (p.pages.page - 1) * RATINGS, RATINGS, &ratings, &p.n_ratings, c->arena));
    p.ratings = ratings;
    view_market_solution(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc vendor_read(struct ctx *c)
{
    struct mkt_vendor_page p = {0};
    struct mkt_scheme scheme;
    struct mkt_card *cards;
    struct mkt_rating *ratings;
    bool open;
    id vendor;
    TRY(path_id(c, "id", &vendor));
    TRY(mkt_vendor_get(c->tx, vendor, &p.v, c->arena));
    if (p.v.state != MKT_LISTED)
        return E_NOTFOUND;
    rc r = mkt_scheme_shown(c, &scheme, &open);
    if (r == OK) {
        struct mkt_filter f = {.own_max = -1, .vendor = vendor, .available = -1, .limit = VENDOR_CARDS};
        TRY(mkt_points_of_reader(c, scheme.programme, &f.available));
        r = mkt_catalogue(c->tx, scheme.programme, open ? instant_day(c->now) : scheme.closes - 1, &f, &cards, &p.n,
                          &p.total, c->arena);
        p.cards = cards;
    }
    if (r != OK && r != E_NOTFOUND)
        return r;
    TRY(mkt_ratings_of_vendor(c->tx, vendor, RATINGS, &ratings, &p.n_ratings, c->arena));
    p.ratings = ratings;
    view_market_vendor_public(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/solutions/{id}",
     .perm = PUBLIC,
     .in = &page_in,
     .read = solution_read,
     .form = solution_read,
     .summary = N_("A service with its plans, service levels and ratings"),
     .flags = ROUTE_SHARED},
    {.method = HTTP_GET,
     .path = "/market/vendors/{id}",
     .perm = PUBLIC,
     .read = vendor_read,
     .summary = N_("A vendor and its services"),
     .flags = ROUTE_SHARED},
};
const struct route_table mkt_solution_routes = {"market", routes, sizeof routes / sizeof routes[0]};
