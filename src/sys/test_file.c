#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/file.h"
#include "t.h"

static char folder[] = "/tmp/test_file.XXXXXX";

static void enter(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_mode & 07777;
}

START_TEST(writes_and_reads)
{
    enter();
    umask(077);
    t_ok(file_write("a", STR("one"), 0640, NULL));
    ck_assert_uint_eq(mode_of("a"), 0640);
    t_ok(file_write("a", str_n("two\0three", 9), 0600, NULL));
    ck_assert_uint_eq(mode_of("a"), 0600);
    BUF_SCOPED b = BUF_INIT(100);
    t_ok(file_read("a", &b, NULL));
    t_str(buf_str(&b), str_n("two\0three", 9));
    int64_t size;
    t_ok(file_size("a", &size, NULL));
    ck_assert_int_eq(size, 9);
    ck_assert(file_exists("a") && !file_exists("b"));

    struct err err = {0};
    t_rc(file_write_new("a", STR("x"), 0600, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "SYS-005");
    t_ok(file_write_new("b", STR_EMPTY, 0600, NULL));
    buf_clear(&b);
    t_ok(file_read("b", &b, NULL));
    ck_assert_uint_eq(b.n, 0);
    t_ok(file_remove("a", NULL));
    t_ok(file_remove("b", NULL));
    t_ok(file_remove("b", NULL));
    ck_assert_int_eq(rmdir(folder), 0); /* nothing temporary is left */
}
END_TEST

START_TEST(refusals_leave_no_trace)
{
    enter();
    struct err err = {0};
    BUF_SCOPED b = BUF_INIT(2);
    t_rc(file_read("absent", &b, &err), E_NOTFOUND);
    ck_assert_str_eq(err.main.code, "SYS-001");
    t_str(err.main.arg[0], STR("absent"));
    t_str(err.main.arg[1], STR("there is no such file or folder"));
    int64_t n;
    t_rc(file_size("absent", &n, NULL), E_NOTFOUND);
    t_rc(file_write("absent/x", STR("x"), 0600, NULL), E_NOTFOUND);
    BUF_SCOPED wide = BUF_INIT(100000);
    t_rc(file_read(".", &wide, NULL), E_IO); /* a folder */
    t_ok(file_write("a", STR("abc"), 0600, NULL));
    err_clear(&err);
    t_rc(file_read("a", &b, &err), E_LIMIT);
    ck_assert_str_eq(err.main.code, "SYS-003");
    t_rc(file_write(".", STR("x"), 0600, NULL), E_IO);
    char path[PATH_MAX + 10];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    t_rc(file_write(path, STR("x"), 0600, NULL), E_IO);
    t_rc(dir_make(path, 0700, NULL), E_IO);
    t_ok(file_remove("a", NULL));
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* An empty file is there; a folder and a device are no files. */
START_TEST(mapped)
{
    enter();
    struct file_map m;
    struct err err = {0};
    t_ok(file_write("a", STR("one"), 0600, NULL));
    t_ok(file_write("empty", STR_EMPTY, 0600, NULL));
    t_ok(file_map("a", &m, NULL));
    t_str(m.bytes, STR("one"));
    file_unmap(&m);
    t_ok(file_map("empty", &m, NULL));
    ck_assert(m.bytes.p && m.bytes.n == 0);
    file_unmap(&m);
    ck_assert_ptr_null(m.bytes.p);
    t_rc(file_map("/", &m, &err), E_IO);
    t_str(err.main.arg[1], STR("it is a folder"));
    err_clear(&err);
    t_rc(file_map("/dev/null", &m, &err), E_IO);
    t_str(err.main.arg[1], STR("it is no ordinary file"));
    ck_assert_int_eq(symlink("a", "link"), 0);
    ck_assert(file_same("a", "./link") && file_same("a", "a") && !file_same("a", "empty") && !file_same("b", "b"));
}
END_TEST

START_TEST(folders)
{
    enter();
    t_ok(dir_make("x/y//z/", 0700, NULL));
    t_ok(dir_make("x/y", 0700, NULL));
    ck_assert(file_exists("x/y/z"));
    t_ok(file_write("x/f", STR_EMPTY, 0600, NULL));
    t_rc(dir_make("x/f", 0700, NULL), E_NOTFOUND); /* ENOTDIR */
    t_rc(dir_make("x/f/g", 0700, NULL), E_NOTFOUND);
    t_ok(dir_make("/tmp", 0700, NULL));
    t_ok(dir_make("/", 0700, NULL));
    t_rc(dir_make("", 0700, NULL), E_NOTFOUND);
    int64_t bytes = -1;
    t_ok(disk_free(".", &bytes, NULL));
    ck_assert_int_ge(bytes, 0);
    t_rc(disk_free("absent", &bytes, NULL), E_NOTFOUND);
    t_ok(file_remove("x/f", NULL));
    ck_assert(rmdir("x/y/z") == 0 && rmdir("x/y") == 0 && rmdir("x") == 0 && rmdir(folder) == 0);
}
END_TEST

START_TEST(descriptors)
{
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    t_ok(fd_write_all(ends[1], "abc", 3, NULL));
    char got[3];
    ck_assert_int_eq(read(ends[0], got, 3), 3);
    {
        FD_SCOPED scoped = ends[0];
        ck_assert_int_ge(scoped, 0);
    }
    ck_assert_int_eq(fcntl(ends[0], F_GETFD), -1);
    fd_close(&ends[1]);
    ck_assert_int_eq(ends[1], -1);
    struct err err = {0};
    t_rc(fd_write_all(-1, "abc", 3, &err), E_IO);
    ck_assert_str_eq(err.main.code, "SYS-004");
}
END_TEST

T_MAIN("sys/file", writes_and_reads, refusals_leave_no_trace, mapped, folders, descriptors)
