/* Instants, days and their text. An instant is microseconds since 1970-01-01T00:00:00Z; a day is a calendar date
 * counted from 1970-01-01. No time zone data is read: civil dates are those of Taiwan, UTC+8 all year since 1980. */
#ifndef RISE_BASE_WHEN_H
#define RISE_BASE_WHEN_H

#include <stdint.h>

#include "base/str.h"

typedef int64_t instant; /* µs, UTC */
typedef int32_t day;     /* days since 1970-01-01, civil date in Taiwan */

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

struct civil {
    int year, month, day, hour, minute, second, micro;
};

struct civil instant_civil(instant t, int offset_minutes);
instant civil_instant(struct civil c, int offset_minutes);
day instant_day(instant t); /* in Taiwan */
instant day_start(day d);   /* 00:00 in Taiwan */
day day_of(int year, int month, int mday);
void day_civil(day d, int *year, int *month, int *mday);
day day_add_months(day d, int months); /* the day of month is cut to the month's length (31 Jan + 1 = 28/29 Feb) */

/* English short names, in the dates of mail and HTTP (RFC 5322 section 3.3): Mon, Jan. */
const char *weekday_short(day d);
const char *month_short(int month); /* 1 to 12 */

struct buf;
void buf_instant(struct buf *b, instant t); /* RFC 3339, UTC, seconds: 2026-05-01T08:30:00Z */
void buf_day(struct buf *b, day d);         /* 2026-05-01 */
void buf_local(struct buf *b, instant t);   /* 2026-05-01 16:30, Taiwan */
/* YYYY-MM-DD, or a ROC year of one to three digits (114-05-01 is 2025-05-01); "/" may stand for "-" and one digit for
 * month and day. E_INVALID when the calendar has no such day. */
rc day_parse(str s, day *out);
rc instant_parse(str s, instant *out); /* RFC 3339 with offset */

#endif
