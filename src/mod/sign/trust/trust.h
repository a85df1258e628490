/* Own trust services: certification authorities with their certificates, revocation lists and the keys of the services
 * that answer for them. Domain operations; serve.h answers OCSP and time-stamp requests.
 *
 * Sources: RFC 5280, 6960, 3161; 電子簽章法 articles 10 to 15 are about those who offer this to the public.
 * Keys: sealed under the installation's seal.key, or in a PKCS#11 token (then its PIN is sealed). What was issued and
 * revoked is in the public log, by hash.
 * Ownership: results live in the arena of the act or the one given. Threads: as the tx.
 * Errors:
 *   CA-001 E_CONFLICT  an authority of this name is there already      CA-002 E_NOTFOUND no such authority (argument)
 *   CA-003 E_NOTFOUND  no certificate with this serial number (argument) CA-004 E_CONFLICT it was revoked before
 *   CA-005 E_CORRUPT   a key does not open with this installation's sealing key
 *   CA-006 E_CONFLICT  the authority's own certificate has run out or begins later
 *   CA-007 E_INVALID   a name that cannot stand in an address        CA-008 E_INVALID a policy that is no OID
 *   CA-009 E_INVALID   a serial number that cannot be read             CA-014 E_CONFLICT the certificate is not on hold
 *   CA-015 E_INVALID   a name outside the authority's name constraints  CA-016 E_UNAVAILABLE serve.h
 */
#ifndef RISE_SIGN_TRUST_H
#define RISE_SIGN_TRUST_H
#include "core/act.h"
#include "core/app.h"
#include "crypto/cert_make.h"
#include "crypto/crl.h"
#include "crypto/pkey_token.h"

enum {
    TRUST_NAME_MAX = 40,
    TRUST_AUTHORITIES_MAX = 64,
    TRUST_ARENA = 256 << 20,
    TRUST_CRL_MAX = CRL_BYTES_MAX,
    TRUST_SERIAL_HEX = 256,
};

/* The time-stamp policy unless another is given: anyPolicy (RFC 5280 section 4.2.1.4), which claims nothing. That of
 * ETSI EN 319 421, 0.4.0.2023.1.1, is for an authority that keeps it and is audited against it. */
#define TRUST_TSA_POLICY "2.5.29.32.0"

/* ---- keys (key.c) ---- */
/* A new key that is not in the database yet: making one in a token cannot be undone with a transaction. */
struct trust_pair {
    struct pkey *key;
    str module, token, label, pin; /* of a token; module empty: the key is kept here, sealed */
};
struct trust_pair_options {
    enum pkey_kind kind;
    int rsa_bits;
    struct token_options token; /* module NULL: none */
};
/* KEY-nnn */
rc trust_pair_make(struct arena *a, const struct trust_pair_options *o, str label, struct trust_pair *out,
                   struct err *err);
rc trust_key_add(const struct act *x, const struct app *app, const struct trust_pair *p, id *out);
rc trust_key_load(struct tx *tx, const struct app *app, struct arena *a, id key, struct pkey **out); /* CA-005 */

/* ---- authorities (authority.c) ---- */
struct trust_authority {
    id id, issuer, key;
    str name;
    struct cert *cert;
    int64_t crl_days, crl_number;
};
rc trust_authorities(struct tx *tx, struct arena *a, struct trust_authority **out, size_t *n); /* oldest first */
rc trust_authority_get(struct tx *tx, struct arena *a, id authority, struct trust_authority *out);
/* An empty name: the first authority that is no root; signing rooms, approvals and time-stamps are its. CA-002 */
rc trust_authority_named(struct tx *tx, struct arena *a, str name, struct trust_authority *out);

/* ---- certificates (issue.c) ---- */
enum trust_profile { TRUST_ROOT, TRUST_CA, TRUST_PERSON, TRUST_ORGANISATION, TRUST_TSA, TRUST_OCSP, TRUST_PROFILES };
extern const struct choice trust_profiles[]; /* by enum trust_profile, then {NULL, NULL} */

struct trust_order {
    enum trust_profile profile;
    struct cert_profile cert; /* subject, validity (cut to the issuer's), what CAs may; the profile fills in the rest */
    const struct pkey *key;   /* of the subject */
    str by;                   /* who decided it: into the public log's record */
};
struct trust_issued {
    id id;
    struct cert *cert;
};
/* Signs with `key`, the authority's, after trust_within(). CA-006, CA-015 */
rc trust_issue(const struct act *x, const struct app *app, const struct trust_authority *by, const struct pkey *key,
               const struct trust_order *o, struct trust_issued *out);
/* Revokes and publishes a new list. `serial` in hex; a certificate on hold may be revoked for good. CA-003, CA-004 */
rc trust_revoke(const struct act *x, const struct app *app, str serial, enum crl_reason reason, str by, id *authority);
/* Lifts a hold: the next list does not name the certificate any more (a complete list has no removeFromCRL, RFC 5280
 * section 5.3.1); that it was on hold stays in the public log. CA-003, CA-014 */
rc trust_release(const struct act *x, const struct app *app, str serial, str by, id *authority);

/* Whether the name constraints of an authority and of those above it allow the names of such a certificate
 * (within.c): asked before anything is signed. `limits` in words, when they do not. */
rc trust_within(struct tx *tx, struct arena *a, const struct trust_authority *by, const struct cert_profile *p,
                bool *allowed, str *limits);

struct trust_status {
    instant revoked; /* 0: not revoked */
    enum crl_reason reason;
};
rc trust_status(struct tx *tx, id authority, str serial, struct trust_status *out); /* E_NOTFOUND: never issued */

/* ---- revocation lists (list.c) ---- */
#define TRUST_CRL_KEPT (366 * DAY) /* after a list's nextUpdate; the public log keeps its hash */
rc trust_crl_publish(const struct act *x, const struct app *app, const struct trust_authority *of);
/* The latest one. E_NOTFOUND */
rc trust_crl_get(struct tx *tx, id authority, struct buf *der, instant *this_update, instant *next_update);
/* Authorities of whose list less than a third of its time is left. */
rc trust_crl_due(struct tx *tx, instant at, id out[TRUST_AUTHORITIES_MAX], size_t *n);
/* The clock as kept in the database: never goes back. */
rc trust_clock_begin(const struct act *x);
rc trust_clock_note(const struct act *x);
rc trust_clock_latest(struct tx *tx, instant *out); /* 0: never noted */

/* ---- OCSP answers signed beforehand (answers.c) ---- */
rc trust_presigned(struct tx *tx, instant at, bool *out); /* setting ocsp.answers */
/* New answers for a certificate that was issued or whose state has just changed, in the same transaction, when answers
 * are signed beforehand. A responder whose key cannot be used now is no reason to refuse the change: what is stored is
 * out of use by it, and questions are answered as they come until the job has signed anew. */
rc trust_answers_renew(const struct act *x, const struct app *app, id authority, id cert, str serial);

/* ---- the ceremony (ceremony.c) ---- */
struct trust_ceremony {
    str root, issuing;             /* names of the two authorities in addresses */
    str organisation;              /* O of all certificates */
    str root_title, issuing_title; /* CN of the two */
    int64_t root_years, issuing_years, service_years;
    int64_t root_path;    /* how many levels of CAs may stand below the root */
    int64_t crl_days;     /* of the issuing CA; the root's last CRL_ROOT_FACTOR times as long */
    const str *permitted; /* e-mail domains that the issuing CA is limited to; none: any */
    size_t n_permitted;
    str policy;       /* OID of the time-stamp policy */
    int64_t accuracy; /* of time-stamps, µs */
    str by;           /* who holds it */
    struct trust_pair root_key, issuing_key, root_ocsp_key, ocsp_key, tsa_key;
};
/* Makes both authorities, their OCSP responders, the time-stamp authority and the first lists, or nothing. Each step is
 * a line of `transcript` in the language given. CA-001, CA-007, CA-008 */
rc trust_init(const struct act *x, const struct app *app, const struct trust_ceremony *c, struct buf *transcript);
/* A root authority on its own, with its first list: of the ceremony's fields those of the root. CA-001, CA-007 */
rc trust_root_add(const struct act *x, const struct app *app, const struct trust_ceremony *c,
                  struct trust_authority *out);
/* A further issuing authority under the root that is there, with an OCSP responder, its own constraints and lists: of
 * the ceremony's fields those of an issuing authority. CA-001, CA-002, CA-005, CA-006, CA-007 */
rc trust_issuing_add(const struct act *x, const struct app *app, const struct trust_ceremony *c,
                     struct buf *transcript);
/* The five keys of a ceremony; the two of a further issuing authority. One that is there is kept. */
rc trust_ceremony_keys(struct arena *a, struct trust_ceremony *c, const struct trust_pair_options *o, struct err *err);
rc trust_issuing_keys(struct arena *a, struct trust_ceremony *c, const struct trust_pair_options *o, struct err *err);
/* A further service, or a new key of one: its certificate and its row. `policy` empty for OCSP. */
rc trust_service_add(const struct act *x, const struct app *app, const struct trust_authority *of,
                     const struct trust_pair *key, const struct trust_order *o, str policy, int64_t accuracy,
                     struct trust_issued *out);
#endif
