#include "base/inflate.h"
#include "base/utf8.h"
#include "base/zip_impl.h"

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
    struct arena *a;       /* != NULL: packed entries are read */
    size_t room;           /* for what is unpacked */
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

/* Whether this kind of entry is read at all. */
static rc check_kind(struct reading *r, size_t at, size_t common, str name)
{
    uint32_t flags = get_le(r->s, common + AT_FLAGS, 2), method = get_le(r->s, common + AT_METHOD, 2),
             allowed = r->a ? FLAG_UTF8 | FLAG_DESCRIPTOR | FLAG_EFFORT : FLAG_UTF8;
    bool ascii = true;
    for (size_t i = 0; i < name.n; i++)
        ascii &= (unsigned char)name.p[i] < 0x80;
    if (get_le(r->s, common + AT_VERSION, 2) > VERSION || (flags & ~allowed) != 0 ||
        (!ascii && (flags & FLAG_UTF8) == 0) || (method != STORED && !(r->a && method == DEFLATED)) ||
        get_le(r->s, at + 34, 2) != 0)
        return ERR(r->err, E_INVALID, "ZIP-003",
                   N_("The archive's entry “{1}” is compressed, encrypted or of a kind that is not read here."),
                   utf8_valid(name) && !utf8_has_control(name) ? name : STR("?"));
    return OK;
}

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
    return check_kind(r, at, *common, e->name);
}

/* CRC and sizes behind the bytes, with or without a signature of their own (APPNOTE 4.3.9). */
static rc skip_descriptor(struct reading *r, size_t common)
{
    size_t at = r->local, left = r->directory - at;
    at += left >= 16 && get_le(r->s, at, 4) == SIG_BEHIND ? 4 : 0;
    if (left < at - r->local + 12 || memcmp(r->s.p + at, r->s.p + common + AT_CRC, 12) != 0)
        return contradiction(r->err, r->local);
    r->local = at + 12;
    return OK;
}

/* With a descriptor the local header need not know CRC and sizes. */
static bool headers_agree(const struct reading *r, size_t mine, size_t common)
{
    static const char zeros[12];
    const char *p = r->s.p + mine, *q = r->s.p + common;
    bool later = (get_le(r->s, common + AT_FLAGS, 2) & FLAG_DESCRIPTOR) != 0;
    return memcmp(p, q, AT_CRC) == 0 && memcmp(p + AT_NAME, q + AT_NAME, 2) == 0 &&
           (memcmp(p + AT_CRC, q + AT_CRC, 12) == 0 || (later && memcmp(p + AT_CRC, zeros, 12) == 0));
}

static rc unpack(struct reading *r, str packed, size_t size, struct zip_entry *e)
{
    if (size > r->room)
        return zip_too_large(r->err);
    struct buf b = BUF_INIT(size + 1);
    rc got = inflate_raw(packed, &b);
    if (got == OK && b.n == size) {
        e->bytes = arena_str(r->a, buf_str(&b));
        got = e->bytes.p ? OK : arena_failed(r->a);
    } else if (got != E_NOMEM) {
        got = contradiction(r->err, (size_t)(packed.p - r->s.p));
    }
    buf_free(&b);
    r->room -= size;
    return got;
}

static rc read_local(struct reading *r, struct zip_entry *e, size_t common)
{
    size_t at = r->local, mine = at + 4;
    if (r->directory < at || r->directory - at < LOCAL_BYTES || get_le(r->s, at, 4) != SIG_LOCAL)
        return contradiction(r->err, at);
    size_t size = get_le(r->s, common + AT_SIZE, 4), packed = get_le(r->s, common + AT_PACKED, 4),
           extra = get_le(r->s, mine + AT_EXTRA, 2);
    bool deflated = get_le(r->s, common + AT_METHOD, 2) == DEFLATED;
    if (!headers_agree(r, mine, common) || (!deflated && packed != size) ||
        r->directory - at - LOCAL_BYTES < e->name.n + extra + packed ||
        memcmp(r->s.p + at + LOCAL_BYTES, e->name.p, e->name.n) != 0)
        return contradiction(r->err, at);
    size_t from = at + LOCAL_BYTES + e->name.n + extra;
    e->bytes = str_n(r->s.p + from, packed);
    r->local = from + packed;
    if (deflated)
        TRY(unpack(r, e->bytes, size, e));
    if (get_le(r->s, common + AT_FLAGS, 2) & FLAG_DESCRIPTOR)
        TRY(skip_descriptor(r, common));
    if (zip_crc32(e->bytes) != get_le(r->s, common + AT_CRC, 4))
        return ERR(r->err, E_INVALID, "ZIP-005",
                   N_("The archive's entry “{1}” is damaged: its checksum does not hold."), e->name);
    return OK;
}

static bool is_folder(const struct zip_entry *e)
{
    return e->bytes.n == 0 && e->name.n > 1 && e->name.p[e->name.n - 1] == '/' &&
           zip_name_allowed(str_sub(e->name, 0, e->name.n - 1));
}

static rc read_all(struct arena *a, struct reading *r, size_t most, struct zip_entry **out, size_t *n)
{
    size_t entries, kept = 0;
    if (r->s.n >= UINT32_MAX)
        return zip_too_large(r->err);
    TRY(read_end(r, &entries));
    if (entries > most)
        return zip_too_large(r->err);
    struct zip_entry *v = ARENA_ARRAY(a, entries + 1, struct zip_entry);
    if (!v)
        return arena_rc(a);
    for (size_t i = 0; i < entries; i++) {
        size_t common;
        TRY(read_central(r, &v[kept], &common));
        bool maybe_folder = r->a && str_ends(v[kept].name, STR("/"));
        if (!maybe_folder && !zip_name_allowed(v[kept].name))
            return zip_refuse_name(v[kept].name, r->err);
        TRY(read_local(r, &v[kept], common));
        if (maybe_folder && !is_folder(&v[kept]))
            return zip_refuse_name(v[kept].name, r->err);
        kept += !maybe_folder;
    }
    if (r->central != r->end || r->local != r->directory)
        return contradiction(r->err, r->central != r->end ? r->central : r->local);
    TRY(zip_check_names(v, kept, r->err));
    *out = v;
    *n = kept;
    return OK;
}

rc zip_read(struct arena *a, str bytes, size_t most, struct zip_entry **out, size_t *n, struct err *err)
{
    struct reading r = {.s = bytes, .err = err};
    return read_all(a, &r, most, out, n);
}

rc zip_read_packed(struct arena *a, str bytes, size_t most, size_t room, struct zip_entry **out, size_t *n,
                   struct err *err)
{
    struct reading r = {.s = bytes, .a = a, .room = room, .err = err};
    return read_all(a, &r, most, out, n);
}
