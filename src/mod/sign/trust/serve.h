/* Answers to OCSP (RFC 6960) and time-stamp (RFC 3161) requests, from keys and certificates that are opened once and
 * kept until a service is added.
 *
 * Threads: a held set is constant, any number of threads may answer from it at once. Errors: E_NOTFOUND when no such
 * service was made yet; otherwise a request always gets an answer in its own protocol. */
#ifndef RISE_SIGN_TRUST_SERVE_H
#define RISE_SIGN_TRUST_SERVE_H
#include "core/app.h"
#include "mod/sign/engine/net.h"

#define TRUST_OCSP_LASTS (1 * HOUR) /* thisUpdate to nextUpdate of an answer */

struct trust_services;
rc trust_services_hold(struct app *app, struct tx *tx, struct trust_services **out);
void trust_services_release(struct trust_services *s); /* NULL is allowed */
void trust_services_forget(void); /* what is kept between requests: for tests, which open several databases */

/* Appends the OCSPResponse. *reusable: good, without nonce: the same question may get the same bytes for a while. */
rc trust_ocsp_answer(const struct trust_services *s, struct tx *tx, str request, instant now, struct buf *out,
                     bool *reusable);
/* Appends the TimeStampResp; a clock that was set back is answered with timeNotAvailable. */
rc trust_tsa_answer(const struct trust_services *s, str request, struct buf *out);
/* The same for engine/net.h: time-stamps answered in this process, without HTTP. Usable as long as `s` is held. */
struct sign_net trust_net(struct trust_services *s);
#endif
