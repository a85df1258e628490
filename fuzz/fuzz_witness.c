#include "fuzz.h"
#include "mod/sign/rooms/witness_impl.h"

/* A manifest that is taken has one text only, and lists each kind once; whatever begins a recording is of a known type
 * or none. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str bytes = str_n(data, size);
    struct err err = {0};
    struct witness_manifest m;
    BUF_SCOPED again = BUF_INIT(WITNESS_MANIFEST_MAX);
    struct arena *a = arena_new(1 << 22);
    HOLDS(a);
    if (witness_manifest_read(a, bytes, &m, &err) == OK) {
        witness_manifest_write(&m, &again);
        HOLDS(str_eq(buf_str(&again), bytes) && m.n <= WITNESS_KINDS && err.code == OK);
        for (size_t i = 1; i < m.n; i++)
            HOLDS(m.items[i].kind > m.items[i - 1].kind);
    } else {
        HOLDS(err.main.msgid || arena_rc(a) != OK);
    }
    for (int k = 0; k < WITNESS_KINDS; k++) {
        str type = witness_sniff((enum witness_kind)k, bytes);
        HOLDS(type.n == 0 || str_chr(type, '/') > 0);
    }
    arena_free(a);
    return 0;
}
