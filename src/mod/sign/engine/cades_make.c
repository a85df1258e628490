/* CAdES signatures made, and raised from level to level. */
#include "crypto/oid.h"
#include "mod/sign/engine/cades.h"
#include "mod/sign/engine/evidence.h"

/* A signature on its way: read again after each thing that was added. */
struct work {
    struct arena *a;
    const struct sign_raise *o;
    str content;
    struct cms *cms;
    struct err *err;
};

static rc read_again(struct work *w, const struct buf *b)
{
    TRY(buf_rc(b));
    str der = arena_str(w->a, buf_str(b));
    return der.p ? cms_read(w->a, der, &w->cms, w->err) : arena_failed(w->a);
}

static rc add(struct work *w, const struct cms_additions *more)
{
    BUF_SCOPED out = BUF_INIT(CADES_BYTES_MAX + w->cms->content.n);
    TRY(cms_extend(w->cms, more, &out, w->err));
    return read_again(w, &out);
}

/* ---- time-stamps ---- */

static rc put_token(const struct cms *c, size_t i, str type, str token, struct buf *out, struct err *err)
{
    BUF_SCOPED attribute = BUF_INIT(CADES_BYTES_MAX);
    cms_put_attribute(&attribute, type, token);
    TRY(buf_rc(&attribute));
    str der = buf_str(&attribute);
    return cms_extend(c, &(struct cms_additions){.signature = i, .attributes = &der, .n_attributes = 1}, out, err);
}

static rc add_token(struct work *w, size_t i, str type, str token)
{
    BUF_SCOPED out = BUF_INIT(CADES_BYTES_MAX + w->cms->content.n);
    TRY(put_token(w->cms, i, type, token, &out, w->err));
    return read_again(w, &out);
}

static bool has(const struct cms_signature *s, str type)
{
    for (size_t i = 0; i < s->n_unsigned; i++)
        if (str_eq(s->unsigned_attributes[i].type, type))
            return true;
    return false;
}

/* Over the signature's value (EN 319 122-1 section 5.3). */
rc cades_stamp(struct arena *a, const struct cms *c, size_t i, const struct sign_raise *o, struct buf *out,
               struct err *err)
{
    struct tsp_token token;
    TRY(stamp_ask(a, o, c->signatures[i].value, &token, err));
    return put_token(c, i, oid_signature_ts, token.der, out, err);
}

/* B-T. */
static rc raise_to_t(struct work *w)
{
    for (size_t i = 0; i < w->cms->n_signatures; i++) {
        if (has(&w->cms->signatures[i], oid_signature_ts))
            continue;
        BUF_SCOPED out = BUF_INIT(CADES_BYTES_MAX + w->cms->content.n);
        TRY(cades_stamp(w->a, w->cms, i, w->o, &out, w->err));
        TRY(read_again(w, &out));
    }
    return OK;
}

/* ---- evidence ---- */

/* All certificates that may be an issuer: those inside, those of the time-stamps, and those given. */
static rc join(const struct work *w, const struct cades_stamp *stamps, size_t n, struct cert ***pool, size_t *n_pool)
{
    size_t most = w->cms->n_certs + w->o->n_pool;
    for (size_t i = 0; i < n; i++)
        most += stamps[i].token.cms->n_certs;
    struct cert **v = ARENA_ARRAY(w->a, most + 1, struct cert *);
    if (!v)
        return arena_failed(w->a);
    size_t count = 0;
    for (size_t i = 0; i < w->cms->n_certs; i++)
        v[count++] = w->cms->certs[i];
    for (size_t i = 0; i < w->o->n_pool; i++)
        v[count++] = w->o->pool[i];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < stamps[i].token.cms->n_certs; k++)
            v[count++] = stamps[i].token.cms->certs[k];
    *pool = v;
    *n_pool = count;
    return OK;
}

static rc collect(const struct work *w, const struct cms_signature *s, struct evidence *e)
{
    struct cms_check check;
    struct cades_stamp *stamps = NULL;
    struct cert **pool = NULL;
    size_t n = 0;
    size_t n_pool = 0;
    TRY(cades_stamps(w->a, w->cms, s, w->content, w->o->pool, w->o->n_pool, &stamps, &n, w->err));
    TRY(join(w, stamps, n, &pool, &n_pool));
    struct digest_value v = digest_of(s->digest, w->content);
    TRY(cms_verify(w->cms, s, w->content.p ? &v : NULL, pool, n_pool, &check));
    if (check.cert)
        TRY(evidence_add(e, w->a, check.cert, pool, n_pool, w->o->net, w->err));
    for (size_t i = 0; i < n; i++)
        if (stamps[i].check.cms.cert)
            TRY(evidence_add(e, w->a, stamps[i].check.cms.cert, pool, n_pool, w->o->net, w->err));
    return OK;
}

/* B-LT: everything into SignedData (section 5.4), where archive time-stamps cover it. */
static rc raise_to_lt(struct work *w)
{
    struct evidence *e = ARENA_NEW(w->a, struct evidence);
    str certs[EVIDENCE_CERTS_MAX];
    if (!e)
        return arena_failed(w->a);
    for (size_t i = 0; i < w->cms->n_signatures; i++)
        TRY(collect(w, &w->cms->signatures[i], e));
    for (size_t i = 0; i < e->n_certs; i++)
        certs[i] = e->certs[i]->der;
    return add(w, &(struct cms_additions){.certs = certs,
                                          .n_certs = e->n_certs,
                                          .crls = e->crls,
                                          .n_crls = e->n_crls,
                                          .ocsps = e->ocsps,
                                          .n_ocsps = e->n_ocsps});
}

/* B-LTA: the hash index becomes an unsigned attribute of the time-stamp itself (section 5.5.2). */
static rc stamp_archive(struct work *w, size_t i)
{
    struct tsp_token token;
    BUF_SCOPED index = BUF_INIT(CADES_BYTES_MAX);
    BUF_SCOPED attribute = BUF_INIT(CADES_BYTES_MAX);
    BUF_SCOPED indexed = BUF_INIT(CADES_BYTES_MAX);
    const struct cms_signature *s = &w->cms->signatures[i];
    TRY(cades_hash_index(w->a, w->cms, s, stamp_digest(w->o), &index));
    struct digest_value v = cades_archive_imprint(w->cms, s, w->content, buf_str(&index), stamp_digest(w->o));
    TRY(stamp_ask_for(w->a, w->o, &v, &token, w->err));
    cms_put_attribute(&attribute, oid_ats_hash_index_v3, buf_str(&index));
    TRY(buf_rc(&attribute));
    str der = buf_str(&attribute);
    TRY(cms_extend(token.cms, &(struct cms_additions){.attributes = &der, .n_attributes = 1}, &indexed, w->err));
    return add_token(w, i, oid_archive_ts_v3, buf_str(&indexed));
}

static rc raise_to_lta(struct work *w)
{
    for (size_t i = 0; i < w->cms->n_signatures; i++)
        TRY(stamp_archive(w, i));
    return OK;
}

/* ---- levels ---- */

static rc raise(struct work *w, struct sign_raised *made)
{
    static rc (*const steps[])(struct work *) = {
        [SIGN_T] = raise_to_t, [SIGN_LT] = raise_to_lt, [SIGN_LTA] = raise_to_lta};
    struct err *err = w->err;
    rc r = OK;
    w->err = &made->why;
    while (r == OK && made->level < w->o->level) {
        struct cms *before = w->cms;
        r = steps[made->level + 1](w);
        if (r == OK)
            made->level++;
        else
            w->cms = before;
    }
    w->err = err;
    if (r == OK || stamp_is_elsewhere(w->a, r))
        return OK;
    err_copy(err, &made->why);
    return r;
}

/* A signature that does not hold is not raised: it would look better than it is. */
static rc check_all(const struct work *w)
{
    for (size_t i = 0; i < w->cms->n_signatures; i++) {
        const struct cms_signature *s = &w->cms->signatures[i];
        struct cms_check check = {.outcome = CMS_ALGORITHM};
        if (s->digest != DIGEST_NONE) {
            struct digest_value v = digest_of(s->digest, w->content);
            TRY(cms_verify(w->cms, s, w->content.p ? &v : NULL, w->o->pool, w->o->n_pool, &check));
        }
        if (check.outcome != CMS_VALID && check.outcome != CMS_WEAK_DIGEST)
            return ERR(w->err, E_INVALID, "SIG-203", N_("The signature does not hold and is left as it is: {1}."),
                       str_of(cms_outcome_name(check.outcome)));
    }
    return OK;
}

rc cades_extend(struct arena *a, str der, str content, const struct sign_raise *o, struct buf *out,
                struct sign_raised *made, struct err *err)
{
    struct work w = {.a = a, .o = o, .content = content, .err = err};
    made->level = SIGN_B;
    err_clear(&made->why);
    TRY(cms_read(a, der, &w.cms, err));
    TRY(check_all(&w));
    TRY(raise(&w, made));
    buf_put(out, w.cms->der);
    return buf_rc(out);
}

rc cades_sign(struct arena *a, const struct cms_signer *s, const struct cms_content *with, str content, bool attached,
              const struct sign_raise *o, struct buf *out, struct sign_raised *made, struct err *err)
{
    struct cms_content c = *with;
    BUF_SCOPED first = BUF_INIT(CADES_BYTES_MAX + content.n);
    c.digest = digest_of(cms_signer_digest(s), content);
    c.bytes = attached ? content : (str){NULL, 0};
    if (o->level == SIGN_B) {
        made->level = SIGN_B;
        err_clear(&made->why);
        return cms_sign(s, &c, out);
    }
    TRY(cms_sign(s, &c, &first));
    return cades_extend(a, buf_str(&first), c.bytes.p ? (str){NULL, 0} : content, o, out, made, err);
}
