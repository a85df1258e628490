#include "fuzz.h"
#include "mod/sign/engine/validate.h"

/* Its signatures judged as a report does: as many as were read, one that the container refuses never passes. */
static void judge(struct arena *a, str bytes)
{
    const struct sign_rules nobody = {.n_anchors = 0};
    struct sign_outcome o;
    struct asic *c;
    struct asic_check k;
    rc r = validate_asic(a, bytes, &nobody, &o, &c, &k);
    HOLDS(r == OK || r == E_LIMIT);
    HOLDS(r != OK || o.n == (c ? c->n_signatures : 0));
    for (size_t i = 0; r == OK && i < o.n; i++)
        HOLDS(k.signatures[i].outcome == ASIC_VALID || o.v[i].result.verdict != VERDICT_PASSED);
}

/* Whatever is read can be judged; a valid container has every file covered. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct asic *c;
    struct arena *a = arena_new((size_t)1 << 29);
    HOLDS(a);
    if (asic_read(a, str_n(data, size), &c, &err) == OK) {
        struct asic_check k;
        rc r = asic_verify(a, c, NULL, 0, &k);
        HOLDS(r == OK || r == E_LIMIT);
        HOLDS(r != OK || (asic_outcome_name(k.outcome) && asic_outcome_text(k.outcome)));
        HOLDS(r != OK || k.outcome != ASIC_VALID || (c->n_signatures > 0 && k.n_not_signed == 0));
        judge(a, str_n(data, size));
    } else {
        HOLDS(err.main.msgid || arena_rc(a) != OK);
    }
    arena_free(a);
    return 0;
}
