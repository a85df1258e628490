/* Sealing secrets at rest: AES-256-GCM with a random 96-bit nonce; format: version byte, nonce, ciphertext, tag.
 *
 * The key is a file of 32 bytes, mode 0600 (made by `rise init`). `context` is authenticated but not stored: it names
 * the table and row, so that a sealed value cannot be moved to another row. Ownership: keys are the caller's values,
 * wiped with secret_wipe() (crypto/sign.h). Thread-safe. */
#ifndef RISE_CRYPTO_SEAL_H
#define RISE_CRYPTO_SEAL_H
#include "base/buf.h"
#include "base/err.h"

struct seal_key {
    unsigned char k[32];
};

/* Codes: SEA-001 the file is readable by others, SEA-002 it is not 32 bytes, SEA-003 it cannot be opened. */
rc seal_key_load(const char *path, struct seal_key *out, struct err *err);
rc seal_key_create(const char *path, struct err *err); /* E_CONFLICT when it exists */

rc seal(const struct seal_key *key, str context, str plain, struct buf *out);    /* appends */
rc unseal(const struct seal_key *key, str context, str sealed, struct buf *out); /* appends; E_CORRUPT when altered */

/* A key for one purpose, derived from the master by HKDF-SHA256 (RFC 5869) with `label` as info. */
rc seal_derive(const struct seal_key *master, str label, unsigned char out[32]);
#endif
