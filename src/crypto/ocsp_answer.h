/* OCSP (RFC 6960), the responder's side: requests read, answers signed by a delegate of the CA.
 *
 * A responder speaks for one CA; what does not change from one answer to the next is encoded once. Every request gets
 * an answer, also one that is no request (malformedRequest). Answers may be signed beforehand, then without nonce (RFC
 * 5019): ocsp_presign() makes one for each form of CertID, .stored brings it back.
 *
 * Ownership: keys, certificates and callbacks must live as long as the responder. Threads: a responder is constant and
 * may be used by several threads at once when its callbacks may. */
#ifndef RISE_CRYPTO_OCSP_ANSWER_H
#define RISE_CRYPTO_OCSP_ANSWER_H
#include "crypto/ocsp.h"

enum { OCSP_IDS_MAX = 32, OCSP_REQUEST_MAX = 16 * 1024 };

/* What a certificate's status is now. */
struct ocsp_status {
    enum ocsp_state state;
    instant since; /* when revoked */
    enum crl_reason reason;
    instant this_update; /* at which this was known; 0: now */
    instant next_update; /* 0: now and the responder's .lasts */
};

struct ocsp_responder_options {
    const struct pkey *key;
    const struct cert *cert;   /* the delegate's: id-kp-OCSPSigning, signed by the CA; or the CA's own */
    const struct cert *issuer; /* the CA */
    instant lasts;             /* from thisUpdate to nextUpdate, µs */
    bool ignore_nonce;         /* of a responder that signs beforehand */
    bool keeps_expired;        /* archiveCutoff: it answers for certificates that expired since then */
    instant expired_since;
    void *arg;
    /* `serial` in contents octets. E_NOTFOUND: never issued (answered as unknown); E_UNAVAILABLE: tryLater. */
    rc (*status)(void *arg, str serial, struct ocsp_status *out);
    /* May be NULL. Appends an answer that was signed beforehand. E_NOTFOUND: there is none, one is signed now. */
    rc (*stored)(void *arg, enum digest id_digest, str serial, struct buf *out);
};
struct ocsp_responder;

/* E_INVALID: the key is not the certificate's, or the certificate may not speak for the CA. */
rc ocsp_responder_make(struct arena *a, const struct ocsp_responder_options *o, struct ocsp_responder **out);
/* Appends the OCSPResponse to a request (DER, the body of a POST). What is wrong with the request is said in the
 * answer, `outcome` (may be NULL) tells which it was. E_NOMEM, E_LIMIT, and what callbacks fail with besides. */
rc ocsp_answer(const struct ocsp_responder *r, str request, instant now, struct buf *out, enum ocsp_outcome *outcome);
/* The same for one certificate, without request and nonce. */
rc ocsp_presign(const struct ocsp_responder *r, enum digest id_digest, str serial, instant now, struct buf *out);

/* The request in the path of a GET (RFC 6960 appendix A.1): base64, percent-encoded or already decoded. E_INVALID */
rc ocsp_request_from_path(str path, struct buf *der);

/* ---- for tests and fuzzers ---- */
struct ocsp_request {
    struct ocsp_id ids[OCSP_IDS_MAX];
    size_t n_ids;
    str nonce; /* the extension's value; p == NULL: none */
};
rc ocsp_request_read(str der, struct ocsp_request *out); /* views into `der`. E_INVALID */
#endif
