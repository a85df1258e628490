/* DER as it is written (X.690). */
#include "crypto/der.h"

#include <stdlib.h>

static size_t length_octets(size_t n, unsigned char out[1 + sizeof(size_t)])
{
    if (n < 0x80) {
        out[0] = (unsigned char)n;
        return 1;
    }
    size_t octets = 0;
    for (size_t v = n; v; v >>= 8)
        octets++;
    out[0] = (unsigned char)(0x80 | octets);
    for (size_t i = 0; i < octets; i++)
        out[1 + i] = (unsigned char)(n >> 8 * (octets - 1 - i));
    return 1 + octets;
}

void der_put(struct buf *b, unsigned char tag, str body)
{
    unsigned char length[1 + sizeof(size_t)];
    buf_putc(b, (char)tag);
    buf_putn(b, length, length_octets(body.n, length));
    buf_put(b, body);
}

size_t der_open(struct buf *b, unsigned char tag)
{
    buf_putc(b, (char)tag);
    return b->n;
}

/* The length is known only now: what was written moves to make room for it. */
void der_close(struct buf *b, size_t mark)
{
    if (buf_rc(b) != OK)
        return;
    unsigned char length[1 + sizeof(size_t)];
    size_t body = b->n - mark;
    size_t octets = length_octets(body, length);
    if (!buf_reserve(b, octets))
        return;
    memmove(b->p + mark + octets, b->p + mark, body);
    memcpy(b->p + mark, length, octets);
    b->n += octets;
    b->p[b->n] = '\0';
}

/* Shorter ones are compared as if zero octets followed (X.690 section 11.6). */
static int by_bytes(const void *x, const void *y)
{
    const struct der *a = x;
    const struct der *b = y;
    return str_cmp(a->whole, b->whole);
}

void der_close_set_of(struct buf *b, size_t mark)
{
    enum { SET_MAX = 64 };
    if (buf_rc(b) != OK)
        return;
    struct der v[SET_MAX];
    size_t n = 0;
    str rest = str_sub(buf_str(b), mark, b->n);
    while (rest.n > 0 && n < SET_MAX && der_next(&rest, &v[n]) == OK)
        n++;
    BUF_SCOPED sorted = BUF_INIT(b->cap);
    if (rest.n > 0) {
        b->error = E_LIMIT;
        return;
    }
    qsort(v, n, sizeof v[0], by_bytes);
    for (size_t i = 0; i < n; i++)
        buf_put(&sorted, v[i].whole);
    if (buf_rc(&sorted) != OK)
        b->error = buf_rc(&sorted);
    else if (sorted.n > 0)
        memcpy(b->p + mark, sorted.p, sorted.n);
    der_close(b, mark);
}

void der_put_bool(struct buf *b, bool v)
{
    der_put(b, DER_BOOLEAN, v ? STR("\xff") : str_n("", 1));
}

void der_put_i64(struct buf *b, int64_t v)
{
    unsigned char body[sizeof v];
    for (size_t i = 0; i < sizeof v; i++)
        body[i] = (unsigned char)((uint64_t)v >> 8 * (sizeof v - 1 - i));
    size_t from = 0;
    while (from + 1 < sizeof v &&
           ((body[from] == 0 && body[from + 1] < 0x80) || (body[from] == 0xff && body[from + 1] >= 0x80)))
        from++;
    der_put(b, DER_INTEGER, str_n(body + from, sizeof v - from));
}

void der_put_natural(struct buf *b, str v)
{
    while (v.n > 0 && v.p[0] == 0)
        v = str_sub(v, 1, v.n);
    bool sign = v.n == 0 || (unsigned char)v.p[0] >= 0x80;
    unsigned char length[1 + sizeof(size_t)];
    buf_putc(b, DER_INTEGER);
    buf_putn(b, length, length_octets(v.n + sign, length));
    if (sign)
        buf_putc(b, '\0');
    buf_put(b, v);
}

void der_put_octet_bits(struct buf *b, str bytes)
{
    unsigned char length[1 + sizeof(size_t)];
    buf_putc(b, DER_BIT_STRING);
    buf_putn(b, length, length_octets(bytes.n + 1, length));
    buf_putc(b, '\0'); /* no unused bits */
    buf_put(b, bytes);
}

enum { UTC_TIME_LAST_YEAR = 2049, UTC_TIME_FIRST_YEAR = 1950 }; /* RFC 5280 section 4.1.2.5 */

void der_put_time(struct buf *b, instant t)
{
    struct civil c = instant_civil(t, 0);
    if (c.year < UTC_TIME_FIRST_YEAR || c.year > UTC_TIME_LAST_YEAR) {
        der_put_generalized(b, t - c.micro);
        return;
    }
    size_t mark = der_open(b, DER_UTC_TIME);
    buf_printf(b, "%02d%02d%02d%02d%02d%02dZ", c.year % 100, c.month, c.day, c.hour, c.minute, c.second);
    der_close(b, mark);
}

void der_put_generalized(struct buf *b, instant t)
{
    struct civil c = instant_civil(t, 0);
    size_t mark = der_open(b, DER_GENERALIZED_TIME);
    buf_printf(b, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
    if (c.micro) {
        buf_printf(b, ".%06d", c.micro);
        while (buf_rc(b) == OK && b->p[b->n - 1] == '0')
            b->p[--b->n] = '\0';
    }
    buf_putc(b, 'Z');
    der_close(b, mark);
}
