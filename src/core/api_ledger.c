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

static rc transfer_asked(struct tx *tx, struct ctx *c, struct transfer *t)
{
    const struct input *in = &c->in;
    const char *unit = in_choice(in, "unit");
    *t = (struct transfer){.id = id_new(),
                           .debit = in_int(in, "from"),
                           .credit = in_int(in, "to"),
                           .amount = {in_int(in, "amount"), UNIT_POINT},
                           .kind = "transfer",
                           .at = tx_now(tx)};
    if (unit)
        TRY(unit_parse(str_of(unit), &t->amount.unit));
    if (t->debit == t->credit)
        return ERR_FIELD(&c->err, "to", "LED-010", N_("The two accounts must differ."));
    return OK;
}

/* The ledger takes another unit for our mistake; here the caller named it. */
static rc refusal(struct ctx *c, rc why)
{
    return why == E_INTERNAL ? ERR_FIELD(&c->err, "unit", "LED-006", N_("The accounts do not hold this unit.")) : why;
}

static rc put_record(struct buf *out, const struct ctx *c, const struct transfer *t)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o); /* keys in order: the record is canonical JSON */
    jo_kint(&o, "amount", t->amount.n);
    jo_kid(&o, "from", t->debit);
    jo_kstr(&o, "ref", in_text(&c->in, "ref"));
    jo_kid(&o, "to", t->credit);
    jo_kid(&o, "transfer", t->id);
    jo_kstr(&o, "unit", str_of(unit_code(t->amount.unit)));
    jo_end_obj(&o);
    return buf_rc(out);
}

static rc transfer_reply(struct ctx *c, const struct log_event *e)
{
    struct json_out o;
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kid(&o, "id", e->ref);
    jo_kid(&o, "entry", e->entry);
    jo_end_obj(&o);
    return reply_json(c, 201);
}

static const char transferred[] = "ledger.transfer";
enum { RECORD_CAP = 2048 };

static rc transfer_write(struct tx *tx, struct ctx *c)
{
    struct transfer t;
    TRY(transfer_asked(tx, c, &t));
    rc posted = ledger_post(tx, &t);
    if (posted != OK)
        return refusal(c, posted);
    BUF_SCOPED record = BUF_INIT(RECORD_CAP);
    TRY(put_record(&record, c, &t));
    struct log_event e = {.what = transferred, .ref = t.id, .record = buf_str(&record)};
    TRY(log_append(tx, e.what, e.ref, e.record, &e.entry));
    return transfer_reply(c, &e);
}

/* ---- many at once ---- */

struct transfers {
    struct ctx *const *c;
    rc *result;
};

static void transfer_refused(size_t i, void *arg)
{
    const struct transfers *all = arg;
    all->result[i] = refusal(all->c[i], all->result[i]);
    write_refused(all->c[i], all->result[i]);
}

static rc append_records(struct tx *tx, const struct transfers *all, const struct transfer *t, size_t n,
                         struct log_event *events)
{
    size_t made = 0;
    BUF_SCOPED record = BUF_INIT(RECORD_CAP);
    for (size_t i = 0; i < n; i++) {
        if (all->result[i] != OK)
            continue;
        struct arena *a = all->c[i]->arena;
        buf_clear(&record);
        TRY(put_record(&record, all->c[i], &t[i]));
        events[made] =
            (struct log_event){.what = transferred, .ref = t[i].id, .record = arena_str(a, buf_str(&record))};
        TRY(arena_rc(a));
        made++;
    }
    return log_append_all(tx, events, made);
}

static rc transfer_write_all(struct tx *tx, struct ctx *const *c, size_t n, rc *result)
{
    struct transfers all = {c, result};
    struct transfer *t = ARENA_ARRAY(c[0]->arena, n, struct transfer);
    struct log_event *events = ARENA_ARRAY(c[0]->arena, n, struct log_event);
    if (!t || !events)
        return arena_rc(c[0]->arena);
    for (size_t i = 0; i < n; i++) {
        result[i] = transfer_asked(tx, c[i], &t[i]);
        if (result[i] != OK)
            write_refused(c[i], result[i]);
    }
    TRY(ledger_post_each(tx, t, n, result, transfer_refused, &all));
    TRY(append_records(tx, &all, t, n, events));
    for (size_t i = 0, made = 0; i < n; i++)
        if (result[i] == OK)
            TRY(transfer_reply(c[i], &events[made++]));
    return OK;
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
     .write_all = transfer_write_all,
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
