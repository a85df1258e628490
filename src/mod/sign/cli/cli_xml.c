/* rise sign xades, jades, asice: signed as B-B, then raised. */
#include "mod/sign/cli/cli_files.h"
#include "mod/sign/engine/asic.h"
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/xades_extend.h"
#include "sys/clock.h"

const struct choice sign_xades_forms[] = {
    {"enveloped", N_("the signature inside the XML document")},
    {"enveloping", N_("the files inside the signature")},
    {"detached", N_("the signature beside the files")},
    {NULL, NULL},
};

enum { OUT_MAX = ASIC_UNPACKED_MAX + XADES_BYTES_MAX };

/* What one format does. */
struct format {
    rc (*make)(struct sign_run *x, const struct cli_files *f, struct buf *out, struct err *err);
    rc (*extend)(struct arena *a, str text, const struct sign_data *files, size_t n_files, const struct sign_raise *o,
                 struct buf *out, struct sign_raised *made, struct err *err);
};

static rc run(struct sign_run *x, const struct format *format, const struct cli_files *f, struct buf *out,
              struct sign_raised *made, struct err *err)
{
    BUF_SCOPED first = BUF_INIT(OUT_MAX);
    struct sign_raise o = {.level = x->level, .pool = x->chain, .n_pool = x->n_chain, .net = &x->net};
    if (x->level == SIGN_B)
        return format->make(x, f, out, err);
    TRY(format->make(x, f, &first, err));
    return format->extend(x->a, buf_str(&first), f->v, f->n, &o, out, made, err);
}

static rc open_files(struct sign_run *x, struct cli_files *f, struct err *err)
{
    const struct sign_data first = {
        .name = sign_file_name(in_text(x->in, "file")), .mime = in_text(x->in, "mime"), .bytes = x->content.bytes};
    return cli_files_open(x->a, x->in, "also", &first, f, err);
}

static int verb(struct app *app, const struct input *in, const struct format *format, struct err *err)
{
    struct sign_run x;
    struct cli_files f = {.n = 0};
    struct sign_raised made = {.level = SIGN_B};
    BUF_SCOPED out = BUF_INIT(OUT_MAX);
    rc r = sign_run_open(&x, app, in, err);
    if (r == OK)
        r = open_files(&x, &f, err);
    if (r == OK)
        r = run(&x, format, &f, &out, &made, err);
    int code = sign_run_end(&x, r, &out, made.level, &made.why, err);
    cli_files_close(&f);
    sign_run_close(&x);
    return code;
}

/* ---- XAdES ---- */

static rc make_xades(struct sign_run *x, const struct cli_files *f, struct buf *out, struct err *err)
{
    const char *form = in_choice(x->in, "form");
    return xades_make(
        x->a,
        &(struct xades_request){.form = form ? (enum xades_form)choice_index(sign_xades_forms, str_of(form))
                                             : XADES_ENVELOPED,
                                .key = x->key,
                                .cert = x->cert,
                                .chain = x->chain,
                                .n_chain = x->n_chain,
                                .pss = in_bool(x->in, "pss"),
                                .time = clock_now(),
                                .data = f->v,
                                .n_data = f->n},
        out, err);
}

int sign_verb_xades(struct app *app, const struct input *in, struct err *err)
{
    return verb(app, in, &(struct format){make_xades, xades_extend}, err);
}

/* ---- JAdES ---- */

static rc make_jades(struct sign_run *x, const struct cli_files *f, struct buf *out, struct err *err)
{
    return jades_make(&(struct jades_request){.form = in_bool(x->in, "flattened") ? JADES_JSON : JADES_COMPACT,
                                              .key = x->key,
                                              .cert = x->cert,
                                              .chain = x->chain,
                                              .n_chain = x->n_chain,
                                              .pss = in_bool(x->in, "pss"),
                                              .time = clock_now(),
                                              .detached = in_bool(x->in, "detached"),
                                              .data = f->v,
                                              .n_data = f->n},
                      out, err);
}

int sign_verb_jades(struct app *app, const struct input *in, struct err *err)
{
    return verb(app, in, &(struct format){make_jades, jades_extend}, err);
}

/* ---- containers ---- */

static rc make_asice(struct sign_run *x, const struct cli_files *f, struct buf *out, struct err *err)
{
    return asic_make(x->a,
                     &(struct asic_request){.cades = in_bool(x->in, "cades"),
                                            .key = x->key,
                                            .cert = x->cert,
                                            .chain = x->chain,
                                            .n_chain = x->n_chain,
                                            .pss = in_bool(x->in, "pss"),
                                            .time = clock_now(),
                                            .files = f->v,
                                            .n_files = f->n},
                     out, err);
}

/* The files are in the container. */
static rc extend_asice(struct arena *a, str bytes, const struct sign_data *files, size_t n_files,
                       const struct sign_raise *o, struct buf *out, struct sign_raised *made, struct err *err)
{
    (void)files, (void)n_files;
    return asic_extend(a, bytes, o, out, made, err);
}

int sign_verb_asice(struct app *app, const struct input *in, struct err *err)
{
    return verb(app, in, &(struct format){make_asice, extend_asice}, err);
}
