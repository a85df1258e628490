#include "core/log_verify.h"
#include "fuzz.h"

/* The verifier key of the seeds of this program. */
static str signer(void)
{
    static const unsigned char seed[ED25519_SEED] = {7};
    static char text[NOTE_VKEY_MAX + 1];
    struct ed25519_key key;
    struct note_verifier v;
    if (text[0])
        return str_of(text);
    BUF_SCOPED vkey = BUF_INIT(NOTE_VKEY_MAX);
    HOLDS(ed25519_from_seed(seed, &key) == OK);
    HOLDS(note_verifier_init(STR("rise.example/log"), key.pub, &v) == OK);
    note_vkey(&v, &vkey);
    memcpy(text, vkey.p, vkey.n + 1);
    return str_of(text);
}

/* A proof that verifies has an index below the signed size; what does not verify says why. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct log_proof p;
    struct err err = {0};
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    if (log_verify_proof(a, str_n(data, size), signer(), &p, &err) == OK)
        HOLDS(p.index < p.checkpoint.size && p.record.p && err.code == OK);
    else
        HOLDS(err.code == E_CORRUPT && err.main.msgid);
    arena_free(a);
    return 0;
}
