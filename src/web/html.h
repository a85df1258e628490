/* What compiled views write with. A view never sees a raw buffer operation without an escape: the C type decides.
 *
 * `html` is text that is markup already (made by another view or component); `url` is an address that was checked.
 * Other types are written escaped: str, char *, integers (plain decimals), struct money, and the as_…() wrappers below,
 * which name a format because C does not tell an instant from an int64. A type that has no row in a table below does
 * not compile: html in an attribute, a struct, a double.
 *
 * The names view_… and VIEW_… are what mkview's output calls (tools/mkview/, HACKING.md "Views"). Errors: the buf's
 * sticky error. Thread-safe: the memo of a message is written atomically and always with the same value. */
#ifndef RISE_WEB_HTML_H
#define RISE_WEB_HTML_H

#include "base/buf.h"
#include "base/id.h"
#include "base/money.h"
#include "base/when.h"
#include "web/ctx.h"
#include "web/i18n.h"

typedef struct html {
    str s;
} html;
typedef struct url {
    str s;
} url;

/* http(s), mailto and site-relative addresses only; anything else becomes "#". */
url url_checked(str s);

/* ---- formats for views: {{= as_day(p->until)}} ---- */
struct as_day {
    day v;
}; /* 2026年5月1日 · 1 May 2026 */
struct as_time {
    instant v;
}; /* … 16:30 */
struct as_date {
    day v;
}; /* 2026-05-01, for datetime= and value= */
struct as_stamp {
    instant v;
}; /* RFC 3339, for datetime= */
struct as_id {
    id v;
}; /* 13 characters, for addresses */
struct grouped {
    int64_t v;
}; /* 1,234,567 */
static inline struct as_day as_day(day v)
{
    return (struct as_day){v};
}
static inline struct as_time as_time(instant v)
{
    return (struct as_time){v};
}
static inline struct as_date as_date(day v)
{
    return (struct as_date){v};
}
static inline struct as_stamp as_stamp(instant v)
{
    return (struct as_stamp){v};
}
static inline struct as_id as_id(id v)
{
    return (struct as_id){v};
}
static inline struct grouped grouped(int64_t v)
{
    return (struct grouped){v};
}

/* ---- a value on its way into a page ---- */
enum view_kind {
    VIEW_STR,
    VIEW_INT,
    VIEW_HTML,
    VIEW_URL,
    VIEW_MONEY,
    VIEW_DAY,
    VIEW_TIME,
    VIEW_DATE,
    VIEW_STAMP,
    VIEW_ID,
    VIEW_GROUPED
};
struct view_arg {
    enum view_kind kind;
    money_unit unit;
    union {
        str s;
        int64_t i;
    };
};
static inline struct view_arg view_of_str(str s)
{
    return (struct view_arg){.kind = VIEW_STR, .s = s};
}
static inline struct view_arg view_of_cstr(const char *s)
{
    return (struct view_arg){.kind = VIEW_STR, .s = str_of(s)};
}
static inline struct view_arg view_of_int(int64_t i)
{
    return (struct view_arg){.kind = VIEW_INT, .i = i};
}
static inline struct view_arg view_of_uint(uint64_t i)
{
    return (struct view_arg){.kind = VIEW_INT, .i = (int64_t)i};
} /* counts stay below 2^63 */
static inline struct view_arg view_of_html(html h)
{
    return (struct view_arg){.kind = VIEW_HTML, .s = h.s};
}
static inline struct view_arg view_of_url(url u)
{
    return (struct view_arg){.kind = VIEW_URL, .s = u.s};
}
static inline struct view_arg view_of_money(struct money m)
{
    return (struct view_arg){.kind = VIEW_MONEY, .unit = m.unit, .i = m.n};
}
static inline struct view_arg view_of_day(struct as_day v)
{
    return (struct view_arg){.kind = VIEW_DAY, .i = v.v};
}
static inline struct view_arg view_of_time(struct as_time v)
{
    return (struct view_arg){.kind = VIEW_TIME, .i = v.v};
}
static inline struct view_arg view_of_date(struct as_date v)
{
    return (struct view_arg){.kind = VIEW_DATE, .i = v.v};
}
static inline struct view_arg view_of_stamp(struct as_stamp v)
{
    return (struct view_arg){.kind = VIEW_STAMP, .i = v.v};
}
static inline struct view_arg view_of_id(struct as_id v)
{
    return (struct view_arg){.kind = VIEW_ID, .i = v.v};
}
static inline struct view_arg view_of_grouped(struct grouped v)
{
    return (struct view_arg){.kind = VIEW_GROUPED, .i = v.v};
}

#define VIEW_SCALARS_                                                                                                  \
    str:                                                                                                               \
    view_of_str, char * : view_of_cstr,                                                                                \
                          const char * : view_of_cstr,                                                                 \
                                         short : view_of_int,                                                          \
                                                 int : view_of_int,                                                    \
                                                       long : view_of_int,                                             \
                                                              long long : view_of_int,                                 \
                                                                          unsigned char : view_of_uint,                \
                                                                                          unsigned short               \
        : view_of_uint,                                                                                                \
          unsigned : view_of_uint,                                                                                     \
                     unsigned long : view_of_uint,                                                                     \
                                     unsigned long long : view_of_uint,                                                \
                                                          url : view_of_url,                                           \
                                                                struct money : view_of_money,                          \
                                                                               struct as_day : view_of_day,            \
                                                                                               struct as_time          \
        : view_of_time,                                                                                                \
          struct as_date : view_of_date,                                                                               \
                           struct as_stamp : view_of_stamp,                                                            \
                                             struct as_id : view_of_id,                                                \
                                                            struct grouped : view_of_grouped
#define VIEW_ARG(v)      _Generic((v), html : view_of_html, VIEW_SCALARS_)(v)
#define VIEW_ATTR_ARG(v) _Generic((v), VIEW_SCALARS_)(v)

/* ---- writers ---- */
void view_put(struct buf *o, const struct ctx *c, struct view_arg v);     /* escaped for text and quoted attributes */
void view_put_url(struct buf *o, const struct ctx *c, struct view_arg v); /* a whole address: checked, then escaped */
void view_put_url_part(struct buf *o, const struct ctx *c, struct view_arg v); /* percent-encoded */

#define VIEW_LITERAL(o, literal) buf_putn((o), "" literal, sizeof(literal) - 1)
#define view_text(o, c, v)       view_put((o), (c), VIEW_ARG(v))
#define view_attr(o, c, v)       view_put((o), (c), VIEW_ATTR_ARG(v))
#define view_url(o, c, v)        view_put_url((o), (c), VIEW_ATTR_ARG(v))
#define view_url_part(o, c, v)   view_put_url_part((o), (c), VIEW_ATTR_ARG(v))

/* ---- texts ---- */
struct view_msg {
    const char *one, *many;  /* msgids; many is NULL unless plural */
    str one_html, many_html; /* the English, escaped at build time */
    const struct msg *zh;    /* found once, then remembered */
};
#define VIEW_MSG(msgid, escaped)                                                                                       \
    {                                                                                                                  \
        .one = msgid, .one_html = STR_INIT(escaped)                                                                    \
    }
#define VIEW_PLURAL(one_, many_, one_escaped, many_escaped)                                                            \
    {                                                                                                                  \
        .one = one_, .many = many_, .one_html = STR_INIT(one_escaped), .many_html = STR_INIT(many_escaped)             \
    }

void view_message(struct buf *o, const struct ctx *c, struct view_msg *m);
void view_message_args(struct buf *o, const struct ctx *c, struct view_msg *m, const struct view_arg *args, int n);
void view_plural(struct buf *o, const struct ctx *c, struct view_msg *m, int64_t count, const struct view_arg *args,
                 int n);
void view_translated(struct buf *o, const struct ctx *c, const char *msgid); /* a msgid from a table */

/* {{csrf}}: the hidden fields of a form that changes something: the session's token and a fresh idempotency key. */
void view_csrf(struct buf *o, const struct ctx *c);

#endif
