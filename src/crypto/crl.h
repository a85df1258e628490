/* Certificate revocation lists (RFC 5280 section 5), read by us: complete, delta, indirect, partitioned.
 *
 * A list may have a million entries: they are checked once, indexed by serial (16 bytes each in the arena) and parsed
 * again only when one is asked for. The fields are views into the bytes given (of PEM into the arena), which must live
 * as long as the list. Threads: constant once read. Errors: CRL-001 E_INVALID not a CRL; CRL-002 E_LIMIT larger than
 * CRL_BYTES_MAX. */
#ifndef RISE_CRYPTO_CRL_H
#define RISE_CRYPTO_CRL_H
#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "crypto/cert.h"
#include "crypto/dist_point.h"

enum { CRL_BYTES_MAX = 256 * 1024 * 1024 };

/* CRLReason (RFC 5280 section 5.3.1); OCSP uses the same. */
enum crl_reason {
    CRL_UNSPECIFIED = 0,
    CRL_KEY_COMPROMISE = 1,
    CRL_CA_COMPROMISE = 2,
    CRL_AFFILIATION_CHANGED = 3,
    CRL_SUPERSEDED = 4,
    CRL_CESSATION = 5,
    CRL_HOLD = 6,
    CRL_REMOVE = 8, /* only in a delta: no longer on hold */
    CRL_PRIVILEGE_WITHDRAWN = 9,
    CRL_AA_COMPROMISE = 10,
    CRL_REASON_LAST = CRL_AA_COMPROMISE,
};
const char *crl_reason_name(enum crl_reason r); /* "keyCompromise": the standard's names, not translated */

struct crl_entry {
    str serial; /* contents octets, as in struct cert */
    instant when;
    enum crl_reason reason;
    str issuer; /* of the certificate, contents of GeneralNames; p == NULL: the CRL's issuer */
};

struct crl {
    str der;
    str tbs, algorithm, signature; /* the first two with identifier and length */
    str issuer;                    /* DER Name */
    instant this_update, next_update;
    bool has_next_update;
    str number, base_number; /* big-endian; p == NULL: not there. A base number makes it a delta */
    str authority_key_id;
    bool has_scope;
    struct dist_point scope;
    bool keeps_expired; /* expiredCertsOnCRL (ISO 9594-8): certificates that expired since then are still listed */
    instant expired_since;
    bool unknown_critical; /* an extension that nobody here knows: nothing is proved by this list */
    size_t n;              /* entries */
    struct crl_slot *slots;
};

rc crl_read(struct arena *a, str bytes, struct crl **out, struct err *err); /* DER, or one PEM block */
/* The entry of a certificate; with `cert_issuer` (DER Name) as indirect lists need it. */
bool crl_find(const struct crl *c, str serial, str cert_issuer, struct crl_entry *out);
bool crl_signed_by(const struct crl *c, const struct cert *issuer);    /* the signature holds */
bool crl_is_delta_of(const struct crl *delta, const struct crl *base); /* RFC 5280 section 5.2.4 (a) to (d) */
#endif
