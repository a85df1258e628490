/* multipart/form-data (RFC 7578) as a stream: bytes in any pieces in, pairs out.
 *
 * Memory is bounded whatever arrives: header block, number of parts and text values are capped; a file stays in memory
 * up to 64 KiB and then goes to a temporary file that has no name any more, mapped for reading at the end. Pairs live
 * in the arena given; mappings are undone when that arena is reset. One thread at a time. No MHD_PostProcessor
 * (CVE-2023-27371).
 *
 * Codes: HTT-030 malformed, HTT-031 a limit, HTT-032 the end is missing, HTT-033 the disk. */
#ifndef RISE_HTTP_MULTIPART_H
#define RISE_HTTP_MULTIPART_H

#include "base/arena.h"
#include "base/err.h"
#include "http/input.h"

struct multipart;

struct multipart_limits {
    size_t parts;          /* default 1024 */
    size_t text_bytes;     /* one text value; default 1 MiB */
    size_t memory_bytes;   /* a file's share of memory before it is spooled; default 64 KiB */
    const char *spool_dir; /* NULL: /tmp */
};

/* `content_type` is the whole field value. E_INVALID without a usable boundary. limits may be NULL. */
rc multipart_begin(struct arena *a, str content_type, const struct multipart_limits *limits, struct multipart **out,
                   struct err *err);
rc multipart_feed(struct multipart *m, str bytes, struct err *err);
rc multipart_end(struct multipart *m, struct pair **pairs, size_t *n, struct err *err);

#endif
