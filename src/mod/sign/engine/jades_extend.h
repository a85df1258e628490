/* JAdES beyond B-B, by base64url items added to the unprotected header's etsiU (TS 119 182-1 section 5.3). A compact
 * signature becomes flattened JSON: the same bytes are signed.
 *
 * B-T: sigTst over the signature's text. B-LT: xVals and rVals for the signer and each time-stamp. B-LTA: arcTst over
 * the content, the protected header, the signature and every item before it; raised again, what the former time-stamp
 * needs goes into tstVD and one more arcTst follows. What is there stays as it is, letter by letter.
 *
 * Threads: pure functions but for the callbacks of struct sign_net. Errors: those of jades.h, stamp.h and evidence.h,
 * and
 *   SIG-406 E_INVALID the signature does not hold and is left as it is (argument: why)
 *   SIG-407 E_INVALID the unprotected header holds something that would be lost */
#ifndef RISE_SIGN_JADES_EXTEND_H
#define RISE_SIGN_JADES_EXTEND_H
#include "mod/sign/engine/jades.h"
#include "mod/sign/engine/stamp.h"

enum {
    JADES_ITEMS_MAX = 64,
    JADES_ITEM_MAX = 32 << 20, /* bytes: revocation lists of national authorities have several megabytes */
    JADES_STAMPS_MAX = 64,
};

rc jades_extend(struct arena *a, str text, const struct sign_data *files, size_t n_files, const struct sign_raise *o,
                struct buf *out, struct sign_raised *made, struct err *err);

enum jades_stamp_kind { JADES_SIGNATURE_STAMP, JADES_ARCHIVE_STAMP };
struct jades_stamp {
    enum jades_stamp_kind kind;
    struct tsp_token token;
    struct tsp_check check; /* its path is still to be judged */
};
/* The time-stamps of a signature that jades_verify() found to hold over `files`, in the order in which they stand, each
 * judged; other kinds are left out. SIG-401 one that cannot be read. */
rc jades_stamps(struct arena *a, const struct jades *j, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct jades_stamp **out, size_t *n, struct err *err);

/* Certificates and revocation data in etsiU, as DER, none judged. */
struct jades_evidence {
    str *certs, *crls, *ocsps;
    size_t n_certs, n_crls, n_ocsps;
};
enum { JADES_EVIDENCE_MAX = 256 }; /* of each */
rc jades_evidence(struct arena *a, const struct jades *j, struct jades_evidence *out, struct err *err);
#endif
