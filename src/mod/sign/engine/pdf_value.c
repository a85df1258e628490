#include "mod/sign/engine/pdf_value.h"

#include "base/map.h"
#include "mod/sign/engine/pdf_impl.h"

enum { SPACE = 1, DELIMITER = 2 };

static const uint8_t CLASS[256] = {
    [0] = SPACE,       ['\t'] = SPACE,    ['\n'] = SPACE,    ['\f'] = SPACE,    ['\r'] = SPACE,    [' '] = SPACE,
    ['('] = DELIMITER, [')'] = DELIMITER, ['<'] = DELIMITER, ['>'] = DELIMITER, ['['] = DELIMITER, [']'] = DELIMITER,
    ['{'] = DELIMITER, ['}'] = DELIMITER, ['/'] = DELIMITER, ['%'] = DELIMITER,
};

bool pdf_is_space(char c)
{
    return CLASS[(unsigned char)c] == SPACE;
}

bool pdf_is_delimiter(char c)
{
    return CLASS[(unsigned char)c] == DELIMITER;
}

static bool is_regular(char c)
{
    return CLASS[(unsigned char)c] == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int peek(const struct pdf_cursor *c)
{
    return c->at < c->s.n ? (unsigned char)c->s.p[c->at] : -1;
}

void pdf_skip_space(struct pdf_cursor *c)
{
    for (; c->at < c->s.n; c->at++) {
        char b = c->s.p[c->at];
        if (b == '%')
            while (c->at + 1 < c->s.n && c->s.p[c->at + 1] != '\r' && c->s.p[c->at + 1] != '\n')
                c->at++;
        else if (CLASS[(unsigned char)b] != SPACE)
            return;
    }
}

void pdf_skip_blank(struct pdf_cursor *c)
{
    while (c->at < c->s.n && pdf_is_space(c->s.p[c->at]))
        c->at++;
}

bool pdf_word(struct pdf_cursor *c, str word)
{
    if (!str_starts(str_sub(c->s, c->at, word.n), word))
        return false;
    size_t end = c->at + word.n;
    if (end < c->s.n && is_regular(c->s.p[end]))
        return false;
    c->at = end;
    return true;
}

bool pdf_unsigned(struct pdf_cursor *c, uint64_t *out)
{
    size_t at = c->at;
    uint64_t n = 0;
    for (; at < c->s.n && is_digit(c->s.p[at]) && at - c->at < 19; at++)
        n = n * 10 + (uint64_t)(c->s.p[at] - '0');
    size_t digits = at - c->at;
    if (digits == 0 || digits > 18 || (at < c->s.n && is_regular(c->s.p[at])))
        return false;
    c->at = at;
    *out = n;
    return true;
}

/* "12 0 R" behind a number: two numbers and a word, else the cursor stays. */
static bool read_ref(struct pdf_cursor *c, struct pdf_ref *ref)
{
    size_t start = c->at;
    uint64_t num, gen;
    if (pdf_unsigned(c, &num) && num > 0 && num < PDF_NUMBER_MAX) {
        pdf_skip_space(c);
        if (pdf_unsigned(c, &gen) && gen <= UINT16_MAX) {
            pdf_skip_space(c);
            if (pdf_word(c, STR("R"))) {
                *ref = (struct pdf_ref){(uint32_t)num, (uint32_t)gen};
                return true;
            }
        }
    }
    c->at = start;
    return false;
}

/* Integers up to 18 digits are numbers; what has a point, or more digits, is a PDF_REAL that nobody here computes with.
 */
static rc read_number(struct pdf_cursor *c, struct pdf_value *v)
{
    if (is_digit((char)peek(c)) && read_ref(c, &v->ref)) {
        v->kind = PDF_REF;
        return OK;
    }
    size_t start = c->at, digits = 0, points = 0;
    for (; c->at < c->s.n && is_regular(c->s.p[c->at]); c->at++) {
        char b = c->s.p[c->at];
        if (is_digit(b))
            digits++;
        else if (b == '.')
            points++;
        else if (!(c->at == start && (b == '+' || b == '-')))
            return E_INVALID;
    }
    if (digits == 0 || points > 1)
        return E_INVALID;
    str text = str_sub(c->s, start, c->at - start);
    if (text.p[0] == '+')
        text = str_sub(text, 1, text.n);
    v->kind = points == 0 && str_to_i64(text, &v->number) == OK ? PDF_INT : PDF_REAL;
    return OK;
}

static rc read_name(struct pdf_cursor *c, str *out)
{
    size_t start = ++c->at, escapes = 0;
    for (; c->at < c->s.n && is_regular(c->s.p[c->at]); c->at++)
        escapes += c->s.p[c->at] == '#';
    *out = str_sub(c->s, start, c->at - start);
    if (!escapes)
        return OK;
    char *p = arena_alloc(c->a, out->n);
    if (!p)
        return arena_failed(c->a);
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++) {
        if (out->p[i] != '#') {
            p[n++] = out->p[i];
            continue;
        }
        int high = i + 2 < out->n ? pdf_hex_digit(out->p[i + 1]) : -1;
        int low = i + 2 < out->n ? pdf_hex_digit(out->p[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0)
            return E_INVALID;
        p[n++] = (char)(high << 4 | low);
        i += 2;
    }
    *out = str_n(p, n);
    return OK;
}

/* Only the end is looked for here; pdf_string_bytes() unescapes. */
static rc read_string(struct pdf_cursor *c)
{
    int open = 0;
    for (; c->at < c->s.n; c->at++) {
        switch (c->s.p[c->at]) {
        case '\\':
            c->at++;
            break;
        case '(':
            open++;
            break;
        case ')':
            if (--open == 0) {
                c->at++;
                return OK;
            }
            break;
        default:
            break;
        }
    }
    c->at = c->s.n;
    return E_INVALID;
}

static rc read_hex_string(struct pdf_cursor *c)
{
    for (c->at++; c->at < c->s.n; c->at++) {
        char b = c->s.p[c->at];
        if (b == '>') {
            c->at++;
            return OK;
        }
        if (pdf_hex_digit(b) < 0 && !pdf_is_space(b))
            return E_INVALID;
    }
    return E_INVALID;
}

static rc read_array(struct pdf_cursor *c, struct pdf_value *v)
{
    const struct pdf_value **tail = &v->first;
    c->at++;
    for (;;) {
        pdf_skip_space(c);
        if (peek(c) == ']') {
            c->at++;
            return OK;
        }
        struct pdf_value *element;
        TRY(pdf_value_read(c, &element));
        *tail = element;
        tail = &element->next;
    }
}

enum { FEW = 16 };

/* Few keys are compared in pairs, many through a table of their hashes. */
static rc check_unique(struct arena *a, const struct pdf_value *d, size_t n)
{
    if (n <= FEW) {
        for (const struct pdf_value *v = d->first; v; v = v->next)
            for (const struct pdf_value *w = v->next; w; w = w->next)
                if (str_eq(v->key, w->key))
                    return E_INVALID;
        return OK;
    }
    size_t room = 64;
    while (room < 2 * n)
        room *= 2;
    const struct pdf_value **slots = ARENA_ARRAY(a, room, const struct pdf_value *);
    if (!slots)
        return arena_failed(a);
    for (const struct pdf_value *v = d->first; v; v = v->next) {
        size_t i = str_hash(v->key) & (room - 1);
        for (; slots[i]; i = (i + 1) & (room - 1))
            if (str_eq(slots[i]->key, v->key))
                return E_INVALID;
        slots[i] = v;
    }
    return OK;
}

static rc read_dict(struct pdf_cursor *c, struct pdf_value *v)
{
    const struct pdf_value **tail = &v->first;
    size_t n = 0;
    c->at += 2;
    for (;; n++) {
        pdf_skip_space(c);
        if (str_starts(str_sub(c->s, c->at, 2), STR(">>"))) {
            c->at += 2;
            return check_unique(c->a, v, n);
        }
        if (peek(c) != '/')
            return E_INVALID;
        str key;
        TRY(read_name(c, &key));
        pdf_skip_space(c);
        struct pdf_value *entry;
        TRY(pdf_value_read(c, &entry));
        entry->key = key;
        *tail = entry;
        tail = &entry->next;
    }
}

static rc read_word(struct pdf_cursor *c, struct pdf_value *v)
{
    v->truth = pdf_word(c, STR("true"));
    if (v->truth || pdf_word(c, STR("false")))
        v->kind = PDF_BOOL;
    else if (pdf_word(c, STR("null")))
        v->kind = PDF_NULL;
    else
        return E_INVALID;
    return OK;
}

static rc read_any(struct pdf_cursor *c, struct pdf_value *v)
{
    int b = peek(c);
    switch (b) {
    case '/':
        v->kind = PDF_NAME;
        return read_name(c, &v->name);
    case '(':
        v->kind = PDF_STRING;
        return read_string(c);
    case '[':
        v->kind = PDF_ARRAY;
        return read_array(c, v);
    case '<':
        if (str_starts(str_sub(c->s, c->at, 2), STR("<<"))) {
            v->kind = PDF_DICT;
            return read_dict(c, v);
        }
        v->kind = PDF_STRING;
        return read_hex_string(c);
    case '+':
    case '-':
    case '.':
        return read_number(c, v);
    default:
        return b >= '0' && b <= '9' ? read_number(c, v) : read_word(c, v);
    }
}

rc pdf_value_read(struct pdf_cursor *c, struct pdf_value **out)
{
    if (c->depth == PDF_DEPTH_MAX)
        return E_LIMIT;
    struct pdf_value *v = ARENA_NEW(c->a, struct pdf_value);
    if (!v)
        return arena_failed(c->a);
    pdf_skip_space(c);
    size_t start = c->at;
    c->depth++;
    rc r = read_any(c, v);
    c->depth--;
    v->raw = str_sub(c->s, start, c->at - start);
    *out = v;
    return r;
}

const struct pdf_value *pdf_entry(const struct pdf_value *d, str key)
{
    if (d && d->kind == PDF_DICT)
        for (const struct pdf_value *v = d->first; v; v = v->next)
            if (str_eq(v->key, key))
                return v;
    return NULL;
}

bool pdf_name_is(const struct pdf_value *v, str name)
{
    return v && v->kind == PDF_NAME && str_eq(v->name, name);
}

size_t pdf_length(const struct pdf_value *array)
{
    size_t n = 0;
    if (array && array->kind == PDF_ARRAY)
        for (const struct pdf_value *v = array->first; v; v = v->next)
            n++;
    return n;
}
