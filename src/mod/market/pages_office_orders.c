/* All orders of the programme, by state, newest first. */
#include "mod/market/pages_office.h"
#include "office_orders.view.h"

enum { PER_PAGE = 50 };

INPUT(list_in, {.name = "state", .type = F_TEXT, .max = 20, .label = N_("State")},
      {.name = "after", .type = F_ID, .label = N_("The last order seen")});

static rc list_read(struct ctx *c)
{
    struct mkt_office_orders_page p = {.state = in_text(&c->in, "state")};
    enum mkt_order_state known;
    if (p.state.n > 0 && !mkt_order_state_parse(p.state, &known))
        return E_NOTFOUND;
    TRY(mkt_order_counts(c->tx, MKT_OF_ALL, 0, p.counts));
    TRY(mkt_orders(c->tx, MKT_OF_ALL, 0, p.state, in_int(&c->in, "after"), PER_PAGE + 1, &p.rows, &p.n, c->arena));
    if (p.n > PER_PAGE) {
        p.n = PER_PAGE;
        p.next = p.rows[PER_PAGE - 1].id;
    }
    view_market_office_orders(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/office/orders",
     .perm = OFFICE,
     .in = &list_in,
     .read = list_read,
     .summary = N_("All orders by state")},
};
const struct route_table mkt_office_order_routes = {"market", routes, sizeof routes / sizeof routes[0]};
