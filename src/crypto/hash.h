/* Hashes, MACs and constant-size helpers (OpenSSL behind it). Inputs are byte views, outputs caller's arrays. Thread-safe. */
#ifndef RISE_CRYPTO_HASH_H
#define RISE_CRYPTO_HASH_H
#include <stdint.h>

#include "base/str.h"

enum { SHA256_LEN = 32 };
struct sha256 { uint8_t b[SHA256_LEN]; };
static inline str sha256_str(const struct sha256 *h) { return str_n(h->b, SHA256_LEN); }

struct sha256 sha256_of(str bytes);
struct sha256 sha256_of2(str first, str second);               /* of the concatenation */
struct sha256 hmac_sha256(str key, str bytes);
void sha256_hex(const struct sha256 *h, char out[2 * SHA256_LEN + 1]);

struct sha256_stream;                                           /* streaming, heap-owned */
struct sha256_stream *sha256_start(void);
void sha256_add(struct sha256_stream *s, str bytes);
struct sha256 sha256_finish(struct sha256_stream *s);           /* frees s */
#endif
