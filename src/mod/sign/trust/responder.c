#include "mod/sign/trust/responder.h"

QUERY(so_newest, "i", "iib",
      "SELECT s.id, s.key, c.der FROM sign_service s JOIN sign_cert c ON c.id = s.cert WHERE s.authority = $1 AND"
      " s.kind = 'ocsp' ORDER BY s.id DESC LIMIT 1");
/* Only what still says what is true, and was signed by the key in use. */
QUERY(so_stored, "itii", "iibb",
      "SELECT o.this_update, o.next_update, o.sha1, o.sha256 FROM sign_cert c JOIN sign_ocsp o ON o.cert = c.id WHERE"
      " c.authority = $1 AND c.serial = $2 AND o.service = $3 AND o.revoked = c.revoked AND o.reason = c.reason AND"
      " o.this_update <= $4 AND o.next_update > $4");

/* A responder's callbacks get what was fixed when it was made; what belongs to the one question lies here. */
struct question {
    struct tx *tx;
    instant now, from, until; /* the answer's thisUpdate and nextUpdate */
};
static _Thread_local struct question *asking;

static instant whole_seconds(instant t)
{
    return t - t % SECOND;
}

/* Nobody believes a responder whose own certificate has run out, so no answer promises more. */
static instant next_update(const struct trust_responder *r, instant now)
{
    instant until = now + r->lasts, end = r->cert->not_after;
    return whole_seconds(end > now && end < until ? end : until);
}

static rc status(void *arg, str serial, struct ocsp_status *out)
{
    const struct trust_responder *r = arg;
    struct trust_status s;
    TRY(trust_status(asking->tx, r->authority, serial, &s));
    *out = (struct ocsp_status){.state = s.revoked ? OCSP_REVOKED : OCSP_GOOD,
                                .since = s.revoked,
                                .reason = s.reason,
                                .next_update = asking->until};
    return OK;
}

static rc stored(void *arg, enum digest id_digest, str serial, struct buf *out)
{
    const struct trust_responder *r = arg;
    struct rows row;
    BUF_SCOPED hex = BUF_INIT(TRUST_SERIAL_HEX);
    buf_hex(&hex, serial);
    if (buf_rc(&hex) != OK || (id_digest != DIGEST_SHA1 && id_digest != DIGEST_SHA256))
        return E_NOTFOUND;
    TRY(db_one(asking->tx, &so_stored,
               VALS(v_int(r->authority), v_text(buf_str(&hex)), v_int(r->service), v_int(asking->now)), &row));
    asking->from = row_int(&row, 0);
    asking->until = row_int(&row, 1);
    buf_put(out, row_text(&row, id_digest == DIGEST_SHA1 ? 2 : 3));
    TRY(rows_end(&row));
    return buf_rc(out);
}

rc trust_responder_make(struct arena *a, const struct pkey *key, struct trust_responder *r)
{
    const struct ocsp_responder_options o = {.key = key,
                                             .cert = r->cert,
                                             .issuer = r->issuer,
                                             .lasts = r->lasts = r->presigned ? TRUST_OCSP_STORED : TRUST_OCSP_LASTS,
                                             .ignore_nonce = r->presigned,
                                             .keeps_expired = true,
                                             .expired_since = r->issuer->not_before,
                                             .arg = r,
                                             .status = status,
                                             .stored = r->presigned ? stored : NULL};
    return ocsp_responder_make(a, &o, &r->ocsp);
}

rc trust_responder_open(struct tx *tx, const struct app *app, struct arena *a, id authority, bool presigned,
                        struct trust_responder **out)
{
    struct rows row;
    struct trust_authority of;
    struct cert *cert = NULL;
    struct pkey *key = NULL;
    struct trust_responder *r = ARENA_NEW(a, struct trust_responder);
    if (!r)
        return arena_failed(a);
    TRY(db_one(tx, &so_newest, VALS(v_int(authority)), &row));
    id service = row_int(&row, 0), key_id = row_int(&row, 1);
    rc read = cert_read(a, row_text(&row, 2), &cert, tx_err(tx));
    TRY(rows_end(&row));
    TRY(read);
    TRY(trust_authority_get(tx, a, authority, &of));
    TRY(trust_key_load(tx, app, a, key_id, &key));
    *r = (struct trust_responder){
        .authority = authority, .service = service, .issuer = of.cert, .cert = cert, .presigned = presigned};
    *out = r;
    return trust_responder_make(a, key, r);
}

rc trust_responder_answer(const struct trust_responder *r, struct tx *tx, str request, instant now, struct buf *out,
                          struct trust_ocsp_told *told)
{
    struct question q = {tx, now, whole_seconds(now), next_update(r, now)};
    enum ocsp_outcome outcome = OCSP_INTERNAL_ERROR;
    asking = &q;
    rc result = ocsp_answer(r->ocsp, request, now, out, &outcome);
    asking = NULL;
    *told = (struct trust_ocsp_told){
        .reusable = result == OK && outcome == OCSP_SUCCESSFUL, .from = q.from, .until = q.until};
    return result;
}

rc trust_responder_sign(const struct trust_responder *r, struct tx *tx, enum digest id_digest, str serial, instant now,
                        struct buf *out, struct trust_ocsp_told *told)
{
    struct question q = {tx, now, whole_seconds(now), next_update(r, now)};
    asking = &q;
    rc result = ocsp_presign(r->ocsp, id_digest, serial, now, out);
    asking = NULL;
    *told = (struct trust_ocsp_told){.from = q.from, .until = q.until};
    return result;
}
