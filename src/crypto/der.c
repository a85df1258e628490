#include "crypto/der.h"

#include <stdlib.h>

enum { NESTING_MAX = 64, LENGTH_OCTETS_MAX = 8, TAG_NUMBER = 0x1f, CONSTRUCTED = 0x20 };

static unsigned char octet(str s, size_t i)
{
    return (unsigned char)s.p[i];
}

/* The length octets from `*at` on; `*at` moves behind them. */
static rc length_at(str d, size_t *at, size_t *out)
{
    if (*at >= d.n)
        return E_INVALID;
    size_t first = octet(d, (*at)++);
    if (first < 0x80) {
        *out = first;
        return OK;
    }
    size_t octets = first & 0x7f;
    if (octets == 0 || octets > LENGTH_OCTETS_MAX || octets > d.n - *at || octet(d, *at) == 0)
        return E_INVALID;
    size_t n = 0;
    for (size_t i = 0; i < octets; i++)
        n = n << 8 | octet(d, (*at)++);
    if (n < 0x80) /* would have fitted in one octet */
        return E_INVALID;
    *out = n;
    return OK;
}

rc der_next(str *d, struct der *out)
{
    if (d->n == 0 || (octet(*d, 0) & TAG_NUMBER) == TAG_NUMBER)
        return E_INVALID;
    size_t at = 1;
    size_t n = 0;
    TRY(length_at(*d, &at, &n));
    if (n > d->n - at)
        return E_INVALID;
    *out = (struct der){.tag = octet(*d, 0), .body = str_sub(*d, at, n), .whole = str_sub(*d, 0, at + n)};
    *d = str_sub(*d, at + n, d->n);
    return OK;
}

static rc next_of(str *d, unsigned char tag, struct der *out)
{
    if (!der_comes(*d, tag))
        return E_INVALID;
    return der_next(d, out);
}

rc der_take(str *d, unsigned char tag, str *body)
{
    struct der e;
    TRY(next_of(d, tag, &e));
    *body = e.body;
    return OK;
}

rc der_take_whole(str *d, unsigned char tag, str *whole)
{
    struct der e;
    TRY(next_of(d, tag, &e));
    *whole = e.whole;
    return OK;
}

bool der_comes(str d, unsigned char tag)
{
    return d.n > 0 && octet(d, 0) == tag;
}

rc der_optional(str *d, unsigned char tag, str *body)
{
    *body = (str){NULL, 0};
    return der_comes(*d, tag) ? der_take(d, tag, body) : OK;
}

rc der_count(str d, size_t most, size_t *n)
{
    struct der e;
    for (*n = 0; d.n > 0; (*n)++)
        TRY(*n == most ? E_LIMIT : der_next(&d, &e));
    return OK;
}

rc der_end(str d)
{
    return d.n == 0 ? OK : E_INVALID;
}

rc der_only(str d, unsigned char tag, str *body)
{
    TRY(der_take(&d, tag, body));
    return der_end(d);
}

rc der_take_bool(str *d, bool *out)
{
    str rest = *d;
    str body;
    TRY(der_take(&rest, DER_BOOLEAN, &body));
    if (body.n != 1 || (octet(body, 0) != 0 && octet(body, 0) != 0xff)) /* X.690 section 11.1 */
        return E_INVALID;
    *out = octet(body, 0) != 0;
    *d = rest;
    return OK;
}

/* The contents of an INTEGER in the fewest octets (X.690 section 8.3.2). */
static rc integer_body(str *d, str *body)
{
    TRY(der_take(d, DER_INTEGER, body));
    if (body->n == 0)
        return E_INVALID;
    if (body->n > 1) {
        unsigned top = (unsigned)octet(*body, 0) << 1 | octet(*body, 1) >> 7; /* the first nine bits */
        if (top == 0 || top == 0x1ff)
            return E_INVALID;
    }
    return OK;
}

rc der_take_i64(str *d, int64_t *out)
{
    str rest = *d;
    str body;
    TRY(integer_body(&rest, &body));
    if (body.n > sizeof *out)
        return E_LIMIT;
    uint64_t v = octet(body, 0) & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < body.n; i++)
        v = v << 8 | octet(body, i);
    *out = (int64_t)v;
    *d = rest;
    return OK;
}

rc der_take_natural(str *d, str *out)
{
    str rest = *d;
    str body;
    TRY(integer_body(&rest, &body));
    if (octet(body, 0) & 0x80)
        return E_INVALID;
    *out = body.n > 1 && octet(body, 0) == 0 ? str_sub(body, 1, body.n) : body;
    *d = rest;
    return OK;
}

rc der_take_bits(str *d, str *bytes, unsigned *unused)
{
    str rest = *d;
    str body;
    TRY(der_take(&rest, DER_BIT_STRING, &body));
    if (body.n == 0 || octet(body, 0) > 7 || (body.n == 1 && octet(body, 0) != 0))
        return E_INVALID;
    unsigned spare = octet(body, 0);
    if (spare && octet(body, body.n - 1) & ((1U << spare) - 1)) /* X.690 section 11.2.1 */
        return E_INVALID;
    *bytes = str_sub(body, 1, body.n);
    *unused = spare;
    *d = rest;
    return OK;
}

rc der_take_octet_bits(str *d, str *bytes)
{
    str rest = *d;
    unsigned unused = 0;
    TRY(der_take_bits(&rest, bytes, &unused));
    if (unused != 0)
        return E_INVALID;
    *d = rest;
    return OK;
}

/* Two decimal digits from `at` on, or -1. */
static int two_digits(str s, size_t at)
{
    if (at + 2 > s.n || s.p[at] < '0' || s.p[at] > '9' || s.p[at + 1] < '0' || s.p[at + 1] > '9')
        return -1;
    return 10 * (s.p[at] - '0') + (s.p[at + 1] - '0');
}

/* ".5" to ".123456": a fraction that does not end in 0 (X.690 section 11.7.3), in µs; finer digits are cut. */
static rc fraction(str s, int *micro)
{
    *micro = 0;
    if (s.n == 0)
        return OK;
    if (s.n < 2 || s.p[0] != '.' || s.p[s.n - 1] == '0')
        return E_INVALID;
    int unit = 100000;
    for (size_t i = 1; i < s.n; i++, unit /= 10) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return E_INVALID;
        *micro += unit * (s.p[i] - '0');
    }
    return OK;
}

static rc time_text(str s, bool generalized, instant *out)
{
    size_t at = 0;
    int century = 0;
    if (generalized) {
        century = two_digits(s, 0);
        at = 2;
    }
    if (century < 0 || s.n < at + 11 || s.p[s.n - 1] != 'Z')
        return E_INVALID;
    int v[6];
    for (size_t i = 0; i < 6; i++)
        if ((v[i] = two_digits(s, at + 2 * i)) < 0)
            return E_INVALID;
    at += 12;
    struct civil c = {.month = v[1], .day = v[2], .hour = v[3], .minute = v[4], .second = v[5]};
    c.year = generalized ? 100 * century + v[0] : v[0] + (v[0] < 50 ? 2000 : 1900);
    TRY(fraction(str_sub(s, at, s.n - 1 - at), &c.micro));
    if (!generalized && s.n != at + 1)
        return E_INVALID;
    instant t = civil_instant(c, 0);
    struct civil back = instant_civil(t, 0); /* 30 February or 25 o'clock come back as something else */
    if (back.year != c.year || back.month != c.month || back.day != c.day || back.hour != c.hour ||
        back.minute != c.minute || back.second != c.second)
        return E_INVALID;
    *out = t;
    return OK;
}

rc der_take_time(str *d, instant *out)
{
    str rest = *d;
    struct der e;
    TRY(der_next(&rest, &e));
    if (e.tag != DER_UTC_TIME && e.tag != DER_GENERALIZED_TIME)
        return E_INVALID;
    TRY(time_text(e.body, e.tag == DER_GENERALIZED_TIME, out));
    *d = rest;
    return OK;
}

/* ---- from BER ---- */

struct ber {
    struct buf *out;
    int depth;
};

static bool end_of_contents(str d)
{
    return d.n >= 2 && d.p[0] == 0 && d.p[1] == 0;
}

static rc ber_element(struct ber *b, str *d);

/* Elements until the end-of-contents octets (`indefinite`) or the end of `d`. */
static rc ber_elements(struct ber *b, str *d, bool indefinite)
{
    if (++b->depth > NESTING_MAX)
        return E_LIMIT;
    while (indefinite ? !end_of_contents(*d) : d->n > 0)
        TRY(ber_element(b, d));
    if (indefinite)
        *d = str_sub(*d, 2, d->n);
    b->depth--;
    return OK;
}

/* The pieces of an OCTET STRING that came in parts, joined. */
static rc ber_pieces(struct ber *b, str *d, bool indefinite)
{
    if (++b->depth > NESTING_MAX)
        return E_LIMIT;
    while (indefinite ? !end_of_contents(*d) : d->n > 0) {
        str piece;
        TRY(der_take(d, DER_OCTET_STRING, &piece));
        buf_put(b->out, piece);
    }
    if (indefinite)
        *d = str_sub(*d, 2, d->n);
    b->depth--;
    return OK;
}

/* Lengths may be longer than needed in BER. */
static rc ber_length(str d, size_t *at, size_t *n, bool *indefinite)
{
    if (*at >= d.n)
        return E_INVALID;
    size_t first = octet(d, (*at)++);
    *indefinite = first == 0x80;
    *n = first;
    if (first <= 0x80)
        return OK;
    size_t octets = first & 0x7f;
    if (octets > LENGTH_OCTETS_MAX || octets > d.n - *at)
        return E_INVALID;
    for (*n = 0; octets > 0; octets--)
        *n = *n << 8 | octet(d, (*at)++);
    return OK;
}

static rc ber_element(struct ber *b, str *d)
{
    if (d->n < 2 || (octet(*d, 0) & TAG_NUMBER) == TAG_NUMBER)
        return E_INVALID;
    unsigned char tag = octet(*d, 0);
    size_t at = 1;
    size_t n = 0;
    bool indefinite = false;
    TRY(ber_length(*d, &at, &n, &indefinite));
    if (indefinite ? !(tag & CONSTRUCTED) : n > d->n - at)
        return E_INVALID;
    str inside = str_sub(*d, at, indefinite ? d->n : n);
    if (!indefinite)
        *d = str_sub(*d, at + n, d->n);
    if (!(tag & CONSTRUCTED)) {
        der_put(b->out, tag, inside);
        return buf_rc(b->out);
    }
    bool pieces = tag == (DER_OCTET_STRING | CONSTRUCTED);
    size_t mark = der_open(b->out, pieces ? DER_OCTET_STRING : tag);
    TRY((pieces ? ber_pieces : ber_elements)(b, &inside, indefinite));
    der_close(b->out, mark);
    if (indefinite)
        *d = inside;
    return buf_rc(b->out);
}

/* Every constructed element, all the way down, is DER already. */
static bool is_der(str d, int depth)
{
    struct der e;
    while (d.n > 0) {
        if (depth > NESTING_MAX || der_next(&d, &e) != OK || e.tag == (DER_OCTET_STRING | CONSTRUCTED) ||
            ((e.tag & CONSTRUCTED) && !is_der(e.body, depth + 1)))
            return false;
    }
    return true;
}

rc der_from_ber(struct arena *a, str ber, str *der)
{
    struct der one;
    str rest = ber;
    if (der_next(&rest, &one) == OK && is_der(one.whole, 0)) {
        *der = one.whole;
        return der_end(rest);
    }
    BUF_SCOPED out = BUF_INIT(2 * ber.n + 64); /* definite lengths take up to four octets more where two ended it */
    struct ber b = {.out = &out};
    rest = ber;
    TRY(ber_element(&b, &rest));
    TRY(der_end(rest));
    *der = arena_str(a, buf_str(&out));
    return der->p ? OK : arena_failed(a);
}

/* ---- writing ---- */

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

/* ---- object identifiers ---- */

void der_oid_text(struct buf *b, str oid)
{
    size_t start = b->n;
    uint64_t arc = 0;
    bool first = true;
    for (size_t i = 0; i < oid.n; i++) {
        if (arc >> 57) { /* 7 bits more would not fit */
            first = true;
            break;
        }
        arc = arc << 7 | (octet(oid, i) & 0x7f);
        if (octet(oid, i) & 0x80)
            continue;
        if (first) { /* X.690 section 8.19.4 */
            uint64_t top = arc < 80 ? arc / 40 : 2;
            buf_printf(b, "%d.%llu", (int)top, (unsigned long long)(arc - 40 * top));
        } else {
            buf_printf(b, ".%llu", (unsigned long long)arc);
        }
        first = false;
        arc = 0;
    }
    if (first || octet(oid, oid.n - 1) & 0x80) { /* empty, too large, or cut off */
        if (buf_rc(b) == OK)
            b->n = start;
        buf_hex(b, oid);
    }
}

static void put_arc(struct buf *b, uint64_t arc)
{
    int groups = 1;
    while (groups < 10 && arc >> 7 * groups)
        groups++;
    while (groups-- > 0)
        buf_putc(b, (char)((arc >> 7 * groups & 0x7f) | (groups ? 0x80 : 0)));
}

rc der_oid_parse(struct arena *a, str dotted, str *oid)
{
    BUF_SCOPED b = BUF_INIT(256);
    str rest = dotted;
    int64_t top = -1;
    size_t n = 0;
    while (rest.p) {
        int64_t arc = 0;
        TRY(str_to_i64(str_cut(&rest, '.'), &arc));
        if (arc < 0 || (n == 0 && arc > 2) || (n == 1 && top < 2 && arc > 39) || arc > INT64_MAX - 80)
            return E_INVALID;
        if (n == 0)
            top = arc;
        else
            put_arc(&b, (uint64_t)(n == 1 ? 40 * top + arc : arc));
        n++;
    }
    if (n < 2)
        return E_INVALID;
    TRY(buf_rc(&b));
    *oid = arena_str(a, buf_str(&b));
    return oid->p ? OK : arena_failed(a);
}
