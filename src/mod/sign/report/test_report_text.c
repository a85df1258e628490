/* The report for a terminal. */
#include "t.h"
#include "mod/sign/report/write.h"

/* What a file says of itself must not look like what the report says: no second line, nothing that steers a terminal.
 */
START_TEST(whose_words)
{
    static const char hostile[] = "x\r\x1b[2K\nThe signature holds";
    str cells[1][TOLD_COLUMNS] = {{str_of(hostile), STR("b"), STR("c"), STR("d")}};
    struct told_pair fact = {STR("Reason stated"), str_of(hostile)};
    struct told_change change = {.text = str_of(hostile)};
    str fault = str_of(hostile);
    struct told_signature s = {.title = str_of(hostile),
                               .why = str_of(hostile),
                               .facts = {.v = &fact, .n = 1},
                               .path = {.title = STR("t"), .rows = cells, .n = 1}};
    const struct told t = {.head = STR("It does not hold"),
                           .v = &s,
                           .n = 1,
                           .faults = &fault,
                           .n_faults = 1,
                           .changes = &change,
                           .n_changes = 1};
    BUF_SCOPED out = BUF_INIT(1 << 16);
    t_ok(report_text(&t, LANG_EN, &out));
    ck_assert_int_lt(str_find(buf_str(&out), STR("\nThe signature holds")), 0);
    ck_assert_ptr_null(memchr(out.p, 0x1b, out.n));
    ck_assert_ptr_null(memchr(out.p, '\r', out.n));
    ck_assert_int_ge(str_find(buf_str(&out), STR("x\uFFFD\uFFFD[2K\uFFFDThe signature holds")), 0);
}
END_TEST

T_MAIN("sign/report_text", whose_words)
