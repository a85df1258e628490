/* Escaping and the formats of values in pages. */
#include "web/html.h"

url url_checked(str s)
{
    static const str schemes[] = {STR_INIT("https://"), STR_INIT("http://"), STR_INIT("mailto:")};
    bool safe = false;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        safe = safe || str_ieq(str_sub(s, 0, schemes[i].n), schemes[i]);
    /* "//host" and "/\host" leave the site. */
    bool local =
        s.n && (s.p[0] == '#' || s.p[0] == '?' || (s.p[0] == '/' && !(s.n > 1 && (s.p[1] == '/' || s.p[1] == '\\'))));
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7F)
            return (url){STR("#")};
    return (url){safe || local ? s : STR("#")};
}

void view_put(struct buf *o, const struct ctx *c, struct view_arg v)
{
    char text[ID_TEXT + 1];
    switch (v.kind) {
    case VIEW_STR:
    case VIEW_URL:
        buf_html(o, v.s);
        break;
    case VIEW_HTML:
        buf_put(o, v.s);
        break;
    case VIEW_INT:
        buf_puti(o, v.i);
        break;
    case VIEW_GROUPED:
        fmt_int(o, v.i);
        break;
    case VIEW_MONEY:
        fmt_money(o, c->lang, (struct money){v.i, v.unit});
        break;
    case VIEW_DAY:
        fmt_day(o, c->lang, (day)v.i);
        break;
    case VIEW_TIME:
        fmt_instant(o, c->lang, v.i);
        break;
    case VIEW_DATE:
        buf_day(o, (day)v.i);
        break;
    case VIEW_STAMP:
        buf_instant(o, v.i);
        break;
    case VIEW_ID:
        id_text(v.i, text);
        buf_putn(o, text, ID_TEXT);
        break;
    }
}

void view_put_url(struct buf *o, const struct ctx *c, struct view_arg v)
{
    if (v.kind == VIEW_STR)
        v = view_of_url(url_checked(v.s));
    view_put(o, c, v);
}

void view_put_url_part(struct buf *o, const struct ctx *c, struct view_arg v)
{
    if (v.kind == VIEW_STR || v.kind == VIEW_URL)
        buf_url(o, v.s);
    else
        view_put(o, c, v);
}

/* ---- texts ---- */
static str message_html(const struct ctx *c, struct view_msg *m, bool many)
{
    static const struct msg absent;
    str english = many ? m->many_html : m->one_html;
    if (c->lang == LANG_EN)
        return english;
    const struct msg *found = __atomic_load_n(&m->zh, __ATOMIC_RELAXED);
    if (!found) {
        found = msg_find(LANG_ZH, m->one);
        if (!found)
            found = &absent;
        __atomic_store_n(&m->zh, found, __ATOMIC_RELAXED);
    }
    return found == &absent ? english : found->html;
}

/* {1}…{9} from args, {n} the count. Braces of other kinds are text. */
static void put_with_args(struct buf *o, const struct ctx *c, str text, const struct view_arg *args, int n,
                          int64_t count)
{
    size_t from = 0;
    for (size_t i = 0; i + 2 < text.n; i++) {
        if (text.p[i] != '{' || text.p[i + 2] != '}')
            continue;
        int k = text.p[i + 1] - '1';
        bool number = text.p[i + 1] == 'n';
        if (!number && (k < 0 || k >= n))
            continue;
        buf_putn(o, text.p + from, i - from);
        view_put(o, c, number ? view_of_grouped(grouped(count)) : args[k]);
        from = i + 3;
        i += 2;
    }
    buf_putn(o, text.p + from, text.n - from);
}

void view_message(struct buf *o, const struct ctx *c, struct view_msg *m)
{
    buf_put(o, message_html(c, m, false));
}

void view_message_args(struct buf *o, const struct ctx *c, struct view_msg *m, const struct view_arg *args, int n)
{
    put_with_args(o, c, message_html(c, m, false), args, n, 0);
}

void view_plural(struct buf *o, const struct ctx *c, struct view_msg *m, int64_t count, const struct view_arg *args,
                 int n)
{
    put_with_args(o, c, message_html(c, m, count != 1), args, n, count);
}

void view_translated(struct buf *o, const struct ctx *c, const char *msgid)
{
    const struct msg *found = msg_find(c->lang, msgid);
    if (found)
        buf_put(o, found->html);
    else
        buf_html(o, str_of(msgid));
}
