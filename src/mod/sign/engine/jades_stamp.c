/* What stands in the unprotected header's etsiU: time-stamps and evidence. */
#include "mod/sign/engine/jades_impl.h"

static rc unreadable(struct err *err)
{
    return ERR(err, E_INVALID, "SIG-401", N_("This is no JSON signature that can be read: {1} is missing or wrong."),
               STR("etsiU"));
}

/* ---- items ---- */

static bool is_item(const struct json *j)
{
    return json_type(j) == JSON_OBJECT_ && json_count(j) == 1;
}

rc jades_item_read(struct arena *a, str text, struct jades_item *out)
{
    str inside;
    out->text = text;
    TRY(jades_unbase64url(a, text, &inside));
    TRY(json_parse(a, inside, JADES_ITEM_MAX, &out->json, NULL));
    return is_item(out->json) ? OK : E_INVALID;
}

rc jades_items(struct arena *a, const struct jades *j, struct jades_items *out, struct err *err)
{
    const struct json *etsi_u = json_get(j->unprotected, "etsiU");
    size_t n = json_count(etsi_u);
    out->n = 0;
    if (etsi_u && (json_type(etsi_u) != JSON_ARRAY_ || n == 0 || n > JADES_ITEMS_MAX))
        return unreadable(err);
    for (; out->n < n; out->n++) {
        const struct json *one = json_at(etsi_u, out->n);
        struct jades_item *item = &out->v[out->n];
        *item = (struct jades_item){.text = json_str(one), .json = one};
        rc r = item->text.p ? jades_item_read(a, item->text, item) : is_item(one) ? OK : E_INVALID;
        if (r != OK)
            return r == E_NOMEM ? r : unreadable(err);
    }
    return OK;
}

/* { "val": base64 of DER } */
static rc value(struct arena *a, const struct json *object, str *der, struct err *err)
{
    str text = json_str(json_get(object, "val"));
    BUF_SCOPED b = BUF_INIT(JADES_ITEM_MAX);
    if (!text.p || buf_unbase64(&b, text) != OK || b.n == 0)
        return unreadable(err);
    *der = arena_str(a, buf_str(&b));
    return der->p ? OK : arena_failed(a);
}

/* ---- time-stamps ---- */

/* Of the stamp in item `at`. Empty when it cannot be known, so that no stamp fits it. */
static rc imprint(const struct jades_stamping *s, const struct jades_items *items, size_t at, struct jades_stamp *stamp,
                  struct digest_value *v)
{
    enum digest d = stamp->token.info.digest;
    *v = (struct digest_value){.n = 0};
    if (d == DIGEST_NONE)
        return OK;
    if (stamp->kind == JADES_SIGNATURE_STAMP) {
        *v = digest_of(d, s->j->signature_text);
        return OK;
    }
    rc r = jades_archive_imprint(s->j, &s->files, items, at, d, v);
    if (r == E_INVALID || r == E_NOTFOUND)
        v->n = 0;
    return r == E_INVALID || r == E_NOTFOUND ? OK : r;
}

/* Several authorities may have stamped the same octets: each token counts by itself. */
static rc add_tokens(const struct jades_stamping *s, const struct jades_items *items, size_t at,
                     enum jades_stamp_kind kind, const struct json *container, struct jades_stamp *v, size_t *n)
{
    const struct json *tokens = json_get(container, "tstTokens");
    if (json_type(tokens) != JSON_ARRAY_ || json_count(tokens) == 0)
        return unreadable(s->err);
    for (size_t i = 0; i < json_count(tokens); i++) {
        struct digest_value d;
        str der;
        if (*n == JADES_STAMPS_MAX)
            return unreadable(s->err);
        struct jades_stamp *stamp = &v[(*n)++];
        stamp->kind = kind;
        TRY(value(s->a, json_at(tokens, i), &der, s->err));
        TRY(tsp_token_read(s->a, der, &stamp->token, s->err));
        TRY(imprint(s, items, at, stamp, &d));
        TRY(tsp_verify(&stamp->token, digest_str(&d), NULL, s->pool, s->n_pool, &stamp->check));
    }
    return OK;
}

rc jades_stamps_in(const struct jades_stamping *s, const struct jades_items *items, struct jades_stamp **out, size_t *n)
{
    struct jades_stamp *v = ARENA_ARRAY(s->a, JADES_STAMPS_MAX, struct jades_stamp);
    if (!v)
        return arena_failed(s->a);
    *n = 0;
    for (size_t i = 0; i < items->n; i++) {
        const struct json *of_signature = json_get(items->v[i].json, "sigTst");
        const struct json *archive = json_get(items->v[i].json, "arcTst");
        if (of_signature)
            TRY(add_tokens(s, items, i, JADES_SIGNATURE_STAMP, of_signature, v, n));
        if (archive)
            TRY(add_tokens(s, items, i, JADES_ARCHIVE_STAMP, archive, v, n));
    }
    *out = v;
    return OK;
}

rc jades_stamps(struct arena *a, const struct jades *j, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct jades_stamp **out, size_t *n, struct err *err)
{
    struct jades_stamping s = {.a = a, .j = j, .files = {files, n_files}, .pool = pool, .n_pool = n_pool, .err = err};
    struct jades_items items;
    TRY(jades_items(a, j, &items, err));
    return jades_stamps_in(&s, &items, out, n);
}

/* ---- evidence ---- */

static rc values(struct arena *a, const struct json *list, const char *inside, str *v, size_t *n, struct err *err)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *one = json_at(list, i);
        if (*n == JADES_EVIDENCE_MAX)
            return unreadable(err);
        TRY(value(a, inside ? json_get(one, inside) : one, &v[*n], err));
        (*n)++;
    }
    return OK;
}

/* xVals and rVals, in `object` */
static rc both(struct arena *a, const struct json *object, struct jades_evidence *out, struct err *err)
{
    const struct json *r = json_get(object, "rVals");
    TRY(values(a, json_get(object, "xVals"), "x509Cert", out->certs, &out->n_certs, err));
    TRY(values(a, json_get(r, "crlVals"), NULL, out->crls, &out->n_crls, err));
    return values(a, json_get(r, "ocspVals"), NULL, out->ocsps, &out->n_ocsps, err);
}

rc jades_evidence_in(struct arena *a, const struct jades_items *items, struct jades_evidence *out, struct err *err)
{
    *out = (struct jades_evidence){.certs = ARENA_ARRAY(a, JADES_EVIDENCE_MAX, str),
                                   .crls = ARENA_ARRAY(a, JADES_EVIDENCE_MAX, str),
                                   .ocsps = ARENA_ARRAY(a, JADES_EVIDENCE_MAX, str)};
    if (!out->certs || !out->crls || !out->ocsps)
        return arena_failed(a);
    for (size_t i = 0; i < items->n; i++) {
        const struct json *one = items->v[i].json;
        TRY(both(a, one, out, err));
        TRY(both(a, json_get(one, "tstVD"), out, err));
        TRY(both(a, json_get(one, "anyValData"), out, err));
    }
    return OK;
}

rc jades_evidence(struct arena *a, const struct jades *j, struct jades_evidence *out, struct err *err)
{
    struct jades_items items;
    TRY(jades_items(a, j, &items, err));
    return jades_evidence_in(a, &items, out, err);
}
