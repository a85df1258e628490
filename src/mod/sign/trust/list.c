/* Revocation lists: published at every revocation, and again in time by a job. */
#include "crypto/crl_make.h"
#include "mod/sign/trust/trust.h"

enum { SERIAL_HEX = 2 * (CERT_SERIAL_BYTES + 1), ENTRY_ROOM = 64, HEAD_ROOM = 16 * 1024 };

QUERY(sl_count, "i", "i", "SELECT COUNT(*) FROM sign_cert WHERE authority = $1 AND revoked <> 0");
QUERY(sl_revoked, "i", "tii",
      "SELECT serial, revoked, reason FROM sign_cert WHERE authority = $1 AND revoked <> 0 ORDER BY revoked, id");
QUERY(sl_number, "ii", "", "UPDATE sign_authority SET crl_number = crl_number + 1 WHERE id = $1 AND crl_number = $2");
QUERY(sl_add, "iiiib", "",
      "INSERT INTO sign_crl (authority, number, this_update, next_update, der) VALUES ($1, $2, $3, $4, $5)");
QUERY(sl_prune, "iii", "", "DELETE FROM sign_crl WHERE authority = $1 AND number < $2 AND next_update < $3");
QUERY(sl_latest, "i", "bii",
      "SELECT der, this_update, next_update FROM sign_crl WHERE authority = $1 ORDER BY number DESC LIMIT 1");
QUERY(sl_due, "ii", "i",
      "SELECT a.id FROM sign_authority a JOIN sign_crl c ON c.authority = a.id AND c.number = a.crl_number WHERE"
      " c.next_update - $1 < (c.next_update - c.this_update) / 3 ORDER BY a.id LIMIT $2");
QUERY(sk_clock_add, "i", "", "INSERT INTO sign_clock (id, latest) VALUES (1, $1) ON CONFLICT (id) DO NOTHING");
QUERY(sk_clock, "i", "", "UPDATE sign_clock SET latest = $1 WHERE id = 1 AND latest < $1");
QUERY(sk_clock_get, "", "i", "SELECT latest FROM sign_clock WHERE id = 1");

static rc revoked_of(const struct act *x, id authority, struct crl_revoked **out, size_t *n)
{
    int64_t count;
    struct rows r;
    *n = 0;
    TRY(db_one_int(x->tx, &sl_count, VALS(v_int(authority)), &count));
    *out = ARENA_ARRAY(x->a, (size_t)count + 1, struct crl_revoked);
    if (!*out)
        return arena_failed(x->a);
    TRY(db_select(x->tx, &sl_revoked, VALS(v_int(authority)), &r));
    while (*n < (size_t)count && rows_next(&r)) {
        BUF_SCOPED serial = BUF_INIT(SERIAL_HEX);
        if (buf_unhex(&serial, row_text(&r, 0)) != OK)
            break;
        (*out)[*n] =
            (struct crl_revoked){arena_str(x->a, buf_str(&serial)), row_int(&r, 1), (enum crl_reason)row_int(&r, 2)};
        if (!(*out)[(*n)++].serial.p)
            break;
    }
    TRY(rows_end(&r));
    if (arena_rc(x->a) != OK)
        return arena_rc(x->a);
    return *n == (size_t)count ? OK : E_CORRUPT;
}

static rc log_list(const struct act *x, const struct trust_authority *of, int64_t number, str der)
{
    struct sha256 h = sha256_of(der);
    str hash = sha256_hex_text(x->a, &h);
    TRY(arena_rc(x->a));
    return act_log(x, "ca.crl", of->id,
                   KVS(kv_text("authority", of->name), kv_int("number", number), kv_text("sha256", hash)), NULL);
}

rc trust_crl_publish(const struct act *x, const struct app *app, const struct trust_authority *of)
{
    struct crl_revoked *v = NULL;
    struct pkey *key = NULL;
    size_t n;
    int64_t affected;
    TRY(trust_key_load(x->tx, app, x->a, of->key, &key));
    TRY(revoked_of(x, of->id, &v, &n));
    int64_t number = of->crl_number + 1;
    const struct crl_profile p = {
        .this_update = x->at,
        .next_update = x->at + of->crl_days * DAY,
        .number = (uint64_t)number,
        .keeps_expired = true, /* signatures are judged long after their certificates have run out */
        .expired_since = of->cert->not_before,
    };
    BUF_SCOPED der = BUF_INIT(HEAD_ROOM + n * ENTRY_ROOM);
    TRY(crl_make(&p, v, n, of->cert, key, &der));
    TRY(db_exec(x->tx, &sl_number, VALS(v_int(of->id), v_int(of->crl_number)), &affected));
    if (affected != 1)
        return act_wrong_state(x);
    TRY(db_exec(x->tx, &sl_add,
                VALS(v_int(of->id), v_int(number), v_int(p.this_update), v_int(p.next_update), v_blob(buf_str(&der))),
                NULL));
    /* The newest names everybody ever revoked, so older ones are history only. */
    TRY(db_exec(x->tx, &sl_prune, VALS(v_int(of->id), v_int(number), v_int(x->at - TRUST_CRL_KEPT)), NULL));
    return log_list(x, of, number, buf_str(&der));
}

rc trust_crl_get(struct tx *tx, id authority, struct buf *der, instant *this_update, instant *next_update)
{
    struct rows r;
    TRY(db_one(tx, &sl_latest, VALS(v_int(authority)), &r));
    buf_put(der, row_text(&r, 0));
    *this_update = row_int(&r, 1);
    *next_update = row_int(&r, 2);
    TRY(rows_end(&r));
    return buf_rc(der);
}

rc trust_crl_due(struct tx *tx, instant at, id out[TRUST_AUTHORITIES_MAX], size_t *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, &sl_due, VALS(v_int(at), v_int(TRUST_AUTHORITIES_MAX)), &r));
    while (*n < TRUST_AUTHORITIES_MAX && rows_next(&r))
        out[(*n)++] = row_int(&r, 0);
    return rows_end(&r);
}

/* ---- the clock ---- */

rc trust_clock_begin(const struct act *x)
{
    return db_exec(x->tx, &sk_clock_add, VALS(v_int(x->at)), NULL);
}

rc trust_clock_note(const struct act *x)
{
    return db_exec(x->tx, &sk_clock, VALS(v_int(x->at)), NULL);
}

rc trust_clock_latest(struct tx *tx, instant *out)
{
    rc r = db_one_int(tx, &sk_clock_get, NOVALS, out);
    if (r == E_NOTFOUND)
        *out = 0;
    return r == E_NOTFOUND ? OK : r;
}
