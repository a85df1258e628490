/* One question of crypto/revocation.h while it is being answered. Private to crypto. */
#ifndef RISE_CRYPTO_REVOCATION_IMPL_H
#define RISE_CRYPTO_REVOCATION_IMPL_H
#include "crypto/revocation.h"

enum {
    SIGNER_DEPTH_MAX = 4, /* evidence about the signer of evidence about … */
    POINTS_MAX = 32,      /* distribution points of one certificate that are followed */
    CHECKS_MAX = 128,     /* signatures of evidence that one question may cost */
};

/* Signatures of evidence that may still be checked; they come from strangers, who can make any number of them. */
struct checks {
    unsigned left; /* of CHECKS_MAX */
    bool refused;  /* one more was wanted: what went unread might have said "revoked" */
};

struct inquiry {
    struct arena *a;
    const struct path_trust *t;
    const struct revocation_evidence *e;
    instant at;
    const struct cert *cert, *issuer, *anchor;
    const struct inquiry *outer; /* the one about something that `cert` has signed */
    int depth;
    struct checks *checks;
    struct revocation *out;
};

/* `signer`, who is not the certificate's issuer, has a path to the same anchor and was not revoked. */
rc inquiry_trusts(const struct inquiry *q, const struct cert *signer, instant made, bool nocheck, bool *out);
void inquiry_gap(const struct inquiry *q, enum revocation_gap gap); /* the larger one stays */
bool inquiry_may_check(const struct inquiry *q); /* one signature more; past the last one no evidence is believed */
/* Evidence of this age was current. */
bool inquiry_is_current(const struct inquiry *q, instant made, const instant *next_update);
/* It was made when the certificate was still listed. */
bool inquiry_covers_expiry(const struct inquiry *q, instant made, const instant *keeps_since);

/* Which of two findings about one certificate counts: revoked, good, the better known gap; the younger of two good
 * ones.
 */
const struct revocation *revocation_better(const struct revocation *a, const struct revocation *b);

rc inquiry_crls(const struct inquiry *q);
rc inquiry_answers(const struct inquiry *q);
#endif
