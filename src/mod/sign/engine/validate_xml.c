#include "mod/sign/engine/validate_xml.h"

#include "mod/sign/engine/gather.h"
#include "mod/sign/engine/xades_impl.h"

enum sub_indication sub_of_xades(enum xades_outcome o)
{
    static const enum sub_indication subs[] = {
        [XADES_VALID] = SUB_NONE,
        [XADES_FORMAT] = SUB_FORMAT_FAILURE,
        [XADES_SEVERAL] = SUB_FORMAT_FAILURE,
        [XADES_REFERENCE] = SUB_FORMAT_FAILURE,
        [XADES_TRANSFORM] = SUB_FORMAT_FAILURE,
        [XADES_NOT_COVERED] = SUB_FORMAT_FAILURE,
        [XADES_NO_CONTENT] = SUB_SIGNED_DATA_NOT_FOUND,
        [XADES_DIGEST_MISMATCH] = SUB_HASH_FAILURE,
        [XADES_NO_CERTIFICATE] = SUB_NO_SIGNING_CERTIFICATE_FOUND,
        [XADES_CERT_MISMATCH] = SUB_SIG_CONSTRAINTS_FAILURE,
        [XADES_ALGORITHM] = SUB_CRYPTO_CONSTRAINTS_FAILURE,
        [XADES_SIGNATURE_WRONG] = SUB_SIG_CRYPTO_FAILURE,
        [XADES_WEAK_DIGEST] = SUB_CRYPTO_CONSTRAINTS_FAILURE,
    };
    return subs[o];
}

enum sub_indication sub_of_jades(enum jades_outcome o)
{
    static const enum sub_indication subs[] = {
        [JADES_VALID] = SUB_NONE,
        [JADES_FORMAT] = SUB_FORMAT_FAILURE,
        [JADES_CRITICAL] = SUB_FORMAT_FAILURE,
        [JADES_NO_CONTENT] = SUB_SIGNED_DATA_NOT_FOUND,
        [JADES_DIGEST_MISMATCH] = SUB_HASH_FAILURE,
        [JADES_NO_CERTIFICATE] = SUB_NO_SIGNING_CERTIFICATE_FOUND,
        [JADES_CERT_MISMATCH] = SUB_SIG_CONSTRAINTS_FAILURE,
        [JADES_ALGORITHM] = SUB_CRYPTO_CONSTRAINTS_FAILURE,
        [JADES_SIGNATURE_WRONG] = SUB_SIG_CRYPTO_FAILURE,
    };
    return subs[o];
}

static rc gather_all(struct gathered *g, struct arena *a, const str *certs, size_t n_certs, const str *crls,
                     size_t n_crls, const str *ocsps, size_t n_ocsps)
{
    for (size_t i = 0; i < n_certs; i++)
        TRY(gather_cert(g, a, certs[i]));
    for (size_t i = 0; i < n_crls; i++)
        TRY(gather_crl(g, a, crls[i]));
    for (size_t i = 0; i < n_ocsps; i++)
        TRY(gather_answer(g, a, ocsps[i]));
    return OK;
}

/* A part that cannot be read (what it is for is lost) is a fault of the form; E_NOMEM and E_LIMIT are not. */
static rc form_fault(struct sign_subject *s, rc r)
{
    if (r == E_INVALID && s->form == SUB_NONE)
        s->form = SUB_FORMAT_FAILURE;
    return r == E_INVALID ? OK : r;
}

/* ---- XAdES ---- */

static rc xades_parts(struct arena *a, const struct xades *x, size_t i, const struct sign_data *files, size_t n_files,
                      struct gathered *g, struct sign_subject *s)
{
    struct xades_stamp *v = NULL;
    struct xades_evidence e;
    size_t n = 0;
    for (size_t k = 0; k < x->signatures[i].n_certs; k++)
        TRY(gather_cert(g, a, x->signatures[i].certs[k]->der));
    TRY(xades_evidence(a, x, i, &e, NULL));
    TRY(gather_all(g, a, e.certs, e.n_certs, e.crls, e.n_crls, e.ocsps, e.n_ocsps));
    TRY(xades_stamps(a, x, i, files, n_files, g->certs.v, g->certs.n, &v, &n, NULL));
    s->stamps = ARENA_ARRAY(a, n + 1, struct sign_stamp);
    if (!s->stamps)
        return arena_failed(a);
    for (size_t k = 0; k < n; k++) {
        TRY(gather_cms(g, a, v[k].token.cms));
        s->stamps[s->n_stamps++] =
            (struct sign_stamp){.kind = v[k].kind == XADES_ARCHIVE_STAMP ? STAMP_ARCHIVE : STAMP_SIGNATURE,
                                .token = &v[k].token,
                                .check = v[k].check};
    }
    return OK;
}

rc validate_xades(struct arena *a, const struct xades *x, size_t i, const struct sign_data *files, size_t n_files,
                  const struct sign_rules *r, struct xml_judged *out)
{
    struct gathered g = {0};
    struct xades_check *k = &out->xades;
    *out = (struct xml_judged){.subject = {.format = SIGN_XADES}};
    TRY(xades_verify(a, x, i, files, n_files, r->pool, r->n_pool, k));
    struct sign_subject *s = &out->subject;
    s->form = sub_of_xades(k->outcome);
    s->form_words = s->form == SUB_NONE ? NULL : xades_outcome_text(k->outcome);
    s->cert = k->cert;
    s->scheme = k->scheme;
    s->names_cert = k->cert != NULL; /* nothing else leads to one */
    s->has_time = k->has_time;
    s->time = k->time;
    if (s->form == SUB_NONE || k->outcome == XADES_WEAK_DIGEST) /* time-stamps over what holds only */
        TRY(form_fault(s, xades_parts(a, x, i, files, n_files, &g, s)));
    gather_into(&g, s);
    return sign_judge(a, r, s, &out->result);
}

/* ---- JAdES ---- */

static rc jades_parts(struct arena *a, const struct jades *j, struct gathered *g, struct sign_subject *s)
{
    struct jades_stamp *v = NULL;
    struct jades_evidence e;
    size_t n = 0;
    for (size_t k = 0; k < j->n_certs; k++)
        TRY(gather_cert(g, a, j->certs[k]->der));
    TRY(jades_evidence(a, j, &e, NULL));
    TRY(gather_all(g, a, e.certs, e.n_certs, e.crls, e.n_crls, e.ocsps, e.n_ocsps));
    TRY(jades_stamps(a, j, g->certs.v, g->certs.n, &v, &n, NULL));
    s->stamps = ARENA_ARRAY(a, n + 1, struct sign_stamp);
    if (!s->stamps)
        return arena_failed(a);
    for (size_t k = 0; k < n; k++) {
        TRY(gather_cms(g, a, v[k].token.cms));
        s->stamps[s->n_stamps++] =
            (struct sign_stamp){.kind = STAMP_SIGNATURE, .token = &v[k].token, .check = v[k].check};
    }
    return OK;
}

rc validate_jades(struct arena *a, const struct jades *j, const struct sign_data *files, size_t n_files,
                  const struct sign_rules *r, struct xml_judged *out)
{
    struct gathered g = {0};
    struct jades_check *k = &out->jades;
    *out = (struct xml_judged){.subject = {.format = SIGN_JADES}};
    TRY(jades_verify(a, j, files, n_files, r->pool, r->n_pool, k));
    struct sign_subject *s = &out->subject;
    s->form = sub_of_jades(k->outcome);
    s->form_words = s->form == SUB_NONE ? NULL : jades_outcome_text(k->outcome);
    s->cert = k->cert;
    s->scheme = k->scheme;
    s->names_cert = k->cert != NULL;
    s->has_time = k->has_time;
    s->time = k->time;
    if (s->form == SUB_NONE)
        TRY(form_fault(s, jades_parts(a, j, &g, s)));
    gather_into(&g, s);
    return sign_judge(a, r, s, &out->result);
}
