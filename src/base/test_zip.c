#include "base/zip.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "t.h"

enum { MOST = 8, ROOM = 1 << 20 };

static const struct zip_entry entries[] = {
    {STR_INIT("manifest.json"), STR_INIT("{}")},
    {STR_INIT("表/理由.csv"), STR_INIT("第一列\r\n第二列\r\n")},
    {STR_INIT("empty"), STR_INIT("")},
};
enum { ENTRIES = sizeof entries / sizeof entries[0] };

static struct arena *a;
static struct buf made = BUF_INIT(ROOM);

static void setup(void)
{
    a = arena_new(ROOM);
    buf_clear(&made);
    t_ok(zip_write(entries, ENTRIES, &made, NULL));
}

static void teardown(void)
{
    arena_free(a);
    buf_free(&made);
}

static rc read_back(str bytes, struct zip_entry **v, size_t *n, struct err *err)
{
    *n = 0;
    err_clear(err);
    return zip_read(a, bytes, MOST, v, n, err);
}

START_TEST(crc_of_the_check_value)
{
    setup();
    ck_assert_uint_eq(zip_crc32(STR("123456789")), 0xcbf43926); /* ISO 3309, as everybody quotes it */
    ck_assert_uint_eq(zip_crc32(STR_EMPTY), 0);
    teardown();
}
END_TEST

START_TEST(what_was_written_comes_back_and_is_written_the_same)
{
    setup();
    struct zip_entry *v;
    struct err err;
    size_t n;
    BUF_SCOPED again = BUF_INIT(ROOM);
    t_ok(read_back(buf_str(&made), &v, &n, &err));
    ck_assert_uint_eq(n, ENTRIES);
    for (size_t i = 0; i < n; i++) {
        t_str(v[i].name, entries[i].name);
        t_str(v[i].bytes, entries[i].bytes);
    }
    t_ok(zip_write(v, n, &again, NULL));
    t_str(buf_str(&again), buf_str(&made));
    teardown();
}
END_TEST

/* A reader that ignores what it does not need may accept a flip in a time stamp: then writing it again differs. */
START_TEST(every_flipped_bit_is_seen)
{
    setup();
    for (size_t i = 0; i < 8 * made.n; i++) {
        struct zip_entry *v;
        struct err err;
        size_t n;
        BUF_SCOPED again = BUF_INIT(ROOM);
        made.p[i / 8] ^= (char)(1 << i % 8);
        if (read_back(buf_str(&made), &v, &n, &err) == OK) {
            t_ok(zip_write(v, n, &again, NULL));
            ck_assert_msg(!str_eq(buf_str(&again), buf_str(&made)), "bit %zu of byte %zu", i % 8, i / 8);
        }
        made.p[i / 8] ^= (char)(1 << i % 8);
        arena_reset(a);
    }
    teardown();
}
END_TEST

START_TEST(every_cut_is_seen)
{
    setup();
    for (size_t keep = 0; keep < made.n; keep++) {
        struct zip_entry *v;
        struct err err;
        size_t n;
        ck_assert_int_ne(read_back(str_n(made.p, keep), &v, &n, &err), OK);
    }
    teardown();
}
END_TEST

START_TEST(names_that_are_not_allowed)
{
    setup();
    static const char *const bad[] = {"", "/etc/passwd", "../up", "a/../b", "a//b", "a/", ".", "a\\b", "a\nb", "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        BUF_SCOPED out = BUF_INIT(ROOM);
        t_rc(zip_write(&(struct zip_entry){str_of(bad[i]), STR("x")}, 1, &out, &err), E_INVALID);
        ck_assert_str_eq(err.main.code, "ZIP-004");
    }
    struct zip_entry twice[] = {{STR("a"), STR("1")}, {STR("a"), STR("2")}};
    BUF_SCOPED out = BUF_INIT(ROOM);
    t_rc(zip_write(twice, 2, &out, NULL), E_INVALID);
    teardown();
}
END_TEST

/* Written with allowed names of the same length, then renamed in both headers. */
static void renamed(const char *from, const char *to, const char *code)
{
    size_t n = strlen(from), n_read;
    struct zip_entry *v;
    struct err err;
    for (size_t i = 0; i + n <= made.n; i++)
        if (memcmp(made.p + i, from, n) == 0)
            memcpy(made.p + i, to, n);
    t_rc(read_back(buf_str(&made), &v, &n_read, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, code);
}

START_TEST(hostile_names)
{
    setup();
    renamed("manifest.json", "../../../../x", "ZIP-004");
    teardown();
}
END_TEST

START_TEST(a_name_twice)
{
    setup();
    struct zip_entry two[] = {{STR("one"), STR("1")}, {STR("two"), STR("2")}};
    buf_clear(&made);
    t_ok(zip_write(two, 2, &made, NULL));
    renamed("two", "one", "ZIP-004");
    teardown();
}
END_TEST

static void set(size_t at, unsigned value, const char *code)
{
    struct zip_entry *v;
    struct err err;
    size_t n;
    char was = made.p[at];
    made.p[at] = (char)value;
    ck_assert_int_ne(read_back(buf_str(&made), &v, &n, &err), OK);
    ck_assert_str_eq(err.main.code, code);
    made.p[at] = was;
}

START_TEST(structure_that_contradicts_itself)
{
    setup();
    size_t end = made.n - 22,
           directory = (unsigned char)made.p[end + 16] | (size_t)(unsigned char)made.p[end + 17] << 8;
    set(end + 10, 2, "ZIP-002"); /* fewer entries here than there */
    set(end + 16, (unsigned char)made.p[end + 16] + 1u, "ZIP-002");
    set(directory + 42, 1, "ZIP-002"); /* a local header elsewhere */
    set(directory + 10, 8, "ZIP-003"); /* deflated */
    set(directory + 8, 1, "ZIP-003");  /* encrypted */
    set(directory + 24, 1, "ZIP-002"); /* sizes differ from the local header */
    set(30 + 13, 'X', "ZIP-005");      /* the first entry's bytes */
    set(0, 'Q', "ZIP-002");
    set(made.n - 2, 1, "ZIP-001"); /* a comment that is not there */
    struct zip_entry *v;
    struct err err;
    size_t n;
    BUF_SCOPED longer = BUF_INIT(ROOM);
    buf_putc(&longer, 'M');
    buf_put(&longer, buf_str(&made));
    t_rc(read_back(buf_str(&longer), &v, &n, &err), E_INVALID); /* bytes in front */
    t_rc(zip_read(a, buf_str(&made), ENTRIES - 1, &v, &n, &err), E_LIMIT);
    teardown();
}
END_TEST

/* python3's zipfile, written by others: it reads ours, and what it writes is read here. */
START_TEST(another_program_agrees)
{
    setup();
    char path[] = "/tmp/rise-zip-XXXXXX", command[512];
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, made.p, made.n), (ssize_t)made.n);
    snprintf(command, sizeof command,
             "python3 -c 'import sys,zipfile as z; p=sys.argv[1]; a=z.ZipFile(p); assert a.testzip() is None;"
             " c=[(i.filename,a.read(i)) for i in a.infolist()]; a.close(); assert c[1][0]==\"表/理由.csv\", c;"
             " b=z.ZipFile(p,\"w\"); [b.writestr(n,d) for n,d in c]; b.close()' %s",
             path);
    ck_assert_int_eq(system(command), 0);
    char bytes[4096];
    ssize_t got = pread(fd, bytes, sizeof bytes, 0);
    close(fd);
    unlink(path);
    struct zip_entry *v;
    struct err err;
    size_t n;
    ck_assert_int_gt(got, 0);
    t_ok(read_back(str_n(bytes, (size_t)got), &v, &n, &err));
    ck_assert_uint_eq(n, ENTRIES);
    t_str(v[1].name, entries[1].name);
    t_str(v[1].bytes, entries[1].bytes);
    teardown();
}
END_TEST

/* As other programs pack: deflated, a folder of its own, and written to a pipe, so with descriptors behind the bytes.
 */
static void packed_by_python(const char *how, struct buf *out)
{
    char command[1024], bytes[4096];
    snprintf(command, sizeof command,
             "python3 -c 'import sys,zipfile as z; b=z.ZipFile(sys.stdout.buffer,\"w\",%s); "
             "b.writestr(\"one.txt\",\"1\"*1000);"
             " b.writestr(\"META-INF/\",\"\"); b.writestr(\"表/二\",b\"\"); b.close()' | cat",
             how);
    FILE *p = popen(command, "r");
    ck_assert_ptr_nonnull(p);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, p)) > 0;)
        buf_putn(out, bytes, got);
    ck_assert_int_eq(pclose(p), 0);
}

START_TEST(packed_by_others)
{
    setup();
    static const char *const how[] = {"z.ZIP_DEFLATED", "z.ZIP_STORED"};
    for (int i = 0; i < 2; i++) {
        struct zip_entry *v;
        size_t n = 0;
        struct err err = {0};
        BUF_SCOPED zip = BUF_INIT(ROOM);
        packed_by_python(how[i], &zip);
        ck_assert_int_ne(zip_read(a, buf_str(&zip), MOST, &v, &n, NULL), OK);
        t_ok(zip_read_packed(a, buf_str(&zip), MOST, ROOM, &v, &n, &err));
        ck_assert_uint_eq(n, 2);
        ck_assert_uint_eq(v[0].bytes.n, 1000);
        t_str(v[1].name, STR("表/二"));
        t_str(v[1].bytes, STR_EMPTY);
        if (i == 0)
            t_rc(zip_read_packed(a, buf_str(&zip), MOST, 999, &v, &n, &err), E_LIMIT);
        for (size_t k = 0; k < zip.n; k++) { /* no bit of content or structure may be changed unseen */
            zip.p[k] ^= 4;
            struct zip_entry *w;
            size_t m = 0;
            if (zip_read_packed(a, buf_str(&zip), MOST, ROOM, &w, &m, NULL) == OK && m > 0)
                ck_assert_uint_eq(zip_crc32(w[0].bytes), zip_crc32(v[0].bytes));
            zip.p[k] ^= 4;
        }
    }
    teardown();
}
END_TEST

T_MAIN("base/zip", crc_of_the_check_value, what_was_written_comes_back_and_is_written_the_same,
       every_flipped_bit_is_seen, every_cut_is_seen, names_that_are_not_allowed, hostile_names, a_name_twice,
       structure_that_contradicts_itself, another_program_agrees, packed_by_others)
