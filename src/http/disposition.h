/* The header block of one multipart part: name and file name from Content-Disposition, the declared Content-Type.
 * Pure; used by multipart.c only. */
#ifndef RISE_HTTP_DISPOSITION_H
#define RISE_HTTP_DISPOSITION_H

#include "base/arena.h"
#include "base/err.h"

struct part_head {
    str name;      /* the field */
    bool is_file;  /* a file name was stated, even an empty one */
    str file_name; /* without folders and control characters; at most 255 bytes */
    str type;      /* "application/octet-stream" when not stated */
};

/* `block` is the part's header lines, parted by CRLF, without the empty line. */
rc part_head_parse(struct arena *a, str block, struct part_head *out, struct err *err);

/* The value of parameter `name` in a field value such as `form-data; name="x"`. p == NULL when absent; a quoted string
 * is unescaped. E_INVALID when the parameters are malformed. */
rc header_param(struct arena *a, str value, const char *name, str *out);

#endif
