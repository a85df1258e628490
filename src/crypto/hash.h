/* Hashes, MACs and key derivation (OpenSSL 3 behind it). Inputs are byte views, outputs caller's arrays.
 *
 * Threads: everything is thread-safe; each thread keeps one digest context and reuses it, because setting one up costs
 * more than hashing a Merkle node. Errors: fixed-size hashing cannot fail for any input; when OpenSSL itself is
 * unusable (no memory, no SHA-256 in the installation) the program stops, since no caller could go on. */
#ifndef RISE_CRYPTO_HASH_H
#define RISE_CRYPTO_HASH_H
#include <stdint.h>

#include "base/arena.h"

enum { SHA256_LEN = 32 };
struct sha256 {
    uint8_t b[SHA256_LEN];
};
static inline str sha256_str(const struct sha256 *h)
{
    return str_n(h->b, SHA256_LEN);
}
static inline bool sha256_eq(const struct sha256 *a, const struct sha256 *b)
{
    return memcmp(a->b, b->b, SHA256_LEN) == 0;
}

struct sha256 sha256_of(str bytes);
struct sha256 sha256_of2(str first, str second); /* of the concatenation */
struct sha256 hmac_sha256(str key, str bytes);   /* RFC 2104; compare with str_eq_ct() */
void sha256_hex(const struct sha256 *h, char out[2 * SHA256_LEN + 1]);
str sha256_hex_text(struct arena *a, const struct sha256 *h); /* the same in the arena; p == NULL: see arena_rc() */
str sha256_hex_of(struct arena *a, str bytes);

struct sha256_stream; /* streaming, heap-owned */
struct sha256_stream *sha256_start(void);
void sha256_add(struct sha256_stream *s, str bytes);
struct sha256 sha256_finish(struct sha256_stream *s); /* frees s */

/* HKDF-SHA256 (RFC 5869), extract then expand. E_LIMIT past its 255 blocks of output. */
rc hkdf_sha256(str secret, str salt, str info, void *out, size_t n);
#endif
