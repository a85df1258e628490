/* rise sign cades */
#include "mod/sign/cli/cli_sign.h"
#include "mod/sign/engine/cades.h"
#include "sys/clock.h"

static rc run(struct sign_run *x, struct buf *out, struct sign_raised *made, struct err *err)
{
    struct cms_signer *signer = NULL;
    struct cms_signer_options how = {.scheme = {.pss = in_bool(x->in, "pss")}};
    struct cms_content with = {.has_time = true, .time = clock_now()};
    struct sign_raise o = {.level = x->level, .pool = x->chain, .n_pool = x->n_chain, .net = &x->net};
    TRY(cms_signer_make(x->a, x->key, x->cert, x->chain, x->n_chain, &how, &signer, err));
    return cades_sign(x->a, signer, &with, x->content.bytes, in_bool(x->in, "attached"), &o, out, made, err);
}

int sign_verb_cades(struct app *app, const struct input *in, struct err *err)
{
    struct sign_run x;
    struct sign_raised made = {.level = SIGN_B};
    rc r = sign_run_open(&x, app, in, err);
    BUF_SCOPED out = BUF_INIT(CADES_BYTES_MAX + x.content.bytes.n);
    if (r == OK)
        r = run(&x, &out, &made, err);
    int code = sign_run_end(&x, r, &out, made.level, &made.why, err);
    sign_run_close(&x);
    return code;
}
