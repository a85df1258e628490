/* A CA, a signer and a time-stamp authority behind the callbacks of struct sign_net, for the tests of this folder. */
#ifndef RISE_SIGN_TEST_WORLD_H
#define RISE_SIGN_TEST_WORLD_H
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/test_certs.h"
#include "crypto/tsp.h"
#include "mod/sign/engine/net.h"

static const str eku_timestamping = STR_INIT("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08");

/* A CA, a signer and a time-stamp authority; their services can be switched off. */
struct world {
    struct arena *a;
    struct cert *ca, *signer_cert, *tsa_cert;
    struct cms_signer *signer;
    struct pkey *key; /* the signer's */
    struct pkey *ca_key;
    struct tsp_authority tsa;
    struct sign_net net;
    bool no_stamps, no_revocation;
    int asked_stamps, asked_revocation;
    unsigned char serial;
};

static inline rc tell_time(void *arg, instant *out)
{
    (void)arg;
    *out = 20000 * DAY;
    return OK;
}

static inline rc next_serial(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n)
{
    struct world *w = arg;
    out[0] = ++w->serial;
    *n = 1;
    return OK;
}

static inline rc give_stamp(void *arg, str request, struct buf *response, struct err *err)
{
    struct world *w = arg;
    w->asked_stamps++;
    if (w->no_stamps)
        return ERR(err, E_UNAVAILABLE, "TST-001", "nobody answers");
    return tsp_answer(&w->tsa, request, response, NULL);
}

/* Something of the right form, another for each certificate. */
static inline rc give_revocation(void *arg, struct arena *a, const struct cert *cert, const struct cert *issuer,
                                 struct sign_revocation *out, struct err *err)
{
    struct world *w = arg;
    w->asked_revocation++;
    ck_assert(cert_same(issuer, w->ca));
    if (w->no_revocation)
        return ERR(err, E_UNAVAILABLE, "TST-002", "nobody answers");
    BUF_SCOPED b = BUF_INIT(256);
    der_put(&b, DER_SEQUENCE, str_sub(cert->der, 0, 0));
    if (cert_same(cert, w->tsa_cert))
        out->crl = arena_str(a, buf_str(&b));
    else
        out->ocsp = arena_str(a, buf_str(&b));
    return OK;
}

/* Time-stamps come from this one from now on. */
static inline void new_authority(struct world *w, const char *name)
{
    struct pkey *key = tc_key(w->a, PKEY_P384);
    struct cms_signer *signer = NULL;
    w->tsa_cert = tc_issue(w->a, key, name, eku_timestamping, true, w->ca_key, "CA");
    t_ok(cms_signer_make(w->a, key, w->tsa_cert, NULL, 0, NULL, &signer, NULL));
    w->tsa = (struct tsp_authority){.signer = signer,
                                    .policy = STR("\x2a\x03\x01"),
                                    .accuracy = SECOND,
                                    .clock = tell_time,
                                    .serial = next_serial,
                                    .arg = w};
}

static inline void open_world(struct world *w)
{
    *w = (struct world){.a = arena_new(1 << 27)};
    w->ca_key = tc_key(w->a, PKEY_P256);
    w->key = tc_key(w->a, PKEY_P256);
    w->ca = tc_make(w->a, w->ca_key, "CA", STR_EMPTY, false);
    w->signer_cert = tc_issue(w->a, w->key, "林𣿆川", STR_EMPTY, false, w->ca_key, "CA");
    t_ok(cms_signer_make(w->a, w->key, w->signer_cert, NULL, 0, NULL, &w->signer, NULL));
    new_authority(w, "TSA");
    w->net = (struct sign_net){.timestamp = give_stamp, .revocation = give_revocation, .arg = w};
}
#endif
