/* Orders: reading them, and the one guarded step that every move goes through. */
#include <stdio.h>

#include "base/vec.h"
#include "mod/market/parts.h"
#include "sys/random.h"

#define ORDER_COLS                                                                                                     \
    "id, programme, firm, vendor, solution, plan, grant_id, hold, renewal_of, renewed_by, payout, number, state, "     \
    "firm_name,"                                                                                                       \
    " firm_ubn, vendor_name, vendor_name_en, solution_name, solution_name_en, plan_name, plan_name_en, "               \
    "contract_hash, invoice,"                                                                                          \
    " usage_source, price, points, own, months, plan_version, contract_version, placed, accepted, activated, used, "   \
    "captured,"                                                                                                        \
    " changed, due, ends, rated"
#define ORDER_TYPES "iiiiiiiiiiitttttttttttttiiiiiiiiiiiiiii"

QUERY(mq_order_get, "i", ORDER_TYPES, "SELECT " ORDER_COLS " FROM market_order WHERE id = $1");
QUERY(mq_order_by_number, "t", ORDER_TYPES, "SELECT " ORDER_COLS " FROM market_order WHERE number = $1");
QUERY(
    mq_orders_firm, "itii", ORDER_TYPES,
    "SELECT " ORDER_COLS
    " FROM market_order WHERE firm = $1 AND ($2 = '' OR state = $2) AND ($3 = 0 OR id < $3) ORDER BY id DESC LIMIT $4");
QUERY(mq_orders_vendor, "itii", ORDER_TYPES,
      "SELECT " ORDER_COLS " FROM market_order WHERE vendor = $1 AND ($2 = '' OR state = $2) AND ($3 = 0 OR id < $3) "
      "ORDER BY id DESC LIMIT $4");
QUERY(mq_orders_all, "tii", ORDER_TYPES,
      "SELECT " ORDER_COLS
      " FROM market_order WHERE ($1 = '' OR state = $1) AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3");
QUERY(mq_counts_firm, "i", "ti",
      "SELECT state, COUNT(*) FROM market_order WHERE firm = $1 GROUP BY state ORDER BY state");
QUERY(mq_counts_vendor, "i", "ti",
      "SELECT state, COUNT(*) FROM market_order WHERE vendor = $1 GROUP BY state ORDER BY state");
QUERY(mq_counts_all, "", "ti", "SELECT state, COUNT(*) FROM market_order GROUP BY state ORDER BY state");
QUERY(mq_order_step, "ittiittii", "",
      "UPDATE market_order SET state = $2, due = $4, changed = $5,"
      " accepted = CASE WHEN $2 = 'accepted' THEN $5 ELSE accepted END,"
      " activated = CASE WHEN $2 = 'activated' THEN $5 ELSE activated END,"
      " used = CASE WHEN $2 = 'used' THEN $9 ELSE used END,"
      " captured = CASE WHEN $2 = 'captured' AND captured = 0 THEN $5 ELSE captured END,"
      " invoice = CASE WHEN $6 = '' THEN invoice ELSE $6 END,"
      " usage_source = CASE WHEN $7 = '' THEN usage_source ELSE $7 END,"
      " ends = CASE WHEN $8 = 0 THEN ends ELSE $8 END"
      " WHERE id = $1 AND state = $3");
QUERY(mq_order_event_add, "iittittii", "",
      "INSERT INTO market_order_event (id, order_id, move, to_state, account, by_name, reason, at, log_entry)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
QUERY(mq_order_events, "i", "iittttii",
      "SELECT id, at, move, reason, by_name, to_state, log_entry, order_id FROM market_order_event WHERE order_id = $1 "
      "ORDER BY id LIMIT 200");

enum { REASON_MAX = 1000, LIST_MAX = 200 };

static rc take(struct rows *r, struct mkt_order *o, struct arena *a)
{
    *o = (struct mkt_order){.id = row_int(r, 0),
                            .programme = row_int(r, 1),
                            .firm = row_int(r, 2),
                            .vendor = row_int(r, 3),
                            .solution = row_int(r, 4),
                            .plan = row_int(r, 5),
                            .grant = row_int(r, 6),
                            .hold = row_int(r, 7),
                            .renewal_of = row_int(r, 8),
                            .renewed_by = row_int(r, 9),
                            .payout = row_int(r, 10),
                            .number = row_dup(r, 11, a),
                            .firm_name = row_dup(r, 13, a),
                            .firm_ubn = row_dup(r, 14, a),
                            .vendor_name = row_dup(r, 15, a),
                            .vendor_name_en = row_dup(r, 16, a),
                            .solution_name = row_dup(r, 17, a),
                            .solution_name_en = row_dup(r, 18, a),
                            .plan_name = row_dup(r, 19, a),
                            .plan_name_en = row_dup(r, 20, a),
                            .invoice = row_dup(r, 22, a),
                            .usage_source = row_dup(r, 23, a),
                            .price = twd(row_int(r, 24)),
                            .points = points(row_int(r, 25)),
                            .own = twd(row_int(r, 26)),
                            .months = row_int(r, 27),
                            .plan_version = row_int(r, 28),
                            .contract_version = row_int(r, 29),
                            .placed = row_int(r, 30),
                            .accepted = row_int(r, 31),
                            .activated = row_int(r, 32),
                            .used = row_int(r, 33),
                            .captured = row_int(r, 34),
                            .changed = row_int(r, 35),
                            .due = row_int(r, 36),
                            .ends = (day)row_int(r, 37),
                            .rated = row_int(r, 38) != 0};
    str hash = row_text(r, 21);
    if (hash.n + 1 != sizeof o->contract_hash || !mkt_order_state_parse(row_text(r, 12), &o->state))
        return E_CORRUPT;
    memcpy(o->contract_hash, hash.p, hash.n);
    return o->usage_source.p ? OK : arena_rc(a);
}

static rc one(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct mkt_order *out,
              struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, q, v, n, &r));
    rc t = take(&r, out, a);
    TRY(rows_end(&r));
    return t;
}

rc mkt_order_load(struct tx *tx, id order, struct mkt_order *out, struct arena *a)
{
    return one(tx, &mq_order_get, VALS(v_int(order)), out, a);
}

static bool visible(const struct mkt_order *o, const struct session *by)
{
    if (by->perms & (AS_OFFICER | AS_ADMIN | AS_AUDITOR))
        return true;
    return (by->party == o->firm && (by->perms & AS_FIRM)) || (by->party == o->vendor && (by->perms & AS_VENDOR));
}

rc mkt_order_get(struct tx *tx, const struct session *by, id order, struct mkt_order *out, struct arena *a)
{
    TRY(mkt_order_load(tx, order, out, a));
    return visible(out, by) ? OK : E_NOTFOUND;
}

rc mkt_order_by_number(struct tx *tx, const struct session *by, str typed, struct mkt_order *out, struct arena *a)
{
    char number[MKT_NUMBER + 1];
    if (mkt_number_parse(typed, number) != OK)
        return ERR_FIELD(tx_err(tx), "order", "MKT-020",
                         N_("This is not an order number: the check characters at its end do not match."));
    rc r = one(tx, &mq_order_by_number, VALS(v_text(str_of(number))), out, a);
    if (r == E_NOTFOUND || (r == OK && !visible(out, by)))
        return ERR(tx_err(tx), E_NOTFOUND, "MKT-020", N_("You have no order with this number."));
    return r;
}

rc mkt_order_events(struct tx *tx, id order, struct mkt_order_event **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_order_events, VALS(v_int(order)), &r));
    VEC(struct mkt_order_event) v = {0};
    while (rows_next(&r)) {
        struct mkt_order_event *e = VEC_ADD(&v, a);
        if (!e)
            break;
        *e = (struct mkt_order_event){.id = row_int(&r, 0),
                                      .at = row_int(&r, 1),
                                      .move = row_dup(&r, 2, a),
                                      .reason = row_dup(&r, 3, a),
                                      .by_name = row_dup(&r, 4, a),
                                      .log_entry = row_int(&r, 6)};
        if (!mkt_order_state_parse(row_text(&r, 5), &e->to))
            e->to = MKT_PLACED;
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return arena_rc(a);
}

rc mkt_orders(struct tx *tx, enum mkt_side side, id party, str state, id after, int64_t limit, struct mkt_order **out,
              size_t *n, struct arena *a)
{
    struct rows r;
    struct val v_state = v_text(state.p ? state : STR_EMPTY);
    limit = limit < LIST_MAX ? limit : LIST_MAX;
    if (side == MKT_OF_ALL)
        TRY(db_select(tx, &mq_orders_all, VALS(v_state, v_int(after), v_int(limit)), &r));
    else
        TRY(db_select(tx, side == MKT_OF_FIRM ? &mq_orders_firm : &mq_orders_vendor,
                      VALS(v_int(party), v_state, v_int(after), v_int(limit)), &r));
    VEC(struct mkt_order) v = {0};
    rc t = OK;
    while (t == OK && rows_next(&r)) {
        struct mkt_order *o = VEC_ADD(&v, a);
        t = o ? take(&r, o, a) : arena_rc(a);
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return t;
}

rc mkt_order_counts(struct tx *tx, enum mkt_side side, id party, int64_t by_state[MKT_ORDER_STATES])
{
    struct rows r;
    for (int i = 0; i < MKT_ORDER_STATES; i++)
        by_state[i] = 0;
    if (side == MKT_OF_ALL)
        TRY(db_select(tx, &mq_counts_all, NOVALS, &r));
    else
        TRY(db_select(tx, side == MKT_OF_FIRM ? &mq_counts_firm : &mq_counts_vendor, VALS(v_int(party)), &r));
    while (rows_next(&r)) {
        enum mkt_order_state s;
        if (mkt_order_state_parse(row_text(&r, 0), &s))
            by_state[s] = row_int(&r, 1);
    }
    return rows_end(&r);
}

/* ---- the guarded step ---- */

rc mkt_order_event(const struct act *x, const struct mkt_order *o, const char *move, str reason)
{
    id entry;
    char what[64];
    snprintf(what, sizeof what, "market.order.%s", move);
    TRY(act_log(x, what, o->id,
                KVS(kv_text("number", o->number), kv_text("state", str_of(mkt_order_state_name(o->state))),
                    kv_text("firm", o->firm_ubn), kv_text("vendor", o->vendor_name),
                    kv_text("solution", o->solution_name), kv_int("price", o->price.n), kv_int("points", o->points.n),
                    kv_int("own", o->own.n), kv_int("contract_version", o->contract_version),
                    kv_text("contract_sha256", str_of(o->contract_hash))),
                &entry));
    return db_exec(x->tx, &mq_order_event_add,
                   VALS(v_int(id_new()), v_int(o->id), v_text(str_of(move)),
                        v_text(str_of(mkt_order_state_name(o->state))), v_int(x->by->account),
                        v_text(x->by->name.p ? x->by->name : STR_EMPTY), v_text(reason), v_int(x->at), v_int(entry)),
                   NULL);
}

rc mkt_order_step(const struct act *x, struct mkt_order *o, const struct mkt_step *s)
{
    str reason = s->reason.p ? s->reason : STR_EMPTY;
    check_text(tx_err(x->tx), "reason", reason, REASON_MAX, false);
    TRY(tx_err(x->tx)->code);
    int64_t n;
    instant used = s->used_at ? s->used_at : x->at;
    TRY(db_exec(x->tx, &mq_order_step,
                VALS(v_int(o->id), v_text(str_of(mkt_order_state_name(s->to))),
                     v_text(str_of(mkt_order_state_name(o->state))), v_int(s->due), v_int(x->at),
                     v_text(s->invoice.p ? s->invoice : STR_EMPTY), v_text(str_of(s->usage_source)), v_int(s->ends),
                     v_int(used)),
                &n));
    if (n == 0)
        return act_wrong_state(x);
    o->state = s->to;
    o->due = s->due;
    o->changed = x->at;
    return mkt_order_event(x, o, s->move, reason);
}

rc mkt_order_tell(const struct act *x, const struct mkt_order *o, bool firm, const char *subject, const char *body)
{
    char text[ID_TEXT + 1];
    id_text(o->id, text);
    BUF_SCOPED number = BUF_INIT(64);
    mkt_number_show(o->number, &number);
    str args[] = {buf_str(&number), o->solution_name, firm ? o->vendor_name : o->firm_name,
                  day_text(x->a, o->due ? o->due : x->at)};
    return notice_party(x->tx, firm ? o->firm : o->vendor, firm ? AS_FIRM : AS_VENDOR,
                        &(struct notice){.subject = subject,
                                         .body = body,
                                         .args = args,
                                         .n_args = 4,
                                         .path = arena_printf(x->a, "/market/orders/%s", text)});
}
