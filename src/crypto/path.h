/* Certification paths: from a certificate to a trust anchor, judged at an instant (RFC 5280 section 6.1). The walk is
 * OpenSSL's X509_verify_cert(); whether something in the path was revoked is crypto/revocation.h's.
 *
 * An anchor may be any certificate, also one that another one signed. As in the RFC an anchor is a name and a key: its
 * own dates are not judged here (a trusted list has its own), unless it is itself the certificate in question. Neither
 * are the strengths of keys and digests: a policy's matter.
 *
 * Ownership: a path points to the certificates given. Threads: pure functions. */
#ifndef RISE_CRYPTO_PATH_H
#define RISE_CRYPTO_PATH_H
#include "base/rc.h"
#include "base/when.h"
#include "crypto/cert.h"

enum { PATH_LENGTH_MAX = 16 };

enum path_fault {
    PATH_OK,
    PATH_NO_CHAIN, /* nobody among the certificates at hand is the issuer, or none of them is trusted */
    PATH_TOO_LONG,
    PATH_BAD_SIGNATURE,
    PATH_NOT_YET_VALID,
    PATH_EXPIRED,
    PATH_NOT_A_CA,    /* an issuer that is none, or may not sign certificates */
    PATH_LENGTH,      /* more CAs than pathLenConstraint allows */
    PATH_NAMES,       /* name constraints */
    PATH_POLICY,      /* certificate policies */
    PATH_EXTENSION,   /* a critical extension that is not known, or one that cannot be read */
    PATH_OTHER_FAULT, /* whatever else OpenSSL refuses */
    /* From path_check() in crypto/revocation.h. */
    PATH_REVOKED,
    PATH_REVOCATION_UNKNOWN, /* nothing at hand says whether */
};
const char *path_fault_name(enum path_fault f); /* "not-a-ca": for reports, not translated */

struct path_trust {
    struct cert *const *anchors;
    size_t n_anchors;
    struct cert *const *pool; /* untrusted certificates that may stand between */
    size_t n_pool;
    const str *policies; /* OIDs, the user-initial-policy-set; none: any policy */
    size_t n_policies;
    bool explicit_policy, inhibit_mapping, inhibit_any; /* RFC 5280 section 6.1.1 (e) to (g) */
};

struct path {
    const struct cert
        *v[PATH_LENGTH_MAX]; /* the certificate, its issuer, …, the anchor; with a fault as far as it went */
    size_t n;
    enum path_fault fault;
    size_t at; /* which one of v it lies in */
};

/* Always fills `out`. E_NOMEM only; what is wrong with a path stands in `out`. */
rc path_build(const struct path_trust *t, const struct cert *leaf, instant at, struct path *out);
#endif
