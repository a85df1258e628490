/* inflate: zlib streams (RFC 1950; PDF's FlateDecode), and DEFLATE alone, unpacked up to a cap, so that a few bytes
 * cannot fill the memory.
 *
 * Appends to `out`, whose cap is the limit (E_LIMIT). `in` must hold one whole stream; bytes behind its end are
 * ignored, as PDF's end-of-line before "endstream" is. E_INVALID: not a zlib stream, cut short, or its checksum does
 * not hold. Pure functions; heap only inside `out` and during the call. */
#ifndef RISE_BASE_INFLATE_H
#define RISE_BASE_INFLATE_H

#include "base/buf.h"

rc inflate_zlib(str in, struct buf *out);

/* The other direction: appends `in` packed as a zlib stream. */
rc deflate_zlib(str in, struct buf *out);

/* The same for DEFLATE alone (RFC 1951; ZIP's method 8), which has no checksum. E_INVALID also when bytes are left
 * over.
 */
rc inflate_raw(str in, struct buf *out);

#endif
