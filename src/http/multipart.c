#include "http/multipart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "http/disposition.h"
#include "sys/file.h"
#include "sys/reason.h"

enum {
    PARTS_DEFAULT = 1024,
    TEXT_DEFAULT = 1024 * 1024,
    MEMORY_DEFAULT = 64 * 1024,
    HEAD_MAX = 8 * 1024, /* a part's header block */
    BOUNDARY_MAX = 70,   /* RFC 2046 section 5.1.1 */
};

enum state {
    PREAMBLE,  /* up to the first delimiter: ignored */
    DELIMITED, /* behind a delimiter: "--" ends, CRLF begins a part */
    HEAD,      /* header lines up to the empty one */
    BODY,
    EPILOGUE, /* behind the last delimiter: ignored */
};

struct multipart {
    struct arena *arena;
    struct multipart_limits limits;
    enum state state;
    char delimiter[BOUNDARY_MAX + 5]; /* CR LF - - boundary */
    size_t delimiter_n;
    size_t matched;  /* bytes of the delimiter seen at the end of what arrived so far */
    size_t borrowed; /* of these, bytes that belong to what came before the content (its CRLF) */
    struct buf head; /* DELIMITED and HEAD: the bytes so far */
    struct part_head part;
    struct buf value; /* BODY: in memory */
    int fd;           /* BODY: ≥ 0 once the file is spooled */
    size_t spooled;
    VEC(struct pair) pairs;
};

static rc malformed(struct err *err)
{
    return ERR(err, E_INVALID, "HTT-030", N_("The upload that arrived is malformed."));
}

static rc disk(struct err *err)
{
    return ERR(err, E_IO, "HTT-033", N_("The upload cannot be stored: {1}."), str_of(sys_reason(errno)));
}

static void release(void *p)
{
    struct multipart *m = p;
    buf_free(&m->head);
    buf_free(&m->value);
    fd_close(&m->fd);
}

/* RFC 2046 section 5.1.1: bchars, not ending in a space. */
static bool boundary_ok(str b)
{
    for (size_t i = 0; i < b.n; i++) {
        char c = b.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && !memchr("'()+_,-./:=? ", c, 13))
            return false;
    }
    return b.n > 0 && b.n <= BOUNDARY_MAX && b.p[b.n - 1] != ' ';
}

rc multipart_begin(struct arena *a, str content_type, const struct multipart_limits *limits, struct multipart **out,
                   struct err *err)
{
    str boundary;
    rc code = header_param(a, content_type, "boundary", &boundary);
    if (code != OK && code != E_INVALID)
        return code;
    if (code != OK || !boundary_ok(boundary))
        return malformed(err);
    struct multipart *m = ARENA_NEW(a, struct multipart);
    if (!m)
        return arena_rc(a);
    m->fd = -1;
    TRY(arena_defer(a, release, m));
    m->arena = a;
    m->limits = limits ? *limits : (struct multipart_limits){0};
    m->limits.parts = m->limits.parts ? m->limits.parts : PARTS_DEFAULT;
    m->limits.text_bytes = m->limits.text_bytes ? m->limits.text_bytes : TEXT_DEFAULT;
    m->limits.memory_bytes = m->limits.memory_bytes ? m->limits.memory_bytes : MEMORY_DEFAULT;
    m->limits.spool_dir = m->limits.spool_dir ? m->limits.spool_dir : "/tmp";
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.p, boundary.n);
    m->delimiter_n = boundary.n + 4;
    m->matched = m->borrowed = 2; /* the first delimiter needs no line end before it */
    m->head.cap = HEAD_MAX;
    m->value.cap = SIZE_MAX / 2; /* bounded by append() */
    *out = m;
    return OK;
}

/* ---- the value of a part ---- */

/* A file without a name in the spool directory: gone when closed, whatever happens to the process. */
static rc open_spool(struct multipart *m, struct err *err)
{
    m->fd = open(m->limits.spool_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (m->fd >= 0)
        return OK;
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/upload-XXXXXX", m->limits.spool_dir);
    if (n < 0 || (size_t)n >= sizeof path)
        return E_INTERNAL;
    m->fd = mkostemp(path, O_CLOEXEC); /* where the file system lacks O_TMPFILE */
    if (m->fd < 0)
        return disk(err);
    (void)unlink(path);
    return OK;
}

static rc append(struct multipart *m, str bytes, struct err *err)
{
    if (bytes.n == 0)
        return OK;
    if (!m->part.is_file && m->value.n + bytes.n > m->limits.text_bytes)
        return ERR(err, E_LIMIT, "HTT-031", N_("A field of the form is too long."));
    if (m->part.is_file && m->fd < 0 && m->value.n + bytes.n > m->limits.memory_bytes) {
        TRY(open_spool(m, err));
        TRY(fd_write_all(m->fd, m->value.p ? m->value.p : "", m->value.n, err));
        m->spooled = m->value.n;
        buf_clear(&m->value);
    }
    if (m->fd >= 0) {
        m->spooled += bytes.n;
        return fd_write_all(m->fd, bytes.p, bytes.n, err);
    }
    buf_put(&m->value, bytes);
    return buf_rc(&m->value);
}

struct mapping {
    void *p;
    size_t n;
};

static void unmap(void *p)
{
    struct mapping *map = p;
    munmap(map->p, map->n);
}

static rc map_spool(struct multipart *m, str *out, struct err *err)
{
    struct mapping *map = ARENA_NEW(m->arena, struct mapping);
    if (!map)
        return arena_rc(m->arena);
    map->n = m->spooled;
    map->p = mmap(NULL, map->n, PROT_READ, MAP_PRIVATE, m->fd, 0);
    if (map->p == MAP_FAILED)
        return disk(err);
    rc code = arena_defer(m->arena, unmap, map);
    if (code != OK) {
        unmap(map);
        return code;
    }
    fd_close(&m->fd); /* the mapping keeps the file */
    *out = str_n(map->p, map->n);
    return OK;
}

static rc end_part(struct multipart *m, struct err *err)
{
    struct pair *pair = VEC_ADD(&m->pairs, m->arena);
    if (!pair)
        return arena_rc(m->arena);
    str bytes = {0};
    if (m->fd >= 0)
        TRY(map_spool(m, &bytes, err));
    else
        bytes = arena_str(m->arena, buf_str(&m->value));
    if (!bytes.p)
        return arena_rc(m->arena);
    buf_clear(&m->value);
    m->spooled = 0;
    pair->name = m->part.name;
    if (!m->part.is_file) {
        pair->value = bytes;
        return utf8_valid(bytes) && !memchr(bytes.p, '\0', bytes.n) ? OK : malformed(err);
    }
    struct upload *file = ARENA_NEW(m->arena, struct upload);
    if (!file)
        return arena_rc(m->arena);
    *file = (struct upload){m->part.file_name, m->part.type, bytes};
    pair->file = file;
    pair->value = m->part.file_name;
    return OK;
}

/* ---- the stream ---- */

/* Content up to the next delimiter goes to append() (or nowhere, in the preamble). The delimiter starts with the only
 * CR it contains, so after a mismatch what was held back is content, and matching starts again at the byte at hand. */
static rc take_content(struct multipart *m, str *in, struct err *err)
{
    bool keep = m->state == BODY;
    while (in->n > 0) {
        if (m->matched == 0) {
            ptrdiff_t cr = str_chr(*in, '\r');
            str plain = cr < 0 ? *in : str_sub(*in, 0, (size_t)cr);
            if (keep)
                TRY(append(m, plain, err));
            *in = str_sub(*in, plain.n, in->n);
            if (in->n == 0)
                return OK;
        }
        if (in->p[0] != m->delimiter[m->matched]) {
            if (keep)
                TRY(append(m, str_n(m->delimiter + m->borrowed, m->matched - m->borrowed), err));
            m->borrowed = 0;
            m->matched = in->p[0] == '\r' ? 1 : 0;
            if (m->matched == 0 && keep)
                TRY(append(m, str_sub(*in, 0, 1), err));
            *in = str_sub(*in, 1, in->n);
            continue;
        }
        *in = str_sub(*in, 1, in->n);
        if (++m->matched == m->delimiter_n) {
            m->matched = m->borrowed = 0;
            bool first = m->state == PREAMBLE;
            m->state = DELIMITED;
            return first ? OK : end_part(m, err);
        }
    }
    return OK;
}

/* Behind a delimiter: "--", or spaces and CRLF. */
static rc take_delimited(struct multipart *m, str *in, struct err *err)
{
    while (in->n > 0) {
        buf_putc(&m->head, in->p[0]);
        *in = str_sub(*in, 1, in->n);
        str got = buf_str(&m->head);
        if (buf_rc(&m->head) != OK)
            return malformed(err);
        if (str_eq(got, STR("--"))) {
            m->state = EPILOGUE;
            buf_clear(&m->head);
            return OK;
        }
        if (str_ends(got, STR("\r\n"))) {
            if (str_trim(got).n > 0)
                return malformed(err);
            m->state = HEAD;
            buf_clear(&m->head);
            return OK;
        }
    }
    return OK;
}

static rc take_head(struct multipart *m, str *in, struct err *err)
{
    while (in->n > 0) {
        ptrdiff_t lf = str_chr(*in, '\n');
        str piece = lf < 0 ? *in : str_sub(*in, 0, (size_t)lf + 1);
        buf_put(&m->head, piece);
        *in = str_sub(*in, piece.n, in->n);
        if (buf_rc(&m->head) != OK)
            return ERR(err, E_LIMIT, "HTT-031", N_("A part of the upload has too many header fields."));
        str got = buf_str(&m->head);
        bool none = str_eq(got, STR("\r\n"));
        if (!none && !str_ends(got, STR("\r\n\r\n")))
            continue;
        if (m->pairs.n >= m->limits.parts)
            return ERR(err, E_LIMIT, "HTT-031", N_("The form has too many fields."));
        str block = arena_str(m->arena, str_sub(got, 0, none ? 0 : got.n - 4));
        if (!block.p)
            return arena_rc(m->arena);
        TRY(part_head_parse(m->arena, block, &m->part, err));
        buf_clear(&m->head);
        m->state = BODY;
        m->matched = m->borrowed = 2; /* an empty value: the delimiter follows the empty line at once */
        return OK;
    }
    return OK;
}

rc multipart_feed(struct multipart *m, str bytes, struct err *err)
{
    while (bytes.n > 0) {
        switch (m->state) {
        case PREAMBLE:
        case BODY:
            TRY(take_content(m, &bytes, err));
            break;
        case DELIMITED:
            TRY(take_delimited(m, &bytes, err));
            break;
        case HEAD:
            TRY(take_head(m, &bytes, err));
            break;
        case EPILOGUE:
            return OK;
        }
    }
    return OK;
}

rc multipart_end(struct multipart *m, struct pair **pairs, size_t *n, struct err *err)
{
    if (m->state != EPILOGUE)
        return ERR(err, E_INVALID, "HTT-032", N_("The upload ended too early. Send it again."));
    *pairs = m->pairs.v;
    *n = m->pairs.n;
    return OK;
}
