/* Making certificate revocation lists (RFC 5280 section 5). Threads: pure functions. */
#ifndef RISE_CRYPTO_CRL_MAKE_H
#define RISE_CRYPTO_CRL_MAKE_H
#include "crypto/crl.h"
#include "crypto/pkey.h"

struct crl_revoked {
    str serial; /* contents octets, as in struct cert */
    instant when;
    enum crl_reason reason; /* CRL_UNSPECIFIED is not written */
};

struct crl_profile {
    instant this_update, next_update;
    uint64_t number;
    bool is_delta;
    uint64_t base_number; /* of a delta */
    /* Issuing distribution point, critical; none when nothing of it is set. */
    const str *points; /* addresses of this part, as its certificates name them */
    size_t n_points;
    bool only_users, only_cas;
    bool keeps_expired; /* expiredCertsOnCRL: certificates that expired since then are still listed */
    instant expired_since;
};

/* Appends the list, signed with the issuer's key. E_INVALID: the key is not the issuer's, or it may not sign CRLs. */
rc crl_make(const struct crl_profile *p, const struct crl_revoked *v, size_t n, const struct cert *issuer,
            const struct pkey *key, struct buf *out);
#endif
