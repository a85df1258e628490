/* Making SignedData. */
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/digest_algorithm.h"
#include "crypto/oid.h"

struct cms_signer {
    const struct pkey *key;
    const struct cert *cert;
    struct pkey_scheme scheme;
    int64_t version;      /* of the SignerInfo */
    str sid;              /* DER SignerIdentifier */
    str digest_algorithm; /* DER AlgorithmIdentifier */
    str algorithm;        /* DER AlgorithmIdentifier of the signature */
    str signing_cert;     /* DER Attribute */
    str certs;            /* DER [0] CertificateSet */
};

/* ---- what is encoded once ---- */

static void put_sid(struct buf *b, const struct cert *cert, bool by_key_id)
{
    if (by_key_id) {
        der_put(b, DER_CONTEXT(0), cert->subject_key_id);
        return;
    }
    size_t mark = der_open(b, DER_SEQUENCE);
    buf_put(b, cert->issuer);
    der_put(b, DER_INTEGER, cert->serial);
    der_close(b, mark);
}

static void put_algorithm(struct buf *b, const struct pkey *key, struct pkey_scheme scheme, bool bare)
{
    if (!bare) {
        pkey_put_algorithm(b, key, scheme);
        return;
    }
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid_rsa);
    der_put(b, DER_NULL, STR_EMPTY);
    der_close(b, mark);
}

/* IssuerSerial { GeneralNames { directoryName [4] }, serial }. */
static void put_issuer_serial(struct buf *b, const struct cert *cert)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    size_t names = der_open(b, DER_SEQUENCE);
    der_put(b, DER_CONTEXT_CONSTRUCTED(4), cert->issuer);
    der_close(b, names);
    der_put(b, DER_INTEGER, cert->serial);
    der_close(b, mark);
}

/* SigningCertificateV2 (RFC 5035 section 3) of this one certificate. Issuer and serial are left to the SignerInfo when
 * they stand there. */
static void put_signing_cert(struct buf *b, const struct cert *cert, enum digest d, bool by_key_id)
{
    struct digest_value hash = digest_of(d, cert->der);
    size_t attribute = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid_signing_cert_v2);
    size_t values = der_open(b, DER_SET);
    size_t whole = der_open(b, DER_SEQUENCE);
    size_t certs = der_open(b, DER_SEQUENCE);
    size_t one = der_open(b, DER_SEQUENCE);
    if (d != DIGEST_SHA256) /* DER leaves a default out */
        digest_algorithm_put(b, d, false);
    der_put(b, DER_OCTET_STRING, digest_str(&hash));
    if (by_key_id)
        put_issuer_serial(b, cert);
    der_close(b, one);
    der_close(b, certs);
    der_close(b, whole);
    der_close(b, values);
    der_close(b, attribute);
}

static void put_certs(struct buf *b, const struct cert *cert, struct cert *const *chain, size_t n)
{
    size_t mark = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    buf_put(b, cert->der);
    for (size_t i = 0; i < n; i++)
        if (!cert_same(chain[i], cert))
            buf_put(b, chain[i]->der);
    der_close_set_of(b, mark);
}

static rc keep(struct arena *a, struct buf *b, str *out)
{
    TRY(buf_rc(b));
    *out = arena_str(a, buf_str(b));
    buf_clear(b);
    return out->p ? OK : arena_failed(a);
}

static rc encode(struct arena *a, struct cms_signer *s, struct cert *const *chain, size_t n,
                 const struct cms_signer_options *o)
{
    BUF_SCOPED b = BUF_INIT((n + 2) * CERT_BYTES_MAX);
    put_sid(&b, s->cert, o->by_key_id);
    TRY(keep(a, &b, &s->sid));
    digest_algorithm_put(&b, s->scheme.digest, false);
    TRY(keep(a, &b, &s->digest_algorithm));
    put_algorithm(&b, s->key, s->scheme, o->rsa_encryption && pkey_kind(s->key) == PKEY_RSA && !s->scheme.pss);
    TRY(keep(a, &b, &s->algorithm));
    put_signing_cert(&b, s->cert, o->cert_digest != DIGEST_NONE ? o->cert_digest : DIGEST_SHA256, o->by_key_id);
    TRY(keep(a, &b, &s->signing_cert));
    put_certs(&b, s->cert, chain, n);
    return keep(a, &b, &s->certs);
}

/* The key's half of what was asked for: Ed25519 has SHA-512 in CMS (RFC 8419), PSS is RSA's. */
static struct pkey_scheme scheme_for(const struct pkey *key, struct pkey_scheme asked)
{
    struct pkey_scheme s = pkey_scheme(key);
    if (asked.digest != DIGEST_NONE && pkey_kind(key) != PKEY_ED25519)
        s.digest = asked.digest;
    s.pss = asked.pss && pkey_kind(key) == PKEY_RSA;
    return s;
}

rc cms_signer_make(struct arena *a, const struct pkey *key, const struct cert *cert, struct cert *const *chain,
                   size_t n_chain, const struct cms_signer_options *options, struct cms_signer **out, struct err *err)
{
    static const struct cms_signer_options usual = {0};
    const struct cms_signer_options *o = options ? options : &usual;
    if (!cert->key || !pkey_same(key, cert->key) || (o->by_key_id && !cert->subject_key_id.p))
        return ERR(err, E_INVALID, "CMS-003", N_("The certificate does not belong to this key."));
    if (n_chain > CMS_CHAIN_MAX)
        return ERR(err, E_LIMIT, "CMS-002", N_("The signature has more parts than are read here."));
    struct cms_signer *s = ARENA_NEW(a, struct cms_signer);
    if (!s)
        return arena_failed(a);
    *s = (struct cms_signer){
        .key = key, .cert = cert, .scheme = scheme_for(key, o->scheme), .version = o->by_key_id ? 3 : 1};
    TRY(encode(a, s, chain, n_chain, o));
    *out = s;
    return OK;
}

enum digest cms_signer_digest(const struct cms_signer *s)
{
    return s->scheme.digest;
}

size_t cms_signer_certs_size(const struct cms_signer *s)
{
    return s->certs.n;
}

const struct cert *cms_signer_cert(const struct cms_signer *s)
{
    return s->cert;
}

/* ---- signed attributes ---- */

void cms_put_attribute(struct buf *b, str type, str value)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, type);
    der_put(b, DER_SET, value);
    der_close(b, mark);
}

static size_t open_attribute(struct buf *b, str type, size_t *values)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, type);
    *values = der_open(b, DER_SET);
    return mark;
}

static void close_attribute(struct buf *b, size_t mark, size_t values)
{
    der_close(b, values);
    der_close(b, mark);
}

static void put_time(struct buf *b, instant t)
{
    size_t values;
    size_t mark = open_attribute(b, oid_signing_time, &values);
    der_put_time(b, t);
    close_attribute(b, mark, values);
}

/* CommitmentTypeIndication (EN 319 122-1 section 5.2.3), without qualifiers. */
static void put_commitment(struct buf *b, str type)
{
    size_t values;
    size_t mark = open_attribute(b, oid_commitment, &values);
    size_t indication = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, type);
    der_close(b, indication);
    close_attribute(b, mark, values);
}

/* SignaturePolicyId (EN 319 122-1 section 5.2.9.1). */
static void put_policy(struct buf *b, const struct cms_content *c)
{
    size_t values;
    size_t mark = open_attribute(b, oid_signature_policy, &values);
    size_t id = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, c->policy);
    size_t hash = der_open(b, DER_SEQUENCE);
    digest_algorithm_put(b, c->policy_hash, false);
    der_put(b, DER_OCTET_STRING, c->policy_digest);
    der_close(b, hash);
    if (c->policy_url.n > 0) {
        size_t qualifiers = der_open(b, DER_SEQUENCE);
        size_t one = der_open(b, DER_SEQUENCE);
        der_put(b, DER_OID, oid_sp_uri);
        der_put(b, DER_IA5_STRING, c->policy_url);
        der_close(b, one);
        der_close(b, qualifiers);
    }
    der_close(b, id);
    close_attribute(b, mark, values);
}

static str content_type(const struct cms_content *c)
{
    return c->type.n > 0 ? c->type : oid_data;
}

rc cms_attributes(const struct cms_signer *s, const struct cms_content *c, struct buf *to_sign)
{
    if (c->digest.n != digest_size(s->scheme.digest))
        return E_INVALID;
    size_t values;
    size_t set = der_open(to_sign, DER_SET);
    size_t mark = open_attribute(to_sign, oid_content_type, &values);
    der_put(to_sign, DER_OID, content_type(c));
    close_attribute(to_sign, mark, values);
    mark = open_attribute(to_sign, oid_message_digest, &values);
    der_put(to_sign, DER_OCTET_STRING, digest_str(&c->digest));
    close_attribute(to_sign, mark, values);
    if (c->has_time)
        put_time(to_sign, c->time);
    buf_put(to_sign, s->signing_cert);
    if (c->commitment.n > 0)
        put_commitment(to_sign, c->commitment);
    if (c->policy.n > 0)
        put_policy(to_sign, c);
    for (size_t i = 0; i < c->n_extra; i++)
        buf_put(to_sign, c->extra[i]);
    der_close_set_of(to_sign, set);
    return buf_rc(to_sign);
}

/* ---- the whole ---- */

static void put_signer_info(struct buf *b, const struct cms_signer *s, str to_sign, str signature)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put_i64(b, s->version);
    buf_put(b, s->sid);
    buf_put(b, s->digest_algorithm);
    buf_putc(b, (char)DER_CONTEXT_CONSTRUCTED(0)); /* signed as SET OF, sent as [0] (RFC 5652 section 5.4) */
    buf_put(b, str_sub(to_sign, 1, to_sign.n));
    buf_put(b, s->algorithm);
    der_put(b, DER_OCTET_STRING, signature);
    der_close(b, mark);
}

static void put_content(struct buf *b, const struct cms_content *c)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, content_type(c));
    if (c->bytes.p) {
        size_t explicit = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
        der_put(b, DER_OCTET_STRING, c->bytes);
        der_close(b, explicit);
    }
    der_close(b, mark);
}

rc cms_assemble(const struct cms_signer *s, const struct cms_content *c, str to_sign, str signature, struct buf *out)
{
    if (!der_comes(to_sign, DER_SET))
        return E_INVALID;
    bool is_data = str_eq(content_type(c), oid_data);
    size_t info = der_open(out, DER_SEQUENCE);
    der_put(out, DER_OID, oid_signed_data);
    size_t explicit = der_open(out, DER_CONTEXT_CONSTRUCTED(0));
    size_t signed_data = der_open(out, DER_SEQUENCE);
    der_put_i64(out, is_data && s->version == 1 ? 1 : 3); /* RFC 5652 section 5.1 */
    der_put(out, DER_SET, s->digest_algorithm);
    put_content(out, c);
    if (!c->without_certs)
        buf_put(out, s->certs);
    size_t infos = der_open(out, DER_SET);
    put_signer_info(out, s, to_sign, signature);
    der_close(out, infos);
    der_close(out, signed_data);
    der_close(out, explicit);
    der_close(out, info);
    return buf_rc(out);
}

enum { ATTRIBUTES_BYTES_MAX = 1 << 20 };

rc cms_sign(const struct cms_signer *s, const struct cms_content *c, struct buf *out)
{
    BUF_SCOPED to_sign = BUF_INIT(ATTRIBUTES_BYTES_MAX);
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    TRY(cms_attributes(s, c, &to_sign));
    TRY(pkey_sign(s->key, s->scheme, buf_str(&to_sign), &signature));
    return cms_assemble(s, c, buf_str(&to_sign), buf_str(&signature), out);
}
