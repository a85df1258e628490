#include "http/http_date.h"

void buf_http_date(struct buf *b, instant t)
{
    struct civil c = instant_civil(t, 0);
    buf_printf(b, "%s, %02d %s %04d %02d:%02d:%02d GMT", weekday_short(day_of(c.year, c.month, c.day)), c.day,
               month_short(c.month), c.year, c.hour, c.minute, c.second);
}
