/* The public registry: the adapter that answers from our table, and the import of the open CSV into it. */
#include "base/csv.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "core/import.h"
#include "mod/market/parts.h"

QUERY(mq_registry_find, "t", "tttItttii",
      "SELECT name, status, kind, capital, address, trade, county, founded, as_of FROM market_registry WHERE ubn = $1");
QUERY(mq_registry_put, "ttttItttii", "",
      "INSERT INTO market_registry (ubn, name, status, kind, capital, address, trade, county, founded, as_of)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
      " ON CONFLICT (ubn) DO UPDATE SET name = excluded.name, status = excluded.status, kind = excluded.kind,"
      " capital = excluded.capital, address = excluded.address, trade = excluded.trade, county = excluded.county,"
      " founded = excluded.founded, as_of = excluded.as_of");

static rc find_in_table(struct tx *tx, str ubn, struct mkt_registry_entry *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &mq_registry_find, VALS(v_text(ubn)), &r));
    *out = (struct mkt_registry_entry){.ubn = arena_str(a, ubn),
                                       .name = row_dup(&r, 0, a),
                                       .status = row_dup(&r, 1, a),
                                       .kind = row_dup(&r, 2, a),
                                       .capital_known = !row_null(&r, 3),
                                       .capital = row_int(&r, 3),
                                       .address = row_dup(&r, 4, a),
                                       .trade = row_dup(&r, 5, a),
                                       .county = row_dup(&r, 6, a),
                                       .founded = (day)row_int(&r, 7),
                                       .as_of = (day)row_int(&r, 8)};
    return rows_end(&r);
}

const struct mkt_registry mkt_registry_file = {"file", find_in_table};

rc mkt_registry_put(struct tx *tx, const struct mkt_registry_entry *e)
{
    return db_exec(tx, &mq_registry_put,
                   VALS(v_text(e->ubn), v_text(e->name), v_text(e->status), v_text(e->kind),
                        e->capital_known ? v_int(e->capital) : v_null(), v_text(e->address), v_text(e->trade),
                        v_text(e->county), v_int(e->founded), v_int(e->as_of)),
                   NULL);
}

/* ---- the open CSV ---- */

enum { COL_UBN, COL_NAME, COL_CAPITAL, COL_FOUNDED, COL_FORM, COL_STATUS, COL_ADDRESS, COL_TRADE, COLS };

/* The headings of 全國營業(稅籍)登記資料集 (Ministry of Finance), of the company and business registers, and English
 * ones. */
static const struct heading headings[] = {
    {COL_UBN, "統一編號"},
    {COL_UBN, "營利事業統一編號"},
    {COL_UBN, "ubn"},
    {COL_NAME, "營業人名稱"},
    {COL_NAME, "公司名稱"},
    {COL_NAME, "商業名稱"},
    {COL_NAME, "name"},
    {COL_CAPITAL, "實收資本額"},
    {COL_CAPITAL, "資本額"},
    {COL_CAPITAL, "資本總額"},
    {COL_CAPITAL, "capital"},
    {COL_FOUNDED, "設立日期"},
    {COL_FOUNDED, "核准設立日期"},
    {COL_FOUNDED, "founded"},
    {COL_FORM, "組織別名稱"},
    {COL_FORM, "組織類型"},
    {COL_FORM, "kind"},
    {COL_STATUS, "公司狀況"},
    {COL_STATUS, "登記現況"},
    {COL_STATUS, "營業狀況"},
    {COL_STATUS, "status"},
    {COL_ADDRESS, "營業地址"},
    {COL_ADDRESS, "公司所在地"},
    {COL_ADDRESS, "地址"},
    {COL_ADDRESS, "address"},
    {COL_TRADE, "名稱"},
    {COL_TRADE, "營業項目"},
    {COL_TRADE, "trade"},
};

static const char *const county_zh[] = {
    "臺北市", "新北市", "基隆市", "桃園市", "新竹市", "新竹縣", "苗栗縣", "臺中市", "彰化縣", "南投縣", "雲林縣",
    "嘉義市", "嘉義縣", "臺南市", "高雄市", "屏東縣", "宜蘭縣", "花蓮縣", "臺東縣", "澎湖縣", "金門縣", "連江縣",
};

/* The code of the county an address begins with; 台 is written for 臺 as often as not. */
static const char *county_of(str address)
{
    enum { HAN = 3 }; /* bytes of one of these characters in UTF-8 */
    for (size_t i = 0; i < sizeof county_zh / sizeof county_zh[0]; i++) {
        str c = str_of(county_zh[i]);
        bool tai = str_starts(address, STR("台")) && str_starts(c, STR("臺"));
        if (str_starts(address, c) || (tai && str_starts(str_sub(address, HAN, address.n), str_sub(c, HAN, c.n))))
            return counties[i].value;
    }
    return "";
}

static bool has(str s, const char *part)
{
    return str_find(s, str_of(part)) >= 0;
}

static const char *kind_of(str form)
{
    if (form.n == 0 || choice_index(mkt_firm_kinds, form) >= 0)
        return form.n ? mkt_firm_kinds[choice_index(mkt_firm_kinds, form)].value : "other";
    if (has(form, "合作社"))
        return "coop";
    if (has(form, "公司"))
        return "company";
    if (has(form, "獨資") || has(form, "合夥") || has(form, "商號"))
        return "business";
    return "other";
}

/* The tax register lists only those in business, so a file without the column means "active". */
static const char *status_of(str s)
{
    if (has(s, "停業") || str_ieq(s, STR("suspended")))
        return "suspended";
    if (has(s, "解散") || has(s, "歇業") || has(s, "撤銷") || has(s, "廢止") || has(s, "註銷") ||
        str_ieq(s, STR("dissolved")))
        return "dissolved";
    return "active";
}

/* ROC year and day without separators: 0950103 or 1120415; otherwise as day_parse reads it. */
static rc founded_of(struct arena *a, str s, day *out)
{
    int64_t n;
    *out = 0;
    if (s.n == 0)
        return OK;
    if ((s.n == 7 || s.n == 6) && str_to_i64(s, &n) == OK)
        return day_parse(arena_printf(a, "%04lld-%02lld-%02lld", (long long)(n / 10000 + 1911),
                                      (long long)(n / 100 % 100), (long long)(n % 100)),
                         out);
    return day_parse(s, out);
}

struct registry_reader {
    struct row_reader rr;
    VEC(struct mkt_registry_entry) entries;
    struct map seen; /* 統一編號 of this file: a number twice is an error, not a silent overwrite */
    day as_of;
};

static void check_ubn(struct registry_reader *g, str ubn)
{
    if (ubn.n < 8)
        row_error(&g->rr, COL_UBN, "MKT-031",
                  N_("{1} is shorter than 8 digits: a spreadsheet may have dropped leading zeros."), ubn);
    else if (!ubn_valid(ubn))
        row_error(&g->rr, COL_UBN, "MKT-002", N_("{1} is not a valid business number: the check digit does not match."),
                  ubn);
    else if (map_get(&g->seen, ubn))
        row_error(&g->rr, COL_UBN, "MKT-034", N_("{1} stands in this file twice."), ubn);
}

static rc registry_row(void *arg)
{
    struct registry_reader *g = arg;
    struct row_reader *rr = &g->rr;
    str ubn = row_field(rr, COL_UBN);
    /* The Ministry's file has a second line with nothing but its date. */
    if (ubn.n == 0 && row_field(rr, COL_NAME).n == 0) {
        rr->out->skipped++;
        return OK;
    }
    struct mkt_registry_entry e = {.ubn = arena_str(rr->a, ubn), .as_of = g->as_of};
    check_ubn(g, ubn);
    str name = row_field(rr, COL_NAME), capital = row_field(rr, COL_CAPITAL), founded = row_field(rr, COL_FOUNDED);
    if (name.n == 0)
        row_error(rr, COL_NAME, "ACT-003", N_("This must be filled in."), STR_EMPTY);
    if (utf8_count(name) > 200)
        row_error(rr, COL_NAME, "ACT-005", N_("This is too long: at most {1} characters."), STR("200"));
    if (capital.n > 0) {
        e.capital_known = str_to_i64(capital, &e.capital) == OK && e.capital >= 0;
        if (!e.capital_known)
            row_error(rr, COL_CAPITAL, "MKT-032", N_("{1} is not a whole number."), capital);
    }
    if (founded_of(rr->a, founded, &e.founded) != OK)
        row_error(rr, COL_FOUNDED, "MKT-033", N_("{1} is not a date."), founded);
    if (row_is_bad(rr))
        return OK;
    e.name = arena_str(rr->a, name);
    e.address = arena_str(rr->a, row_field(rr, COL_ADDRESS));
    e.trade = arena_str(rr->a, row_field(rr, COL_TRADE));
    e.kind = str_of(kind_of(row_field(rr, COL_FORM)));
    e.status = str_of(status_of(row_field(rr, COL_STATUS)));
    e.county = str_of(county_of(e.address));
    struct mkt_registry_entry *slot = VEC_ADD(&g->entries, rr->a);
    if (!slot || !e.ubn.p || !e.name.p || !e.address.p || !e.trade.p)
        return arena_rc(rr->a);
    *slot = e;
    return map_put(&g->seen, e.ubn, slot);
}

rc mkt_registry_import(const struct act *x, str bytes, day as_of, struct import_report *out)
{
    TRY(act_needs_officer(x));
    struct registry_reader g = {.as_of = as_of};
    rc r = rows_read(&g.rr, x, bytes, headings, sizeof headings / sizeof headings[0], 1u << COL_UBN | 1u << COL_NAME,
                     registry_row, &g, out);
    for (size_t i = 0; r == OK && i < g.entries.n; i++)
        r = mkt_registry_put(x->tx, &g.entries.v[i]);
    map_free(&g.seen);
    TRY(r);
    out->added = (int64_t)g.entries.n;
    return act_log(x, "market.registry.imported", 0, KVS(kv_int("rows", out->added), kv_int("as_of", as_of)), NULL);
}
