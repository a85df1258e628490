/* Rate limits: one token bucket per client, in a fixed table. When the table is crowded the fuller bucket gives way, so
 * that a flood of new addresses cannot push out the one that is being held back. IPv6 clients count by their /64.
 * Thread-safe; memory is fixed at creation. */
#ifndef RISE_WEB_LIMIT_H
#define RISE_WEB_LIMIT_H

#include "base/str.h"
#include "base/when.h"

struct limit;
/* `per_second` tokens flow in, at most `burst` are kept. NULL: out of memory. */
struct limit *limit_new(double per_second, double burst);
void limit_free(struct limit *l); /* NULL is allowed */
/* Takes one token. False: none left; *wait_s gets the seconds until there is one (≥ 1). `mono`: clock_mono(). */
bool limit_take(struct limit *l, str client, int64_t mono, int *wait_s);

#endif
