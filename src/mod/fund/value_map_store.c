/* A team's value maps: versions that are never changed, one of them public. */
#include "base/vec.h"
#include "crypto/hash.h"
#include "mod/fund/effects.h"
#include "sys/random.h"

#define MAP_COLS                                                                                                       \
    "id, proposal, version, csv, hash, rate, middle, saved, published, withdrawn, log_entry, ratio_low, ratio_base,"   \
    " ratio_high, npv_low, npv_base, npv_high"
#define MAP_TYPES "iiitttiiiiiiiiiii"

WATCHED(fund_value_map);
QUERY(fe_maps, "i", MAP_TYPES, "SELECT " MAP_COLS " FROM fund_value_map WHERE proposal = $1 ORDER BY version DESC");
QUERY(fe_map_newest, "i", MAP_TYPES,
      "SELECT " MAP_COLS " FROM fund_value_map WHERE proposal = $1 ORDER BY version DESC LIMIT 1");
QUERY(fe_map_public, "i", MAP_TYPES,
      "SELECT " MAP_COLS " FROM fund_value_map WHERE proposal = $1 AND published <> 0 AND withdrawn = 0"
      " ORDER BY version DESC LIMIT 1");
QUERY(fe_map_add, "iiitttiii", "",
      "INSERT INTO fund_value_map (id, proposal, version, csv, hash, rate, middle, saved, saved_by)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
QUERY(fe_map_publish, "iiiiiiiii", "",
      "UPDATE fund_value_map SET published = $2, log_entry = $3, ratio_low = $4, ratio_base = $5, ratio_high = $6,"
      " npv_low = $7, npv_base = $8, npv_high = $9, withdrawn = 0 WHERE id = $1");
QUERY(fe_map_withdraw, "ii", "",
      "UPDATE fund_value_map SET withdrawn = $2 WHERE proposal = $1 AND published <> 0 AND withdrawn = 0");

static void take(const struct rows *r, struct fund_map_version *v, struct arena *a)
{
    *v = (struct fund_map_version){.id = row_int(r, 0),
                                   .proposal = row_int(r, 1),
                                   .version = row_int(r, 2),
                                   .csv = row_dup(r, 3, a),
                                   .hash = row_dup(r, 4, a),
                                   .rate = row_dup(r, 5, a),
                                   .convention = row_int(r, 6) ? SROI_MID_YEAR : SROI_END_YEAR,
                                   .saved = row_int(r, 7),
                                   .published = row_int(r, 8),
                                   .withdrawn = row_int(r, 9),
                                   .log_entry = row_int(r, 10),
                                   .ratio = {row_int(r, 11), row_int(r, 12), row_int(r, 13)},
                                   .npv = {row_int(r, 14), row_int(r, 15), row_int(r, 16)}};
}

static rc one(struct tx *tx, const struct query *q, id proposal, struct fund_map_version *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, q, VALS(v_int(proposal)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-709", N_("There is no value map here."));
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_maps_of(struct tx *tx, id proposal, struct fund_map_version **out, size_t *n, struct arena *a)
{
    VEC(struct fund_map_version) list = {0};
    struct rows r;
    TRY(db_select(tx, &fe_maps, VALS(v_int(proposal)), &r));
    while (rows_next(&r)) {
        struct fund_map_version *v = VEC_ADD(&list, a);
        if (!v)
            break;
        take(&r, v, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_map_public(struct tx *tx, id proposal, struct fund_map_version *out, struct arena *a)
{
    return one(tx, &fe_map_public, proposal, out, a);
}

rc fund_map_open(struct arena *a, const struct fund_map_version *v, struct value_map *m, struct err *err)
{
    *m = (struct value_map){.rate = v->rate, .convention = v->convention};
    return value_map_read(a, v->csv, m, err);
}

rc fund_map_rate(struct tx *tx, id programme, str *out, struct arena *a)
{
    int64_t permille;
    TRY(fund_param(tx, programme, "sroi.rate", &permille));
    *out = arena_printf(a, "%lld.%lld", (long long)(permille / 10), (long long)(permille % 10));
    return arena_rc(a);
}

/* The newest version when nothing has changed, else a new one. */
static rc version_of(const struct act *x, const struct fund_proposal *p, struct value_map *m,
                     struct fund_map_version *out)
{
    char hash[2 * SHA256_LEN + 1];
    struct fund_map_version last = {0};
    BUF_SCOPED csv = BUF_INIT(VALUE_CSV_MAX);
    if (m->rate.n == 0)
        TRY(fund_map_rate(x->tx, p->programme, &m->rate, x->a));
    value_map_csv(x->a, m, &csv);
    TRY(buf_rc(&csv));
    struct sha256 digest = sha256_of(buf_str(&csv));
    sha256_hex(&digest, hash);
    rc e = one(x->tx, &fe_map_newest, p->id, &last, x->a);
    if (e != OK && e != E_NOTFOUND)
        return e;
    err_clear(tx_err(x->tx));
    *out = last;
    if (e == OK && str_eq(last.hash, str_of(hash)) && str_eq(last.rate, m->rate) && last.convention == m->convention)
        return OK;
    if (last.version >= FUND_MAP_VERSIONS_MAX)
        return ERR(tx_err(x->tx), E_LIMIT, "FND-712", N_("There are {1} versions already; no more can be kept."),
                   number_text(x->a, FUND_MAP_VERSIONS_MAX));
    *out = (struct fund_map_version){.id = id_new(),
                                     .proposal = p->id,
                                     .version = last.version + 1,
                                     .hash = arena_str(x->a, str_of(hash)),
                                     .rate = m->rate,
                                     .convention = m->convention};
    TRY(arena_rc(x->a));
    return db_exec(x->tx, &fe_map_add,
                   VALS(v_int(out->id), v_int(p->id), v_int(out->version), v_text(buf_str(&csv)), v_text(out->hash),
                        v_text(m->rate), v_int(m->convention == SROI_MID_YEAR), v_int(x->at), v_int(x->by->account)),
                   NULL);
}

static rc of_team(const struct act *x, id proposal, struct fund_proposal *p)
{
    TRY(fund_proposal_get(x->tx, proposal, p, x->a));
    return fund_needs_team(x, p);
}

rc fund_map_save(const struct act *x, id proposal, const struct value_map *m, id *version)
{
    struct fund_proposal p;
    struct fund_map_version v;
    struct value_map kept = *m;
    TRY(of_team(x, proposal, &p));
    TRY(version_of(x, &p, &kept, &v));
    *version = v.id;
    return OK;
}

rc fund_map_publish(const struct act *x, id proposal, const struct value_map *m, id *version)
{
    struct fund_proposal p;
    struct fund_map_version v;
    struct value_map kept = *m;
    struct value_result *r = ARENA_NEW(x->a, struct value_result);
    if (!r)
        return arena_rc(x->a);
    TRY(of_team(x, proposal, &p));
    if (p.state != FUND_ACCEPTED)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-713",
                   N_("Only a proposal that was accepted for review has a public page."));
    TRY(version_of(x, &p, &kept, &v));
    TRY(value_map_compute(x->a, &kept, r, tx_err(x->tx)));
    *version = v.id;
    if (v.published != 0 && v.withdrawn == 0)
        return OK;
    const struct sroi_out *o = &r->out;
    TRY(act_log(x, "fund.value-map.published", v.id,
                KVS(kv_int("middle", v.convention == SROI_MID_YEAR), kv_int("number", p.number),
                    kv_text("rate", v.rate), kv_text("sha256", v.hash), kv_int("version", v.version)),
                &v.log_entry));
    return db_exec(x->tx, &fe_map_publish,
                   VALS(v_int(v.id), v_int(x->at), v_int(v.log_entry), v_int(o->low.ratio), v_int(o->base.ratio),
                        v_int(o->high.ratio), v_int(o->low.npv), v_int(o->base.npv), v_int(o->high.npv)),
                   NULL);
}

rc fund_map_withdraw(const struct act *x, id proposal)
{
    struct fund_proposal p;
    int64_t gone;
    TRY(of_team(x, proposal, &p));
    TRY(db_exec(x->tx, &fe_map_withdraw, VALS(v_int(proposal), v_int(x->at)), &gone));
    if (gone == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.value-map.withdrawn", proposal, KVS(kv_int("number", p.number)), NULL);
}
