/* The demonstration world: same seed, same world. Invented names only. */
#ifndef RISE_CORE_DEMO_H
#define RISE_CORE_DEMO_H
#include "sys/random.h"
struct demo {
    uint64_t seed;
    int64_t firms;
    instant now;
};
#endif
