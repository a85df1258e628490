#include "http/http_date.h"

void buf_http_date(struct buf *b, instant t)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = instant_civil(t, 0);
    /* 1970-01-01 was a Thursday; +7 because % takes the sign of the left side. */
    int weekday = (day_of(c.year, c.month, c.day) % 7 + 7 + 4) % 7;
    buf_printf(b, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[weekday], c.day, months[c.month - 1], c.year, c.hour,
               c.minute, c.second);
}
