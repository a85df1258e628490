#include "mod/fund/cli/cli_review.h"

#include <stdio.h>

#include "sys/file.h"

enum { FILE_MAX = 1 << 30 };

rc cli_file(struct cli_run *x, const char *option, struct named_bytes *out)
{
    *out = (struct named_bytes){0};
    if (!in_given(x->in, option))
        return OK;
    const char *path = arena_cstr(x->a, in_text(x->in, option));
    if (!path)
        return arena_rc(x->a);
    BUF_SCOPED bytes = BUF_INIT(FILE_MAX);
    TRY(file_read(path, &bytes, x->err));
    str kept = arena_str(x->a, buf_str(&bytes));
    *out = (struct named_bytes){path, kept};
    return kept.p ? OK : arena_rc(x->a);
}

void cli_complain(struct cli_run *x, const struct buf *text)
{
    (void)x;
    fwrite(buf_str(text).p, 1, text->n, stderr);
}

void cli_say(struct cli_run *x, const char *msgid, const str *args, int n)
{
    tr_f(&x->out, x->app->lang, msgid, args, n);
    buf_putc(&x->out, '\n');
}

static void put_fixed(struct buf *out, int64_t v, int decimals)
{
    uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, one = 1;
    for (int i = 0; i < decimals; i++)
        one *= 10;
    buf_printf(out, "%s%llu", v < 0 ? "-" : "", (unsigned long long)(size / one));
    if (decimals > 0)
        buf_printf(out, ".%0*llu", decimals, (unsigned long long)(size % one));
}

void cli_fixed(struct buf *out, int width, int64_t v, int decimals)
{
    BUF_SCOPED text = BUF_INIT(64);
    put_fixed(&text, v, decimals);
    buf_printf(out, "%*.*s", width, STR_ARG(buf_str(&text)));
}

str cli_fixed_text(struct arena *a, int64_t v, int decimals)
{
    BUF_SCOPED text = BUF_INIT(64);
    put_fixed(&text, v, decimals);
    return arena_str(a, buf_str(&text));
}

static void report_faults(struct cli_run *x)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    BUF_SCOPED n = BUF_INIT(32);
    table_print_faults(&text, x->app->lang, &x->faults);
    cli_complain(x, &text);
    fmt_int(&n, x->faults.total);
    if (x->err->code == OK)
        (void)ERR(x->err, E_INVALID, "FND-218", N_("Wrong places in the files: {1}. Nothing was computed."),
                  buf_str(&n));
}

int cli_review_run(struct app *app, const struct input *in, struct err *err, rc (*fn)(struct cli_run *x))
{
    struct cli_run x = {.app = app, .in = in, .err = err, .a = arena_new(CLI_ARENA_MAX), .out = BUF_INIT(CLI_OUT_MAX)};
    if (!x.a)
        return VERB_FAILED;
    rc r = fn(&x);
    if (x.faults.total > 0)
        report_faults(&x);
    else if (r != OK && r != E_CONFLICT && err->code == OK)
        (void)ERR(err, r, NULL, N_("This could not be computed: too large, or out of memory."));
    fwrite(buf_str(&x.out).p, 1, x.out.n, stdout);
    buf_free(&x.out);
    arena_free(x.a);
    return r == E_CONFLICT ? VERB_REFUSED : verb_exit(r);
}
