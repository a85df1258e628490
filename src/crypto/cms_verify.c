/* Judging one signature of a SignedData. */
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/digest_algorithm.h"
#include "crypto/oid.h"

static const struct {
    const char *name, *text;
} outcomes[] = {
    [CMS_VALID] = {"valid", N_("The signature fits what was signed.")},
    [CMS_FORMAT] = {"format", N_("The signature's signed attributes are missing or contradict each other.")},
    [CMS_NO_CERTIFICATE] = {"no-certificate", N_("The signer's certificate is not there.")},
    [CMS_CONTENT_TYPE] = {"content-type", N_("The signature is over content of another type.")},
    [CMS_NO_CONTENT] = {"no-content", N_("What was signed is not there.")},
    [CMS_DIGEST_MISMATCH] = {"digest-mismatch", N_("What was signed has been altered, or is something else.")},
    [CMS_CERT_MISMATCH] = {"certificate-mismatch", N_("The signature names another certificate than this one.")},
    [CMS_ALGORITHM] = {"algorithm", N_("The signature's algorithm is not known here or does not fit the key.")},
    [CMS_SIGNATURE_WRONG] = {"signature-wrong", N_("The signature was not made with this certificate's key.")},
    [CMS_WEAK_DIGEST] = {"weak-digest", N_("The signature fits, but its digest is too weak to prove anything.")},
};

const char *cms_outcome_name(enum cms_outcome o)
{
    return outcomes[o].name;
}

const char *cms_outcome_text(enum cms_outcome o)
{
    return outcomes[o].text;
}

/* ---- signing-certificate ---- */

/* ESSCertID or ESSCertIDv2 (RFC 5035) against a certificate. */
struct cert_id {
    enum digest digest;
    str hash;
    str issuer, serial; /* p == NULL: not there */
};

/* GeneralNames of one directoryName, and the serial number. */
static rc take_issuer_serial(str *d, struct cert_id *id)
{
    str body;
    str names;
    str name;
    if (d->n == 0)
        return OK;
    TRY(der_take(d, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_SEQUENCE, &names));
    TRY(der_take(&body, DER_INTEGER, &id->serial));
    TRY(der_end(body));
    TRY(der_only(names, DER_CONTEXT_CONSTRUCTED(4), &name));
    id->issuer = name;
    return OK;
}

/* The first certificate in it is the signer's; further ones would limit its path. */
static rc read_cert_id(str value, bool v2, struct cert_id *id)
{
    str d;
    str certs;
    str one;
    struct digest_algorithm algorithm;
    *id = (struct cert_id){.digest = v2 ? DIGEST_SHA256 : DIGEST_SHA1};
    TRY(der_only(value, DER_SEQUENCE, &d));
    TRY(der_take(&d, DER_SEQUENCE, &certs));
    TRY(der_take(&certs, DER_SEQUENCE, &one));
    if (v2 && der_comes(one, DER_SEQUENCE)) {
        TRY(digest_algorithm_take(&one, &algorithm));
        id->digest = algorithm.digest;
    }
    TRY(der_take(&one, DER_OCTET_STRING, &id->hash));
    TRY(take_issuer_serial(&one, id));
    return der_end(one);
}

static bool names(const struct cert_id *id, const struct cert *cert)
{
    if (id->digest == DIGEST_NONE)
        return false;
    struct digest_value hash = digest_of(id->digest, cert->der);
    return str_eq(digest_str(&hash), id->hash) && (!id->issuer.p || str_eq(id->issuer, cert->issuer)) &&
           (!id->serial.p || str_eq(id->serial, cert->serial));
}

/* What the signed attributes say about the signer's certificate. */
struct named {
    bool v1, v2;
    struct cert_id id1, id2;
};

static rc read_one_named(const struct cms_signature *s, bool v2, bool *there, struct cert_id *id)
{
    str value;
    rc r = cms_attribute_only(s->attributes, s->n_attributes, v2 ? oid_signing_cert_v2 : oid_signing_cert, &value);
    *there = r == OK;
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    return read_cert_id(value, v2, id);
}

static rc read_named(const struct cms_signature *s, struct named *n)
{
    TRY(read_one_named(s, false, &n->v1, &n->id1));
    return read_one_named(s, true, &n->v2, &n->id2);
}

static bool fits(const struct named *n, const struct cert *cert)
{
    return (!n->v1 || names(&n->id1, cert)) && (!n->v2 || names(&n->id2, cert));
}

/* ---- the signer's certificate ---- */

static bool is_signer(const struct cms_signature *s, const struct cert *c)
{
    if (s->key_id.p)
        return str_eq(s->key_id, c->subject_key_id);
    return str_eq(s->issuer, c->issuer) && str_eq(s->serial, c->serial);
}

/* Somebody may have put in another certificate with the same name and number: the one that fits is taken. */
static void look(const struct cms_signature *s, const struct named *n, struct cert *const *v, size_t count,
                 struct cms_check *out)
{
    for (size_t i = 0; i < count; i++)
        if (is_signer(s, v[i]) && (!out->cert || (!fits(n, out->cert) && fits(n, v[i]))))
            out->cert = v[i];
}

/* ---- attributes ---- */

static rc check_type(const struct cms *c, const struct cms_signature *s, struct cms_check *out)
{
    str value;
    str type;
    TRY(cms_attribute_only(s->attributes, s->n_attributes, oid_content_type, &value));
    TRY(der_only(value, DER_OID, &type));
    if (!str_eq(type, c->content_type))
        out->outcome = CMS_CONTENT_TYPE;
    return OK;
}

static rc read_time(const struct cms_signature *s, struct cms_check *out)
{
    str value;
    rc r = cms_attribute_only(s->attributes, s->n_attributes, oid_signing_time, &value);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    TRY(der_take_time(&value, &out->time));
    out->has_time = true;
    return der_end(value);
}

/* CMSAlgorithmProtection (RFC 6211): where it is, the algorithms outside are those that were signed. */
static rc check_protection(const struct cms_signature *s)
{
    str value;
    str body;
    str digest;
    str signature;
    rc r = cms_attribute_only(s->attributes, s->n_attributes, oid_algorithm_protect, &value);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    TRY(der_only(value, DER_SEQUENCE, &body));
    TRY(der_take_whole(&body, DER_SEQUENCE, &digest));
    TRY(der_take(&body, DER_CONTEXT_CONSTRUCTED(1), &signature));
    TRY(der_end(body));
    str outside;
    TRY(der_only(s->algorithm, DER_SEQUENCE, &outside));
    return str_eq(digest, s->digest_algorithm) && str_eq(signature, outside) ? OK : E_INVALID;
}

/* A signature without signed attributes over content that is such attributes would be somebody's signature over them,
 * moved: RFC 5652 cannot tell the two apart. */
static bool looks_like_attributes(str content)
{
    str set;
    str one;
    str type;
    return der_only(content, DER_SET, &set) == OK && der_take(&set, DER_SEQUENCE, &one) == OK &&
           der_take(&one, DER_OID, &type) == OK;
}

static rc check_attributes(const struct cms *c, const struct cms_signature *s, struct named *n, struct cms_check *out)
{
    out->has_attributes = s->signed_attributes.p != NULL;
    if (!out->has_attributes) /* RFC 5652 section 5.3 */
        return str_eq(c->content_type, oid_data) && !looks_like_attributes(c->content) ? OK : E_INVALID;
    TRY(check_type(c, s, out));
    TRY(read_time(s, out));
    TRY(check_protection(s));
    TRY(read_named(s, n));
    str value;
    return cms_attribute_only(s->attributes, s->n_attributes, oid_message_digest, &value);
}

/* ---- content and signature ---- */

/* The digest of what was signed, in `*seen`. */
static enum cms_outcome hash_content(const struct cms *c, const struct cms_signature *s,
                                     const struct digest_value *content, struct digest_value *seen)
{
    if (s->digest == DIGEST_NONE)
        return CMS_ALGORITHM;
    if (c->content.p)
        *seen = digest_of(s->digest, c->content);
    else if (content)
        *seen = *content;
    else
        return CMS_NO_CONTENT;
    return !content || str_eq(digest_str(seen), digest_str(content)) ? CMS_VALID : CMS_DIGEST_MISMATCH;
}

static bool digest_signed(const struct cms_signature *s, const struct digest_value *seen)
{
    str value;
    str digest;
    return cms_attribute_only(s->attributes, s->n_attributes, oid_message_digest, &value) == OK &&
           der_only(value, DER_OCTET_STRING, &digest) == OK && str_eq(digest, digest_str(seen));
}

/* RFC 8419 section 3: Ed25519 goes with SHA-512. */
static rc take_scheme(const struct cms_signature *s, const struct cert *cert, struct pkey_scheme *scheme)
{
    str algorithm = s->algorithm;
    TRY(pkey_take_algorithm(&algorithm, s->digest, pkey_kind(cert->key), scheme));
    return scheme->digest == s->digest || pkey_kind(cert->key) != PKEY_ED25519 ? OK : E_INVALID;
}

static rc verify_value(const struct cms *c, const struct cms_signature *s, const struct digest_value *seen,
                       const struct cms_check *check)
{
    const struct pkey *key = check->cert->key;
    if (check->has_attributes)
        return pkey_verify(key, check->scheme, s->signed_attributes, s->value);
    if (c->content.p)
        return pkey_verify(key, check->scheme, c->content, s->value);
    if (check->scheme.digest != s->digest)
        return E_INVALID;
    return pkey_verify_digest(key, check->scheme, digest_str(seen), s->value);
}

static rc judge(const struct cms *c, const struct cms_signature *s, const struct digest_value *content,
                const struct named *n, struct cms_check *out)
{
    struct digest_value seen = {.n = 0};
    if (!out->cert || !out->cert->key) {
        out->outcome = CMS_NO_CERTIFICATE;
        return OK;
    }
    out->outcome = hash_content(c, s, content, &seen);
    if (out->outcome != CMS_VALID)
        return OK;
    if (out->has_attributes && !digest_signed(s, &seen))
        out->outcome = CMS_DIGEST_MISMATCH;
    else if (!fits(n, out->cert))
        out->outcome = CMS_CERT_MISMATCH;
    else if (take_scheme(s, out->cert, &out->scheme) != OK)
        out->outcome = CMS_ALGORITHM;
    if (out->outcome != CMS_VALID)
        return OK;
    out->names_cert = n->v1 || n->v2;
    out->names_cert_v1 = n->v1 && !n->v2;
    rc r = verify_value(c, s, &seen, out);
    if (r == E_INVALID)
        out->outcome = CMS_SIGNATURE_WRONG;
    else if (r == OK && (!digest_is_strong(s->digest) || !digest_is_strong(out->scheme.digest)))
        out->outcome = CMS_WEAK_DIGEST;
    return r == E_INVALID ? OK : r;
}

rc cms_verify(const struct cms *c, const struct cms_signature *s, const struct digest_value *content,
              struct cert *const *pool, size_t n_pool, struct cms_check *out)
{
    struct named n = {0};
    *out = (struct cms_check){.outcome = CMS_VALID};
    rc r = check_attributes(c, s, &n, out);
    look(s, &n, c->certs, c->n_certs, out);
    look(s, &n, pool, n_pool, out);
    if (r != OK)
        out->outcome = CMS_FORMAT;
    return out->outcome == CMS_VALID ? judge(c, s, content, &n, out) : OK;
}
