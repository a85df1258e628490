/* Certificates for tests, signed by their own key or by another. */
#ifndef RISE_CRYPTO_TEST_CERTS_H
#define RISE_CRYPTO_TEST_CERTS_H
#include "crypto/cert.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "t.h"

static inline void tc_extension(struct buf *b, str oid, bool critical, str value)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid);
    if (critical)
        der_put_bool(b, true);
    der_put(b, DER_OCTET_STRING, value);
    der_close(b, mark);
}

static inline void tc_name(struct buf *b, const char *cn)
{
    size_t name = der_open(b, DER_SEQUENCE);
    size_t set = der_open(b, DER_SET);
    size_t one = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid_common_name);
    der_put(b, DER_UTF8_STRING, str_of(cn));
    der_close(b, one);
    der_close(b, set);
    der_close(b, name);
}

static inline void tc_extensions(struct buf *b, str eku, bool eku_critical)
{
    size_t explicit = der_open(b, DER_CONTEXT_CONSTRUCTED(3));
    size_t all = der_open(b, DER_SEQUENCE);
    BUF_SCOPED value = BUF_INIT(256);
    der_put(&value, DER_OCTET_STRING, STR("key 1"));
    tc_extension(b, oid_subject_key_id, false, buf_str(&value));
    buf_clear(&value);
    der_put(&value, DER_BIT_STRING, STR("\x06\xc0"));
    tc_extension(b, oid_key_usage, true, buf_str(&value));
    buf_clear(&value);
    if (eku.n > 0) {
        size_t mark = der_open(&value, DER_SEQUENCE);
        buf_put(&value, eku);
        der_close(&value, mark);
        tc_extension(b, oid_ext_key_usage, eku_critical, buf_str(&value));
    }
    der_close(b, all);
    der_close(b, explicit);
}

/* `eku`: OIDs as DER, one behind the other; may be empty. Valid 2020 to 2049. */
static inline struct cert *tc_issue(struct arena *a, const struct pkey *key, const char *cn, str eku, bool eku_critical,
                                    const struct pkey *ca, const char *ca_cn)
{
    BUF_SCOPED tbs = BUF_INIT(1 << 16);
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    BUF_SCOPED whole = BUF_INIT(1 << 16);
    size_t mark = der_open(&tbs, DER_SEQUENCE);
    der_put(&tbs, DER_CONTEXT_CONSTRUCTED(0), STR("\x02\x01\x02"));
    der_put(&tbs, DER_INTEGER, STR("\x11\x22\x33\x44\x55\x66\x77\x08"));
    pkey_put_algorithm(&tbs, ca, pkey_scheme(ca));
    tc_name(&tbs, ca_cn);
    size_t validity = der_open(&tbs, DER_SEQUENCE);
    der_put_time(&tbs, 18262 * DAY);
    der_put_time(&tbs, 29000 * DAY);
    der_close(&tbs, validity);
    tc_name(&tbs, cn);
    t_ok(pkey_write_spki(key, &tbs));
    tc_extensions(&tbs, eku, eku_critical);
    der_close(&tbs, mark);
    t_ok(pkey_sign(ca, pkey_scheme(ca), buf_str(&tbs), &signature));
    mark = der_open(&whole, DER_SEQUENCE);
    buf_put(&whole, buf_str(&tbs));
    pkey_put_algorithm(&whole, ca, pkey_scheme(ca));
    der_put_octet_bits(&whole, buf_str(&signature));
    der_close(&whole, mark);
    struct cert *c = NULL;
    t_ok(cert_read(a, buf_str(&whole), &c, NULL));
    return c;
}

static inline struct cert *tc_make(struct arena *a, const struct pkey *key, const char *cn, str eku, bool eku_critical)
{
    return tc_issue(a, key, cn, eku, eku_critical, key, cn);
}

static inline struct pkey *tc_key(struct arena *a, enum pkey_kind kind)
{
    struct pkey *k = NULL;
    t_ok(pkey_generate(kind, 2048, &k));
    t_ok(pkey_in(a, k));
    return k;
}
#endif
