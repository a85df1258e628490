#include "core/doctor.h"

#include "sys/clock.h"

enum { FINDING_MAX = 64 * 1024 };

static void put_err(struct buf *finding, const struct err *err)
{
    if (err->main.msgid)
        err_format(finding, err->main.msgid, &err->main);
}

static rc run_one(struct app *app, const struct check *k, struct buf *finding)
{
    struct tx *tx;
    TRY(db_read_begin(app->db, &tx));
    rc result = k->run(app, tx, finding);
    if (result != OK && finding->n == 0)
        put_err(finding, tx_err(tx));
    db_read_end(tx);
    return result;
}

rc doctor_run(struct app *app, doctor_fn fn, void *arg)
{
    rc worst = OK;
    for (size_t m = 0; m < app->n_modules; m++)
        for (size_t i = 0; i < app->modules[m]->n_checks; i++) {
            const struct check *k = &app->modules[m]->checks[i];
            BUF_SCOPED finding = BUF_INIT(FINDING_MAX);
            int64_t began = clock_mono();
            rc result = run_one(app, k, &finding);
            fn(arg, app->modules[m]->name, k, result, buf_str(&finding), clock_mono() - began);
            if (worst == OK)
                worst = result;
        }
    return worst;
}
