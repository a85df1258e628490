/* The firm: registration against the public register, its home with points and orders, its facts, asking for points. */
#include "core/account.h"
#include "firm.view.h"
#include "mod/market/pages.h"

enum { LATEST = 10, TODO_LOOK = 100 };

#define CAPITAL_MOST INT64_C(1000000000000)
#define FACT_FIELDS                                                                                                    \
    {.name = "capital",                                                                                                \
     .type = F_MONEY,                                                                                                  \
     .min = 0,                                                                                                         \
     .max = CAPITAL_MOST,                                                                                              \
     .label = N_("Paid-in capital"),                                                                                   \
     .hint = N_("Leave it empty to use the register's figure.")},                                                      \
        {.name = "headcount",                                                                                          \
         .type = F_INT,                                                                                                \
         .required = true,                                                                                             \
         .min = 0,                                                                                                     \
         .max = 1000000,                                                                                               \
         .label = N_("Insured employees"),                                                                             \
         .hint = N_("Persons insured for labour, monthly average of the last 12 months. None is 0.")},                 \
        {.name = "trade", .type = F_CHOICE, .required = true, .choices = mkt_trades, .label = N_("Trade")},            \
        {.name = "county", .type = F_CHOICE, .choices = counties, .label = N_("County or city")},                      \
        {.name = "social", .type = F_BOOL, .label = N_("We are a registered social-innovation organisation.")},        \
        {.name = "address", .type = F_TEXT, .max = 200, .label = N_("Address"), .autocomplete = "street-address"},     \
        {.name = "phone",                                                                                              \
         .type = F_TEXT,                                                                                               \
         .max = 40,                                                                                                    \
         .label = N_("Telephone"),                                                                                     \
         .autocomplete = "tel",                                                                                        \
         .personal = true},                                                                                            \
    {                                                                                                                  \
        .name = "email", .type = F_EMAIL, .label = N_("E-mail for orders"), .autocomplete = "email", .personal = true  \
    }

INPUT(ubn_in, {.name = "ubn",
               .type = F_UBN,
               .label = N_("Business number"),
               .hint = N_("Eight digits, as on your invoices. We look it up in the public register.")});
INPUT(register_in, {.name = "ubn", .type = F_UBN, .required = true, .label = N_("Business number")}, FACT_FIELDS,
      {.name = "confirm",
       .type = F_BOOL,
       .required = true,
       .label = N_("This is our firm, I may act for it, and what I have entered is true.")});
INPUT(facts_in, FACT_FIELDS);
INPUT(points_in, {.name = "agree",
                  .type = F_BOOL,
                  .required = true,
                  .label = N_("We agree to these conditions, and our facts are true as of today.")});

/* ---- registering ---- */

/* Fills p->entry, or says at the field why not. */
static rc look_up(struct ctx *c, struct mkt_register_page *p)
{
    if (!ubn_valid(p->ubn)) {
        (void)ERR_FIELD(&c->err, "ubn", "MKT-002",
                        N_("{1} is not a valid business number: the check digit does not match."), p->ubn);
        return OK;
    }
    rc r = mkt_registry_file.find(c->tx, p->ubn, &p->entry, c->arena);
    p->found = r == OK;
    if (r != E_NOTFOUND)
        return r;
    (void)ERR_FIELD(&c->err, "ubn", "MKT-003",
                    N_("The registry does not know the business number {1}. A firm registered in the last days may be "
                       "missing; please try again "
                       "after the next update."),
                    p->ubn);
    return OK;
}

static rc register_read(struct ctx *c)
{
    struct mkt_register_page p = {.ask = &ubn_in, .facts = &register_in};
    struct mkt_firm firm;
    if (may(c, AS_FIRM) && mkt_firm_get(c->tx, c->session.party, &firm, c->arena) == OK)
        return go(c, "/market/firm");
    const struct field_value *ubn = in_value(&c->in, "ubn");
    if (ubn->given && !ubn->bad) {
        p.ubn = ubn->text;
        if (c->req->method == HTTP_POST) /* what was refused is said already */
            p.found = ubn_valid(p.ubn) && mkt_registry_file.find(c->tx, p.ubn, &p.entry, c->arena) == OK;
        else
            TRY(look_up(c, &p));
    }
    view_market_register(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static int64_t int_or(const struct ctx *c, const char *name, int64_t absent)
{
    return in_given(&c->in, name) ? in_int(&c->in, name) : absent;
}

static str choice_or_empty(const struct ctx *c, const char *name)
{
    return str_of(in_choice(&c->in, name));
}

static struct mkt_firm_form form_of(const struct ctx *c)
{
    return (struct mkt_firm_form){.capital = int_or(c, "capital", -1),
                                  .headcount = int_or(c, "headcount", -1),
                                  .kind = in_bool(&c->in, "social") ? STR("social") : STR_EMPTY,
                                  .trade = choice_or_empty(c, "trade"),
                                  .county = choice_or_empty(c, "county"),
                                  .address = in_text(&c->in, "address"),
                                  .phone = in_text(&c->in, "phone"),
                                  .email = in_text(&c->in, "email")};
}

static rc register_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_firm_form f = form_of(c);
    id firm;
    f.ubn = in_text(&c->in, "ubn");
    TRY(mkt_firm_register(&x, &f, &firm));
    if (c->session.session != 0)
        TRY(session_act_for(tx, c->session.session, firm));
    flash(c, N_("Your firm is registered. You act for it now."));
    return go(c, "/market/firm");
}

/* ---- the firm's home ---- */

static void add(struct mkt_todo *out, size_t *n, enum mkt_todo_kind kind, const struct mkt_order *o, instant until)
{
    if (*n < MKT_TODO_MAX)
        out[(*n)++] = (struct mkt_todo){kind, o, until};
}

size_t mkt_todo(const struct mkt_grant *grant, const struct mkt_order *orders, size_t n, instant now,
                struct mkt_todo out[MKT_TODO_MAX])
{
    enum { SOON = 30 }; /* days */
    size_t found = 0;
    if (!grant)
        add(out, &found, MKT_TODO_POINTS, NULL, 0);
    for (size_t i = 0; i < n; i++)
        if (orders[i].state == MKT_ACTIVATED)
            add(out, &found, MKT_TODO_USE, &orders[i], orders[i].due);
    if (grant && grant->state == MKT_GRANT_ACTIVE && grant->expires > now && grant->expires <= now + SOON * DAY &&
        grant->balance > grant->held)
        add(out, &found, MKT_TODO_SPEND, NULL, grant->expires);
    for (size_t i = 0; i < n; i++) {
        instant end = orders[i].ends != 0 ? day_start(orders[i].ends + 1) : 0;
        if (orders[i].state == MKT_CAPTURED && orders[i].renewed_by == 0 && end != 0 && end <= now + SOON * DAY)
            add(out, &found, MKT_TODO_RENEW, &orders[i], end);
    }
    for (size_t i = 0; i < n; i++)
        if (orders[i].captured != 0 && !orders[i].rated && orders[i].state != MKT_REFUNDED)
            add(out, &found, MKT_TODO_RATE, &orders[i], 0);
    return found;
}

const char *mkt_posting_label(str kind)
{
    static const struct {
        const char *kind, *label;
    } labels[] = {{"grant", N_("Points given")},
                  {"capture", N_("Paid to the vendor")},
                  {"refund", N_("Returned by the vendor")},
                  {"refund-owed", N_("Returned, owed by the vendor")},
                  {"expire", N_("Expired, back to the budget")},
                  {"claw-back", N_("Taken back")},
                  {"claw-back-owed", N_("Taken back, owed by the firm")}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (str_eq(kind, str_of(labels[i].kind)))
            return labels[i].label;
    return N_("Other posting");
}

/* The latest grant, its postings, and what was used of it. */
static rc read_points(struct ctx *c, struct mkt_firm_page *p)
{
    struct mkt_grant *grants;
    struct mkt_posting *postings;
    size_t n;
    TRY(mkt_grants_of(c->tx, p->firm.id, &grants, &n, c->arena));
    if (n == 0)
        return OK;
    p->has_grant = true;
    p->grant = grants[0];
    p->available =
        p->grant.state == MKT_GRANT_ACTIVE && p->grant.expires > c->now ? p->grant.balance - p->grant.held : 0;
    TRY(mkt_grant_postings(c->tx, p->grant.id, &postings, &p->n_postings, c->arena));
    p->postings = postings;
    for (size_t i = 0; i < p->n_postings; i++)
        if (str_eq(postings[i].kind, STR("capture")) || str_starts(postings[i].kind, STR("refund")))
            p->used -= postings[i].points;
    return OK;
}

static rc firm_read(struct ctx *c)
{
    struct mkt_firm_page p = {0};
    struct mkt_scheme scheme;
    struct mkt_order *orders;
    size_t n;
    rc r = mkt_firm_get(c->tx, c->session.party, &p.firm, c->arena);
    if (r == E_NOTFOUND)
        return go(c, "/market/register");
    TRY(r);
    r = mkt_scheme_shown(c, &scheme, &p.open);
    if (r != OK && r != E_NOTFOUND)
        return r;
    TRY(read_points(c, &p));
    TRY(mkt_order_counts(c->tx, MKT_OF_FIRM, p.firm.id, p.by_state));
    TRY(mkt_orders(c->tx, MKT_OF_FIRM, p.firm.id, STR_EMPTY, 0, TODO_LOOK, &orders, &n, c->arena));
    p.n_todo = mkt_todo(p.has_grant || !p.open ? &p.grant : NULL, orders, n, c->now, p.todo);
    p.orders = orders;
    p.n_orders = n < LATEST ? n : LATEST;
    view_market_firm(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc grant_proof(struct ctx *c)
{
    struct mkt_grant *grants;
    size_t n;
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(mkt_grants_of(c->tx, c->session.party, &grants, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        if (grants[i].id == wanted) {
            TRY(log_proof_json(c->tx, grants[i].log_entry, &c->reply->body, c->arena));
            return reply_download(c, "application/json",
                                  arena_printf(c->arena, "%.*s-points-proof.json", STR_ARG(grants[i].ubn)));
        }
    return E_NOTFOUND;
}

/* ---- facts ---- */

static rc facts_read(struct ctx *c)
{
    struct mkt_facts_page p = {.spec = &facts_in};
    rc r = mkt_firm_get(c->tx, c->session.party, &p.firm, c->arena);
    if (r == E_NOTFOUND)
        return go(c, "/market/register");
    TRY(r);
    view_market_facts(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc facts_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_firm_form f = form_of(c);
    TRY(mkt_firm_update(&x, c->session.party, &f));
    flash(c, N_("The facts were saved."));
    return go(c, "/market/firm");
}

/* ---- points ---- */

static rc points_read(struct ctx *c)
{
    struct mkt_points_page p = {.spec = &points_in};
    struct mkt_scheme scheme;
    struct mkt_grant g;
    rc r = mkt_firm_get(c->tx, c->session.party, &p.firm, c->arena);
    if (r == E_NOTFOUND)
        return go(c, "/market/register");
    TRY(r);
    TRY(mkt_scheme_shown(c, &scheme, &p.open));
    r = mkt_grant_of(c->tx, scheme.programme, p.firm.id, &g, c->arena);
    if (r == OK && c->req->method == HTTP_GET)
        return go(c, "/market/firm");
    if (r != OK && r != E_NOTFOUND)
        return r;
    day on = p.open ? instant_day(c->now) : scheme.closes - 1;
    TRY(mkt_share_on(c->tx, scheme.programme, on, &p.share));
    TRY(param_int(c->tx, scheme.programme, "points.validity_days", on, &p.days));
    TRY(mkt_thresholds_on(c->tx, scheme.programme, on, &p.limits));
    TRY(mkt_firm_eligibility(c->tx, scheme.programme, p.firm.id, on, c->arena, &p.result));
    p.grant = p.share.grant;
    view_market_points(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc points_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id grant;
    TRY(mkt_grant_give(&x, c->session.party, &grant));
    flash(c, N_("The points are yours. Now choose a service."));
    return go(c, "/market/firm");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/register",
     .perm = SIGNED_IN,
     .in = &ubn_in,
     .read = register_read,
     .form = register_read,
     .summary = N_("Register a firm: look up its number")},
    {.method = HTTP_POST,
     .path = "/market/register",
     .perm = SIGNED_IN,
     .in = &register_in,
     .write = register_write,
     .form = register_read,
     .summary = N_("Register a firm")},
    {.method = HTTP_GET,
     .path = "/market/firm",
     .perm = AS_FIRM,
     .read = firm_read,
     .summary = N_("The firm's home: points, orders, what to do next")},
    {.method = HTTP_GET,
     .path = "/market/firm/facts",
     .perm = AS_FIRM,
     .read = facts_read,
     .summary = N_("The firm's facts")},
    {.method = HTTP_POST,
     .path = "/market/firm/facts",
     .perm = AS_FIRM,
     .in = &facts_in,
     .write = facts_write,
     .form = facts_read,
     .summary = N_("Change the firm's facts")},
    {.method = HTTP_GET,
     .path = "/market/firm/points",
     .perm = AS_FIRM,
     .read = points_read,
     .summary = N_("Ask for points: conditions")},
    {.method = HTTP_POST,
     .path = "/market/firm/points",
     .perm = AS_FIRM,
     .in = &points_in,
     .write = points_write,
     .form = points_read,
     .summary = N_("Ask for points")},
    {.method = HTTP_GET,
     .path = "/market/firm/grants/{id}/proof",
     .perm = AS_FIRM,
     .read = grant_proof,
     .summary = N_("Proof that a grant is in the public log")},
};
const struct route_table mkt_firm_routes = {"market", routes, sizeof routes / sizeof routes[0]};
