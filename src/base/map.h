/* map: hash table from bytes to a pointer. Keys are not copied: they must outlive the map. Open addressing, keyed by a
 * per-process random seed so that outsiders cannot choose collisions. Heap memory; one writer at a time. */
#ifndef RISE_BASE_MAP_H
#define RISE_BASE_MAP_H

#include "base/str.h"

struct map {
    struct map_slot *slots;
    size_t n, room;
};

#define MAP_INIT                                                                                                       \
    {                                                                                                                  \
        0                                                                                                              \
    }

void map_free(struct map *m);
rc map_put(struct map *m, str key, void *value);                       /* replaces; E_NOMEM */
void *map_get(const struct map *m, str key);                           /* NULL when absent */
bool map_del(struct map *m, str key);                                  /* true when it was there */
bool map_next(const struct map *m, size_t *i, str *key, void **value); /* start with *i = 0; any order */

void map_seed(uint64_t k0, uint64_t k1); /* once, at start, from the system's random source */
uint64_t str_hash(str s);                /* SipHash-1-3 under that seed */

#endif
