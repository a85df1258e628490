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
rc idempotency_keep(struct tx *tx, const struct ctx *c, const struct idempotency *k);
rc idempotency_prune(struct tx *tx, instant before, int64_t max, int64_t *n);

/* ---- many requests at once (idempotency_all.c) ---- */
enum { KEYED_MAX = 256 };
struct keyed {
    struct ctx *c;
    const struct idempotency *k; /* whose key.p may be NULL */
    rc result;                   /* OK beforehand */
    bool replayed;
};
/* At most KEYED_MAX. What idempotency_find() would say of each. A request with the key of an earlier one would find
 * that one's answer, which is not there yet: *n becomes the number of those before it (at least one), and the rest is
 * left alone. */
rc idempotency_find_all(struct tx *tx, struct keyed *v, size_t *n);
rc idempotency_keep_all(struct tx *tx, const struct keyed *v, size_t n); /* of those that are OK and no replays */

/* What both files share. */
enum { IDEMPOTENCY_VALS = 8 };
/* `r` stands on the key's row: request, status, location, type, body. */
rc idempotency_found(struct ctx *c, const struct idempotency *k, struct rows *r, bool *replayed);
/* The row to be kept; false: this answer is not kept. */
bool idempotency_vals(struct tx *tx, const struct ctx *c, const struct idempotency *k, struct val v[IDEMPOTENCY_VALS]);

#endif
