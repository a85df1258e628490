/* Idempotency keys: the same key with the same request gets the first answer again, whatever happened to the
 * connection.
 *
 * Only successes are kept: a refused write changed nothing, so sending it again is safe and may now succeed. Rows are
 * per caller and pruned after a day (idempotency_prune, a job of core). Runs inside the write's own transaction. */
#ifndef RISE_WEB_IDEMPOTENCY_H
#define RISE_WEB_IDEMPOTENCY_H

#include "crypto/hash.h"
#include "web/ctx.h"

enum { IDEMPOTENCY_KEY_MAX = 128, IDEMPOTENCY_BODY_MAX = 16 * 1024 };
#define IDEMPOTENCY_KEEP (24 * HOUR)

struct idempotency {
    str key;               /* p == NULL: the request has none */
    int64_t scope;         /* whose key: API key, account, or a number made from an anonymous visitor's token */
    struct sha256 request; /* over method, path, party and input */
};

/* Reads header Idempotency-Key or field idempotency_key. E_INVALID IDM-002. */
rc idempotency_read(struct ctx *c, struct idempotency *out);
/* Looks for the first answer: *replayed and c->reply filled, or nothing. E_CONFLICT IDM-001. */
rc idempotency_find(struct tx *tx, struct ctx *c, const struct idempotency *k, bool *replayed);
rc idempotency_keep(struct tx *tx, struct ctx *c, const struct idempotency *k);
rc idempotency_prune(struct tx *tx, instant before, int64_t max, int64_t *n);

#endif
