#include "base/map.h"
#include "base/utf8.h"
#include "base/zip_impl.h"

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

bool zip_name_allowed(str name)
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

rc zip_refuse_name(str name, struct err *err)
{
    return ERR(err, E_INVALID, "ZIP-004",
               N_("The archive has an entry whose name is not allowed or stands there twice: {1}"),
               utf8_valid(name) && !utf8_has_control(name) ? name : STR("?"));
}

rc zip_check_names(const struct zip_entry *v, size_t n, struct err *err)
{
    struct map seen = MAP_INIT;
    rc r = OK;
    for (size_t i = 0; r == OK && i < n; i++) {
        if (!zip_name_allowed(v[i].name) || map_get(&seen, v[i].name))
            r = zip_refuse_name(v[i].name, err);
        else
            r = map_put(&seen, v[i].name, &seen);
    }
    map_free(&seen);
    return r;
}

rc zip_too_large(struct err *err)
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
        return zip_too_large(err);
    TRY(zip_check_names(v, n, err));
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
