/* X.509 certificates (RFC 5280), read once into plain fields.
 *
 * Ownership: everything lives in the arena given, the bytes are copied into it. Threads: a certificate is constant once
 * read. A certificate is parsed by us strictly (DER) and must be one OpenSSL can read too, since paths are built by it
 * (crypto/path.h). Errors: CRT-001 E_INVALID not a certificate; CRT-002 E_LIMIT larger than CERT_BYTES_MAX, or more
 * than the most asked for. */
#ifndef RISE_CRYPTO_CERT_H
#define RISE_CRYPTO_CERT_H
#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "crypto/digest.h"
#include "crypto/hash.h"
#include "crypto/pkey.h"

enum { CERT_BYTES_MAX = 64 * 1024, CERT_URLS_MAX = 4, CERT_POLICIES_MAX = 16, CERT_EKU_MAX = 12 };

/* RFC 5280 section 4.2.1.3, bit n is 1 << n. */
enum cert_usage {
    CERT_DIGITAL_SIGNATURE = 1 << 0,
    CERT_CONTENT_COMMITMENT = 1 << 1, /* nonRepudiation */
    CERT_KEY_ENCIPHERMENT = 1 << 2,
    CERT_KEY_CERT_SIGN = 1 << 5,
    CERT_CRL_SIGN = 1 << 6,
};

struct cert {
    str der;
    struct sha256 sha256; /* of der: its name in lists and sets */
    str serial;           /* contents octets of the INTEGER */
    str issuer, subject;  /* DER Names */
    instant not_before, not_after;
    str spki;           /* DER SubjectPublicKeyInfo */
    struct pkey *key;   /* public */
    str subject_key_id; /* p == NULL: not there */
    str authority_key_id;
    bool has_usage;
    unsigned usage; /* enum cert_usage */
    bool is_ca;
    bool ocsp_nocheck; /* id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1) */
    str eku[CERT_EKU_MAX];
    size_t n_eku;
    bool eku_critical;
    str policies[CERT_POLICIES_MAX]; /* OIDs */
    size_t n_policies;
    str ocsp[CERT_URLS_MAX], issuers[CERT_URLS_MAX], crls[CERT_URLS_MAX]; /* http addresses; n_… of each */
    size_t n_ocsp, n_issuers, n_crls;
    str crl_points;    /* DER of the extension's value, p == NULL: not there (crypto/dist_point.h) */
    str qc_statements; /* DER of the extension's value, p == NULL: not there (ETSI EN 319 412-5) */
    void *x509;        /* OpenSSL's reading, for crypto/path.c */
};

rc cert_read(struct arena *a, str der, struct cert **out, struct err *err);
/* One or several: PEM blocks of certificates (other blocks are skipped), or one DER. At most `most`. */
rc cert_read_all(struct arena *a, str bytes, size_t most, struct cert ***out, size_t *n, struct err *err);
static inline bool cert_same(const struct cert *a, const struct cert *b)
{
    return sha256_eq(&a->sha256, &b->sha256);
}
bool cert_is_self_issued(const struct cert *c);
bool cert_has_eku(const struct cert *c, str oid); /* named; a certificate without the extension names none */
/* `c` names `issuer` as its issuer, and the key identifiers, where both are there, agree. The signature is not checked.
 */
bool cert_names_issuer(const struct cert *c, const struct cert *issuer);
bool cert_signed_by(const struct cert *c, const struct cert *issuer); /* the signature holds */

bool cert_name_same(str a, str b); /* DER Names, compared as RFC 5280 section 7.1 wants */

/* An attribute of a Name (RFC 5280 section 4.1.2.4) for people, the last one of its kind; empty when there is none.
 * UTF-8 in which control characters are U+FFFD, as in the next one. */
str cert_name_part(struct arena *a, str name, str oid);
/* The whole Name for people, RFC 4514 order reversed to the order in which it stands: "C=TW, O=…, CN=…". */
str cert_name_text(struct arena *a, str name);
str cert_serial_hex(struct arena *a, const struct cert *c);
#endif
