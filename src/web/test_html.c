/* Escaping by type and context. */
#include "t.h"

#include "web/html.h"

static const struct ctx zh = {.lang = LANG_ZH}, en = {.lang = LANG_EN};

START_TEST(addresses)
{
    static const struct {
        const char *in;
        bool safe;
    } cases[] = {
        {"/a?b=c", true},
        {"https://example.tw/x", true},
        {"HTTP://example.tw", true},
        {"mailto:a@b.tw", true},
        {"#main", true},
        {"?page=2", true},
        {"javascript:alert(1)", false},
        {"//evil.tw", false},
        {"/\\evil.tw", false},
        {"data:text/html,x", false},
        {" /a", false},
        {"/a\nb", false},
        {"ftp://x", false},
        {"", false},
        {"a/b", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        t_str(url_checked(str_of(cases[i].in)).s, cases[i].safe ? str_of(cases[i].in) : STR("#"));
}
END_TEST

START_TEST(escapes)
{
    BUF_SCOPED b = BUF_INIT(1000);
    view_text(&b, &zh, "<b>&\"'");
    view_text(&b, &zh, (html){STR("<i>")});
    view_attr(&b, &zh, 12);
    view_url(&b, &zh, "javascript:x");
    view_url_part(&b, &zh, "a b&c/點");
    t_str(buf_str(&b), STR("&lt;b&gt;&amp;&quot;&#39;<i>12#a%20b%26c%2F%E9%BB%9E"));
    buf_clear(&b);
    view_text(&b, &en, as_day(day_of(2026, 1, 31)));
    view_text(&b, &zh, grouped(12345));
    view_attr(&b, &zh, as_date(day_of(2026, 1, 31)));
    view_text(&b, &zh, twd(5));
    t_str(buf_str(&b), STR("31 January 202612,3452026-01-31NT$5"));
}
END_TEST

START_TEST(messages)
{
    BUF_SCOPED b = BUF_INIT(1000);
    static struct view_msg known = VIEW_MSG("Skip to main content", "Skip to main content");
    static struct view_msg unknown = VIEW_MSG("Nobody's <text>", "Nobody&#39;s &lt;text&gt;");
    static struct view_msg args = VIEW_MSG("{1} < {2}", "{1} &lt; {2}");
    static struct view_msg plural = VIEW_PLURAL("{n} x of {1}", "{n} xs of {1}", "{n} x of {1}", "{n} xs of {1}");
    for (int i = 0; i < 2; i++) { /* found, then remembered */
        view_message(&b, &zh, &known);
        view_message(&b, &zh, &unknown);
        view_message(&b, &en, &known);
    }
    t_str(buf_str(&b), STR("跳至主要內容Nobody&#39;s &lt;text&gt;Skip to main content跳至主要內容Nobody&#39;s "
                           "&lt;text&gt;Skip to main content"));
    buf_clear(&b);
    view_message_args(&b, &zh, &args, (const struct view_arg[]){VIEW_ARG("<{2}>"), VIEW_ARG((html){STR("<b>")})}, 2);
    view_plural(&b, &en, &plural, 1, (const struct view_arg[]){VIEW_ARG(7)}, 1);
    view_plural(&b, &en, &plural, 2000, (const struct view_arg[]){VIEW_ARG(7)}, 1);
    t_str(buf_str(&b), STR("&lt;{2}&gt; &lt; <b>1 x of 72,000 xs of 7"));
}
END_TEST

T_MAIN("web/html", addresses, escapes, messages)
