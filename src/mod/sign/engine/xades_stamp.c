/* What the time-stamps of a XAdES signature are over, and what stands in its unsigned properties. */
#include "mod/sign/engine/xades_extend.h"
#include "mod/sign/engine/xades_impl.h"

static rc unreadable(struct err *err, const char *what)
{
    return ERR(err, E_INVALID, "SIG-301", N_("This is no XML signature that can be read: {1} is missing or wrong."),
               str_of(what));
}

/* ---- imprints ---- */

rc xades_signature_octets(const struct xades *x, const struct xades_signature *s, const struct xml_form *form,
                          struct buf *out)
{
    return xml_canonical(x->xml, s->value_node, NULL, form, out);
}

/* EN 319 132-1 section 5.5.2.2: what was referenced, the signature's own parts, the unsigned properties before `stop`
 * (all when it is NULL), in this order. Objects that nothing references are not there: xades_verify() refuses them. */
rc xades_archive_octets(const struct xades *x, const struct xades_signature *s, const struct xml_form *form,
                        const struct xml_node *stop, const struct sign_data *files, size_t n_files, struct buf *out)
{
    for (size_t i = 0; i < s->n_references; i++)
        TRY(xades_reference_octets(x, s, &s->references[i], files, n_files, out));
    TRY(xml_canonical(x->xml, s->signed_info, NULL, form, out));
    TRY(xml_canonical(x->xml, s->value_node, NULL, form, out));
    if (s->key_info)
        TRY(xml_canonical(x->xml, s->key_info, NULL, form, out));
    for (const struct xml_node *c = s->unsigned_properties ? xml_first(s->unsigned_properties) : NULL; c && c != stop;
         c = xml_next(c))
        TRY(xml_canonical(x->xml, c, NULL, form, out));
    return buf_rc(out);
}

/* ---- reading ---- */

static bool stamp_kind(const struct xml_node *n, enum xades_stamp_kind *kind)
{
    *kind = xml_is(n, NS_XADES, "SignatureTimeStamp") ? XADES_SIGNATURE_STAMP : XADES_ARCHIVE_STAMP;
    return *kind == XADES_SIGNATURE_STAMP || xml_is(n, NS_XADES1, "ArchiveTimeStamp");
}

struct stamps {
    struct arena *a;
    const struct xades *x;
    const struct xades_signature *s;
    const struct sign_data *files;
    size_t n_files;
    struct cert *const *pool;
    size_t n_pool;
    struct err *err;
};

static rc read_stamp(const struct stamps *t, const struct xml_node *n, struct xades_stamp *out)
{
    BUF_SCOPED octets = BUF_INIT(8 * (size_t)XADES_BYTES_MAX);
    const struct xml_node *method = xml_only(n, NS_DS, "CanonicalizationMethod");
    struct xml_form form = {.c14n = XML_C14N_10, .prefixes = STR_EMPTY};
    str der = xades_unbase64(t->a, xml_text(t->a, xml_only(n, NS_XADES, "EncapsulatedTimeStamp")));
    if (!der.p || (method && !xades_read_form(t->a, method, &form)))
        return unreadable(t->err, "EncapsulatedTimeStamp");
    TRY(tsp_token_read(t->a, der, &out->token, t->err));
    if (out->kind == XADES_SIGNATURE_STAMP)
        TRY(xades_signature_octets(t->x, t->s, &form, &octets));
    else
        TRY(xades_archive_octets(t->x, t->s, &form, n, t->files, t->n_files, &octets));
    struct digest_value v = {.n = 0};
    if (out->token.info.digest != DIGEST_NONE)
        v = digest_of(out->token.info.digest, buf_str(&octets));
    return tsp_verify(&out->token, digest_str(&v), NULL, t->pool, t->n_pool, &out->check);
}

rc xades_stamps(struct arena *a, const struct xades *x, size_t i, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct xades_stamp **out, size_t *n, struct err *err)
{
    const struct xades_signature *s = &x->signatures[i];
    struct stamps t = {a, x, s, files, n_files, pool, n_pool, err};
    struct xades_stamp *v = ARENA_ARRAY(a, XADES_STAMPS_MAX, struct xades_stamp);
    size_t count = 0;
    if (!v)
        return arena_failed(a);
    for (const struct xml_node *c = s->unsigned_properties ? xml_first(s->unsigned_properties) : NULL; c;
         c = xml_next(c)) {
        enum xades_stamp_kind kind;
        if (!stamp_kind(c, &kind))
            continue;
        if (count == XADES_STAMPS_MAX)
            return ERR(err, E_LIMIT, "SIG-302", N_("The XML signature covers too much, or is too large."));
        v[count].kind = kind;
        TRY(read_stamp(&t, c, &v[count++]));
    }
    *out = v;
    *n = count;
    return OK;
}

/* ---- evidence ---- */

static rc keep(struct arena *a, const struct xml_node *n, str *v, size_t *count, struct err *err)
{
    str der = xades_unbase64(a, xml_text(a, n));
    if (!der.p)
        return unreadable(err, "EncapsulatedPKIData");
    if (*count == XADES_EVIDENCE_MAX)
        return ERR(err, E_LIMIT, "SIG-302", N_("The XML signature covers too much, or is too large."));
    v[(*count)++] = der;
    return OK;
}

rc xades_evidence(struct arena *a, const struct xades *x, size_t i, struct xades_evidence *out, struct err *err)
{
    const struct xml_node *top = x->signatures[i].unsigned_properties;
    *out = (struct xades_evidence){.certs = ARENA_ARRAY(a, XADES_EVIDENCE_MAX, str),
                                   .crls = ARENA_ARRAY(a, XADES_EVIDENCE_MAX, str),
                                   .ocsps = ARENA_ARRAY(a, XADES_EVIDENCE_MAX, str)};
    if (!out->certs || !out->crls || !out->ocsps)
        return arena_failed(a);
    const struct xml_node *end = top; /* the first node behind all that is inside */
    while (end && !xml_next(end))
        end = xml_parent(end);
    end = end ? xml_next(end) : NULL;
    for (const struct xml_node *c = top; c && c != end; c = xml_after(c)) {
        if (xml_is(c, NS_XADES, "EncapsulatedX509Certificate"))
            TRY(keep(a, c, out->certs, &out->n_certs, err));
        else if (xml_is(c, NS_XADES, "EncapsulatedCRLValue"))
            TRY(keep(a, c, out->crls, &out->n_crls, err));
        else if (xml_is(c, NS_XADES, "EncapsulatedOCSPValue"))
            TRY(keep(a, c, out->ocsps, &out->n_ocsps, err));
    }
    return OK;
}
