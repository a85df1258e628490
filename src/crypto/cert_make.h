/* Making X.509 certificates (RFC 5280) from a profile, and requests for them (PKCS#10, RFC 2986).
 *
 * Threads: pure functions. Errors: E_INVALID for a profile that no certificate can have, or a key that may not sign;
 * E_LIMIT when the certificate would not fit. CSR-001 E_INVALID no request that can be read; CSR-002 E_DENIED its
 * signature does not hold: whoever asks does not have the key. */
#ifndef RISE_CRYPTO_CERT_MAKE_H
#define RISE_CRYPTO_CERT_MAKE_H
#include "crypto/cert.h"
#include "crypto/pkey.h"

enum {
    CERT_SERIAL_BYTES = 20,   /* 159 random bits: the most that RFC 5280 section 4.1.2.2 allows */
    CERT_NAME_CHARACTERS = 64 /* of a common name: ub-common-name of RFC 5280 appendix A.1 */
};

struct cert_attribute {
    str oid;   /* crypto/oid.h */
    str value; /* UTF-8 */
};

struct cert_policy {
    str oid;
    str cps; /* where the practice statement stands; empty: not said */
};

enum cert_tree { CERT_TREE_DNS, CERT_TREE_EMAIL, CERT_TREE_URI, CERT_TREE_DIRECTORY };
struct cert_subtree {
    enum cert_tree kind;
    str value; /* ".example", a DER Name for DIRECTORY */
};

/* QCStatements (ETSI EN 319 412-5); of use only to whom a supervisor has qualified. */
struct cert_qc {
    bool compliance;           /* QcCompliance */
    bool device;               /* QcSSCD: the key lies in a signature creation device */
    str type;                  /* OID of QcType: oid_qct_esign, oid_qct_eseal; empty: not said */
    str pds_url, pds_language; /* PKI disclosure statement; empty: none */
};

struct cert_profile {
    const struct cert_attribute *subject;
    size_t n_subject;
    str subject_name; /* DER Name instead of `subject`, e.g. of a request */
    instant not_before, not_after;
    unsigned usage; /* enum cert_usage; critical */
    const str *eku;
    size_t n_eku;
    bool eku_critical; /* RFC 3161 section 2.3 wants it of time-stampers */
    bool is_ca;
    bool has_path_length;
    unsigned path_length;
    const struct cert_subtree *permitted, *excluded; /* name constraints, critical */
    size_t n_permitted, n_excluded;
    const struct cert_policy *policies;
    size_t n_policies;
    const str *crls, *ocsp, *issuers; /* addresses */
    size_t n_crls, n_ocsp, n_issuers;
    const str *emails, *dns; /* subjectAltName */
    size_t n_emails, n_dns;
    const struct cert_qc *qc; /* NULL: none */
    bool ocsp_nocheck;
    str serial; /* big-endian; empty: random, as it should be */
};

/* Appends the certificate of `subject`, a public or private key. `issuer` NULL: self-signed, `key` is its private half.
 */
rc cert_make(const struct cert_profile *p, const struct pkey *subject, const struct cert *issuer,
             const struct pkey *key, struct buf *out);

/* ---- requests ---- */
struct csr {
    str subject;      /* DER Name */
    struct pkey *key; /* public */
    str extensions;   /* contents of Extensions that were asked for; p == NULL: none */
};
/* Reads DER or PEM, and checks that whoever asks has the key. CSR-001, CSR-002 */
rc csr_read(struct arena *a, str bytes, struct csr **out, struct err *err);
rc csr_make(const struct cert_attribute *subject, size_t n, const struct pkey *key, struct buf *out); /* appends DER */
#endif
