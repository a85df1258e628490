/* An XML signature, as XAdES. */
#include "mod/sign/engine/validate.h"
#include "mod/sign/engine/validate_impl.h"
#include "mod/sign/engine/xades_extend.h"
#include "mod/sign/engine/xades_impl.h"

static enum sub_indication sub_of(enum xades_outcome o)
{
    switch (o) {
    case XADES_VALID:
        return SUB_NONE;
    case XADES_NO_CONTENT:
        return SUB_SIGNED_DATA_NOT_FOUND;
    case XADES_DIGEST_MISMATCH:
        return SUB_HASH_FAILURE;
    case XADES_NO_CERTIFICATE:
        return SUB_NO_SIGNING_CERTIFICATE_FOUND;
    case XADES_CERT_MISMATCH:
        return SUB_SIG_CONSTRAINTS_FAILURE;
    case XADES_ALGORITHM:
    case XADES_WEAK_DIGEST:
        return SUB_CRYPTO_CONSTRAINTS_FAILURE;
    case XADES_SIGNATURE_WRONG:
        return SUB_SIG_CRYPTO_FAILURE;
    case XADES_FORMAT:
    case XADES_SEVERAL:
    case XADES_REFERENCE:
    case XADES_TRANSFORM:
    case XADES_NOT_COVERED:
        break;
    }
    return SUB_FORMAT_FAILURE;
}

rc validate_xades_gather(const struct xades_reading *x, struct gathered *g)
{
    struct xades_evidence e = {0};
    struct err err = {0};
    const struct xades_signature *s = &x->xades->signatures[x->i];
    for (size_t k = 0; k < s->n_certs; k++)
        TRY(gather_cert(g, x->a, s->certs[k]->der));
    rc r = xades_evidence(x->a, x->xades, x->i, &e, &err);
    TRY(arena_rc(x->a));
    if (r != OK)
        return OK; /* what cannot be read is no evidence */
    for (size_t k = 0; k < e.n_certs; k++)
        TRY(gather_cert(g, x->a, e.certs[k]));
    for (size_t k = 0; k < e.n_crls; k++)
        TRY(gather_crl(g, x->a, e.crls[k]));
    for (size_t k = 0; k < e.n_ocsps; k++)
        TRY(gather_answer(g, x->a, e.ocsps[k]));
    return OK;
}

static rc add_stamps(const struct xades_reading *x, struct gathered *g, struct sign_subject *s)
{
    struct xades_stamp *found = NULL;
    size_t n = 0;
    struct err err = {0};
    rc r = xades_stamps(x->a, x->xades, x->i, x->files.v, x->files.n, g->certs.v, g->certs.n, &found, &n, &err);
    TRY(arena_rc(x->a));
    if (r != OK)
        n = 0; /* proves nothing */
    s->stamps = ARENA_ARRAY(x->a, n + 1, struct sign_stamp);
    if (!s->stamps)
        return arena_failed(x->a);
    for (size_t k = 0; k < n; k++) {
        TRY(gather_cms(g, x->a, found[k].token.cms));
        s->stamps[s->n_stamps++] =
            (struct sign_stamp){.kind = found[k].kind == XADES_ARCHIVE_STAMP ? STAMP_ARCHIVE : STAMP_SIGNATURE,
                                .token = &found[k].token,
                                .check = found[k].check};
    }
    return OK;
}

rc validate_xades_subject(const struct xades_reading *x, const struct xades_check *check, struct gathered *g,
                          struct sign_subject *out)
{
    bool holds = check->outcome == XADES_VALID;
    *out = (struct sign_subject){.format = SIGN_XADES,
                                 .form = sub_of(check->outcome),
                                 .form_words = holds ? NULL : xades_outcome_text(check->outcome),
                                 .form_args = {check->where},
                                 .cert = check->cert,
                                 .scheme = check->scheme,
                                 .names_cert = holds,
                                 .has_time = check->has_time,
                                 .time = check->time};
    if (holds)
        TRY(add_stamps(x, g, out));
    gather_into(g, out);
    return OK;
}

/* People know the file by its name, not by the URI that stands for it. */
static rc say_missing(struct arena *a, str uri, struct sign_subject *s)
{
    BUF_SCOPED name = BUF_INIT(XADES_BYTES_MAX);
    if (s->form != SUB_SIGNED_DATA_NOT_FOUND)
        return OK;
    sign_say_missing(s, buf_unurl(&name, uri) == OK ? arena_str(a, buf_str(&name)) : uri);
    return arena_rc(a);
}

static rc read_signature(const struct xades_reading *x, struct sign_subject *s)
{
    struct gathered g = {0};
    struct xades_check check;
    TRY(validate_xades_gather(x, &g));
    TRY(xades_verify(x->a, x->xades, x->i, x->files.v, x->files.n, g.certs.v, g.certs.n, &check));
    TRY(validate_xades_subject(x, &check, &g, s));
    sign_compare_covered(s, x->files, check.covered);
    return say_missing(x->a, check.where, s);
}

rc validate_xades(struct arena *a, str xml, struct sign_files files, const struct sign_rules *r,
                  struct sign_outcome *out)
{
    struct xades_reading x = {.a = a, .files = files};
    struct xades *xades = NULL;
    struct err err = {0};
    *out = (struct sign_outcome){.v = NULL};
    rc read = xades_read(a, xml, &xades, &err);
    if (read != OK)
        return sign_unreadable(a, read, &err, out);
    x.xades = xades;
    TRY(sign_outcome_room(a, xades->n, out));
    for (x.i = 0; x.i < xades->n; x.i++) {
        struct sign_judged *j = &out->v[out->n++];
        TRY(read_signature(&x, &j->subject));
        TRY(sign_judge(a, r, &j->subject, &j->result));
    }
    return OK;
}
