/* A CMS signature with its content inside or beside it, as CAdES. */
#include "mod/sign/engine/cades.h"
#include "mod/sign/engine/validate.h"
#include "mod/sign/engine/validate_impl.h"

static rc add_stamps(const struct cms_reading *x, struct gathered *g, struct sign_subject *s)
{
    struct cades_stamp *found = NULL;
    size_t n = 0;
    struct err err = {0};
    rc r = cades_stamps(x->a, x->cms, x->one, x->bytes, g->certs.v, g->certs.n, &found, &n, &err);
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

rc validate_cms_subject(const struct cms_reading *x, const struct cms_check *check, struct gathered *g,
                        struct sign_subject *out)
{
    *out = (struct sign_subject){.format = SIGN_CADES,
                                 .form = sub_of_cms(check->outcome),
                                 .form_words = check->outcome == CMS_VALID ? NULL : cms_outcome_text(check->outcome),
                                 .cert = check->cert,
                                 .scheme = check->scheme,
                                 .names_cert = check->names_cert,
                                 .has_time = check->has_time,
                                 .time = check->time};
    TRY(add_stamps(x, g, out));
    gather_into(g, out);
    return OK;
}

static rc read_signature(const struct cms_reading *x, struct sign_subject *s)
{
    const struct cms_signature *one = x->one;
    struct gathered g = {0};
    struct cms_check check;
    struct digest_value d = {.n = 0};
    bool beside = !x->cms->content.p && x->bytes.p && one->digest != DIGEST_NONE;
    if (beside)
        d = digest_of(one->digest, x->bytes);
    TRY(gather_cms(&g, x->a, x->cms));
    TRY(cms_verify(x->cms, one, beside ? &d : NULL, g.certs.v, g.certs.n, &check));
    return validate_cms_subject(x, &check, &g, s);
}

/* A file that was given must be the one that is signed, also when the signature holds another one inside. */
static void compare(const struct cms *cms, struct sign_files files, struct sign_subject *s)
{
    if (files.n > 1)
        sign_say_over_one(s);
    else if (files.n == 1 && cms->content.p && !str_eq(files.v[0].bytes, cms->content))
        sign_say_other(s);
}

rc validate_cms(struct arena *a, str der, struct sign_files files, const struct sign_rules *r, struct sign_outcome *out)
{
    struct cms *cms = NULL;
    struct err err = {0};
    *out = (struct sign_outcome){.v = NULL};
    rc read = cms_read(a, der, &cms, &err);
    if (read != OK)
        return sign_unreadable(a, read, &err, out);
    struct cms_reading x = {.a = a, .cms = cms, .bytes = cms->content};
    if (!x.bytes.p && files.n == 1)
        x.bytes = files.v[0].bytes;
    TRY(sign_outcome_room(a, cms->n_signatures, out));
    for (size_t i = 0; i < cms->n_signatures; i++) {
        struct sign_judged *j = &out->v[out->n++];
        x.one = &cms->signatures[i];
        TRY(read_signature(&x, &j->subject));
        compare(cms, files, &j->subject);
        TRY(sign_judge(a, r, &j->subject, &j->result));
    }
    return OK;
}
