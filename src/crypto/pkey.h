/* Keys that people, offices and services sign with: P-256, P-384, P-521, RSA, Ed25519 (OpenSSL 3 behind them), in a
 * file or in a PKCS#11 token. crypto/sign.h is for the log's and the webhooks' own Ed25519 keys.
 *
 * Signatures have the form that X.509 and CMS carry: ECDSA as a DER SEQUENCE of r and s, RSA as PKCS#1 v1.5 unless PSS
 * is asked for, Ed25519 as it is. JOSE and XML want r and s side by side: pkey_raw_from_der(), pkey_der_from_raw().
 *
 * Ownership: a key is freed with pkey_free(), or lives as long as an arena (pkey_in()). Threads: a key may be used by
 * several threads at once; a token's signatures wait for each other.
 * Errors:
 *   KEY-001 E_INVALID no key that can be read   KEY-002 E_DENIED the passphrase is wrong or missing
 *   KEY-003 E_INVALID a kind or size of key that is not accepted (argument: which)
 *   KEY-004 E_UNAVAILABLE the token does not answer (argument: its words)
 *   E_INVALID without a code: a signature does not verify. */
#ifndef RISE_CRYPTO_PKEY_H
#define RISE_CRYPTO_PKEY_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypto/digest.h"

enum pkey_kind { PKEY_NONE, PKEY_P256, PKEY_P384, PKEY_P521, PKEY_RSA, PKEY_ED25519 };
enum {
    PKEY_RSA_LEAST_BITS = 2048, /* for new signatures; older ones are read and judged */
    PKEY_RSA_MOST_BITS = 16384,
    PKEY_SIGNATURE_MAX = PKEY_RSA_MOST_BITS / 8,
};
struct pkey;

rc pkey_generate(enum pkey_kind kind, int rsa_bits, struct pkey **out); /* bits only for RSA */
/* A private key: PEM (PKCS#8, plain or encrypted; SEC 1; PKCS#1) or DER of PKCS#8. `passphrase` may be empty. */
rc pkey_read(str bytes, str passphrase, struct pkey **out, struct err *err);
rc pkey_public(str spki, struct pkey **out);          /* DER SubjectPublicKeyInfo; any size of RSA key. E_INVALID */
rc pkey_write(const struct pkey *k, struct buf *out); /* the private key as DER of PKCS#8: seal it. E_DENIED: token */
rc pkey_write_spki(const struct pkey *k, struct buf *out);
void pkey_free(struct pkey *k);              /* NULL is allowed */
rc pkey_in(struct arena *a, struct pkey *k); /* the arena frees it from now on, also when this fails */
void pkey_scope(struct pkey **k);
#define PKEY_SCOPED __attribute__((cleanup(pkey_scope))) struct pkey

enum pkey_kind pkey_kind(const struct pkey *k);
int pkey_bits(const struct pkey *k);
bool pkey_is_private(const struct pkey *k);
bool pkey_same(const struct pkey *a, const struct pkey *b); /* the public halves */
const char *pkey_kind_name(enum pkey_kind kind);            /* "P-256", "RSA": the field's names, not translated */
enum digest pkey_digest(const struct pkey *k); /* what signatures of this strength hash with (RFC 5480 section 4) */

/* How a signature was made. */
struct pkey_scheme {
    enum digest digest; /* of the message; for Ed25519 what goes into the CMS's digestAlgorithm (SHA-512, RFC 8419) */
    bool pss;           /* RSASSA-PSS with MGF1 and salt of the same digest */
};
struct pkey_scheme pkey_scheme(const struct pkey *k); /* the one our signatures use */
/* Appends the signature of `message`. */
rc pkey_sign(const struct pkey *k, struct pkey_scheme scheme, str message, struct buf *out);
rc pkey_verify(const struct pkey *k, struct pkey_scheme scheme, str message, str signature);
/* The same over the digest of a message that was hashed elsewhere; Ed25519 cannot (E_INVALID). */
rc pkey_verify_digest(const struct pkey *k, struct pkey_scheme scheme, str digest, str signature);

/* AlgorithmIdentifier of a signature (RFC 3279, 4055, 5758, 8410; RFC 8702 is not used). Reading: `rsa_digest` is the
 * digest that goes with a bare rsaEncryption, as CMS has it; E_INVALID when the algorithm is not known or does not fit
 * the key's kind. */
void pkey_put_algorithm(struct buf *b, const struct pkey *k, struct pkey_scheme scheme);
rc pkey_take_algorithm(str *d, enum digest rsa_digest, enum pkey_kind kind, struct pkey_scheme *out);

/* ECDSA: r || s of fixed width (RFC 7518 section 3.4, RFC 4050) against SEQUENCE { r, s }. */
rc pkey_raw_from_der(enum pkey_kind kind, str der, struct buf *raw);
rc pkey_der_from_raw(enum pkey_kind kind, str raw, struct buf *der);
#endif
