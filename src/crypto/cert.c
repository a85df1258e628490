#include "crypto/cert.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/vec.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/pkey_impl.h"
#include "crypto/x509_cache.h"
#include "crypto/x509_parts.h"

static rc not_a_certificate(struct err *err)
{
    ERR_clear_error();
    return ERR(err, E_INVALID, "CRT-001", N_("This is no X.509 certificate that can be read."));
}

/* ---- extensions ---- */

/* A list of at most `most` OIDs; more are a fault, so that none is overlooked. */
static rc take_oid(str *d, str *v, size_t *n, size_t most)
{
    if (*n == most)
        return E_INVALID;
    return der_take(d, DER_OID, &v[(*n)++]);
}

static rc read_usage(str value, struct cert *c)
{
    str bits;
    unsigned unused = 0;
    TRY(der_take_bits(&value, &bits, &unused));
    TRY(der_end(value));
    c->has_usage = true;
    for (size_t i = 0; i < 8 * bits.n && i < 9; i++)
        if ((unsigned char)bits.p[i / 8] & 0x80 >> i % 8)
            c->usage |= 1U << i;
    return OK;
}

static rc read_basic_constraints(str value, struct cert *c)
{
    str body;
    TRY(der_only(value, DER_SEQUENCE, &body));
    return der_comes(body, DER_BOOLEAN) ? der_take_bool(&body, &c->is_ca) : OK;
}

static rc read_eku(str value, struct cert *c)
{
    str body;
    TRY(der_only(value, DER_SEQUENCE, &body));
    while (body.n > 0)
        TRY(take_oid(&body, c->eku, &c->n_eku, CERT_EKU_MAX));
    return OK;
}

static rc read_policies(str value, struct cert *c)
{
    str body;
    str policy;
    TRY(der_only(value, DER_SEQUENCE, &body));
    while (body.n > 0) {
        TRY(der_take(&body, DER_SEQUENCE, &policy));
        TRY(take_oid(&policy, c->policies, &c->n_policies, CERT_POLICIES_MAX));
    }
    return OK;
}

/* GeneralName [6], an address; others and further ones are left out: an address is a hint where to ask. */
static void add_url(str general_name, str *v, size_t *n)
{
    str url;
    if (*n < CERT_URLS_MAX && der_take(&general_name, DER_CONTEXT(6), &url) == OK && str_starts(url, STR("http")))
        v[(*n)++] = url;
}

static rc read_authority_info(str value, struct cert *c)
{
    str body;
    str access;
    str method;
    TRY(der_only(value, DER_SEQUENCE, &body));
    while (body.n > 0) {
        TRY(der_take(&body, DER_SEQUENCE, &access));
        TRY(der_take(&access, DER_OID, &method));
        if (str_eq(method, oid_ad_ocsp))
            add_url(access, c->ocsp, &c->n_ocsp);
        else if (str_eq(method, oid_ad_ca_issuers))
            add_url(access, c->issuers, &c->n_issuers);
    }
    return OK;
}

static rc read_crl_points(str value, struct cert *c)
{
    str body;
    str point;
    str name;
    str full;
    struct der general;
    c->crl_points = value;
    TRY(der_only(value, DER_SEQUENCE, &body));
    while (body.n > 0) {
        TRY(der_take(&body, DER_SEQUENCE, &point));
        TRY(der_optional(&point, DER_CONTEXT_CONSTRUCTED(0), &name));
        if (!name.p || !der_comes(name, DER_CONTEXT_CONSTRUCTED(0)))
            continue;
        TRY(der_take(&name, DER_CONTEXT_CONSTRUCTED(0), &full));
        while (full.n > 0) {
            TRY(der_next(&full, &general));
            add_url(general.whole, c->crls, &c->n_crls);
        }
    }
    return OK;
}

static rc read_subject_key_id(str value, struct cert *c)
{
    return der_only(value, DER_OCTET_STRING, &c->subject_key_id);
}

static rc read_authority_key_id(str value, struct cert *c)
{
    str body;
    TRY(der_only(value, DER_SEQUENCE, &body));
    return der_optional(&body, DER_CONTEXT(0), &c->authority_key_id);
}

static rc read_nocheck(str value, struct cert *c)
{
    (void)value;
    c->ocsp_nocheck = true;
    return OK;
}

static rc read_qc_statements(str value, struct cert *c)
{
    c->qc_statements = value;
    return OK;
}

static rc take_extension(str *list, struct cert *c)
{
    static const struct {
        const str *oid;
        rc (*read)(str value, struct cert *c);
    } known[] = {
        {&oid_key_usage, read_usage},
        {&oid_basic_constraints, read_basic_constraints},
        {&oid_ext_key_usage, read_eku},
        {&oid_policies, read_policies},
        {&oid_authority_info, read_authority_info},
        {&oid_crl_points, read_crl_points},
        {&oid_subject_key_id, read_subject_key_id},
        {&oid_authority_key_id, read_authority_key_id},
        {&oid_ocsp_nocheck, read_nocheck},
        {&oid_qc_statements, read_qc_statements},
    };
    str oid;
    str value;
    bool critical = false;
    TRY(x509_take_extension(list, &oid, &critical, &value));
    if (str_eq(oid, oid_ext_key_usage))
        c->eku_critical = critical;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (str_eq(*known[i].oid, oid))
            return known[i].read(value, c);
    return OK; /* critical ones that nobody knows end a path: OpenSSL sees to that (crypto/path.c) */
}

/* ---- the whole ---- */

/* TBSCertificate (RFC 5280 section 4.1). */
static rc read_tbs(str tbs, struct cert *c)
{
    str skipped;
    str validity;
    str extensions;
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(0), &skipped)); /* version */
    TRY(der_take(&tbs, DER_INTEGER, &c->serial));
    TRY(der_take(&tbs, DER_SEQUENCE, &skipped)); /* signature */
    TRY(der_take_whole(&tbs, DER_SEQUENCE, &c->issuer));
    TRY(der_take(&tbs, DER_SEQUENCE, &validity));
    TRY(der_take_time(&validity, &c->not_before));
    TRY(der_take_time(&validity, &c->not_after));
    TRY(der_take_whole(&tbs, DER_SEQUENCE, &c->subject));
    TRY(der_take_whole(&tbs, DER_SEQUENCE, &c->spki));
    TRY(der_optional(&tbs, DER_CONTEXT(1), &skipped)); /* issuerUniqueID */
    TRY(der_optional(&tbs, DER_CONTEXT(2), &skipped)); /* subjectUniqueID */
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(3), &extensions));
    TRY(der_end(tbs));
    if (!extensions.p)
        return OK;
    TRY(der_only(extensions, DER_SEQUENCE, &extensions));
    while (extensions.n > 0)
        TRY(take_extension(&extensions, c));
    return OK;
}

static rc read_fields(str der, struct cert *c)
{
    str body;
    str tbs;
    TRY(der_only(der, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_SEQUENCE, &tbs));
    return read_tbs(tbs, c);
}

static void free_x509(void *x)
{
    X509_free(x);
}

static X509 *decode(const struct cert *c)
{
    X509 *x = x509_cache_get(&c->sha256);
    if (x)
        return x;
    const unsigned char *p = (const unsigned char *)c->der.p;
    x = d2i_X509(NULL, &p, (long)c->der.n);
    if (x && c->der.n <= X509_CACHE_BYTES)
        x509_cache_put(&c->sha256, x);
    return x;
}

static rc read_openssl(struct arena *a, struct cert *c)
{
    X509 *x = decode(c);
    if (!x)
        return E_INVALID;
    c->x509 = x;
    rc r = arena_defer(a, free_x509, x);
    if (r != OK)
        X509_free(x);
    return r;
}

/* OpenSSL has read the key with the certificate; doing so again would cost more than a signature. A key of a kind that
 * nobody here knows makes no certificate unreadable: nothing can be verified with it. */
static rc read_key(struct arena *a, struct cert *c)
{
    EVP_PKEY *evp = X509_get0_pubkey(c->x509);
    if (!evp || EVP_PKEY_up_ref(evp) != 1) {
        ERR_clear_error();
        return OK;
    }
    struct pkey *key = NULL;
    rc r = pkey_wrap(evp, false, &key);
    if (r != OK)
        return r == E_NOMEM ? r : OK;
    TRY(pkey_in(a, key));
    c->key = key;
    return OK;
}

rc cert_read(struct arena *a, str der, struct cert **out, struct err *err)
{
    if (der.n > CERT_BYTES_MAX)
        return ERR(err, E_LIMIT, "CRT-002", N_("A certificate of this size, or so many of them, cannot be read."));
    struct cert *c = ARENA_NEW(a, struct cert);
    if (!c)
        return arena_failed(a);
    c->der = arena_str(a, der);
    if (!c->der.p)
        return arena_failed(a);
    c->sha256 = sha256_of(der);
    rc r = read_fields(c->der, c);
    if (r == OK)
        r = read_openssl(a, c);
    if (r == E_INVALID)
        return not_a_certificate(err);
    TRY(r);
    TRY(read_key(a, c));
    *out = c;
    return OK;
}

static rc add_cert(struct arena *a, str der, size_t most, struct cert **v, size_t *n, struct err *err)
{
    if (*n == most)
        return ERR(err, E_LIMIT, "CRT-002", N_("A certificate of this size, or so many of them, cannot be read."));
    TRY(cert_read(a, der, &v[*n], err));
    (*n)++;
    return OK;
}

static rc add_pem(struct arena *a, BIO *in, size_t most, struct cert **v, size_t *n, struct err *err)
{
    char *name = NULL;
    char *header = NULL;
    unsigned char *data = NULL;
    long size = 0;
    rc r = OK;
    while (r == OK && PEM_read_bio(in, &name, &header, &data, &size) == 1) {
        if (str_eq(str_of(name), STR(PEM_STRING_X509)) || str_eq(str_of(name), STR(PEM_STRING_X509_OLD)))
            r = add_cert(a, str_n(data, (size_t)size), most, v, n, err);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(data);
    }
    ERR_clear_error(); /* the end of the file is an error there */
    return r;
}

rc cert_read_all(struct arena *a, str bytes, size_t most, struct cert ***out, size_t *n, struct err *err)
{
    struct cert **v = ARENA_ARRAY(a, most, struct cert *);
    if (!v)
        return arena_failed(a);
    *n = 0;
    *out = v;
    if (der_comes(bytes, DER_SEQUENCE))
        return add_cert(a, bytes, most, v, n, err);
    if (bytes.n > INT32_MAX)
        return not_a_certificate(err);
    BIO *in = BIO_new_mem_buf(bytes.p, (int)bytes.n);
    if (!in)
        return E_NOMEM;
    rc r = add_pem(a, in, most, v, n, err);
    BIO_free(in);
    if (r == OK && *n == 0)
        return not_a_certificate(err);
    return r;
}

bool cert_is_self_issued(const struct cert *c)
{
    return str_eq(c->issuer, c->subject);
}

bool cert_has_eku(const struct cert *c, str oid)
{
    for (size_t i = 0; i < c->n_eku; i++)
        if (str_eq(c->eku[i], oid))
            return true;
    return false;
}

bool cert_names_issuer(const struct cert *c, const struct cert *issuer)
{
    if (X509_NAME_cmp(X509_get_issuer_name(c->x509), X509_get_subject_name(issuer->x509)) != 0)
        return false;
    return !c->authority_key_id.p || !issuer->subject_key_id.p || str_eq(c->authority_key_id, issuer->subject_key_id);
}

bool cert_signed_by(const struct cert *c, const struct cert *issuer)
{
    EVP_PKEY *key = X509_get0_pubkey(issuer->x509);
    bool holds = key && X509_verify(c->x509, key) == 1;
    ERR_clear_error();
    return holds;
}
