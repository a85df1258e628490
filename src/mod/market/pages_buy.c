/* Ordering: the quote with its own share, the contract that one agrees to, placing the order, and renewing one. */
#include "buy.view.h"
#include "mod/market/pages.h"
#include "web/pdf.h"

enum { POINTS_MOST = 10000000 };

INPUT(ask_in, {.name = "points",
               .type = F_INT,
               .min = 0,
               .max = POINTS_MOST,
               .label = N_("Points to use"),
               .hint = N_("Fewer points mean a greater own share; what is left can pay for another service.")});
INPUT(order_in,
      {.name = "points", .type = F_INT, .min = 0, .max = POINTS_MOST, .required = true, .label = N_("Points to use")},
      {.name = "plan_version",
       .type = F_INT,
       .min = 1,
       .max = INT64_MAX,
       .required = true,
       .label = N_("Version of the plan")},
      {.name = "contract_version",
       .type = F_INT,
       .min = 1,
       .max = INT64_MAX,
       .required = true,
       .label = N_("Version of the contract")},
      {.name = "price", .type = F_MONEY, .min = 0, .max = INT64_MAX, .label = N_("Price that was shown")},
      {.name = "agree",
       .type = F_BOOL,
       .required = true,
       .label = N_("I have read the contract and agree. I know that a vendor who pays our own share back, or gives "
                   "something for it, commits fraud together with us."),
       .hint = N_("Money, gifts, equipment and discounts elsewhere count as well. Points are then taken back and the "
                  "case is reported.")});
INPUT(renew_ask_in, {.name = "plan", .type = F_ID, .label = N_("Plan")});
INPUT(renew_in, {.name = "plan", .type = F_ID, .required = true, .label = N_("Plan")},
      {.name = "plan_version",
       .type = F_INT,
       .min = 1,
       .max = INT64_MAX,
       .required = true,
       .label = N_("Version of the plan")},
      {.name = "contract_version",
       .type = F_INT,
       .min = 1,
       .max = INT64_MAX,
       .required = true,
       .label = N_("Version of the contract")},
      {.name = "price", .type = F_MONEY, .min = 0, .max = INT64_MAX, .label = N_("Price that was shown")},
      {.name = "agree",
       .type = F_BOOL,
       .required = true,
       .label = N_("I have read the contract and agree. This renewal carries no points: we pay the whole price.")});

static bool posted(const struct ctx *c)
{
    return c->req->method == HTTP_POST;
}

static int64_t typed_int(const struct ctx *c, const char *name, int64_t absent)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad ? v->i : absent;
}

static bool refused_with(const struct ctx *c, const char *code)
{
    if (c->err.main.code && strcmp(c->err.main.code, code) == 0)
        return true;
    for (int i = 0; i < c->err.n_fields; i++)
        if (c->err.fields[i].code && strcmp(c->err.fields[i].code, code) == 0)
            return true;
    return false;
}

/* The quote for what was asked; when that many points cannot be used, the page still shows what can. */
static rc quote(struct ctx *c, id firm, id plan, int64_t points_, struct mkt_quote *q)
{
    rc r = mkt_quote_get(c->tx, firm, plan, points_, c->now, q, c->arena);
    const struct err *e = tx_err(c->tx);
    if (r != E_INVALID || points_ <= 0)
        return r;
    if (c->err.code == OK && e->n_fields > 0)
        (void)err_field(&c->err, "points", e->fields[0].code, e->fields[0].msgid, e->fields[0].arg,
                        e->fields[0].n_args);
    err_clear(tx_err(c->tx));
    return mkt_quote_get(c->tx, firm, plan, -1, c->now, q, c->arena);
}

static rc contract_of(struct ctx *c, struct mkt_buy_page *p)
{
    struct mkt_scheme scheme;
    TRY(mkt_scheme_on(c->tx, instant_day(c->now), &scheme));
    return mkt_contract_get(c->tx, scheme.programme, p->q.contract_version, &p->contract, c->arena);
}

/* What the buyer had before their eyes when the price changed. */
static void compare_price(const struct ctx *c, struct mkt_buy_page *p)
{
    if (!posted(c) || !refused_with(c, "MKT-011"))
        return;
    p->changed = true;
    p->old_price = twd(typed_int(c, "price", 0));
}

static rc buy_read(struct ctx *c)
{
    struct mkt_buy_page p = {.spec = &order_in, .ask = &ask_in, .action = c->req->path};
    id plan;
    struct mkt_firm firm;
    TRY(path_id(c, "id", &plan));
    if (!may(c, AS_FIRM))
        return go(c, "/market/register");
    rc r = mkt_firm_get(c->tx, c->session.party, &firm, c->arena);
    if (r == E_NOTFOUND)
        return go(c, "/market/register");
    TRY(r);
    TRY(quote(c, firm.id, plan, typed_int(c, "points", -1), &p.q));
    TRY(contract_of(c, &p));
    compare_price(c, &p);
    view_market_buy(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc buy_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id plan, order;
    char text[ID_TEXT + 1];
    TRY(path_id(c, "id", &plan));
    TRY(mkt_order_place(&x,
                        &(struct mkt_order_request){.plan = plan,
                                                    .plan_version = in_int(&c->in, "plan_version"),
                                                    .points = in_int(&c->in, "points"),
                                                    .contract_version = in_int(&c->in, "contract_version")},
                        &order));
    id_text(order, text);
    flash(c, N_("The order was placed. The vendor has been told."));
    return go(c, "/market/orders/%s", text);
}

/* ---- renewing ---- */

static const struct mkt_plan *plan_of(const struct mkt_solution *s, id plan)
{
    for (size_t i = 0; i < s->n_plans; i++)
        if (s->plans[i].id == plan)
            return &s->plans[i];
    return NULL;
}

static rc renew_read(struct ctx *c)
{
    struct mkt_buy_page p = {.spec = &renew_in, .ask = &renew_ask_in, .action = c->req->path};
    struct mkt_solution offers;
    TRY(mkt_order_of(c, &p.renewal_of));
    if (p.renewal_of.firm != c->session.party)
        return E_NOTFOUND;
    rc r = mkt_solution_public(c->tx, p.renewal_of.solution, &offers, c->arena);
    if (r == E_NOTFOUND || (r == OK && offers.n_plans == 0)) {
        view_market_not_renewable(&c->reply->body, c, &p.renewal_of);
        return reply_page(c, 200);
    }
    TRY(r);
    id wanted = typed_int(c, "plan", p.renewal_of.plan);
    const struct mkt_plan *plan = plan_of(&offers, wanted);
    p.offers = &offers;
    TRY(mkt_quote_get(c->tx, p.renewal_of.firm, plan ? plan->id : offers.plans[0].id, 0, c->now, &p.q, c->arena));
    TRY(contract_of(c, &p));
    compare_price(c, &p);
    view_market_buy(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc renew_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id order, renewed;
    char text[ID_TEXT + 1];
    TRY(path_id(c, "id", &order));
    TRY(mkt_order_renew(&x, order, in_int(&c->in, "plan"), in_int(&c->in, "plan_version"),
                        in_int(&c->in, "contract_version"), &renewed));
    id_text(renewed, text);
    flash(c, N_("The renewal was ordered. The vendor has been told."));
    return go(c, "/market/orders/%s", text);
}

/* ---- the contract by itself ---- */

static rc contract_asked(struct ctx *c, struct mkt_contract *out)
{
    struct mkt_scheme scheme;
    bool open;
    int64_t version;
    if (str_to_i64(request_param(c->req, "version"), &version) != OK)
        return E_NOTFOUND;
    TRY(mkt_scheme_shown(c, &scheme, &open));
    return mkt_contract_get(c->tx, scheme.programme, version, out, c->arena);
}

static rc contract_read(struct ctx *c)
{
    struct mkt_contract k;
    TRY(contract_asked(c, &k));
    view_market_contract_page(&c->reply->body, c, &k);
    return reply_page(c, 200);
}

static rc contract_pdf(struct ctx *c)
{
    struct mkt_contract k;
    struct pdf *pdf;
    TRY(contract_asked(c, &k));
    str version = arena_printf(c->arena, "%lld", (long long)k.version);
    BUF_SCOPED title = BUF_INIT(512);
    tr_f(&title, c->lang, N_("Standard contract, version {1}"), &version, 1);
    TRY(pdf_new(
        &(struct pdf_options){
            .lang = c->lang, .title = buf_str(&title), .made = day_start(k.from), .demo = c->app->config.demo},
        &pdf));
    pdf_heading(pdf, 1, buf_str(&title));
    pdf_paragraph(pdf, in_lang(c, k.zh, k.en));
    str hash = str_of(k.hash);
    BUF_SCOPED note = BUF_INIT(512);
    tr_f(&note, c->lang, N_("SHA-256 of the Chinese text, a line feed and the English text: {1}"), &hash, 1);
    pdf_small(pdf, buf_str(&note));
    rc r = pdf_finish(pdf, &c->reply->body, &c->err);
    pdf_free(pdf);
    TRY(r);
    return reply_download(c, "application/pdf", arena_printf(c->arena, "contract-%lld.pdf", (long long)k.version));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/plans/{id}/order",
     .perm = SIGNED_IN,
     .in = &ask_in,
     .read = buy_read,
     .form = buy_read,
     .summary = N_("Quote: price, points, own share, contract")},
    {.method = HTTP_POST,
     .path = "/market/plans/{id}/order",
     .perm = AS_FIRM,
     .in = &order_in,
     .write = buy_write,
     .form = buy_read,
     .summary = N_("Order a plan")},
    {.method = HTTP_GET,
     .path = "/market/orders/{id}/renew",
     .perm = AS_FIRM,
     .in = &renew_ask_in,
     .read = renew_read,
     .form = renew_read,
     .summary = N_("Renew: price and contract")},
    {.method = HTTP_POST,
     .path = "/market/orders/{id}/renew",
     .perm = AS_FIRM,
     .in = &renew_in,
     .write = renew_write,
     .form = renew_read,
     .summary = N_("Order a renewal")},
    {.method = HTTP_GET,
     .path = "/market/contracts/{version}",
     .perm = PUBLIC,
     .read = contract_read,
     .summary = N_("A version of the standard contract")},
    {.method = HTTP_GET,
     .path = "/market/contracts/{version}/pdf",
     .perm = PUBLIC,
     .read = contract_pdf,
     .summary = N_("A version of the standard contract as PDF")},
};
const struct route_table mkt_buy_routes = {"market", routes, sizeof routes / sizeof routes[0]};
