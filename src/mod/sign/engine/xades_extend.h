/* XAdES beyond B-B: levels raised, and the time-stamps that are there read and judged.
 *
 * B-T: SignatureTimeStamp over the canonical SignatureValue. B-LT: CertificateValues and RevocationValues for the
 * signer and each time-stamp. B-LTA: ArchiveTimeStamp of namespace 1.4.1 over everything before it (EN 319 132-1
 * section 5.5.2.2); raised again, what the former time-stamp needs goes into TimeStampValidationData and one more
 * follows. Everything is inserted: the bytes that are there stay as they are.
 *
 * Threads: pure functions but for the callbacks of struct sign_net. Errors: those of xades.h, stamp.h and evidence.h,
 * and SIG-306 E_INVALID the signature does not hold and is left as it is (argument: why). */
#ifndef RISE_SIGN_XADES_EXTEND_H
#define RISE_SIGN_XADES_EXTEND_H
#include "mod/sign/engine/stamp.h"
#include "mod/sign/engine/xades.h"

/* ---- raising (xades_extend.c) ---- */
/* Every signature in `text`; `files`: what detached ones refer to. `out` gets the text at the level reached. */
rc xades_extend(struct arena *a, str text, const struct sign_data *files, size_t n_files, const struct sign_raise *o,
                struct buf *out, struct sign_raised *made, struct err *err);

/* ---- what is there (xades_stamp.c) ---- */
enum xades_stamp_kind { XADES_SIGNATURE_STAMP, XADES_ARCHIVE_STAMP };
struct xades_stamp {
    enum xades_stamp_kind kind;
    struct tsp_token token;
    struct tsp_check check; /* its path is still to be judged */
};
/* The time-stamps of signature `i`, which xades_verify() found to hold, in the order in which they stand, each judged;
 * other kinds are left out. Errors: SIG-301 one that cannot be read; TSP-001. */
rc xades_stamps(struct arena *a, const struct xades *x, size_t i, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct xades_stamp **out, size_t *n, struct err *err);

/* Certificates and revocation data that stand in the unsigned properties of signature `i`, as DER, none judged. */
struct xades_evidence {
    str *certs, *crls, *ocsps;
    size_t n_certs, n_crls, n_ocsps;
};
enum { XADES_EVIDENCE_MAX = 256 }; /* of each */
rc xades_evidence(struct arena *a, const struct xades *x, size_t i, struct xades_evidence *out, struct err *err);
#endif
