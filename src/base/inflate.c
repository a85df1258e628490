#include "base/inflate.h"

#include <limits.h>

#define ZLIB_CONST
#include <zlib.h>

enum { STEP = 16 * 1024 };

static rc run(z_stream *z, str in, struct buf *out)
{
    for (;;) {
        if (z->avail_in == 0) { /* zlib counts in 32 bits */
            size_t unread = in.n - (size_t)((const char *)z->next_in - in.p);
            z->avail_in = unread < UINT_MAX ? (uInt)unread : UINT_MAX;
        }
        size_t left = out->cap - out->n, step = left < STEP ? left : STEP;
        if (!buf_reserve(out, step ? step : 1))
            return buf_rc(out);
        size_t room = out->room - out->n - 1; /* the last byte is buf's NUL */
        room = room < left ? room : left;
        z->avail_out = room < UINT_MAX ? (uInt)room : UINT_MAX;
        z->next_out = (Bytef *)out->p + out->n;
        uInt before = z->avail_out;
        int r = inflate(z, Z_NO_FLUSH);
        out->n += before - z->avail_out;
        if (r == Z_STREAM_END)
            return OK;
        if (r == Z_MEM_ERROR)
            return E_NOMEM;
        if (r != Z_OK) /* Z_BUF_ERROR: nothing left to read */
            return E_INVALID;
    }
}

/* `bits`: zlib's windowBits, negative for a stream without header and checksum. */
static rc inflate_with(int bits, str in, struct buf *out, size_t *unread)
{
    z_stream z = {.next_in = (const Bytef *)in.p};
    if (inflateInit2(&z, bits) != Z_OK)
        return E_NOMEM;
    rc r = run(&z, in, out);
    *unread = in.n - (size_t)((const char *)z.next_in - in.p);
    (void)inflateEnd(&z);
    if (out->p)
        out->p[out->n] = 0;
    return r;
}

rc inflate_zlib(str in, struct buf *out)
{
    size_t unread;
    return inflate_with(MAX_WBITS, in, out, &unread);
}

rc inflate_raw(str in, struct buf *out)
{
    size_t unread;
    TRY(inflate_with(-MAX_WBITS, in, out, &unread));
    return unread == 0 ? OK : E_INVALID;
}

rc deflate_zlib(str in, struct buf *out)
{
    uLongf n = compressBound(in.n);
    if (!buf_reserve(out, n))
        return buf_rc(out);
    if (compress2((Bytef *)out->p + out->n, &n, (const Bytef *)in.p, in.n, Z_BEST_COMPRESSION) != Z_OK)
        return E_NOMEM;
    out->n += n;
    out->p[out->n] = 0;
    return OK;
}
