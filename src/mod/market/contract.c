/* The standard contract: published once per version, never changed; an order keeps version and hash of what was agreed.
 */
#include "mod/market/parts.h"

#define CONTRACT_COLS "version, from_day, zh, en, hash"

QUERY(mq_contract_on, "ii", "iittt",
      "SELECT " CONTRACT_COLS
      " FROM market_contract WHERE programme = $1 AND from_day <= $2 ORDER BY from_day DESC, version DESC LIMIT 1");
QUERY(mq_contract_get, "ii", "iittt",
      "SELECT " CONTRACT_COLS " FROM market_contract WHERE programme = $1 AND version = $2");
QUERY(mq_contract_last, "i", "i", "SELECT COALESCE(MAX(version), 0) FROM market_contract WHERE programme = $1");
QUERY(mq_contract_add, "iiittt", "",
      "INSERT INTO market_contract (programme, version, from_day, zh, en, hash) VALUES ($1, $2, $3, $4, $5, $6)");

enum { TEXT_MAX = 60000 };

static rc take(struct rows *r, struct mkt_contract *out, struct arena *a)
{
    *out = (struct mkt_contract){
        .version = row_int(r, 0), .from = (day)row_int(r, 1), .zh = row_dup(r, 2, a), .en = row_dup(r, 3, a)};
    str hash = row_text(r, 4);
    if (hash.n + 1 != sizeof out->hash)
        return rows_end(r) == OK ? E_CORRUPT : E_IO;
    memcpy(out->hash, hash.p, hash.n);
    TRY(rows_end(r));
    return out->zh.p && out->en.p ? OK : arena_rc(a);
}

rc mkt_contract_on(struct tx *tx, id programme, day on, struct mkt_contract *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &mq_contract_on, VALS(v_int(programme), v_int(on)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "MKT-016", N_("No standard contract is in force."));
    TRY(e);
    return take(&r, out, a);
}

rc mkt_contract_get(struct tx *tx, id programme, int64_t version, struct mkt_contract *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &mq_contract_get, VALS(v_int(programme), v_int(version)), &r));
    return take(&r, out, a);
}

rc mkt_contract_publish(const struct act *x, id programme, day from, str zh, str en, int64_t *version)
{
    TRY(act_needs_officer(x));
    check_text(tx_err(x->tx), "zh", zh, TEXT_MAX, true);
    check_text(tx_err(x->tx), "en", en, TEXT_MAX, true);
    TRY(tx_err(x->tx)->code);
    if (from < instant_day(x->at))
        return ERR_FIELD(tx_err(x->tx), "from", "MKT-052", N_("It can be in force from today on, not in the past."));
    int64_t last;
    TRY(db_one_int(x->tx, &mq_contract_last, VALS(v_int(programme)), &last));
    char hash[2 * SHA256_LEN + 1];
    str both = arena_printf(x->a, "%.*s\n%.*s", STR_ARG(zh), STR_ARG(en));
    if (!both.p)
        return arena_rc(x->a);
    struct sha256 h = sha256_of(both);
    sha256_hex(&h, hash);
    *version = last + 1;
    TRY(db_exec(x->tx, &mq_contract_add,
                VALS(v_int(programme), v_int(*version), v_int(from), v_text(zh), v_text(en), v_text(str_of(hash))),
                NULL));
    return act_log(x, "market.contract.published", programme,
                   KVS(kv_int("version", *version), kv_text("sha256", str_of(hash))), NULL);
}
