/* Payouts: what is payable goes to the vendor's bank, once per vendor and day; statements and the bank's file. */
#include "base/csv.h"
#include "base/vec.h"
#include "mod/market/parts.h"
#include "sys/random.h"

/* What is captured and not disputed. A vendor that was paid on this day already waits for the next. */
#define UNPAID                                                                                                         \
    " o.programme = $1 AND o.payout = 0 AND o.captured > 0 AND o.captured < $2 AND o.state IN ('captured', 'closed') " \
    "AND o.points > 0"
QUERY(mq_unpaid, "iii", "iii",
      "SELECT o.vendor, CAST(SUM(o.points) AS BIGINT), COUNT(*) FROM market_order o WHERE" UNPAID
      " AND NOT EXISTS (SELECT 1 FROM market_payout p WHERE p.programme = $1 AND p.on_day = $3 AND p.vendor = o.vendor)"
      " GROUP BY o.vendor ORDER BY o.vendor");
QUERY(mq_mark_paid, "iiii", "", "UPDATE market_order AS o SET payout = $4 WHERE" UNPAID " AND o.vendor = $3");
QUERY(mq_payout_add, "iiiiiittii", "",
      "INSERT INTO market_payout (id, programme, vendor, on_day, amount, set_off, bank_code, bank_account, orders, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
#define PAYOUT_COLS                                                                                                    \
    "p.id, p.vendor, v.ubn, v.name, p.bank_code, p.bank_account, p.on_day, p.amount, p.set_off, p.orders, p.at"
#define PAYOUT_TYPES "iittttiiiii"
QUERY(mq_payouts, "iii", PAYOUT_TYPES,
      "SELECT " PAYOUT_COLS " FROM market_payout p JOIN market_vendor v ON v.party = p.vendor"
      " WHERE ($1 = 0 OR p.vendor = $1) AND ($2 = 0 OR p.on_day = $2) ORDER BY p.on_day DESC, p.id DESC LIMIT $3");
QUERY(mq_payout_file, "ii", PAYOUT_TYPES,
      "SELECT " PAYOUT_COLS " FROM market_payout p JOIN market_vendor v ON v.party = p.vendor"
      " WHERE p.programme = $1 AND p.on_day = $2 AND p.amount > 0 ORDER BY v.ubn");
QUERY(mq_statement_sums, "iii", "ti",
      "SELECT kind, CAST(SUM(points) AS BIGINT) FROM market_posting WHERE vendor = $1 AND programme = $2 AND at < $3 "
      "GROUP BY kind ORDER BY kind");
QUERY(mq_statement_lines, "iiii", "ittiti",
      "SELECT p.at, p.kind, COALESCE(o.number, ''), p.order_id, COALESCE(o.solution_name, ''), p.points FROM "
      "market_posting p"
      " LEFT JOIN market_order o ON o.id = p.order_id"
      " WHERE p.vendor = $1 AND p.programme = $2 AND p.at >= $3 AND p.at < $4 AND p.kind <> 'set-off' ORDER BY p.at, "
      "p.id LIMIT 5000");

struct due {
    id vendor;
    int64_t amount, orders;
};

static rc list_due(const struct act *x, id programme, day on, struct due **out, size_t *n)
{
    struct rows r;
    TRY(db_select(x->tx, &mq_unpaid, VALS(v_int(programme), v_int(day_start(on + 1)), v_int(on)), &r));
    VEC(struct due) v = {0};
    while (rows_next(&r)) {
        struct due *d = VEC_ADD(&v, x->a);
        if (!d)
            break;
        *d = (struct due){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2)};
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return arena_rc(x->a);
}

static rc pay_vendor(const struct act *x, const struct mkt_scheme *s, day on, const struct due *d, int64_t *paid)
{
    struct mkt_vendor v;
    struct ledger_account owed;
    id payable, receivable, payout = id_new();
    TRY(mkt_vendor_get(x->tx, d->vendor, &v, x->a));
    TRY(mkt_payee(x, s->programme, d->vendor, &payable, &receivable));
    TRY(ledger_get(x->tx, receivable, &owed, x->a));
    int64_t set_off = -owed.balance < d->amount ? -owed.balance : d->amount;
    *paid = d->amount - set_off;
    struct mkt_post p = {.programme = s->programme, .debit = payable, .vendor = d->vendor};
    p.kind = "set-off", p.credit = receivable, p.points = set_off;
    TRY(mkt_post(x, &p));
    p.kind = "payout", p.credit = s->paid, p.points = *paid;
    TRY(mkt_post(x, &p));
    TRY(db_exec(x->tx, &mq_payout_add,
                VALS(v_int(payout), v_int(s->programme), v_int(d->vendor), v_int(on), v_int(*paid), v_int(set_off),
                     v_text(v.bank_code), v_text(v.bank_account), v_int(d->orders), v_int(x->at)),
                NULL));
    TRY(db_exec(x->tx, &mq_mark_paid,
                VALS(v_int(s->programme), v_int(day_start(on + 1)), v_int(d->vendor), v_int(payout)), NULL));
    TRY(act_log(
        x, "market.payout.made", payout,
        KVS(kv_text("vendor", v.ubn), kv_int("points", *paid), kv_int("set_off", set_off), kv_int("orders", d->orders)),
        NULL));
    return notice_party(x->tx, d->vendor, AS_VENDOR,
                        &(struct notice){.subject = N_("A payout was made"),
                                         .body = N_("NT${1} for {2} orders were sent to your bank account."),
                                         .args = (const str[]){number_text(x->a, *paid), number_text(x->a, d->orders)},
                                         .n_args = 2,
                                         .path = STR("/market/vendor/statements")});
}

rc mkt_payout_run(const struct act *x, id programme, day on, int64_t *vendors, struct money *total)
{
    TRY(act_needs_officer(x));
    struct mkt_scheme s;
    struct due *due;
    size_t n;
    TRY(mkt_scheme_get(x->tx, programme, &s));
    if (on > instant_day(x->at))
        return ERR(tx_err(x->tx), E_INVALID, "MKT-052", N_("Payouts are made up to today."));
    TRY(list_due(x, programme, on, &due, &n));
    *vendors = (int64_t)n;
    *total = points(0);
    for (size_t i = 0; i < n; i++) {
        int64_t paid;
        TRY(pay_vendor(x, &s, on, &due[i], &paid));
        TRY(money_add(*total, points(paid), total));
    }
    return OK;
}

static void take(struct rows *r, struct mkt_payout *p, struct arena *a)
{
    *p = (struct mkt_payout){.id = row_int(r, 0),
                             .vendor = row_int(r, 1),
                             .ubn = row_dup(r, 2, a),
                             .vendor_name = row_dup(r, 3, a),
                             .bank_code = row_dup(r, 4, a),
                             .bank_account = row_dup(r, 5, a),
                             .on = (day)row_int(r, 6),
                             .amount = row_int(r, 7),
                             .set_off = row_int(r, 8),
                             .orders = row_int(r, 9),
                             .at = row_int(r, 10)};
}

rc mkt_payouts(struct tx *tx, id vendor, day on, int64_t limit, struct mkt_payout **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_payouts, VALS(v_int(vendor), v_int(on), v_int(limit)), &r));
    VEC(struct mkt_payout) v = {0};
    while (rows_next(&r)) {
        struct mkt_payout *p = VEC_ADD(&v, a);
        if (!p)
            break;
        take(&r, p, a);
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return arena_rc(a);
}

static void csv_head(struct buf *csv, const char *const *names, size_t n)
{
    bool first = true;
    for (size_t i = 0; i < n; i++)
        csv_put(csv, &first, str_of(names[i]));
    csv_eol(csv, &first);
}

rc mkt_payout_file(struct tx *tx, id programme, day on, struct buf *csv)
{
    static const char *const head[] = {"payout",    "day",          "vendor_ubn", "vendor",
                                       "bank_code", "bank_account", "amount_twd", "orders"};
    csv_head(csv, head, sizeof head / sizeof head[0]);
    struct rows r;
    TRY(db_select(tx, &mq_payout_file, VALS(v_int(programme), v_int(on)), &r));
    while (rows_next(&r)) {
        bool first = true;
        char number[ID_TEXT + 1];
        BUF_SCOPED date = BUF_INIT(32);
        id_text(row_int(&r, 0), number);
        buf_day(&date, (day)row_int(&r, 6));
        csv_put(csv, &first, str_of(number));
        csv_put(csv, &first, buf_str(&date));
        for (int c = 2; c <= 5; c++)
            csv_put(csv, &first, row_text(&r, c));
        csv_puti(csv, &first, row_int(&r, 7));
        csv_puti(csv, &first, row_int(&r, 9));
        csv_eol(csv, &first);
    }
    TRY(rows_end(&r));
    return buf_rc(csv);
}

/* ---- the month's statement: the vendor's net position, captured − refunded − paid; a set-off moves nothing between
 * vendor and programme ---- */

static int64_t sign_of(str kind)
{
    if (str_eq(kind, STR("capture")))
        return 1;
    return str_starts(kind, STR("refund")) || str_eq(kind, STR("payout")) ? -1 : 0;
}

static rc opening(struct tx *tx, id programme, id vendor, instant before, int64_t *out)
{
    struct rows r;
    *out = 0;
    TRY(db_select(tx, &mq_statement_sums, VALS(v_int(vendor), v_int(programme), v_int(before)), &r));
    while (rows_next(&r))
        *out += sign_of(row_text(&r, 0)) * row_int(&r, 1);
    return rows_end(&r);
}

static void add_line(struct mkt_statement *s, str kind, int64_t n)
{
    if (str_eq(kind, STR("capture")))
        s->captured += n;
    else if (str_eq(kind, STR("payout")))
        s->paid += n;
    else
        s->refunded += n;
}

rc mkt_statement(struct tx *tx, id programme, id vendor, int year, int month, struct mkt_statement *out,
                 struct arena *a)
{
    if (month < 1 || month > 12 || year < 2000 || year > 2100)
        return ERR_FIELD(tx_err(tx), "month", "MKT-033", N_("{1} is not a month."), number_text(a, month));
    struct mkt_vendor v;
    day first = day_of(year, month, 1);
    instant from = day_start(first), until = day_start(day_add_months(first, 1));
    TRY(mkt_vendor_get(tx, vendor, &v, a));
    *out = (struct mkt_statement){.vendor = vendor, .vendor_name = v.name, .ubn = v.ubn, .year = year, .month = month};
    TRY(opening(tx, programme, vendor, from, &out->opening));
    struct rows r;
    TRY(db_select(tx, &mq_statement_lines, VALS(v_int(vendor), v_int(programme), v_int(from), v_int(until)), &r));
    VEC(struct mkt_statement_line) lines = {0};
    while (rows_next(&r)) {
        struct mkt_statement_line *l = VEC_ADD(&lines, a);
        if (!l)
            break;
        *l = (struct mkt_statement_line){.at = row_int(&r, 0),
                                         .kind = row_dup(&r, 1, a),
                                         .number = row_dup(&r, 2, a),
                                         .order = row_int(&r, 3),
                                         .solution_name = row_dup(&r, 4, a),
                                         .points = sign_of(row_text(&r, 1)) * row_int(&r, 5)};
        add_line(out, l->kind, row_int(&r, 5));
    }
    TRY(rows_end(&r));
    out->lines = lines.v;
    out->n = lines.n;
    out->closing = out->opening + out->captured - out->refunded - out->paid;
    return arena_rc(a);
}

rc mkt_statement_csv(struct tx *tx, id programme, id vendor, int year, int month, struct buf *csv, struct arena *a)
{
    static const char *const head[] = {"at", "kind", "order", "solution", "points"};
    struct mkt_statement s;
    TRY(mkt_statement(tx, programme, vendor, year, month, &s, a));
    csv_head(csv, head, sizeof head / sizeof head[0]);
    for (size_t i = 0; i < s.n; i++) {
        bool first = true;
        BUF_SCOPED at = BUF_INIT(64);
        buf_local(&at, s.lines[i].at);
        csv_put(csv, &first, buf_str(&at));
        csv_put(csv, &first, s.lines[i].kind);
        csv_put(csv, &first, s.lines[i].number);
        csv_put(csv, &first, s.lines[i].solution_name);
        csv_puti(csv, &first, s.lines[i].points);
        csv_eol(csv, &first);
    }
    return buf_rc(csv);
}
