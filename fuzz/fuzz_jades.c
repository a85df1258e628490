#include "fuzz.h"
#include "mod/sign/engine/jades_extend.h"

/* Whatever is read can be judged, and a name goes with every outcome. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sign_data files[] = {{STR_INIT("a.txt"), STR_INIT("text/plain"), STR_INIT("first\n")},
                                             {STR_INIT("b/c d.txt"), STR_INIT("text/plain"), STR_INIT("second\n")}};
    struct err err = {0};
    struct jades *j;
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    if (jades_read(a, str_n(data, size), &j, &err) == OK) {
        struct jades_check k;
        rc r = jades_verify(a, j, files, 2, NULL, 0, &k);
        HOLDS(r == OK || r == E_LIMIT);
        HOLDS(r != OK || (jades_outcome_name(k.outcome) && jades_outcome_text(k.outcome)));
        HOLDS(r != OK || k.outcome != JADES_VALID || k.cert);
        struct jades_stamp *v;
        struct jades_evidence e;
        size_t n;
        (void)!jades_stamps(a, j, files, 2, NULL, 0, &v, &n, &err);
        (void)!jades_evidence(a, j, &e, &err);
    } else {
        HOLDS(err.main.msgid || arena_rc(a) != OK);
    }
    arena_free(a);
    return 0;
}
