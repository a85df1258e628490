/* The programme's office: what waits today, the budget, payouts to vendors. */
#include "mod/market/pages_office.h"
#include "office.view.h"

enum { PAYOUTS_SHOWN = 100 };

INPUT(add_in,
      {.name = "amount",
       .type = F_INT,
       .required = true,
       .min = 1,
       .max = PROGRAMME_BUDGET_MOST,
       .label = N_("Points to add")},
      PROGRAMME_DECISION_FIELD);
INPUT(pay_in, {.name = "on", .type = F_DAY, .required = true, .label = N_("Day of payment")},
      {.name = "sure",
       .type = F_BOOL,
       .required = true,
       .label = N_("I have checked the statements. Payouts cannot be taken back.")});
INPUT(file_in, {.name = "on", .type = F_DAY, .required = true, .label = N_("Day of payment")});

rc mkt_no_programme(struct ctx *c)
{
    err_clear(tx_err(c->tx)); /* a fresh installation is not a failure */
    view_market_how_to_open(&c->reply->body, c);
    return reply_page(c, 200);
}

static rc office_read(struct ctx *c)
{
    struct mkt_office_page p = {0};
    struct mkt_scheme scheme;
    struct mkt_listing_row *cases;
    struct mkt_report *reports;
    struct mkt_signal *signals;
    rc r = mkt_scheme_shown(c, &scheme, &p.open);
    if (r == E_NOTFOUND)
        return mkt_no_programme(c);
    TRY(r);
    TRY(programme_get(c->tx, scheme.programme, &p.programme, c->arena));
    TRY(mkt_budget_get(c->tx, scheme.programme, &p.budget));
    TRY(mkt_order_counts(c->tx, MKT_OF_ALL, 0, p.orders));
    TRY(mkt_listings(c->tx, STR_EMPTY, 0, MKT_OFFICE_LOOK, &cases, &p.cases, c->arena));
    TRY(mkt_reports(c->tx, true, MKT_OFFICE_LOOK, &reports, &p.reports, c->arena));
    TRY(mkt_signals(c->tx, scheme.programme, instant_day(c->now), &signals, &p.signals, c->arena));
    view_market_office(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- budget and payouts ---- */

static rc budget_read(struct ctx *c)
{
    struct mkt_budget_page p = {.add = &add_in, .pay = &pay_in, .today = instant_day(c->now)};
    struct mkt_scheme scheme;
    rc r = mkt_scheme_latest(c->tx, &scheme);
    if (r == E_NOTFOUND)
        return mkt_no_programme(c);
    TRY(r);
    TRY(mkt_budget_get(c->tx, scheme.programme, &p.budget));
    TRY(mkt_payouts(c->tx, 0, 0, PAYOUTS_SHOWN, &p.payouts, &p.n, c->arena));
    view_market_budget(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc add_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_scheme scheme;
    TRY(mkt_scheme_latest(tx, &scheme));
    TRY(mkt_budget_add(&x, scheme.programme, points(in_int(&c->in, "amount")), in_text(&c->in, "reason")));
    flash(c, N_("The points were added to the budget."));
    return go(c, "/market/office/budget");
}

static rc pay_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_scheme scheme;
    struct money total;
    int64_t vendors;
    TRY(mkt_scheme_latest(tx, &scheme));
    TRY(mkt_payout_run(&x, scheme.programme, (day)in_int(&c->in, "on"), &vendors, &total));
    flash(c, vendors > 0 ? N_("The vendors were paid. Download the file for the bank below.")
                         : N_("Nothing was payable on that day."));
    return go(c, "/market/office/budget");
}

static rc file_read(struct ctx *c)
{
    struct mkt_scheme scheme;
    TRY(mkt_scheme_latest(c->tx, &scheme));
    TRY(mkt_payout_file(c->tx, scheme.programme, (day)in_int(&c->in, "on"), &c->reply->body));
    return reply_csv(c, "payout.csv");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/office",
     .perm = OFFICE,
     .read = office_read,
     .summary = N_("The programme's office: what waits today")},
    {.method = HTTP_GET,
     .path = "/market/office/budget",
     .perm = OFFICE,
     .read = budget_read,
     .summary = N_("Budget and payouts")},
    {.method = HTTP_POST,
     .path = "/market/office/budget",
     .perm = DECIDES,
     .in = &add_in,
     .write = add_write,
     .form = budget_read,
     .summary = N_("Add points to the budget")},
    {.method = HTTP_POST,
     .path = "/market/office/payouts",
     .perm = DECIDES,
     .in = &pay_in,
     .write = pay_write,
     .form = budget_read,
     .summary = N_("Pay the vendors")},
    {.method = HTTP_GET,
     .path = "/market/office/payouts/file",
     .perm = OFFICE,
     .in = &file_in,
     .read = file_read,
     .summary = N_("Payout file of a day")},
};
const struct route_table mkt_office_routes = {"market", routes, sizeof routes / sizeof routes[0]};
