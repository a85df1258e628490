/* Ed25519 (RFC 8032) for the public log's checkpoints and for webhooks' keys. */
#ifndef RISE_CRYPTO_SIGN_H
#define RISE_CRYPTO_SIGN_H
#include "base/err.h"
#include "base/str.h"

enum { ED25519_SEED = 32, ED25519_PUBLIC = 32, ED25519_SIG = 64 };
struct ed25519_key { unsigned char seed[ED25519_SEED]; unsigned char pub[ED25519_PUBLIC]; }; /* wipe with secret_wipe() */

rc ed25519_generate(struct ed25519_key *out);
rc ed25519_from_seed(const unsigned char seed[ED25519_SEED], struct ed25519_key *out);
rc ed25519_sign(const struct ed25519_key *key, str message, unsigned char sig[ED25519_SIG]);
rc ed25519_verify(const unsigned char pub[ED25519_PUBLIC], str message, const unsigned char sig[ED25519_SIG]); /* E_INVALID: does not verify */
void secret_wipe(void *p, size_t n);
#endif
