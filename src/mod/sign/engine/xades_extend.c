/* XAdES signatures raised from level to level, by text inserted into their unsigned properties. */
#include "mod/sign/engine/xades_extend.h"
#include "mod/sign/engine/evidence.h"
#include "mod/sign/engine/xades_impl.h"

#define DECLARE " xmlns:ds=\"" NS_DS "\" xmlns:xades=\"" NS_XADES "\" xmlns:xades141=\"" NS_XADES1 "\""

/* A document on its way: read again after each thing that was inserted. */
struct work {
    struct arena *a;
    const struct sign_raise *o;
    const struct sign_data *files;
    size_t n_files;
    struct xades *x;
    size_t i; /* the signature in hand */
    struct err *err;
};

static const struct xades_signature *in_hand(const struct work *w)
{
    return &w->x->signatures[w->i];
}

static void put(struct buf *b, const char *text)
{
    buf_put(b, str_of(text));
}

/* ---- inserting ---- */

/* The frame that is missing around what is to be inserted: as far as UnsignedSignatureProperties. */
static rc insert(struct work *w, str fragment)
{
    BUF_SCOPED inner = BUF_INIT(XADES_BYTES_MAX);
    BUF_SCOPED out = BUF_INIT(2 * (size_t)XADES_BYTES_MAX);
    const struct xades_signature *s = in_hand(w);
    const struct xml_node *into = s->unsigned_properties;
    const struct xml_node *qualifying = xml_child(s->object, NS_XADES, "QualifyingProperties"),
                          *all = xml_only(qualifying, NS_XADES, "UnsignedProperties");
    if (!into && xml_child(qualifying, NS_XADES, "UnsignedProperties") && xml_first(all))
        return ERR(w->err, E_INVALID, "SIG-301",
                   N_("This is no XML signature that can be read: {1} is missing or wrong."),
                   STR("UnsignedProperties"));
    if (!into && !all)
        put(&inner, "<xades:UnsignedProperties" DECLARE ">");
    if (!into)
        put(&inner, "<xades:UnsignedSignatureProperties" DECLARE ">");
    buf_put(&inner, fragment);
    if (!into)
        put(&inner, "</xades:UnsignedSignatureProperties>");
    if (!into && !all)
        put(&inner, "</xades:UnsignedProperties>");
    TRY(buf_rc(&inner));
    TRY(xml_insert_last(w->x->xml, into ? into : all ? all : qualifying, buf_str(&inner), &out));
    str text = arena_str(w->a, buf_str(&out));
    return text.p ? xades_read(w->a, text, &w->x, w->err) : arena_failed(w->a);
}

/* ---- time-stamps ---- */

static rc insert_stamp(struct work *w, const char *name, str octets)
{
    struct tsp_token token;
    BUF_SCOPED b = BUF_INIT(4 * TSP_TOKEN_MAX);
    TRY(stamp_ask(w->a, w->o, octets, &token, w->err));
    buf_printf(&b, "<%s" DECLARE "><ds:CanonicalizationMethod Algorithm=\"" NS_EXC "\"></ds:CanonicalizationMethod>",
               name);
    put(&b, "<xades:EncapsulatedTimeStamp>");
    buf_base64(&b, token.der);
    buf_printf(&b, "</xades:EncapsulatedTimeStamp></%s>", name);
    TRY(buf_rc(&b));
    return insert(w, buf_str(&b));
}

static const struct xml_form exclusive = {.c14n = XML_C14N_EXCLUSIVE, .prefixes = STR_INIT("")};

static rc raise_to_t(struct work *w)
{
    BUF_SCOPED octets = BUF_INIT(XADES_BYTES_MAX);
    if (xml_child(in_hand(w)->unsigned_properties, NS_XADES, "SignatureTimeStamp"))
        return OK;
    TRY(xades_signature_octets(w->x, in_hand(w), &exclusive, &octets));
    return insert_stamp(w, "xades:SignatureTimeStamp", buf_str(&octets));
}

static rc raise_to_lta(struct work *w)
{
    BUF_SCOPED octets = BUF_INIT(8 * (size_t)XADES_BYTES_MAX);
    TRY(xades_archive_octets(w->x, in_hand(w), &exclusive, NULL, w->files, w->n_files, &octets));
    return insert_stamp(w, "xades141:ArchiveTimeStamp", buf_str(&octets));
}

/* ---- evidence ---- */

static void put_value(struct buf *b, const char *name, str der)
{
    buf_printf(b, "<xades:%s>", name);
    buf_base64(b, der);
    buf_printf(b, "</xades:%s>", name);
}

/* A list of those of v that are not in `old`; nothing when there are none. */
static void put_list(struct buf *b, const char *list, const char *name, const str *v, size_t n, const str *old,
                     size_t n_old)
{
    bool open = false;
    for (size_t i = 0; i < n; i++) {
        if (evidence_listed(old, n_old, v[i]))
            continue;
        if (!open)
            buf_printf(b, "<xades:%s" DECLARE ">", list);
        open = true;
        put_value(b, name, v[i]);
    }
    if (open)
        buf_printf(b, "</xades:%s>", list);
}

/* Certificates of the signer and of the time-stamps, and their issuers. */
static rc pool_of(const struct work *w, const struct xades_stamp *stamps, size_t n, struct cert ***out, size_t *n_out)
{
    const struct xades_signature *s = in_hand(w);
    size_t most = s->n_certs + w->o->n_pool, count = 0;
    for (size_t i = 0; i < n; i++)
        most += stamps[i].token.cms->n_certs;
    struct cert **v = ARENA_ARRAY(w->a, most + 1, struct cert *);
    if (!v)
        return arena_failed(w->a);
    for (size_t i = 0; i < s->n_certs; i++)
        v[count++] = s->certs[i];
    for (size_t i = 0; i < w->o->n_pool; i++)
        v[count++] = w->o->pool[i];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < stamps[i].token.cms->n_certs; k++)
            v[count++] = stamps[i].token.cms->certs[k];
    *out = v;
    *n_out = count;
    return OK;
}

static rc collect(const struct work *w, struct evidence *e)
{
    struct xades_check check;
    struct xades_stamp *stamps = NULL;
    struct cert **pool = NULL;
    size_t n = 0, n_pool = 0;
    TRY(xades_verify(w->a, w->x, w->i, w->files, w->n_files, w->o->pool, w->o->n_pool, &check));
    TRY(xades_stamps(w->a, w->x, w->i, w->files, w->n_files, w->o->pool, w->o->n_pool, &stamps, &n, w->err));
    TRY(pool_of(w, stamps, n, &pool, &n_pool));
    if (check.cert)
        TRY(evidence_add(e, w->a, check.cert, pool, n_pool, w->o->net, w->err));
    for (size_t i = 0; i < n; i++)
        if (stamps[i].check.cms.cert)
            TRY(evidence_add(e, w->a, stamps[i].check.cms.cert, pool, n_pool, w->o->net, w->err));
    return OK;
}

/* What is there already, KeyInfo's certificates included. */
static rc known(const struct work *w, struct xades_evidence *old, str *certs, size_t *n)
{
    TRY(xades_evidence(w->a, w->x, w->i, old, w->err));
    for (size_t i = 0; i < in_hand(w)->n_certs; i++)
        certs[(*n)++] = in_hand(w)->certs[i]->der;
    for (size_t i = 0; i < old->n_certs; i++)
        certs[(*n)++] = old->certs[i];
    return OK;
}

/* Appends what is not there yet; nothing when all is. */
static rc put_evidence(const struct work *w, const struct evidence *e, struct buf *b)
{
    struct xades_evidence old;
    str certs[EVIDENCE_CERTS_MAX], there[XADES_CERTS_MAX + XADES_EVIDENCE_MAX];
    size_t n_there = 0;
    BUF_SCOPED revocations = BUF_INIT(XADES_BYTES_MAX);
    TRY(known(w, &old, there, &n_there));
    for (size_t i = 0; i < e->n_certs; i++)
        certs[i] = e->certs[i]->der;
    put_list(b, "CertificateValues", "EncapsulatedX509Certificate", certs, e->n_certs, there, n_there);
    put_list(&revocations, "CRLValues", "EncapsulatedCRLValue", e->crls, e->n_crls, old.crls, old.n_crls);
    put_list(&revocations, "OCSPValues", "EncapsulatedOCSPValue", e->ocsps, e->n_ocsps, old.ocsps, old.n_ocsps);
    TRY(buf_rc(&revocations));
    if (revocations.n > 0) {
        put(b, "<xades:RevocationValues" DECLARE ">");
        buf_put(b, buf_str(&revocations));
        put(b, "</xades:RevocationValues>");
    }
    return buf_rc(b);
}

/* CertificateValues and RevocationValues may stand there once (EN 319 132-1 section 6.3); what is found when the level
 * is raised again belongs to the time-stamps. */
static rc raise_to_lt(struct work *w)
{
    struct evidence *e = ARENA_NEW(w->a, struct evidence);
    BUF_SCOPED found = BUF_INIT(XADES_BYTES_MAX);
    BUF_SCOPED b = BUF_INIT(XADES_BYTES_MAX);
    const struct xml_node *there = in_hand(w)->unsigned_properties;
    bool again = xml_child(there, NS_XADES, "CertificateValues") || xml_child(there, NS_XADES, "RevocationValues");
    if (!e)
        return arena_failed(w->a);
    TRY(collect(w, e));
    TRY(put_evidence(w, e, &found));
    if (found.n == 0)
        return OK;
    if (again)
        put(&b, "<xades141:TimeStampValidationData" DECLARE ">");
    buf_put(&b, buf_str(&found));
    if (again)
        put(&b, "</xades141:TimeStampValidationData>");
    TRY(buf_rc(&b));
    return insert(w, buf_str(&b));
}

/* ---- levels ---- */

static rc (*const steps[])(struct work *) = {[SIGN_T] = raise_to_t, [SIGN_LT] = raise_to_lt, [SIGN_LTA] = raise_to_lta};

/* A signature that does not hold is not raised: it would look better than it is. */
static rc check_all(const struct work *w)
{
    for (size_t i = 0; i < w->x->n; i++) {
        struct xades_check k;
        TRY(xades_verify(w->a, w->x, i, w->files, w->n_files, w->o->pool, w->o->n_pool, &k));
        if (k.outcome != XADES_VALID && k.outcome != XADES_WEAK_DIGEST)
            return ERR(w->err, E_INVALID, "SIG-306", N_("The signature does not hold and is left as it is: {1}."),
                       str_of(xades_outcome_name(k.outcome)));
    }
    return OK;
}

static rc step_all(struct work *w, enum sign_level level)
{
    rc r = OK;
    for (w->i = 0; r == OK && w->i < w->x->n; w->i++)
        r = steps[level](w);
    return r;
}

static rc raise(struct work *w, struct sign_raised *made)
{
    struct err *err = w->err;
    rc r = OK;
    w->err = &made->why;
    while (r == OK && made->level < w->o->level) {
        struct xades *before = w->x;
        r = step_all(w, made->level + 1);
        if (r == OK)
            made->level++;
        else
            w->x = before;
    }
    w->err = err;
    if (r == OK || stamp_is_elsewhere(w->a, r))
        return OK;
    if (err)
        err_copy(err, &made->why);
    return r;
}

rc xades_extend(struct arena *a, str text, const struct sign_data *files, size_t n_files, const struct sign_raise *o,
                struct buf *out, struct sign_raised *made, struct err *err)
{
    struct work w = {.a = a, .o = o, .files = files, .n_files = n_files, .err = err};
    made->level = SIGN_B;
    err_clear(&made->why);
    TRY(xades_read(a, text, &w.x, err));
    TRY(check_all(&w));
    TRY(raise(&w, made));
    buf_put(out, xml_source(w.x->xml));
    return buf_rc(out);
}
