#include "sys/clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic(instant) fixed; /* 0: not fixed */

static int64_t read_clock(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t); /* cannot fail for the two clocks asked */
    return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

instant clock_real(void)
{
    return read_clock(CLOCK_REALTIME);
}

instant clock_now(void)
{
    instant t = atomic_load_explicit(&fixed, memory_order_relaxed);
    return t ? t : clock_real();
}

void clock_fix(instant t)
{
    atomic_store_explicit(&fixed, t, memory_order_relaxed);
}

int64_t clock_mono(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
