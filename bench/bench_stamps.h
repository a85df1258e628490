/* The clock and the serial numbers of a time-stamp authority that is measured: struct tsp_authority's callbacks. */
#ifndef RISE_BENCH_STAMPS_H
#define RISE_BENCH_STAMPS_H
#include "crypto/tsp.h"
#include "sys/clock.h"
#include "sys/random.h"

static inline rc tell_time(void *arg, instant *now)
{
    (void)arg;
    *now = clock_now();
    return OK;
}

static inline rc new_serial(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n)
{
    (void)arg;
    *n = TSP_SERIAL_MAX;
    random_bytes(out, *n);
    out[0] = (out[0] & 0x7f) | 0x40;
    return OK;
}
#endif
