/* PAdES signatures (ETSI EN 319 142-1): made in a new revision of the document, and raised from level to level by
 * further ones.
 *
 * B-B: CAdES attributes without signing-time, /M instead. B-T: a time-stamp over the signature's value inside the CMS.
 * B-LT: certificates and revocation data in the DSS, in a revision of its own. B-LTA: a document time-stamp over all of
 * that, and the evidence for it.
 *
 * The original is never copied for B-B and B-T: the signed file is its bytes followed by `tail`, so a file of gigabytes
 * is signed as a stream. Threads: pure functions but for the callbacks of struct sign_net. Errors: those of
 * pdf_place.h, crypto/cms.h, crypto/tsp.h and evidence.h. */
#ifndef RISE_SIGN_PADES_H
#define RISE_SIGN_PADES_H
#include "mod/sign/engine/level.h"
#include "mod/sign/engine/net.h"
#include "mod/sign/engine/pdf_place.h"

struct cms_signer;
enum { PADES_TAIL_MAX = 64 << 20 };

struct pades_options {
    enum sign_level level;
    enum digest stamp_digest; /* DIGEST_NONE: SHA-256 */
    struct cert *const *pool; /* issuers that may be needed from B-LT on */
    size_t n_pool;
    const struct sign_net *net; /* may be NULL for B-B */
    const str *extra;           /* further signed attributes, each as DER: evidence bound into the signature */
    size_t n_extra;
};
/* How far it came: a service that does not answer lowers the level, it does not prevent the signature. */
struct pades_made {
    enum sign_level level;
    str field;      /* its name */
    struct err why; /* no higher; .code OK when it is the level that was asked for */
};
/* Signs at B-B or B-T. `place`: .room is chosen here when 0; PDF_SUB_PKCS7 makes the older form with a signing time. */
rc pades_sign(struct pdf_doc *doc, const struct cms_signer *s, const struct pdf_place *place,
              const struct pades_options *o, struct buf *tail, struct pades_made *made, struct err *err);
/* Raises the signatures of a whole file to B-LT or B-LTA: appends the revisions to `out`, which holds the file. `id`
 * gives each of its revisions an identifier (pdf_increment.h). B-LTA again adds evidence for the last time-stamp, and
 * one more over it. */
rc pades_raise(struct arena *a, struct buf *out, const struct pades_options *o, void (*id)(uint8_t out[PDF_ID_LEN]),
               struct pades_made *made, struct err *err);
#endif
