#include "base/zip.h"

#include "base/map.h"
#include "base/utf8.h"

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    COMMENT_MAX = UINT16_MAX,
    VERSION = 20, /* 2.0: the least that every reader understands */
    FLAG_UTF8 = 1 << 11,
    DOS_1980 = 1 << 5 | 1, /* year 1980 + 0, month 1, day 1 */
};
#define SIG_LOCAL   0x04034b50u
#define SIG_CENTRAL 0x02014b50u
#define SIG_END     0x06054b50u

/* Four bits at a time: a table of 16, not of 256; fast enough beside the hashes that callers take. */
uint32_t zip_crc32(str bytes)
{
    static const uint32_t of_nibble[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                           0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                           0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    uint32_t c = UINT32_MAX;
    for (size_t i = 0; i < bytes.n; i++) {
        c ^= (unsigned char)bytes.p[i];
        c = c >> 4 ^ of_nibble[c & 15];
        c = c >> 4 ^ of_nibble[c & 15];
    }
    return ~c;
}

/* ---- names ---- */

static bool name_allowed(str name)
{
    if (name.n == 0 || name.n > ZIP_NAME_MAX || !utf8_valid(name) || utf8_has_control(name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ' || name.p[i] == '\\')
            return false;
    for (str rest = name; rest.p;) {
        str part = str_cut(&rest, '/');
        if (part.n == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")))
            return false;
    }
    return true;
}

static rc refuse_name(str name, struct err *err)
{
    return ERR(err, E_INVALID, "ZIP-004",
               N_("The archive has an entry whose name is not allowed or stands there twice: {1}"),
               utf8_valid(name) && !utf8_has_control(name) ? name : STR("?"));
}

static rc check_names(const struct zip_entry *v, size_t n, struct err *err)
{
    struct map seen = MAP_INIT;
    rc r = OK;
    for (size_t i = 0; r == OK && i < n; i++) {
        if (!name_allowed(v[i].name) || map_get(&seen, v[i].name))
            r = refuse_name(v[i].name, err);
        else
            r = map_put(&seen, v[i].name, &seen);
    }
    map_free(&seen);
    return r;
}

static rc too_large(struct err *err)
{
    return ERR(err, E_LIMIT, "ZIP-006", N_("The archive has too many entries or is too large."));
}

/* ---- writing ---- */

static void put_le(struct buf *b, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(b, (char)(v >> 8 * i & 0xff));
}

/* What local header and central directory say alike. */
static void put_common(struct buf *b, const struct zip_entry *e, uint32_t crc)
{
    put_le(b, VERSION, 2);
    put_le(b, FLAG_UTF8, 2);
    put_le(b, 0, 2); /* stored */
    put_le(b, 0, 2); /* midnight */
    put_le(b, DOS_1980, 2);
    put_le(b, crc, 4);
    put_le(b, (uint32_t)e->bytes.n, 4);
    put_le(b, (uint32_t)e->bytes.n, 4);
    put_le(b, (uint32_t)e->name.n, 2);
    put_le(b, 0, 2); /* no extra field */
}

static void put_central(struct buf *b, const struct zip_entry *e, uint32_t crc, uint32_t at)
{
    put_le(b, SIG_CENTRAL, 4);
    put_le(b, VERSION, 2);
    put_common(b, e, crc);
    put_le(b, 0, 2); /* comment */
    put_le(b, 0, 2); /* disk */
    put_le(b, 0, 2); /* attributes: inside */
    put_le(b, 0, 4); /* and outside */
    put_le(b, at, 4);
    buf_put(b, e->name);
}

static uint64_t size_of(const struct zip_entry *v, size_t n)
{
    uint64_t sum = END_BYTES;
    for (size_t i = 0; i < n; i++)
        sum += LOCAL_BYTES + CENTRAL_BYTES + 2 * (uint64_t)v[i].name.n + v[i].bytes.n;
    return sum;
}

rc zip_write(const struct zip_entry *v, size_t n, struct buf *out, struct err *err)
{
    size_t from = out->n;
    BUF_SCOPED central = BUF_INIT(UINT32_MAX);
    if (n > ZIP_ENTRIES_MAX || size_of(v, n) >= UINT32_MAX)
        return too_large(err);
    TRY(check_names(v, n, err));
    for (size_t i = 0; i < n; i++) {
        uint32_t crc = zip_crc32(v[i].bytes);
        put_central(&central, &v[i], crc, (uint32_t)(out->n - from));
        put_le(out, SIG_LOCAL, 4);
        put_common(out, &v[i], crc);
        buf_put(out, v[i].name);
        buf_put(out, v[i].bytes);
    }
    TRY(buf_rc(&central));
    uint32_t at = (uint32_t)(out->n - from);
    buf_put(out, buf_str(&central));
    put_le(out, SIG_END, 4);
    put_le(out, 0, 4); /* this disk, and the directory's */
    put_le(out, (uint32_t)n, 2);
    put_le(out, (uint32_t)n, 2);
    put_le(out, (uint32_t)central.n, 4);
    put_le(out, at, 4);
    put_le(out, 0, 2); /* no comment */
    return buf_rc(out);
}

/* ---- reading ---- */

/* `at` + `bytes` must lie within s. */
static uint32_t get_le(str s, size_t at, int bytes)
{
    uint32_t v = 0;
    for (int i = 0; i < bytes; i++)
        v |= (uint32_t)(unsigned char)s.p[at + (size_t)i] << 8 * i;
    return v;
}

static rc contradiction(struct err *err, size_t at)
{
    char digits[24];
    size_t n = 0;
    do
        digits[sizeof digits - ++n] = (char)('0' + at % 10);
    while ((at /= 10) > 0);
    return ERR(err, E_INVALID, "ZIP-002", N_("The archive is damaged: its parts contradict each other at byte {1}."),
               str_n(digits + sizeof digits - n, n));
}

/* The end record is the last one whose comment reaches exactly to the end of the file. */
static bool find_end(str s, size_t *at)
{
    if (s.n < END_BYTES)
        return false;
    size_t last = s.n - END_BYTES, first = last > COMMENT_MAX ? last - COMMENT_MAX : 0;
    for (size_t i = last + 1; i-- > first;)
        if (get_le(s, i, 4) == SIG_END && get_le(s, i + 20, 2) == s.n - END_BYTES - i) {
            *at = i;
            return true;
        }
    return false;
}

struct reading {
    str s;
    size_t directory, end; /* where they begin */
    size_t local, central; /* where the next ones must begin */
    struct err *err;
};

static rc read_end(struct reading *r, size_t *n)
{
    if (!find_end(r->s, &r->end))
        return ERR(r->err, E_INVALID, "ZIP-001", N_("This is not a ZIP archive."));
    uint32_t entries = get_le(r->s, r->end + 10, 2), bytes = get_le(r->s, r->end + 12, 4),
             at = get_le(r->s, r->end + 16, 4);
    if (entries > ZIP_ENTRIES_MAX || get_le(r->s, r->end + 4, 4) != 0 || get_le(r->s, r->end + 8, 2) != entries ||
        at > r->end || r->end - at != bytes)
        return contradiction(r->err, r->end);
    r->directory = r->central = at;
    *n = entries;
    return OK;
}

/* Fields of the two headers, at the same distances behind the version. */
enum {
    AT_VERSION = 0,
    AT_FLAGS = 2,
    AT_METHOD = 4,
    AT_CRC = 10,
    AT_PACKED = 14,
    AT_SIZE = 18,
    AT_NAME = 22,
    AT_EXTRA = 24
};

static rc read_central(struct reading *r, struct zip_entry *e, size_t *common)
{
    size_t at = r->central;
    *common = at + 6;
    if (r->end - at < CENTRAL_BYTES || get_le(r->s, at, 4) != SIG_CENTRAL)
        return contradiction(r->err, at);
    size_t name = get_le(r->s, *common + AT_NAME, 2),
           rest = get_le(r->s, *common + AT_EXTRA, 2) + get_le(r->s, at + 32, 2);
    if (r->end - at - CENTRAL_BYTES < name + rest || get_le(r->s, at + 42, 4) != r->local)
        return contradiction(r->err, at);
    e->name = str_n(r->s.p + at + CENTRAL_BYTES, name);
    r->central = at + CENTRAL_BYTES + name + rest;
    uint32_t flags = get_le(r->s, *common + AT_FLAGS, 2);
    bool ascii = true;
    for (size_t i = 0; i < name; i++)
        ascii &= (unsigned char)e->name.p[i] < 0x80;
    if (get_le(r->s, *common + AT_VERSION, 2) > VERSION || (flags & ~(uint32_t)FLAG_UTF8) != 0 ||
        (!ascii && flags == 0) || get_le(r->s, *common + AT_METHOD, 2) != 0 || get_le(r->s, at + 34, 2) != 0)
        return ERR(r->err, E_INVALID, "ZIP-003",
                   N_("The archive's entry “{1}” is compressed, encrypted or of a kind that is not read here."),
                   utf8_valid(e->name) && !utf8_has_control(e->name) ? e->name : STR("?"));
    return OK;
}

static rc read_local(struct reading *r, struct zip_entry *e, size_t common)
{
    size_t at = r->local, mine = at + 4;
    if (r->directory < at || r->directory - at < LOCAL_BYTES || get_le(r->s, at, 4) != SIG_LOCAL)
        return contradiction(r->err, at);
    size_t size = get_le(r->s, common + AT_SIZE, 4), extra = get_le(r->s, mine + AT_EXTRA, 2);
    bool alike = memcmp(r->s.p + mine, r->s.p + common, AT_EXTRA) == 0 && get_le(r->s, common + AT_PACKED, 4) == size;
    if (!alike || r->directory - at - LOCAL_BYTES < e->name.n + extra + size ||
        memcmp(r->s.p + at + LOCAL_BYTES, e->name.p, e->name.n) != 0)
        return contradiction(r->err, at);
    size_t from = at + LOCAL_BYTES + e->name.n + extra;
    e->bytes = str_n(r->s.p + from, size);
    r->local = from + size;
    if (zip_crc32(e->bytes) != get_le(r->s, common + AT_CRC, 4))
        return ERR(r->err, E_INVALID, "ZIP-005",
                   N_("The archive's entry “{1}” is damaged: its checksum does not hold."), e->name);
    return OK;
}

rc zip_read(struct arena *a, str bytes, size_t most, struct zip_entry **out, size_t *n, struct err *err)
{
    struct reading r = {.s = bytes, .err = err};
    if (bytes.n >= UINT32_MAX)
        return too_large(err);
    TRY(read_end(&r, n));
    if (*n > most)
        return too_large(err);
    struct zip_entry *v = ARENA_ARRAY(a, *n + 1, struct zip_entry);
    if (!v)
        return arena_rc(a);
    for (size_t i = 0; i < *n; i++) {
        size_t common;
        TRY(read_central(&r, &v[i], &common));
        if (!name_allowed(v[i].name))
            return refuse_name(v[i].name, err);
        TRY(read_local(&r, &v[i], common));
    }
    if (r.central != r.end || r.local != r.directory)
        return contradiction(err, r.central != r.end ? r.central : r.local);
    TRY(check_names(v, *n, err));
    *out = v;
    return OK;
}
