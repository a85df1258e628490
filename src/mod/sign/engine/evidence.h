/* What a signature needs to be judged when nobody answers any more: the certificates from each signer up to the root,
 * and proof that none of them was revoked. */
#ifndef RISE_SIGN_EVIDENCE_H
#define RISE_SIGN_EVIDENCE_H
#include "mod/sign/engine/net.h"

enum { EVIDENCE_CERTS_MAX = 64 };

struct evidence {
    const struct cert *certs[EVIDENCE_CERTS_MAX]; /* none twice */
    str crls[EVIDENCE_CERTS_MAX], ocsps[EVIDENCE_CERTS_MAX];
    size_t n_certs, n_crls, n_ocsps;
};

/* Adds the way from `leaf` to its root, with revocation data for every certificate that is not its own issuer (and has
 * not id-pkix-ocsp-nocheck). Issuers are looked for in `pool`. A certificate that is in `e` already has been asked for.
 * Errors: SIG-201 E_NOTFOUND an issuer's certificate is missing (argument: its name); SIG-202 E_LIMIT too many
 * certificates; what net->revocation() says. What was found until then stays in `e`. */
rc evidence_add(struct evidence *e, struct arena *a, const struct cert *leaf, struct cert *const *pool, size_t n_pool,
                const struct sign_net *net, struct err *err);
bool evidence_listed(const str *v, size_t n, str one); /* this DER is among them */
#endif
