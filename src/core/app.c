#include "core/app.h"

#include <stdlib.h>

#include "base/vec.h"
#include "core/module.h"
#include "sys/file.h"

enum { PATH_BYTES = 4096 };

rc app_path(const struct app *app, const char *name, struct buf *out)
{
    buf_clear(out);
    buf_put(out, app->config.data_dir);
    buf_putc(out, '/');
    buf_put(out, str_of(name));
    return buf_rc(out);
}

rc app_prepare(const struct app *app, struct err *err)
{
    BUF_SCOPED path = BUF_INIT(PATH_BYTES);
    buf_put(&path, app->config.data_dir);
    TRY(buf_rc(&path));
    TRY(dir_make(path.p, 0700, err));
    TRY(app_path(app, "spool", &path));
    TRY(dir_make(path.p, 0700, err));
    TRY(app_path(app, "seal.key", &path));
    return file_exists(path.p) ? OK : seal_key_create(path.p, err);
}

rc app_open(struct app *app, struct err *err)
{
    BUF_SCOPED path = BUF_INIT(PATH_BYTES);
    TRY(app_path(app, "seal.key", &path));
    if (!file_exists(path.p))
        return ERR(err, E_NOTFOUND, "APP-001", N_("There is no key file {1}. Run first: rise init --data-dir {2}"),
                   buf_str(&path), app->config.data_dir);
    TRY(seal_key_load(path.p, &app->seal, err));
    struct db_options options = {0};
    return db_open(app->config.db_url, &options, &app->db, err);
}

void app_close(struct app *app)
{
    db_close(app->db);
    app->db = NULL;
    explicit_bzero(&app->seal, sizeof app->seal);
}

static size_t count(const struct module *m)
{
    return m->n_migrations ? *m->n_migrations : 0;
}

/* One array of all modules' migrations, in module order. */
static rc migrations(const struct app *app, struct migration **out, size_t *n)
{
    *n = 0;
    for (size_t m = 0; m < app->n_modules; m++)
        *n += count(app->modules[m]);
    *out = calloc(*n ? *n : 1, sizeof **out);
    if (!*out)
        return E_NOMEM;
    size_t at = 0;
    for (size_t m = 0; m < app->n_modules; m++)
        for (size_t i = 0; i < count(app->modules[m]); i++)
            (*out)[at++] = app->modules[m]->migrations[i];
    return OK;
}

rc app_migrate(struct app *app, int *applied, struct err *err)
{
    struct migration *all;
    size_t n;
    TRY(migrations(app, &all, &n));
    rc result = db_migrate(app->db, all, n, applied, err);
    free(all);
    return result;
}

rc app_migrations_check(struct app *app, struct err *err)
{
    struct migration *all;
    size_t n;
    TRY(migrations(app, &all, &n));
    rc result = db_migrations_check(app->db, all, n, err);
    free(all);
    return result;
}

rc app_init_modules(struct app *app, struct err *err)
{
    for (size_t m = 0; m < app->n_modules; m++)
        if (app->modules[m]->init)
            TRY(app->modules[m]->init(app, err));
    return OK;
}
