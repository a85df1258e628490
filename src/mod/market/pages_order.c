/* An order's page, for its firm, its vendor and officers alike: state, what happens next, history with proofs, receipt.
 */
#include "mod/market/pages.h"
#include "order.view.h"
#include "web/pdf.h"

enum { PER_PAGE = 30 };

#define THOSE_CONCERNED (AS_FIRM | AS_VENDOR | AS_OFFICER | AS_AUDITOR | AS_ADMIN)

rc mkt_order_of(struct ctx *c, struct mkt_order *out)
{
    id order;
    TRY(path_id(c, "id", &order));
    return mkt_order_get(c->tx, &c->session, order, out, c->arena);
}

/* The straight way; what left it is shown by the tag and the history. */
static struct steps steps_of(const struct mkt_order *o)
{
    static const char *const labels[] = {N_("Ordered"), N_("Accepted"), N_("Activated"), N_("First use"),
                                         N_("Points paid")};
    struct steps s = {.labels = labels, .n = sizeof labels / sizeof labels[0]};
    const instant reached[] = {o->placed, o->accepted, o->activated, o->used, o->captured};
    while (s.at < s.n && reached[s.at] != 0)
        s.at++;
    switch (o->state) {
    case MKT_DECLINED:
    case MKT_ORDER_WITHDRAWN:
    case MKT_LAPSED:
    case MKT_DISPUTED:
    case MKT_REFUNDED:
        s.failed = true;
        break;
    case MKT_PLACED:
    case MKT_ACCEPTED:
    case MKT_ACTIVATED:
    case MKT_USED:
    case MKT_CAPTURED:
    case MKT_CLOSED:
    case MKT_ORDER_STATES:
        break;
    }
    return s;
}

static rc order_read(struct ctx *c)
{
    struct mkt_order_page p = {.path = c->req->path};
    struct mkt_order_event *events;
    TRY(mkt_order_of(c, &p.o));
    TRY(mkt_order_events(c->tx, p.o.id, &events, &p.n_events, c->arena));
    p.events = events;
    p.moves = mkt_order_moves(&p.o, &c->session);
    p.steps = steps_of(&p.o);
    view_market_order(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* Somebody types the number of an order, as it stands on the receipt. */
INPUT(number_in, {.name = "number", .type = F_TEXT, .required = true, .max = 40, .label = N_("Order number")});

static rc number_read(struct ctx *c)
{
    struct mkt_order o;
    TRY(mkt_order_by_number(c->tx, &c->session, in_text(&c->in, "number"), &o, c->arena));
    return go(c, "/market/orders/%s", id_shown(c, o.id));
}

static rc proof_read(struct ctx *c)
{
    struct mkt_order o;
    struct mkt_order_event *events;
    size_t n;
    id wanted;
    TRY(mkt_order_of(c, &o));
    TRY(path_id(c, "event", &wanted));
    TRY(mkt_order_events(c->tx, o.id, &events, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        if (events[i].id == wanted) {
            TRY(log_proof_json(c->tx, events[i].log_entry, &c->reply->body, c->arena));
            return reply_download(
                c, "application/json",
                arena_printf(c->arena, "%.*s-%.*s-proof.json", STR_ARG(o.number), STR_ARG(events[i].move)));
        }
    return E_NOTFOUND;
}

/* ---- the receipt ---- */

static str money_text(const struct ctx *c, struct money m)
{
    BUF_SCOPED out = BUF_INIT(128);
    fmt_money(&out, c->lang, m);
    return arena_str(c->arena, buf_str(&out));
}

static str time_text(const struct ctx *c, instant t)
{
    BUF_SCOPED out = BUF_INIT(128);
    if (t != 0)
        fmt_instant(&out, c->lang, t);
    return arena_str(c->arena, buf_str(&out));
}

static str said(const struct ctx *c, const char *msgid)
{
    return str_of(tr(c->lang, msgid));
}

static void receipt_body(const struct ctx *c, struct pdf *pdf, const struct mkt_order *o)
{
    str contract = arena_printf(c->arena, "%lld", (long long)o->contract_version);
    BUF_SCOPED term = BUF_INIT(64);
    tr_n(&term, c->lang, "{n} month", "{n} months", o->months);
    str months = buf_str(&term);
    const struct pdf_pair pairs[] = {
        {said(c, N_("Order number")), mkt_number_shown(c, o->number)},
        {said(c, N_("Status")), said(c, mkt_order_state_label(o->state))},
        {said(c, N_("Buyer")), o->firm_name},
        {said(c, N_("Business number")), o->firm_ubn},
        {said(c, N_("Vendor")), in_lang(c, o->vendor_name, o->vendor_name_en)},
        {said(c, N_("Service")), in_lang(c, o->solution_name, o->solution_name_en)},
        {said(c, N_("Plan")), in_lang(c, o->plan_name, o->plan_name_en)},
        {said(c, N_("Term")), months},
        {said(c, N_("List price")), money_text(c, o->price)},
        {said(c, N_("Points used")), money_text(c, o->points)},
        {said(c, N_("Own share")), money_text(c, o->own)},
        {said(c, N_("Invoice of the vendor")), o->invoice},
        {said(c, N_("Version of the contract")), contract},
    };
    pdf_heading(pdf, 1, said(c, N_("Receipt of an order")));
    pdf_pairs(pdf, pairs, sizeof pairs / sizeof pairs[0]);
}

static rc receipt_history(const struct ctx *c, struct pdf *pdf, const struct mkt_order *o)
{
    struct mkt_order_event *events;
    size_t n;
    TRY(mkt_order_events(c->tx, o->id, &events, &n, c->arena));
    str *cells = ARENA_ARRAY(c->arena, 3 * n + 1, str);
    if (!cells)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n; i++) {
        cells[3 * i] = time_text(c, events[i].at);
        cells[3 * i + 1] = said(c, mkt_move_label(events[i].move));
        cells[3 * i + 2] = events[i].reason;
    }
    const struct pdf_column columns[] = {
        {said(c, N_("When")), 3, false}, {said(c, N_("What happened")), 4, false}, {said(c, N_("Reason")), 5, false}};
    pdf_heading(pdf, 2, said(c, N_("History")));
    pdf_table(pdf, &(struct pdf_table){columns, 3, cells, n});
    return OK;
}

static rc receipt_read(struct ctx *c)
{
    struct mkt_order o;
    struct pdf *pdf;
    TRY(mkt_order_of(c, &o));
    TRY(pdf_new(&(struct pdf_options){.lang = c->lang,
                                      .title = said(c, N_("Receipt of an order")),
                                      .reference = mkt_number_shown(c, o.number),
                                      .made = o.changed,
                                      .demo = c->app->config.demo},
                &pdf));
    receipt_body(c, pdf, &o);
    rc r = receipt_history(c, pdf, &o);
    BUF_SCOPED note = BUF_INIT(1024);
    str hash = str_of(o.contract_hash);
    tr_f(&note, c->lang, N_("Fingerprint of the contract (SHA-256): {1}"), &hash, 1);
    pdf_small(pdf, buf_str(&note));
    pdf_small(pdf, said(c, N_("Each line of the history is in the public log. Download its proof on the order's page "
                              "and check it with any verifier.")));
    if (r == OK)
        r = pdf_finish(pdf, &c->reply->body, &c->err);
    pdf_free(pdf);
    TRY(r);
    return reply_download(c, "application/pdf", arena_printf(c->arena, "%.*s.pdf", STR_ARG(o.number)));
}

/* ---- a firm's orders ---- */

static const struct choice states[] = {
    {"placed", N_("Placed")},     {"accepted", N_("Accepted")},    {"activated", N_("Activated")},
    {"used", N_("Used")},         {"captured", N_("Points paid")}, {"closed", N_("Ended")},
    {"declined", N_("Declined")}, {"withdrawn", N_("Withdrawn")},  {"lapsed", N_("Lapsed")},
    {"disputed", N_("Disputed")}, {"refunded", N_("Refunded")},    {NULL, NULL}};
INPUT(orders_in, {.name = "state", .type = F_CHOICE, .choices = states, .label = N_("Status")},
      {.name = "after", .type = F_ID, .label = N_("After this order")});

static rc orders_read(struct ctx *c)
{
    struct mkt_orders_page p = {0};
    struct mkt_order *orders;
    const struct field_value *state = in_value(&c->in, "state"), *after = in_value(&c->in, "after");
    p.state = state->given && !state->bad ? state->text : STR_EMPTY;
    TRY(mkt_order_counts(c->tx, MKT_OF_FIRM, c->session.party, p.by_state));
    TRY(mkt_orders(c->tx, MKT_OF_FIRM, c->session.party, p.state, after->given && !after->bad ? after->i : 0,
                   PER_PAGE + 1, &orders, &p.n, c->arena));
    p.orders = orders;
    if (p.n > PER_PAGE) {
        p.n = PER_PAGE;
        p.next = orders[p.n - 1].id;
    }
    view_market_orders(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/firm/orders",
     .perm = AS_FIRM,
     .in = &orders_in,
     .read = orders_read,
     .form = orders_read,
     .summary = N_("The firm's orders")},
    {.method = HTTP_GET,
     .path = "/market/orders/by-number",
     .perm = THOSE_CONCERNED,
     .in = &number_in,
     .read = number_read,
     .summary = N_("Find an order by its number")},
    {.method = HTTP_GET,
     .path = "/market/orders/{id}",
     .perm = THOSE_CONCERNED,
     .read = order_read,
     .summary = N_("An order: state, next step, history")},
    {.method = HTTP_GET,
     .path = "/market/orders/{id}/receipt",
     .perm = THOSE_CONCERNED,
     .read = receipt_read,
     .summary = N_("An order's receipt as PDF")},
    {.method = HTTP_GET,
     .path = "/market/orders/{id}/events/{event}/proof",
     .perm = THOSE_CONCERNED,
     .read = proof_read,
     .summary = N_("Proof that a step of an order is in the public log")},
};
const struct route_table mkt_order_routes = {"market", routes, sizeof routes / sizeof routes[0]};
