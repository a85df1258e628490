/* AlgorithmIdentifier of signatures. */
#include "crypto/der.h"
#include "crypto/digest_algorithm.h"
#include "crypto/oid.h"
#include "crypto/pkey.h"

/* A family and a digest make an identifier; `null`: with NULL parameters (RFC 4055 section 5), else without any. */
static const struct {
    const str *oid;
    bool rsa, ec, null;
    enum digest digest; /* DIGEST_NONE: named elsewhere */
} algorithms[] = {
    {&oid_md5_rsa, true, false, true, DIGEST_MD5},          {&oid_sha1_rsa, true, false, true, DIGEST_SHA1},
    {&oid_sha256_rsa, true, false, true, DIGEST_SHA256},    {&oid_sha384_rsa, true, false, true, DIGEST_SHA384},
    {&oid_sha512_rsa, true, false, true, DIGEST_SHA512},    {&oid_rsa, true, false, true, DIGEST_NONE},
    {&oid_sha1_ecdsa, false, true, false, DIGEST_SHA1},     {&oid_sha256_ecdsa, false, true, false, DIGEST_SHA256},
    {&oid_sha384_ecdsa, false, true, false, DIGEST_SHA384}, {&oid_sha512_ecdsa, false, true, false, DIGEST_SHA512},
};

/* RSASSA-PSS-params (RFC 4055 section 3.1): hash, MGF1 with it, salt as long as it. */
static void put_pss(struct buf *b, enum digest digest)
{
    size_t params = der_open(b, DER_SEQUENCE);
    size_t hash = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    digest_algorithm_put(b, digest, true);
    der_close(b, hash);
    size_t mask = der_open(b, DER_CONTEXT_CONSTRUCTED(1));
    size_t id = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid_mgf1);
    digest_algorithm_put(b, digest, true);
    der_close(b, id);
    der_close(b, mask);
    size_t salt = der_open(b, DER_CONTEXT_CONSTRUCTED(2));
    der_put_i64(b, (int64_t)digest_size(digest));
    der_close(b, salt);
    der_close(b, params);
}

void pkey_put_algorithm(struct buf *b, const struct pkey *k, struct pkey_scheme scheme)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    if (pkey_kind(k) == PKEY_ED25519) {
        der_put(b, DER_OID, oid_ed25519);
    } else if (scheme.pss) {
        der_put(b, DER_OID, oid_rsa_pss);
        put_pss(b, scheme.digest);
    } else {
        for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
            if (algorithms[i].digest != scheme.digest || algorithms[i].rsa != (pkey_kind(k) == PKEY_RSA))
                continue;
            der_put(b, DER_OID, *algorithms[i].oid);
            if (algorithms[i].null)
                der_put(b, DER_NULL, STR_EMPTY);
        }
    }
    der_close(b, mark);
}

static rc take_digest(str *d, enum digest *out)
{
    struct digest_algorithm one;
    TRY(digest_algorithm_take(d, &one));
    *out = one.digest;
    return one.digest == DIGEST_NONE ? E_INVALID : OK;
}

/* One digest in both places and a salt as long as it: other choices exist on paper only. */
static rc take_pss(str params, struct pkey_scheme *out)
{
    str field;
    str mask;
    str oid;
    int64_t salt = 20;
    enum digest hash = DIGEST_SHA1; /* RFC 4055's defaults */
    enum digest mgf = DIGEST_SHA1;
    TRY(der_optional(&params, DER_CONTEXT_CONSTRUCTED(0), &field));
    if (field.p) {
        TRY(take_digest(&field, &hash));
        TRY(der_end(field));
    }
    TRY(der_optional(&params, DER_CONTEXT_CONSTRUCTED(1), &field));
    if (field.p) {
        TRY(der_only(field, DER_SEQUENCE, &mask));
        TRY(der_take(&mask, DER_OID, &oid));
        TRY(take_digest(&mask, &mgf));
        TRY(der_end(mask));
        if (!str_eq(oid, oid_mgf1))
            return E_INVALID;
    }
    TRY(der_optional(&params, DER_CONTEXT_CONSTRUCTED(2), &field));
    if (field.p) {
        TRY(der_take_i64(&field, &salt));
        TRY(der_end(field));
    }
    TRY(der_end(params));
    if (mgf != hash || salt != (int64_t)digest_size(hash))
        return E_INVALID;
    *out = (struct pkey_scheme){.digest = hash, .pss = true};
    return OK;
}

rc pkey_take_algorithm(str *d, enum digest rsa_digest, enum pkey_kind kind, struct pkey_scheme *out)
{
    str rest = *d;
    str body;
    str oid;
    str params = {NULL, 0};
    TRY(der_take(&rest, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_OID, &oid));
    bool rsa = kind == PKEY_RSA;
    if (str_eq(oid, oid_rsa_pss)) {
        TRY(der_take(&body, DER_SEQUENCE, &params));
        TRY(der_end(body));
        TRY(rsa ? take_pss(params, out) : E_INVALID);
        *d = rest;
        return OK;
    }
    TRY(der_optional(&body, DER_NULL, &params));
    TRY(der_end(body));
    if (str_eq(oid, oid_ed25519) && kind == PKEY_ED25519 && !params.p) {
        *out = (struct pkey_scheme){.digest = DIGEST_SHA512};
        *d = rest;
        return OK;
    }
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (!str_eq(*algorithms[i].oid, oid) || algorithms[i].rsa != rsa || (algorithms[i].ec && kind == PKEY_ED25519))
            continue;
        enum digest digest = algorithms[i].digest != DIGEST_NONE ? algorithms[i].digest : rsa_digest;
        if (digest == DIGEST_NONE)
            return E_INVALID;
        *out = (struct pkey_scheme){.digest = digest};
        *d = rest;
        return OK;
    }
    return E_INVALID;
}
