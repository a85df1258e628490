/* Writing C. Static output is gathered and written in as few appends as possible. */
#include "compiler.h"

/* C99 5.2.4.1 promises literals of 4095 characters. */
enum { LITERAL_MAX = 3900 };

static void put_c_string(struct buf *out, str s)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch == '"' || ch == '\\' || ch == '?') { /* ? could begin a trigraph */
            buf_putc(out, '\\');
            buf_putc(out, (char)ch);
        } else if (ch == '\n') {
            buf_put(out, STR("\\n"));
        } else if (ch < ' ') {
            buf_printf(out, "\\%03o", ch);
        } else {
            buf_putc(out, (char)ch);
        }
    }
    buf_putc(out, '"');
}

void emit_line(struct compiler *m, size_t at)
{
    int line, column;
    place(m, at, &line, &column);
    buf_printf(m->c, "#line %d ", line);
    put_c_string(m->c, str_of(m->file));
    buf_putc(m->c, '\n');
}

void emit_literal(struct compiler *m, const char *p, size_t n)
{
    buf_putn(&m->literal, p, n);
}

void emit_flush(struct compiler *m)
{
    str rest = buf_str(&m->literal);
    while (rest.n) {
        size_t n = rest.n < LITERAL_MAX ? rest.n : LITERAL_MAX;
        buf_put(m->c, STR("    VIEW_LITERAL(o, "));
        put_c_string(m->c, str_sub(rest, 0, n));
        buf_put(m->c, STR(");\n"));
        rest = str_sub(rest, n, rest.n);
    }
    buf_clear(&m->literal);
}

void emit_expression(struct compiler *m, enum context ctx, size_t at, str expr)
{
    static const char *const writer[] = {
        [CTX_TEXT] = "view_text",
        [CTX_ATTR] = "view_attr",
        [CTX_URL_START] = "view_url",
        [CTX_URL_PART] = "view_url_part",
    };
    if (!expr.n) {
        fail_at(m, at, "{{=}} without an expression");
        return;
    }
    emit_flush(m);
    emit_line(m, at);
    buf_printf(m->c, "    %s(o, c, (%.*s));\n", writer[ctx], STR_ARG(expr));
}

/* Splits at top-level commas and writes each as an argument; returns their number. */
static int put_args(struct compiler *m, struct buf *out, enum context ctx, size_t at, str rest)
{
    int n = 0;
    while (rest.p) {
        size_t len = scan_expression(rest, ',');
        str arg = str_trim(str_sub(rest, 0, len));
        if (!arg.n)
            fail_at(m, at, "an argument is missing");
        buf_printf(out, "%s%s(%.*s)", n ? ", " : "", ctx == CTX_TEXT ? "VIEW_ARG" : "VIEW_ATTR_ARG", STR_ARG(arg));
        rest = len < rest.n ? str_sub(rest, len + 1, rest.n) : (str){0};
        n++;
    }
    return n;
}

/* Every {k} of the text has its argument; `used` gets a bit per k. {n} is the plural's number. */
static void check_places(struct compiler *m, size_t at, str text, int n_args, bool plural, unsigned *used)
{
    for (size_t i = 0; i + 2 < text.n; i++) {
        if (text.p[i] != '{' || text.p[i + 2] != '}')
            continue;
        char ch = text.p[i + 1];
        if (ch >= '1' && ch <= '9') {
            if (ch - '0' > n_args)
                fail_at(m, at, "{%c} has no argument", ch);
            *used |= 1u << (ch - '0');
        } else if (ch != 'n' || !plural) {
            fail_at(m, at, "{%c} is no place for an argument", ch);
        }
    }
}

static void check_used(struct compiler *m, size_t at, int n_args, unsigned used)
{
    for (int k = 1; k <= n_args; k++)
        if (!(used & (1u << k)))
            fail_at(m, at, "argument %d is not used in the text", k);
}

/* The English text as it stands on the page. */
static void put_escaped(struct compiler *m, str text)
{
    struct buf html = BUF_INIT(VIEW_SOURCE_MAX);
    buf_html(&html, text);
    put_c_string(m->c, buf_str(&html));
    buf_free(&html);
}

static bool read_text(struct compiler *m, size_t at, str *rest, struct buf *text, str *source)
{
    if (!scan_literal(rest, text, source)) {
        fail_at(m, at, "a text in quotes is expected (with \\\" \\\\ \\n as the only escapes)");
        return false;
    }
    if (!text->n)
        fail_at(m, at, "an empty text");
    return true;
}

static bool skip_comma(struct compiler *m, size_t at, str *rest)
{
    if (!rest->n)
        return false;
    if (rest->p[0] != ',')
        fail_at(m, at, "a comma is expected behind the text");
    *rest = str_trim(str_sub(*rest, 1, rest->n));
    return true;
}

static void put_arg_list(struct compiler *m, str args, int n)
{
    if (n)
        buf_printf(m->c, ", (const struct view_arg[]){%.*s}, %d); }\n", STR_ARG(args), n);
    else
        buf_put(m->c, STR(", NULL, 0); }\n"));
}

void emit_message(struct compiler *m, enum context ctx, size_t at, str rest)
{
    emit_flush(m);
    emit_line(m, at);
    if (!rest.n || rest.p[0] != '"') { /* a msgid known at run time only: a field's label */
        if (!rest.n)
            fail_at(m, at, "{{t}} without a text");
        buf_printf(m->c, "    view_translated(o, c, (%.*s));\n", STR_ARG(rest));
        return;
    }
    BUF_SCOPED text = BUF_INIT(VIEW_SOURCE_MAX), args = BUF_INIT(VIEW_SOURCE_MAX);
    str source;
    if (!read_text(m, at, &rest, &text, &source))
        return;
    int n = skip_comma(m, at, &rest) ? put_args(m, &args, ctx, at, rest) : 0;
    unsigned used = 0;
    check_places(m, at, buf_str(&text), n, false, &used);
    check_used(m, at, n, used);
    buf_printf(m->c, "    { static struct view_msg m_ = VIEW_MSG(%.*s, ", STR_ARG(source));
    put_escaped(m, buf_str(&text));
    buf_put(m->c, n ? STR("); view_message_args(o, c, &m_") : STR("); view_message(o, c, &m_); }\n"));
    if (n)
        put_arg_list(m, buf_str(&args), n);
}

void emit_plural(struct compiler *m, enum context ctx, size_t at, str rest)
{
    BUF_SCOPED one = BUF_INIT(VIEW_SOURCE_MAX), many = BUF_INIT(VIEW_SOURCE_MAX), args = BUF_INIT(VIEW_SOURCE_MAX);
    str one_source, many_source;
    emit_flush(m);
    emit_line(m, at);
    if (!read_text(m, at, &rest, &one, &one_source) || !skip_comma(m, at, &rest) ||
        !read_text(m, at, &rest, &many, &many_source) || !skip_comma(m, at, &rest) || !rest.n) {
        fail_at(m, at, "{{n}} takes the text for one, the text for many, and the number");
        return;
    }
    size_t len = scan_expression(rest, ',');
    str number = str_trim(str_sub(rest, 0, len));
    int n = len < rest.n ? put_args(m, &args, ctx, at, str_sub(rest, len + 1, rest.n)) : 0;
    unsigned used = 0;
    check_places(m, at, buf_str(&one), n, true, &used);
    check_places(m, at, buf_str(&many), n, true, &used);
    check_used(m, at, n, used);
    buf_printf(m->c, "    { static struct view_msg m_ = VIEW_PLURAL(%.*s, ", STR_ARG(one_source));
    buf_put(m->c, many_source);
    buf_put(m->c, STR(", "));
    put_escaped(m, buf_str(&one));
    buf_put(m->c, STR(", "));
    put_escaped(m, buf_str(&many));
    buf_printf(m->c, "); view_plural(o, c, &m_, (%.*s)", STR_ARG(number));
    put_arg_list(m, buf_str(&args), n);
}
