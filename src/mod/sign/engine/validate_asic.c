/* The signatures of an ASiC container, each judged like a bare one, and what is wrong with the container itself. */
#include "mod/sign/engine/validate.h"
#include "mod/sign/engine/validate_impl.h"

struct reading {
    struct arena *a;
    const struct asic *c;
    struct gathered *found; /* for each signature: what stands in it */
};

static struct xades_reading xades_of(const struct reading *x, const struct asic_signature *s)
{
    return (struct xades_reading){.a = x->a, .xades = s->xades, .i = s->i, .files = {x->c->files, x->c->n_files}};
}

static rc gather_all(struct reading *x)
{
    x->found = ARENA_ARRAY(x->a, x->c->n_signatures + 1, struct gathered);
    if (!x->found)
        return arena_failed(x->a);
    for (size_t i = 0; i < x->c->n_signatures; i++) {
        const struct asic_signature *s = &x->c->signatures[i];
        const struct xades_reading of = xades_of(x, s);
        TRY(s->cades ? gather_cms(&x->found[i], x->a, s->cms) : validate_xades_gather(&of, &x->found[i]));
    }
    return OK;
}

/* A signature names its certificate by a digest, so those of all may lie in one heap. */
static rc verify_all(const struct reading *x, struct asic_check *out)
{
    struct gathered heap = {0};
    for (size_t i = 0; i < x->c->n_signatures; i++)
        for (size_t k = 0; k < x->found[i].certs.n; k++)
            TRY(gather_cert(&heap, x->a, x->found[i].certs.v[k]->der));
    return asic_verify(x->a, x->c, heap.certs.v, heap.certs.n, out);
}

/* ---- one signature ---- */

/* What the container makes of a signature that would hold as a bare one. */
static void add_fault(const struct asic_signature *s, const struct asic_signature_check *k, struct sign_subject *out)
{
    static const enum sub_indication subs[] = {
        [ASIC_VALID] = SUB_NONE,
        [ASIC_MIMETYPE] = SUB_FORMAT_FAILURE,
        [ASIC_NO_SIGNATURE] = SUB_FORMAT_FAILURE,
        [ASIC_MANIFEST] = SUB_FORMAT_FAILURE,
        [ASIC_FILE_MISSING] = SUB_SIGNED_DATA_NOT_FOUND,
        [ASIC_FILE_CHANGED] = SUB_HASH_FAILURE,
        [ASIC_SIGNATURE] = SUB_SIG_CONSTRAINTS_FAILURE,
        [ASIC_NOT_SIGNED] = SUB_FORMAT_FAILURE,
        [ASIC_WEAK_DIGEST] = SUB_CRYPTO_CONSTRAINTS_FAILURE,
    };
    if (out->form != SUB_NONE && k->outcome == ASIC_SIGNATURE)
        return; /* the reader of its format said what is wrong */
    out->form = subs[k->outcome];
    out->form_words = asic_outcome_text(k->outcome);
    out->form_args[0] = k->where;
    if (k->outcome == ASIC_SIGNATURE)
        out->form_words = s->cades
                              ? N_("The signature does not name its certificate, as one in a container has to.")
                              : N_("The signature covers something of its own instead of the files in the container.");
}

static rc read_signature(const struct reading *x, size_t i, const struct asic_signature_check *k,
                         struct sign_subject *out)
{
    const struct asic_signature *s = &x->c->signatures[i];
    if (!s->cades) {
        const struct xades_reading of = xades_of(x, s);
        TRY(validate_xades_subject(&of, &k->xades, &x->found[i], out));
    } else if (k->outcome == ASIC_MANIFEST && !k->cert) { /* it was not verified: over what? */
        *out = (struct sign_subject){.format = SIGN_CADES};
    } else {
        const struct cms_reading of = {
            .a = x->a, .cms = s->cms, .one = &s->cms->signatures[s->i], .bytes = asic_signed_bytes(x->c, s)};
        TRY(validate_cms_subject(&of, &k->cms, &x->found[i], out));
    }
    if (k->outcome != ASIC_VALID)
        add_fault(s, k, out);
    return OK;
}

rc validate_asic(struct arena *a, str bytes, const struct sign_rules *r, struct sign_outcome *out,
                 struct asic **container, struct asic_check *check)
{
    struct err err = {0};
    *out = (struct sign_outcome){.v = NULL};
    *check = (struct asic_check){.outcome = ASIC_NO_SIGNATURE};
    *container = NULL;
    rc read = asic_read(a, bytes, container, &err);
    if (read != OK)
        return sign_unreadable(a, read, &err, out);
    struct reading x = {.a = a, .c = *container};
    TRY(gather_all(&x));
    TRY(verify_all(&x, check));
    TRY(sign_outcome_room(a, x.c->n_signatures, out));
    for (size_t i = 0; i < x.c->n_signatures; i++) {
        struct sign_judged *j = &out->v[out->n++];
        TRY(read_signature(&x, i, &check->signatures[i], &j->subject));
        TRY(sign_judge(a, r, &j->subject, &j->result));
    }
    return OK;
}
