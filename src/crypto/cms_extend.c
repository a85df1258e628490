/* Putting things beside a signature: certificates, revocation data, unsigned attributes. What was there is copied as it
 * stands, in its order: archive time-stamps of others are over those bytes. (RFC 5652 wants DER's order of a SET for
 * signed attributes only.) */
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/oid.h"

static bool listed(const str *v, size_t n, str one)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i], one))
            return true;
    return false;
}

static void copy_all(struct buf *b, const str *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_put(b, v[i]);
}

/* A SET OF that is left out when it is empty (RFC 5652 section 5.1: OPTIONAL). */
static void close_optional(struct buf *b, size_t mark)
{
    if (buf_rc(b) == OK && b->n == mark)
        b->n--; /* the identifier */
    else
        der_close(b, mark);
}

static void put_certs(struct buf *b, const struct cms *c, const struct cms_additions *more)
{
    size_t mark = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    copy_all(b, c->cert_ders, c->n_cert_ders);
    for (size_t i = 0; i < more->n_certs; i++)
        if (!listed(c->cert_ders, c->n_cert_ders, more->certs[i]) && !listed(more->certs, i, more->certs[i]))
            buf_put(b, more->certs[i]);
    close_optional(b, mark);
}

static void put_ocsp(struct buf *b, str response)
{
    size_t mark = der_open(b, DER_CONTEXT_CONSTRUCTED(1));
    der_put(b, DER_OID, oid_ri_ocsp_response);
    buf_put(b, response);
    der_close(b, mark);
}

static void put_revocations(struct buf *b, const struct cms *c, const struct cms_additions *more)
{
    size_t mark = der_open(b, DER_CONTEXT_CONSTRUCTED(1));
    copy_all(b, c->revocations, c->n_revocations);
    for (size_t i = 0; i < more->n_crls; i++)
        if (!listed(c->crls, c->n_crls, more->crls[i]) && !listed(more->crls, i, more->crls[i]))
            buf_put(b, more->crls[i]);
    for (size_t i = 0; i < more->n_ocsps; i++)
        if (!listed(c->ocsps, c->n_ocsps, more->ocsps[i]) && !listed(more->ocsps, i, more->ocsps[i]))
            put_ocsp(b, more->ocsps[i]);
    close_optional(b, mark);
}

static void put_signature(struct buf *b, const struct cms_signature *s, const struct cms_additions *more)
{
    size_t info = der_open(b, DER_SEQUENCE);
    buf_put(b, s->fields);
    size_t mark = der_open(b, DER_CONTEXT_CONSTRUCTED(1));
    for (size_t i = 0; i < s->n_unsigned; i++)
        if (more->replaced.n == 0 || !str_eq(s->unsigned_attributes[i].type, more->replaced))
            buf_put(b, s->unsigned_attributes[i].whole);
    copy_all(b, more->attributes, more->n_attributes);
    close_optional(b, mark);
    der_close(b, info);
}

/* Other kinds of revocation data ask for version 5 (RFC 5652 section 5.1); nothing asks for a lower one than was there.
 */
static int64_t version_with(const struct cms *c, const struct cms_additions *more)
{
    return more->n_ocsps > 0 && c->version < 5 ? 5 : c->version;
}

static void put_signed_data(struct buf *b, const struct cms *c, const struct cms_additions *more)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put_i64(b, version_with(c, more));
    buf_put(b, c->digest_set);
    buf_put(b, c->content_info);
    put_certs(b, c, more);
    put_revocations(b, c, more);
    size_t infos = der_open(b, DER_SET);
    for (size_t i = 0; i < c->n_signatures; i++) {
        if (i == more->signature && (more->n_attributes > 0 || more->replaced.n > 0))
            put_signature(b, &c->signatures[i], more);
        else
            buf_put(b, c->signatures[i].whole);
    }
    der_close(b, infos);
    der_close(b, mark);
}

rc cms_extend(const struct cms *c, const struct cms_additions *more, struct buf *out, struct err *err)
{
    size_t attributes = more->n_attributes;
    if (more->signature < c->n_signatures)
        attributes += c->signatures[more->signature].n_unsigned;
    if (c->n_cert_ders + more->n_certs > CMS_CERTS_MAX || attributes > CMS_ATTRIBUTES_MAX ||
        c->n_revocations + more->n_crls + more->n_ocsps > CMS_CRLS_MAX)
        return ERR(err, E_LIMIT, "CMS-002", N_("The signature has more parts than are read here."));
    if (more->n_attributes > 0 && more->signature >= c->n_signatures)
        return E_INTERNAL;
    size_t info = der_open(out, DER_SEQUENCE);
    der_put(out, DER_OID, oid_signed_data);
    size_t explicit = der_open(out, DER_CONTEXT_CONSTRUCTED(0));
    put_signed_data(out, c, more);
    der_close(out, explicit);
    der_close(out, info);
    return buf_rc(out);
}
