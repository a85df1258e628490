/* What a signature needs from elsewhere, given by the caller: the engine itself reaches no network. */
#ifndef RISE_SIGN_NET_H
#define RISE_SIGN_NET_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypto/cert.h"

/* Proof that a certificate was not revoked: one of the two, the other has p == NULL. In the arena given. */
struct sign_revocation {
    str ocsp; /* DER OCSPResponse */
    str crl;  /* DER CertificateList */
};

struct sign_net {
    /* A time-stamp authority's whole answer (DER TimeStampResp, RFC 3161) to a request: crypto/tsp.h's tsp_accept()
     * reads it. E_UNAVAILABLE: nobody answers now. */
    rc (*timestamp)(void *arg, str request, struct buf *response, struct err *err);
    /* E_NOTFOUND: the certificate names no source; E_UNAVAILABLE: none of them answers now. */
    rc (*revocation)(void *arg, struct arena *a, const struct cert *cert, const struct cert *issuer,
                     struct sign_revocation *out, struct err *err);
    void *arg;
};
#endif
