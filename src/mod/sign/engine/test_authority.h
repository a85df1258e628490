/* A small real world: certificates that OpenSSL reads as we do. A root, signers and a time-stamp authority under it,
 * its revocation list, behind the callbacks of struct sign_net; each can be dead. Keys are made anew for each test; the
 * clock is the world's. */
#ifndef RISE_SIGN_TEST_AUTHORITY_H
#define RISE_SIGN_TEST_AUTHORITY_H
#include "crypto/cert_make.h"
#include "crypto/crl_make.h"
#include "crypto/oid.h"
#include "crypto/tsp.h"
#include "mod/sign/engine/judge.h"
#include "mod/sign/engine/net.h"
#include "t.h"

struct world {
    struct arena *a;
    instant now;
    struct pkey *ca_key, *signer_key, *tsa_key;
    struct cert *ca, *signer_cert, *tsa_cert;
    struct cms_signer *signer;
    struct tsp_authority tsa;
    struct sign_net net;
    bool no_stamps, no_revocation;      /* their services are dead */
    int asked_stamps, asked_revocation; /* how often, dead or not */
    bool revoked;                       /* the signer, since .revoked_since */
    instant revoked_since;
    struct world_list {
        str der;
        instant made, since;
        bool revoked;
    } lists[3]; /* by number */
    unsigned char serial;
};

static const instant world_start = INT64_C(1795608000) * SECOND; /* 2026-11-25T12:00:00Z */

static inline struct pkey *world_key(struct world *w, enum pkey_kind kind)
{
    struct pkey *k = NULL;
    t_ok(pkey_generate(kind, 2048, &k));
    t_ok(pkey_in(w->a, k));
    return k;
}

static inline struct cert *world_cert(struct world *w, struct cert_profile p, const char *name, const struct pkey *key,
                                      const struct cert *issuer, const struct pkey *issuer_key)
{
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    struct cert *c = NULL;
    const struct cert_attribute subject[] = {{oid_country, STR("TW")}, {oid_common_name, str_of(name)}};
    p.subject = subject;
    p.n_subject = 2;
    if (!p.not_before)
        p.not_before = world_start - 30 * DAY;
    if (!p.not_after)
        p.not_after = world_start + 700 * DAY;
    t_ok(cert_make(&p, key, issuer, issuer_key, &der));
    t_ok(cert_read(w->a, buf_str(&der), &c, NULL));
    return c;
}

static inline rc world_clock(void *arg, instant *out)
{
    *out = ((struct world *)arg)->now;
    return OK;
}

static inline rc world_serial(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n)
{
    out[0] = ++((struct world *)arg)->serial;
    *n = 1;
    return OK;
}

static inline rc world_stamp(void *arg, str request, struct buf *response, struct err *err)
{
    struct world *w = arg;
    w->asked_stamps++;
    if (w->no_stamps)
        return ERR(err, E_UNAVAILABLE, "TST-001", "nobody answers");
    return tsp_answer(&w->tsa, request, response, NULL);
}

/* The same bytes whenever it is asked for, until something has changed. */
static inline str world_crl(struct world *w, uint64_t number)
{
    struct world_list *list = &w->lists[number];
    BUF_SCOPED der = BUF_INIT(1 << 16);
    if (list->der.n && list->made == w->now && list->revoked == w->revoked && list->since == w->revoked_since)
        return list->der;
    const struct crl_profile p = {.this_update = w->now, .next_update = w->now + 7 * DAY, .number = number};
    const struct crl_revoked one = {
        .serial = w->signer_cert->serial, .when = w->revoked_since, .reason = CRL_KEY_COMPROMISE};
    t_ok(crl_make(&p, &one, w->revoked ? 1 : 0, w->ca, w->ca_key, &der));
    *list = (struct world_list){arena_str(w->a, buf_str(&der)), w->now, w->revoked_since, w->revoked};
    return list->der;
}

/* Another list for each of the two certificates, so that neither is taken for the other's. */
static inline rc world_revocation(void *arg, struct arena *a, const struct cert *cert, const struct cert *issuer,
                                  struct sign_revocation *out, struct err *err)
{
    (void)a;
    struct world *w = arg;
    w->asked_revocation++;
    ck_assert(cert_same(issuer, w->ca));
    if (w->no_revocation)
        return ERR(err, E_UNAVAILABLE, "TST-002", "nobody answers");
    *out = (struct sign_revocation){.ocsp = {NULL, 0}, .crl = world_crl(w, cert_same(cert, w->signer_cert) ? 1 : 2)};
    return OK;
}

static inline void world_signer(struct world *w, enum pkey_kind kind, struct cert_profile p)
{
    if (!p.usage)
        p.usage = CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT;
    w->signer_key = world_key(w, kind);
    w->signer_cert = world_cert(w, p, "林𣿆川", w->signer_key, w->ca, w->ca_key);
    t_ok(cms_signer_make(w->a, w->signer_key, w->signer_cert, NULL, 0, NULL, &w->signer, NULL));
}

/* Time-stamps come from this one from now on. */
static inline void world_tsa(struct world *w, const char *name)
{
    struct cms_signer *signer = NULL;
    w->tsa_key = world_key(w, PKEY_P256);
    w->tsa_cert = world_cert(w,
                             (struct cert_profile){.usage = CERT_DIGITAL_SIGNATURE,
                                                   .eku = &oid_eku_timestamping,
                                                   .n_eku = 1,
                                                   .eku_critical = true,
                                                   .not_after = world_start + 3000 * DAY},
                             name, w->tsa_key, w->ca, w->ca_key);
    t_ok(cms_signer_make(w->a, w->tsa_key, w->tsa_cert, NULL, 0, NULL, &signer, NULL));
    w->tsa = (struct tsp_authority){.signer = signer,
                                    .policy = STR("\x2a\x03\x01"),
                                    .accuracy = SECOND,
                                    .clock = world_clock,
                                    .serial = world_serial,
                                    .arg = w};
}

static inline void world_open(struct world *w, enum pkey_kind kind)
{
    *w = (struct world){.a = arena_new(512 << 20), .now = world_start};
    w->ca_key = world_key(w, PKEY_P256);
    w->ca = world_cert(w,
                       (struct cert_profile){.is_ca = true,
                                             .usage = CERT_KEY_CERT_SIGN | CERT_CRL_SIGN,
                                             .not_after = world_start + 9000 * DAY},
                       "測試根憑證", w->ca_key, NULL, w->ca_key);
    world_tsa(w, "TSA");
    w->net = (struct sign_net){.timestamp = world_stamp, .revocation = world_revocation, .arg = w};
    world_signer(w, kind, (struct cert_profile){0});
}

/* The root as a licensed CA; the list as of now beside what is in the file, unless the service is dead. */
static inline struct sign_rules world_rules(struct world *w)
{
    struct sign_anchor *anchor = ARENA_NEW(w->a, struct sign_anchor);
    struct crl **crl = ARENA_NEW(w->a, struct crl *);
    *anchor = (struct sign_anchor){.cert = w->ca, .presumption = PRESUMPTION_LICENSED, .reason = STR("test")};
    if (!w->no_revocation)
        t_ok(crl_read(w->a, world_crl(w, 1), crl, NULL));
    return (struct sign_rules){
        .anchors = anchor, .n_anchors = 1, .crls = crl, .n_crls = w->no_revocation ? 0 : 1, .now = w->now};
}
#endif
