/* The digests that signatures name, by value (OpenSSL 3 behind them). crypto/hash.h is for everything that may choose:
 * there it is SHA-256.
 *
 * Threads: thread-safe; a stream belongs to one thread at a time. Errors: hashing cannot fail; see crypto/hash.h. */
#ifndef RISE_CRYPTO_DIGEST_H
#define RISE_CRYPTO_DIGEST_H
#include <stdint.h>

#include "base/str.h"

enum digest {
    DIGEST_NONE, /* not known here */
    DIGEST_MD5,  /* read only, to say what an old signature was made with */
    DIGEST_SHA1, /* read only, likewise */
    DIGEST_SHA256,
    DIGEST_SHA384,
    DIGEST_SHA512,
    DIGEST_SHA3_256,
    DIGEST_SHA3_512,
    DIGESTS,
};
enum { DIGEST_MAX = 64 };
struct digest_value {
    uint8_t b[DIGEST_MAX];
    size_t n;
};
static inline str digest_str(const struct digest_value *v)
{
    return str_n(v->b, v->n);
}

struct digest_value digest_of(enum digest d, str bytes);
struct digest_stream; /* heap-owned */
struct digest_stream *digest_start(enum digest d);
void digest_add(struct digest_stream *s, str bytes);
struct digest_value digest_finish(struct digest_stream *s); /* frees s */
void digest_drop(struct digest_stream *s);                  /* frees s without its value; NULL is allowed */

size_t digest_size(enum digest d);
const char *digest_name(enum digest d); /* "SHA-256"; the field's name, not translated */
str digest_oid(enum digest d);          /* contents octets */
enum digest digest_from_oid(str oid);   /* DIGEST_NONE when not known */
enum digest digest_from_name(str name); /* "SHA-256", "sha256": case and hyphen do not matter */
bool digest_is_strong(enum digest d);   /* collisions are out of reach: SHA-2 and SHA-3 (ETSI TS 119 312) */
#endif
