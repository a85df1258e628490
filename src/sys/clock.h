/* The clocks. Tests and `rise --at` may fix "now"; everything that decides by time asks here. Thread-safe. */
#ifndef RISE_SYS_CLOCK_H
#define RISE_SYS_CLOCK_H
#include "base/when.h"

instant clock_now(void);   /* wall clock (or the fixed instant), µs UTC */
instant clock_real(void);  /* wall clock even when "now" is fixed: for ids and the program's log */
void clock_fix(instant t); /* 0 returns to the real clock; only tests, tools and `rise demo` call this */
int64_t clock_mono(void);  /* monotonic µs, for durations */
#endif
