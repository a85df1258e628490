#include "http/disposition.h"

#include "base/utf8.h"
#include "http/gate.h"

enum { FILE_NAME_MAX = 255 };

static rc malformed(struct err *err)
{
    return ERR(err, E_INVALID, "HTT-030", N_("The upload that arrived is malformed."));
}

/* Takes a quoted string (the opening quote is s->p[0]). Only \" and \\ are escapes: browsers send other backslashes as
 * they are, in the names of files. */
static bool take_quoted(struct arena *a, str *s, str *out)
{
    char *p = arena_alloc(a, s->n);
    if (!p)
        return false;
    size_t n = 0, i = 1;
    for (; i < s->n && s->p[i] != '"'; i++) {
        if (s->p[i] == '\\' && i + 1 < s->n && (s->p[i + 1] == '"' || s->p[i + 1] == '\\'))
            i++;
        p[n++] = s->p[i];
    }
    if (i >= s->n)
        return false;
    *s = str_sub(*s, i + 1, s->n);
    *out = str_n(p, n);
    return true;
}

static str take_token(str *s)
{
    size_t n = 0;
    while (n < s->n && s->p[n] != ';' && s->p[n] != ' ' && s->p[n] != '\t')
        n++;
    str token = str_sub(*s, 0, n);
    *s = str_sub(*s, n, s->n);
    return token;
}

rc header_param(struct arena *a, str value, const char *name, str *out)
{
    *out = (str){NULL, 0};
    ptrdiff_t at = str_chr(value, ';');
    if (at < 0)
        return OK;
    str rest = str_sub(value, (size_t)at, value.n);
    for (;;) {
        rest = str_trim(rest);
        if (rest.n == 0)
            return OK;
        if (rest.p[0] != ';')
            return E_INVALID;
        rest = str_trim(str_sub(rest, 1, rest.n));
        if (rest.n == 0)
            return OK;
        ptrdiff_t eq = str_chr(rest, '=');
        if (eq <= 0)
            return E_INVALID;
        str key = str_trim(str_sub(rest, 0, (size_t)eq)), v;
        rest = str_trim(str_sub(rest, (size_t)eq + 1, rest.n));
        if (rest.n == 0 || rest.p[0] != '"')
            v = take_token(&rest);
        else if (!take_quoted(a, &rest, &v))
            return arena_rc(a) == OK ? E_INVALID : arena_rc(a);
        if (!str_ieq(key, str_of(name)))
            continue;
        if (out->p) /* stated twice: two readers would choose differently */
            return E_INVALID;
        *out = v;
    }
}

/* HTML (multipart/form-data encoding algorithm) writes ", CR and LF in names as %22, %0D, %0A; nothing else is escaped.
 */
static str unescape_html_form(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (!p)
        return (str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        str three = str_sub(s, i, 3);
        char c = str_eq(three, STR("%22"))    ? '"'
                 : str_ieq(three, STR("%0D")) ? '\r'
                 : str_ieq(three, STR("%0A")) ? '\n'
                                              : '\0';
        p[n++] = c ? c : s.p[i];
        i += c ? 2 : 0;
    }
    return str_n(p, n);
}

/* RFC 8187: UTF-8'language'percent-encoded. p == NULL when it is something else. */
static str decode_extended(struct arena *a, str s)
{
    str rest = s;
    str charset = str_cut(&rest, '\'');
    (void)str_cut(&rest, '\'');
    char *p = arena_alloc(a, s.n + 1);
    if (!p || !rest.p || !str_ieq(charset, STR("UTF-8")))
        return (str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < rest.n; i++) {
        char c = rest.p[i];
        if (c == '%') {
            int hi = rest.n - i > 2 ? gate_hex(rest.p[i + 1]) : -1;
            int lo = rest.n - i > 2 ? gate_hex(rest.p[i + 2]) : -1;
            if (hi < 0 || lo < 0)
                return (str){NULL, 0};
            c = (char)(hi * 16 + lo);
            i += 2;
        }
        p[n++] = c;
    }
    return str_n(p, n);
}

static bool is_text(str s)
{
    return utf8_valid(s) && !(s.n && memchr(s.p, '\0', s.n));
}

/* Only the last part of a path, without what could hurt a terminal or a header. */
static str clean_file_name(struct arena *a, str s)
{
    for (size_t i = s.n; i > 0; i--)
        if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
            s = str_sub(s, i, s.n);
            break;
        }
    s = str_trim(utf8_cut(s, FILE_NAME_MAX));
    if (!utf8_has_control(s) && !(s.n && (memchr(s.p, '\n', s.n) || memchr(s.p, '\r', s.n) || memchr(s.p, '\t', s.n))))
        return s;
    char *p = arena_alloc(a, s.n);
    size_t n = 0;
    while (p && s.n) {
        str before = s;
        utf8_next(&s);
        str one = str_n(before.p, before.n - s.n);
        bool bad = utf8_has_control(one) || one.p[0] == '\n' || one.p[0] == '\r' || one.p[0] == '\t';
        if (!bad) {
            memcpy(p + n, one.p, one.n);
            n += one.n;
        }
    }
    return p ? str_n(p, n) : (str){NULL, 0};
}

static rc read_disposition(struct arena *a, str value, struct part_head *out, struct err *err)
{
    ptrdiff_t semicolon = str_chr(value, ';');
    str name, file, extended;
    if (semicolon < 0 || !str_ieq(str_trim(str_sub(value, 0, (size_t)semicolon)), STR("form-data")))
        return malformed(err);
    if (header_param(a, value, "name", &name) != OK || header_param(a, value, "filename", &file) != OK ||
        header_param(a, value, "filename*", &extended) != OK || !name.p)
        return arena_rc(a) == OK ? malformed(err) : arena_rc(a);
    name = unescape_html_form(a, name);
    out->is_file = file.p || extended.p;
    if (file.p)
        file = unescape_html_form(a, file);
    if (extended.p) {
        str decoded = decode_extended(a, extended);
        file = decoded.p ? decoded : file;
    }
    if (!name.p || !is_text(name) || !is_text(file))
        return arena_rc(a) == OK ? malformed(err) : arena_rc(a);
    out->name = name;
    out->file_name = clean_file_name(a, file);
    return arena_rc(a);
}

static rc read_line(struct arena *a, str line, struct part_head *out, bool *named, struct err *err)
{
    str value = line;
    str name = str_cut(&value, ':');
    if (!value.p || name.n == 0)
        return malformed(err);
    value = str_trim(value);
    if (str_ieq(name, STR("Content-Disposition"))) {
        if (*named)
            return malformed(err);
        *named = true;
        return read_disposition(a, value, out, err);
    }
    if (str_ieq(name, STR("Content-Type"))) {
        if (!is_text(value) || utf8_has_control(value) || value.n > FILE_NAME_MAX)
            return malformed(err);
        out->type = value;
    }
    /* RFC 7578 section 4.7 deprecates it; an encoding we would have to undo is refused. */
    if (str_ieq(name, STR("Content-Transfer-Encoding")) && !str_ieq(value, STR("binary")) &&
        !str_ieq(value, STR("8bit")) && !str_ieq(value, STR("7bit")))
        return malformed(err);
    return OK;
}

rc part_head_parse(struct arena *a, str block, struct part_head *out, struct err *err)
{
    *out = (struct part_head){.type = STR("application/octet-stream"), .file_name = STR("")};
    bool named = false;
    while (block.n > 0) {
        ptrdiff_t end = str_find(block, STR("\r\n"));
        str line = end < 0 ? block : str_sub(block, 0, (size_t)end);
        block = end < 0 ? STR_EMPTY : str_sub(block, (size_t)end + 2, block.n);
        TRY(read_line(a, line, out, &named, err));
    }
    return named ? OK : malformed(err);
}
