/* How programs reach the marketplace: the catalogue and the eligibility check for everybody, orders and reports of
 * first use for vendors by API key, and the signed webhook of use. Answers are JSON; amounts are whole NT dollars or
 * points. */
#include "mod/market/pages.h"

enum { LIST_MAX = 100, LIST_DEFAULT = 50 };

/* ---- pieces of answers ---- */

static void jo_ktr(struct json_out *o, const struct ctx *c, const char *key, const char *msgid)
{
    jo_kstr(o, key, str_of(tr(c->lang, msgid)));
}

static void jo_sla(struct json_out *o, const struct mkt_sla *s)
{
    jo_key(o, "service_level");
    jo_obj(o);
    for (int i = 0; i < MKT_SLA_TERMS; i++)
        jo_kint(o, mkt_sla_terms[i].name, mkt_sla_value(s, i));
    jo_end_obj(o);
}

static struct json_out answer(struct ctx *c)
{
    struct json_out o;
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    return o;
}

static rc answered(struct ctx *c, struct json_out *o)
{
    jo_end_obj(o);
    return reply_json(c, 200);
}

static rc id_param(const struct ctx *c, id *out)
{
    return id_parse(request_param(c->req, "id"), out) == OK ? OK : E_NOTFOUND;
}

/* ---- catalogue ---- */

INPUT(catalogue_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Search text")},
      {.name = "category", .type = F_CHOICE, .choices = mkt_categories, .label = N_("Category")},
      {.name = "own_max", .type = F_MONEY, .max = 10000000, .label = N_("Own share at most (NT$)")},
      {.name = "vendor", .type = F_ID, .label = N_("Vendor")},
      {.name = "sort", .type = F_TEXT, .max = 20, .label = N_("Sort order")},
      {.name = "offset", .type = F_INT, .max = 10000, .label = N_("Rows to skip")},
      {.name = "limit", .type = F_INT, .min = 1, .max = LIST_MAX, .label = N_("Rows at most")});

static int64_t int_or(const struct input *in, const char *name, int64_t otherwise)
{
    return in_given(in, name) ? in_int(in, name) : otherwise;
}

static void jo_card(struct json_out *o, const struct mkt_card *k)
{
    jo_obj(o);
    jo_kid(o, "id", k->id);
    jo_kid(o, "vendor", k->vendor);
    jo_kstr(o, "category", k->category);
    jo_kstr(o, "name", k->name);
    jo_kstr(o, "name_en", k->name_en);
    jo_kstr(o, "summary", k->summary);
    jo_kstr(o, "vendor_name", k->vendor_name);
    jo_kint(o, "price", k->price.n);
    jo_kint(o, "points", k->points.n);
    jo_kint(o, "own_share", k->own.n);
    jo_kint(o, "months", k->months);
    jo_sla(o, &k->sla);
    jo_kint(o, "ratings", k->rating_n);
    jo_kint(o, "rating_hundredths", k->rating);
    jo_end_obj(o);
}

static rc catalogue_read(struct ctx *c)
{
    const struct input *in = &c->in;
    struct mkt_scheme scheme;
    bool open;
    TRY(mkt_scheme_shown(c, &scheme, &open));
    const char *category = in_choice(in, "category");
    struct mkt_filter f = {.query = in_text(in, "q"),
                           .category = category ? str_of(category) : STR_EMPTY,
                           .own_max = int_or(in, "own_max", -1),
                           .vendor = int_or(in, "vendor", 0),
                           .sort = in_text(in, "sort"),
                           .available = -1,
                           .offset = int_or(in, "offset", 0),
                           .limit = int_or(in, "limit", LIST_DEFAULT)};
    struct mkt_card *cards;
    size_t n;
    int64_t total;
    TRY(mkt_catalogue(c->tx, scheme.programme, instant_day(c->now), &f, &cards, &n, &total, c->arena));
    struct json_out o = answer(c);
    jo_kint(&o, "total", total);
    jo_key(&o, "solutions");
    jo_arr(&o);
    for (size_t i = 0; i < n; i++)
        jo_card(&o, &cards[i]);
    jo_end_arr(&o);
    return answered(c, &o);
}

static void jo_plans(struct json_out *o, const struct mkt_solution *s)
{
    jo_key(o, "plans");
    jo_arr(o);
    for (size_t i = 0; i < s->n_plans; i++) {
        const struct mkt_plan *p = &s->plans[i];
        if (!p->active)
            continue;
        jo_obj(o);
        jo_kid(o, "id", p->id);
        jo_kstr(o, "name", p->name);
        jo_kstr(o, "name_en", p->name_en);
        jo_kint(o, "price", p->price.n);
        jo_kint(o, "months", p->months);
        jo_kint(o, "version", p->version);
        jo_end_obj(o);
    }
    jo_end_arr(o);
}

static rc solution_read(struct ctx *c)
{
    id wanted;
    TRY(id_param(c, &wanted));
    struct mkt_solution s;
    TRY(mkt_solution_public(c->tx, wanted, &s, c->arena));
    struct mkt_rating_summary rating = mkt_rating_summary(&s.rating);
    struct json_out o = answer(c);
    jo_kid(&o, "id", s.id);
    jo_kid(&o, "vendor", s.vendor);
    jo_kstr(&o, "category", s.category);
    jo_kstr(&o, "name", s.name);
    jo_kstr(&o, "name_en", s.name_en);
    jo_kstr(&o, "vendor_name", s.vendor_name);
    jo_kstr(&o, "summary", s.summary);
    jo_kstr(&o, "description", s.description);
    jo_sla(&o, &s.sla);
    jo_plans(&o, &s);
    jo_kint(&o, "ratings", rating.n);
    jo_kint(&o, "rating_hundredths", rating.average);
    jo_kint(&o, "rating_spread_hundredths", rating.spread);
    return answered(c, &o);
}

/* ---- eligibility ---- */

INPUT(eligibility_in, {.name = "registered", .type = F_BOOL, .label = N_("The firm is registered and active")},
      {.name = "kind", .type = F_CHOICE, .choices = mkt_firm_kinds, .label = N_("Kind of firm")},
      {.name = "capital", .type = F_MONEY, .max = INT64_C(1000000000000), .label = N_("Paid-in capital (NT$)")},
      {.name = "headcount", .type = F_INT, .max = 1000000, .label = N_("Insured persons, average of twelve months")});

static const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {[FAIL] = "fail", [PASS] = "pass", [UNKNOWN] = "unknown"};
    return names[v];
}

static struct mkt_facts facts_of(const struct input *in)
{
    const char *kind = in_choice(in, "kind");
    struct mkt_facts f = {.capital_known = in_given(in, "capital"),
                          .capital = in_int(in, "capital"),
                          .headcount_known = in_given(in, "headcount"),
                          .headcount = in_int(in, "headcount")};
    if (in_given(in, "registered"))
        f.registry_status = in_bool(in, "registered") ? STR("active") : STR("dissolved");
    if (kind)
        f.kind = str_of(kind);
    return f;
}

static void jo_criterion(struct json_out *o, const struct ctx *c, const struct criterion_result *r)
{
    jo_obj(o);
    jo_kstr(o, "code", str_of(r->criterion->code));
    jo_ktr(o, c, "label", r->criterion->label);
    jo_ktr(o, c, "citation", r->criterion->citation);
    jo_kstr(o, "verdict", str_of(verdict_name(r->verdict)));
    jo_key(o, "missing");
    jo_arr(o);
    for (int m = 0; m < r->n_missing; m++)
        jo_str(o, str_of(r->missing[m]));
    jo_end_arr(o);
    jo_end_obj(o);
}

static void jo_change(struct json_out *o, const struct change *ch)
{
    jo_obj(o);
    jo_kstr(o, "fact", str_of(ch->fact));
    if (ch->to_text.p)
        jo_kstr(o, "to", ch->to_text);
    else
        jo_kint(o, "to", ch->to);
    jo_end_obj(o);
}

static rc eligibility_read(struct ctx *c)
{
    struct mkt_scheme scheme;
    bool open;
    TRY(mkt_scheme_shown(c, &scheme, &open));
    day today = instant_day(c->now);
    struct mkt_thresholds t;
    TRY(mkt_thresholds_on(c->tx, scheme.programme, today, &t));
    struct mkt_facts facts = facts_of(&c->in);
    struct rule_result r;
    TRY(mkt_eligibility(&facts, &t, today, c->arena, &r, &c->err));
    struct json_out o = answer(c);
    jo_kstr(&o, "verdict", str_of(verdict_name(r.verdict)));
    jo_key(&o, "criteria");
    jo_arr(&o);
    for (size_t i = 0; i < r.n; i++)
        jo_criterion(&o, c, &r.each[i]);
    jo_end_arr(&o);
    if (r.next_question)
        jo_kstr(&o, "next_question", str_of(r.next_question));
    jo_key(&o, "changes");
    jo_arr(&o);
    for (size_t i = 0; i < r.n_changes; i++)
        jo_change(&o, &r.changes[i]);
    jo_end_arr(&o);
    return answered(c, &o);
}

/* ---- orders ---- */

INPUT(orders_in, {.name = "state", .type = F_TEXT, .max = 20, .label = N_("State")},
      {.name = "after", .type = F_ID, .label = N_("The last order seen")},
      {.name = "limit", .type = F_INT, .min = 1, .max = LIST_MAX, .label = N_("Rows at most")});

static void jo_order_body(struct json_out *o, const struct mkt_order *r)
{
    jo_kid(o, "id", r->id);
    jo_kstr(o, "number", r->number);
    jo_kstr(o, "state", str_of(mkt_order_state_name(r->state)));
    jo_kstr(o, "firm_ubn", r->firm_ubn);
    jo_kstr(o, "firm_name", r->firm_name);
    jo_kid(o, "solution", r->solution);
    jo_kstr(o, "solution_name", r->solution_name);
    jo_kid(o, "plan", r->plan);
    jo_kstr(o, "plan_name", r->plan_name);
    jo_kint(o, "price", r->price.n);
    jo_kint(o, "points", r->points.n);
    jo_kint(o, "own_share", r->own.n);
    jo_kint(o, "months", r->months);
    jo_kwhen(o, "placed", r->placed);
    jo_kwhen(o, "accepted", r->accepted);
    jo_kwhen(o, "activated", r->activated);
    jo_kwhen(o, "used", r->used);
    jo_kwhen(o, "captured", r->captured);
    jo_kwhen(o, "due", r->due);
}

/* Whose orders the caller sees: all for officers and auditors, else their own party's. */
static enum mkt_side side_of(const struct ctx *c)
{
    if (may(c, AS_OFFICER | AS_AUDITOR))
        return MKT_OF_ALL;
    return may(c, AS_VENDOR) ? MKT_OF_VENDOR : MKT_OF_FIRM;
}

static rc orders_read(struct ctx *c)
{
    const struct input *in = &c->in;
    enum mkt_order_state state;
    if (in_given(in, "state") && !mkt_order_state_parse(in_text(in, "state"), &state))
        return ERR_FIELD(&c->err, "state", "MKT-060", N_("There is no order state “{1}”."), in_text(in, "state"));
    struct mkt_order *orders;
    size_t n;
    TRY(mkt_orders(c->tx, side_of(c), c->session.party, in_text(in, "state"), int_or(in, "after", 0),
                   int_or(in, "limit", LIST_DEFAULT), &orders, &n, c->arena));
    struct json_out o = answer(c);
    jo_key(&o, "orders");
    jo_arr(&o);
    for (size_t i = 0; i < n; i++) {
        jo_obj(&o);
        jo_order_body(&o, &orders[i]);
        jo_end_obj(&o);
    }
    jo_end_arr(&o);
    return answered(c, &o);
}

static rc order_answer(struct tx *tx, struct ctx *c, id order)
{
    struct mkt_order r;
    TRY(mkt_order_get(tx, &c->session, order, &r, c->arena));
    struct json_out o = answer(c);
    jo_order_body(&o, &r);
    return answered(c, &o);
}

static rc order_read(struct ctx *c)
{
    id order;
    TRY(id_param(c, &order));
    return order_answer(c->tx, c, order);
}

static rc accept_write(struct tx *tx, struct ctx *c)
{
    id order;
    TRY(id_param(c, &order));
    struct act x = ACT(tx, c);
    TRY(mkt_order_accept(&x, order));
    return order_answer(tx, c, order);
}

INPUT(decline_in, {.name = "reason", .type = F_LINES, .required = true, .max = 500, .label = N_("Reason")});

static rc decline_write(struct tx *tx, struct ctx *c)
{
    id order;
    TRY(id_param(c, &order));
    struct act x = ACT(tx, c);
    TRY(mkt_order_decline(&x, order, in_text(&c->in, "reason")));
    return order_answer(tx, c, order);
}

INPUT(activate_in,
      {.name = "invoice",
       .type = F_TEXT,
       .required = true,
       .min = 10,
       .max = 10,
       .label = N_("Invoice number (two letters, eight digits)")},
      {.name = "own_share_received",
       .type = F_BOOL,
       .required = true,
       .label = N_("The own share was received from the buyer")});

static rc activate_write(struct tx *tx, struct ctx *c)
{
    id order;
    TRY(id_param(c, &order));
    struct act x = ACT(tx, c);
    TRY(mkt_order_activate(&x, order, in_text(&c->in, "invoice"), in_bool(&c->in, "own_share_received")));
    return order_answer(tx, c, order);
}

/* ---- first use ---- */

INPUT(usage_in,
      {.name = "order", .type = F_TEXT, .required = true, .min = MKT_NUMBER, .max = 30, .label = N_("Order number")},
      {.name = "id", .type = F_TEXT, .required = true, .min = 1, .max = 64, .label = N_("Your number of this report")},
      {.name = "used_at", .type = F_TEXT, .max = 40, .label = N_("When the service was first used (RFC 3339)")});

static rc usage_write(struct tx *tx, struct ctx *c)
{
    const struct input *in = &c->in;
    instant used_at = 0;
    if (in_given(in, "used_at") && instant_parse(in_text(in, "used_at"), &used_at) != OK)
        return ERR_FIELD(&c->err, "used_at", "MKT-042",
                         N_("This is not a time: write it like 2026-05-01T08:30:00+08:00."));
    struct act x = ACT(tx, c);
    TRY(mkt_usage_report(&x, in_text(in, "order"), in_text(in, "id"), used_at, "api"));
    struct mkt_order r;
    TRY(mkt_order_by_number(tx, &c->session, in_text(in, "order"), &r, c->arena));
    return order_answer(tx, c, r.id);
}

static rc usage_hook_write(struct tx *tx, struct ctx *c)
{
    id vendor;
    TRY(id_param(c, &vendor));
    struct act x = ACT(tx, c);
    TRY(mkt_usage_webhook(&x, c->app, vendor, request_header(c->req, "Rise-Signature"), c->req->body));
    struct json_out o = answer(c);
    jo_kbool(&o, "received", true);
    return answered(c, &o);
}

/* ---- schemas of the answers (JSON Schema) ---- */

#define ORDER_PROPERTIES                                                                                               \
    "\"id\":{\"type\":\"string\"},\"number\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"},"                   \
    "\"firm_ubn\":{\"type\":\"string\"},\"firm_name\":{\"type\":\"string\"},\"solution\":{\"type\":\"string\"},"       \
    "\"solution_name\":{\"type\":\"string\"},\"plan\":{\"type\":\"string\"},\"plan_name\":{\"type\":\"string\"},"      \
    "\"price\":{\"type\":\"integer\"},\"points\":{\"type\":\"integer\"},\"own_share\":{\"type\":\"integer\"},"         \
    "\"months\":{\"type\":\"integer\"},\"placed\":{\"type\":\"string\",\"format\":\"date-time\"},"                     \
    "\"accepted\":{\"type\":\"string\",\"format\":\"date-time\"},\"activated\":{\"type\":\"string\",\"format\":"       \
    "\"date-time\"},\"used\":{\"type\":\"string\",\"format\":\"date-time\"},\"captured\":{\"type\":\"string\","        \
    "\"format\":\"date-time\"},\"due\":{\"type\":\"string\",\"format\":\"date-time\"}"
#define ORDER_SCHEMA                                                                                                   \
    "{\"type\":\"object\",\"required\":[\"id\",\"number\",\"state\"],\"properties\":{" ORDER_PROPERTIES "}}"

static const char order_schema[] = ORDER_SCHEMA;
static const char orders_schema[] = "{\"type\":\"object\",\"required\":[\"orders\"],\"properties\":{\"orders\":{"
                                    "\"type\":\"array\",\"items\":" ORDER_SCHEMA "}}}";
static const char catalogue_schema[] =
    "{\"type\":\"object\",\"required\":[\"total\",\"solutions\"],\"properties\":{\"total\":{\"type\":\"integer\"},"
    "\"solutions\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"name\",\"price\"],"
    "\"properties\":{"
    "\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"price\":{\"type\":\"integer\"},"
    "\"points\":{\"type\":\"integer\"},\"own_share\":{\"type\":\"integer\"}}}}}}";
static const char solution_schema[] =
    "{\"type\":\"object\",\"required\":[\"id\",\"name\",\"plans\"],\"properties\":{\"id\":{\"type\":\"string\"},"
    "\"name\":{\"type\":\"string\"},\"plans\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}}";
static const char eligibility_schema[] = "{\"type\":\"object\",\"required\":[\"verdict\",\"criteria\"],\"properties\":{"
                                         "\"verdict\":{\"enum\":[\"pass\",\"fail\","
                                         "\"unknown\"]},\"criteria\":{\"type\":\"array\",\"items\":{\"type\":"
                                         "\"object\"}},\"next_question\":{\"type\":\"string\"},"
                                         "\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}}}}";
static const char received_schema[] =
    "{\"type\":\"object\",\"required\":[\"received\"],\"properties\":{\"received\":{\"type\":\"boolean\"}}}";

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/api/market/solutions",
     .perm = PUBLIC,
     .in = &catalogue_in,
     .read = catalogue_read,
     .summary = N_("Search the catalogue"),
     .flags = ROUTE_API,
     .reply_schema = catalogue_schema},
    {.method = HTTP_GET,
     .path = "/api/market/solutions/{id}",
     .perm = PUBLIC,
     .read = solution_read,
     .summary = N_("One solution with its plans"),
     .flags = ROUTE_API,
     .reply_schema = solution_schema},
    {.method = HTTP_GET,
     .path = "/api/market/eligibility",
     .perm = PUBLIC,
     .in = &eligibility_in,
     .read = eligibility_read,
     .summary = N_("Check facts against the programme's criteria"),
     .flags = ROUTE_API,
     .reply_schema = eligibility_schema},
    {.method = HTTP_GET,
     .path = "/api/market/orders",
     .perm = AS_FIRM | AS_VENDOR | AS_OFFICER | AS_AUDITOR,
     .in = &orders_in,
     .read = orders_read,
     .summary = N_("The caller's orders, newest first"),
     .flags = ROUTE_API,
     .reply_schema = orders_schema},
    {.method = HTTP_GET,
     .path = "/api/market/orders/{id}",
     .perm = AS_FIRM | AS_VENDOR | AS_OFFICER | AS_AUDITOR,
     .read = order_read,
     .summary = N_("One order"),
     .flags = ROUTE_API,
     .reply_schema = order_schema},
    {.method = HTTP_POST,
     .path = "/api/market/orders/{id}/accept",
     .perm = AS_VENDOR,
     .write = accept_write,
     .summary = N_("Accept an order"),
     .flags = ROUTE_API,
     .reply_schema = order_schema},
    {.method = HTTP_POST,
     .path = "/api/market/orders/{id}/decline",
     .perm = AS_VENDOR,
     .in = &decline_in,
     .write = decline_write,
     .summary = N_("Decline an order; the points return to the buyer"),
     .flags = ROUTE_API,
     .reply_schema = order_schema},
    {.method = HTTP_POST,
     .path = "/api/market/orders/{id}/activate",
     .perm = AS_VENDOR,
     .in = &activate_in,
     .write = activate_write,
     .summary = N_("Activate the service"),
     .flags = ROUTE_API,
     .reply_schema = order_schema},
    {.method = HTTP_POST,
     .path = "/api/market/usage",
     .perm = AS_VENDOR,
     .in = &usage_in,
     .write = usage_write,
     .summary = N_("Report the first use of an ordered service"),
     .flags = ROUTE_API | ROUTE_IDEMPOTENT,
     .reply_schema = order_schema},
    {.method = HTTP_POST,
     .path = "/api/market/vendors/{id}/usage",
     .perm = PUBLIC,
     .in = &usage_in,
     .write = usage_hook_write,
     .summary = N_("Report the first use by a signed webhook (Rise-Signature)"),
     .flags = ROUTE_API | ROUTE_NO_CSRF | ROUTE_IDEMPOTENT,
     .reply_schema = received_schema},
};

const struct route_table mkt_api_routes = {"market", routes, sizeof routes / sizeof routes[0]};
