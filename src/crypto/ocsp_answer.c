#include "crypto/ocsp_answer.h"

#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

enum { FIXED_MAX = 2 * CERT_BYTES_MAX };

/* Forms of CertID that are asked with. */
static const enum digest id_digests[] = {DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512};
enum { ID_DIGESTS = sizeof id_digests / sizeof id_digests[0] };

struct ocsp_responder {
    struct ocsp_responder_options o;
    struct {
        struct digest_value name, key;
    } issuer[ID_DIGESTS];
    str responder_id; /* DER: byKey, which is short and survives a new name */
    str algorithm;    /* DER AlgorithmIdentifier */
    struct pkey_scheme scheme;
    str certs;  /* DER: [0] with the delegate's certificate; empty when the CA signs itself */
    str cutoff; /* DER: singleExtensions with archiveCutoff; empty: none */
};

/* ---- making a responder ---- */

static bool may_answer(const struct ocsp_responder_options *o)
{
    if (!o->cert->key || !pkey_same(o->cert->key, o->key))
        return false;
    return cert_same(o->cert, o->issuer) ||
           (cert_has_eku(o->cert, oid_eku_ocsp_signing) && cert_signed_by(o->cert, o->issuer));
}

static void put_responder_id(struct buf *b, const struct cert *c)
{
    struct digest_value key = digest_of(DIGEST_SHA1, ocsp_key_bits(c));
    size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(2));
    der_put(b, DER_OCTET_STRING, digest_str(&key));
    der_close(b, tag);
}

static void put_certs(struct buf *b, const struct cert *c)
{
    size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    der_put(b, DER_SEQUENCE, c->der);
    der_close(b, tag);
}

static void put_cutoff(struct buf *b, instant since)
{
    BUF_SCOPED value = BUF_INIT(64);
    der_put_generalized(&value, since - since % SECOND);
    size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(1));
    size_t list = der_open(b, DER_SEQUENCE);
    x509_put_extension(b, oid_ocsp_archive_cutoff, false, buf_str(&value));
    der_close(b, list);
    der_close(b, tag);
}

/* The parts written one behind the other, kept as views into one copy. */
static rc encode_fixed(struct arena *a, struct ocsp_responder *r)
{
    BUF_SCOPED b = BUF_INIT(FIXED_MAX);
    size_t end[4];
    put_responder_id(&b, r->o.cert);
    end[0] = b.n;
    pkey_put_algorithm(&b, r->o.key, r->scheme);
    end[1] = b.n;
    if (!cert_same(r->o.cert, r->o.issuer))
        put_certs(&b, r->o.cert);
    end[2] = b.n;
    if (r->o.keeps_expired)
        put_cutoff(&b, r->o.expired_since);
    end[3] = b.n;
    TRY(buf_rc(&b));
    str all = arena_str(a, buf_str(&b));
    if (!all.p)
        return arena_failed(a);
    r->responder_id = str_sub(all, 0, end[0]);
    r->algorithm = str_sub(all, end[0], end[1] - end[0]);
    r->certs = str_sub(all, end[1], end[2] - end[1]);
    r->cutoff = str_sub(all, end[2], end[3] - end[2]);
    return OK;
}

rc ocsp_responder_make(struct arena *a, const struct ocsp_responder_options *o, struct ocsp_responder **out)
{
    struct ocsp_responder *r = ARENA_NEW(a, struct ocsp_responder);
    if (!r)
        return arena_failed(a);
    if (!may_answer(o))
        return E_INVALID;
    r->o = *o;
    r->scheme = pkey_scheme(o->key);
    for (size_t i = 0; i < ID_DIGESTS; i++) {
        r->issuer[i].name = digest_of(id_digests[i], o->issuer->subject);
        r->issuer[i].key = digest_of(id_digests[i], ocsp_key_bits(o->issuer));
    }
    TRY(encode_fixed(a, r));
    *out = r;
    return OK;
}

/* ---- answering ---- */

static void put_outcome(struct buf *b, enum ocsp_outcome o)
{
    const unsigned char whole[] = {DER_SEQUENCE, 3, DER_ENUMERATED, 1, (unsigned char)o};
    buf_putn(b, whole, sizeof whole);
}

static bool is_ours(const struct ocsp_responder *r, const struct ocsp_id *one)
{
    for (size_t i = 0; i < ID_DIGESTS; i++)
        if (id_digests[i] == one->digest)
            return str_eq(one->name_hash, digest_str(&r->issuer[i].name)) &&
                   str_eq(one->key_hash, digest_str(&r->issuer[i].key));
    return false;
}

static instant whole_seconds(instant t)
{
    return t - t % SECOND;
}

static void put_revoked(struct buf *b, const struct ocsp_status *s)
{
    size_t info = der_open(b, DER_CONTEXT_CONSTRUCTED(1));
    der_put_generalized(b, whole_seconds(s->since));
    if (s->reason != CRL_UNSPECIFIED) {
        const unsigned char code = (unsigned char)s->reason;
        size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
        der_put(b, DER_ENUMERATED, str_n(&code, 1));
        der_close(b, tag);
    }
    der_close(b, info);
}

static void put_single(struct buf *b, const struct ocsp_responder *r, str certid, const struct ocsp_status *s,
                       instant now)
{
    instant from = s->this_update ? s->this_update : now;
    size_t single = der_open(b, DER_SEQUENCE);
    buf_put(b, certid);
    if (s->state == OCSP_REVOKED)
        put_revoked(b, s);
    else
        der_put(b, s->state == OCSP_GOOD ? DER_CONTEXT(0) : DER_CONTEXT(2), STR_EMPTY);
    der_put_generalized(b, whole_seconds(from));
    size_t next = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    der_put_generalized(b, whole_seconds(s->next_update ? s->next_update : from + r->o.lasts));
    der_close(b, next);
    buf_put(b, r->cutoff);
    der_close(b, single);
}

/* One that is not of this CA is unknown here (RFC 6960 section 2.2). */
static rc put_single_of(struct buf *b, const struct ocsp_responder *r, const struct ocsp_id *one, instant now)
{
    struct ocsp_status s = {.state = OCSP_UNKNOWN};
    rc got = is_ours(r, one) ? r->o.status(r->o.arg, one->serial, &s) : E_NOTFOUND;
    if (got == E_NOTFOUND)
        s = (struct ocsp_status){.state = OCSP_UNKNOWN};
    else if (got != OK)
        return got;
    put_single(b, r, one->whole, &s, now);
    return buf_rc(b);
}

static void put_nonce(struct buf *b, str value)
{
    size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(1));
    size_t list = der_open(b, DER_SEQUENCE);
    x509_put_extension(b, oid_ocsp_nonce, false, value);
    der_close(b, list);
    der_close(b, tag);
}

static rc put_tbs(struct buf *b, const struct ocsp_responder *r, const struct ocsp_request *q, instant now)
{
    size_t tbs = der_open(b, DER_SEQUENCE);
    buf_put(b, r->responder_id);
    der_put_generalized(b, whole_seconds(now));
    size_t list = der_open(b, DER_SEQUENCE);
    for (size_t i = 0; i < q->n_ids; i++)
        TRY(put_single_of(b, r, &q->ids[i], now));
    der_close(b, list);
    if (q->nonce.p && !r->o.ignore_nonce)
        put_nonce(b, q->nonce);
    der_close(b, tbs);
    return buf_rc(b);
}

static rc put_response(struct buf *b, const struct ocsp_responder *r, str tbs)
{
    static const unsigned char successful[] = {DER_ENUMERATED, 1, OCSP_SUCCESSFUL};
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    TRY(pkey_sign(r->o.key, r->scheme, tbs, &signature));
    size_t whole = der_open(b, DER_SEQUENCE);
    buf_putn(b, successful, sizeof successful);
    size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    size_t bytes = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid_ocsp_basic);
    size_t octets = der_open(b, DER_OCTET_STRING);
    size_t basic = der_open(b, DER_SEQUENCE);
    buf_put(b, tbs);
    buf_put(b, r->algorithm);
    der_put_octet_bits(b, buf_str(&signature));
    buf_put(b, r->certs);
    der_close(b, basic);
    der_close(b, octets);
    der_close(b, bytes);
    der_close(b, tag);
    der_close(b, whole);
    return buf_rc(b);
}

static rc sign_answer(const struct ocsp_responder *r, const struct ocsp_request *q, instant now, struct buf *out)
{
    BUF_SCOPED tbs = BUF_INIT(OCSP_BYTES_MAX);
    TRY(put_tbs(&tbs, r, q, now));
    return put_response(out, r, buf_str(&tbs));
}

static bool any_is_ours(const struct ocsp_responder *r, const struct ocsp_request *q)
{
    for (size_t i = 0; i < q->n_ids; i++)
        if (is_ours(r, &q->ids[i]))
            return true;
    return false;
}

static rc answer(const struct ocsp_responder *r, const struct ocsp_request *q, instant now, struct buf *out)
{
    if (r->o.stored && q->n_ids == 1) {
        rc got = r->o.stored(r->o.arg, q->ids[0].digest, q->ids[0].serial, out);
        if (got != E_NOTFOUND)
            return got;
    }
    return sign_answer(r, q, now, out);
}

rc ocsp_answer(const struct ocsp_responder *r, str request, instant now, struct buf *out, enum ocsp_outcome *outcome)
{
    struct ocsp_request q;
    enum ocsp_outcome here;
    enum ocsp_outcome *o = outcome ? outcome : &here;
    *o = OCSP_SUCCESSFUL;
    if (ocsp_request_read(request, &q) != OK)
        *o = OCSP_MALFORMED_REQUEST;
    else if (!any_is_ours(r, &q))
        *o = OCSP_UNAUTHORIZED;
    if (*o == OCSP_SUCCESSFUL) {
        rc got = answer(r, &q, now, out);
        if (got != E_UNAVAILABLE)
            return got;
        *o = OCSP_TRY_LATER;
    }
    put_outcome(out, *o);
    return buf_rc(out);
}

rc ocsp_presign(const struct ocsp_responder *r, enum digest id_digest, str serial, instant now, struct buf *out)
{
    BUF_SCOPED certid = BUF_INIT(CERT_BYTES_MAX);
    struct ocsp_request q = {.n_ids = 1};
    ocsp_id_put(&certid, id_digest, r->o.issuer, serial);
    TRY(buf_rc(&certid));
    str one = buf_str(&certid);
    TRY(ocsp_id_take(&one, &q.ids[0]));
    return sign_answer(r, &q, now, out);
}
