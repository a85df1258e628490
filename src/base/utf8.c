#include "base/utf8.h"

#include <iconv.h>
#include <stdlib.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

enum { REPLACEMENT = 0xfffd };

static const uint8_t *bytes(str s)
{
    return (const uint8_t *)s.p;
}

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

bool utf8_valid(str s)
{
    return s.n == 0 || u8_check(bytes(s), s.n) == NULL;
}

uint32_t utf8_next(str *s)
{
    if (s->n == 0)
        return REPLACEMENT;
    unsigned char c = (unsigned char)s->p[0];
    ucs4_t cp = c;
    int n = c < 0x80 ? 1 : u8_mbtoucr(&cp, bytes(*s), s->n);
    if (n <= 0) {
        n = 1;
        cp = REPLACEMENT;
    }
    s->p += n;
    s->n -= (size_t)n;
    return cp;
}

void utf8_put(struct buf *b, uint32_t cp)
{
    uint8_t text[6];
    int n = u8_uctomb(text, cp, sizeof text);
    if (n <= 0)
        n = u8_uctomb(text, REPLACEMENT, sizeof text);
    buf_putn(b, text, (size_t)n);
}

static bool is_control(uint32_t cp)
{
    return (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || (cp >= 0x7f && cp <= 0x9f) ||
           (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

bool utf8_has_control(str s)
{
    while (s.n)
        if (is_control(utf8_next(&s)))
            return true;
    return false;
}

void utf8_put_line(struct buf *b, str s)
{
    while (s.n) {
        uint32_t cp = utf8_next(&s);
        utf8_put(b, cp < 0x20 || is_control(cp) ? REPLACEMENT : cp);
    }
}

size_t utf8_count(str s)
{
    size_t n = 0;
    for (; s.n; n++)
        utf8_next(&s);
    return n;
}

str utf8_first(str s, size_t most)
{
    str rest = s;
    for (size_t i = 0; i < most && rest.n; i++)
        utf8_next(&rest);
    return str_sub(s, 0, s.n - rest.n);
}

str utf8_cut(str s, size_t max_bytes)
{
    if (s.n <= max_bytes)
        return s;
    size_t n = max_bytes;
    /* At most three steps: a longer run of continuation bytes is no character anyway. */
    while (n && n + 3 > max_bytes && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return (str){s.p, n};
}

/* Valid UTF-8 of the same text: bytes that are no character become U+FFFD. */
static str mended(struct arena *a, str s)
{
    if (utf8_valid(s))
        return s;
    size_t n = 0;
    for (str rest = s; rest.n;) {
        uint8_t text[6];
        n += (size_t)u8_uctomb(text, utf8_next(&rest), sizeof text);
    }
    char *p = arena_alloc(a, n);
    if (!p)
        return (str){NULL, 0};
    uint8_t *to = (uint8_t *)p;
    for (str rest = s; rest.n;)
        to += u8_uctomb(to, utf8_next(&rest), 6);
    return (str){p, n};
}

/* libunistring's result into the arena; it owns `made` no longer. */
static str take(struct arena *a, uint8_t *made, size_t n)
{
    if (!made)
        arena_fail(a, E_NOMEM); /* valid text has no other reason to fail */
    str out = made ? arena_str(a, str_n(made, n)) : (str){NULL, 0};
    free(made);
    return out;
}

str utf8_nfc(struct arena *a, str s)
{
    if (is_ascii(s))
        return arena_str(a, s);
    s = mended(a, s);
    if (!s.p)
        return s;
    size_t n = 0;
    uint8_t *made = u8_normalize(UNINORM_NFC, bytes(s), s.n, NULL, &n);
    return take(a, made, n);
}

static str fold_ascii(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (!p)
        return (str){NULL, 0};
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]);
    return (str){p, s.n};
}

str utf8_fold(struct arena *a, str s)
{
    if (is_ascii(s))
        return fold_ascii(a, s);
    s = mended(a, s);
    if (!s.p)
        return s;
    /* Composed first as well: U+2121 becomes "TEL", which then still has to be folded. */
    size_t n = 0, folded_n = 0;
    uint8_t *wide = u8_normalize(UNINORM_NFKC, bytes(s), s.n, NULL, &n);
    uint8_t *folded = wide ? u8_casefold(wide, n, NULL, UNINORM_NFKC, NULL, &folded_n) : NULL;
    free(wide);
    return take(a, folded, folded_n);
}

bool utf8_is_han(uint32_t cp)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x1100, 0x11ff},   /* hangul jamo */
        {0x2e80, 0x2fdf},   /* radicals */
        {0x3005, 0x3007},   /* iteration mark, closing mark, zero */
        {0x3021, 0x3029},   /* Hangzhou numerals */
        {0x3038, 0x303b},   /* Hangzhou numerals, vertical iteration mark */
        {0x3041, 0x318f},   /* kana, bopomofo, hangul compatibility jamo */
        {0x31a0, 0x31bf},   /* bopomofo extended */
        {0x31f0, 0x31ff},   /* katakana extensions */
        {0x3400, 0x4dbf},   /* extension A */
        {0x4e00, 0x9fff},   /* unified ideographs */
        {0xa960, 0xa97f},   /* hangul jamo extended A */
        {0xac00, 0xd7ff},   /* hangul syllables, jamo extended B */
        {0xf900, 0xfaff},   /* compatibility ideographs */
        {0xff66, 0xffdc},   /* half-width kana and hangul */
        {0x1aff0, 0x1b16f}, /* kana supplements */
        {0x20000, 0x3fffd}, /* planes 2 and 3: extensions B and later */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0] && cp >= ranges[i].from; i++)
        if (cp <= ranges[i].to)
            return true;
    return false;
}

static rc convert(iconv_t cd, struct buf *out, str in)
{
    /* iconv takes char ** for historical reasons and does not write to the input. */
    char *from = (char *)(uintptr_t)in.p;
    size_t left = in.n;
    while (left) {
        char piece[4096];
        char *to = piece;
        size_t room = sizeof piece;
        size_t before = left;
        iconv(cd, &from, &left, &to, &room);
        buf_putn(out, piece, (size_t)(to - piece));
        if (left == before) /* no progress with an empty output buffer: a byte pair without a character */
            return E_INVALID;
    }
    return buf_rc(out);
}

rc big5_to_utf8(struct buf *out, str big5)
{
    iconv_t cd = iconv_open("UTF-8", "BIG5");
    if (cd == (iconv_t)-1) /* glibc's converter modules are not installed */
        return E_UNAVAILABLE;
    size_t start = out->n;
    rc r = convert(cd, out, big5);
    iconv_close(cd);
    if (r != OK && out->p) {
        out->n = start;
        out->p[start] = '\0';
    }
    return r;
}
