#include <sys/stat.h>

#include "dbt.h"

#include "sys/file.h"

static const struct migration schema[] = {
    {"test", 1, "item",
     STR_INIT("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, bytes BLOB) STRICT;\n"), "c1"},
};

QUERY(c_add, "itB", "", "INSERT INTO item (id, name, bytes) VALUES ($1, $2, $3)");
QUERY(c_all, "", "itB", "SELECT id, name, bytes FROM item ORDER BY id");

static rc fill(struct tx *tx, void *arg)
{
    (void)arg;
    for (int i = 0; i < 500; i++)
        TRY(db_exec(tx, &c_add,
                    VALS(v_int(i), v_text(STR("物品\n\t\\ 'x'")), i % 2 ? v_null() : v_blob(str_n("\0\1\xff", 3))),
                    NULL));
    return OK;
}

static void expect_filled(struct db *db)
{
    struct tx *tx;
    struct rows r;
    int n = 0;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_select(tx, &c_all, NOVALS, &r));
    while (rows_next(&r)) {
        ck_assert_int_eq(row_int(&r, 0), n);
        t_str(row_text(&r, 1), STR("物品\n\t\\ 'x'"));
        ck_assert_int_eq(row_null(&r, 2), n % 2);
        if (n % 2 == 0)
            t_str(row_text(&r, 2), ((str){"\0\1\xff", 3}));
        n++;
    }
    t_ok(rows_end(&r));
    db_read_end(tx);
    ck_assert_int_eq(n, 500);
}

static void clean(const char *dir)
{
    static const char *const names[] = {"backup",        "db",         "db-wal", "db-shm", "target.db", "target.db-wal",
                                        "target.db-shm", "restored.db"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(dir), 0);
}

/* A second, empty database beside the test's own. */
static void empty_url(int engine, const char *dir, char *out, size_t n)
{
    if (engine == DB_SQLITE) {
        snprintf(out, n, "sqlite:%s/restored.db", dir);
        return;
    }
    char url[1024];
    dbt_url(engine, url, sizeof url);
    const char *name = strstr(url, "/rise?");
    ck_assert_ptr_nonnull(name);
    snprintf(out, n, "%.*s/rise_empty?%s", (int)(name - url), url, name + 6);
}

START_TEST(backup_and_restore)
{
    char dir[] = "/tmp/rise-care-XXXXXX", path[64], url[1024], source[1024];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/backup", dir);
    dbt_url(_i, source, sizeof source);
    struct db *db = dbt_open_url(source, NULL, schema, 1);
    t_ok(db_write(db, fill, NULL));
    struct err err = {0};
    if (db_backup(db, path, &err) != OK)
        dbt_fail("db_backup", &err);
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_ne(db_backup(db, "/nonexistent/folder/backup", &err), OK);
    err_clear(&err);
    empty_url(_i, dir, url, sizeof url);
    struct db *opened = dbt_open_url(url, NULL, NULL, 0); /* opened once before: still empty */
    dbt_close(opened);
    if (db_restore(str_of(url), path, &err) != OK)
        dbt_fail("db_restore", &err);
    t_rc(db_restore(str_of(url), path, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "DBS-013");
    dbt_close(db);
    /* The restored one goes on: same data, same schema, able to write. */
    char restored[1024];
    snprintf(restored, sizeof restored, "%s", url);
    if (_i == DB_POSTGRES) /* its tables lie in the source's schema */
        snprintf(strstr(restored, "search_path"), 64, "%s", strstr(source, "search_path"));
    struct db *again = dbt_open_url(restored, NULL, NULL, 0);
    t_ok(db_migrations_check(again, schema, 1, &err));
    expect_filled(again);
    t_ok(db_check(again, &err));
    t_rc(db_write(again, fill, NULL), E_CONFLICT);
    dbt_close(again);
    clean(dir);
}
END_TEST

START_TEST(what_is_no_backup)
{
    char dir[] = "/tmp/rise-care-XXXXXX", path[64], url[1024];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/backup", dir);
    struct err err = {0};
    dbt_url(_i, url, sizeof url);
    if (_i == DB_SQLITE)
        snprintf(url, sizeof url, "sqlite:%s/target.db", dir);
    ck_assert_int_ne(db_restore(str_of(url), path, &err), OK); /* absent */
    err_clear(&err);
    t_ok(file_write(path, STR("this is no backup at all, whatever its name says"), 0600, &err));
    ck_assert_int_ne(db_restore(str_of(url), path, &err), OK);
    ck_assert_ptr_nonnull(err.main.msgid);
    clean(dir);
}
END_TEST

/* One flipped byte in a page of the table is found. */
START_TEST(damage_is_found)
{
    if (_i != DB_SQLITE)
        return;
    char dir[] = "/tmp/rise-care-XXXXXX", path[64], url[128];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/db", dir);
    snprintf(url, sizeof url, "sqlite:%s", path);
    struct db *db = dbt_open_url(url, NULL, schema, 1);
    t_ok(db_write(db, fill, NULL));
    t_ok(db_check(db, NULL));
    dbt_close(db);
    struct buf all = BUF_INIT(10000000);
    struct err err = {0};
    t_ok(file_read(path, &all, &err));
    memset(all.p + all.n - 4096, 0x5a, 64); /* the head of the last page */
    t_ok(file_write(path, buf_str(&all), 0600, &err));
    buf_free(&all);
    db = dbt_open_url(url, NULL, NULL, 0);
    t_rc(db_check(db, &err), E_CORRUPT);
    ck_assert_str_eq(err.main.code, "DBS-008");
    dbt_close(db);
    clean(dir);
}
END_TEST

START_TEST(every_statement_prepares)
{
    struct db *db = dbt_open(_i, schema, 1);
    struct err err = {0};
    if (db_prepare_all(db, &err) != OK)
        dbt_fail("db_prepare_all", &err);
    size_t n;
    db_queries(&n);
    ck_assert_uint_ge(n, 6); /* those above and the migrations' */
    dbt_close(db);
}
END_TEST

START_TEST(wrong_declarations_are_found)
{
    struct db *db = dbt_open(_i, schema, 1);
    static const struct query wrong[] = {
        {"few_params", "i", "i", "SELECT id FROM item WHERE id = $1 AND bytes = $2", NULL},
        {"many_params", "ii", "i", "SELECT id FROM item WHERE id = $1", NULL},
        {"few_columns", "", "i", "SELECT id, name FROM item", NULL},
        {"many_columns", "", "it", "SELECT id FROM item", NULL},
        {"no_table", "", "i", "SELECT id FROM nowhere", NULL},
        {"no_column", "", "i", "SELECT \"nothing\" FROM item", NULL},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct tx *tx;
        struct rows r;
        struct val v[2] = {v_int(1), v_int(2)};
        t_ok(db_read_begin(db, &tx));
        rc got = db_select(tx, &wrong[i], v, strlen(wrong[i].params), &r);
        /* PostgreSQL tolerates a parameter that is declared and not used, SQLite's check does not. */
        if (got == OK)
            got = rows_end(&r);
        if (!(_i == DB_POSTGRES && i == 1))
            t_rc(got, E_INTERNAL);
        db_read_end(tx);
    }
    dbt_close(db);
}
END_TEST

DBT_MAIN("db/care", backup_and_restore, what_is_no_backup, damage_is_found, every_statement_prepares,
         wrong_declarations_are_found)
