/* Object identifiers (X.690 section 8.19) as text, and back. */
#include "crypto/der_impl.h"

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
