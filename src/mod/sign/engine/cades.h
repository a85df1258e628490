/* CAdES signatures (ETSI EN 319 122-1): baseline B-B to B-LTA over any bytes, in one file or beside them.
 *
 * B-B: crypto/cms.h's attributes with signing-time. B-T: signature-time-stamp. B-LT: certificates and revocation data
 * of the signer and of each time-stamp in SignedData. B-LTA: archive-time-stamp-v3 with ats-hash-index-v3
 * (section 5.5), so that whoever adds something later does not break it; further ones may follow.
 *
 * Threads: pure functions but for the callbacks of struct sign_net. Ownership: views into the arena. Errors: those of
 * crypto/cms.h, crypto/tsp.h and evidence.h, and SIG-203 E_INVALID the content is not what was signed. */
#ifndef RISE_SIGN_CADES_H
#define RISE_SIGN_CADES_H
#include "mod/sign/engine/stamp.h"

enum { CADES_BYTES_MAX = 64 * 1024 * 1024 /* of a signature, beside its content */ };

/* ---- making and raising (cades_make.c) ---- */
/* Signs `content`; of `with` all but digest and bytes is used (signing-time must be there for B-B). `attached`: the
 * content goes into the file. */
rc cades_sign(struct arena *a, const struct cms_signer *s, const struct cms_content *with, str content, bool attached,
              const struct sign_raise *o, struct buf *out, struct sign_raised *made, struct err *err);
/* Raises every signature in `der` to the level asked for; B-LTA again adds one more archive time-stamp. `content`: p ==
 * NULL when it is inside. What is there keeps its bytes. */
rc cades_extend(struct arena *a, str der, str content, const struct sign_raise *o, struct buf *out,
                struct sign_raised *made, struct err *err);

/* Only the step to B-T of one signature that is known to hold; the content is not needed for it. */
rc cades_stamp(struct arena *a, const struct cms *c, size_t signature, const struct sign_raise *o, struct buf *out,
               struct err *err);

/* ---- archive time-stamps (cades_archive.c) ---- */

/* ATSHashIndexV3 of what is in the file now, for signature `s`. E_LIMIT */
rc cades_hash_index(struct arena *a, const struct cms *c, const struct cms_signature *s, enum digest d,
                    struct buf *out);
/* What an archive time-stamp is over: its imprint by `d`. */
struct digest_value cades_archive_imprint(const struct cms *c, const struct cms_signature *s, str content,
                                          str hash_index, enum digest d);

enum cades_stamp_kind { CADES_SIGNATURE_STAMP, CADES_ARCHIVE_STAMP };
struct cades_stamp {
    enum cades_stamp_kind kind;
    struct tsp_token token;
    struct tsp_check check; /* its path is still to be judged */
    bool index_fits;        /* archive: everything that its hash index names is there */
    bool covers_all; /* archive: all certificates, revocation data and, but for itself and later stamps, attributes */
};
/* The time-stamps of signature `s` in the order in which they stand, each judged. A token that cannot be read: TSP-001.
 */
rc cades_stamps(struct arena *a, const struct cms *c, const struct cms_signature *s, str content,
                struct cert *const *pool, size_t n_pool, struct cades_stamp **out, size_t *n, struct err *err);
#endif
