#include "core/note.h"
#include "fuzz.h"

/* Whatever is taken has one text only: written again it gives the same bytes. A note that verifies begins with its
 * text. */
static void as_vkey(str s)
{
    struct note_verifier v;
    BUF_SCOPED again = BUF_INIT(NOTE_VKEY_MAX);
    if (note_verifier_parse(s, &v) != OK)
        return;
    note_vkey(&v, &again);
    HOLDS(buf_rc(&again) == OK && str_eq(buf_str(&again), s));
}

static void as_checkpoint(str s)
{
    struct checkpoint c;
    BUF_SCOPED again = BUF_INIT(NOTE_MAX + 256);
    if (checkpoint_parse(s, &c) != OK)
        return;
    checkpoint_put(&again, &c);
    HOLDS(buf_rc(&again) == OK && str_starts(s, buf_str(&again)));
}

/* The key that signed the seeds of this program. */
static const struct note_verifier *signer(void)
{
    static const unsigned char seed[ED25519_SEED] = {7};
    static struct note_verifier v;
    struct ed25519_key key;
    if (v.name[0])
        return &v;
    HOLDS(ed25519_from_seed(seed, &key) == OK);
    HOLDS(note_verifier_init(STR("rise.example/log"), key.pub, &v) == OK);
    return &v;
}

static void as_note(str s)
{
    str text;
    if (note_verify(s, signer(), &text) == OK)
        HOLDS(text.p == s.p && text.n < s.n && text.p[text.n - 1] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = str_n(data, size);
    as_vkey(s);
    as_checkpoint(s);
    as_note(s);
    return 0;
}
