/* The office's view of firms: search, one firm with its eligibility, points and orders, blocking and taking back. */
#include "mod/market/pages_office.h"
#include "office_firms.view.h"

enum { PER_PAGE = 50, ORDERS_SHOWN = 20 };

INPUT(find_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Name or business number")},
      {.name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")});
static const struct choice actions[] = {
    {"block", N_("Block: no new orders")}, {"unblock", N_("Lift the block")}, {NULL, NULL}};
INPUT(block_in,
      {.name = "action", .type = F_CHOICE, .required = true, .choices = actions, .label = N_("What do you decide?")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = 1000,
       .label = N_("Reason"),
       .hint = N_("The firm reads it.")});
INPUT(take_in, {.name = "grant", .type = F_ID, .required = true, .label = N_("Grant")},
      {.name = "why",
       .type = F_LINES,
       .required = true,
       .max = 1000,
       .label = N_("Reason"),
       .hint = N_("The firm reads it.")},
      {.name = "sure",
       .type = F_BOOL,
       .required = true,
       .label = N_("I have heard the firm. The points are taken back now.")});

static rc list_read(struct ctx *c)
{
    struct mkt_firms_page p = {.query = in_text(&c->in, "q")};
    int64_t page = in_given(&c->in, "page") ? in_int(&c->in, "page") : 1, total;
    TRY(mkt_firm_list(c->tx, p.query, (page - 1) * PER_PAGE, PER_PAGE, &p.rows, &p.n, &total, c->arena));
    p.pages = pages_of(page, PER_PAGE, total, STR("/market/office/firms"), query_without(c, "page"));
    view_market_firms(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc firm_read(struct ctx *c)
{
    struct mkt_office_firm_page p = {.block = &block_in, .take = &take_in};
    struct mkt_scheme scheme;
    bool open;
    id firm;
    TRY(path_id(c, "id", &firm));
    TRY(mkt_firm_get(c->tx, firm, &p.firm, c->arena));
    TRY(mkt_scheme_shown(c, &scheme, &open));
    day on = open ? instant_day(c->now) : scheme.closes - 1;
    TRY(mkt_thresholds_on(c->tx, scheme.programme, on, &p.limits));
    TRY(mkt_firm_eligibility(c->tx, scheme.programme, firm, on, c->arena, &p.eligibility));
    TRY(mkt_grants_of(c->tx, firm, &p.grants, &p.n_grants, c->arena));
    TRY(mkt_orders(c->tx, MKT_OF_FIRM, firm, STR_EMPTY, 0, ORDERS_SHOWN, &p.orders, &p.n_orders, c->arena));
    view_market_office_firm(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc block_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id firm;
    TRY(path_id(c, "id", &firm));
    bool block = strcmp(in_choice(&c->in, "action"), "block") == 0;
    TRY(mkt_firm_block(&x, firm, block, in_text(&c->in, "reason")));
    flash(c, block ? N_("The firm is blocked and was told why.") : N_("The block is lifted."));
    return go(c, "/market/office/firms/%s", id_shown(c, firm));
}

static rc take_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_grant grant;
    id firm;
    TRY(path_id(c, "id", &firm));
    TRY(mkt_grant_get(tx, in_int(&c->in, "grant"), &grant, c->arena));
    if (grant.firm != firm)
        return E_NOTFOUND;
    TRY(mkt_grant_claw_back(&x, grant.id, in_text(&c->in, "why")));
    flash(c, N_("The points were taken back and the firm was told why."));
    return go(c, "/market/office/firms/%s", id_shown(c, firm));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/office/firms",
     .perm = OFFICE,
     .in = &find_in,
     .read = list_read,
     .summary = N_("Firms: search")},
    {.method = HTTP_GET,
     .path = "/market/office/firms/{id}",
     .perm = OFFICE,
     .read = firm_read,
     .summary = N_("A firm: eligibility, points, orders")},
    {.method = HTTP_POST,
     .path = "/market/office/firms/{id}/block",
     .perm = DECIDES,
     .in = &block_in,
     .write = block_write,
     .form = firm_read,
     .summary = N_("Block a firm or lift the block")},
    {.method = HTTP_POST,
     .path = "/market/office/firms/{id}/claw-back",
     .perm = DECIDES,
     .in = &take_in,
     .write = take_write,
     .form = firm_read,
     .summary = N_("Take points back")},
};
const struct route_table mkt_office_firm_routes = {"market", routes, sizeof routes / sizeof routes[0]};
