/* JAdES signatures raised from level to level: items are added to etsiU, nothing else changes. */
#include "mod/sign/engine/evidence.h"
#include "mod/sign/engine/jades_impl.h"

struct work {
    struct arena *a;
    const struct sign_raise *o;
    const struct jades *j;
    struct sign_files files;
    const struct cert *signer;
    struct jades_items items;
    struct err *err;
};

static rc too_large(struct err *err)
{
    return ERR(err, E_LIMIT, "SIG-402", N_("The JSON signature is too large."));
}

static rc add_item(struct work *w, const struct buf *json)
{
    BUF_SCOPED b = BUF_INIT(2 * (size_t)JADES_ITEM_MAX);
    buf_base64url(&b, buf_str(json));
    if (buf_rc(json) == E_LIMIT || buf_rc(&b) == E_LIMIT || w->items.n == JADES_ITEMS_MAX)
        return too_large(w->err);
    TRY(buf_rc(json));
    TRY(buf_rc(&b));
    str text = arena_str(w->a, buf_str(&b));
    return text.p ? jades_item_read(w->a, text, &w->items.v[w->items.n++]) : arena_failed(w->a);
}

/* ---- values ---- */

static void put_value(struct json_out *o, str der)
{
    BUF_SCOPED b = BUF_INIT(2 * (size_t)JADES_ITEM_MAX);
    buf_base64(&b, der);
    jo_obj(o);
    jo_kstr(o, "val", buf_str(&b));
    jo_end_obj(o);
}

static void put_values(struct json_out *o, const char *key, const str *v, size_t n)
{
    if (n == 0)
        return;
    jo_key(o, key);
    jo_arr(o);
    for (size_t i = 0; i < n; i++)
        put_value(o, v[i]);
    jo_end_arr(o);
}

static void put_certs(struct json_out *o, const struct evidence *e)
{
    jo_key(o, "xVals");
    jo_arr(o);
    for (size_t i = 0; i < e->n_certs; i++) {
        jo_obj(o);
        jo_key(o, "x509Cert");
        put_value(o, e->certs[i]->der);
        jo_end_obj(o);
    }
    jo_end_arr(o);
}

static void put_revocations(struct json_out *o, const struct evidence *e)
{
    jo_key(o, "rVals");
    jo_obj(o);
    put_values(o, "crlVals", e->crls, e->n_crls);
    put_values(o, "ocspVals", e->ocsps, e->n_ocsps);
    jo_end_obj(o);
}

/* ---- time-stamps ---- */

static rc stamps(const struct work *w, struct jades_stamp **v, size_t *n)
{
    const struct jades_stamping s = {
        .a = w->a, .j = w->j, .files = w->files, .pool = w->o->pool, .n_pool = w->o->n_pool, .err = w->err};
    return jades_stamps_in(&s, &w->items, v, n);
}

static rc add_stamp(struct work *w, const char *name, const struct digest_value *imprint)
{
    struct json_out o;
    struct tsp_token token;
    BUF_SCOPED b = BUF_INIT(JADES_ITEM_MAX);
    TRY(stamp_ask_for(w->a, w->o, imprint, &token, w->err));
    jo_begin(&o, &b);
    jo_obj(&o);
    jo_key(&o, name);
    jo_obj(&o);
    put_values(&o, "tstTokens", &token.der, 1);
    jo_end_obj(&o);
    jo_end_obj(&o);
    return add_item(w, &b);
}

/* Over the signature as it is written, in base64url (section 5.3.4). */
static rc raise_to_t(struct work *w)
{
    struct digest_value v = digest_of(stamp_digest(w->o), w->j->signature_text);
    for (size_t i = 0; i < w->items.n; i++)
        if (json_get(w->items.v[i].json, "sigTst"))
            return OK;
    return add_stamp(w, "sigTst", &v);
}

static rc raise_to_lta(struct work *w)
{
    struct digest_value v;
    TRY(jades_archive_imprint(w->j, &w->files, &w->items, w->items.n, stamp_digest(w->o), &v));
    return add_stamp(w, "arcTst", &v);
}

/* ---- evidence ---- */

/* The signer's and the authorities' certificates, and whoever may be an issuer. */
static rc collect(const struct work *w, struct evidence *e)
{
    struct jades_stamp *v;
    size_t n_stamps, n = 0, most = w->j->n_certs + w->o->n_pool;
    TRY(stamps(w, &v, &n_stamps));
    for (size_t i = 0; i < n_stamps; i++)
        most += v[i].token.cms->n_certs;
    struct cert **pool = ARENA_ARRAY(w->a, most + 1, struct cert *);
    if (!pool)
        return arena_failed(w->a);
    for (size_t i = 0; i < w->j->n_certs; i++)
        pool[n++] = w->j->certs[i];
    for (size_t i = 0; i < w->o->n_pool; i++)
        pool[n++] = w->o->pool[i];
    for (size_t i = 0; i < n_stamps; i++)
        for (size_t k = 0; k < v[i].token.cms->n_certs; k++)
            pool[n++] = v[i].token.cms->certs[k];
    TRY(evidence_add(e, w->a, w->signer, pool, n, w->o->net, w->err));
    for (size_t i = 0; i < n_stamps; i++)
        if (v[i].check.cms.cert)
            TRY(evidence_add(e, w->a, v[i].check.cms.cert, pool, n, w->o->net, w->err));
    return OK;
}

static size_t drop_listed(str *v, size_t n, const str *old, size_t n_old)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!evidence_listed(old, n_old, v[i]))
            v[kept++] = v[i];
    return kept;
}

/* Without what stands in etsiU already. */
static rc only_new(const struct work *w, struct evidence *e)
{
    struct jades_evidence old;
    size_t kept = 0;
    TRY(jades_evidence_in(w->a, &w->items, &old, w->err));
    for (size_t i = 0; i < e->n_certs; i++)
        if (!evidence_listed(old.certs, old.n_certs, e->certs[i]->der))
            e->certs[kept++] = e->certs[i];
    e->n_certs = kept;
    e->n_crls = drop_listed(e->crls, e->n_crls, old.crls, old.n_crls);
    e->n_ocsps = drop_listed(e->ocsps, e->n_ocsps, old.ocsps, old.n_ocsps);
    return OK;
}

static rc add_values(struct work *w, const struct evidence *e, bool certs, bool revocations, const char *around)
{
    struct json_out o;
    BUF_SCOPED b = BUF_INIT(JADES_ITEM_MAX);
    if (!certs && !revocations)
        return OK;
    jo_begin(&o, &b);
    jo_obj(&o);
    if (around) {
        jo_key(&o, around);
        jo_obj(&o);
    }
    if (certs)
        put_certs(&o, e);
    if (revocations)
        put_revocations(&o, e);
    if (around)
        jo_end_obj(&o);
    jo_end_obj(&o);
    return add_item(w, &b);
}

/* xVals and rVals may stand there once (section 6.3); what is found when the level is raised again belongs to the
 * time-stamps. */
static rc raise_to_lt(struct work *w)
{
    struct evidence *e = ARENA_NEW(w->a, struct evidence);
    bool again = false;
    if (!e)
        return arena_failed(w->a);
    for (size_t i = 0; i < w->items.n; i++)
        again |= json_get(w->items.v[i].json, "xVals") || json_get(w->items.v[i].json, "rVals");
    TRY(collect(w, e));
    TRY(only_new(w, e));
    bool certs = e->n_certs > 0, revocations = e->n_crls + e->n_ocsps > 0;
    if (again)
        return add_values(w, e, certs, revocations, "tstVD");
    TRY(add_values(w, e, certs, false, NULL));
    return add_values(w, e, false, revocations, NULL);
}

/* ---- the whole ---- */

static rc raise(struct work *w, struct sign_raised *made)
{
    static rc (*const steps[])(struct work *) = {
        [SIGN_T] = raise_to_t, [SIGN_LT] = raise_to_lt, [SIGN_LTA] = raise_to_lta};
    struct err *err = w->err;
    rc r = OK;
    w->err = &made->why;
    while (r == OK && made->level < w->o->level) {
        size_t before = w->items.n;
        r = steps[made->level + 1](w);
        if (r == OK)
            made->level++;
        else
            w->items.n = before;
    }
    w->err = err;
    if (r == OK || stamp_is_elsewhere(w->a, r))
        return OK;
    if (err)
        err_copy(err, &made->why);
    return r;
}

/* What is in etsiU already; what cannot be written again as it was, other unprotected headers and items in clear, would
 * be lost. */
static rc keep_items(struct work *w)
{
    size_t others = json_count(w->j->unprotected);
    TRY(jades_items(w->a, w->j, &w->items, w->err));
    if (w->items.n > 0)
        others--;
    for (size_t i = 0; i < w->items.n; i++)
        if (!w->items.v[i].text.p)
            others++;
    if (others > 0)
        return ERR(w->err, E_INVALID, "SIG-407", N_("The JSON signature's header holds something that would be lost."));
    return OK;
}

static void put_flattened(const struct work *w, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    if (w->j->payload_text.n > 0)
        jo_kstr(&o, "payload", w->j->payload_text);
    jo_kstr(&o, "protected", w->j->protected_text);
    jo_kstr(&o, "signature", w->j->signature_text);
    if (w->items.n > 0) {
        jo_key(&o, "header");
        jo_obj(&o);
        jo_key(&o, "etsiU");
        jo_arr(&o);
        for (size_t i = 0; i < w->items.n; i++)
            jo_str(&o, w->items.v[i].text);
        jo_end_arr(&o);
        jo_end_obj(&o);
    }
    jo_end_obj(&o);
}

rc jades_extend(struct arena *a, str text, const struct sign_data *files, size_t n_files, const struct sign_raise *o,
                struct buf *out, struct sign_raised *made, struct err *err)
{
    struct jades *j;
    struct jades_check check = {0};
    made->level = SIGN_B;
    err_clear(&made->why);
    TRY(jades_read(a, text, &j, err));
    TRY(jades_verify(a, j, files, n_files, o->pool, o->n_pool, &check));
    if (check.outcome != JADES_VALID)
        return ERR(err, E_INVALID, "SIG-406", N_("The signature does not hold and is left as it is: {1}."),
                   str_of(jades_outcome_name(check.outcome)));
    struct work *w = ARENA_NEW(a, struct work);
    if (!w)
        return arena_failed(a);
    *w = (struct work){.a = a, .o = o, .j = j, .files = {files, n_files}, .signer = check.cert, .err = err};
    TRY(keep_items(w));
    TRY(raise(w, made));
    put_flattened(w, out);
    return buf_rc(out);
}
