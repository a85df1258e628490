/* DER as it is read (X.690). */
#include "crypto/der_impl.h"

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
