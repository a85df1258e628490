/* Answers to OCSP (RFC 6960) and time-stamp (RFC 3161) requests, from keys and certificates that are opened once and
 * kept until a service is added.
 *
 * A service whose key cannot be used now (its token is away, it does not open) keeps the others from nothing; it is
 * tried again every TRUST_AWAY_AGAIN.
 *
 * Threads: a held set is constant, any number of threads may answer from it at once. Errors: E_NOTFOUND (CA-010) when
 * no such service was made yet, E_UNAVAILABLE (CA-016) when its key cannot be used; otherwise a request always gets an
 * answer in its own protocol. */
#ifndef RISE_SIGN_TRUST_SERVE_H
#define RISE_SIGN_TRUST_SERVE_H
#include "base/id.h"
#include "core/app.h"
#include "mod/sign/engine/net.h"

#define TRUST_OCSP_LASTS  (1 * HOUR)  /* thisUpdate to nextUpdate of an answer that is signed when asked */
#define TRUST_OCSP_STORED (12 * HOUR) /* of one that is signed beforehand; a new one is made when half is left */
#define TRUST_AWAY_AGAIN  (10 * SECOND)

struct trust_services;
rc trust_services_hold(struct app *app, struct tx *tx, struct trust_services **out);
void trust_services_release(struct trust_services *s); /* NULL is allowed */
void trust_services_forget(void); /* what is kept between requests: for tests, which open several databases */

/* How an answer may be passed on. */
struct trust_ocsp_told {
    bool reusable;       /* good, and nobody's own (no nonce): the same question may get the same bytes for a while */
    instant from, until; /* its thisUpdate and nextUpdate */
};
/* Appends the OCSPResponse. With the setting ocsp.answers = presigned it comes from the store, if there is one that
 * still says what is true; a nonce is then ignored (RFC 6960 section 4.4.1, RFC 5019 section 2.2.1), also in what is
 * signed because the store has none. */
rc trust_ocsp_answer(const struct trust_services *s, struct tx *tx, str request, instant now, struct buf *out,
                     struct trust_ocsp_told *told);
/* About one certificate, signed now whatever the setting says: for evidence, which has to be younger than what it is
 * about. E_NOTFOUND: the authority has no responder */
rc trust_ocsp_now(const struct trust_services *s, struct tx *tx, id authority, str serial, instant now,
                  struct buf *out);
/* Appends the TimeStampResp; a clock that was set back is answered with timeNotAvailable. */
rc trust_tsa_answer(const struct trust_services *s, str request, struct buf *out);
/* The words for E_NOTFOUND and E_UNAVAILABLE of the answers above; anything else comes back as it is. */
rc trust_no_service(rc why, struct err *err);
/* The same for engine/net.h: time-stamps answered in this process, without HTTP. Usable as long as `s` is held. */
struct sign_net trust_net(struct trust_services *s);
#endif
