/* ZIP containers of stored entries (PKWARE APPNOTE.TXT 6.3; ISO/IEC 21320-1): written so that equal contents are equal
 * bytes, read as hostile input.
 *
 * Written: local headers and bytes one behind the other from byte 0, the central directory, the end record; UTF-8
 * names, no extra fields, no comment, 1980-01-01 00:00 as every entry's time, in the order given. Nothing else is left
 * to choose: zip_write() of what zip_read() returned gives the bytes back exactly if they were written so.
 *
 * Read: entries must lie without gap or overlap from byte 0 to the central directory, that one up to the end record;
 * local headers and central directory must agree; each CRC-32 must hold. So there is one reading of a file only, and
 * what is returned is never larger than what was given. Compressed or encrypted entries, ZIP64, data descriptors,
 * several disks: refused. Names: UTF-8 of at most ZIP_NAME_MAX bytes, no control characters, no backslash, no empty,
 * "." or ".." component (so not absolute and no folder), none twice.
 *
 * Ownership: names and bytes that are read point into the bytes given; the list lives in the arena. Threads: pure
 * functions. Errors:
 *   ZIP-001 E_INVALID not a ZIP file          ZIP-002 E_INVALID its parts contradict each other (argument: where)
 *   ZIP-003 E_INVALID a feature that is not read (argument: the entry)    ZIP-004 E_INVALID a name not allowed, or
 * twice ZIP-005 E_INVALID a checksum does not hold      ZIP-006 E_LIMIT too many entries, or too large */
#ifndef RISE_BASE_ZIP_H
#define RISE_BASE_ZIP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { ZIP_NAME_MAX = 255 /* bytes */, ZIP_ENTRIES_MAX = 65534 /* one more would mean ZIP64 */ };

struct zip_entry {
    str name, bytes;
};

/* ZIP-004, ZIP-006; what was appended to `out` then is of no use. Cap of `out`: buf_rc(). */
rc zip_write(const struct zip_entry *v, size_t n, struct buf *out, struct err *err);

/* In the order of the central directory. `most`: entries allowed. */
rc zip_read(struct arena *a, str bytes, size_t most, struct zip_entry **out, size_t *n, struct err *err);

/* The same for archives that others made: entries may be deflated (their bytes then live in the arena, all together at
 * most `room`: ZIP-006) and may have a data descriptor behind them; empty folders are left out. Everything else is as
 * strict: there is one reading only, but zip_write() gives other bytes. */
rc zip_read_packed(struct arena *a, str bytes, size_t most, size_t room, struct zip_entry **out, size_t *n,
                   struct err *err);

uint32_t zip_crc32(str bytes); /* CRC-32 of ISO 3309, as in gzip and PNG */

#endif
