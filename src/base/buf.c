#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char BASE64URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char HEX_LOWER[] = "0123456789abcdef";
static const char HEX_UPPER[] = "0123456789ABCDEF";

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){.cap = b->cap};
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->error = OK;
    if (b->p)
        b->p[0] = '\0';
}

bool buf_reserve(struct buf *b, size_t more)
{
    if (b->error != OK)
        return false;
    if (b->n > b->cap || more > b->cap - b->n || more > SIZE_MAX / 2 - b->n - 1) {
        b->error = E_LIMIT;
        return false;
    }
    size_t need = b->n + more + 1; /* the closing NUL */
    if (need <= b->room)
        return true;
    size_t room = b->room < 128 ? 256 : b->room * 2;
    if (room < need)
        room = need;
    char *p = realloc(b->p, room);
    if (!p) {
        b->error = E_NOMEM;
        return false;
    }
    b->p = p;
    b->room = room;
    b->p[b->n] = '\0';
    return true;
}

void buf_putn(struct buf *b, const void *p, size_t n)
{
    if (!buf_reserve(b, n))
        return;
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_put(struct buf *b, str s)
{
    buf_putn(b, s.p, s.n);
}

void buf_putc(struct buf *b, char c)
{
    buf_putn(b, &c, 1);
}

void buf_puti(struct buf *b, int64_t v)
{
    char text[20]; /* "-9223372036854775808" */
    char *p = text + sizeof text;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        *--p = '-';
    buf_putn(b, p, (size_t)(text + sizeof text - p));
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    if (!buf_reserve(b, 0))
        return;
    va_list again;
    va_copy(again, ap);
    size_t room = b->room - b->n;
    int n = vsnprintf(b->p + b->n, room, fmt, ap);
    if (n < 0) {
        b->p[b->n] = '\0';
        b->error = E_INTERNAL;
    } else if ((size_t)n < room && (size_t)n <= b->cap - b->n) {
        b->n += (size_t)n;
    } else {
        b->p[b->n] = '\0';
        if (buf_reserve(b, (size_t)n)) {
            (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
            b->n += (size_t)n;
        }
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void buf_hex(struct buf *b, str bytes)
{
    if (bytes.n > SIZE_MAX / 4 || !buf_reserve(b, bytes.n * 2)) {
        b->error = b->error == OK ? E_LIMIT : b->error;
        return;
    }
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        b->p[b->n++] = HEX_LOWER[c >> 4];
        b->p[b->n++] = HEX_LOWER[c & 15];
    }
    b->p[b->n] = '\0';
}

static void base64(struct buf *b, str bytes, const char *alphabet, bool padded)
{
    if (bytes.n > SIZE_MAX / 4 || !buf_reserve(b, (bytes.n + 2) / 3 * 4)) {
        b->error = b->error == OK ? E_LIMIT : b->error;
        return;
    }
    const unsigned char *p = (const unsigned char *)bytes.p;
    char *out = b->p + b->n;
    size_t i = 0;
    for (; bytes.n - i >= 3; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2];
        *out++ = alphabet[v >> 18];
        *out++ = alphabet[v >> 12 & 63];
        *out++ = alphabet[v >> 6 & 63];
        *out++ = alphabet[v & 63];
    }
    if (i < bytes.n) {
        bool two = bytes.n - i == 2;
        uint32_t v = (uint32_t)p[i] << 16 | (two ? (uint32_t)p[i + 1] << 8 : 0);
        *out++ = alphabet[v >> 18];
        *out++ = alphabet[v >> 12 & 63];
        if (two)
            *out++ = alphabet[v >> 6 & 63];
        for (int pad = two ? 1 : 2; padded && pad; pad--)
            *out++ = '=';
    }
    b->n = (size_t)(out - b->p);
    b->p[b->n] = '\0';
}

void buf_base64(struct buf *b, str bytes)
{
    base64(b, bytes, BASE64, true);
}

void buf_base64url(struct buf *b, str bytes)
{
    base64(b, bytes, BASE64URL, false);
}

static bool unreserved(unsigned char c) /* RFC 3986 section 2.3 */
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

void buf_url(struct buf *b, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (unreserved(c))
            buf_putc(b, (char)c);
        else
            buf_putn(b, (char[]){'%', HEX_UPPER[c >> 4], HEX_UPPER[c & 15]}, 3);
    }
}

static str html_entity(char c)
{
    switch (c) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    case '"':
        return STR("&quot;");
    case '\'':
        return STR("&#39;");
    default:
        return STR_EMPTY;
    }
}

void buf_html(struct buf *b, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        str entity = html_entity(s.p[i]);
        if (entity.n == 0)
            continue;
        buf_putn(b, s.p + from, i - from);
        buf_put(b, entity);
        from = i + 1;
    }
    if (s.n > from)
        buf_putn(b, s.p + from, s.n - from);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Forgets what a decoder appended before it met the bad byte. */
static rc take_back(struct buf *b, size_t n)
{
    b->n = n;
    if (b->p)
        b->p[n] = '\0';
    return E_INVALID;
}

rc buf_unhex(struct buf *b, str hex)
{
    if (hex.n % 2)
        return E_INVALID;
    if (!buf_reserve(b, hex.n / 2))
        return b->error;
    size_t start = b->n;
    for (size_t i = 0; i < hex.n; i += 2) {
        int hi = hex_value(hex.p[i]), lo = hex_value(hex.p[i + 1]);
        if (hi < 0 || lo < 0)
            return take_back(b, start);
        b->p[b->n++] = (char)(hi << 4 | lo);
    }
    b->p[b->n] = '\0';
    return OK;
}

rc buf_unurl(struct buf *b, str text)
{
    if (!buf_reserve(b, text.n))
        return b->error;
    size_t start = b->n;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '%') {
            b->p[b->n++] = text.p[i];
            continue;
        }
        int hi = text.n - i > 2 ? hex_value(text.p[i + 1]) : -1, lo = text.n - i > 2 ? hex_value(text.p[i + 2]) : -1;
        if (hi < 0 || lo < 0)
            return take_back(b, start);
        b->p[b->n++] = (char)(hi << 4 | lo);
        i += 2;
    }
    b->p[b->n] = '\0';
    return OK;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return -1;
}

rc buf_unbase64(struct buf *b, str text)
{
    size_t pad = 0;
    while (pad < 2 && text.n > pad && text.p[text.n - 1 - pad] == '=')
        pad++;
    if (pad && text.n % 4)
        return E_INVALID;
    size_t n = text.n - pad;
    if (n % 4 == 1)
        return E_INVALID;
    if (!buf_reserve(b, n / 4 * 3 + 2))
        return b->error;
    size_t start = b->n;
    uint32_t v = 0;
    int bits = 0;
    for (size_t i = 0; i < n; i++) {
        int six = base64_value(text.p[i]);
        if (six < 0)
            return take_back(b, start);
        v = v << 6 | (uint32_t)six;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            b->p[b->n++] = (char)(v >> bits & 255);
        }
    }
    if (v & ((1U << bits) - 1)) /* RFC 4648 section 3.5: one encoding per value */
        return take_back(b, start);
    b->p[b->n] = '\0';
    return OK;
}
