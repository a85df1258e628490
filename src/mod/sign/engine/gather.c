#include "mod/sign/engine/gather.h"

/* Evidence that cannot be read is none; only want of memory is a failure. */
static rc unless_memory(rc r)
{
    return r == E_NOMEM || r == E_INTERNAL ? r : OK;
}

static rc add_cert(struct gathered *g, struct arena *a, struct cert *c)
{
    for (size_t i = 0; i < g->certs.n; i++)
        if (cert_same(g->certs.v[i], c))
            return OK;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    struct cert **place = VEC_ADD(&g->certs, a);
    if (!place)
        return arena_failed(a);
    *place = c;
    return OK;
}

rc gather_cert(struct gathered *g, struct arena *a, str der)
{
    struct cert *c = NULL;
    struct err err = {0};
    for (size_t i = 0; i < g->certs.n; i++) /* before it is read: that is what costs */
        if (str_eq(g->certs.v[i]->der, der))
            return OK;
    rc r = cert_read(a, der, &c, &err);
    return r == OK ? add_cert(g, a, c) : unless_memory(r);
}

rc gather_crl(struct gathered *g, struct arena *a, str der)
{
    struct crl *c = NULL;
    struct err err = {0};
    rc r = crl_read(a, der, &c, &err);
    if (r != OK)
        return unless_memory(r);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    struct crl **place = VEC_ADD(&g->crls, a);
    if (!place)
        return arena_failed(a);
    *place = c;
    return OK;
}

rc gather_answer(struct gathered *g, struct arena *a, str der)
{
    struct ocsp_response *o = NULL;
    struct err err = {0};
    rc r = ocsp_read(a, der, &o, &err);
    if (r != OK)
        return unless_memory(r);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    struct ocsp_response **place = VEC_ADD(&g->answers, a);
    if (!place)
        return arena_failed(a);
    *place = o;
    return OK;
}

rc gather_cms(struct gathered *g, struct arena *a, const struct cms *c)
{
    for (size_t i = 0; i < c->n_certs; i++)
        TRY(add_cert(g, a, c->certs[i]));
    for (size_t i = 0; i < c->n_crls; i++)
        TRY(gather_crl(g, a, c->crls[i]));
    for (size_t i = 0; i < c->n_ocsps; i++)
        TRY(gather_answer(g, a, c->ocsps[i]));
    return OK;
}

void gather_into(const struct gathered *g, struct sign_subject *s)
{
    s->certs = g->certs.v;
    s->n_certs = g->certs.n;
    s->crls = g->crls.v;
    s->n_crls = g->crls.n;
    s->answers = g->answers.v;
    s->n_answers = g->answers.n;
}
