/* Languages: choice by the request, look-up, plurals, formats. */
#include "t.h"

#include "web/i18n.h"

START_TEST(choice)
{
    ck_assert_int_eq(lang_choose(STR(""), STR(""), STR("")), LANG_ZH);
    ck_assert_int_eq(lang_choose(STR(""), STR(""), STR("fr, en;q=0.5")), LANG_EN);
    ck_assert_int_eq(lang_choose(STR(""), STR(""), STR("en;q=0.4, zh-TW;q=0.41")), LANG_ZH);
    ck_assert_int_eq(lang_choose(STR(""), STR(""), STR("en;q=0, de")), LANG_ZH);
    ck_assert_int_eq(lang_choose(STR(""), STR(""), STR("english")), LANG_ZH);
    ck_assert_int_eq(lang_choose(STR(""), STR("en"), STR("zh-TW")), LANG_EN);
    ck_assert_int_eq(lang_choose(STR("zh-Hant"), STR("en"), STR("en")), LANG_ZH);
    ck_assert_int_eq(lang_choose(STR("xx"), STR("en"), STR("zh")), LANG_EN);
}
END_TEST

START_TEST(look_up)
{
    ck_assert_str_eq(tr(LANG_EN, "Skip to main content"), "Skip to main content");
    ck_assert_str_eq(tr(LANG_ZH, "Skip to main content"), "跳至主要內容");
    ck_assert_str_eq(tr(LANG_ZH, "no such text, ever"), "no such text, ever");
    ck_assert_str_eq(tr(LANG_ZH, NULL), "");
}
END_TEST

START_TEST(arguments)
{
    BUF_SCOPED b = BUF_INIT(1000);
    tr_f(&b, LANG_EN, "{2} before {1}, {3} and {x} stay", (const str[]){STR("one"), STR("{1}")}, 2);
    t_str(buf_str(&b), STR("{1} before one, {3} and {x} stay"));
    buf_clear(&b);
    tr_n(&b, LANG_EN, "{n} thing nobody translates", "{n} things nobody translates", 1);
    buf_putc(&b, ' ');
    tr_n(&b, LANG_EN, "{n} thing nobody translates", "{n} things nobody translates", 1200);
    t_str(buf_str(&b), STR("1 thing nobody translates 1,200 things nobody translates"));
}
END_TEST

static void number(int64_t n, const char *want)
{
    BUF_SCOPED b = BUF_INIT(100);
    fmt_int(&b, n);
    t_str(buf_str(&b), str_of(want));
}

START_TEST(formats)
{
    number(0, "0");
    number(999, "999");
    number(1000, "1,000");
    number(-1234567, "\u22121,234,567");
    number(INT64_MIN, "\u22129,223,372,036,854,775,808");
    BUF_SCOPED b = BUF_INIT(1000);
    fmt_money(&b, LANG_ZH, twd(-30000));
    buf_putc(&b, '|');
    fmt_money(&b, LANG_ZH, points(30000));
    buf_putc(&b, '|');
    fmt_money(&b, LANG_EN, points(1));
    buf_putc(&b, '|');
    fmt_day(&b, LANG_ZH, day_of(2026, 5, 1));
    buf_putc(&b, '|');
    fmt_day(&b, LANG_EN, day_of(2026, 5, 1));
    buf_putc(&b, '|');
    fmt_instant(&b, LANG_EN, day_start(day_of(2026, 5, 1)) + 16 * HOUR + 30 * MINUTE);
    t_str(buf_str(&b), STR("\u2212NT$30,000|30,000 點|1 point|2026年5月1日|1 May 2026|1 May 2026, 16:30"));
}
END_TEST

T_MAIN("web/i18n", choice, look_up, arguments, formats)
