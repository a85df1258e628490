/* A JSON signature, as JAdES. */
#include "mod/sign/engine/gather.h"
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/validate.h"

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

/* A payload inside must be the file that was given; one outside is what jades_verify() looked at. */
static bool is_over(const struct jades *j, const struct jades_check *check, const struct sign_data *content)
{
    if (!content)
        return true;
    if (check->detached)
        return check->covered[0];
    return j->payload_text.n == 0 || str_eq(j->payload, content->bytes);
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

static rc add_stamps(struct arena *a, const struct jades *j, const struct sign_data *content, struct gathered *g,
                     struct sign_subject *s)
{
    struct jades_stamp *found = NULL;
    size_t n = 0;
    struct err err = {0};
    rc r = jades_stamps(a, j, content, content ? 1 : 0, g->certs.v, g->certs.n, &found, &n, &err);
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

static rc read_signature(struct arena *a, const struct jades *j, const struct sign_data *content,
                         struct sign_subject *s)
{
    struct gathered g = {0};
    struct jades_check check;
    TRY(add_evidence(a, j, &g));
    TRY(jades_verify(a, j, content, content ? 1 : 0, g.certs.v, g.certs.n, &check));
    *s = (struct sign_subject){.format = SIGN_JADES,
                               .form = sub_of(check.outcome),
                               .form_words = check.outcome == JADES_VALID ? NULL : jades_outcome_text(check.outcome),
                               .form_args = {check.where},
                               .cert = check.cert,
                               .scheme = check.scheme,
                               .names_cert = check.outcome == JADES_VALID,
                               .has_time = check.has_time,
                               .time = check.time};
    if (check.outcome == JADES_VALID) {
        TRY(add_stamps(a, j, content, &g, s));
        if (!is_over(j, &check, content)) {
            s->form = SUB_HASH_FAILURE;
            s->form_words = N_("The signature holds, but over another file than the one that was given.");
        }
    }
    gather_into(&g, s);
    return OK;
}

rc validate_jades(struct arena *a, str json, const struct sign_data *content, const struct sign_rules *r,
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
    TRY(read_signature(a, j, content, &one->subject));
    return sign_judge(a, r, &one->subject, &one->result);
}
