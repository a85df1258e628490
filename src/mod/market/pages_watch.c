/* Watching for misuse: reports made in confidence, and patterns that deserve a look. People decide; nothing is refused
 * by itself. */
#include "mod/market/pages_office.h"
#include "watch.view.h"

enum { REPORTS_SHOWN = 100 };

INPUT(list_in, {.name = "all", .type = F_BOOL, .label = N_("Show closed ones too")});
INPUT(close_in, {.name = "finding",
                 .type = F_LINES,
                 .required = true,
                 .max = 2000,
                 .label = N_("Finding"),
                 .hint = N_("What was looked into and what came of it. Only the office and auditors read it.")});

static rc watch_read(struct ctx *c)
{
    bool listing = c->in.spec == &list_in;
    struct mkt_watch_page p = {.all = listing && in_bool(&c->in, "all")};
    struct mkt_scheme scheme;
    rc r = mkt_scheme_latest(c->tx, &scheme);
    if (r == E_NOTFOUND)
        return mkt_no_programme(c);
    TRY(r);
    TRY(mkt_reports(c->tx, !p.all, REPORTS_SHOWN, &p.reports, &p.n_reports, c->arena));
    TRY(mkt_signals(c->tx, scheme.programme, instant_day(c->now), &p.signals, &p.n_signals, c->arena));
    view_market_watch(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc report_page_read(struct ctx *c)
{
    struct mkt_report report;
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(mkt_report_get(c->tx, wanted, &report, c->arena));
    view_market_report(&c->reply->body, c, &report, &close_in);
    return reply_page(c, 200);
}

static rc close_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id report;
    TRY(path_id(c, "id", &report));
    TRY(mkt_report_close(&x, report, in_text(&c->in, "finding")));
    flash(c, N_("The report is closed with your finding."));
    return go(c, "/market/office/watch");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/office/watch",
     .perm = OFFICE,
     .in = &list_in,
     .read = watch_read,
     .summary = N_("Reports and signals of misuse")},
    {.method = HTTP_GET,
     .path = "/market/office/reports/{id}",
     .perm = OFFICE,
     .read = report_page_read,
     .summary = N_("A report made in confidence")},
    {.method = HTTP_POST,
     .path = "/market/office/reports/{id}",
     .perm = DECIDES,
     .in = &close_in,
     .write = close_write,
     .form = report_page_read,
     .summary = N_("Close a report with a finding")},
};
const struct route_table mkt_watch_routes = {"market", routes, sizeof routes / sizeof routes[0]};
