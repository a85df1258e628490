/* Certificates and revocation data of a file, read once each, as sign_judge() wants them. */
#ifndef RISE_SIGN_GATHER_H
#define RISE_SIGN_GATHER_H
#include "base/vec.h"
#include "crypto/ocsp.h"
#include "mod/sign/engine/judge.h"

struct gathered {
    VEC(struct cert *) certs;
    VEC(struct crl *) crls;
    VEC(struct ocsp_response *) answers;
};
/* What cannot be read, or is there already, is left out. E_NOMEM, E_LIMIT of the arena only. */
rc gather_cert(struct gathered *g, struct arena *a, str der);
rc gather_crl(struct gathered *g, struct arena *a, str der);
rc gather_answer(struct gathered *g, struct arena *a, str der);
rc gather_cms(struct gathered *g, struct arena *a, const struct cms *c);
void gather_into(const struct gathered *g, struct sign_subject *s);
#endif
