/* What others made in BER, as DER. */
#include "crypto/der_impl.h"

enum { NESTING_MAX = 64 };

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
