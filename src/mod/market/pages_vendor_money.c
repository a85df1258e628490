/* What the vendor earned, month by month, and what was paid to its bank. */
#include "mod/market/pages_vendor.h"
#include "vendor_money.view.h"

enum { PAYOUTS = 100 };

const char *mkt_statement_label(str kind)
{
    if (str_eq(kind, STR("capture")))
        return N_("Points for a service used");
    if (str_eq(kind, STR("payout")))
        return N_("Paid to your bank");
    return N_("Returned to the firm");
}

static str month_text(const struct ctx *c, int year, int month)
{
    return arena_printf(c->arena, "%04d-%02d", year, month);
}

/* The month of the path, "2026-05"; E_NOTFOUND: no month. */
static rc asked_month(const struct ctx *c, int *year, int *month)
{
    int mday;
    day first;
    str s = request_param(c->req, "month");
    if (s.n != 7 || day_parse(arena_printf(c->arena, "%.*s-01", STR_ARG(s)), &first) != OK)
        return E_NOTFOUND;
    day_civil(first, year, month, &mday);
    return str_eq(s, month_text(c, *year, *month)) ? OK : E_NOTFOUND;
}

/* A month before the vendor existed or after this one has no page. */
static str neighbour(const struct ctx *c, const struct mkt_vendor *v, int year, int month, int step)
{
    day first = day_add_months(day_of(year, month, 1), step);
    int mday;
    if (day_start(first) > c->now || day_add_months(first, 1) <= instant_day(v->created))
        return STR_EMPTY;
    day_civil(first, &year, &month, &mday);
    return month_text(c, year, month);
}

static rc read_statement(struct ctx *c, struct mkt_money_page *p, const struct mkt_vendor *v, int year, int month)
{
    struct mkt_scheme scheme;
    bool open;
    p->month = month_text(c, year, month);
    p->before = neighbour(c, v, year, month, -1);
    p->after = neighbour(c, v, year, month, 1);
    rc r = mkt_scheme_shown(c, &scheme, &open);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    p->has_scheme = true;
    r = mkt_statement(c->tx, scheme.programme, v->id, year, month, &p->s, c->arena);
    return r == E_INVALID ? E_NOTFOUND : r;
}

static rc show(struct ctx *c, int year, int month)
{
    struct mkt_money_page p = {0};
    struct mkt_vendor v;
    rc r = mkt_own_vendor(c, &v);
    if (r == E_NOTFOUND)
        return go(c, "/market/vendor/register");
    TRY(r);
    TRY(read_statement(c, &p, &v, year, month));
    TRY(mkt_payouts(c->tx, v.id, 0, PAYOUTS, &p.payouts, &p.n_payouts, c->arena));
    view_market_vendor_money(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc money_read(struct ctx *c)
{
    int year, month, mday;
    day_civil(instant_day(c->now), &year, &month, &mday);
    return show(c, year, month);
}

static rc month_read(struct ctx *c)
{
    int year, month;
    TRY(asked_month(c, &year, &month));
    return show(c, year, month);
}

static rc file_read(struct ctx *c)
{
    struct mkt_scheme scheme;
    int year, month;
    bool open;
    TRY(asked_month(c, &year, &month));
    TRY(mkt_scheme_shown(c, &scheme, &open));
    rc r = mkt_statement_csv(c->tx, scheme.programme, c->session.party, year, month, &c->reply->body, c->arena);
    if (r != OK)
        return r == E_INVALID ? E_NOTFOUND : r;
    str name = arena_printf(c->arena, "statement-%04d-%02d.csv", year, month);
    return reply_csv(c, name.p);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor/statements",
     .perm = AS_VENDOR,
     .read = money_read,
     .summary = N_("This month's statement, payouts")},
    {.method = HTTP_GET,
     .path = "/market/vendor/statements/{month}",
     .perm = AS_VENDOR,
     .read = month_read,
     .summary = N_("A month's statement")},
    {.method = HTTP_GET,
     .path = "/market/vendor/statements/{month}/file",
     .perm = AS_VENDOR,
     .read = file_read,
     .summary = N_("A month's statement as CSV")},
};
const struct route_table mkt_vendor_money_routes = {"market", routes, sizeof routes / sizeof routes[0]};
