/* A XAdES signature of level B-B, written as text.
 *
 * What is hashed or signed (SignedProperties, SignedInfo, an Object) is written in its exclusive canonical form to
 * begin with: attributes in order, no element in one tag, each namespace declared where it is first used inside that
 * part. So the text is its own canonical form wherever it stands. */
#include "mod/sign/engine/xades_impl.h"

#include "base/utf8.h"

#define DECLARE_DS    " xmlns:ds=\"" NS_DS "\""
#define DECLARE_XADES " xmlns:xades=\"" NS_XADES "\""

struct making {
    struct arena *a;
    const struct xades_request *r;
    struct pkey_scheme scheme;
    str id;            /* common part of all Ids */
    struct buf *parts; /* canonical Objects, enveloping */
    struct err *err;
};

static void put(struct buf *b, const char *text)
{
    buf_put(b, str_of(text));
}

static void put_ds(struct buf *b, bool declare, const char *name)
{
    buf_printf(b, "<ds:%s%s", name, declare ? DECLARE_DS : "");
}

static void put_algorithm(struct buf *b, bool declare, const char *name, const char *uri)
{
    put_ds(b, declare, name);
    buf_printf(b, " Algorithm=\"%s\"></ds:%s>", uri, name);
}

void xades_put_digest(struct buf *b, bool declare, enum digest d, str bytes)
{
    struct digest_value v = digest_of(d, bytes);
    put_algorithm(b, declare, "DigestMethod", xades_digest_uri(d));
    put_ds(b, declare, "DigestValue");
    buf_putc(b, '>');
    buf_base64(b, digest_str(&v));
    put(b, "</ds:DigestValue>");
}

static rc misfit(struct err *err)
{
    return ERR(err, E_INVALID, "SIG-305", N_("This kind of XML signature cannot be made of these data with this key."));
}

/* ---- the parts ---- */

static str signed_properties(struct making *m)
{
    BUF_SCOPED b = BUF_INIT(XADES_BYTES_MAX);
    buf_printf(&b, "<xades:SignedProperties" DECLARE_XADES " Id=\"p-%.*s\"><xades:SignedSignatureProperties>",
               STR_ARG(m->id));
    put(&b, "<xades:SigningTime>");
    buf_instant(&b, m->r->time);
    put(&b, "</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>");
    xades_put_digest(&b, true, m->scheme.digest, m->r->cert->der);
    put(&b, "</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>"
            "<xades:SignedDataObjectProperties>");
    for (size_t i = 0; i < m->r->n_data; i++) {
        buf_printf(&b, "<xades:DataObjectFormat ObjectReference=\"#r-%.*s-%zu\"><xades:MimeType>", STR_ARG(m->id),
                   i + 1);
        buf_xml(&b, m->r->data[i].mime);
        put(&b, "</xades:MimeType></xades:DataObjectFormat>");
    }
    put(&b, "</xades:SignedDataObjectProperties></xades:SignedProperties>");
    return buf_rc(&b) == OK ? arena_str(m->a, buf_str(&b)) : (str){0};
}

static void put_object(struct making *m, size_t i, struct buf *b)
{
    buf_printf(b, "<ds:Object" DECLARE_DS " Encoding=\"" URI_BASE64 "\" Id=\"o-%.*s-%zu\" MimeType=\"", STR_ARG(m->id),
               i + 1);
    buf_xml(b, m->r->data[i].mime);
    put(b, "\">");
    buf_base64(b, m->r->data[i].bytes);
    put(b, "</ds:Object>");
}

static void put_transforms(struct buf *b, bool enveloped)
{
    put(b, "<ds:Transforms>");
    if (enveloped)
        put_algorithm(b, false, "Transform", URI_ENVELOPED);
    put_algorithm(b, false, "Transform", NS_EXC);
    put(b, "</ds:Transforms>");
}

void xades_put_path(struct buf *b, str name)
{
    for (str rest = name; rest.p;) {
        buf_url(b, str_cut(&rest, '/'));
        if (rest.p)
            buf_putc(b, '/');
    }
}

/* The document in canonical form, as every verifier sees it once this signature is taken out again. */
static rc canonical_document(struct making *m, struct buf *out)
{
    struct xml *x;
    TRY(xml_parse(m->a, m->r->data[0].bytes, XADES_BYTES_MAX, &x, m->err));
    for (const struct xml_node *n = xml_root(x); n; n = xml_after(n))
        if (xml_is(n, NS_DS, "Signature"))
            return ERR(m->err, E_CONFLICT, "SIG-304", N_("The document is signed already."));
    rc r = xml_canonical(x, NULL, NULL, &(struct xml_form){.c14n = XML_C14N_EXCLUSIVE}, out);
    return r == E_INVALID ? misfit(m->err) : r;
}

static rc put_reference(struct making *m, size_t i, struct buf *b)
{
    const struct sign_data *d = &m->r->data[i];
    BUF_SCOPED canonical = BUF_INIT(2 * XADES_BYTES_MAX);
    str hashed = d->bytes;
    buf_printf(b, "<ds:Reference Id=\"r-%.*s-%zu\" URI=\"", STR_ARG(m->id), i + 1);
    if (m->r->form == XADES_DETACHED) {
        xades_put_path(b, d->name);
        put(b, "\">");
    } else {
        if (m->r->form == XADES_ENVELOPED) {
            TRY(canonical_document(m, &canonical));
        } else {
            put_object(m, i, &canonical);
            buf_put(m->parts, buf_str(&canonical));
            buf_printf(b, "#o-%.*s-%zu", STR_ARG(m->id), i + 1);
        }
        put(b, "\">");
        put_transforms(b, m->r->form == XADES_ENVELOPED);
        TRY(buf_rc(&canonical));
        hashed = buf_str(&canonical);
    }
    xades_put_digest(b, false, m->scheme.digest, hashed);
    put(b, "</ds:Reference>");
    return buf_rc(b);
}

static rc signed_info(struct making *m, str properties, struct buf *b)
{
    put(b, "<ds:SignedInfo" DECLARE_DS ">");
    put_algorithm(b, false, "CanonicalizationMethod", NS_EXC);
    put_algorithm(b, false, "SignatureMethod", xades_signature_uri(pkey_kind(m->r->key), m->scheme));
    for (size_t i = 0; i < m->r->n_data; i++)
        TRY(put_reference(m, i, b));
    buf_printf(b, "<ds:Reference Type=\"" URI_PROPERTIES "\" URI=\"#p-%.*s\">", STR_ARG(m->id));
    put_transforms(b, false);
    xades_put_digest(b, false, m->scheme.digest, properties);
    put(b, "</ds:Reference></ds:SignedInfo>");
    return buf_rc(b);
}

/* ECDSA as r and s side by side (RFC 4050), everything else as it comes. */
static rc put_value(struct making *m, str info, struct buf *b)
{
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    BUF_SCOPED raw = BUF_INIT(PKEY_SIGNATURE_MAX);
    TRY(pkey_sign(m->r->key, m->scheme, info, &signature));
    str value = buf_str(&signature);
    if (pkey_kind(m->r->key) != PKEY_RSA) {
        TRY(pkey_raw_from_der(pkey_kind(m->r->key), value, &raw));
        value = buf_str(&raw);
    }
    buf_printf(b, "<ds:SignatureValue Id=\"v-%.*s\">", STR_ARG(m->id));
    buf_base64(b, value);
    put(b, "</ds:SignatureValue>");
    return buf_rc(b);
}

static void put_certificate(struct buf *b, const struct cert *c)
{
    put(b, "<ds:X509Certificate>");
    buf_base64(b, c->der);
    put(b, "</ds:X509Certificate>");
}

static rc put_signature(struct making *m, struct buf *b)
{
    BUF_SCOPED info = BUF_INIT(XADES_BYTES_MAX);
    str properties = signed_properties(m);
    if (!properties.p)
        return arena_rc(m->a) != OK ? arena_rc(m->a) : E_LIMIT;
    TRY(signed_info(m, properties, &info));
    buf_printf(b, "<ds:Signature" DECLARE_DS " Id=\"s-%.*s\">", STR_ARG(m->id));
    buf_put(b, buf_str(&info));
    TRY(put_value(m, buf_str(&info), b));
    put(b, "<ds:KeyInfo><ds:X509Data>");
    put_certificate(b, m->r->cert);
    for (size_t i = 0; i < m->r->n_chain; i++)
        put_certificate(b, m->r->chain[i]);
    put(b, "</ds:X509Data></ds:KeyInfo>");
    buf_put(b, buf_str(m->parts));
    buf_printf(b, "<ds:Object><xades:QualifyingProperties" DECLARE_XADES " Target=\"#s-%.*s\">", STR_ARG(m->id));
    buf_put(b, properties);
    put(b, "</xades:QualifyingProperties></ds:Object></ds:Signature>");
    TRY(buf_rc(m->parts));
    return buf_rc(b);
}

/* ---- the whole ---- */

static rc check_request(const struct xades_request *r, struct pkey_scheme scheme, struct err *err)
{
    if (!pkey_same(r->key, r->cert->key))
        return ERR(err, E_INVALID, "SIG-303", N_("The key does not belong to the certificate."));
    if (!xades_signature_uri(pkey_kind(r->key), scheme))
        return ERR(err, E_INVALID, "SIG-305",
                   N_("XML signatures have no name for a key of the kind {1}: use P-256, P-384 or RSA."),
                   str_of(pkey_kind_name(pkey_kind(r->key))));
    if (r->form == XADES_ENVELOPED && r->n_data > 1)
        return ERR(err, E_INVALID, "SIG-305",
                   N_("An enveloped signature lies in the one document that it signs: several files need the form "
                      "enveloping or detached."));
    bool fits = r->n_data >= 1 && digest_is_strong(scheme.digest);
    for (size_t i = 0; fits && i < r->n_data; i++)
        fits = r->data[i].mime.n > 0 && utf8_valid(r->data[i].mime) && !utf8_has_control(r->data[i].mime) &&
               str_chr(r->data[i].mime, '"') < 0 && (r->form != XADES_DETACHED || r->data[i].name.n > 0);
    if (!fits)
        return misfit(err);
    if (r->n_data >= XADES_REFERENCES_MAX || (r->form == XADES_ENVELOPING && r->n_data >= XADES_NODES_MAX) ||
        r->n_chain >= XADES_CERTS_MAX)
        return ERR(err, E_LIMIT, "SIG-302", N_("The XML signature covers too much, or is too large."));
    return OK;
}

/* The same for the same signer, second and data: nothing random, so that making is a pure function; different for two
 * signatures that may come to stand in one file. */
static str make_id(const struct making *m)
{
    BUF_SCOPED seed = BUF_INIT(1 << 20);
    BUF_SCOPED hex = BUF_INIT(DIGEST_MAX);
    buf_puti(&seed, m->r->time);
    buf_putn(&seed, m->r->cert->sha256.b, sizeof m->r->cert->sha256.b);
    for (size_t i = 0; i < m->r->n_data; i++) {
        struct digest_value v = digest_of(DIGEST_SHA256, m->r->data[i].bytes);
        buf_put(&seed, digest_str(&v));
    }
    struct digest_value v = digest_of(DIGEST_SHA256, buf_str(&seed));
    buf_hex(&hex, str_n(v.b, 8));
    return arena_str(m->a, buf_str(&hex));
}

rc xades_make(struct arena *a, const struct xades_request *r, struct buf *out, struct err *err)
{
    BUF_SCOPED parts = BUF_INIT(XADES_BYTES_MAX);
    BUF_SCOPED signature = BUF_INIT(XADES_BYTES_MAX);
    struct making m = {.a = a, .r = r, .scheme = pkey_scheme(r->key), .parts = &parts, .err = err};
    m.scheme.pss = r->pss;
    if (r->digest != DIGEST_NONE)
        m.scheme.digest = r->digest;
    TRY(check_request(r, m.scheme, err));
    m.id = make_id(&m);
    if (!m.id.p)
        return arena_failed(a);
    rc made = put_signature(&m, &signature);
    if (made == E_LIMIT)
        return ERR(err, E_LIMIT, "SIG-302", N_("The XML signature covers too much, or is too large."));
    TRY(made);
    if (r->form == XADES_ENVELOPED) {
        struct xml *x;
        TRY(xml_parse(a, r->data[0].bytes, XADES_BYTES_MAX, &x, err));
        return xml_insert_last(x, xml_root(x), buf_str(&signature), out);
    }
    put(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if (r->in_container)
        put(out, "<asic:XAdESSignatures xmlns:asic=\"" NS_ASIC "\">");
    buf_put(out, buf_str(&signature));
    if (r->in_container)
        put(out, "</asic:XAdESSignatures>");
    buf_putc(out, '\n');
    return buf_rc(out);
}
