/* Ed25519 (RFC 8032) for the public log's checkpoints and for webhooks' keys (OpenSSL 3 behind it).
 *
 * Ownership: keys are plain values of the caller, who wipes them with secret_wipe(). Thread-safe: nothing is shared.
 * Errors: E_INVALID a signature does not verify; E_INTERNAL OpenSSL refused (no memory). */
#ifndef RISE_CRYPTO_SIGN_H
#define RISE_CRYPTO_SIGN_H
#include "base/err.h"
#include "base/str.h"

enum { ED25519_SEED = 32, ED25519_PUBLIC = 32, ED25519_SIG = 64 };
struct ed25519_key {
    unsigned char seed[ED25519_SEED];
    unsigned char pub[ED25519_PUBLIC];
};

rc ed25519_generate(struct ed25519_key *out);
rc ed25519_from_seed(const unsigned char seed[ED25519_SEED], struct ed25519_key *out);
rc ed25519_sign(const struct ed25519_key *key, str message, unsigned char sig[ED25519_SIG]);
rc ed25519_verify(const unsigned char pub[ED25519_PUBLIC], str message, const unsigned char sig[ED25519_SIG]);

void secret_wipe(void *p, size_t n); /* zeroes; never optimised away */
#endif
