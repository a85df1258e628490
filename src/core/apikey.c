/* API keys: shown once, stored as SHA-256. The prefix lets secret scanners recognise a leaked one. */
#include "base/vec.h"
#include "core/account.h"
#include "crypto/hash.h"
#include "sys/random.h"

enum { KEY_BYTES = 32, KEYS_MAX = 20 };

QUERY(apikey_insert, "ibiitii", "",
      "INSERT INTO api_key (id, hash, party, account, label, perms, created, last_used, revoked) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)");
QUERY(apikey_select, "b", "iiitti",
      "SELECT k.id, k.party, k.account, k.label, p.name, k.perms FROM api_key k JOIN party p ON p.id = k.party "
      "WHERE k.hash = $1 AND k.revoked = 0");
QUERY(apikey_count, "i", "i", "SELECT CAST(count(*) AS BIGINT) FROM api_key WHERE party = $1 AND revoked = 0");
QUERY(apikey_set_revoked, "iii", "", "UPDATE api_key SET revoked = $3 WHERE party = $1 AND id = $2 AND revoked = 0");
QUERY(apikey_set_used, "ii", "", "UPDATE api_key SET last_used = $2 WHERE id = $1 AND last_used < $2");
QUERY(apikeys_select, "i", "itiii",
      "SELECT id, label, created, last_used, revoked FROM api_key WHERE party = $1 ORDER BY id DESC LIMIT 200");

rc apikey_make(struct tx *tx, id party, id account, perm perms, str label, struct buf *key, id *out)
{
    int64_t n;
    TRY(db_one_int(tx, &apikey_count, VALS(v_int(party)), &n));
    if (n >= KEYS_MAX)
        return ERR(tx_err(tx), E_LIMIT, "ACC-005",
                   N_("Your organisation has 20 API keys already. Revoke one that is not used."));
    unsigned char raw[KEY_BYTES];
    random_bytes(raw, sizeof raw);
    size_t from = key->n;
    buf_put(key, STR("rise_"));
    buf_base64url(key, str_n(raw, sizeof raw));
    TRY(buf_rc(key));
    struct sha256 hash = sha256_of(str_sub(buf_str(key), from, key->n));
    *out = id_new();
    return db_exec(tx, &apikey_insert,
                   VALS(v_int(*out), v_blob(sha256_str(&hash)), v_int(party), v_int(account), v_text(label),
                        v_int(perms), v_int(tx_now(tx))),
                   NULL);
}

rc apikey_load(struct tx *tx, str key, struct session *out, struct arena *a)
{
    struct sha256 hash = sha256_of(key);
    struct rows r;
    rc found = db_one(tx, &apikey_select, VALS(v_blob(sha256_str(&hash))), &r);
    if (found == E_NOTFOUND)
        return E_AUTH;
    TRY(found);
    *out = (struct session){.api_key = row_int(&r, 0),
                            .party = row_int(&r, 1),
                            .account = row_int(&r, 2),
                            .name = row_dup(&r, 3, a),
                            .party_name = row_dup(&r, 4, a),
                            .perms = PUBLIC | (perm)row_int(&r, 5),
                            .csrf = STR_EMPTY};
    TRY(rows_end(&r));
    return out->name.p && out->party_name.p ? OK : arena_rc(a);
}

rc apikey_used(struct tx *tx, id key)
{
    return db_exec(tx, &apikey_set_used, VALS(v_int(key), v_int(tx_now(tx) / MINUTE * MINUTE)), NULL);
}

rc apikey_revoke(struct tx *tx, id party, id key)
{
    identity_changed();
    int64_t n;
    TRY(db_exec(tx, &apikey_set_revoked, VALS(v_int(party), v_int(key), v_int(tx_now(tx))), &n));
    return n == 1 ? OK : E_NOTFOUND;
}

rc apikeys_of(struct tx *tx, id party, struct apikey **out, size_t *n, struct arena *a)
{
    VEC(struct apikey) all = {0};
    struct rows r;
    TRY(db_select(tx, &apikeys_select, VALS(v_int(party)), &r));
    while (rows_next(&r)) {
        struct apikey *k = VEC_ADD(&all, a);
        if (!k)
            break;
        *k = (struct apikey){row_int(&r, 0), row_dup(&r, 1, a), row_int(&r, 2), row_int(&r, 3), row_int(&r, 4) != 0};
    }
    TRY(rows_end(&r));
    *out = all.v;
    *n = all.n;
    return arena_rc(a);
}
