#include "core/verb.h"

#include "base/utf8.h"
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

void verb_put(FILE *to, str lines)
{
    BUF_SCOPED out = BUF_INIT(256 * 1024);
    while (lines.n) {
        ptrdiff_t end = str_chr(lines, '\n');
        utf8_put_line(&out, end < 0 ? lines : str_sub(lines, 0, (size_t)end));
        if (end >= 0)
            buf_putc(&out, '\n');
        lines = end < 0 ? STR_EMPTY : str_sub(lines, (size_t)end + 1, SIZE_MAX);
    }
    (void)fwrite(buf_str(&out).p, 1, out.n, to);
}

static void say(FILE *to, enum lang lang, const char *msgid, const str *args, int n)
{
    BUF_SCOPED text = BUF_INIT(8192);
    tr_f(&text, lang, msgid, args, n);
    buf_putc(&text, '\n');
    verb_put(to, buf_str(&text));
}

void verb_say(enum lang lang, const char *msgid, const str *args, int n)
{
    say(stdout, lang, msgid, args, n);
}

static str number(char *room, size_t n, int64_t v)
{
    return str_n(room, (size_t)snprintf(room, n, "%lld", (long long)v));
}

static void print_row(const struct import_error *e, enum lang lang)
{
    char row[24], line[24];
    BUF_SCOPED why = BUF_INIT(4096);
    tr_f(&why, lang, e->msgid, &e->value, 1);
    const str args[] = {number(row, sizeof row, e->row), number(line, sizeof line, e->line), str_of(e->column),
                        str_of(e->code), buf_str(&why)};
    say(stderr, lang, e->column[0] ? N_("row {1}, line {2}, {3}: {4} {5}") : N_("row {1}, line {2}: {4} {5}"), args, 5);
}

void verb_print_import(const struct import_report *m, enum lang lang)
{
    const int64_t counts[] = {m->rows, m->added, m->changed, m->skipped, m->bad};
    char room[5][24];
    str args[6] = {str_of(m->encoding)};
    for (size_t i = 0; i < m->n_errors; i++)
        print_row(&m->errors[i], lang);
    for (size_t i = 0; i < 5; i++)
        args[i + 1] = number(room[i], sizeof room[i], counts[i]);
    say(stdout, lang, N_("{1}: {2} rows, {3} added, {4} changed, {5} skipped, {6} wrong"), args, 6);
}
