/* Application-made identifiers: positive int64, roughly increasing with time so that index inserts go to the end.
 * 41 bits of milliseconds since 2024-01-01 (until 2093), 22 bits of a counter that starts at random each millisecond.
 * Never repeats or goes back inside a process, also when the clock does; between processes unique by the random start
 * and the primary key. The text form is 13 characters of Crockford base32 (no I L O U), lower case, for URLs; reading
 * also takes capitals, and O I L for 0 1 1. E_INVALID if it is not one. */
#ifndef RISE_BASE_ID_H
#define RISE_BASE_ID_H

#include <stdint.h>

#include "base/str.h"
#include "base/when.h"

typedef int64_t id;

enum { ID_TEXT = 13 };

struct id_gen { /* guard with a lock, or one per thread with its own random start */
    int64_t last_ms;
    uint32_t counter;
};

id id_next(struct id_gen *g, instant now, uint32_t random);
instant id_time(id v);
void id_text(id v, char out[ID_TEXT + 1]);
rc id_parse(str s, id *out);

#endif
