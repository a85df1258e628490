#include "mod/sign/engine/validate.h"

#include "mod/sign/engine/validate_impl.h"

rc sign_outcome_room(struct arena *a, size_t n, struct sign_outcome *out)
{
    out->v = ARENA_ARRAY(a, n + 1, struct sign_judged);
    return out->v ? OK : arena_failed(a);
}

rc sign_unreadable(const struct arena *a, rc r, const struct err *why, struct sign_outcome *out)
{
    TRY(arena_rc(a)); /* what could not be kept must not look like what is wrong */
    if (r == E_NOMEM || r == E_INTERNAL)
        return r;
    out->n = 0;
    err_copy(&out->unreadable, why);
    if (out->unreadable.code == OK)
        out->unreadable.code = r;
    return OK;
}

/* ---- the files beside a signature ---- */

void sign_say_missing(struct sign_subject *s, str name)
{
    if (s->form != SUB_SIGNED_DATA_NOT_FOUND || name.n == 0)
        return;
    s->form_words = N_("The signature covers the file {1}, which was not given with it.");
    s->form_args[0] = name;
}

void sign_say_other(struct sign_subject *s)
{
    if (s->form != SUB_NONE)
        return;
    s->form = SUB_HASH_FAILURE;
    s->form_words = N_("The signature holds, but over another file than the one that was given.");
}

void sign_say_over_one(struct sign_subject *s)
{
    if (s->form != SUB_NONE && s->form != SUB_SIGNED_DATA_NOT_FOUND)
        return;
    s->form = SUB_SIGNED_DATA_NOT_FOUND;
    s->form_words = N_("The signature is over one file, but several were given with it.");
}

void sign_compare_covered(struct sign_subject *s, struct sign_files files, const bool *covered)
{
    for (size_t i = 0; s->form == SUB_NONE && i < files.n; i++)
        if (!covered[i]) {
            s->form = SUB_SIGNED_DATA_NOT_FOUND;
            s->form_words = N_("The signature does not cover the file {1}, which was given with it.");
            s->form_args[0] = files.v[i].name;
        }
}
