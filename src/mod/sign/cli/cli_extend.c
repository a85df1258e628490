/* rise extend */
#include "mod/sign/cli/cli_files.h"
#include "mod/sign/engine/asic.h"
#include "mod/sign/engine/cades.h"
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/report.h"
#include "mod/sign/engine/xades_extend.h"
#include "sys/random.h"

enum { FILE_MOST = 192 << 20 };

static void new_id(uint8_t out[PDF_ID_LEN])
{
    random_bytes(out, PDF_ID_LEN);
}

static rc raise_pdf(struct sign_run *x, const struct sign_raise *o, struct buf *out, struct sign_raised *made,
                    struct err *err)
{
    buf_put(out, x->content.bytes);
    TRY(buf_rc(out));
    return pades_raise(x->a, out, o, new_id, made, err);
}

static rc raise_cms(struct sign_run *x, const struct cli_files *beside, const struct sign_raise *o, struct buf *out,
                    struct sign_raised *made, struct err *err)
{
    if (beside->n > 1)
        return ERR(err, E_INVALID, "SIG-619", N_("A CMS signature is over one file: give --content once."));
    return cades_extend(x->a, x->content.bytes, beside->n ? beside->v[0].bytes : (str){NULL, 0}, o, out, made, err);
}

static rc raise_any(struct sign_run *x, const struct cli_files *beside, struct buf *out, struct sign_raised *made,
                    struct err *err)
{
    struct sign_raise o = {.level = x->level, .pool = x->chain, .n_pool = x->n_chain, .net = &x->net};
    switch (report_format_of(x->content.bytes)) {
    case REPORT_PDF:
        return raise_pdf(x, &o, out, made, err);
    case REPORT_CMS:
        return raise_cms(x, beside, &o, out, made, err);
    case REPORT_XML:
        return xades_extend(x->a, x->content.bytes, beside->v, beside->n, &o, out, made, err);
    case REPORT_JSON:
        return jades_extend(x->a, str_trim(x->content.bytes), beside->v, beside->n, &o, out, made, err);
    case REPORT_ASIC:
        return asic_extend(x->a, x->content.bytes, &o, out, made, err);
    case REPORT_UNKNOWN:
        break;
    }
    return ERR(err, E_INVALID, "SIG-606",
               N_("Only the signatures of PDF, CMS, XML, JSON and ASiC files can be raised."));
}

int sign_verb_extend(struct app *app, const struct input *in, struct err *err)
{
    struct sign_run x;
    struct sign_raised made = {.level = SIGN_B};
    struct cli_files beside = {.n = 0};
    BUF_SCOPED out = BUF_INIT(FILE_MOST);
    rc r = sign_run_open_signed(&x, app, in, err);
    if (r == OK)
        r = cli_files_open(x.a, in, "content", NULL, &beside, err);
    if (r == OK)
        r = raise_any(&x, &beside, &out, &made, err);
    int code = sign_run_end(&x, r, &out, made.level, &made.why, err);
    cli_files_close(&beside);
    sign_run_close(&x);
    return code;
}
