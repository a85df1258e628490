#include "base/buf.h"
#include "base/when.h"
#include "t.h"

/* Every day of 1..9999, counted forward by the plain rules of the calendar. */
START_TEST(all_days)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t d = -719162; /* 0001-01-01 */
    for (int y = 1; y <= 9999; y++)
        for (int m = 1; m <= 12; m++) {
            bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
            for (int k = 1; k <= length[m - 1] + (m == 2 && leap); k++, d++) {
                int yy, mm, dd;
                day_civil(d, &yy, &mm, &dd);
                if (yy != y || mm != m || dd != k || day_of(y, m, k) != d)
                    ck_abort_msg("%04d-%02d-%02d is %d", y, m, k, d);
            }
        }
    ck_assert_int_eq(day_of(1970, 1, 1), 0);
    ck_assert_int_eq(day_of(2000, 3, 1), 11017);
    ck_assert_int_eq(d - 1, day_of(9999, 12, 31));
}
END_TEST

START_TEST(reads_days)
{
    static const struct {
        const char *text;
        int year, month, mday;
    } good[] = {
        {"2025-05-01", 2025, 5, 1},  {"114-05-01", 2025, 5, 1},    {"114/05/01", 2025, 5, 1},
        {"114/5/1", 2025, 5, 1},     {"68-12-31", 1979, 12, 31},   {"1-01-01", 1912, 1, 1},
        {"2025/05/01", 2025, 5, 1},  {"2024-02-29", 2024, 2, 29},  {"113-02-29", 2024, 2, 29},
        {"2000-02-29", 2000, 2, 29}, {"9999-12-31", 9999, 12, 31},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        day d;
        t_ok(day_parse(str_of(good[i].text), &d));
        ck_assert_int_eq(d, day_of(good[i].year, good[i].month, good[i].mday));
    }
    const char *bad[] = {
        "",           "2025",       "2025-05",    "2025-02-29", "114-02-29",   "1900-02-29", "2025-13-01",
        "2025-00-01", "2025-01-00", "2025-04-31", "2025-05/01", "2025-05-01 ", "0-01-01",    "000-01-01",
        "0000-01-01", "20250501",   "2025.05.01", "-114-05-01", "12025-05-01", "2025-005-1", "２０２５-05-01"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        day d = 1;
        ck_assert_msg(day_parse(str_of(bad[i]), &d) == E_INVALID, "%s was taken", bad[i]);
        ck_assert_int_eq(d, 1);
    }
}
END_TEST

START_TEST(adds_months)
{
    ck_assert_int_eq(day_add_months(day_of(2023, 1, 31), 1), day_of(2023, 2, 28));
    ck_assert_int_eq(day_add_months(day_of(2024, 1, 31), 1), day_of(2024, 2, 29));
    ck_assert_int_eq(day_add_months(day_of(2024, 2, 29), 12), day_of(2025, 2, 28));
    ck_assert_int_eq(day_add_months(day_of(2024, 3, 31), -1), day_of(2024, 2, 29));
    ck_assert_int_eq(day_add_months(day_of(2024, 1, 15), -1), day_of(2023, 12, 15));
    ck_assert_int_eq(day_add_months(day_of(2024, 12, 15), 1), day_of(2025, 1, 15));
    ck_assert_int_eq(day_add_months(day_of(2024, 5, 15), -120), day_of(2014, 5, 15));
    ck_assert_int_eq(day_add_months(day_of(2024, 5, 15), 0), day_of(2024, 5, 15));
}
END_TEST

START_TEST(instants)
{
    instant t;
    t_ok(instant_parse(STR("2026-05-01T08:30:00Z"), &t));
    ck_assert_int_eq(t, INT64_C(1777624200) * SECOND);
    instant same;
    t_ok(instant_parse(STR("2026-05-01t16:30:00.000000999+08:00"), &same)); /* cut to the microsecond */
    ck_assert_int_eq(same, t);
    t_ok(instant_parse(STR("2026-05-01T04:00:00.5-04:30"), &same));
    ck_assert_int_eq(same, t + SECOND / 2);
    t_ok(instant_parse(STR("2016-12-31T23:59:60Z"), &same)); /* a leap second */
    ck_assert_int_eq(same, day_of(2017, 1, 1) * DAY);
    BUF_SCOPED b = BUF_INIT(100);
    buf_instant(&b, t);
    buf_putc(&b, ' ');
    buf_local(&b, t);
    buf_putc(&b, ' ');
    buf_day(&b, instant_day(t));
    t_str(buf_str(&b), STR("2026-05-01T08:30:00Z 2026-05-01 16:30 2026-05-01"));
    const char *bad[] = {"",
                         "2026-05-01",
                         "2026-05-01T08:30:00",
                         "2026-05-01T08:30Z",
                         "2026-05-01T24:00:00Z",
                         "2026-05-01T08:60:00Z",
                         "2026-05-01T08:30:61Z",
                         "2026-05-01T08:30:00.Z",
                         "2026-05-01T08:30:00+8:00",
                         "2026-05-01T08:30:00+24:00",
                         "2026-02-29T08:30:00Z",
                         "2026-05-01 08:30:00Z",
                         "2026-05-01T08:30:00Zx"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(instant_parse(str_of(bad[i]), &t) == E_INVALID, "%s was taken", bad[i]);
}
END_TEST

START_TEST(days_begin_in_taiwan)
{
    day d = day_of(2026, 5, 1);
    ck_assert_int_eq(instant_day(day_start(d)), d);
    ck_assert_int_eq(instant_day(day_start(d) - 1), d - 1);
    ck_assert_int_eq(instant_day(day_start(-1)), -1); /* before 1970 */
    struct civil c = instant_civil(day_start(d), 480);
    ck_assert(c.year == 2026 && c.month == 5 && c.day == 1 && c.hour == 0 && c.minute == 0 && c.second == 0);
    for (instant t = -5000 * DAY; t < 30000 * DAY; t += 7 * HOUR + 13 * MINUTE + 17 * SECOND + 123457)
        for (int offset = -720; offset <= 840; offset += 195)
            t_loop(civil_instant(instant_civil(t, offset), offset) == t);
}
END_TEST

T_MAIN("base/when", all_days, reads_days, adds_months, instants, days_begin_in_taiwan)
