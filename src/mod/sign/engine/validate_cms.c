/* A CMS signature with its content inside or beside it, as CAdES. */
#include "crypto/cms.h"
#include "mod/sign/engine/cades.h"
#include "mod/sign/engine/gather.h"
#include "mod/sign/engine/validate.h"

struct reading {
    struct arena *a;
    const struct cms *cms;
    const struct sign_data *content;
    str bytes; /* what is signed; p == NULL: not at hand */
};

static rc add_stamps(const struct reading *x, const struct cms_signature *one, struct gathered *g,
                     struct sign_subject *s)
{
    struct cades_stamp *found = NULL;
    size_t n = 0;
    struct err err = {0};
    rc r = cades_stamps(x->a, x->cms, one, x->bytes, g->certs.v, g->certs.n, &found, &n, &err);
    TRY(arena_rc(x->a));
    if (r != OK)
        n = 0; /* proves nothing */
    s->stamps = ARENA_ARRAY(x->a, n + 1, struct sign_stamp);
    if (!s->stamps)
        return arena_failed(x->a);
    for (size_t i = 0; i < n; i++) {
        TRY(gather_cms(g, x->a, found[i].token.cms));
        s->stamps[s->n_stamps++] =
            (struct sign_stamp){.kind = found[i].kind == CADES_ARCHIVE_STAMP ? STAMP_ARCHIVE : STAMP_SIGNATURE,
                                .token = &found[i].token,
                                .check = found[i].check};
    }
    return OK;
}

/* A file that was given must be the one that is signed, also when the signature holds another one inside. */
static bool other_content(const struct reading *x)
{
    return x->content && x->cms->content.p && !str_eq(x->content->bytes, x->cms->content);
}

static rc read_signature(const struct reading *x, const struct cms_signature *one, struct sign_subject *s)
{
    struct gathered g = {0};
    struct cms_check check;
    struct digest_value d = {.n = 0};
    bool beside = !x->cms->content.p && x->bytes.p && one->digest != DIGEST_NONE;
    if (beside)
        d = digest_of(one->digest, x->bytes);
    TRY(gather_cms(&g, x->a, x->cms));
    TRY(cms_verify(x->cms, one, beside ? &d : NULL, g.certs.v, g.certs.n, &check));
    *s = (struct sign_subject){.format = SIGN_CADES,
                               .form = sub_of_cms(check.outcome),
                               .form_words = check.outcome == CMS_VALID ? NULL : cms_outcome_text(check.outcome),
                               .cert = check.cert,
                               .scheme = check.scheme,
                               .names_cert = check.names_cert,
                               .has_time = check.has_time,
                               .time = check.time};
    if (s->form == SUB_NONE && other_content(x)) {
        s->form = SUB_HASH_FAILURE;
        s->form_words = N_("The signature holds, but over another file than the one that was given.");
    }
    TRY(add_stamps(x, one, &g, s));
    gather_into(&g, s);
    return OK;
}

rc validate_cms(struct arena *a, str der, const struct sign_data *content, const struct sign_rules *r,
                struct sign_outcome *out)
{
    struct cms *cms = NULL;
    struct err err = {0};
    *out = (struct sign_outcome){.v = NULL};
    rc read = cms_read(a, der, &cms, &err);
    if (read != OK)
        return sign_unreadable(a, read, &err, out);
    struct reading x = {.a = a, .cms = cms, .content = content, .bytes = cms->content};
    if (!x.bytes.p && content)
        x.bytes = content->bytes;
    TRY(sign_outcome_room(a, cms->n_signatures, out));
    for (size_t i = 0; i < cms->n_signatures; i++) {
        struct sign_judged *j = &out->v[out->n++];
        TRY(read_signature(&x, &cms->signatures[i], &j->subject));
        TRY(sign_judge(a, r, &j->subject, &j->result));
    }
    return OK;
}
