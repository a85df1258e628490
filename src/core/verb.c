#include "core/verb.h"

#include <stdio.h>

#include "sys/clock.h"

enum { ARENA_BYTES = 1 << 30, OUT_MAX = 256 << 20 };

int verb_exit(rc r)
{
    return r == OK ? VERB_DONE : r == E_INVALID ? VERB_REFUSED : VERB_FAILED;
}

struct work {
    struct arena *a;
    rc (*fn)(const struct act *x, void *arg);
    void *arg;
    struct err *err;
};

static rc work_write(struct tx *tx, void *arg)
{
    struct work *w = arg;
    arena_reset(w->a);
    err_clear(w->err);
    struct act x = {.tx = tx, .a = w->a, .by = &act_system, .at = clock_now()};
    rc r = w->fn(&x, w->arg);
    if (r != OK)
        err_copy(w->err, tx_err(tx));
    return r;
}

rc verb_write(struct app *app, struct arena *a, rc (*fn)(const struct act *x, void *arg), void *arg, struct err *err)
{
    return db_write(app->db, work_write, &(struct work){a, fn, arg, err});
}

static int print_out(const struct buf *out, rc r, struct tx *tx, struct err *err)
{
    if (r == OK) {
        fwrite(out->p ? out->p : "", 1, out->n, stdout);
        return VERB_DONE;
    }
    err_copy(err, tx_err(tx));
    if (!err->main.msgid)
        (void)ERR(err, r, "VRB-001", N_("There is nothing by that name.")); /* the exit code says the rest */
    return VERB_FAILED;
}

int verb_print(struct app *app, const struct input *in,
               rc (*fn)(struct tx *tx, const struct input *in, struct buf *out, struct arena *a), struct err *err)
{
    struct tx *tx;
    struct arena *a = arena_new(ARENA_BYTES);
    BUF_SCOPED out = BUF_INIT(OUT_MAX);
    if (!a || db_read_begin(app->db, &tx) != OK) {
        arena_free(a);
        return VERB_FAILED;
    }
    int code = print_out(&out, fn(tx, in, &out, a), tx, err);
    db_read_end(tx);
    arena_free(a);
    return code;
}

void verb_print_import(const struct import_report *m, enum lang lang)
{
    for (size_t i = 0; i < m->n_errors; i++) {
        const struct import_error *e = &m->errors[i];
        BUF_SCOPED text = BUF_INIT(4096);
        str arg[] = {e->value};
        tr_f(&text, lang, e->msgid, arg, 1);
        fprintf(stderr, "row %lld, line %lld%s%s: %s %.*s\n", (long long)e->row, (long long)e->line,
                e->column[0] ? ", " : "", e->column, e->code, STR_ARG(buf_str(&text)));
    }
    if (m->bad > (int64_t)m->n_errors)
        fprintf(stderr, "… %lld wrong rows in all\n", (long long)m->bad);
    printf("%s: %lld rows, %lld added, %lld changed, %lld skipped, %lld wrong\n", m->encoding ? m->encoding : "",
           (long long)m->rows, (long long)m->added, (long long)m->changed, (long long)m->skipped, (long long)m->bad);
}
