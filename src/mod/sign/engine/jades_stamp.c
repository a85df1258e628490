/* What stands in the unprotected header's etsiU: time-stamps and evidence. */
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/jades_impl.h"

static rc unreadable(struct err *err)
{
    return ERR(err, E_INVALID, "SIG-401", N_("This is no JSON signature that can be read: {1} is missing or wrong."),
               STR("etsiU"));
}

/* Item `i`: an object, or its text in base64url (section 5.3.1). */
static rc item(struct arena *a, const struct json *etsi_u, size_t i, const struct json **out, struct err *err)
{
    const struct json *j = json_at(etsi_u, i);
    str text = json_str(j), inside;
    *out = j;
    if (text.p) {
        rc r = jades_unbase64url(a, text, &inside);
        if (r == OK)
            r = json_parse(a, inside, JADES_HEADER_MAX, out, NULL);
        if (r != OK)
            return r == E_NOMEM ? r : unreadable(err);
    }
    return json_type(*out) == JSON_OBJECT_ && json_count(*out) == 1 ? OK : unreadable(err);
}

rc jades_items(const struct jades *j, const struct json **out, size_t *n, struct err *err)
{
    *out = json_get(j->unprotected, "etsiU");
    *n = json_count(*out);
    if (*out && (json_type(*out) != JSON_ARRAY_ || *n == 0 || *n > JADES_ITEMS_MAX))
        return unreadable(err);
    return OK;
}

/* { "val": base64 of DER } */
static rc value(struct arena *a, const struct json *object, str *der, struct err *err)
{
    str text = json_str(json_get(object, "val"));
    BUF_SCOPED b = BUF_INIT(JADES_HEADER_MAX);
    if (!text.p || buf_unbase64(&b, text) != OK || b.n == 0)
        return unreadable(err);
    *der = arena_str(a, buf_str(&b));
    return der->p ? OK : arena_failed(a);
}

/* ---- time-stamps ---- */

rc jades_stamps(struct arena *a, const struct jades *j, struct cert *const *pool, size_t n_pool,
                struct jades_stamp **out, size_t *n, struct err *err)
{
    const struct json *etsi_u;
    size_t items;
    struct jades_stamp *v = ARENA_ARRAY(a, JADES_STAMPS_MAX, struct jades_stamp);
    if (!v)
        return arena_failed(a);
    *out = v;
    *n = 0;
    TRY(jades_items(j, &etsi_u, &items, err));
    for (size_t i = 0; i < items; i++) {
        const struct json *one;
        str der;
        TRY(item(a, etsi_u, i, &one, err));
        const struct json *tokens = json_get(json_get(one, "sigTst"), "tstTokens");
        if (!json_get(one, "sigTst"))
            continue;
        if (json_count(tokens) != 1 || *n == JADES_STAMPS_MAX)
            return unreadable(err);
        TRY(value(a, json_at(tokens, 0), &der, err));
        TRY(tsp_token_read(a, der, &v[*n].token, err));
        struct digest_value d = {.n = 0};
        if (v[*n].token.info.digest != DIGEST_NONE)
            d = digest_of(v[*n].token.info.digest, j->signature_text);
        TRY(tsp_verify(&v[*n].token, digest_str(&d), NULL, pool, n_pool, &v[*n].check));
        (*n)++;
    }
    return OK;
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

rc jades_evidence(struct arena *a, const struct jades *j, struct jades_evidence *out, struct err *err)
{
    const struct json *etsi_u;
    size_t items;
    *out = (struct jades_evidence){.certs = ARENA_ARRAY(a, JADES_EVIDENCE_MAX, str),
                                   .crls = ARENA_ARRAY(a, JADES_EVIDENCE_MAX, str),
                                   .ocsps = ARENA_ARRAY(a, JADES_EVIDENCE_MAX, str)};
    if (!out->certs || !out->crls || !out->ocsps)
        return arena_failed(a);
    TRY(jades_items(j, &etsi_u, &items, err));
    for (size_t i = 0; i < items; i++) {
        const struct json *one;
        TRY(item(a, etsi_u, i, &one, err));
        const struct json *r = json_get(one, "rVals");
        TRY(values(a, json_get(one, "xVals"), "x509Cert", out->certs, &out->n_certs, err));
        TRY(values(a, json_get(r, "crlVals"), NULL, out->crls, &out->n_crls, err));
        TRY(values(a, json_get(r, "ocspVals"), NULL, out->ocsps, &out->n_ocsps, err));
    }
    return OK;
}
