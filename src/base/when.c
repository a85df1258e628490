#include "base/when.h"

#include "base/buf.h"

enum { TAIWAN_MINUTES = 8 * 60, ROC_YEAR_0 = 1911, YEAR_MIN = 1, YEAR_MAX = 9999 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days from a civil date in the proleptic Gregorian calendar and back: years are counted from 1 March, so the leap day
 * ends the year; 146097 days make an era of 400 years (H. Hinnant, "chrono-compatible low-level date algorithms"). */
day day_of(int year, int month, int mday)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + mday - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (day)(era * 146097 + day_of_era - 719468);
}

void day_civil(day d, int *year, int *month, int *mday)
{
    int64_t z = (int64_t)d + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t mp = (5 * day_of_year + 2) / 153;
    *mday = (int)(day_of_year - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

static int month_length(int year, int month)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : length[month - 1];
}

day day_add_months(day d, int months)
{
    int year, month, mday;
    day_civil(d, &year, &month, &mday);
    int64_t m = (int64_t)year * 12 + month - 1 + months;
    year = (int)floor_div(m, 12);
    month = (int)(m - (int64_t)year * 12) + 1;
    int last = month_length(year, month);
    return day_of(year, month, mday < last ? mday : last);
}

struct civil instant_civil(instant t, int offset_minutes)
{
    int64_t local = t + offset_minutes * MINUTE;
    int64_t days = floor_div(local, DAY), us = local - days * DAY;
    struct civil c = {.hour = (int)(us / HOUR),
                      .minute = (int)(us % HOUR / MINUTE),
                      .second = (int)(us % MINUTE / SECOND),
                      .micro = (int)(us % SECOND)};
    day_civil((day)days, &c.year, &c.month, &c.day);
    return c;
}

instant civil_instant(struct civil c, int offset_minutes)
{
    return day_of(c.year, c.month, c.day) * DAY + c.hour * HOUR + c.minute * MINUTE + c.second * SECOND + c.micro -
           offset_minutes * MINUTE;
}

day instant_day(instant t)
{
    return (day)floor_div(t + TAIWAN_MINUTES * MINUTE, DAY);
}

instant day_start(day d)
{
    return d * DAY - TAIWAN_MINUTES * MINUTE;
}

const char *weekday_short(day d)
{
    static const char *const names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* 1970-01-01: a Thursday */
    return names[d - 7 * floor_div(d, 7)];
}

const char *month_short(int month)
{
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return names[month - 1];
}

void buf_instant(struct buf *b, instant t)
{
    struct civil c = instant_civil(t, 0);
    buf_printf(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

void buf_day(struct buf *b, day d)
{
    int year, month, mday;
    day_civil(d, &year, &month, &mday);
    buf_printf(b, "%04d-%02d-%02d", year, month, mday);
}

void buf_local(struct buf *b, instant t)
{
    struct civil c = instant_civil(t, TAIWAN_MINUTES);
    buf_printf(b, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

/* Takes min..max digits off the front; the count taken, or 0. */
static size_t take_number(str *s, size_t min, size_t max, int *out)
{
    size_t n = 0;
    int v = 0;
    while (n < s->n && n < max && s->p[n] >= '0' && s->p[n] <= '9')
        v = v * 10 + (s->p[n++] - '0');
    if (n < min)
        return 0;
    *s = str_sub(*s, n, SIZE_MAX);
    *out = v;
    return n;
}

static bool take_char(str *s, char c)
{
    if (!s->n || s->p[0] != c)
        return false;
    *s = str_sub(*s, 1, SIZE_MAX);
    return true;
}

static bool on_calendar(int year, int month, int mday)
{
    return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 && mday >= 1 &&
           mday <= month_length(year, month);
}

rc day_parse(str s, day *out)
{
    int year, month, mday;
    size_t digits = take_number(&s, 1, 4, &year);
    char sep = s.n ? s.p[0] : '-';
    if (!digits || (sep != '-' && sep != '/') || !take_char(&s, sep) || !take_number(&s, 1, 2, &month) ||
        !take_char(&s, sep) || !take_number(&s, 1, 2, &mday) || s.n)
        return E_INVALID;
    if (digits < 4) {
        if (year == 0) /* the year before 民國 1 was not called 0 */
            return E_INVALID;
        year += ROC_YEAR_0;
    }
    if (!on_calendar(year, month, mday))
        return E_INVALID;
    *out = day_of(year, month, mday);
    return OK;
}

static bool take_offset(str *s, int *minutes)
{
    *minutes = 0;
    if (take_char(s, 'Z') || take_char(s, 'z'))
        return true;
    bool west = take_char(s, '-');
    int h, m;
    if ((!west && !take_char(s, '+')) || !take_number(s, 2, 2, &h) || !take_char(s, ':') || !take_number(s, 2, 2, &m) ||
        h > 23 || m > 59)
        return false;
    *minutes = (west ? -1 : 1) * (h * 60 + m);
    return true;
}

/* Digits past the microsecond are cut off. */
static bool take_fraction(str *s, int *micro)
{
    *micro = 0;
    if (!take_char(s, '.'))
        return true;
    size_t n = 0;
    for (int scale = 100000; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++, scale /= 10)
        *micro += (s->p[n] - '0') * scale;
    *s = str_sub(*s, n, SIZE_MAX);
    return n > 0;
}

rc instant_parse(str s, instant *out)
{
    struct civil c;
    int offset;
    if (!take_number(&s, 4, 4, &c.year) || !take_char(&s, '-') || !take_number(&s, 2, 2, &c.month) ||
        !take_char(&s, '-') || !take_number(&s, 2, 2, &c.day) || (!take_char(&s, 'T') && !take_char(&s, 't')) ||
        !take_number(&s, 2, 2, &c.hour) || !take_char(&s, ':') || !take_number(&s, 2, 2, &c.minute) ||
        !take_char(&s, ':') || !take_number(&s, 2, 2, &c.second) || !take_fraction(&s, &c.micro) ||
        !take_offset(&s, &offset) || s.n)
        return E_INVALID;
    /* A leap second (:60) becomes the second after it, as the kernel's clock would count it. */
    if (!on_calendar(c.year, c.month, c.day) || c.hour > 23 || c.minute > 59 || c.second > 60)
        return E_INVALID;
    *out = civil_instant(c, offset);
    return OK;
}
