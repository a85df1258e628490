/* CertIDs and requests. */
#include "crypto/der.h"
#include "crypto/digest_algorithm.h"
#include "crypto/ocsp.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

rc ocsp_id_take(str *d, struct ocsp_id *out)
{
    str rest = *d;
    str body;
    struct digest_algorithm algorithm;
    TRY(der_take_whole(&rest, DER_SEQUENCE, &out->whole));
    TRY(der_only(out->whole, DER_SEQUENCE, &body));
    TRY(digest_algorithm_take(&body, &algorithm));
    out->digest = algorithm.digest;
    TRY(der_take(&body, DER_OCTET_STRING, &out->name_hash));
    TRY(der_take(&body, DER_OCTET_STRING, &out->key_hash));
    TRY(der_take(&body, DER_INTEGER, &out->serial));
    TRY(der_end(body));
    *d = rest;
    return OK;
}

str ocsp_key_bits(const struct cert *c)
{
    str body;
    str algorithm;
    str bits;
    if (der_only(c->spki, DER_SEQUENCE, &body) != OK || der_take(&body, DER_SEQUENCE, &algorithm) != OK ||
        der_take_octet_bits(&body, &bits) != OK)
        return STR_EMPTY;
    return bits;
}

void ocsp_id_put(struct buf *b, enum digest d, const struct cert *issuer, str serial)
{
    struct digest_value name = digest_of(d, issuer->subject);
    struct digest_value key = digest_of(d, ocsp_key_bits(issuer));
    size_t whole = der_open(b, DER_SEQUENCE);
    digest_algorithm_put(b, d, true);
    der_put(b, DER_OCTET_STRING, digest_str(&name));
    der_put(b, DER_OCTET_STRING, digest_str(&key));
    der_put(b, DER_INTEGER, serial);
    der_close(b, whole);
}

bool ocsp_id_is(const struct ocsp_id *i, const struct cert *issuer, str serial)
{
    if (i->digest == DIGEST_NONE || !str_eq(i->serial, serial))
        return false;
    struct digest_value name = digest_of(i->digest, issuer->subject);
    struct digest_value key = digest_of(i->digest, ocsp_key_bits(issuer));
    return str_eq(i->name_hash, digest_str(&name)) && str_eq(i->key_hash, digest_str(&key));
}

static void put_nonce(struct buf *b, str nonce)
{
    BUF_SCOPED value = BUF_INIT(2 * OCSP_NONCE_MAX);
    size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(2));
    size_t list = der_open(b, DER_SEQUENCE);
    der_put(&value, DER_OCTET_STRING, nonce);
    x509_put_extension(b, oid_ocsp_nonce, false, buf_str(&value));
    der_close(b, list);
    der_close(b, tag);
}

void ocsp_put_request(struct buf *b, const struct cert *c, const struct cert *issuer, enum digest d, str nonce)
{
    size_t whole = der_open(b, DER_SEQUENCE);
    size_t tbs = der_open(b, DER_SEQUENCE);
    size_t list = der_open(b, DER_SEQUENCE);
    size_t request = der_open(b, DER_SEQUENCE);
    ocsp_id_put(b, d, issuer, c->serial);
    der_close(b, request);
    der_close(b, list);
    if (nonce.n)
        put_nonce(b, nonce);
    der_close(b, tbs);
    der_close(b, whole);
}

bool ocsp_has_nonce(const struct ocsp_response *r, str nonce)
{
    str inside;
    return r->nonce.p && der_only(r->nonce, DER_OCTET_STRING, &inside) == OK && str_eq(inside, nonce);
}
