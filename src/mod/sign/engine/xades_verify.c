/* Judging a XAdES signature: each reference must be what a signature of this form has to cover, then the digests, then
 * the certificate that the signed properties name, then the signature. */
#include "mod/sign/engine/xades_impl.h"

struct judging {
    struct arena *a;
    const struct xades *x;
    const struct xades_signature *s;
    const struct sign_data *files;
    size_t n_files;
    struct cert *const *pool;
    size_t n_pool;
    struct xades_check *out;
    const struct xml_node *covered[XADES_NODES_MAX]; /* no node is covered twice */
    size_t n_covered;
    size_t n_data;   /* references to what is signed, not to this signature's own parts */
    bool properties; /* SignedProperties are covered */
    bool weak;
};

/* Notes the first fault. OK is not returned: the caller stops. */
static rc fault(struct judging *j, enum xades_outcome o, str where)
{
    j->out->outcome = o;
    j->out->where = where;
    return E_INVALID;
}

/* ---- where the signature stands ---- */

static rc check_place(struct judging *j)
{
    const struct xades_signature *s = j->s;
    const struct xml_node *root = xml_root(j->x->xml), *parent = xml_parent(s->node);
    bool in_container = parent == root && root && xml_is(root, NS_ASIC, "XAdESSignatures");
    if (j->x->n > 1) {
        /* inside each other they could speak for each other */
        for (size_t i = 0; i < j->x->n; i++)
            if (!in_container || xml_parent(j->x->signatures[i].node) != root)
                return fault(j, XADES_SEVERAL, STR("Signature"));
    }
    j->out->form = parent && !in_container ? XADES_ENVELOPED : XADES_ENVELOPING;
    if (s->misplaced || !s->object || !s->properties)
        return fault(j, XADES_FORMAT, !s->object ? STR("QualifyingProperties") : STR("SignedProperties"));
    str target = xml_attr(j->a, xml_child(s->object, NS_XADES, "QualifyingProperties"), "Target");
    if (s->id.n == 0 || target.n != s->id.n + 1 || target.p[0] != '#' || !str_eq(str_sub(target, 1, SIZE_MAX), s->id))
        return fault(j, XADES_FORMAT, STR("Target"));
    struct xml_node *found;
    if (xml_by_id(j->x->xml, s->id, &found) != 1 || found != s->node)
        return fault(j, XADES_REFERENCE, s->id);
    return OK;
}

/* ---- references ---- */

static rc compare(struct judging *j, const struct xades_reference *f, str bytes)
{
    struct digest_value v = {0};
    if (f->digest == DIGEST_NONE)
        return fault(j, XADES_ALGORITHM, f->uri);
    v = digest_of(f->digest, bytes);
    if (!str_eq(digest_str(&v), f->value))
        return fault(j, XADES_DIGEST_MISMATCH, f->uri);
    j->weak |= !digest_is_strong(f->digest);
    return OK;
}

static rc compare_node(struct judging *j, const struct xades_reference *f, const struct xml_node *node)
{
    BUF_SCOPED b = BUF_INIT(4 * (size_t)XADES_BYTES_MAX);
    rc r = xades_node_octets(j->x, j->s, f, node, &b);
    if (r == E_INVALID || r == E_LIMIT)
        return fault(j, XADES_TRANSFORM, f->uri);
    TRY(r);
    return compare(j, f, buf_str(&b));
}

static rc cover(struct judging *j, const struct xades_reference *f, const struct xml_node *node)
{
    for (size_t i = 0; i < j->n_covered; i++)
        if (j->covered[i] == node)
            return fault(j, XADES_REFERENCE, f->uri);
    if (j->n_covered == XADES_NODES_MAX)
        return fault(j, XADES_REFERENCE, f->uri);
    j->covered[j->n_covered++] = node;
    return OK;
}

/* The node must be one that a signature here has to cover, by its place and not by its Id. */
static rc judge_node(struct judging *j, const struct xades_reference *f, struct xml_node *node)
{
    const struct xades_signature *s = j->s;
    bool is_root = node == xml_root(j->x->xml) && j->out->form == XADES_ENVELOPED;
    bool is_properties = node == s->properties;
    bool own = is_properties || (node && node == s->key_info) ||
               (node && xml_parent(node) == s->node && xml_is(node, NS_DS, "Object"));
    if (!is_root && !own)
        return fault(j, XADES_REFERENCE, f->uri);
    if (is_properties != str_eq(f->type, STR(URI_PROPERTIES)))
        return fault(j, XADES_REFERENCE, f->uri);
    if (f->unknown || f->enveloped != is_root)
        return fault(j, XADES_TRANSFORM, f->uri);
    TRY(cover(j, f, node));
    TRY(compare_node(j, f, node));
    j->properties |= is_properties;
    j->n_data += !is_properties && node != s->key_info;
    return OK;
}

static rc judge_document(struct judging *j, const struct xades_reference *f)
{
    if (j->out->form != XADES_ENVELOPED)
        return fault(j, XADES_REFERENCE, f->uri);
    if (f->unknown || !f->enveloped)
        return fault(j, XADES_TRANSFORM, f->uri);
    TRY(cover(j, f, xml_root(j->x->xml)));
    j->n_data++;
    return compare_node(j, f, NULL);
}

static rc judge_file(struct judging *j, const struct xades_reference *f)
{
    size_t i = xades_file_of(f->uri, j->files, j->n_files);
    if (j->out->form == XADES_ENVELOPED)
        return fault(j, XADES_REFERENCE, f->uri);
    if (f->unknown || f->enveloped || f->has_c14n)
        return fault(j, XADES_TRANSFORM, f->uri);
    if (i == j->n_files)
        return fault(j, XADES_NO_CONTENT, f->uri);
    if (j->out->covered[i])
        return fault(j, XADES_REFERENCE, f->uri);
    j->out->form = XADES_DETACHED;
    j->out->covered[i] = true;
    j->n_data++;
    return compare(j, f, j->files[i].bytes);
}

static rc judge_reference(struct judging *j, const struct xades_reference *f)
{
    struct xml_node *node;
    j->out->n_references++;
    if (f->uri.n == 0)
        return judge_document(j, f);
    if (f->uri.p[0] != '#')
        return judge_file(j, f);
    if (xml_by_id(j->x->xml, str_sub(f->uri, 1, SIZE_MAX), &node) != 1)
        return fault(j, XADES_REFERENCE, f->uri);
    return judge_node(j, f, node);
}

static bool is_covered(const struct judging *j, const struct xml_node *n)
{
    for (size_t i = 0; i < j->n_covered; i++)
        if (j->covered[i] == n)
            return true;
    return false;
}

/* An Object that nobody signed, beside signed ones, would be believed; so would a document around a signature over a
 * part of its own only. */
static rc check_objects(struct judging *j)
{
    for (const struct xml_node *c = xml_first(j->s->node); c; c = xml_next(c))
        if (xml_is(c, NS_DS, "Object") && c != j->s->object && !is_covered(j, c))
            return fault(j, XADES_NOT_COVERED, STR("Object"));
    if (j->out->form == XADES_ENVELOPED && !is_covered(j, xml_root(j->x->xml)))
        return fault(j, XADES_NOT_COVERED, xml_name(xml_root(j->x->xml)));
    if (!j->properties)
        return fault(j, XADES_NOT_COVERED, STR("SignedProperties"));
    if (j->n_data == 0)
        return fault(j, XADES_NOT_COVERED, STR_EMPTY);
    return OK;
}

static rc judge_references(struct judging *j)
{
    size_t nodes = 0;
    for (size_t i = 0; i < j->s->n_references; i++)
        nodes += str_starts(j->s->references[i].uri, STR("#"));
    if (nodes > XADES_NODES_MAX)
        return fault(j, XADES_REFERENCE, STR_EMPTY);
    for (size_t i = 0; i < j->s->n_references; i++)
        TRY(judge_reference(j, &j->s->references[i]));
    return check_objects(j);
}

/* ---- the certificate ---- */

static const struct cert *find_cert(const struct judging *j, enum digest d, str value)
{
    for (size_t i = 0; i < j->s->n_certs + j->n_pool; i++) {
        const struct cert *c = i < j->s->n_certs ? j->s->certs[i] : j->pool[i - j->s->n_certs];
        struct digest_value v = digest_of(d, c->der);
        if (str_eq(digest_str(&v), value))
            return c;
    }
    return NULL;
}

static rc find_signer(struct judging *j, const struct xml_node *properties)
{
    const struct xml_node *v2 = xml_only(properties, NS_XADES, "SigningCertificateV2"),
                          *v1 = xml_only(properties, NS_XADES, "SigningCertificate");
    const struct xml_node *first = xml_child(v2 ? v2 : v1, NS_XADES, "Cert");
    enum digest d;
    str value;
    if ((v1 && v2) || !first || xades_digest_and_value(j->a, xml_only(first, NS_XADES, "CertDigest"), &d, &value) != OK)
        return fault(j, XADES_FORMAT, STR("SigningCertificateV2"));
    if (d == DIGEST_NONE)
        return fault(j, XADES_ALGORITHM, STR("CertDigest"));
    j->out->names_cert_v1 = v1 != NULL;
    j->out->cert = find_cert(j, d, value);
    if (!j->out->cert)
        return fault(j, j->s->n_certs > 0 ? XADES_CERT_MISMATCH : XADES_NO_CERTIFICATE, STR("SigningCertificateV2"));
    j->weak |= !digest_is_strong(d);
    return OK;
}

static rc read_properties(struct judging *j)
{
    const struct xml_node *properties = xml_only(j->s->properties, NS_XADES, "SignedSignatureProperties");
    str time = xml_text(j->a, xml_only(properties, NS_XADES, "SigningTime"));
    if (time.p) {
        if (instant_parse(str_trim(time), &j->out->time) != OK)
            return fault(j, XADES_FORMAT, STR("SigningTime"));
        j->out->has_time = true;
    }
    return find_signer(j, properties);
}

/* ---- the signature ---- */

static rc judge_signature(struct judging *j)
{
    const struct xades_signature *s = j->s;
    const struct pkey *key = j->out->cert->key;
    BUF_SCOPED info = BUF_INIT(2 * (size_t)XADES_BYTES_MAX);
    BUF_SCOPED der = BUF_INIT(PKEY_SIGNATURE_MAX);
    str value = s->value;
    if (!s->c14n_known || !key || !xades_signature_from_uri(s->method, pkey_kind(key), &j->out->scheme))
        return fault(j, XADES_ALGORITHM, s->method);
    rc r = xml_canonical(j->x->xml, s->signed_info, NULL, &s->form, &info);
    if (r != OK)
        return r == E_NOMEM ? r : fault(j, XADES_ALGORITHM, STR("CanonicalizationMethod"));
    if (pkey_kind(key) != PKEY_RSA) {
        if (pkey_der_from_raw(pkey_kind(key), value, &der) != OK)
            return fault(j, XADES_SIGNATURE_WRONG, STR_EMPTY);
        value = buf_str(&der);
    }
    if (pkey_verify(key, j->out->scheme, buf_str(&info), value) != OK)
        return fault(j, XADES_SIGNATURE_WRONG, STR_EMPTY);
    j->weak |= !digest_is_strong(j->out->scheme.digest);
    return OK;
}

static rc judge(struct judging *j)
{
    TRY(check_place(j));
    TRY(judge_references(j));
    TRY(read_properties(j));
    TRY(judge_signature(j));
    if (j->weak)
        return fault(j, XADES_WEAK_DIGEST, STR_EMPTY);
    j->out->outcome = XADES_VALID;
    return OK;
}

rc xades_verify(struct arena *a, const struct xades *x, size_t i, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct xades_check *out)
{
    struct judging j = {.a = a,
                        .x = x,
                        .s = &x->signatures[i],
                        .files = files,
                        .n_files = n_files,
                        .pool = pool,
                        .n_pool = n_pool,
                        .out = out};
    *out = (struct xades_check){.outcome = XADES_FORMAT, .covered = ARENA_ARRAY(a, n_files + 1, bool)};
    if (!out->covered)
        return arena_failed(a);
    rc r = judge(&j);
    TRY(arena_rc(a)); /* what could not be kept must not look like what is missing */
    return r == E_INVALID ? OK : r;
}
