/* Every statement of the whole program is accepted by both engines, with the parameters and columns it declares. */
#include "dbt.h"

#include <sqlite3.h>

#include "cmd/cmd.h"
#include "core/module.h"

START_TEST(every_statement_prepares)
{
    struct db *db = dbt_open(_i, NULL, 0);
    static struct err err;
    struct app app = {.db = db, .modules = all_modules, .n_modules = n_all_modules};
    if (app_migrate(&app, NULL, &err) != OK)
        dbt_fail("app_migrate", &err);
    if (db_prepare_all(db, &err) != OK)
        dbt_fail("db_prepare_all", &err);
    size_t n;
    db_queries(&n);
    ck_assert_uint_gt(n, 100);
    dbt_close(db);
}
END_TEST

/* The name is what messages and metrics say: two statements with one name cannot be told apart. */
START_TEST(names_differ)
{
    size_t n;
    const struct query *const *q = db_queries(&n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            ck_assert_msg(strcmp(q[i]->name, q[j]->name) != 0, "two statements are called %s", q[i]->name);
}
END_TEST

/* What SQLite's own parser says a statement touches. */
struct touched {
    uint64_t read, written;
    bool reads_unwatched;
};

static uint64_t watched_bit(const char *table)
{
    size_t n;
    const char *const *names = db_watched(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], table) == 0)
            return UINT64_C(1) << i;
    return 0;
}

static int note(void *arg, int action, const char *table, const char *column, const char *database, const char *trigger)
{
    struct touched *t = arg;
    (void)column, (void)database, (void)trigger;
    if (!table || strncmp(table, "sqlite_", 7) == 0)
        return SQLITE_OK;
    if (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE)
        t->written |= watched_bit(table);
    if (action == SQLITE_READ && watched_bit(table))
        t->read |= watched_bit(table);
    else if (action == SQLITE_READ && *table)
        t->reads_unwatched = true;
    return SQLITE_OK;
}

static sqlite3 *all_tables(void)
{
    sqlite3 *h;
    ck_assert_int_eq(sqlite3_open(":memory:", &h), SQLITE_OK);
    sqlite3_exec(h,
                 "CREATE TABLE schema_migration (module, version, name, checksum, applied_at);"
                 "CREATE TABLE table_version (name PRIMARY KEY, version)",
                 NULL, NULL, NULL);
    for (size_t m = 0; m < n_all_modules; m++)
        for (size_t i = 0; all_modules[m]->migrations && i < *all_modules[m]->n_migrations; i++)
            ck_assert_int_eq(sqlite3_exec(h, all_modules[m]->migrations[i].sql.p, NULL, NULL, NULL), SQLITE_OK);
    return h;
}

/* A remembered page would be wrong for good if a table escaped src/db/watch.c: it is compared for every statement. An
 * INSERT or UPDATE reads its own table too in SQLite's eyes; what matters is that nothing is missing. */
START_TEST(tables_are_found_in_texts)
{
    if (_i != DB_SQLITE)
        return;
    size_t n, n_watched;
    const struct query *const *q = db_queries(&n);
    db_watched(&n_watched);
    ck_assert_uint_gt(n_watched, 5);
    dbt_close(dbt_open(_i, NULL, 0)); /* opening reads the texts */
    sqlite3 *h = all_tables();
    struct touched t;
    size_t writing = 0;
    sqlite3_set_authorizer(h, note, &t);
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *s = NULL;
        t = (struct touched){0};
        ck_assert_msg(sqlite3_prepare_v2(h, q[i]->sql, -1, &s, NULL) == SQLITE_OK, "%s: %s", q[i]->name,
                      sqlite3_errmsg(h));
        const struct query_use *u = q[i]->use;
        ck_assert_msg(u->written == t.written, "%s writes %llx, found were %llx: %s", q[i]->name,
                      (unsigned long long)t.written, (unsigned long long)u->written, q[i]->sql);
        if (sqlite3_stmt_readonly(s)) {
            ck_assert_msg((t.read & ~u->read) == 0, "%s reads %llx, found were %llx: write JOIN, not a comma: %s",
                          q[i]->name, (unsigned long long)t.read, (unsigned long long)u->read, q[i]->sql);
            ck_assert_msg(!t.reads_unwatched || u->reads_unwatched, "%s reads a table that was not found: %s",
                          q[i]->name, q[i]->sql);
        }
        writing += t.written != 0;
        sqlite3_finalize(s);
    }
    sqlite3_close(h);
    ck_assert_uint_gt(writing, 20);
}
END_TEST

DBT_MAIN("queries", every_statement_prepares, names_differ, tables_are_found_in_texts)
