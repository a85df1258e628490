#include "fuzz.h"
#include "mod/sign/engine/xades_extend.h"

/* Whatever is read can be judged, and a name goes with every outcome. Files beside it: two that a seed refers to. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sign_data files[] = {{STR_INIT("a.txt"), STR_INIT("text/plain"), STR_INIT("first\n")},
                                             {STR_INIT("b/c d.txt"), STR_INIT("text/plain"), STR_INIT("second\n")}};
    struct err err = {0};
    struct xades *x;
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    if (xades_read(a, str_n(data, size), &x, &err) == OK) {
        HOLDS(x->n > 0 && err.code == OK);
        for (size_t i = 0; i < x->n; i++) {
            struct xades_check k;
            rc r = xades_verify(a, x, i, files, 2, NULL, 0, &k);
            HOLDS(r == OK || r == E_LIMIT);
            HOLDS(r != OK || (xades_outcome_name(k.outcome) && xades_outcome_text(k.outcome)));
            HOLDS(r != OK || k.outcome != XADES_VALID || k.cert);
            struct xades_stamp *v;
            struct xades_evidence e;
            size_t n;
            (void)!xades_stamps(a, x, i, files, 2, NULL, 0, &v, &n, &err);
            (void)!xades_evidence(a, x, i, &e, &err);
        }
    } else {
        HOLDS(err.main.msgid || arena_rc(a) != OK);
    }
    arena_free(a);
    return 0;
}
