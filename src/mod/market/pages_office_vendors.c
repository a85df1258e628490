/* The office's view of vendors: search, one vendor with its services and orders, suspending. */
#include "mod/market/pages_office.h"
#include "office_vendors.view.h"

enum { PER_PAGE = 50, ORDERS_SHOWN = 20 };

INPUT(find_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Name or business number")},
      {.name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")});
INPUT(suspend_in, {.name = "reason",
                   .type = F_LINES,
                   .required = true,
                   .max = 1000,
                   .label = N_("Reason"),
                   .hint = N_("The vendor reads it.")});

const char *mkt_listing_colour(enum mkt_listing_state s)
{
    switch (s) {
    case MKT_LISTED:
        return "green";
    case MKT_SUBMITTED:
        return "blue";
    case MKT_CORRECTION:
        return "orange";
    case MKT_REFUSED:
    case MKT_SUSPENDED:
        return "red";
    case MKT_DRAFT:
    case MKT_WITHDRAWN:
        break;
    }
    return "grey";
}

static rc list_read(struct ctx *c)
{
    struct mkt_vendors_page p = {.query = in_text(&c->in, "q")};
    int64_t page = in_given(&c->in, "page") ? in_int(&c->in, "page") : 1, total;
    TRY(mkt_vendor_list(c->tx, p.query, (page - 1) * PER_PAGE, PER_PAGE, &p.rows, &p.n, &total, c->arena));
    p.pages = pages_of(page, PER_PAGE, total, STR("/market/office/vendors"), query_without(c, "page"));
    view_market_vendors(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc vendor_read(struct ctx *c)
{
    struct mkt_office_vendor_page p = {.suspend = &suspend_in};
    id vendor;
    TRY(path_id(c, "id", &vendor));
    TRY(mkt_vendor_get(c->tx, vendor, &p.vendor, c->arena));
    TRY(mkt_solutions_of(c->tx, vendor, &p.solutions, &p.n_solutions, c->arena));
    TRY(mkt_orders(c->tx, MKT_OF_VENDOR, vendor, STR_EMPTY, 0, ORDERS_SHOWN, &p.orders, &p.n_orders, c->arena));
    view_market_office_vendor(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc suspend_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_vendor v;
    id vendor;
    TRY(path_id(c, "id", &vendor));
    TRY(mkt_vendor_get(tx, vendor, &v, c->arena));
    bool suspend = v.state != MKT_SUSPENDED;
    TRY(mkt_vendor_suspend(&x, vendor, suspend, in_text(&c->in, "reason")));
    flash(c, suspend ? N_("The vendor is suspended: its services are hidden and cannot be ordered.")
                     : N_("The vendor is listed again."));
    return go(c, "/market/office/vendors/%s", id_shown(c, vendor));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/office/vendors",
     .perm = OFFICE,
     .in = &find_in,
     .read = list_read,
     .summary = N_("Vendors: search")},
    {.method = HTTP_GET,
     .path = "/market/office/vendors/{id}",
     .perm = OFFICE,
     .read = vendor_read,
     .summary = N_("A vendor: services, orders")},
    {.method = HTTP_POST,
     .path = "/market/office/vendors/{id}/suspend",
     .perm = DECIDES,
     .in = &suspend_in,
     .write = suspend_write,
     .form = vendor_read,
     .summary = N_("Suspend a vendor or list it again")},
};
const struct route_table mkt_office_vendor_routes = {"market", routes, sizeof routes / sizeof routes[0]};
