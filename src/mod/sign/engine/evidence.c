#include "mod/sign/engine/evidence.h"

#include "crypto/ocsp.h"

static bool known(const struct evidence *e, const struct cert *c)
{
    for (size_t i = 0; i < e->n_certs; i++)
        if (cert_same(e->certs[i], c))
            return true;
    return false;
}

static const struct cert *issuer_of(const struct cert *c, struct cert *const *pool, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cert_names_issuer(c, pool[i]) && cert_signed_by(c, pool[i]))
            return pool[i];
    return NULL;
}

bool evidence_listed(const str *v, size_t n, str one)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i], one))
            return true;
    return false;
}

/* Who signed an answer, when that is neither the issuer nor a delegate whom it exempted from being asked for: its
 * certificate needs proof too. */
static const struct cert *delegate_of(struct arena *a, str ocsp, const struct cert *issuer)
{
    struct ocsp_response *answer = NULL;
    if (ocsp_read(a, ocsp, &answer, NULL) != OK)
        return NULL;
    const struct cert *signer = ocsp_signer(answer, issuer, NULL, 0);
    return signer && !cert_same(signer, issuer) && !signer->ocsp_nocheck ? signer : NULL;
}

static rc add_revocation(struct evidence *e, struct arena *a, const struct cert *c, const struct cert *issuer,
                         const struct sign_net *net, const struct cert **delegate, struct err *err)
{
    struct sign_revocation r = {.ocsp = {NULL, 0}, .crl = {NULL, 0}};
    TRY(net->revocation(net->arg, a, c, issuer, &r, err));
    if (r.crl.p && !evidence_listed(e->crls, e->n_crls, r.crl)) /* one list may speak for several */
        e->crls[e->n_crls++] = r.crl;
    if (r.ocsp.p && !evidence_listed(e->ocsps, e->n_ocsps, r.ocsp))
        e->ocsps[e->n_ocsps++] = r.ocsp;
    *delegate = r.ocsp.p ? delegate_of(a, r.ocsp, issuer) : NULL;
    return OK;
}

rc evidence_add(struct evidence *e, struct arena *a, const struct cert *leaf, struct cert *const *pool, size_t n_pool,
                const struct sign_net *net, struct err *err)
{
    for (const struct cert *c = leaf; !known(e, c);) {
        if (e->n_certs == EVIDENCE_CERTS_MAX)
            return ERR(err, E_LIMIT, "SIG-202", N_("The signature needs too many certificates."));
        e->certs[e->n_certs++] = c;
        if (cert_is_self_issued(c) && cert_signed_by(c, c))
            break;
        const struct cert *issuer = issuer_of(c, pool, n_pool);
        if (!issuer)
            return ERR(err, E_NOTFOUND, "SIG-201", N_("The certificate of the issuer {1} is missing."),
                       cert_name_text(a, c->issuer));
        const struct cert *delegate = NULL;
        if (!c->ocsp_nocheck)
            TRY(add_revocation(e, a, c, issuer, net, &delegate, err));
        if (delegate)
            TRY(evidence_add(e, a, delegate, pool, n_pool, net, err));
        c = issuer;
    }
    return OK;
}
