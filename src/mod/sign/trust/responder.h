/* The OCSP responder of one authority, which answers when it is asked (serve.c) and beforehand (answers.c). Private to
 * the room.
 *
 * Threads: constant once opened; any number of threads may answer from it at once. */
#ifndef RISE_SIGN_TRUST_RESPONDER_H
#define RISE_SIGN_TRUST_RESPONDER_H
#include "crypto/ocsp_answer.h"
#include "mod/sign/trust/serve.h"
#include "mod/sign/trust/trust.h"

struct trust_responder {
    id authority, service; /* service: the row whose key it is */
    const struct cert *issuer, *cert;
    bool presigned; /* answers come from the store where it has them, and never carry a nonce */
    instant lasts;
    struct ocsp_responder *ocsp;
};

/* Fills in the rest; `r` must stay where it is, what it points to lives as long. */
rc trust_responder_make(struct arena *a, const struct pkey *key, struct trust_responder *r);
/* The authority's newest one, with its key. E_NOTFOUND: it has none; CA-005 */
rc trust_responder_open(struct tx *tx, const struct app *app, struct arena *a, id authority, bool presigned,
                        struct trust_responder **out);

/* Why a service cannot answer now that is no fault of whoever asks, or of the database: there is none yet, its key does
 * not open, its token is away. */
static inline bool trust_is_away(rc r)
{
    return r == E_NOTFOUND || r == E_CORRUPT || r == E_DENIED || r == E_UNAVAILABLE || r == E_INVALID;
}

/* `told` does not look at a nonce: that is the caller's, who has read the request. */
rc trust_responder_answer(const struct trust_responder *r, struct tx *tx, str request, instant now, struct buf *out,
                          struct trust_ocsp_told *told);
/* About one certificate, signed now. */
rc trust_responder_sign(const struct trust_responder *r, struct tx *tx, enum digest id_digest, str serial, instant now,
                        struct buf *out, struct trust_ocsp_told *told);
#endif
