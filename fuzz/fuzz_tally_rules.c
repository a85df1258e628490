/* Rules of a tally as JSON: what is accepted has one canonical text that reads back as itself. */
#include "fuzz.h"
#include "mod/fund/engine/tally.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 20);
    HOLDS(a);
    struct tally_rules r, again;
    struct err err = {0};
    rc ok = tally_rules_read(a, str_n(data, size), &r, &err);
    HOLDS((err.code != OK) == (ok != OK));
    if (ok == OK) {
        BUF_SCOPED text = BUF_INIT(4096);
        BUF_SCOPED second = BUF_INIT(4096);
        HOLDS(tally_rules_check(&r, NULL) == OK);
        tally_rules_json(&r, &text);
        HOLDS(tally_rules_read(a, buf_str(&text), &again, NULL) == OK);
        tally_rules_json(&again, &second);
        HOLDS(str_eq(buf_str(&text), buf_str(&second)));
    }
    arena_free(a);
    return 0;
}
