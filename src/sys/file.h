/* Files. Paths are NUL-terminated. Replacement is atomic and durable: temporary file, fsync, rename, fsync of the
 * folder. A file's `mode` is exact, whatever the umask. Thread-safe.
 *
 * Errors: E_NOTFOUND, E_CONFLICT, E_LIMIT (SYS-003: past the buf's cap), E_IO for the rest; SYS-001 reading, SYS-002
 * writing, SYS-004 writing to a descriptor, SYS-005 exists already, SYS-006 making a folder, SYS-007 removing; each
 * with the path and the system's words. */
#ifndef RISE_SYS_FILE_H
#define RISE_SYS_FILE_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

rc file_read(const char *path, struct buf *out, struct err *err);         /* whole file, up to the buf's cap */
rc file_write(const char *path, str bytes, mode_t mode, struct err *err); /* atomic replacement */
/* The same, of parts one behind the other. */
rc file_write_parts(const char *path, const str *parts, size_t n, mode_t mode, struct err *err);
rc file_write_new(const char *path, str bytes, mode_t mode, struct err *err); /* E_CONFLICT when it exists */
rc file_replace(const char *from, const char *to,
                struct err *err); /* a finished file takes its place, durably; same file system */
bool file_exists(const char *path);
bool file_same(const char *a, const char *b); /* two paths that lead to one file; neither when there is none */
rc file_size(const char *path, int64_t *out, struct err *err);
rc dir_make(const char *path, mode_t mode, struct err *err); /* with parents; existing is OK */
rc file_remove(const char *path, struct err *err);           /* absent is OK */
rc disk_free(const char *path, int64_t *bytes, struct err *err);

/* A regular file's bytes, mapped for reading, so that a file of gigabytes costs no memory of ours. SYS-001. */
struct file_map {
    str bytes;
};
rc file_map(const char *path, struct file_map *out, struct err *err);
void file_unmap(struct file_map *m);
#define FILE_MAP_SCOPED __attribute__((cleanup(file_unmap))) struct file_map

/* File descriptors closed at the end of the scope. */
void fd_close(int *fd);
#define FD_SCOPED __attribute__((cleanup(fd_close))) int

/* Writes all n bytes, retrying after signals and short writes. */
rc fd_write_all(int fd, const void *p, size_t n, struct err *err);
#endif
