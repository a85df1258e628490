#include "core/tlog.h"

void tile_path(struct buf *out, const struct tile *t)
{
    if (t->level == TLOG_ENTRIES)
        buf_put(out, STR("entries/"));
    else
        buf_printf(out, "%d/", t->level);
    uint64_t unit = 1; /* of the first group of three digits */
    while (t->n / unit >= 1000)
        unit *= 1000;
    for (; unit > 1; unit /= 1000)
        buf_printf(out, "x%03u/", (unsigned)(t->n / unit % 1000));
    buf_printf(out, "%03u", (unsigned)(t->n % 1000));
    if (t->width < TLOG_WIDTH)
        buf_printf(out, ".p/%d", t->width);
}

/* A decimal number without leading zeros, at most `max`. */
static rc small_number(str s, int64_t max, int64_t *out)
{
    if (s.n == 0 || (s.n > 1 && s.p[0] == '0') || s.p[0] == '-')
        return E_INVALID;
    return str_to_i64(s, out) == OK && *out <= max ? OK : E_INVALID;
}

static bool three_digits(str s)
{
    if (s.n != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* "x001/x234/067": groups of three digits, all but the last with an x, no superfluous x000 in front. */
static rc parse_number(str s, uint64_t *out)
{
    uint64_t n = 0;
    bool first = true;
    while (s.p) {
        str group = str_cut(&s, '/');
        bool last = s.p == NULL;
        str digits = last ? group : str_sub(group, 1, group.n);
        if (!three_digits(digits) || (!last && group.p[0] != 'x') || n > MERKLE_SIZE_MAX / 1000)
            return E_INVALID;
        uint64_t value =
            (uint64_t)(digits.p[0] - '0') * 100 + (uint64_t)(digits.p[1] - '0') * 10 + (uint64_t)(digits.p[2] - '0');
        if (first && !last && value == 0)
            return E_INVALID;
        n = n * 1000 + value;
        first = false;
    }
    *out = n;
    return OK;
}

rc tile_parse(str path, struct tile *out)
{
    if (path.n > TLOG_PATH_MAX)
        return E_INVALID;
    struct tile t = {.width = TLOG_WIDTH};
    str rest = path;
    str level = str_cut(&rest, '/');
    int64_t v;
    if (str_eq(level, STR("entries"))) {
        t.level = TLOG_ENTRIES;
    } else {
        TRY(small_number(level, TLOG_LEVELS - 1, &v));
        t.level = (int)v;
    }
    ptrdiff_t partial = str_find(rest, STR(".p/"));
    if (partial >= 0) {
        TRY(small_number(str_sub(rest, (size_t)partial + 3, rest.n), TLOG_WIDTH - 1, &v));
        if (v == 0)
            return E_INVALID;
        t.width = (int)v;
        rest = str_sub(rest, 0, (size_t)partial);
    }
    if (rest.n == 0)
        return E_INVALID;
    TRY(parse_number(rest, &t.n));
    *out = t;
    return OK;
}

int tile_width(uint64_t size, int level, uint64_t n)
{
    uint64_t hashes = size >> (TLOG_HEIGHT * (level == TLOG_ENTRIES ? 0 : level));
    if (n > hashes >> TLOG_HEIGHT)
        return 0;
    uint64_t left = hashes - (n << TLOG_HEIGHT);
    return left < TLOG_WIDTH ? (int)left : TLOG_WIDTH;
}

struct sha256 tile_fold(const struct sha256 *first, unsigned height)
{
    if (height == 0)
        return *first;
    struct sha256 left = tile_fold(first, height - 1);
    struct sha256 right = tile_fold(first + ((size_t)1 << (height - 1)), height - 1);
    return merkle_node(&left, &right);
}

void tile_of_subtree(unsigned level, uint64_t n, int *tile_level, uint64_t *tile_n, unsigned *first)
{
    unsigned height = level % TLOG_HEIGHT;
    *tile_level = (int)(level / TLOG_HEIGHT);
    *tile_n = n >> (TLOG_HEIGHT - height);
    *first = (unsigned)((n << height) % TLOG_WIDTH);
}

void bundle_put(struct buf *out, str commitments)
{
    for (size_t i = 0; i + SHA256_LEN <= commitments.n; i += SHA256_LEN) {
        buf_putn(out, "\0\x20", 2);
        buf_put(out, str_sub(commitments, i, SHA256_LEN));
    }
}

rc bundle_parse(str bundle, struct sha256 out[TLOG_WIDTH], size_t *n)
{
    enum { STEP = 2 + SHA256_LEN };
    if (bundle.n == 0 || bundle.n % STEP != 0 || bundle.n / STEP > TLOG_WIDTH)
        return E_INVALID;
    for (size_t i = 0; i < bundle.n / STEP; i++) {
        const char *p = bundle.p + i * STEP;
        if (p[0] != 0 || p[1] != SHA256_LEN)
            return E_INVALID;
        memcpy(out[i].b, p + 2, SHA256_LEN);
    }
    *n = bundle.n / STEP;
    return OK;
}
