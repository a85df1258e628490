/* Files. Paths are NUL-terminated. Replacement is atomic and durable: temporary file, fsync, rename, fsync of the folder. */
#ifndef RISE_SYS_FILE_H
#define RISE_SYS_FILE_H
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

rc file_read(const char *path, struct buf *out, struct err *err);             /* whole file, up to the buf's cap */
rc file_write(const char *path, str bytes, mode_t mode, struct err *err);     /* atomic replacement */
rc file_write_new(const char *path, str bytes, mode_t mode, struct err *err); /* E_CONFLICT when it exists */
bool file_exists(const char *path);
rc file_size(const char *path, int64_t *out, struct err *err);
rc dir_make(const char *path, mode_t mode, struct err *err);                  /* with parents; existing is OK */
rc file_remove(const char *path, struct err *err);                            /* absent is OK */
rc disk_free(const char *path, int64_t *bytes, struct err *err);

/* File descriptors closed at the end of the scope. */
void fd_close(int *fd);
#define FD_SCOPED __attribute__((cleanup(fd_close))) int

/* Writes all n bytes, retrying after signals and short writes. */
rc fd_write_all(int fd, const void *p, size_t n, struct err *err);
#endif
