#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "sys/reason.h"

static rc code_of(int e)
{
    switch (e) {
    case ENOENT:
    case ENOTDIR:
        return E_NOTFOUND;
    case EEXIST:
        return E_CONFLICT;
    case ENOMEM:
        return E_NOMEM;
    default:
        return E_IO;
    }
}

/* The msgid has {1} for the path and {2} for the system's words; errno is read first. */
static rc refused(struct err *err, const char *stable, const char *msgid, const char *path)
{
    int e = errno;
    return ERR(err, code_of(e), stable, msgid, str_of(path), str_of(sys_reason(e)));
}

static rc cannot_read(const char *path, struct err *err)
{
    return refused(err, "SYS-001", N_("The file {1} cannot be read: {2}."), path);
}

static rc cannot_write(const char *path, struct err *err)
{
    return refused(err, "SYS-002", N_("The file {1} cannot be written: {2}."), path);
}

void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

rc file_map(const char *path, struct file_map *out, struct err *err)
{
    FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    *out = (struct file_map){0};
    if (fd < 0 || fstat(fd, &st) != 0)
        return cannot_read(path, err);
    if (!S_ISREG(st.st_mode)) {
        errno = S_ISDIR(st.st_mode) ? EISDIR : ENODEV;
        return cannot_read(path, err);
    }
    out->bytes = STR_EMPTY; /* an empty file is one, too: its bytes are there */
    if (st.st_size == 0)
        return OK;
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return cannot_read(path, err);
    out->bytes = str_n(p, (size_t)st.st_size);
    return OK;
}

void file_unmap(struct file_map *m)
{
    if (m->bytes.n > 0)
        munmap((void *)(uintptr_t)m->bytes.p, m->bytes.n);
    *m = (struct file_map){0};
}

rc file_read(const char *path, struct buf *out, struct err *err)
{
    FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        return cannot_read(path, err);
    if (S_ISREG(st.st_mode) && st.st_size > 0 && !buf_reserve(out, (size_t)st.st_size))
        return ERR(err, buf_rc(out), "SYS-003", N_("The file {1} is too large."), str_of(path));
    for (;;) {
        char piece[8192];
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot_read(path, err);
        if (n == 0)
            return OK;
        buf_putn(out, piece, (size_t)n);
        if (buf_rc(out) != OK)
            return ERR(err, buf_rc(out), "SYS-003", N_("The file {1} is too large."), str_of(path));
    }
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

rc fd_write_all(int fd, const void *p, size_t n, struct err *err)
{
    return write_all(fd, p, n) ? OK : ERR(err, E_IO, "SYS-004", N_("Writing failed: {1}."), str_of(sys_reason(errno)));
}

/* Makes a rename or a new name in the folder of `path` durable. */
static bool sync_folder(const char *path)
{
    char copy[PATH_MAX];
    if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) {
        errno = ENAMETOOLONG;
        return false;
    }
    FD_SCOPED fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0;
}

/* A complete, durable temporary file beside `path`, its name in `temp`. */
static bool write_temp(const char *path, const str *parts, size_t n, mode_t mode, char *temp, size_t temp_size)
{
    if (snprintf(temp, temp_size, "%s.XXXXXX", path) >= (int)temp_size) {
        temp[0] = '\0';
        errno = ENAMETOOLONG;
        return false;
    }
    FD_SCOPED fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0) {
        temp[0] = '\0';
        return false;
    }
    bool done = fchmod(fd, mode) == 0;
    for (size_t i = 0; i < n; i++)
        done = done && write_all(fd, parts[i].p, parts[i].n);
    return done && fsync(fd) == 0;
}

static void unlink_kept_errno(const char *path)
{
    int e = errno;
    if (path[0])
        unlink(path);
    errno = e;
}

rc file_write_parts(const char *path, const str *parts, size_t n, mode_t mode, struct err *err)
{
    char temp[PATH_MAX];
    if (!write_temp(path, parts, n, mode, temp, sizeof temp) || rename(temp, path) != 0) {
        unlink_kept_errno(temp);
        return cannot_write(path, err);
    }
    return sync_folder(path) ? OK : cannot_write(path, err);
}

rc file_write(const char *path, str bytes, mode_t mode, struct err *err)
{
    return file_write_parts(path, &bytes, 1, mode, err);
}

rc file_replace(const char *from, const char *to, struct err *err)
{
    FD_SCOPED fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0 || rename(from, to) != 0 || !sync_folder(to))
        return cannot_write(to, err);
    return OK;
}

rc file_write_new(const char *path, str bytes, mode_t mode, struct err *err)
{
    char temp[PATH_MAX];
    /* link() refuses an existing name, which rename() would replace. */
    bool done = write_temp(path, &bytes, 1, mode, temp, sizeof temp) && link(temp, path) == 0;
    unlink_kept_errno(temp);
    if (!done && errno == EEXIST)
        return ERR(err, E_CONFLICT, "SYS-005", N_("The file {1} exists already."), str_of(path));
    return done && sync_folder(path) ? OK : cannot_write(path, err);
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool file_same(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

rc file_size(const char *path, int64_t *out, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return cannot_read(path, err);
    *out = st.st_size;
    return OK;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* One folder whose parent exists. */
static bool make_one(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0)
        return true;
    if (errno != EEXIST)
        return false;
    if (is_folder(path))
        return true;
    errno = ENOTDIR;
    return false;
}

rc dir_make(const char *path, mode_t mode, struct err *err)
{
    char part[PATH_MAX];
    int n = snprintf(part, sizeof part, "%s", path);
    bool fits = n >= 0 && n < (int)sizeof part;
    errno = ENAMETOOLONG;
    for (char *p = part + 1; fits && *part && *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        fits = make_one(part, mode);
        *p = '/';
    }
    if (!fits || !make_one(part, mode))
        return refused(err, "SYS-006", N_("The folder {1} cannot be made: {2}."), path);
    return OK;
}

rc file_remove(const char *path, struct err *err)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return refused(err, "SYS-007", N_("The file {1} cannot be removed: {2}."), path);
    return OK;
}

rc disk_free(const char *path, int64_t *bytes, struct err *err)
{
    struct statvfs st;
    if (statvfs(path, &st) != 0)
        return cannot_read(path, err);
    if (__builtin_mul_overflow(st.f_bavail, st.f_frsize, bytes))
        *bytes = INT64_MAX;
    return OK;
}
