/* rise verify */
#include <stdio.h>

#include "mod/sign/anchors.h"
#include "mod/sign/cli/cli_files.h"
#include "mod/sign/report/write.h"
#include "sys/clock.h"

enum { OUT_MAX = 256 << 20 };
/* Exit codes beside VERB_DONE (TOTAL-PASSED) and VERB_REFUSED (wrong usage, files that cannot be opened). */
enum { VERIFY_FAILED = 4 /* TOTAL-FAILED */, VERIFY_UNSURE = 5 /* INDETERMINATE */ };

struct verify_run {
    struct app *app;
    const struct input *in;
    struct arena *a;
    struct file_map file;
    struct cli_files beside;
    struct sign_rules rules;
    struct report *report;
};

static rc read_list(struct verify_run *x, struct err *err)
{
    const char *list = arena_cstr(x->a, in_text(x->in, "tsl"));
    const char *signer = arena_cstr(x->a, in_text(x->in, "tsl_signer"));
    if (!list || !signer)
        return arena_failed(x->a);
    if (!in_given(x->in, "tsl_signer"))
        return ERR(err, E_INVALID, "SIG-616",
                   N_("--tsl needs --tsl-signer: whose signature under the list is to be believed."));
    return anchors_read_list(x->a, list, signer, STR_EMPTY, &x->rules, err);
}

static rc read_rules(struct verify_run *x, struct err *err)
{
    x->rules.now = clock_now();
    if (in_given(x->in, "at") && instant_parse(in_text(x->in, "at"), &x->rules.now) != OK)
        return ERR(err, E_INVALID, "SIG-605", N_("--at wants an instant such as 2026-05-01T08:30:00+08:00."));
    if (in_given(x->in, "trust")) {
        const char *path = arena_cstr(x->a, in_text(x->in, "trust"));
        if (!path)
            return arena_failed(x->a);
        TRY(anchors_read(x->a, path, &x->rules, err));
    }
    return in_given(x->in, "tsl") ? read_list(x, err) : OK;
}

static rc map_files(struct verify_run *x, struct err *err)
{
    const char *path = arena_cstr(x->a, in_text(x->in, "file"));
    if (!path)
        return arena_failed(x->a);
    TRY(file_map(path, &x->file, err));
    if (in_given(x->in, "pdf"))
        TRY(cli_check_output(x->a, x->in, "pdf", false, err));
    TRY(cli_files_open(x->a, x->in, "content", NULL, &x->beside, err));
    enum report_format f = report_format_of(x->file.bytes);
    if (x->beside.n > 0 && (f == REPORT_PDF || f == REPORT_ASIC))
        return ERR(err, E_INVALID, "SIG-620",
                   N_("What was signed is inside {1}: leave out --content, which is for signatures in a file of their "
                      "own."),
                   in_text(x->in, "file"));
    return OK;
}

static rc judge(struct verify_run *x, struct err *err)
{
    struct report_input in = {.name = sign_file_name(in_text(x->in, "file")), .rules = &x->rules};
    TRY(read_rules(x, err));
    TRY(map_files(x, err));
    in.bytes = x->file.bytes;
    in.beside = (struct sign_files){x->beside.v, x->beside.n};
    if (!in_bool(x->in, "online"))
        return report_make(x->a, &in, &x->report);
    struct cli_net services = {.tsa = STR_EMPTY};
    const struct sign_net net = cli_net_open(&services);
    return report_make_online(x->a, &in, &net, &x->report);
}

static rc print(struct verify_run *x, struct err *err)
{
    BUF_SCOPED out = BUF_INIT(OUT_MAX);
    struct told *told = NULL;
    enum lang lang = x->app->lang;
    if (in_bool(x->in, "json")) {
        TRY(report_json(x->a, x->report, lang, &out));
        buf_putc(&out, '\n');
    } else {
        TRY(told_make(x->a, x->report, lang, &told));
        TRY(report_text(told, lang, &out));
    }
    TRY(buf_rc(&out));
    if (in_given(x->in, "pdf")) {
        BUF_SCOPED pdf = BUF_INIT(OUT_MAX);
        TRY(told_make(x->a, x->report, lang, &told));
        TRY(report_pdf(told, lang, x->report->at, false, &pdf, err));
        TRY(file_write(arena_cstr(x->a, in_text(x->in, "pdf")), buf_str(&pdf), 0644, err));
    }
    fwrite(out.p, 1, out.n, stdout);
    return OK;
}

int sign_verb_verify(struct app *app, const struct input *in, struct err *err)
{
    static const int codes[] = {
        [VERDICT_PASSED] = VERB_DONE, [VERDICT_INDETERMINATE] = VERIFY_UNSURE, [VERDICT_FAILED] = VERIFY_FAILED};
    struct verify_run x = {.app = app, .in = in, .a = arena_new(SIGN_ARENA_MAX)};
    rc r = x.a ? judge(&x, err) : E_NOMEM;
    if (r == OK)
        r = print(&x, err);
    if (r != OK && err->code == OK)
        err_note(err, r, NULL, NULL, NULL, 0);
    int code = r == OK ? codes[x.report->verdict] : verb_exit(r);
    file_unmap(&x.file);
    cli_files_close(&x.beside);
    arena_free(x.a);
    return code;
}
