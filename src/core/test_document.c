#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "core/document.h"
#include "dbt.h"
#include "sys/clock.h"
#include "sys/file.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

START_TEST(sniffs)
{
    (void)_i;
    t_str(document_sniff(STR("%PDF-1.7\n")), STR("application/pdf"));
    t_str(document_sniff(STR("\x89PNG\r\n\x1a\nxxx")), STR("image/png"));
    t_str(document_sniff(STR("\xff\xd8\xff\xe0")), STR("image/jpeg"));
    t_str(document_sniff(STR("RIFFxxxxWEBPVP8 ")), STR("image/webp"));
    t_str(document_sniff(STR("\xEF\xBB\xBF名稱,價格\n雲端,100\n")), STR("text/csv"));
    t_str(document_sniff(STR("\xa6\x57\xba\xd9,\xbb\xf9\xae\xe6\n")), STR("text/csv")); /* Big5 */
    t_str(document_sniff(STR("hello\nworld, again")), STR("text/plain"));
    t_str(document_sniff(STR(" <!DOCTYPE html><p>,")), STR(""));
    t_str(document_sniff(STR("<svg onload=x>")), STR(""));
    t_str(document_sniff(STR("#!/bin/sh\n")), STR(""));
    t_str(document_sniff(STR("a\0b")), STR(""));
    t_str(document_sniff(STR("\x7f"
                             "ELF\x02\x01")),
          STR(""));
    t_str(document_sniff(STR("")), STR(""));
    BUF_SCOPED long_text = BUF_INIT(10000); /* a character cut in two by the sniffing window is no fault */
    buf_putc(&long_text, 'a');
    while (long_text.n < 6000)
        buf_put(&long_text, STR("雲"));
    t_str(document_sniff(buf_str(&long_text)), STR("text/plain"));
}
END_TEST

static char dir[] = "/tmp/rise-test-document-XXXXXX";
static struct app app;

static struct db *world(int engine)
{
    snprintf(dir, sizeof dir, "/tmp/rise-test-document-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    app.config.data_dir = str_of(dir);
    return dbt_open(engine, core_migrations, core_migrations_n);
}

static void end_world(struct db *db)
{
    char command[128];
    dbt_close(db);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ck_assert_int_eq(system(command), 0);
}

struct add {
    const char *name, *bytes;
    int64_t max;
    id out;
    bool fail;
    char code[16];
};

static rc add_fn(struct tx *tx, void *arg)
{
    struct add *a = arg;
    rc code =
        document_add(tx, &app, 5, str_of(a->name), str_of(a->bytes), "text/plain, application/pdf", a->max, &a->out);
    snprintf(a->code, sizeof a->code, "%s", code != OK && tx_err(tx)->main.code ? tx_err(tx)->main.code : "");
    return code == OK && a->fail ? E_CONFLICT : code;
}

static rc remove_fn(struct tx *tx, void *arg)
{
    return document_remove(tx, *(id *)arg);
}

static int blobs(void)
{
    char command[128], line[32] = "";
    snprintf(command, sizeof command, "find %s -type f ! -name .lock | wc -l", dir);
    FILE *f = popen(command, "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
    pclose(f);
    int64_t n = 0;
    t_ok(str_to_i64(str_trim(str_of(line)), &n));
    return (int)n;
}

static int64_t sweep(struct db *db, instant now)
{
    struct tx *tx;
    struct err err = {0};
    int64_t removed;
    t_ok(db_read_begin(db, &tx));
    t_ok(document_sweep(&app, tx, now, &removed, &err));
    db_read_end(tx);
    return removed;
}

static rc check(struct db *db)
{
    struct tx *tx;
    BUF_SCOPED finding = BUF_INIT(65536);
    t_ok(db_read_begin(db, &tx));
    rc code = document_check(&app, tx, &finding);
    db_read_end(tx);
    return code;
}

START_TEST(stores_and_reads)
{
    struct db *db = world(_i);
    struct add a = {.name = "C:\\我的文件\\合約.txt", .bytes = "甲乙雙方", .max = 100};
    struct document d;
    struct arena *arena = arena_new(65536);
    struct err err = {0};
    struct tx *tx;
    char bytes[64];
    int fd;
    t_ok(db_write(db, add_fn, &a));
    t_ok(db_read_begin(db, &tx));
    t_ok(document_get(tx, a.out, &d, arena));
    t_str(d.name, STR("合約.txt"));
    t_str(d.type, STR("text/plain"));
    ck_assert_int_eq(d.size, 12);
    t_ok(document_open(&app, &d, &fd, &err));
    ck_assert_int_eq(read(fd, bytes, sizeof bytes), 12);
    t_str(str_n(bytes, 12), STR("甲乙雙方"));
    fd_close(&fd);
    t_rc(document_get(tx, 12345, &d, arena), E_NOTFOUND);
    db_read_end(tx);
    t_ok(check(db));
    arena_free(arena);
    end_world(db);
}
END_TEST

START_TEST(refuses)
{
    struct db *db = world(_i);
    struct add a = {.name = "a.pdf", .bytes = "<html>", .max = 100};
    t_rc(db_write(db, add_fn, &a), E_INVALID);
    ck_assert_str_eq(a.code, "DOC-001");
    a = (struct add){.name = "a.txt", .bytes = "12345", .max = 4};
    t_rc(db_write(db, add_fn, &a), E_LIMIT);
    ck_assert_str_eq(a.code, "DOC-002");
    a = (struct add){.name = "a.txt", .bytes = "", .max = 4};
    t_rc(db_write(db, add_fn, &a), E_INVALID);
    a = (struct add){.name = "a\n.txt", .bytes = "x", .max = 4};
    t_ok(db_write(db, add_fn, &a));
    a = (struct add){.name = "a\x01.txt", .bytes = "x", .max = 4};
    t_rc(db_write(db, add_fn, &a), E_INVALID);
    ck_assert_str_eq(a.code, "DOC-005");
    a = (struct add){.name = "\xff", .bytes = "x", .max = 4};
    t_rc(db_write(db, add_fn, &a), E_INVALID);
    a = (struct add){.name = "files/", .bytes = "x", .max = 4};
    t_rc(db_write(db, add_fn, &a), E_INVALID);
    end_world(db);
}
END_TEST

START_TEST(sweeps)
{
    struct db *db = world(_i);
    struct add one = {.name = "1", .bytes = "same", .max = 100}, two = one,
               failed = {.name = "3", .bytes = "lost", .max = 100, .fail = true};
    instant now = clock_now();
    t_ok(db_write(db, add_fn, &one));
    t_ok(db_write(db, add_fn, &two));
    t_rc(db_write(db, add_fn, &failed), E_CONFLICT);
    ck_assert_int_eq(blobs(), 2);
    ck_assert_int_eq(sweep(db, now), 0); /* too young */
    ck_assert_int_eq(sweep(db, now + 2 * DAY), 1);
    t_ok(db_write(db, remove_fn, &one.out));
    ck_assert_int_eq(sweep(db, now + 2 * DAY), 0); /* the other document still names it */
    t_ok(db_write(db, remove_fn, &two.out));
    t_rc(db_write(db, remove_fn, &two.out), E_NOTFOUND);
    ck_assert_int_eq(sweep(db, now + 2 * DAY), 1);
    ck_assert_int_eq(blobs(), 0);
    end_world(db);
}
END_TEST

START_TEST(finds_damage)
{
    struct db *db = world(_i);
    struct add a = {.name = "1", .bytes = "precious", .max = 100};
    char command[256];
    t_ok(db_write(db, add_fn, &a));
    t_ok(check(db));
    snprintf(command, sizeof command, "f=$(find %s -type f ! -name .lock); printf 'previous' > $f", dir);
    ck_assert_int_eq(system(command), 0);
    t_rc(check(db), E_CORRUPT);
    end_world(db);
}
END_TEST

DBT_MAIN("core/document", sniffs, stores_and_reads, refuses, sweeps, finds_damage)
