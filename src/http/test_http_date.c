#include "http/http_date.h"
#include "t.h"

START_TEST(as_rfc_9110_has_it)
{
    static const char *const pairs[][2] = {
        {"1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"}, /* the standard's example */
        {"2024-02-29T23:59:59Z", "Thu, 29 Feb 2024 23:59:59 GMT"},
        {"1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        instant t;
        BUF_SCOPED b = BUF_INIT(64);
        t_ok(instant_parse(str_of(pairs[i][0]), &t));
        buf_http_date(&b, t);
        t_str(buf_str(&b), str_of(pairs[i][1]));
    }
}
END_TEST

T_MAIN("http/http_date", as_rfc_9110_has_it)
