/* Shared by zip.c and zip_read.c. */
#ifndef RISE_BASE_ZIP_IMPL_H
#define RISE_BASE_ZIP_IMPL_H
#include "base/zip.h"

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    COMMENT_MAX = UINT16_MAX,
    VERSION = 20, /* 2.0: the least that every reader understands */
    FLAG_UTF8 = 1 << 11,
    FLAG_DESCRIPTOR = 1 << 3, /* CRC and sizes stand behind the bytes */
    FLAG_EFFORT = 3 << 1,     /* how hard the packer tried */
    STORED = 0,
    DEFLATED = 8,
    DOS_1980 = 1 << 5 | 1, /* year 1980 + 0, month 1, day 1 */
};
#define SIG_LOCAL   0x04034b50u
#define SIG_CENTRAL 0x02014b50u
#define SIG_END     0x06054b50u
#define SIG_BEHIND  0x08074b50u

bool zip_name_allowed(str name);
rc zip_refuse_name(str name, struct err *err);
rc zip_check_names(const struct zip_entry *v, size_t n, struct err *err); /* allowed, and none twice */
rc zip_too_large(struct err *err);
#endif
