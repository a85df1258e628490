#include "mod/sign/engine/pdf_text.h"

#include "base/utf8.h"
#include "mod/sign/engine/pdf_impl.h"

const uint8_t pdf_hex_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

static size_t hex_bytes(str hex, char *out)
{
    size_t n = 0;
    int high = -1;
    for (size_t i = 0; i < hex.n; i++) {
        int digit = pdf_hex_digit(hex.p[i]);
        if (digit < 0)
            continue; /* white space: the reader let nothing else in */
        if (high < 0) {
            high = digit;
        } else {
            out[n++] = (char)(high << 4 | digit);
            high = -1;
        }
    }
    if (high >= 0) /* an odd last digit counts as followed by 0 */
        out[n++] = (char)(high << 4);
    return n;
}

/* One escape behind the backslash at s[*i]; returns the byte or -1 for none (a line continued). */
static int escaped(str s, size_t *i)
{
    static const char FROM[] = "nrtbf", TO[] = "\n\r\t\b\f";
    char c = s.p[*i];
    for (size_t k = 0; k < sizeof FROM - 1; k++)
        if (c == FROM[k])
            return TO[k];
    if (c == '\r') {
        *i += *i + 1 < s.n && s.p[*i + 1] == '\n';
        return -1;
    }
    if (c == '\n')
        return -1;
    if (c < '0' || c > '7')
        return (unsigned char)c;
    int value = 0;
    size_t k = *i;
    for (; k < s.n && k < *i + 3 && s.p[k] >= '0' && s.p[k] <= '7'; k++)
        value = value * 8 + (s.p[k] - '0');
    *i = k - 1;
    return value & 0xff;
}

static size_t literal_bytes(str s, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int c = (unsigned char)s.p[i];
        if (c == '\\' && i + 1 < s.n) {
            i++;
            c = escaped(s, &i);
        } else if (c == '\r') { /* any end of line reads as LF */
            i += i + 1 < s.n && s.p[i + 1] == '\n';
            c = '\n';
        }
        if (c >= 0)
            out[n++] = (char)c;
    }
    return n;
}

str pdf_string_bytes(struct arena *a, const struct pdf_value *v)
{
    if (!v || v->kind != PDF_STRING || v->raw.n < 2)
        return STR_EMPTY;
    str inner = str_sub(v->raw, 1, v->raw.n - 2);
    char *p = arena_alloc(a, inner.n + 1);
    if (!p)
        return (str){0};
    return str_n(p, v->raw.p[0] == '<' ? hex_bytes(inner, p) : literal_bytes(inner, p));
}

/* PDFDocEncoding where it is neither ASCII nor Latin-1 (ISO 32000-2, annex D.2). */
static uint32_t pdfdoc(unsigned char c)
{
    static const uint16_t FROM_18[] = {0x2d8, 0x2c7, 0x2c6, 0x2d9, 0x2dd, 0x2db, 0x2da, 0x2dc};
    static const uint16_t FROM_80[] = {0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x192,  0x2044, 0x2039,
                                       0x203a, 0x2212, 0x2030, 0x201e, 0x201c, 0x201d, 0x2018, 0x2019, 0x201a,
                                       0x2122, 0xfb01, 0xfb02, 0x141,  0x152,  0x160,  0x178,  0x17d,  0x131,
                                       0x142,  0x153,  0x161,  0x17e,  0xfffd, 0x20ac};
    if (c >= 0x18 && c < 0x20)
        return FROM_18[c - 0x18];
    if (c >= 0x80 && c <= 0xa0)
        return FROM_80[c - 0x80];
    return c;
}

static void utf16_text(struct buf *out, str s)
{
    for (size_t i = 0; i + 1 < s.n; i += 2) {
        uint32_t unit = (uint32_t)(unsigned char)s.p[i] << 8 | (unsigned char)s.p[i + 1];
        if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < s.n) {
            uint32_t low = (uint32_t)(unsigned char)s.p[i + 2] << 8 | (unsigned char)s.p[i + 3];
            if (low >= 0xdc00 && low < 0xe000) {
                utf8_put(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
                i += 2;
                continue;
            }
        }
        utf8_put(out, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
    }
}

str pdf_text(struct arena *a, const struct pdf_value *v)
{
    str s = pdf_string_bytes(a, v);
    if (!s.p || s.n == 0)
        return s;
    BUF_SCOPED out = BUF_INIT(4 * s.n);
    if (str_starts(s, STR("\xfe\xff"))) {
        utf16_text(&out, str_sub(s, 2, s.n));
    } else if (str_starts(s, STR("\xef\xbb\xbf"))) {
        for (str rest = str_sub(s, 3, s.n); rest.n;)
            utf8_put(&out, utf8_next(&rest));
    } else {
        for (size_t i = 0; i < s.n; i++)
            utf8_put(&out, pdfdoc((unsigned char)s.p[i]));
    }
    if (buf_rc(&out) != OK) {
        arena_fail(a, buf_rc(&out));
        return (str){0};
    }
    return arena_str(a, buf_str(&out));
}

static void put_utf16(struct buf *out, str utf8)
{
    buf_put(out, STR("<FEFF"));
    while (utf8.n) {
        uint32_t cp = utf8_next(&utf8);
        if (cp >= 0x10000) {
            buf_printf(out, "%04X", 0xd800 + ((cp - 0x10000) >> 10));
            cp = 0xdc00 + ((cp - 0x10000) & 0x3ff);
        }
        buf_printf(out, "%04X", cp);
    }
    buf_putc(out, '>');
}

void pdf_put_text(struct buf *out, str utf8)
{
    for (size_t i = 0; i < utf8.n; i++)
        if (utf8.p[i] < ' ' || utf8.p[i] > '~') {
            put_utf16(out, utf8);
            return;
        }
    buf_putc(out, '(');
    for (size_t i = 0; i < utf8.n; i++) {
        if (utf8.p[i] == '(' || utf8.p[i] == ')' || utf8.p[i] == '\\')
            buf_putc(out, '\\');
        buf_putc(out, utf8.p[i]);
    }
    buf_putc(out, ')');
}

static bool take_digits(str *s, size_t n, int *out)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (i >= s->n || s->p[i] < '0' || s->p[i] > '9')
            return false;
        value = value * 10 + (s->p[i] - '0');
    }
    *s = str_sub(*s, n, s->n);
    *out = value;
    return true;
}

static rc date_offset(str s, int *minutes)
{
    *minutes = 0;
    if (s.n == 0 || s.p[0] == 'Z')
        return OK;
    int sign = s.p[0] == '+' ? 1 : s.p[0] == '-' ? -1 : 0, hour, minute = 0;
    s = str_sub(s, 1, s.n);
    if (!sign || !take_digits(&s, 2, &hour))
        return E_INVALID;
    if (s.n && s.p[0] == '\'')
        s = str_sub(s, 1, s.n);
    if (s.n && !take_digits(&s, 2, &minute))
        return E_INVALID;
    if (hour > 23 || minute > 59)
        return E_INVALID;
    *minutes = sign * (hour * 60 + minute);
    return OK;
}

rc pdf_date(str text, instant *out)
{
    struct civil c = {.month = 1, .day = 1};
    int minutes;
    if (!str_starts(text, STR("D:")))
        return E_INVALID;
    text = str_sub(text, 2, text.n);
    if (!take_digits(&text, 4, &c.year))
        return E_INVALID;
    int *const parts[] = {&c.month, &c.day, &c.hour, &c.minute, &c.second};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (text.n && text.p[0] >= '0' && text.p[0] <= '9' && !take_digits(&text, 2, parts[i]))
            return E_INVALID;
    TRY(date_offset(text, &minutes));
    if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 || c.hour > 23 || c.minute > 59 || c.second > 59)
        return E_INVALID;
    *out = civil_instant(c, minutes);
    return OK;
}

void pdf_put_date(struct buf *out, instant t)
{
    struct civil c = instant_civil(t, 0);
    buf_printf(out, "(D:%04d%02d%02d%02d%02d%02dZ)", c.year, c.month, c.day, c.hour, c.minute, c.second);
}
