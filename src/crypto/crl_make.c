#include "crypto/crl_make.h"

#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

enum { VERSION_2 = 1 };

static void put_entry(struct buf *b, const struct crl_revoked *e)
{
    size_t entry = der_open(b, DER_SEQUENCE);
    der_put(b, DER_INTEGER, e->serial);
    der_put_time(b, e->when);
    if (e->reason != CRL_UNSPECIFIED) {
        const unsigned char code[] = {DER_ENUMERATED, 1, (unsigned char)e->reason};
        size_t extensions = der_open(b, DER_SEQUENCE);
        x509_put_extension(b, oid_crl_reason, false, str_n(code, sizeof code));
        der_close(b, extensions);
    }
    der_close(b, entry);
}

static void put_number(struct buf *b, str oid, bool critical, uint64_t number)
{
    BUF_SCOPED value = BUF_INIT(32);
    unsigned char big_endian[sizeof number];
    for (size_t i = 0; i < sizeof number; i++)
        big_endian[i] = (unsigned char)(number >> 8 * (sizeof number - 1 - i));
    der_put_natural(&value, str_n(big_endian, sizeof big_endian));
    x509_put_extension(b, oid, critical, buf_str(&value));
}

static void put_scope(struct buf *b, const struct crl_profile *p)
{
    BUF_SCOPED value = BUF_INIT(X509_PARTS_MAX);
    if (p->n_points == 0 && !p->only_users && !p->only_cas)
        return;
    size_t body = der_open(&value, DER_SEQUENCE);
    if (p->n_points)
        x509_put_point_name(&value, p->points, p->n_points);
    if (p->only_users)
        der_put(&value, DER_CONTEXT(1), STR("\xff"));
    if (p->only_cas)
        der_put(&value, DER_CONTEXT(2), STR("\xff"));
    der_close(&value, body);
    if (buf_rc(&value) != OK)
        b->error = buf_rc(&value);
    x509_put_extension(b, oid_issuing_point, true, buf_str(&value));
}

static void put_expired_since(struct buf *b, instant t)
{
    BUF_SCOPED value = BUF_INIT(64);
    der_put_generalized(&value, t);
    x509_put_extension(b, oid_expired_certs_on_crl, false, buf_str(&value));
}

static void put_extensions(struct buf *b, const struct crl_profile *p, const struct cert *issuer)
{
    size_t tag = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    size_t list = der_open(b, DER_SEQUENCE);
    if (issuer->subject_key_id.p) {
        BUF_SCOPED value = BUF_INIT(X509_PARTS_MAX);
        x509_put_key_id(&value, issuer->subject_key_id);
        x509_put_extension(b, oid_authority_key_id, false, buf_str(&value));
    }
    put_number(b, oid_crl_number, false, p->number);
    if (p->is_delta)
        put_number(b, oid_delta_crl, true, p->base_number);
    put_scope(b, p);
    if (p->keeps_expired)
        put_expired_since(b, p->expired_since);
    der_close(b, list);
    der_close(b, tag);
}

/* The entries are written apart: closing their SEQUENCE inside the rest would move megabytes twice more. */
static void put_tbs(struct buf *b, const struct crl_profile *p, str entries, const struct cert *issuer,
                    const struct pkey *key)
{
    size_t tbs = der_open(b, DER_SEQUENCE);
    der_put_i64(b, VERSION_2);
    pkey_put_algorithm(b, key, pkey_scheme(key));
    buf_put(b, issuer->subject);
    der_put_time(b, p->this_update);
    der_put_time(b, p->next_update);
    if (entries.n) /* an empty list must be absent (section 5.1.2.6) */
        der_put(b, DER_SEQUENCE, entries);
    put_extensions(b, p, issuer);
    der_close(b, tbs);
}

rc crl_make(const struct crl_profile *p, const struct crl_revoked *v, size_t n, const struct cert *issuer,
            const struct pkey *key, struct buf *out)
{
    if (!issuer->key || !pkey_same(issuer->key, key) || (issuer->has_usage && !(issuer->usage & CERT_CRL_SIGN)))
        return E_INVALID;
    BUF_SCOPED entries = BUF_INIT(CRL_BYTES_MAX);
    BUF_SCOPED tbs = BUF_INIT(CRL_BYTES_MAX);
    for (size_t i = 0; i < n; i++)
        put_entry(&entries, &v[i]);
    TRY(buf_rc(&entries));
    put_tbs(&tbs, p, buf_str(&entries), issuer, key);
    TRY(buf_rc(&tbs));
    size_t whole = der_open(out, DER_SEQUENCE);
    TRY(x509_put_signed(out, buf_str(&tbs), key));
    der_close(out, whole);
    return buf_rc(out);
}
