/* Transfers by programs: POST /api/ledger/transfers. One durable transaction holds the idempotency key, the balance
 * check, the transfer with both postings, and the public log's entry. */
#include "core/ledger.h"
#include "core/module.h"
#include "core/publiclog.h"
#include "sys/random.h"

static const struct choice units[] = {{"PT", N_("points")}, {"TWD", N_("New Taiwan dollars")}, {NULL, NULL}};

INPUT(transfer_in, {.name = "from", .type = F_ID, .required = true, .label = N_("Account that gives")},
      {.name = "to", .type = F_ID, .required = true, .label = N_("Account that receives")},
      {.name = "amount", .type = F_MONEY, .required = true, .min = 1, .max = LEDGER_MAX, .label = N_("Amount")},
      {.name = "unit", .type = F_CHOICE, .choices = units, .label = N_("Unit; points when not given")},
      {.name = "ref", .type = F_TEXT, .max = 64, .label = N_("Your reference")});

static const char transfer_schema[] =
    "{\"type\":\"object\",\"required\":[\"id\",\"entry\"],\"properties\":{"
    "\"id\":{\"type\":\"string\",\"description\":\"The transfer\"},"
    "\"entry\":{\"type\":\"string\",\"description\":\"Its entry in the public log\"}}}";

static const char id_schema[] =
    "{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"string\"}}}";

static const char account_schema[] =
    "{\"type\":\"object\",\"required\":[\"id\",\"kind\",\"unit\",\"balance\",\"held\"],\"properties\":{"
    "\"id\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"},\"unit\":{\"type\":\"string\",\"enum\":[\"PT\","
    "\"TWD\"]},"
    "\"balance\":{\"type\":\"integer\"},\"held\":{\"type\":\"integer\"},\"floor\":{\"type\":[\"integer\",\"null\"]}}}";

static void jo_kid(struct json_out *o, const char *key, id v)
{
    char text[ID_TEXT + 1];
    id_text(v, text);
    jo_kstr(o, key, str_n(text, ID_TEXT));
}

static rc append_record(struct tx *tx, const struct ctx *c, const struct transfer *t, id *entry)
{
    BUF_SCOPED record = BUF_INIT(2048);
    struct json_out o;
    jo_begin(&o, &record);
    jo_obj(&o); /* keys in order: the record is canonical JSON */
    jo_kint(&o, "amount", t->amount.n);
    jo_kid(&o, "from", t->debit);
    jo_kstr(&o, "ref", in_text(&c->in, "ref"));
    jo_kid(&o, "to", t->credit);
    jo_kid(&o, "transfer", t->id);
    jo_kstr(&o, "unit", str_of(unit_code(t->amount.unit)));
    jo_end_obj(&o);
    TRY(buf_rc(&record));
    return log_append(tx, "ledger.transfer", t->id, buf_str(&record), entry);
}

static rc transfer_write(struct tx *tx, struct ctx *c)
{
    const struct input *in = &c->in;
    const char *unit = in_choice(in, "unit");
    struct transfer t = {.id = id_new(),
                         .debit = in_int(in, "from"),
                         .credit = in_int(in, "to"),
                         .amount = {in_int(in, "amount"), UNIT_POINT},
                         .kind = "transfer",
                         .at = tx_now(tx)};
    if (unit)
        TRY(unit_parse(str_of(unit), &t.amount.unit));
    if (t.debit == t.credit)
        return ERR_FIELD(&c->err, "to", "LED-010", N_("The two accounts must differ."));
    rc posted = ledger_post(tx, &t);
    if (posted == E_INTERNAL) /* the ledger takes another unit for our mistake; here the caller named it */
        return ERR_FIELD(&c->err, "unit", "LED-006", N_("The accounts do not hold this unit."));
    TRY(posted);
    id entry;
    TRY(append_record(tx, c, &t, &entry));
    struct json_out o;
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kid(&o, "id", t.id);
    jo_kid(&o, "entry", entry);
    jo_end_obj(&o);
    return reply_json(c, 201);
}

INPUT(
    open_in,
    {.name = "kind", .type = F_TEXT, .required = true, .max = LEDGER_KIND_MAX, .label = N_("What the account is for")},
    {.name = "unit", .type = F_CHOICE, .choices = units, .label = N_("Unit; points when not given")},
    {.name = "owner", .type = F_ID, .label = N_("Organisation it belongs to; the caller's when not given")},
    {.name = "source", .type = F_BOOL, .label = N_("A source, whose balance may fall below zero without limit")});

static rc open_write(struct tx *tx, struct ctx *c)
{
    const struct input *in = &c->in;
    const char *unit = in_choice(in, "unit");
    struct ledger_account a = {.id = id_new(),
                               .owner = in_given(in, "owner") ? in_int(in, "owner") : c->session.party,
                               .kind = in_text(in, "kind"),
                               .unit = UNIT_POINT,
                               .floor = in_bool(in, "source") ? LEDGER_NO_FLOOR : 0};
    if (unit)
        TRY(unit_parse(str_of(unit), &a.unit));
    TRY(ledger_open(tx, &a));
    struct json_out o;
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kid(&o, "id", a.id);
    jo_end_obj(&o);
    return reply_json(c, 201);
}

static rc account_read(struct ctx *c)
{
    id account;
    if (id_parse(request_param(c->req, "id"), &account) != OK)
        return E_NOTFOUND;
    struct ledger_account a;
    TRY(ledger_get(c->tx, account, &a, c->arena));
    struct json_out o;
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kid(&o, "id", a.id);
    jo_kstr(&o, "kind", a.kind);
    jo_kstr(&o, "unit", str_of(unit_code(a.unit)));
    jo_kint(&o, "balance", a.balance);
    jo_kint(&o, "held", a.held);
    jo_key(&o, "floor");
    if (a.floor == LEDGER_NO_FLOOR)
        jo_null(&o);
    else
        jo_int(&o, a.floor);
    jo_end_obj(&o);
    return reply_json(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_POST,
     .path = "/api/ledger/transfers",
     .perm = AS_OFFICER | AS_ADMIN,
     .in = &transfer_in,
     .write = transfer_write,
     .summary = N_("Transfer between two accounts of the ledger"),
     .flags = ROUTE_API,
     .reply_schema = transfer_schema},
    {.method = HTTP_POST,
     .path = "/api/ledger/accounts",
     .perm = AS_ADMIN,
     .in = &open_in,
     .write = open_write,
     .summary = N_("Open an account in the ledger"),
     .flags = ROUTE_API,
     .reply_schema = id_schema},
    {.method = HTTP_GET,
     .path = "/api/ledger/accounts/{id}",
     .perm = AS_OFFICER | AS_ADMIN | AS_AUDITOR,
     .read = account_read,
     .summary = N_("One account of the ledger"),
     .flags = ROUTE_API,
     .reply_schema = account_schema},
};

const struct module ledger_module = {
    .name = "ledger", .title = N_("Ledger"), .routes = routes, .n_routes = sizeof routes / sizeof routes[0]};
