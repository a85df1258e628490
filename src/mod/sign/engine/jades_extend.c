/* JAdES signatures raised from level to level: items are added to etsiU, nothing else changes. */
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/evidence.h"
#include "mod/sign/engine/jades_impl.h"

struct work {
    struct arena *a;
    const struct sign_raise *o;
    const struct jades *j;
    const struct cert *signer;
    str items[JADES_ITEMS_MAX]; /* base64url */
    size_t n;
    const struct tsp_token *stamp; /* the one just added */
    struct err *err;
};

static rc add_item(struct work *w, const struct buf *json)
{
    BUF_SCOPED b = BUF_INIT(2 * (size_t)JADES_HEADER_MAX);
    TRY(buf_rc(json));
    buf_base64url(&b, buf_str(json));
    TRY(buf_rc(&b));
    if (w->n == JADES_ITEMS_MAX)
        return ERR(w->err, E_LIMIT, "SIG-402", N_("The JSON signature is too large."));
    w->items[w->n] = arena_str(w->a, buf_str(&b));
    return w->items[w->n++].p ? OK : arena_failed(w->a);
}

static void put_value(struct json_out *o, str der)
{
    BUF_SCOPED b = BUF_INIT(2 * (size_t)JADES_HEADER_MAX);
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

/* ---- levels ---- */

/* Over the signature as it is written, in base64url (section 5.3.4). */
static rc raise_to_t(struct work *w)
{
    struct json_out o;
    struct tsp_token *token = ARENA_NEW(w->a, struct tsp_token);
    BUF_SCOPED b = BUF_INIT(JADES_HEADER_MAX);
    if (!token)
        return arena_failed(w->a);
    TRY(stamp_ask(w->a, w->o, w->j->signature_text, token, w->err));
    w->stamp = token;
    jo_begin(&o, &b);
    jo_obj(&o);
    jo_key(&o, "sigTst");
    jo_obj(&o);
    put_values(&o, "tstTokens", &token->der, 1);
    jo_end_obj(&o);
    jo_end_obj(&o);
    return add_item(w, &b);
}

/* The signer's and the authority's certificates, and whoever may be an issuer. */
static rc collect(const struct work *w, struct evidence *e)
{
    const struct jades *j = w->j;
    const struct cms *stamp = w->stamp->cms;
    size_t n = 0;
    struct cert **pool = ARENA_ARRAY(w->a, j->n_certs + w->o->n_pool + stamp->n_certs + 1, struct cert *);
    struct tsp_check check;
    struct digest_value v = digest_of(w->stamp->info.digest, j->signature_text);
    if (!pool)
        return arena_failed(w->a);
    for (size_t i = 0; i < j->n_certs; i++)
        pool[n++] = j->certs[i];
    for (size_t i = 0; i < w->o->n_pool; i++)
        pool[n++] = w->o->pool[i];
    for (size_t i = 0; i < stamp->n_certs; i++)
        pool[n++] = stamp->certs[i];
    TRY(tsp_verify(w->stamp, digest_str(&v), NULL, pool, n, &check));
    TRY(evidence_add(e, w->a, w->signer, pool, n, w->o->net, w->err));
    return check.cms.cert ? evidence_add(e, w->a, check.cms.cert, pool, n, w->o->net, w->err) : OK;
}

static void put_certs(struct json_out *o, const struct evidence *e)
{
    jo_obj(o);
    jo_key(o, "xVals");
    jo_arr(o);
    for (size_t i = 0; i < e->n_certs; i++) {
        jo_obj(o);
        jo_key(o, "x509Cert");
        put_value(o, e->certs[i]->der);
        jo_end_obj(o);
    }
    jo_end_arr(o);
    jo_end_obj(o);
}

static void put_revocations(struct json_out *o, const struct evidence *e)
{
    jo_obj(o);
    jo_key(o, "rVals");
    jo_obj(o);
    put_values(o, "crlVals", e->crls, e->n_crls);
    put_values(o, "ocspVals", e->ocsps, e->n_ocsps);
    jo_end_obj(o);
    jo_end_obj(o);
}

static rc raise_to_lt(struct work *w)
{
    struct json_out o;
    struct evidence *e = ARENA_NEW(w->a, struct evidence);
    BUF_SCOPED certs = BUF_INIT(JADES_HEADER_MAX);
    BUF_SCOPED revocations = BUF_INIT(JADES_HEADER_MAX);
    if (!e)
        return arena_failed(w->a);
    TRY(collect(w, e));
    jo_begin(&o, &certs);
    put_certs(&o, e);
    TRY(add_item(w, &certs));
    if (e->n_crls + e->n_ocsps == 0)
        return OK;
    jo_begin(&o, &revocations);
    put_revocations(&o, e);
    return add_item(w, &revocations);
}

static rc refuse_lta(struct work *w)
{
    return ERR(w->err, E_INVALID, "SIG-408", N_("JAdES signatures are not made above level B-LT."));
}

static rc raise(struct work *w, struct sign_raised *made)
{
    static rc (*const steps[])(struct work *) = {
        [SIGN_T] = raise_to_t, [SIGN_LT] = raise_to_lt, [SIGN_LTA] = refuse_lta};
    struct err *err = w->err;
    rc r = OK;
    w->err = &made->why;
    while (r == OK && made->level < w->o->level) {
        size_t before = w->n;
        r = steps[made->level + 1](w);
        if (r == OK)
            made->level++;
        else
            w->n = before;
    }
    w->err = err;
    if (r == OK || stamp_is_elsewhere(w->a, r))
        return OK;
    if (err)
        err_copy(err, &made->why);
    return r;
}

/* ---- the whole ---- */

/* What is in etsiU already; other unprotected headers cannot be written again as they were. */
static rc keep_items(struct work *w)
{
    const struct json *etsi_u;
    size_t n;
    TRY(jades_items(w->j, &etsi_u, &n, w->err));
    if (json_count(w->j->unprotected) > (etsi_u ? 1 : 0))
        return ERR(w->err, E_INVALID, "SIG-407", N_("The JSON signature's header holds something that would be lost."));
    for (size_t i = 0; i < n; i++) {
        w->items[w->n] = json_str(json_at(etsi_u, i));
        if (!w->items[w->n++].p)
            return ERR(w->err, E_INVALID, "SIG-407",
                       N_("The JSON signature's header holds something that would be lost."));
    }
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
    if (w->n > 0) {
        jo_key(&o, "header");
        jo_obj(&o);
        jo_key(&o, "etsiU");
        jo_arr(&o);
        for (size_t i = 0; i < w->n; i++)
            jo_str(&o, w->items[i]);
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
    *w = (struct work){.a = a, .o = o, .j = j, .signer = check.cert, .err = err};
    TRY(keep_items(w));
    TRY(raise(w, made));
    put_flattened(w, out);
    return buf_rc(out);
}
