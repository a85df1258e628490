/* Time-stamps (RFC 3161, with RFC 5816's signing-certificate-v2): requests, tokens, and the authority that answers.
 *
 * Ownership: what is read are views into the bytes given, lists live in the arena. Threads: pure functions; an
 * authority may answer in several threads if its callbacks may be called so.
 * Errors:
 *   TSP-001 E_INVALID no response or no token that can be read   TSP-002 E_UNAVAILABLE the authority refused
 *   (arguments: its reason, its words)   TSP-003 E_INVALID the token does not answer the request (argument:
 *   tsp_outcome_name())   TSP-004 E_INVALID the certificate may not sign time-stamps */
#ifndef RISE_CRYPTO_TSP_H
#define RISE_CRYPTO_TSP_H
#include "crypto/cms.h"

enum {
    TSP_REQUEST_MAX = 16 * 1024,
    TSP_TOKEN_MAX = 256 * 1024,
    TSP_NONCE_MAX = 64,
    TSP_SERIAL_MAX = 20,
};

/* ---- request ---- */
struct tsp_request {
    enum digest digest; /* DIGEST_NONE: not known here */
    str imprint;        /* the hash */
    str policy;         /* OID, p == NULL: the authority's choice */
    str nonce;          /* contents octets of the INTEGER; p == NULL: none */
    bool cert_req;
    bool has_extensions; /* read only: none is known */
};
enum { TSP_NONCE_LEN = 8 };
void tsp_nonce_new(unsigned char out[TSP_NONCE_LEN]);                 /* random, as contents octets */
void tsp_put_imprint(struct buf *b, enum digest digest, str imprint); /* MessageImprint */
void tsp_request_write(const struct tsp_request *r, struct buf *out);
/* Bits of PKIFailureInfo (RFC 3161 section 2.4.2). */
enum tsp_failure {
    TSP_BAD_ALG = 0,
    TSP_BAD_REQUEST = 2,
    TSP_BAD_DATA_FORMAT = 5,
    TSP_TIME_NOT_AVAILABLE = 14,
    TSP_UNACCEPTED_POLICY = 15,
    TSP_UNACCEPTED_EXTENSION = 16,
    TSP_ADD_INFO_NOT_AVAILABLE = 17,
    TSP_SYSTEM_FAILURE = 25,
};
/* E_INVALID, and what an authority answers then. Whether the digest is accepted is the authority's question. */
rc tsp_request_read(str der, struct tsp_request *out, enum tsp_failure *why);

/* ---- response and token ---- */
struct tsp_info { /* TSTInfo */
    str policy;
    enum digest digest;
    str imprint;
    str serial; /* contents octets of the INTEGER */
    instant time;
    int64_t accuracy; /* µs; -1: not said */
    bool ordering;
    str nonce; /* as in the request */
};
struct tsp_token {
    str der; /* of the ContentInfo */
    struct cms *cms;
    struct tsp_info info;
};
/* The token (DER of the ContentInfo, a view) of a TimeStampResp. TSP-001, TSP-002 */
rc tsp_response_read(str der, str *token, struct err *err);
/* TSP-001 */
rc tsp_token_read(struct arena *a, str der, struct tsp_token *out, struct err *err);

enum tsp_outcome {
    TSP_VALID,           /* the certificate's path is still to be judged, at .time */
    TSP_IMPRINT,         /* over something else */
    TSP_NONCE,           /* answers another request */
    TSP_POLICY,          /* under a policy that was not asked for */
    TSP_PURPOSE,         /* the certificate is not for time-stamps alone, critically (RFC 3161 section 2.3) */
    TSP_NO_SIGNING_CERT, /* does not name its certificate (RFC 3161 section 2.4.1) */
    TSP_WEAK_IMPRINT,    /* the digest of what was stamped has collisions */
    TSP_SIGNATURE,       /* see .cms */
};
const char *tsp_outcome_name(enum tsp_outcome o); /* "imprint"; stable */
struct tsp_check {
    enum tsp_outcome outcome;
    struct cms_check cms;
};
/* `imprint`: of what was stamped, by token->info.digest. `asked`: the request, or NULL. */
rc tsp_verify(const struct tsp_token *t, str imprint, const struct tsp_request *asked, struct cert *const *pool,
              size_t n_pool, struct tsp_check *out);
/* Response to `asked` → token; everything of tsp_verify() but the path has been checked. TSP-001, -002, -003 */
rc tsp_accept(struct arena *a, str response, const struct tsp_request *asked, struct tsp_token *out, struct err *err);

/* ---- authority ---- */
struct tsp_authority {
    const struct cms_signer *signer; /* tsp_signer_check() said yes */
    str policy;                      /* OID: the one when none is asked for */
    const str *policies;             /* further ones that may be asked for */
    size_t n_policies;
    unsigned digests; /* accepted ones: 1 << enum digest; 0: every strong one */
    int64_t accuracy; /* µs; -1: not said */
    bool ordering;
    rc (*clock)(void *arg, instant *now);                                  /* E_UNAVAILABLE: not exact now */
    rc (*serial)(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n); /* big-endian, positive, never twice */
    void *arg;
};
/* What was answered, for logs. */
struct tsp_answered {
    bool granted;
    enum tsp_failure failure; /* when not granted */
    unsigned char serial[TSP_SERIAL_MAX];
    size_t n_serial;
    instant time;
};
rc tsp_signer_check(const struct cert *c, struct err *err); /* EKU timeStamping, critical and alone. TSP-004 */
/* Appends a TimeStampResp, also when the request is refused; `answered` may be NULL. Fails only when nothing can be
 * said at all (memory, the signature). */
rc tsp_answer(const struct tsp_authority *t, str request, struct buf *out, struct tsp_answered *answered);
#endif
