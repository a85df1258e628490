/* A JSON signature, as JAdES. */
#include "mod/sign/engine/gather.h"
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/validate.h"
#include "mod/sign/engine/validate_impl.h"

static enum sub_indication sub_of(enum jades_outcome o)
{
    switch (o) {
    case JADES_VALID:
        return SUB_NONE;
    case JADES_NO_CONTENT:
        return SUB_SIGNED_DATA_NOT_FOUND;
    case JADES_DIGEST_MISMATCH:
        return SUB_HASH_FAILURE;
    case JADES_NO_CERTIFICATE:
        return SUB_NO_SIGNING_CERTIFICATE_FOUND;
    case JADES_CERT_MISMATCH:
        return SUB_SIG_CONSTRAINTS_FAILURE;
    case JADES_ALGORITHM:
        return SUB_CRYPTO_CONSTRAINTS_FAILURE;
    case JADES_SIGNATURE_WRONG:
        return SUB_SIG_CRYPTO_FAILURE;
    case JADES_FORMAT:
    case JADES_CRITICAL:
        break;
    }
    return SUB_FORMAT_FAILURE;
}

/* A payload inside must be the file that was given; what is outside jades_verify() looked at. */
static void compare(const struct jades *j, const struct jades_check *check, struct sign_files files,
                    struct sign_subject *s)
{
    sign_say_missing(s, check->where);
    if (check->detached)
        sign_compare_covered(s, files, check->covered);
    else if (files.n > 1)
        sign_say_over_one(s);
    else if (files.n == 1 && j->payload_text.n > 0 && !str_eq(j->payload, files.v[0].bytes))
        sign_say_other(s);
}

static rc add_evidence(struct arena *a, const struct jades *j, struct gathered *g)
{
    struct jades_evidence e = {0};
    struct err err = {0};
    for (size_t i = 0; i < j->n_certs; i++)
        TRY(gather_cert(g, a, j->certs[i]->der));
    rc r = jades_evidence(a, j, &e, &err);
    TRY(arena_rc(a));
    if (r != OK)
        return OK; /* what cannot be read is no evidence */
    for (size_t i = 0; i < e.n_certs; i++)
        TRY(gather_cert(g, a, e.certs[i]));
    for (size_t i = 0; i < e.n_crls; i++)
        TRY(gather_crl(g, a, e.crls[i]));
    for (size_t i = 0; i < e.n_ocsps; i++)
        TRY(gather_answer(g, a, e.ocsps[i]));
    return OK;
}

static rc add_stamps(struct arena *a, const struct jades *j, struct sign_files files, struct gathered *g,
                     struct sign_subject *s)
{
    struct jades_stamp *found = NULL;
    size_t n = 0;
    struct err err = {0};
    rc r = jades_stamps(a, j, files.v, files.n, g->certs.v, g->certs.n, &found, &n, &err);
    TRY(arena_rc(a));
    if (r != OK)
        n = 0; /* proves nothing */
    s->stamps = ARENA_ARRAY(a, n + 1, struct sign_stamp);
    if (!s->stamps)
        return arena_failed(a);
    for (size_t i = 0; i < n; i++) {
        TRY(gather_cms(g, a, found[i].token.cms));
        s->stamps[s->n_stamps++] =
            (struct sign_stamp){.kind = found[i].kind == JADES_ARCHIVE_STAMP ? STAMP_ARCHIVE : STAMP_SIGNATURE,
                                .token = &found[i].token,
                                .check = found[i].check};
    }
    return OK;
}

static rc read_signature(struct arena *a, const struct jades *j, struct sign_files files, struct sign_subject *s)
{
    struct gathered g = {0};
    struct jades_check check;
    TRY(add_evidence(a, j, &g));
    TRY(jades_verify(a, j, files.v, files.n, g.certs.v, g.certs.n, &check));
    *s = (struct sign_subject){.format = SIGN_JADES,
                               .form = sub_of(check.outcome),
                               .form_words = check.outcome == JADES_VALID ? NULL : jades_outcome_text(check.outcome),
                               .form_args = {check.where},
                               .cert = check.cert,
                               .scheme = check.scheme,
                               .names_cert = check.outcome == JADES_VALID,
                               .has_time = check.has_time,
                               .time = check.time};
    if (check.outcome == JADES_VALID)
        TRY(add_stamps(a, j, files, &g, s));
    compare(j, &check, files, s);
    gather_into(&g, s);
    return OK;
}

rc validate_jades(struct arena *a, str json, struct sign_files files, const struct sign_rules *r,
                  struct sign_outcome *out)
{
    struct jades *j = NULL;
    struct err err = {0};
    *out = (struct sign_outcome){.v = NULL};
    rc read = jades_read(a, json, &j, &err);
    if (read != OK)
        return sign_unreadable(a, read, &err, out);
    TRY(sign_outcome_room(a, 1, out));
    struct sign_judged *one = &out->v[out->n++];
    TRY(read_signature(a, j, files, &one->subject));
    return sign_judge(a, r, &one->subject, &one->result);
}
