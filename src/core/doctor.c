#include "core/doctor.h"

#include <inttypes.h>
#include <stdio.h>

#include "sys/clock.h"

enum { FINDING_MAX = 64 * 1024, NUMBERS_MAX = 9 };

void finding_put(struct buf *finding, enum lang l, const char *msgid, const str *args, int n)
{
    if (finding->n > 0)
        buf_put(finding, STR("; "));
    tr_f(finding, l, msgid, args, n);
}

void finding_put_numbers(struct buf *finding, enum lang l, const char *msgid, const int64_t *args, int n)
{
    char text[NUMBERS_MAX][24];
    str words[NUMBERS_MAX] = {0};
    for (int i = 0; i < n && i < NUMBERS_MAX; i++) {
        int length = snprintf(text[i], sizeof text[i], "%" PRId64, args[i]);
        words[i] = str_n(text[i], (size_t)length);
    }
    finding_put(finding, l, msgid, words, n < NUMBERS_MAX ? n : NUMBERS_MAX);
}

void finding_put_err(struct buf *finding, enum lang l, const struct err *err)
{
    if (!err->main.msgid)
        return;
    if (finding->n > 0)
        buf_put(finding, STR("; "));
    tr_err(finding, l, &err->main);
}

static rc run_one(struct app *app, const struct check *k, struct buf *finding)
{
    struct tx *tx;
    TRY(db_read_begin(app->db, &tx));
    rc result = k->run(app, tx, finding);
    if (result != OK && finding->n == 0)
        finding_put_err(finding, app->lang, tx_err(tx));
    db_read_end(tx);
    return result;
}

static rc run_all(struct app *app, const char *module, struct check_table t, doctor_fn fn, void *arg, rc worst)
{
    for (size_t i = 0; i < t.n; i++) {
        BUF_SCOPED finding = BUF_INIT(FINDING_MAX);
        int64_t began = clock_mono();
        rc result = run_one(app, &t.v[i], &finding);
        fn(arg, module, &t.v[i], result, buf_str(&finding), clock_mono() - began);
        if (worst == OK)
            worst = result;
    }
    return worst;
}

rc doctor_run(struct app *app, doctor_fn fn, void *arg)
{
    rc worst = OK;
    for (size_t i = 0; i < app->n_modules; i++) {
        const struct module *m = app->modules[i];
        worst = run_all(app, m->name, (struct check_table){m->checks, m->n_checks}, fn, arg, worst);
        for (const struct check_table *const *t = m->check_tables; t && *t; t++)
            worst = run_all(app, m->name, **t, fn, arg, worst);
    }
    return worst;
}
