#include "base/id.h"

#define EPOCH_MS   INT64_C(1704067200000) /* 2024-01-01T00:00:00Z */
#define COUNT_BITS 22
#define COUNT_MAX  ((UINT32_C(1) << COUNT_BITS) - 1)
#define MS_MAX     ((INT64_C(1) << 41) - 1)

static const char CROCKFORD[] = "0123456789abcdefghjkmnpqrstvwxyz";

id id_next(struct id_gen *g, instant now, uint32_t random)
{
    int64_t ms = now / 1000 - EPOCH_MS;
    if (ms < 1) /* keeps the id positive on a machine whose clock was never set */
        ms = 1;
    if (ms > MS_MAX)
        ms = MS_MAX;
    if (ms > g->last_ms || g->counter == COUNT_MAX) {
        /* A full millisecond, or a clock set back during one, borrows from the next: ids only ever grow. */
        g->last_ms = ms > g->last_ms ? ms : g->last_ms + 1;
        g->counter = random & (COUNT_MAX >> 1); /* half of the range stays free for this millisecond */
    } else {
        g->counter++;
    }
    return g->last_ms << COUNT_BITS | g->counter;
}

instant id_time(id v)
{
    return ((v >> COUNT_BITS) + EPOCH_MS) * 1000;
}

void id_text(id v, char out[ID_TEXT + 1])
{
    uint64_t u = (uint64_t)v;
    for (int i = ID_TEXT - 1; i >= 0; i--, u >>= 5)
        out[i] = CROCKFORD[u & 31];
    out[ID_TEXT] = '\0';
}

static int crockford_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    if (c == 'o')
        return 0;
    if (c == 'i' || c == 'l')
        return 1;
    const char *at = c ? strchr(CROCKFORD, c) : NULL;
    return at ? (int)(at - CROCKFORD) : -1;
}

rc id_parse(str s, id *out)
{
    if (s.n != ID_TEXT)
        return E_INVALID;
    uint64_t u = 0;
    for (size_t i = 0; i < s.n; i++) {
        int v = crockford_value(s.p[i]);
        if (v < 0 || u >> 58) /* 63 bits: what is there must still fit when moved up by five */
            return E_INVALID;
        u = u << 5 | (uint64_t)v;
    }
    if (u == 0)
        return E_INVALID;
    *out = (id)u;
    return OK;
}
