/* JAdES beyond B-B: B-T (sigTst over the signature's text) and B-LT (xVals, rVals) in the unprotected header's etsiU,
 * as base64url items (TS 119 182-1 section 5.3). A compact signature becomes flattened JSON: the same bytes are signed.
 *
 * B-LTA is not made: its arcTst is not agreed upon with a verifier of others yet. Threads: pure functions but for the
 * callbacks of struct sign_net. Errors: those of jades.h, stamp.h and evidence.h, and
 *   SIG-406 E_INVALID the signature does not hold and is left as it is (argument: why)
 *   SIG-407 E_INVALID the unprotected header holds something that would be lost
 *   SIG-408 E_INVALID the level is not made (in sign_raised.why only) */
#ifndef RISE_SIGN_JADES_EXTEND_H
#define RISE_SIGN_JADES_EXTEND_H
#include "mod/sign/engine/jades.h"
#include "mod/sign/engine/stamp.h"

enum { JADES_ITEMS_MAX = 64, JADES_STAMPS_MAX = 16 };

rc jades_extend(struct arena *a, str text, const struct sign_data *files, size_t n_files, const struct sign_raise *o,
                struct buf *out, struct sign_raised *made, struct err *err);

struct jades_stamp {
    struct tsp_token token;
    struct tsp_check check; /* its path is still to be judged */
};
/* The time-stamps over the signature in the order in which they stand, each judged. SIG-401 one that cannot be read. */
rc jades_stamps(struct arena *a, const struct jades *j, struct cert *const *pool, size_t n_pool,
                struct jades_stamp **out, size_t *n, struct err *err);

/* Certificates and revocation data in etsiU, as DER, none judged. */
struct jades_evidence {
    str *certs, *crls, *ocsps;
    size_t n_certs, n_crls, n_ocsps;
};
enum { JADES_EVIDENCE_MAX = 256 }; /* of each */
rc jades_evidence(struct arena *a, const struct jades *j, struct jades_evidence *out, struct err *err);
#endif
