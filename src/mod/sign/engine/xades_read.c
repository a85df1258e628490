/* Reading what others call a XAdES signature into plain fields; judging them is xades_verify.c's. */
#include "mod/sign/engine/xades_impl.h"

struct reading {
    struct arena *a;
    struct err *err;
};

static rc missing(struct reading *r, const char *what)
{
    return ERR(r->err, E_INVALID, "SIG-301", N_("This is no XML signature that can be read: {1} is missing or wrong."),
               str_of(what));
}

static rc too_much(struct reading *r)
{
    return ERR(r->err, E_LIMIT, "SIG-302", N_("The XML signature covers too much, or is too large."));
}

str xades_unbase64(struct arena *a, str text)
{
    BUF_SCOPED packed = BUF_INIT(XADES_BYTES_MAX);
    BUF_SCOPED bytes = BUF_INIT(XADES_BYTES_MAX);
    for (size_t i = 0; i < text.n; i++)
        if (!strchr(" \t\r\n", text.p[i]))
            buf_putc(&packed, text.p[i]);
    if (!text.p || buf_rc(&packed) != OK || buf_unbase64(&bytes, buf_str(&packed)) != OK)
        return (str){0};
    return arena_str(a, buf_str(&bytes));
}

bool xades_read_form(struct arena *a, const struct xml_node *method, struct xml_form *out)
{
    *out = (struct xml_form){.c14n = XML_C14N_10, .prefixes = STR_EMPTY};
    str uri = xml_attr(a, method, "Algorithm");
    if (!uri.p || !xades_c14n_from_uri(uri, out))
        return false;
    const struct xml_node *inner = xml_first(method);
    if (!inner)
        return true;
    str prefixes = xml_attr(a, inner, "PrefixList");
    if (out->c14n != XML_C14N_EXCLUSIVE || !xml_is(inner, NS_EXC, "InclusiveNamespaces") || xml_next(inner) ||
        !prefixes.p)
        return false;
    out->prefixes = prefixes;
    return true;
}

rc xades_digest_and_value(struct arena *a, const struct xml_node *parent, enum digest *d, str *value)
{
    const struct xml_node *method = xml_only(parent, NS_DS, "DigestMethod"),
                          *text = xml_only(parent, NS_DS, "DigestValue");
    if (!method || !text)
        return E_INVALID;
    *d = xades_digest_from_uri(xml_attr(a, method, "Algorithm"));
    *value = xades_unbase64(a, xml_text(a, text));
    return value->p ? OK : E_INVALID;
}

/* ---- references ---- */

/* Enveloped-signature may only come first, one canonicalisation only last: what XAdES baseline allows. */
static void read_transforms(struct reading *r, const struct xml_node *list, struct xades_reference *out)
{
    for (const struct xml_node *t = list ? xml_first(list) : NULL; t; t = xml_next(t)) {
        bool known = xml_is(t, NS_DS, "Transform") && !out->has_c14n;
        str uri = known ? xml_attr(r->a, t, "Algorithm") : STR_EMPTY;
        if (known && !out->enveloped && str_eq(uri, STR(URI_ENVELOPED)) && !xml_first(t))
            out->enveloped = true;
        else if (known && xades_read_form(r->a, t, &out->form))
            out->has_c14n = true;
        else
            out->unknown = true;
    }
}

static rc read_reference(struct reading *r, const struct xml_node *n, struct xades_reference *out)
{
    *out = (struct xades_reference){.form = {.c14n = XML_C14N_10, .prefixes = STR_EMPTY}};
    out->id = xml_attr(r->a, n, "Id");
    out->uri = xml_attr(r->a, n, "URI");
    out->type = xml_attr(r->a, n, "Type");
    if (!xml_is(n, NS_DS, "Reference") || !out->uri.p || xml_count(n, NS_DS, "Transforms") > 1)
        return missing(r, "Reference");
    read_transforms(r, xml_child(n, NS_DS, "Transforms"), out);
    if (xades_digest_and_value(r->a, n, &out->digest, &out->value) != OK)
        return missing(r, "DigestValue");
    return OK;
}

static rc read_signed_info(struct reading *r, struct xades_signature *s)
{
    const struct xml_node *c14n = xml_first(s->signed_info), *method = c14n ? xml_next(c14n) : NULL;
    if (!method || !xml_is(c14n, NS_DS, "CanonicalizationMethod") || !xml_is(method, NS_DS, "SignatureMethod"))
        return missing(r, "SignatureMethod");
    s->c14n_known = xades_read_form(r->a, c14n, &s->form);
    s->method = xml_attr(r->a, method, "Algorithm");
    size_t n = 0;
    for (const struct xml_node *c = xml_next(method); c; c = xml_next(c))
        n++;
    if (n == 0)
        return missing(r, "Reference");
    if (n > XADES_REFERENCES_MAX)
        return too_much(r);
    s->references = ARENA_ARRAY(r->a, n, struct xades_reference);
    if (!s->references)
        return arena_failed(r->a);
    for (const struct xml_node *c = xml_next(method); c; c = xml_next(c))
        TRY(read_reference(r, c, &s->references[s->n_references++]));
    return OK;
}

/* ---- certificates and properties ---- */

/* One that cannot be read is left out: if it was the signer's, that will be missing. */
static rc read_certs(struct reading *r, struct xades_signature *s)
{
    s->certs = ARENA_ARRAY(r->a, XADES_CERTS_MAX, struct cert *);
    if (!s->certs)
        return arena_failed(r->a);
    for (const struct xml_node *d = s->key_info ? xml_first(s->key_info) : NULL; d; d = xml_next(d))
        for (const struct xml_node *c = xml_first(d); c && xml_is(d, NS_DS, "X509Data"); c = xml_next(c)) {
            if (!xml_is(c, NS_DS, "X509Certificate"))
                continue;
            if (s->n_certs == XADES_CERTS_MAX)
                return too_much(r);
            str der = xades_unbase64(r->a, xml_text(r->a, c));
            rc read = der.p ? cert_read(r->a, der, &s->certs[s->n_certs], NULL) : E_INVALID;
            if (read == E_NOMEM)
                return read;
            s->n_certs += read == OK;
        }
    return OK;
}

static void read_qualifying(struct xades_signature *s, struct xml_node *object)
{
    const struct xml_node *q = xml_child(object, NS_XADES, "QualifyingProperties");
    if (!q)
        return;
    s->misplaced |= s->object || xml_next(xml_first(object)) != NULL;
    s->object = object;
    s->properties = xml_only(q, NS_XADES, "SignedProperties");
    s->unsigned_properties =
        xml_only(xml_only(q, NS_XADES, "UnsignedProperties"), NS_XADES, "UnsignedSignatureProperties");
}

static rc read_signature(struct reading *r, struct xml_node *node, struct xades_signature *s)
{
    *s = (struct xades_signature){.node = node, .id = xml_attr(r->a, node, "Id")};
    struct xml_node *c = xml_first(node);
    if (!c || !xml_is(c, NS_DS, "SignedInfo"))
        return missing(r, "SignedInfo");
    s->signed_info = c;
    c = xml_next(c);
    if (!c || !xml_is(c, NS_DS, "SignatureValue"))
        return missing(r, "SignatureValue");
    s->value_node = c;
    c = xml_next(c);
    if (c && xml_is(c, NS_DS, "KeyInfo")) {
        s->key_info = c;
        c = xml_next(c);
    }
    for (; c; c = xml_next(c)) {
        s->misplaced |= !xml_is(c, NS_DS, "Object");
        read_qualifying(s, c);
    }
    s->value = xades_unbase64(r->a, xml_text(r->a, s->value_node));
    if (!s->value.p)
        return missing(r, "SignatureValue");
    TRY(read_signed_info(r, s));
    return read_certs(r, s);
}

static size_t count_signatures(const struct xml *xml)
{
    size_t n = 0;
    for (const struct xml_node *c = xml_root(xml); c; c = xml_after(c))
        n += xml_is(c, NS_DS, "Signature");
    return n;
}

rc xades_read(struct arena *a, str bytes, struct xades **out, struct err *err)
{
    struct reading r = {a, err};
    struct xades *x = ARENA_NEW(a, struct xades);
    if (!x)
        return arena_failed(a);
    TRY(xml_parse(a, bytes, XADES_BYTES_MAX, &x->xml, err));
    size_t n = count_signatures(x->xml);
    if (n == 0)
        return missing(&r, "Signature");
    if (n > XADES_SIGNATURES_MAX)
        return too_much(&r);
    x->signatures = ARENA_ARRAY(a, n, struct xades_signature);
    if (!x->signatures)
        return arena_failed(a);
    for (struct xml_node *c = xml_root(x->xml); c; c = xml_after(c))
        if (xml_is(c, NS_DS, "Signature"))
            TRY(read_signature(&r, c, &x->signatures[x->n++]));
    *out = x;
    return OK;
}
