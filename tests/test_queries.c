/* Every statement of the whole program is accepted by both engines, with the parameters and columns it declares. */
#include "dbt.h"

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

DBT_MAIN("queries", every_statement_prepares, names_differ)
