#include "mod/sign/engine/validate.h"

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
