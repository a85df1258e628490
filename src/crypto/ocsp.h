/* OCSP (RFC 6960): requests written and answers read, for those who ask. crypto/ocsp_answer.h is the other side.
 *
 * Nothing is believed by reading: ocsp_signer() finds out who signed an answer and whether it may speak for an issuer;
 * crypto/revocation.h puts the whole together. The fields are views into the arena's copy of the bytes.
 * Threads: an answer is constant once read. Errors: OCS-001 E_INVALID not an OCSP answer; OCS-002 E_UNAVAILABLE the
 * responder answered with an error (argument: its name); OCS-003 E_LIMIT larger than OCSP_…_MAX. */
#ifndef RISE_CRYPTO_OCSP_H
#define RISE_CRYPTO_OCSP_H
#include "crypto/cert.h"
#include "crypto/crl.h"

enum {
    OCSP_BYTES_MAX = 1024 * 1024,
    OCSP_SINGLES_MAX = 1024, /* of one answer */
    OCSP_CERTS_MAX = 16,
    OCSP_NONCE_MAX = 128, /* RFC 9654; RFC 8954 had 32 */
    OCSP_NONCE_BYTES = 32,
};

/* OCSPResponseStatus (RFC 6960 section 4.2.1). */
enum ocsp_outcome {
    OCSP_SUCCESSFUL = 0,
    OCSP_MALFORMED_REQUEST = 1,
    OCSP_INTERNAL_ERROR = 2,
    OCSP_TRY_LATER = 3,
    OCSP_SIG_REQUIRED = 5,
    OCSP_UNAUTHORIZED = 6,
};
const char *ocsp_outcome_name(enum ocsp_outcome o); /* "tryLater": the standard's names, not translated */

/* CertID: which certificate. */
struct ocsp_id {
    str whole; /* DER */
    enum digest digest;
    str name_hash, key_hash; /* of the issuer */
    str serial;              /* contents octets */
};
rc ocsp_id_take(str *d, struct ocsp_id *out); /* E_INVALID */
void ocsp_id_put(struct buf *b, enum digest d, const struct cert *issuer, str serial);
bool ocsp_id_is(const struct ocsp_id *i, const struct cert *issuer, str serial);
str ocsp_key_bits(const struct cert *c); /* what a key's hash is of: the contents of subjectPublicKey */

enum ocsp_state { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };
struct ocsp_single {
    struct ocsp_id id;
    enum ocsp_state state;
    instant since; /* when revoked */
    enum crl_reason reason;
    instant this_update, next_update;
    bool has_next_update;
    bool keeps_expired; /* archiveCutoff: answers for certificates that expired since then */
    instant expired_since;
};

struct ocsp_response {
    str der;                       /* of the whole, or of a bare BasicOCSPResponse */
    str basic;                     /* DER BasicOCSPResponse, as CAdES and XAdES keep it */
    str tbs, algorithm, signature; /* the first two with identifier and length */
    str by_name, by_key;           /* responder: DER Name, or SHA-1 of its key; the other has p == NULL */
    instant produced;
    struct ocsp_single *singles;
    size_t n_singles;
    str nonce; /* the extension's value; p == NULL: none */
    struct cert **certs;
    size_t n_certs;
    bool unknown_critical; /* an extension that nobody here knows */
};

/* An OCSPResponse, or a bare BasicOCSPResponse. OCS-001 to OCS-003 */
rc ocsp_read(struct arena *a, str der, struct ocsp_response **out, struct err *err);
const struct ocsp_single *ocsp_find(const struct ocsp_response *r, const struct cert *c, const struct cert *issuer);
/* Who signed it: `issuer` itself, or one whom it has entitled by a certificate of its own (RFC 6960 section 4.2.2.2)
 * from the answer or from `more`. NULL: nobody who may, or the signature does not hold. Whether the delegate's
 * certificate was valid and not revoked is not asked here. */
const struct cert *ocsp_signer(const struct ocsp_response *r, const struct cert *issuer, struct cert *const *more,
                               size_t n_more);

/* Appends a request about one certificate. SHA-1 ids are what every responder knows. `nonce` may be empty. */
void ocsp_put_request(struct buf *b, const struct cert *c, const struct cert *issuer, enum digest d, str nonce);
/* The answer carries this request's nonce, byte by byte. */
bool ocsp_has_nonce(const struct ocsp_response *r, str nonce);
#endif
