/* Reports by firms, and simple indicators with their evidence. They are shown to people who decide; nothing is refused
 * by itself.
 *
 * The indicators follow what was found elsewhere (Korea's early warning on many applications from one building,
 * Singapore's 79 shops behind one bank account, Japan's paid-back own shares). */
#include "base/vec.h"
#include "mod/market/parts.h"
#include "sys/random.h"

QUERY(mq_report_add, "iiiitti", "",
      "INSERT INTO market_report (id, order_id, vendor, firm, kind, body, state, at) VALUES ($1, $2, $3, $4, $5, $6, "
      "'open', $7)");
QUERY(mq_report_close, "it", "",
      "UPDATE market_report SET state = 'closed', finding = $2 WHERE id = $1 AND state = 'open'");
#define REPORT_TYPES "iiiittttttti"
#define REPORTS                                                                                                        \
    "SELECT t.id, t.order_id, t.vendor, t.firm, t.kind, t.body, o.number, o.vendor_name, o.firm_name, t.state, "       \
    "t.finding, t.at FROM market_report t JOIN market_order o ON o.id = t.order_id"
QUERY(mq_reports, "ii", REPORT_TYPES, REPORTS " WHERE $1 = 0 OR t.state = 'open' ORDER BY t.id DESC LIMIT $2");
QUERY(mq_report, "i", REPORT_TYPES, REPORTS " WHERE t.id = $1");

/* Each: value and number of organisations that share it, then who they are. */
#define SHARED(col, least)                                                                                             \
    " FROM market_firm WHERE " col " <> '' GROUP BY " col " HAVING COUNT(*) >= " least " ORDER BY COUNT(*) DESC, " col \
    " LIMIT 50"
QUERY(mq_same_phone, "i", "ti", "SELECT phone, COUNT(*)" SHARED("phone", "$1"));
QUERY(mq_same_address, "i", "ti", "SELECT address, COUNT(*)" SHARED("address", "$1"));
/* Domains of mail providers are shared by everybody and say nothing. */
QUERY(mq_same_domain, "i", "ti",
      "SELECT mail_domain, COUNT(*) FROM market_firm WHERE mail_domain NOT IN ('', 'gmail.com', 'hotmail.com', "
      "'outlook.com', 'yahoo.com.tw',"
      " 'yahoo.com', 'icloud.com', 'msa.hinet.net', 'livemail.tw') GROUP BY mail_domain HAVING COUNT(*) >= $1"
      " ORDER BY COUNT(*) DESC, mail_domain LIMIT 50");
QUERY(mq_same_bank, "", "ti",
      "SELECT bank_account, COUNT(*) FROM market_vendor GROUP BY bank_account HAVING COUNT(*) >= 2 ORDER BY COUNT(*) "
      "DESC, bank_account LIMIT 50");
QUERY(mq_vendor_is_buyer, "", "ti",
      "SELECT f.phone, COUNT(*) FROM market_firm f JOIN market_vendor v ON v.phone = f.phone JOIN market_order o ON "
      "o.firm = f.party AND o.vendor = v.party"
      " WHERE f.phone <> '' AND f.party <> v.party GROUP BY f.phone ORDER BY COUNT(*) DESC, f.phone LIMIT 50");
QUERY(mq_own_share, "i", "ti",
      "SELECT v.ubn, COUNT(DISTINCT t.firm) FROM market_report t JOIN market_vendor v ON v.party = t.vendor WHERE "
      "t.kind = 'own-share'"
      " GROUP BY v.ubn HAVING COUNT(DISTINCT t.firm) >= $1 ORDER BY COUNT(DISTINCT t.firm) DESC, v.ubn LIMIT 50");
#define WHO " FROM market_firm WHERE "
QUERY(mq_who_phone, "t", "itt", "SELECT party, name, ubn" WHO "phone = $1 ORDER BY party LIMIT 20");
QUERY(mq_who_address, "t", "itt", "SELECT party, name, ubn" WHO "address = $1 ORDER BY party LIMIT 20");
QUERY(mq_who_domain, "t", "itt", "SELECT party, name, ubn" WHO "mail_domain = $1 ORDER BY party LIMIT 20");
QUERY(mq_who_bank, "t", "itt",
      "SELECT party, name, ubn FROM market_vendor WHERE bank_account = $1 ORDER BY party LIMIT 20");
QUERY(mq_who_vendor_phone, "t", "itt",
      "SELECT party, name, ubn FROM market_vendor WHERE phone = $1 ORDER BY party LIMIT 20");
QUERY(mq_who_own_share, "t", "itt",
      "SELECT DISTINCT f.party, f.name, f.ubn FROM market_report t JOIN market_vendor v ON v.party = t.vendor JOIN "
      "market_firm f ON f.party = t.firm"
      " WHERE v.ubn = $1 AND t.kind = 'own-share' ORDER BY f.party LIMIT 20");

enum { TEXT_MAX = 2000 };

rc mkt_report_add(const struct act *x, id order, str kind, str text, id *out)
{
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.firm, AS_FIRM));
    if (choice_index(mkt_report_kinds, kind) < 0)
        return ERR_FIELD(tx_err(x->tx), "kind", "MKT-033", N_("Choose one of the list."));
    check_text(tx_err(x->tx), "text", text, TEXT_MAX, true);
    TRY(tx_err(x->tx)->code);
    *out = id_new();
    TRY(db_exec(
        x->tx, &mq_report_add,
        VALS(v_int(*out), v_int(order), v_int(o.vendor), v_int(o.firm), v_text(kind), v_text(text), v_int(x->at)),
        NULL));
    /* The vendor must not learn who reported: neither a notice nor the log says more than that there is a report. */
    return act_log(x, "market.report.received", *out, KVS(kv_text("kind", kind)), NULL);
}

rc mkt_report_close(const struct act *x, id report, str finding)
{
    TRY(act_needs_officer(x));
    check_text(tx_err(x->tx), "finding", finding, TEXT_MAX, true);
    TRY(tx_err(x->tx)->code);
    int64_t n;
    TRY(db_exec(x->tx, &mq_report_close, VALS(v_int(report), v_text(finding)), &n));
    if (n == 0)
        return act_wrong_state(x);
    return act_log(x, "market.report.closed", report, NULL, 0, NULL);
}

static struct mkt_report report_row(struct rows *r, struct arena *a)
{
    return (struct mkt_report){.id = row_int(r, 0),
                               .order = row_int(r, 1),
                               .vendor = row_int(r, 2),
                               .firm = row_int(r, 3),
                               .kind = row_dup(r, 4, a),
                               .text = row_dup(r, 5, a),
                               .number = row_dup(r, 6, a),
                               .vendor_name = row_dup(r, 7, a),
                               .firm_name = row_dup(r, 8, a),
                               .state = row_dup(r, 9, a),
                               .finding = row_dup(r, 10, a),
                               .at = row_int(r, 11)};
}

rc mkt_report_get(struct tx *tx, id report, struct mkt_report *out, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_report, VALS(v_int(report)), &r));
    bool found = rows_next(&r);
    if (found)
        *out = report_row(&r, a);
    TRY(rows_end(&r));
    return found ? arena_rc(a) : E_NOTFOUND;
}

rc mkt_reports(struct tx *tx, bool open_only, int64_t limit, struct mkt_report **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_reports, VALS(v_int(open_only), v_int(limit)), &r));
    VEC(struct mkt_report) v = {0};
    while (rows_next(&r)) {
        struct mkt_report *t = VEC_ADD(&v, a);
        if (!t)
            break;
        *t = report_row(&r, a);
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return arena_rc(a);
}

/* ---- indicators ---- */

struct indicator {
    const char *kind, *label;
    const struct query *values, *who, *also; /* also: vendors sharing the value, or NULL */
    bool fan_in;                             /* takes the parameter signal.fan_in; else none, or `least` */
    int64_t least;
    bool who_are_vendors;
};

static const struct indicator indicators[] = {
    {"phone", N_("Firms with the same phone number"), &mq_same_phone, &mq_who_phone, NULL, true, 0, false},
    {"address", N_("Firms at the same address"), &mq_same_address, &mq_who_address, NULL, true, 0, false},
    {"mail-domain", N_("Firms with the same mail domain"), &mq_same_domain, &mq_who_domain, NULL, true, 0, false},
    {"bank", N_("Vendors paid to the same bank account"), &mq_same_bank, &mq_who_bank, NULL, false, 0, true},
    {"vendor-buyer", N_("A firm orders from a vendor with the same phone number"), &mq_vendor_is_buyer, &mq_who_phone,
     &mq_who_vendor_phone, false, 0, false},
    {"own-share", N_("Several firms report that a vendor paid their own share back"), &mq_own_share, &mq_who_own_share,
     NULL, false, 2, false},
};

static rc add_who(struct tx *tx, const struct query *q, bool vendors, struct mkt_signal *s, struct arena *a)
{
    enum { SHOWN = 20 };
    struct rows r;
    if (!s->who)
        s->who = ARENA_ARRAY(a, (size_t)2 * SHOWN, struct mkt_evidence);
    if (!s->who)
        return arena_rc(a);
    TRY(db_select(tx, q, VALS(v_text(s->value)), &r));
    for (int i = 0; i < SHOWN && rows_next(&r); i++)
        s->who[s->n_who++] = (struct mkt_evidence){row_int(&r, 0), row_dup(&r, 1, a), row_dup(&r, 2, a), vendors};
    return rows_end(&r);
}

rc mkt_signals(struct tx *tx, id programme, day on, struct mkt_signal **out, size_t *n, struct arena *a)
{
    int64_t fan_in;
    VEC(struct mkt_signal) v = {0};
    TRY(mkt_param(tx, programme, "signal.fan_in", on, &fan_in));
    for (size_t i = 0; i < sizeof indicators / sizeof indicators[0]; i++) {
        const struct indicator *k = &indicators[i];
        size_t first = v.n;
        struct rows r;
        if (k->fan_in || k->least)
            TRY(db_select(tx, k->values, VALS(v_int(k->fan_in ? fan_in : k->least)), &r));
        else
            TRY(db_select(tx, k->values, NOVALS, &r));
        while (rows_next(&r)) {
            struct mkt_signal *s = VEC_ADD(&v, a);
            if (!s)
                break;
            *s = (struct mkt_signal){
                .kind = k->kind, .label = k->label, .value = row_dup(&r, 0, a), .count = row_int(&r, 1)};
        }
        TRY(rows_end(&r));
        TRY(arena_rc(a));
        for (size_t j = first; j < v.n; j++) {
            TRY(add_who(tx, k->who, k->who_are_vendors, &v.v[j], a));
            if (k->also)
                TRY(add_who(tx, k->also, true, &v.v[j], a));
        }
    }
    *out = v.v;
    *n = v.n;
    return arena_rc(a);
}
