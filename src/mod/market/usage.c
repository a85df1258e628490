/* First use: the proof on which points are paid. Reported by the vendor's systems, or confirmed by the buyer. */
#include "base/json.h"
#include "mod/market/parts.h"
#include "sys/random.h"

QUERY(mq_usage_find, "it", "i", "SELECT order_id FROM market_usage WHERE vendor = $1 AND external_id = $2");
QUERY(mq_usage_add, "iiittii", "",
      "INSERT INTO market_usage (id, order_id, vendor, external_id, source, used_at, at) VALUES ($1, $2, $3, $4, $5, "
      "$6, $7)");
QUERY(mq_usage_secret, "i", "B", "SELECT usage_secret FROM market_vendor WHERE party = $1");

enum { EXTERNAL_ID_MAX = 100, BODY_MAX = 16384 };

static rc add(const struct act *x, const struct mkt_order *o, str external_id, const char *source, instant used_at)
{
    return db_exec(x->tx, &mq_usage_add,
                   VALS(v_int(id_new()), v_int(o->id), v_int(o->vendor), v_text(external_id), v_text(str_of(source)),
                        v_int(used_at), v_int(x->at)),
                   NULL);
}

rc mkt_usage_confirm(const struct act *x, id order)
{
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.firm, AS_FIRM));
    if (o.state != MKT_ACTIVATED)
        return act_wrong_state(x);
    /* The order's number cannot clash with a vendor's own ids: those are checked not to begin so. */
    TRY(add(x, &o, arena_printf(x->a, "buyer:%.*s", STR_ARG(o.number)), "buyer", x->at));
    return mkt_order_first_use(x, &o, "buyer", x->at);
}

static rc check_report(const struct act *x, const struct mkt_order *o, instant used_at)
{
    if (o->vendor != x->by->party)
        return ERR(tx_err(x->tx), E_NOTFOUND, "MKT-020", N_("You have no order with this number."));
    if (o->activated != 0 && (used_at < o->activated || used_at > x->at + 5 * MINUTE)) /* clocks differ a little */
        return ERR_FIELD(tx_err(x->tx), "used_at", "MKT-042", N_("The first use must lie between activation and now."));
    return OK;
}

rc mkt_usage_report(const struct act *x, str number, str external_id, instant used_at, const char *source)
{
    TRY(act_for_party(x, x->by->party, AS_VENDOR));
    struct err *e = tx_err(x->tx);
    check_text(e, "id", external_id, EXTERNAL_ID_MAX, true);
    if (str_starts(external_id, STR("buyer:")))
        TRY(ERR_FIELD(e, "id", "MKT-019", N_("This id is reserved.")));
    TRY(e->code);
    struct mkt_order o;
    TRY(mkt_order_by_number(x->tx, x->by, number, &o, x->a));
    instant when = used_at ? used_at : x->at;
    int64_t had;
    rc r = db_one_int(x->tx, &mq_usage_find, VALS(v_int(x->by->party), v_text(external_id)), &had);
    if (r == OK)
        return had == o.id ? OK : ERR_FIELD(e, "id", "MKT-019", N_("This id was used for another order already."));
    if (r != E_NOTFOUND)
        return r;
    TRY(check_report(x, &o, when));
    if (o.used != 0) /* a further report, or the buyer was faster: keep it as evidence, nothing changes */
        return add(x, &o, external_id, source, when);
    if (o.state != MKT_ACTIVATED)
        return act_wrong_state(x);
    TRY(add(x, &o, external_id, source, when));
    return mkt_order_first_use(x, &o, source, when);
}

static rc load_secret(const struct act *x, struct app *app, id vendor, struct buf *out)
{
    struct rows r;
    BUF_SCOPED sealed = BUF_INIT(1024);
    TRY(db_one(x->tx, &mq_usage_secret, VALS(v_int(vendor)), &r));
    if (row_null(&r, 0)) {
        rc e = rows_end(&r);
        return e == OK ? E_NOTFOUND : e;
    }
    buf_put(&sealed, row_text(&r, 0));
    TRY(rows_end(&r));
    TRY(buf_rc(&sealed));
    return unseal(&app->seal, mkt_secret_context(x->a, vendor), buf_str(&sealed), out);
}

rc mkt_usage_webhook(const struct act *x, struct app *app, id vendor, str header, str body)
{
    struct err *e = tx_err(x->tx);
    BUF_SCOPED secret = BUF_INIT(512);
    rc found = load_secret(x, app, vendor, &secret);
    /* One answer for "no such vendor", "no secret" and "wrong signature": nothing to learn by trying. */
    if (found == E_NOTFOUND || (found == OK && !webhook_verify(buf_str(&secret), header, body, x->at)))
        return ERR(e, E_DENIED, "MKT-028",
                   N_("The signature does not match: check the secret and the clock of the sender."));
    TRY(found);
    const struct json *j;
    TRY(json_parse(x->a, body, BODY_MAX, &j, e));
    instant used_at = 0;
    str when = json_str(json_get(j, "used_at"));
    if (when.p && instant_parse(when, &used_at) != OK)
        return ERR_FIELD(e, "used_at", "MKT-042", N_("This is not a time: write it like 2026-05-01T08:30:00+08:00."));
    struct session as_vendor = {.party = vendor, .perms = PUBLIC | AS_VENDOR, .name = STR("webhook")};
    struct act act = {.tx = x->tx, .a = x->a, .by = &as_vendor, .at = x->at};
    return mkt_usage_report(&act, json_str(json_get(j, "order")), json_str(json_get(j, "id")), used_at, "webhook");
}
