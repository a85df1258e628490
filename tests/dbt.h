/* Tests that run on every engine: each case gets its own, empty database.
 *
 *     START_TEST(adds)
 *     {
 *         struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
 *         …
 *         dbt_close(db);
 *     }
 *     END_TEST
 *     DBT_MAIN("core/ledger", adds, subtracts)
 *
 * Each case runs twice, _i being DB_SQLITE and DB_POSTGRES. PostgreSQL needs RISE_TEST_PG, the address of a server
 * (tests/with-postgres COMMAND sets it); without it these cases are left out and the program says so. With
 * RISE_TEST_PG_ONLY the others are left out: they ran elsewhere. */
#ifndef RISE_TESTS_DBT_H
#define RISE_TESTS_DBT_H

#include <unistd.h>

#include "db/db.h"
#include "t.h"

/* The address of a new, empty database: a temporary file, or a schema that is made when it is first opened. `out` ≥ 512
 * bytes. */
static inline void dbt_url(int engine, char *out, size_t n)
{
    static int count;
    if (engine == DB_SQLITE) {
        snprintf(out, n, "sqlite::memory:");
        return;
    }
    const char *base = getenv("RISE_TEST_PG");
    ck_assert_ptr_nonnull(base);
    snprintf(out, n, "%s%coptions=-csearch_path%%3Dt_%d_%d", base, strchr(base, '?') ? '&' : '?', (int)getpid(),
             count++);
}

static inline void dbt_fail(const char *what, const struct err *err)
{
    ck_abort_msg("%s: %s %s [%.*s] [%.*s]", what, err->main.code ? err->main.code : "-",
                 err->main.msgid ? err->main.msgid : "-", STR_ARG(err->main.arg[0]), STR_ARG(err->main.arg[1]));
}

static inline struct db *dbt_open_url(const char *address, const struct db_options *options, const struct migration *m,
                                      size_t n)
{
    struct db *db = NULL;
    static struct err err; /* large, and callers have frames of their own */
    err_clear(&err);
    if (db_open(str_of(address), options, &db, &err) != OK)
        dbt_fail("db_open", &err);
    if (n && db_migrate(db, m, n, NULL, &err) != OK)
        dbt_fail("db_migrate", &err);
    return db;
}

static inline struct db *dbt_open(int engine, const struct migration *m, size_t n)
{
    char address[1024];
    dbt_url(engine, address, sizeof address);
    return dbt_open_url(address, NULL, m, n);
}

static inline void dbt_close(struct db *db)
{
    db_close(db);
}

static inline int dbt_engines(void)
{
    const char *pg = getenv("RISE_TEST_PG");
    if (pg && *pg)
        return 2;
    printf("skipped on PostgreSQL: RISE_TEST_PG is not set (tests/with-postgres sets it)\n");
    return 1;
}

/* Run once, in the process that the cases are forked from: for what all of them share and none changes. */
#ifndef DBT_BEFORE
#define DBT_BEFORE NULL
#endif

#define DBT_MAIN(suite_name, ...)                                                                                      \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        Suite *suite = suite_create(suite_name);                                                                       \
        TCase *tcase = tcase_create(suite_name);                                                                       \
        int engines = dbt_engines(), first = getenv("RISE_TEST_PG_ONLY") ? DB_POSTGRES : DB_SQLITE;                    \
        tcase_set_timeout(tcase, 240);                                                                                 \
        tcase_add_unchecked_fixture(tcase, DBT_BEFORE, NULL);                                                          \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)                                                    \
            tcase_add_loop_test(tcase, tests[i], first, engines);                                                      \
        suite_add_tcase(suite, tcase);                                                                                 \
        SRunner *runner = srunner_create(suite);                                                                       \
        srunner_run_all(runner, CK_NORMAL);                                                                            \
        int failed = srunner_ntests_failed(runner);                                                                    \
        srunner_free(runner);                                                                                          \
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;                                                                   \
    }

#endif
