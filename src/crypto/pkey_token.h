/* Keys that stay in a PKCS#11 token: a card, an HSM, SoftHSM. The module (a shared library of the token's maker) is
 * given by its path; it is loaded once and stays loaded until the process ends. What is got is a struct pkey like any
 * other: P-256, P-384, P-521 (CKM_ECDSA), RSA (CKM_RSA_PKCS, CKM_RSA_PKCS_PSS) and Ed25519 (CKM_EDDSA). The message is
 * hashed here, only the digest goes to the token (for Ed25519, which hashes by itself, the message); the public half is
 * read from the token's public key object.
 *
 * Ownership: a token and each key of it may be freed in any order. Threads: thread-safe; one session, in which
 * signatures wait for each other. A PIN logs the whole process in, so a second token_open() of the same token does not
 * check it again: that is PKCS#11's rule.
 * Errors: KEY-004 E_UNAVAILABLE the module or token does not answer (argument: its words)  KEY-002 E_DENIED the PIN is
 * wrong or missing  KEY-003 E_INVALID a kind of key that is not accepted (argument: which)  KEY-005 E_NOTFOUND no such
 * token or key (argument: its label)  KEY-006 E_CONFLICT several keys are meant  KEY-007 E_INVALID an address that is
 * not understood (argument: the part). */
#ifndef RISE_CRYPTO_PKEY_TOKEN_H
#define RISE_CRYPTO_PKEY_TOKEN_H
#include "crypto/pkey.h"

enum { TOKEN_MODULES_MAX = 4, TOKEN_NAME_MAX = 256 };

struct token;

struct token_options {
    const char *module;              /* path of the PKCS#11 library */
    str label;                       /* of the token; empty: the first one that is there */
    str pin;                         /* empty: no login (some cards have a key pad, some keys need none) */
    str serial, model, manufacturer; /* of the token; empty: any */
};
rc token_open(const struct token_options *o, struct token **out, struct err *err);
void token_close(struct token *t); /* NULL is allowed */

/* The private key with this label, or this CKA_ID, or both; an empty one is not looked at. */
rc token_key(struct token *t, str label, str key_id, struct pkey **out, struct err *err);
/* A key named by its address, "pkcs11:token=…;object=…;id=%01?module-path=…&pin-source=file:…" (RFC 7512). Without
 * module-path it is p11-kit's, which knows the modules of the system. `pin_file`: pin-source; whoever opens the token
 * reads it. Parts that would mean another key, and are not known here, are refused. `out` lives in the arena. */
struct token_address {
    struct token_options token;
    str label, key_id; /* of the key */
    str pin_file;      /* path; empty: not given */
};
bool token_is_address(str text);
rc token_address(struct arena *a, str text, struct token_address *out, struct err *err);

/* Makes a pair that never leaves the token. E_CONFLICT (KEY-006) when the label is taken. */
rc token_generate(struct token *t, enum pkey_kind kind, int rsa_bits, str label, str key_id, struct pkey **out,
                  struct err *err);
#endif
