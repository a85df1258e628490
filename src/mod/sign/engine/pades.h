/* PAdES signatures (ETSI EN 319 142-1): made in a new revision of the document, and raised from level to level by
 * further ones.
 *
 * B-B: CAdES attributes without signing-time, /M instead. B-T: a time-stamp over the signature's value inside the CMS.
 * B-LT: certificates and revocation data in the DSS, in a revision of its own. B-LTA: a document time-stamp over all of
 * that, and the evidence for it.
 *
 * The original is never copied for B-B and B-T: the signed file is its bytes followed by `tail`, so a file of gigabytes
 * is signed as a stream. Threads: pure functions but for the callbacks of struct sign_net. Errors: those of
 * pdf_place.h, crypto/cms.h, crypto/tsp.h and evidence.h, and SIG-125 E_INVALID a kind of key that PDF programs do not
 * know (argument: which). */
#ifndef RISE_SIGN_PADES_H
#define RISE_SIGN_PADES_H
#include "crypto/cms.h"
#include "mod/sign/engine/pdf_place.h"
#include "mod/sign/engine/stamp.h"

enum { PADES_TAIL_MAX = 64 << 20 };

/* Signed with the signature beside the content-type and the digest. */
struct pades_extra {
    const str *v; /* further signed attributes, each as DER: evidence bound into the signature */
    size_t n;
};
/* Signs at B-B or B-T. `place`: .room is chosen here when 0; PDF_SUB_PKCS7 makes the older form with a signing time.
 * `extra` may be NULL. `field` receives the field's name. */
rc pades_sign(struct pdf_doc *doc, const struct cms_signer *s, const struct pdf_place *place,
              const struct pades_extra *extra, const struct sign_raise *o, struct buf *tail, struct sign_raised *made,
              str *field, struct err *err);
/* The same in steps, for a key that is elsewhere: place and hash, cms_attributes() of `content`; then cms_assemble()
 * and the end, maybe in another process (what it needs of `pades_begun` is .at, kept beside the tail). `o` as above:
 * room is kept for its time-stamp. */
struct pades_begun {
    struct pdf_placed at;
    struct cms_content content; /* its .extra are the caller's */
};
rc pades_begin(struct pdf_doc *doc, const struct cms_signer *s, const struct pdf_place *place,
               const struct pades_extra *extra, const struct sign_raise *o, struct buf *tail, struct pades_begun *out);
/* `cms`: with the signature, without the time-stamp; receives that when it is asked for and given. */
rc pades_end(struct pdf_doc *doc, const struct pdf_placed *at, const struct sign_raise *o, struct buf *cms,
             struct buf *tail, struct sign_raised *made, struct err *err);
/* Raises the signatures of a whole file to B-LT or B-LTA: appends the revisions to `file`. `id` gives each of them an
 * identifier (pdf_increment.h). B-LTA again adds evidence for the last time-stamp, and one more over it. */
rc pades_raise(struct arena *a, struct buf *file, const struct sign_raise *o, void (*id)(uint8_t out[PDF_ID_LEN]),
               struct sign_raised *made, struct err *err);
#endif
