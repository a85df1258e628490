/* Was a certificate revoked? Judged from evidence at hand: CRLs (RFC 5280 section 6.3: complete, delta, indirect,
 * partitioned) and OCSP answers (RFC 6960). Nothing is fetched.
 *
 * The answer names the piece of evidence and its dates, so that a validation by ETSI EN 319 102-1 can weigh it against
 * its own proofs of existence. Evidence counts for an instant `at` when it is still current then (nextUpdate), also
 * when it was made later; not when it was made after the certificate's expiry by somebody who forgets expired ones.
 *
 * Ownership: answers point to the evidence given. Threads: pure functions. */
#ifndef RISE_CRYPTO_REVOCATION_H
#define RISE_CRYPTO_REVOCATION_H
#include "crypto/crl.h"
#include "crypto/path.h"

struct ocsp_response; /* crypto/ocsp.h */

struct revocation_evidence {
    struct crl *const *crls;
    size_t n_crls;
    struct ocsp_response *const *answers;
    size_t n_answers;
    instant now;   /* what claims to have been made later is not believed; 0: whatever */
    instant grace; /* how long before `at` an answer without nextUpdate may have been made, µs */
};

enum revocation_state {
    REVOCATION_UNKNOWN,
    REVOCATION_GOOD,
    REVOCATION_REVOKED, /* at some time, perhaps after `at`: compare `since` */
};

/* Why it is not known; the best that was found. */
enum revocation_gap {
    REVOCATION_NO_EVIDENCE, /* nothing about this certificate, or not about all reasons */
    REVOCATION_UNTRUSTED,   /* evidence whose signer is not found, not entitled, or whose signature does not hold */
    REVOCATION_NOT_CURRENT, /* evidence that was no longer current at `at`, or made after the certificate's expiry */
};

struct revocation {
    enum revocation_state state;
    enum revocation_gap gap; /* when unknown */
    instant since;           /* when revoked */
    enum crl_reason reason;
    /* What the answer rests on, or what would be needed anew (gap NOT_CURRENT). */
    const struct crl *crl, *delta;
    const struct ocsp_response *answer;
    const struct cert *signer; /* of the evidence */
    instant this_update, next_update;
    bool has_next_update;
    bool current; /* at `at`: what says revoked counts even when it is not */
};

/* Of p->v[i], whose issuer is p->v[i + 1]. E_LIMIT, E_NOMEM. */
rc revocation_status(struct arena *a, const struct path_trust *t, const struct revocation_evidence *e,
                     const struct path *p, size_t i, instant at, struct revocation *out);

/* Builds the path of `leaf` and asks for every certificate below the anchor: the first fault stands in `out`.
 * `status`, when not NULL, has room for PATH_LENGTH_MAX and receives what was found for each of out->v. */
rc path_check(struct arena *a, const struct path_trust *t, const struct revocation_evidence *e, const struct cert *leaf,
              instant at, struct path *out, struct revocation *status);
#endif
