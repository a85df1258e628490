/* An installation of its own, for tests of rooms and trust services on both engines: a database with sign's tables, a
 * sealing key, a folder for files, a clock that stands still; and a key ceremony with the shortest names.
 *
 *     struct app app = installation_open(_i, keep, at);     … trust_init() with test_ceremony() …
 *     installation_close(&app); */
#ifndef RISE_SIGN_TEST_INSTALLATION_H
#define RISE_SIGN_TEST_INSTALLATION_H
#include <stdlib.h>

#include "dbt.h"
#include "mod/sign/trust/serve.h"
#include "mod/sign/trust/trust.h"
#include "sys/clock.h"
#include "sys/proc.h"

extern const struct migration core_migrations[], sign_migrations[];
extern const size_t core_migrations_n, sign_migrations_n;

#define INSTALLATION_NOW (INT64_C(1795608000) * SECOND) /* 2026-11-25T12:00:00Z */

/* Its texts are in `keep`. */
static inline struct app installation_open(int engine, struct arena *keep, instant at)
{
    static struct err err;
    char dir[] = "/tmp/rise-test-sign-XXXXXX";
    struct app app = {.config.base_url = STR("http://sign.test"),
                      .db = dbt_open(engine, core_migrations, core_migrations_n)};
    clock_fix(at);
    memset(app.seal.k, 7, sizeof app.seal.k);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    app.config.data_dir = arena_str(keep, str_of(dir));
    if (db_migrate(app.db, sign_migrations, sign_migrations_n, NULL, &err) != OK)
        dbt_fail("db_migrate", &err);
    return app;
}

static inline void installation_close(struct app *app)
{
    const char *const argv[] = {"rm", "-rf", app->config.data_dir.p, NULL};
    trust_services_forget();
    dbt_close(app->db);
    t_ok(proc_run(argv, NULL, NULL, NULL));
    clock_fix(0);
}

/* Its keys are made with trust_ceremony_keys(). */
static inline struct trust_ceremony test_ceremony(void)
{
    return (struct trust_ceremony){.root = STR("root"),
                                   .issuing = STR("issuing"),
                                   .organisation = STR("O"),
                                   .root_title = STR("R"),
                                   .issuing_title = STR("I"),
                                   .root_years = 20,
                                   .issuing_years = 10,
                                   .service_years = 3,
                                   .root_path = 1,
                                   .crl_days = 9,
                                   .policy = STR("0.4.0.2023.1.1"),
                                   .accuracy = SECOND,
                                   .by = STR("test")};
}
#endif
