/* Reading gifts: one, the rows of an import, all that counts, sums, clusters. */
#include "base/utf8.h"
#include "base/vec.h"
#include "core/app.h"
#include "crypto/sign.h"
#include "mod/fund/gift_impl.h"

#define GIFT_COLS_                                                                                                     \
    "g.id, g.programme, g.source, g.import, g.row_no, g.line, g.code, g.hint, g.holds, g.part_of, g.project, g.donor," \
    " g.kind, g.amount, g.returned, g.at, g.found, g.reason, g.refunded, g.counted, g.upheld"
#define GIFT_TYPES                                                                                                     \
    "iiiiiitt"                                                                                                         \
    "iiii"                                                                                                             \
    "tiiittiii"
#define GIFT_FROM " FROM fund_gift g JOIN fund_gift_import i ON i.id = g.import"
QUERY(fq_gift_get, "i", GIFT_TYPES, "SELECT " GIFT_COLS_ GIFT_FROM " WHERE g.id = $1 AND i.state = 'done'");
QUERY(fq_gift_code, "t", GIFT_TYPES,
      "SELECT " GIFT_COLS_ GIFT_FROM " WHERE g.code = $1 AND g.holds = 1 AND i.state = 'done'");
QUERY(fq_gift_tail, "i", "i", "SELECT tail FROM fund_gift WHERE id = $1");
QUERY(fq_rows_reason, "itii", GIFT_TYPES,
      "SELECT " GIFT_COLS_ GIFT_FROM " WHERE g.import = $1 AND g.found = $2 AND g.row_no > $3 ORDER BY g.row_no"
      " LIMIT $4");
QUERY(fq_rows_excluded, "iii", GIFT_TYPES,
      "SELECT " GIFT_COLS_ GIFT_FROM " WHERE g.import = $1 AND g.found <> '' AND g.row_no > $2 ORDER BY g.row_no"
      " LIMIT $3");
QUERY(fq_totals_drop, "i", "", "DELETE FROM fund_gift_total WHERE programme = $1");
QUERY(fq_totals_add, "i", "",
      "INSERT INTO fund_gift_total (programme, project, gifts, donors, raised) SELECT g.programme, g.project, COUNT(*),"
      " COUNT(DISTINCT g.donor), CAST(SUM(g.counted) AS BIGINT) FROM fund_gift g"
      " JOIN fund_gift_import i ON i.id = g.import AND i.state = 'done' WHERE g.programme = $1 AND g.counted > 0"
      " GROUP BY g.programme, g.project");
QUERY(fq_days_drop, "i", "", "DELETE FROM fund_gift_day WHERE programme = $1");
/* 28,800,000,000 µs: Taiwan is eight hours ahead; 86,400,000,000 µs are a day. */
QUERY(fq_days, "i", "iiii",
      "SELECT CAST((g.at + 28800000000) / 86400000000 AS BIGINT) AS on_day, g.source, COUNT(*),"
      " CAST(SUM(g.counted) AS BIGINT) FROM fund_gift g JOIN fund_gift_import i ON i.id = g.import AND i.state = 'done'"
      " WHERE g.programme = $1 AND g.counted > 0 GROUP BY on_day, g.source ORDER BY on_day, g.source");
QUERY(fq_day_add, "itiii", "",
      "INSERT INTO fund_gift_day (programme, day, source, gifts, raised) VALUES ($1, $2, $3, $4, $5)");
QUERY(fq_raised, "i", "iittiii",
      "SELECT p.id, p.number, p.title, p.title_en, COALESCE(t.gifts, 0), COALESCE(t.donors, 0), COALESCE(t.raised, 0)"
      " FROM fund_proposal p LEFT JOIN fund_gift_total t ON t.programme = p.programme AND t.project = p.id"
      " WHERE p.programme = $1 AND p.number <> 0 AND p.state = 'accepted' AND p.stage >= 2 ORDER BY p.number");
#define CLUSTERS(name, col)                                                                                            \
    QUERY(name, "i", "iiiii",                                                                                          \
          "SELECT g." col ", COUNT(DISTINCT g.donor), COUNT(*), CAST(SUM(g.counted) AS BIGINT),"                       \
          " COUNT(DISTINCT g.project) FROM fund_gift g JOIN fund_gift_import i ON i.id = g.import AND"                 \
          " i.state = 'done' WHERE g.programme = $1 AND g.counted > 0 AND g." col " <> 0 GROUP BY g." col              \
          " HAVING COUNT(DISTINCT g.donor) >= 3 ORDER BY 2 DESC, 1 LIMIT 50")
CLUSTERS(fq_devices, "device");
CLUSTERS(fq_addresses, "address");
CLUSTERS(fq_accounts, "account");
QUERY(
    fq_settled, "i", "iittii",
    "SELECT g.amount, g.returned, g.found, g.reason, g.upheld, CAST(COALESCE((SELECT SUM(r.refunded) FROM fund_gift r"
    " JOIN fund_gift_import i ON i.id = r.import AND i.state = 'done' WHERE r.part_of = g.id AND r.found IN ('refund',"
    " 'refund-excess')), 0) AS BIGINT) FROM fund_gift g WHERE g.id = $1");
QUERY(fq_settle, "iiti", "", "UPDATE fund_gift SET refunded = $2, reason = $3, counted = $4 WHERE id = $1");

static void take(const struct rows *r, struct fund_gift *g, struct arena *a)
{
    *g = (struct fund_gift){.id = row_int(r, 0),
                            .programme = row_int(r, 1),
                            .source = row_int(r, 2),
                            .import = row_int(r, 3),
                            .row = row_int(r, 4),
                            .line = row_int(r, 5),
                            .code = row_dup(r, 6, a),
                            .hint = row_dup(r, 7, a),
                            .holds = row_int(r, 8) != 0,
                            .part_of = row_int(r, 9),
                            .project = row_int(r, 10),
                            .donor = row_int(r, 11),
                            .kind = row_dup(r, 12, a),
                            .amount = row_int(r, 13),
                            .returned = row_int(r, 14),
                            .at = row_int(r, 15),
                            .found = row_dup(r, 16, a),
                            .reason = row_dup(r, 17, a),
                            .refunded = row_int(r, 18),
                            .counted = row_int(r, 19),
                            .upheld = row_int(r, 20)};
}

static rc no_gift(struct tx *tx)
{
    return ERR(
        tx_err(tx), E_NOTFOUND, "FND-510",
        N_("No gift was found. Please compare what you have typed with your receipt; files are imported a few days "
           "after the payment."));
}

static rc read_one(struct tx *tx, const struct query *q, struct val v, struct fund_gift *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, q, &v, 1, &r);
    if (e == E_NOTFOUND)
        return no_gift(tx);
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_gift_get(struct tx *tx, id gift, struct fund_gift *out, struct arena *a)
{
    return read_one(tx, &fq_gift_get, v_int(gift), out, a);
}

rc fund_gift_by_code(struct tx *tx, str typed, struct fund_gift *out, struct arena *a)
{
    char code[GIFT_CODE + 1];
    if (gift_code_parse(typed, code) != OK)
        return ERR_FIELD(tx_err(tx), "code", "FND-511",
                         N_("This is not a receipt code: one looks like K7Q2-M4XW-9D0T-3HBE-5. Please check it."));
    return read_one(tx, &fq_gift_code, v_text(arena_str(a, str_of(code))), out, a);
}

rc fund_gift_by_receipt(struct tx *tx, struct app *app, id source, str receipt, str last4, struct fund_gift *out,
                        struct arena *a)
{
    struct fund_source s;
    struct gift_key key;
    char code[GIFT_CODE + 1], last[5] = {0};
    int64_t tail;
    for (size_t i = 0; i < 4 && i < last4.n; i++)
        last[i] = last4.p[i] >= 'a' && last4.p[i] <= 'z' ? (char)(last4.p[i] - 'a' + 'A') : last4.p[i];
    if (fund_source_get(tx, source, &s, a) != OK) {
        err_clear(tx_err(tx));
        return no_gift(tx);
    }
    TRY(gift_key_get(tx, app, s.programme, &key, a));
    gift_code_make(&key, s.code, str_trim(receipt), code);
    int64_t wanted = gift_keyed(&key, "tail", arena_printf(a, "%s%s", code, last));
    secret_wipe(&key, sizeof key);
    TRY(read_one(tx, &fq_gift_code, v_text(arena_str(a, str_of(code))), out, a));
    TRY(db_one_int(tx, &fq_gift_tail, VALS(v_int(out->id)), &tail));
    return tail == wanted && last4.n == 4 ? OK : no_gift(tx);
}

rc fund_gift_rows(struct tx *tx, id import, str reason, int64_t after_row, int64_t limit, struct fund_gift **out,
                  size_t *n, struct arena *a)
{
    VEC(struct fund_gift) list = {0};
    struct rows r;
    if (str_eq(reason, STR("-")))
        TRY(db_select(tx, &fq_rows_excluded, VALS(v_int(import), v_int(after_row), v_int(limit)), &r));
    else
        TRY(db_select(tx, &fq_rows_reason, VALS(v_int(import), v_text(reason), v_int(after_row), v_int(limit)), &r));
    while (rows_next(&r)) {
        struct fund_gift *g = VEC_ADD(&list, a);
        if (!g)
            break;
        take(&r, g, a);
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

/* ---- sums ---- */

rc fund_gift_totals_renew(struct tx *tx, id programme, struct arena *a)
{
    struct day_sum {
        int64_t on, source, gifts, raised;
    };
    VEC(struct day_sum) days = {0};
    struct rows r;
    TRY(db_exec(tx, &fq_totals_drop, VALS(v_int(programme)), NULL));
    TRY(db_exec(tx, &fq_totals_add, VALS(v_int(programme)), NULL));
    TRY(db_exec(tx, &fq_days_drop, VALS(v_int(programme)), NULL));
    TRY(db_select(tx, &fq_days, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct day_sum *d = VEC_ADD(&days, a);
        if (!d)
            break;
        *d = (struct day_sum){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3)};
    }
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    for (size_t i = 0; i < days.n; i++) {
        BUF_SCOPED text = BUF_INIT(32);
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
        buf_day(&text, (day)days.v[i].on);
        TRY(db_exec(tx, &fq_day_add,
                    VALS(v_int(programme), v_text(buf_str(&text)), v_int(days.v[i].source), v_int(days.v[i].gifts),
                         v_int(days.v[i].raised)),
                    NULL));
    }
    return OK;
}

rc fund_raised(struct tx *tx, id programme, struct fund_raised **out, size_t *n, struct arena *a)
{
    VEC(struct fund_raised) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_raised, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct fund_raised *p = VEC_ADD(&list, a);
        if (!p)
            break;
        *p = (struct fund_raised){.project = row_int(&r, 0),
                                  .number = row_int(&r, 1),
                                  .title = row_dup(&r, 2, a),
                                  .title_en = row_dup(&r, 3, a),
                                  .gifts = row_int(&r, 4),
                                  .donors = row_int(&r, 5),
                                  .raised = row_int(&r, 6)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc gift_settle(struct tx *tx, id gift, int64_t min, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &fq_settled, VALS(v_int(gift)), &r));
    int64_t amount = row_int(&r, 0), refunded = row_int(&r, 1) + row_int(&r, 5);
    str found = row_dup(&r, 2, a);
    bool upheld = row_int(&r, 4) != 0;
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    refunded = refunded < amount ? refunded : amount;
    str reason = found;
    if (found.n == 0 || upheld)
        reason = amount - refunded <= 0               ? STR("refunded")
                 : !upheld && amount - refunded < min ? STR("below-min")
                                                      : STR_EMPTY;
    return db_exec(tx, &fq_settle,
                   VALS(v_int(gift), v_int(refunded), v_text(reason), v_int(reason.n ? 0 : amount - refunded)), NULL);
}

/* ---- clusters ---- */

static const struct {
    const struct query *q;
    const char *label;
} traits[FUND_TRAITS] = {[FUND_DEVICE] = {&fq_devices, N_("Same device or network address")},
                         [FUND_ADDRESS] = {&fq_addresses, N_("Same postal address")},
                         [FUND_ACCOUNT] = {&fq_accounts, N_("Same payment account")}};

const char *fund_trait_label(enum fund_trait t)
{
    return traits[t].label;
}

rc fund_clusters(struct tx *tx, id programme, enum fund_trait t, struct fund_cluster **out, size_t *n, struct arena *a)
{
    VEC(struct fund_cluster) list = {0};
    struct rows r;
    TRY(db_select(tx, traits[t].q, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct fund_cluster *c = VEC_ADD(&list, a);
        if (!c)
            break;
        *c = (struct fund_cluster){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3), row_int(&r, 4)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}
