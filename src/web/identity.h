/* Who calls: sessions and API keys, remembered for a few seconds in a bounded table so that a request costs no query.
 *
 * core hands in the two look-ups; the table holds copies under the SHA-256 of the token. A change of sessions, keys or
 * memberships inside a write calls identity_changed(); when that write is durable, the whole table is outdated at once
 * (a generation counter). Another process sharing the database notices within IDENTITY_KEEP. Thread-safe. */
#ifndef RISE_WEB_IDENTITY_H
#define RISE_WEB_IDENTITY_H

#include "crypto/hash.h"
#include "web/ctx.h"

#define IDENTITY_KEEP (10 * SECOND)

struct identity_source {
    rc (*by_cookie)(struct tx *tx, str cookie, instant now, struct session *out, struct arena *a); /* E_AUTH: none */
    rc (*by_key)(struct tx *tx, str key, struct session *out, struct arena *a);                    /* E_AUTH: none */
};

struct identity_cache;
struct identity_cache *identity_cache_new(void); /* NULL: out of memory */
void identity_cache_free(struct identity_cache *k);

/* False when absent or outdated. Texts are copied into `a`. */
bool identity_cache_get(struct identity_cache *k, const struct sha256 *token, instant now, struct session *out,
                        struct arena *a);
/* `generation`: identity_generation() read before the look-up began. */
void identity_cache_put(struct identity_cache *k, const struct sha256 *token, instant now, uint64_t generation,
                        const struct session *s);
uint64_t identity_generation(void);

/* API keys put into the table since the last call, at most `max`: for the job that notes when a key was last used. */
enum { IDENTITY_KEYS_MAX = 256 };
size_t identity_keys_used(id *out, size_t max);

void identity_changed(void);   /* inside a write function: what sessions are or may do changes with this commit */
void identity_committed(void); /* on the same thread, after the commit: dispatch calls it before it answers */

#endif
