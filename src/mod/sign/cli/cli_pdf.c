/* rise sign pdf */
#include "crypto/cms.h"
#include "mod/sign/cli/cli_look.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/report.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { RAISED_MAX = 192 << 20 /* of a file that is to have evidence: it is held in memory for that */ };

static void new_id(uint8_t out[PDF_ID_LEN])
{
    random_bytes(out, PDF_ID_LEN);
}

static struct pdf_place place_of(struct sign_run *x)
{
    struct pdf_place p = {.sub = in_bool(x->in, "pkcs7") ? PDF_SUB_PKCS7 : PDF_SUB_CADES,
                          .field = in_text(x->in, "field"),
                          .made = clock_now(),
                          .name = report_name(x->a, x->cert->subject),
                          .reason = in_text(x->in, "reason"),
                          .location = in_text(x->in, "location"),
                          .certify = (int)in_int(x->in, "certify")};
    new_id(p.id);
    return p;
}

/* B-B and B-T: the original stays where it is mapped, only `tail` is made. */
static rc sign(struct sign_run *x, const struct sign_raise *o, struct buf *tail, struct sign_raised *made,
               struct err *err)
{
    struct pdf_doc *doc = NULL;
    struct cms_signer *signer = NULL;
    struct cms_signer_options how = {.scheme = {.pss = in_bool(x->in, "pss")}};
    struct pdf_place place = place_of(x);
    str field;
    TRY(cms_signer_make(x->a, x->key, x->cert, x->chain, x->n_chain, &how, &signer, err));
    TRY(pdf_open(x->a, x->content.bytes, &doc, err));
    TRY(cli_look(x, doc, &place, err));
    return pades_sign(doc, signer, &place, NULL, o, tail, made, &field, err);
}

/* B-LT and B-LTA: `whole` becomes the file as it is to be written. */
static rc raise(struct sign_run *x, const struct sign_raise *o, const struct buf *tail, struct buf *whole,
                struct sign_raised *made, struct err *err)
{
    if (x->level < SIGN_LT || made->level < SIGN_T)
        return OK;
    buf_put(whole, x->content.bytes);
    buf_put(whole, buf_str(tail));
    TRY(buf_rc(whole));
    return pades_raise(x->a, whole, o, new_id, made, err);
}

int sign_verb_pdf(struct app *app, const struct input *in, struct err *err)
{
    struct sign_run x;
    struct sign_raised made = {.level = SIGN_B};
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    BUF_SCOPED whole = BUF_INIT(RAISED_MAX);
    rc r = sign_run_open(&x, app, in, err);
    struct sign_raise o = {.level = x.level, .pool = x.chain, .n_pool = x.n_chain, .net = &x.net};
    if (r == OK)
        r = sign(&x, &o, &tail, &made, err);
    if (r == OK)
        r = raise(&x, &o, &tail, &whole, &made, err);
    int code = whole.n > 0 ? sign_run_end(&x, r, &whole, made.level, &made.why, err)
                           : sign_run_end_parts(&x, r, x.content.bytes, &tail, made.level, &made.why, err);
    sign_run_close(&x);
    return code;
}
