/* Randomness from the kernel (getrandom) and ids made with it. Thread-safe; never fails: without getrandom the process
 * aborts, since no key or token may be made from less. */
#ifndef RISE_SYS_RANDOM_H
#define RISE_SYS_RANDOM_H
#include "base/id.h"

void random_bytes(void *p, size_t n);
uint64_t random_u64(void);
id id_new(void); /* next application id, at the real clock (not the fixed one) */

/* Deterministic generator (xoshiro256**) for demonstration data and property tests; not for secrets. */
struct prng {
    uint64_t s[4];
};
void prng_seed(struct prng *p, uint64_t seed);
uint64_t prng_u64(struct prng *p);
int64_t prng_range(struct prng *p, int64_t lo, int64_t hi); /* lo..hi inclusive, unbiased */
#endif
