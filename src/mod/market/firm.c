/* Small firms: registration against the public registry, and the facts that decide. */
#include "base/utf8.h"
#include "base/vec.h"
#include "mod/market/parts.h"
#include "sys/random.h"

#define FIRM_COLS                                                                                                      \
    "party, ubn, name, capital, headcount, kind, trade, county, address, phone, email, registry_status, "              \
    "registry_as_of,"                                                                                                  \
    " registered, blocked, blocked_reason"
#define FIRM_TYPES "ittIItttttttiiit"

QUERY(mq_firm_get, "i", FIRM_TYPES, "SELECT " FIRM_COLS " FROM market_firm WHERE party = $1");
QUERY(mq_firm_by_ubn, "t", FIRM_TYPES, "SELECT " FIRM_COLS " FROM market_firm WHERE ubn = $1");
QUERY(mq_firm_add, "ittIIttttttttii", "",
      "INSERT INTO market_firm (party, ubn, name, capital, headcount, kind, trade, county, address, phone, email, "
      "mail_domain,"
      " registry_status, registry_as_of, registered)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
QUERY(mq_firm_update, "iIItttttttti", "",
      "UPDATE market_firm SET capital = $2, headcount = $3, kind = $4, trade = $5, county = $6, address = $7, phone = "
      "$8, email = $9,"
      " mail_domain = $10, registry_status = $11, registry_as_of = $12 WHERE party = $1");
QUERY(mq_firm_block, "iit", "", "UPDATE market_firm SET blocked = $2, blocked_reason = $3 WHERE party = $1");
QUERY(mq_firm_list, "tii", "itttttiiii",
      "SELECT f.party, f.ubn, f.name, f.kind, f.county, f.trade, f.registered, f.blocked,"
      " CAST(COALESCE((SELECT SUM(g.amount) FROM market_grant g WHERE g.firm = f.party), 0) AS BIGINT),"
      " CAST(COALESCE((SELECT SUM(o.points) FROM market_order o WHERE o.firm = f.party AND o.captured > 0 AND o.state "
      "<> 'refunded'), 0)"
      " AS BIGINT)"
      " FROM market_firm f WHERE $1 = '%%' OR LOWER(f.name) LIKE $1 ESCAPE '\\' OR f.ubn LIKE $1 ESCAPE '\\'"
      " ORDER BY f.registered DESC, f.party DESC LIMIT $3 OFFSET $2");
QUERY(mq_firm_count, "t", "i",
      "SELECT COUNT(*) FROM market_firm f WHERE $1 = '%%' OR LOWER(f.name) LIKE $1 ESCAPE '\\' OR f.ubn LIKE $1 ESCAPE "
      "'\\'");

static rc read_firm(struct rows *r, struct mkt_firm *out, struct arena *a)
{
    *out = (struct mkt_firm){.id = row_int(r, 0),
                             .ubn = row_dup(r, 1, a),
                             .name = row_dup(r, 2, a),
                             .capital_known = !row_null(r, 3),
                             .headcount_known = !row_null(r, 4),
                             .capital = row_int(r, 3),
                             .headcount = row_int(r, 4),
                             .kind = row_dup(r, 5, a),
                             .trade = row_dup(r, 6, a),
                             .county = row_dup(r, 7, a),
                             .address = row_dup(r, 8, a),
                             .phone = row_dup(r, 9, a),
                             .email = row_dup(r, 10, a),
                             .registry_status = row_dup(r, 11, a),
                             .registry_as_of = (day)row_int(r, 12),
                             .registered = row_int(r, 13),
                             .blocked = row_int(r, 14) != 0,
                             .blocked_reason = row_dup(r, 15, a)};
    TRY(rows_end(r));
    return out->blocked_reason.p ? OK : arena_rc(a);
}

rc mkt_firm_get(struct tx *tx, id firm, struct mkt_firm *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &mq_firm_get, VALS(v_int(firm)), &r));
    return read_firm(&r, out, a);
}

rc mkt_firm_by_ubn(struct tx *tx, str ubn, struct mkt_firm *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &mq_firm_by_ubn, VALS(v_text(ubn)), &r));
    return read_firm(&r, out, a);
}

static enum party_kind party_kind_of(str kind)
{
    if (str_eq(kind, STR("business")))
        return PARTY_BUSINESS;
    if (str_eq(kind, STR("coop")))
        return PARTY_COOP;
    return str_eq(kind, STR("company")) ? PARTY_COMPANY : PARTY_ASSOCIATION;
}

static rc check_form(const struct act *x, const struct mkt_firm_form *f)
{
    struct err *e = tx_err(x->tx);
    if (f->kind.n > 0 && choice_index(mkt_firm_kinds, f->kind) < 0)
        TRY(ERR_FIELD(e, "kind", "MKT-033", N_("Choose one of the list.")));
    if (choice_index(mkt_trades, f->trade) < 0)
        TRY(ERR_FIELD(e, "trade", "MKT-033", N_("Choose one of the list.")));
    if (f->county.n > 0 && choice_index(counties, f->county) < 0)
        TRY(ERR_FIELD(e, "county", "MKT-033", N_("Choose one of the list.")));
    check_text(e, "address", f->address, 200, false);
    check_text(e, "phone", f->phone, 40, false);
    check_text(e, "email", f->email, 254, false);
    return e->code;
}

static rc look_up(const struct act *x, str ubn, struct mkt_registry_entry *entry)
{
    if (!ubn_valid(ubn))
        return ERR_FIELD(tx_err(x->tx), "ubn", "MKT-002",
                         N_("{1} is not a valid business number: the check digit does not match."), ubn);
    rc r = mkt_registry_file.find(x->tx, ubn, entry, x->a);
    if (r == E_NOTFOUND)
        return ERR_FIELD(tx_err(x->tx), "ubn", "MKT-003",
                         N_("The registry does not know the business number {1}. A firm registered in the last days "
                            "may be missing; please try again "
                            "after the next update."),
                         ubn);
    return r;
}

/* What the person said fills what the registry leaves open; the registry's name, status and kind stand. A
 * social-innovation organisation is registered as a company or an association, so that kind alone is the person's to
 * say. */
static struct mkt_firm merged(const struct mkt_firm_form *f, const struct mkt_registry_entry *e)
{
    bool says_social = str_eq(f->kind, STR("social"));
    bool registry_capital = f->capital < 0 && e->capital_known;
    return (struct mkt_firm){
        .ubn = e->ubn,
        .name = e->name,
        .capital_known = f->capital >= 0 || e->capital_known,
        .capital = registry_capital ? e->capital : f->capital,
        .headcount_known = f->headcount >= 0,
        .headcount = f->headcount,
        .kind = says_social ? f->kind : e->kind,
        .trade = f->trade,
        .county = f->county.n ? f->county : e->county,
        .address = f->address.n ? f->address : e->address,
        .phone = f->phone,
        .email = f->email,
        .registry_status = e->status,
        .registry_as_of = e->as_of,
    };
}

static struct val opt(bool known, int64_t v)
{
    return known ? v_int(v) : v_null();
}

/* The firm's party: a new one, or the caller's own organisation (a vendor may be a firm too). Anybody else's stays
 * theirs. */
static rc party_for(const struct act *x, const struct mkt_firm *m, id *out)
{
    struct party p;
    rc r = party_by_ubn(x->tx, m->ubn, &p, x->a);
    if (r == OK && (x->by->party != p.id || !(x->by->perms & (AS_FIRM | AS_VENDOR))))
        return ERR_FIELD(tx_err(x->tx), "ubn", "MKT-005",
                         N_("{1} is registered already. Ask a colleague who registered it to add you, or write to the "
                            "programme's office."),
                         m->ubn);
    if (r == E_NOTFOUND) {
        p = (struct party){
            .id = id_new(), .kind = party_kind_of(m->kind), .name = m->name, .ubn = m->ubn, .created = x->at};
        r = party_add(x->tx, &p);
    }
    *out = p.id;
    return r;
}

rc mkt_firm_register(const struct act *x, const struct mkt_firm_form *f, id *firm)
{
    struct mkt_registry_entry e = {0};
    TRY(look_up(x, f->ubn, &e));
    TRY(check_form(x, f));
    struct mkt_firm other;
    rc known = mkt_firm_by_ubn(x->tx, f->ubn, &other, x->a);
    if (known == OK)
        return ERR_FIELD(tx_err(x->tx), "ubn", "MKT-005",
                         N_("{1} is registered already. Ask a colleague who registered it to add you, or write to the "
                            "programme's office."),
                         f->ubn);
    if (known != E_NOTFOUND)
        return known;
    struct mkt_firm m = merged(f, &e);
    TRY(party_for(x, &m, firm));
    TRY(db_exec(x->tx, &mq_firm_add,
                VALS(v_int(*firm), v_text(m.ubn), v_text(m.name), opt(m.capital_known, m.capital),
                     opt(m.headcount_known, m.headcount), v_text(m.kind), v_text(m.trade), v_text(m.county),
                     v_text(m.address), v_text(m.phone), v_text(m.email), v_text(mkt_mail_domain(x->a, m.email)),
                     v_text(m.registry_status), v_int(m.registry_as_of), v_int(x->at)),
                NULL));
    if (x->by->account != 0)
        TRY(member_add(x->tx, *firm, x->by->account, AS_FIRM));
    return act_log(x, "market.firm.registered", *firm, KVS(kv_text("ubn", m.ubn), kv_text("kind", m.kind)), NULL);
}

rc mkt_firm_update(const struct act *x, id firm, const struct mkt_firm_form *f)
{
    if (!act_is_officer(x->by))
        TRY(act_for_party(x, firm, AS_FIRM));
    struct mkt_firm old;
    TRY(mkt_firm_get(x->tx, firm, &old, x->a));
    struct mkt_registry_entry e = {0};
    TRY(look_up(x, old.ubn, &e));
    TRY(check_form(x, f));
    struct mkt_firm m = merged(f, &e);
    TRY(db_exec(x->tx, &mq_firm_update,
                VALS(v_int(firm), opt(m.capital_known, m.capital), opt(m.headcount_known, m.headcount), v_text(m.kind),
                     v_text(m.trade), v_text(m.county), v_text(m.address), v_text(m.phone), v_text(m.email),
                     v_text(mkt_mail_domain(x->a, m.email)), v_text(m.registry_status), v_int(m.registry_as_of)),
                NULL));
    return act_log(x, "market.firm.changed", firm, KVS(kv_text("ubn", m.ubn)), NULL);
}

rc mkt_firm_block(const struct act *x, id firm, bool blocked, str reason)
{
    TRY(act_needs_officer(x));
    if (blocked && str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "MKT-027", N_("Say why."));
    check_text(tx_err(x->tx), "reason", reason, 1000, false);
    TRY(tx_err(x->tx)->code);
    int64_t n;
    TRY(db_exec(x->tx, &mq_firm_block, VALS(v_int(firm), v_int(blocked), v_text(reason)), &n));
    if (n == 0)
        return E_NOTFOUND;
    return act_log(x, blocked ? "market.firm.blocked" : "market.firm.unblocked", firm, NULL, 0, NULL);
}

rc mkt_firm_list(struct tx *tx, str query, int64_t offset, int64_t limit, struct mkt_firm_row **out, size_t *n,
                 int64_t *total, struct arena *a)
{
    str pattern;
    TRY(like_pattern(a, query, &pattern));
    TRY(db_one_int(tx, &mq_firm_count, VALS(v_text(pattern)), total));
    struct rows r;
    TRY(db_select(tx, &mq_firm_list, VALS(v_text(pattern), v_int(offset), v_int(limit)), &r));
    VEC(struct mkt_firm_row) rows = {0};
    while (rows_next(&r)) {
        struct mkt_firm_row *f = VEC_ADD(&rows, a);
        if (!f)
            break;
        *f = (struct mkt_firm_row){.id = row_int(&r, 0),
                                   .ubn = row_dup(&r, 1, a),
                                   .name = row_dup(&r, 2, a),
                                   .kind = row_dup(&r, 3, a),
                                   .county = row_dup(&r, 4, a),
                                   .trade = row_dup(&r, 5, a),
                                   .registered = row_int(&r, 6),
                                   .blocked = row_int(&r, 7) != 0,
                                   .granted = row_int(&r, 8),
                                   .captured = row_int(&r, 9)};
    }
    TRY(rows_end(&r));
    *out = rows.v;
    *n = rows.n;
    return arena_rc(a);
}
