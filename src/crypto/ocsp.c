#include "crypto/ocsp.h"

#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

enum { CANDIDATES_MAX = 8 };

const char *ocsp_outcome_name(enum ocsp_outcome o)
{
    switch (o) {
    case OCSP_SUCCESSFUL:
        return "successful";
    case OCSP_MALFORMED_REQUEST:
        return "malformedRequest";
    case OCSP_INTERNAL_ERROR:
        return "internalError";
    case OCSP_TRY_LATER:
        return "tryLater";
    case OCSP_SIG_REQUIRED:
        return "sigRequired";
    case OCSP_UNAUTHORIZED:
        return "unauthorized";
    default:
        return "unknown";
    }
}

/* ---- one certificate's answer ---- */

static rc take_time(str *d, instant *out)
{
    return der_comes(*d, DER_GENERALIZED_TIME) ? der_take_time(d, out) : E_INVALID;
}

/* A time with an explicit tag, or nothing. */
static rc optional_time(str *d, unsigned n, bool *is_there, instant *out)
{
    str inside;
    TRY(der_optional(d, DER_CONTEXT_CONSTRUCTED(n), &inside));
    *is_there = inside.p != NULL;
    if (!*is_there)
        return OK;
    TRY(take_time(&inside, out));
    return der_end(inside);
}

static rc read_revoked(str info, struct ocsp_single *s)
{
    str reason;
    s->state = OCSP_REVOKED;
    TRY(take_time(&info, &s->since));
    TRY(der_optional(&info, DER_CONTEXT_CONSTRUCTED(0), &reason));
    TRY(der_end(info));
    return reason.p ? x509_read_reason(reason, &s->reason) : OK;
}

static rc take_state(str *d, struct ocsp_single *s)
{
    struct der choice;
    TRY(der_next(d, &choice));
    if (choice.tag == DER_CONTEXT_CONSTRUCTED(1))
        return read_revoked(choice.body, s);
    if ((choice.tag != DER_CONTEXT(0) && choice.tag != DER_CONTEXT(2)) || choice.body.n != 0)
        return E_INVALID;
    s->state = choice.tag == DER_CONTEXT(0) ? OCSP_GOOD : OCSP_UNKNOWN;
    return OK;
}

/* Both kinds of extensions: of the whole (`s` NULL), and of a single answer. */
static rc read_extensions(str tagged, struct ocsp_response *r, struct ocsp_single *s)
{
    str list;
    str oid;
    str value;
    bool critical = false;
    TRY(der_only(tagged, DER_SEQUENCE, &list));
    while (list.n > 0) {
        TRY(x509_take_extension(&list, &oid, &critical, &value));
        if (!s && str_eq(oid, oid_ocsp_nonce)) {
            r->nonce = value;
        } else if (s && str_eq(oid, oid_ocsp_archive_cutoff)) {
            s->keeps_expired = true;
            TRY(take_time(&value, &s->expired_since));
            TRY(der_end(value));
        } else if (critical) {
            r->unknown_critical = true;
        }
    }
    return OK;
}

static rc take_single(str *d, struct ocsp_response *r, struct ocsp_single *s)
{
    str body;
    str extensions;
    TRY(der_take(d, DER_SEQUENCE, &body));
    TRY(ocsp_id_take(&body, &s->id));
    TRY(take_state(&body, s));
    TRY(take_time(&body, &s->this_update));
    TRY(optional_time(&body, 0, &s->has_next_update, &s->next_update));
    TRY(der_optional(&body, DER_CONTEXT_CONSTRUCTED(1), &extensions));
    TRY(der_end(body));
    return extensions.p ? read_extensions(extensions, r, s) : OK;
}

/* ---- the whole ---- */

static rc take_responder(str *d, struct ocsp_response *r)
{
    str tagged;
    TRY(der_optional(d, DER_CONTEXT_CONSTRUCTED(1), &tagged));
    if (tagged.p) {
        r->by_name = tagged;
        str inside;
        return der_only(tagged, DER_SEQUENCE, &inside);
    }
    TRY(der_take(d, DER_CONTEXT_CONSTRUCTED(2), &tagged));
    return der_only(tagged, DER_OCTET_STRING, &r->by_key);
}

static rc read_singles(struct arena *a, str list, struct ocsp_response *r)
{
    size_t n = 0;
    TRY(der_count(list, OCSP_SINGLES_MAX, &n));
    r->singles = ARENA_ARRAY(a, n + 1, struct ocsp_single);
    if (!r->singles)
        return arena_failed(a);
    while (list.n > 0)
        TRY(take_single(&list, r, &r->singles[r->n_singles++]));
    return OK;
}

/* ResponseData (RFC 6960 section 4.2.1). */
static rc read_tbs(struct arena *a, struct ocsp_response *r)
{
    str tbs;
    str version;
    str list;
    str extensions;
    TRY(der_only(r->tbs, DER_SEQUENCE, &tbs));
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(0), &version));
    if (version.p) /* v1 is the default and the only one */
        return E_INVALID;
    TRY(take_responder(&tbs, r));
    TRY(take_time(&tbs, &r->produced));
    TRY(der_take(&tbs, DER_SEQUENCE, &list));
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(1), &extensions));
    TRY(der_end(tbs));
    TRY(read_singles(a, list, r));
    return extensions.p ? read_extensions(extensions, r, NULL) : OK;
}

/* A certificate that we cannot read is no help and no fault. */
static rc read_certs(struct arena *a, str list, struct ocsp_response *r)
{
    size_t n = 0;
    struct der e;
    TRY(der_count(list, OCSP_CERTS_MAX, &n));
    r->certs = ARENA_ARRAY(a, n + 1, struct cert *);
    if (!r->certs)
        return arena_failed(a);
    while (list.n > 0) {
        TRY(der_next(&list, &e));
        rc got = cert_read(a, e.whole, &r->certs[r->n_certs], NULL);
        if (got == OK)
            r->n_certs++;
        else if (got != E_INVALID)
            return got;
    }
    return OK;
}

static rc read_basic(struct arena *a, struct ocsp_response *r)
{
    str body;
    str certs;
    str list;
    TRY(der_only(r->basic, DER_SEQUENCE, &body));
    TRY(der_take_whole(&body, DER_SEQUENCE, &r->tbs));
    TRY(der_take_whole(&body, DER_SEQUENCE, &r->algorithm));
    TRY(der_take_octet_bits(&body, &r->signature));
    TRY(der_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &certs));
    TRY(der_end(body));
    TRY(read_tbs(a, r));
    if (!certs.p)
        return OK;
    TRY(der_only(certs, DER_SEQUENCE, &list));
    return read_certs(a, list, r);
}

/* OCSPResponse: its outcome, and the BasicOCSPResponse inside. */
static rc open_response(str der, enum ocsp_outcome *outcome, str *basic)
{
    str body;
    str code;
    str tagged;
    str bytes;
    str type;
    TRY(der_only(der, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_ENUMERATED, &code));
    TRY(der_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &tagged));
    TRY(der_end(body));
    if (code.n != 1)
        return E_INVALID;
    *outcome = (enum ocsp_outcome)code.p[0];
    if (*outcome != OCSP_SUCCESSFUL)
        return OK;
    TRY(tagged.p ? der_only(tagged, DER_SEQUENCE, &bytes) : E_INVALID);
    TRY(der_take(&bytes, DER_OID, &type));
    TRY(der_only(bytes, DER_OCTET_STRING, basic));
    return str_eq(type, oid_ocsp_basic) ? OK : E_INVALID;
}

rc ocsp_read(struct arena *a, str der, struct ocsp_response **out, struct err *err)
{
    enum ocsp_outcome outcome = OCSP_SUCCESSFUL;
    str body;
    if (der.n > OCSP_BYTES_MAX)
        return ERR(err, E_LIMIT, "OCS-003", N_("An OCSP answer of this size cannot be read."));
    struct ocsp_response *r = ARENA_NEW(a, struct ocsp_response);
    if (!r)
        return arena_failed(a);
    r->der = arena_str(a, der);
    if (!r->der.p)
        return arena_failed(a);
    r->basic = r->der;
    rc got = der_only(r->der, DER_SEQUENCE, &body);
    if (got == OK && der_comes(body, DER_ENUMERATED))
        got = open_response(r->der, &outcome, &r->basic);
    if (got == OK && outcome != OCSP_SUCCESSFUL)
        return ERR(err, E_UNAVAILABLE, "OCS-002", N_("The OCSP responder answers with an error: {1}."),
                   str_of(ocsp_outcome_name(outcome)));
    if (got == OK)
        got = read_basic(a, r);
    if (got == E_INVALID)
        return ERR(err, E_INVALID, "OCS-001", N_("This is no OCSP answer that can be read."));
    if (got == E_LIMIT)
        return ERR(err, E_LIMIT, "OCS-003", N_("An OCSP answer of this size cannot be read."));
    TRY(got);
    *out = r;
    return OK;
}

const struct ocsp_single *ocsp_find(const struct ocsp_response *r, const struct cert *c, const struct cert *issuer)
{
    for (size_t i = 0; i < r->n_singles; i++)
        if (ocsp_id_is(&r->singles[i].id, issuer, c->serial))
            return &r->singles[i];
    return NULL;
}

/* ---- who signed ---- */

static bool is_responder(const struct ocsp_response *r, const struct cert *c)
{
    if (r->by_name.p)
        return cert_name_same(r->by_name, c->subject);
    struct digest_value key = digest_of(DIGEST_SHA1, ocsp_key_bits(c));
    return str_eq(r->by_key, digest_str(&key));
}

static bool signed_it(const struct ocsp_response *r, const struct cert *c)
{
    struct pkey_scheme scheme;
    str algorithm = r->algorithm;
    return c->key && pkey_take_algorithm(&algorithm, DIGEST_NONE, pkey_kind(c->key), &scheme) == OK &&
           pkey_verify(c->key, scheme, r->tbs, r->signature) == OK;
}

static bool claims_delegation(const struct cert *c, const struct cert *issuer)
{
    return cert_has_eku(c, oid_eku_ocsp_signing) &&
           (!c->has_usage || (c->usage & (CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT))) &&
           cert_names_issuer(c, issuer);
}

/* `left`: how many more may cost signatures; the certificates come from strangers. */
static const struct cert *delegate_among(const struct ocsp_response *r, const struct cert *issuer,
                                         struct cert *const *v, size_t n, int *left)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_responder(r, v[i]) || !claims_delegation(v[i], issuer))
            continue;
        if ((*left)-- <= 0)
            return NULL;
        if (signed_it(r, v[i]) && cert_signed_by(v[i], issuer))
            return v[i];
    }
    return NULL;
}

const struct cert *ocsp_signer(const struct ocsp_response *r, const struct cert *issuer, struct cert *const *more,
                               size_t n_more)
{
    if (is_responder(r, issuer) && signed_it(r, issuer))
        return issuer;
    int left = CANDIDATES_MAX;
    const struct cert *found = delegate_among(r, issuer, r->certs, r->n_certs, &left);
    return found ? found : delegate_among(r, issuer, more, n_more, &left);
}
