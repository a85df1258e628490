/* Reading SignedData. */
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/digest_algorithm.h"
#include "crypto/oid.h"

static rc new_list(struct arena *a, size_t n, str **v)
{
    *v = ARENA_ARRAY(a, n + 1, str); /* never of size 0 */
    return *v ? OK : arena_failed(a);
}

/* ---- what stands beside the signatures ---- */

static rc read_digests(str set, struct cms *c)
{
    struct digest_algorithm one;
    while (set.n > 0) {
        if (c->n_digests == CMS_DIGESTS_MAX)
            return E_LIMIT;
        TRY(digest_algorithm_take(&set, &one));
        c->digests[c->n_digests++] = one.digest;
    }
    return OK;
}

static rc read_content(str info, struct cms *c)
{
    str explicit;
    TRY(der_take(&info, DER_OID, &c->content_type));
    TRY(der_optional(&info, DER_CONTEXT_CONSTRUCTED(0), &explicit));
    if (explicit.p)
        TRY(der_only(explicit, DER_OCTET_STRING, &c->content));
    return der_end(info);
}

static rc read_certs(struct arena *a, str set, struct cms *c)
{
    size_t n = 0;
    struct der e;
    TRY(der_count(set, CMS_CERTS_MAX, &n));
    TRY(new_list(a, n, &c->cert_ders));
    c->certs = ARENA_ARRAY(a, n + 1, struct cert *);
    if (!c->certs)
        return arena_failed(a);
    while (set.n > 0) {
        TRY(der_next(&set, &e));
        c->cert_ders[c->n_cert_ders++] = e.whole;
        rc r = e.tag == DER_SEQUENCE ? cert_read(a, e.whole, &c->certs[c->n_certs], NULL) : E_INVALID;
        if (r == OK)
            c->n_certs++;
        else if (r != E_INVALID && r != E_LIMIT)
            return r;
    }
    return arena_rc(a);
}

/* OtherRevocationInfoFormat, [1] IMPLICIT: OCSP responses are known (RFC 5940; BasicOCSPResponse as CAdES had it). */
static rc read_other_revocation(str body, struct cms *c)
{
    str format;
    TRY(der_take(&body, DER_OID, &format));
    if (str_eq(format, oid_ri_ocsp_response) || str_eq(format, oid_ocsp_basic)) {
        TRY(der_take_whole(&body, DER_SEQUENCE, &c->ocsps[c->n_ocsps++]));
        return der_end(body);
    }
    return OK;
}

static rc read_revocations(struct arena *a, str set, struct cms *c)
{
    size_t n = 0;
    struct der e;
    TRY(der_count(set, CMS_CRLS_MAX, &n));
    TRY(new_list(a, n, &c->revocations));
    TRY(new_list(a, n, &c->crls));
    TRY(new_list(a, n, &c->ocsps));
    while (set.n > 0) {
        TRY(der_next(&set, &e));
        c->revocations[c->n_revocations++] = e.whole;
        if (e.tag == DER_SEQUENCE)
            c->crls[c->n_crls++] = e.whole;
        else if (e.tag == DER_CONTEXT_CONSTRUCTED(1))
            TRY(read_other_revocation(e.body, c));
        else
            return E_INVALID;
    }
    return OK;
}

/* ---- signatures ---- */

/* SET OF Attribute; each has at least one value. */
static rc read_attributes(struct arena *a, str set, struct cms_attribute **out, size_t *out_n)
{
    size_t n = 0;
    TRY(der_count(set, CMS_ATTRIBUTES_MAX, &n));
    struct cms_attribute *v = ARENA_ARRAY(a, n + 1, struct cms_attribute);
    if (!v)
        return arena_failed(a);
    for (size_t i = 0; i < n; i++) {
        str body;
        TRY(der_take_whole(&set, DER_SEQUENCE, &v[i].whole));
        TRY(der_only(v[i].whole, DER_SEQUENCE, &body));
        TRY(der_take(&body, DER_OID, &v[i].type));
        TRY(der_take(&body, DER_SET, &v[i].values));
        TRY(der_end(body));
        if (v[i].values.n == 0)
            return E_INVALID;
    }
    *out = v;
    *out_n = n;
    return OK;
}

/* The signature is over the attributes as a SET OF, which in the file are tagged [0] (RFC 5652 section 5.4). */
static rc read_signed_attributes(struct arena *a, str whole, struct cms_signature *s)
{
    str set;
    char *copy = arena_alloc(a, whole.n);
    if (!copy)
        return arena_failed(a);
    memcpy(copy, whole.p, whole.n);
    copy[0] = DER_SET;
    s->signed_attributes = str_n(copy, whole.n);
    TRY(der_only(s->signed_attributes, DER_SET, &set));
    return set.n > 0 ? read_attributes(a, set, &s->attributes, &s->n_attributes) : E_INVALID;
}

static rc read_sid(str *d, int64_t version, struct cms_signature *s)
{
    str body;
    if (version == 3)
        return der_take(d, DER_CONTEXT(0), &s->key_id);
    if (version != 1)
        return E_INVALID;
    TRY(der_take(d, DER_SEQUENCE, &body));
    TRY(der_take_whole(&body, DER_SEQUENCE, &s->issuer));
    TRY(der_take(&body, DER_INTEGER, &s->serial));
    return der_end(body);
}

static rc read_signature(struct arena *a, str whole, struct cms_signature *s)
{
    str d;
    str part;
    struct digest_algorithm digest;
    int64_t version = 0;
    s->whole = whole;
    TRY(der_only(whole, DER_SEQUENCE, &d));
    str from = d;
    TRY(der_take_i64(&d, &version));
    TRY(read_sid(&d, version, s));
    TRY(digest_algorithm_take(&d, &digest));
    s->digest = digest.digest;
    s->digest_oid = digest.oid;
    s->digest_algorithm = digest.whole;
    if (der_comes(d, DER_CONTEXT_CONSTRUCTED(0))) {
        TRY(der_take_whole(&d, DER_CONTEXT_CONSTRUCTED(0), &part));
        TRY(read_signed_attributes(a, part, s));
    }
    TRY(der_take_whole(&d, DER_SEQUENCE, &s->algorithm));
    TRY(der_take(&d, DER_OCTET_STRING, &s->value));
    s->fields = str_sub(from, 0, from.n - d.n);
    TRY(der_optional(&d, DER_CONTEXT_CONSTRUCTED(1), &part));
    if (part.p)
        TRY(read_attributes(a, part, &s->unsigned_attributes, &s->n_unsigned));
    return der_end(d);
}

static rc read_signatures(struct arena *a, str set, struct cms *c)
{
    size_t n = 0;
    str whole;
    TRY(der_count(set, CMS_SIGNATURES_MAX, &n));
    c->signatures = ARENA_ARRAY(a, n + 1, struct cms_signature);
    if (!c->signatures)
        return arena_failed(a);
    while (set.n > 0) {
        TRY(der_take_whole(&set, DER_SEQUENCE, &whole));
        TRY(read_signature(a, whole, &c->signatures[c->n_signatures++]));
    }
    return OK;
}

/* ---- the whole ---- */

static rc read_signed_data(struct arena *a, str d, struct cms *c)
{
    str part;
    TRY(der_take_i64(&d, &c->version));
    TRY(der_take_whole(&d, DER_SET, &c->digest_set));
    TRY(der_only(c->digest_set, DER_SET, &part));
    TRY(read_digests(part, c));
    TRY(der_take_whole(&d, DER_SEQUENCE, &c->content_info));
    TRY(der_only(c->content_info, DER_SEQUENCE, &part));
    TRY(read_content(part, c));
    TRY(der_optional(&d, DER_CONTEXT_CONSTRUCTED(0), &part));
    if (part.p)
        TRY(read_certs(a, part, c));
    TRY(der_optional(&d, DER_CONTEXT_CONSTRUCTED(1), &part));
    if (part.p)
        TRY(read_revocations(a, part, c));
    TRY(der_take(&d, DER_SET, &part));
    TRY(read_signatures(a, part, c));
    return der_end(d);
}

static rc read_content_info(struct arena *a, str der, struct cms *c)
{
    str info;
    str type;
    str explicit;
    str body;
    TRY(der_only(der, DER_SEQUENCE, &info));
    TRY(der_take(&info, DER_OID, &type));
    TRY(der_take(&info, DER_CONTEXT_CONSTRUCTED(0), &explicit));
    TRY(der_end(info));
    TRY(der_only(explicit, DER_SEQUENCE, &body));
    return str_eq(type, oid_signed_data) ? read_signed_data(a, body, c) : E_INVALID;
}

rc cms_read(struct arena *a, str bytes, struct cms **out, struct err *err)
{
    struct cms *c = ARENA_NEW(a, struct cms);
    if (!c)
        return arena_failed(a);
    rc r = der_from_ber(a, bytes, &c->der);
    if (r == OK)
        r = read_content_info(a, c->der, c);
    if (r == E_INVALID)
        return ERR(err, E_INVALID, "CMS-001", N_("This is no signature in the format CMS (PKCS #7) that can be read."));
    if (r == E_LIMIT && arena_rc(a) == OK)
        return ERR(err, E_LIMIT, "CMS-002", N_("The signature has more parts than are read here."));
    TRY(r);
    *out = c;
    return OK;
}

rc cms_attribute_only(const struct cms_attribute *v, size_t n, str type, str *value)
{
    const struct cms_attribute *found = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(v[i].type, type))
            continue;
        if (found)
            return E_INVALID;
        found = &v[i];
    }
    if (!found)
        return E_NOTFOUND;
    str rest = found->values;
    struct der e;
    TRY(der_next(&rest, &e));
    *value = e.whole;
    return der_end(rest);
}
