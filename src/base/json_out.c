#include "base/json.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 63 }; /* bits of json_out.first above the top level */

void jo_begin(struct json_out *o, struct buf *b)
{
    *o = (struct json_out){.b = b};
}

/* What stands between this value and the one before it. */
static void lead(struct json_out *o)
{
    if (o->after_key) {
        o->after_key = false;
        return;
    }
    if (o->depth == 0 || o->depth > DEPTH_MAX)
        return;
    uint64_t bit = UINT64_C(1) << o->depth;
    if (o->first & bit)
        o->first &= ~bit;
    else
        buf_putc(o->b, ',');
}

static void open(struct json_out *o, char bracket)
{
    lead(o);
    buf_putc(o->b, bracket);
    if (++o->depth > DEPTH_MAX) {
        if (o->b->error == OK)
            o->b->error = E_LIMIT;
        return;
    }
    o->first |= UINT64_C(1) << o->depth;
}

static void close(struct json_out *o, char bracket)
{
    o->depth--;
    buf_putc(o->b, bracket);
}

void jo_obj(struct json_out *o)
{
    open(o, '{');
}

void jo_end_obj(struct json_out *o)
{
    close(o, '}');
}

void jo_arr(struct json_out *o)
{
    open(o, '[');
}

void jo_end_arr(struct json_out *o)
{
    close(o, ']');
}

void jo_key(struct json_out *o, const char *key)
{
    lead(o);
    buf_json(o->b, str_of(key));
    buf_putc(o->b, ':');
    o->after_key = true;
}

void jo_str(struct json_out *o, str s)
{
    lead(o);
    buf_json(o->b, s);
}

void jo_int(struct json_out *o, int64_t v)
{
    lead(o);
    buf_puti(o->b, v);
}

void jo_bool(struct json_out *o, bool v)
{
    jo_raw(o, v ? STR("true") : STR("false"));
}

void jo_null(struct json_out *o)
{
    jo_raw(o, STR("null"));
}

void jo_raw(struct json_out *o, str json)
{
    lead(o);
    buf_put(o->b, json);
}

void jo_kstr(struct json_out *o, const char *key, str s)
{
    jo_key(o, key);
    jo_str(o, s);
}

void jo_kint(struct json_out *o, const char *key, int64_t v)
{
    jo_key(o, key);
    jo_int(o, v);
}

void jo_kbool(struct json_out *o, const char *key, bool v)
{
    jo_key(o, key);
    jo_bool(o, v);
}

void jo_kgiven(struct json_out *o, const char *key, str s)
{
    if (s.n)
        jo_kstr(o, key, s);
}

void jo_kid(struct json_out *o, const char *key, id v)
{
    char text[ID_TEXT + 1];
    if (v == 0)
        return;
    id_text(v, text);
    jo_kstr(o, key, str_n(text, ID_TEXT));
}

void jo_kwhen(struct json_out *o, const char *key, instant t)
{
    BUF_SCOPED text = BUF_INIT(64);
    if (t == 0)
        return;
    buf_instant(&text, t);
    jo_kstr(o, key, buf_str(&text));
}

/* RFC 8259 section 7. */
static void escape(struct buf *b, char c)
{
    switch (c) {
    case '"':
        buf_put(b, STR("\\\""));
        break;
    case '\\':
        buf_put(b, STR("\\\\"));
        break;
    case '\n':
        buf_put(b, STR("\\n"));
        break;
    case '\r':
        buf_put(b, STR("\\r"));
        break;
    case '\t':
        buf_put(b, STR("\\t"));
        break;
    default:
        buf_put(b, STR("\\u00"));
        buf_hex(b, (str){&c, 1});
    }
}

/* Valid text; every byte that needs care is ASCII. */
static void put_escaped(struct buf *b, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x20 && s.p[i] != '"' && s.p[i] != '\\')
            continue;
        buf_put(b, str_sub(s, from, i - from));
        escape(b, s.p[i]);
        from = i + 1;
    }
    buf_put(b, str_sub(s, from, s.n - from));
}

void buf_json(struct buf *b, str s)
{
    buf_putc(b, '"');
    if (utf8_valid(s)) {
        put_escaped(b, s);
    } else {
        while (s.n) {
            const char *p = s.p;
            uint32_t cp = utf8_next(&s);
            if (cp < 0x80)
                put_escaped(b, (str){p, 1});
            else
                utf8_put(b, cp);
        }
    }
    buf_putc(b, '"');
}
