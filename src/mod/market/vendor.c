/* Vendors: who they are, where they are paid, and the secret their usage reports are signed with. */
#include "base/vec.h"
#include "mod/market/parts.h"
#include "sys/random.h"

WATCHED(market_vendor);

#define VENDOR_COLS                                                                                                    \
    "party, ubn, name, name_en, about, about_en, website, email, phone, address, county, bank_code, bank_account, "    \
    "capital,"                                                                                                         \
    " expected_sales, state, listing, created, listed, CASE WHEN usage_secret IS NULL THEN 0 ELSE 1 END"
#define VENDOR_TYPES "ittttttttttttiitiiii"

QUERY(mq_vendor_get, "i", VENDOR_TYPES, "SELECT " VENDOR_COLS " FROM market_vendor WHERE party = $1");
QUERY(mq_vendor_add, "itttttttttttttiii", "",
      "INSERT INTO market_vendor (party, ubn, name, name_en, about, about_en, website, email, mail_domain, phone, "
      "address, county,"
      " bank_code, bank_account, capital, expected_sales, created, state)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'draft')");
QUERY(
    mq_vendor_update, "ittttttttttttii", "",
    "UPDATE market_vendor SET name = $2, name_en = $3, about = $4, about_en = $5, website = $6, email = $7, "
    "mail_domain = $8,"
    " phone = $9, address = $10, county = $11, bank_code = $12, bank_account = $13, capital = $14, expected_sales = $15"
    " WHERE party = $1");
QUERY(mq_vendor_state, "iti", "",
      "UPDATE market_vendor SET state = $2, listed = CASE WHEN listed = 0 THEN $3 ELSE listed END WHERE party = $1");
QUERY(mq_vendor_secret, "ib", "", "UPDATE market_vendor SET usage_secret = $2 WHERE party = $1");
QUERY(mq_vendor_list, "tii", "itttttiiiii",
      "SELECT v.party, v.ubn, v.name, v.name_en, v.county, v.state, v.created,"
      " (SELECT COUNT(*) FROM market_solution s WHERE s.vendor = v.party AND s.on_offer = 1),"
      " (SELECT COUNT(*) FROM market_order o WHERE o.vendor = v.party),"
      " CAST(COALESCE((SELECT SUM(p.points) FROM market_posting p WHERE p.vendor = v.party AND p.kind = 'capture'), 0) "
      "AS BIGINT),"
      " (SELECT COUNT(*) FROM market_report t WHERE t.vendor = v.party)"
      " FROM market_vendor v"
      " WHERE $1 = '%%' OR LOWER(v.name) LIKE $1 ESCAPE '\\' OR LOWER(v.name_en) LIKE $1 ESCAPE '\\' OR v.ubn LIKE $1 "
      "ESCAPE '\\'"
      " ORDER BY v.name, v.party LIMIT $3 OFFSET $2");
QUERY(mq_vendor_count, "t", "i",
      "SELECT COUNT(*) FROM market_vendor v"
      " WHERE $1 = '%%' OR LOWER(v.name) LIKE $1 ESCAPE '\\' OR LOWER(v.name_en) LIKE $1 ESCAPE '\\' OR v.ubn LIKE $1 "
      "ESCAPE '\\'");

static const struct {
    const char *name, *label;
} states[] = {
    [MKT_DRAFT] = {"draft", N_("Draft")},
    [MKT_SUBMITTED] = {"submitted", N_("Being checked")},
    [MKT_CORRECTION] = {"correction", N_("To be corrected")},
    [MKT_LISTED] = {"listed", N_("Listed")},
    [MKT_REFUSED] = {"refused", N_("Refused")},
    [MKT_SUSPENDED] = {"suspended", N_("Suspended")},
    [MKT_WITHDRAWN] = {"withdrawn", N_("Withdrawn")},
};

const char *mkt_listing_state_label(enum mkt_listing_state s)
{
    return states[s].label;
}

const char *mkt_listing_state_name(enum mkt_listing_state s)
{
    return states[s].name;
}

bool mkt_listing_state_parse(str name, enum mkt_listing_state *out)
{
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (str_eq(name, str_of(states[i].name))) {
            *out = (enum mkt_listing_state)i;
            return true;
        }
    return false;
}

rc mkt_vendor_get(struct tx *tx, id vendor, struct mkt_vendor *v, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &mq_vendor_get, VALS(v_int(vendor)), &r));
    *v = (struct mkt_vendor){.id = row_int(&r, 0),
                             .ubn = row_dup(&r, 1, a),
                             .name = row_dup(&r, 2, a),
                             .name_en = row_dup(&r, 3, a),
                             .about = row_dup(&r, 4, a),
                             .about_en = row_dup(&r, 5, a),
                             .website = row_dup(&r, 6, a),
                             .email = row_dup(&r, 7, a),
                             .phone = row_dup(&r, 8, a),
                             .address = row_dup(&r, 9, a),
                             .county = row_dup(&r, 10, a),
                             .bank_code = row_dup(&r, 11, a),
                             .bank_account = row_dup(&r, 12, a),
                             .capital = row_int(&r, 13),
                             .expected_sales = row_int(&r, 14),
                             .listing = row_int(&r, 16),
                             .created = row_int(&r, 17),
                             .listed = row_int(&r, 18),
                             .has_usage_secret = row_int(&r, 19) != 0};
    bool known = mkt_listing_state_parse(row_text(&r, 15), &v->state);
    TRY(rows_end(&r));
    if (!known)
        return E_CORRUPT;
    return v->bank_account.p ? OK : arena_rc(a);
}

static bool all_digits(str s, size_t least, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n >= least && s.n <= most;
}

static rc check_form(const struct act *x, const struct mkt_vendor_form *f)
{
    struct err *e = tx_err(x->tx);
    check_text(e, "name", f->name, 100, true);
    check_text(e, "name_en", f->name_en, 150, true);
    check_text(e, "about", f->about, 2000, false);
    check_text(e, "about_en", f->about_en, 4000, false);
    check_text(e, "website", f->website, 300, false);
    check_text(e, "email", f->email, 254, true);
    check_text(e, "phone", f->phone, 40, false);
    check_text(e, "address", f->address, 200, false);
    if (f->county.n > 0 && choice_index(counties, f->county) < 0)
        TRY(ERR_FIELD(e, "county", "MKT-033", N_("Choose one of the list.")));
    /* 財金 bank codes have 3 digits, branch included 7; account numbers 6 to 16. */
    if (!all_digits(f->bank_code, 3, 7))
        TRY(ERR_FIELD(e, "bank_code", "MKT-032", N_("A bank code has 3 to 7 digits.")));
    if (!all_digits(f->bank_account, 6, 16))
        TRY(ERR_FIELD(e, "bank_account", "MKT-032", N_("An account number has 6 to 16 digits.")));
    if (f->capital < 0)
        TRY(ERR_FIELD(e, "capital", "MKT-032", N_("This must be a whole number above zero.")));
    if (f->expected_sales < 0)
        TRY(ERR_FIELD(e, "expected_sales", "MKT-032", N_("This must be a whole number above zero.")));
    return e->code;
}

static rc party_for(const struct act *x, const struct mkt_vendor_form *f, id *out)
{
    struct party p;
    rc r = party_by_ubn(x->tx, f->ubn, &p, x->a);
    if (r == OK && x->by->party != p.id && !act_is_officer(x->by))
        return ERR_FIELD(tx_err(x->tx), "ubn", "MKT-005",
                         N_("{1} is registered already. Ask a colleague who registered it to add you, or write to the "
                            "programme's office."),
                         f->ubn);
    if (r == E_NOTFOUND) {
        p = (struct party){.id = id_new(), .kind = PARTY_COMPANY, .name = f->name, .ubn = f->ubn, .created = x->at};
        r = party_add(x->tx, &p);
    }
    *out = p.id;
    return r;
}

rc mkt_vendor_register(const struct act *x, const struct mkt_vendor_form *f, id *vendor)
{
    struct err *e = tx_err(x->tx);
    if (!ubn_valid(f->ubn))
        return ERR_FIELD(e, "ubn", "MKT-002", N_("{1} is not a valid business number: the check digit does not match."),
                         f->ubn);
    TRY(check_form(x, f));
    TRY(party_for(x, f, vendor));
    struct mkt_vendor had;
    rc r = mkt_vendor_get(x->tx, *vendor, &had, x->a);
    if (r == OK)
        return ERR_FIELD(e, "ubn", "MKT-005",
                         N_("{1} is registered already. Ask a colleague who registered it to add you, or write to the "
                            "programme's office."),
                         f->ubn);
    if (r != E_NOTFOUND)
        return r;
    TRY(db_exec(x->tx, &mq_vendor_add,
                VALS(v_int(*vendor), v_text(f->ubn), v_text(f->name), v_text(f->name_en), v_text(f->about),
                     v_text(f->about_en), v_text(f->website), v_text(f->email), v_text(mkt_mail_domain(x->a, f->email)),
                     v_text(f->phone), v_text(f->address), v_text(f->county), v_text(f->bank_code),
                     v_text(f->bank_account), v_int(f->capital), v_int(f->expected_sales), v_int(x->at)),
                NULL));
    if (x->by->account != 0 && !act_is_officer(x->by))
        TRY(member_add(x->tx, *vendor, x->by->account, AS_VENDOR));
    return act_log(x, "market.vendor.registered", *vendor, KVS(kv_text("ubn", f->ubn), kv_text("name", f->name)), NULL);
}

rc mkt_vendor_update(const struct act *x, id vendor, const struct mkt_vendor_form *f)
{
    if (!act_is_officer(x->by))
        TRY(act_for_party(x, vendor, AS_VENDOR));
    TRY(check_form(x, f));
    int64_t n;
    TRY(db_exec(x->tx, &mq_vendor_update,
                VALS(v_int(vendor), v_text(f->name), v_text(f->name_en), v_text(f->about), v_text(f->about_en),
                     v_text(f->website), v_text(f->email), v_text(mkt_mail_domain(x->a, f->email)), v_text(f->phone),
                     v_text(f->address), v_text(f->county), v_text(f->bank_code), v_text(f->bank_account),
                     v_int(f->capital), v_int(f->expected_sales)),
                &n));
    if (n == 0)
        return E_NOTFOUND;
    /* The bank account is what a thief would change: the log shows that it changed, not what it is. */
    return act_log(x, "market.vendor.changed", vendor, KVS(kv_text("name", f->name)), NULL);
}

rc mkt_vendor_set_state(const struct act *x, id vendor, enum mkt_listing_state s)
{
    TRY(db_exec(x->tx, &mq_vendor_state,
                VALS(v_int(vendor), v_text(str_of(states[s].name)), v_int(s == MKT_LISTED ? x->at : 0)), NULL));
    return mkt_solutions_refresh_of(x, vendor);
}

rc mkt_vendor_suspend(const struct act *x, id vendor, bool suspended, str reason)
{
    TRY(act_needs_officer(x));
    if (str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "MKT-027", N_("Say why."));
    struct mkt_vendor v;
    TRY(mkt_vendor_get(x->tx, vendor, &v, x->a));
    if (v.state != (suspended ? MKT_LISTED : MKT_SUSPENDED))
        return act_wrong_state(x);
    TRY(mkt_vendor_set_state(x, vendor, suspended ? MKT_SUSPENDED : MKT_LISTED));
    TRY(act_log(x, suspended ? "market.vendor.suspended" : "market.vendor.restored", vendor,
                KVS(kv_text("ubn", v.ubn), kv_text("reason", reason)), NULL));
    return notice_party(
        x->tx, vendor, AS_VENDOR,
        &(struct notice){.subject = suspended ? N_("Your listings are suspended") : N_("Your listings are back"),
                         .body = N_("The programme's office says: {1}"),
                         .args = &reason,
                         .n_args = 1,
                         .path = STR("/market/vendor")});
}

rc mkt_vendor_list(struct tx *tx, str query, int64_t offset, int64_t limit, struct mkt_vendor_row **out, size_t *n,
                   int64_t *total, struct arena *a)
{
    str pattern;
    TRY(like_pattern(a, query, &pattern));
    TRY(db_one_int(tx, &mq_vendor_count, VALS(v_text(pattern)), total));
    struct rows r;
    TRY(db_select(tx, &mq_vendor_list, VALS(v_text(pattern), v_int(offset), v_int(limit)), &r));
    VEC(struct mkt_vendor_row) rows = {0};
    while (rows_next(&r)) {
        struct mkt_vendor_row *v = VEC_ADD(&rows, a);
        if (!v)
            break;
        *v = (struct mkt_vendor_row){.id = row_int(&r, 0),
                                     .ubn = row_dup(&r, 1, a),
                                     .name = row_dup(&r, 2, a),
                                     .name_en = row_dup(&r, 3, a),
                                     .county = row_dup(&r, 4, a),
                                     .created = row_int(&r, 6),
                                     .solutions = row_int(&r, 7),
                                     .orders = row_int(&r, 8),
                                     .captured = row_int(&r, 9),
                                     .reports = row_int(&r, 10)};
        if (!mkt_listing_state_parse(row_text(&r, 5), &v->state))
            v->state = MKT_DRAFT;
    }
    TRY(rows_end(&r));
    *out = rows.v;
    *n = rows.n;
    return arena_rc(a);
}

rc mkt_vendor_usage_secret(const struct act *x, struct app *app, id vendor, struct buf *once)
{
    TRY(act_for_party(x, vendor, AS_VENDOR));
    enum { SECRET_LEN = 32 };
    unsigned char raw[SECRET_LEN];
    random_bytes(raw, sizeof raw);
    size_t from = once->n;
    buf_put(once, STR("mks_"));
    buf_base64url(once, str_n(raw, sizeof raw));
    TRY(buf_rc(once));
    BUF_SCOPED sealed = BUF_INIT(512);
    TRY(seal(&app->seal, mkt_secret_context(x->a, vendor), str_sub(buf_str(once), from, once->n), &sealed));
    int64_t n;
    TRY(db_exec(x->tx, &mq_vendor_secret, VALS(v_int(vendor), v_blob(buf_str(&sealed))), &n));
    if (n == 0)
        return E_NOTFOUND;
    return act_log(x, "market.vendor.usage-secret", vendor, NULL, 0, NULL);
}
