/* Signed notes and checkpoints: C2SP signed-note and tlog-checkpoint, with Ed25519 keys (signature type 0x01).
 *
 *     note       = text LF  "— " name " " base64(key hash ‖ signature) LF …      (text ends in LF)
 *     key hash   = SHA-256(name ‖ LF ‖ 0x01 ‖ public key)[:4]
 *     vkey       = name "+" hex(key hash) "+" base64(0x01 ‖ public key)
 *     checkpoint = origin LF size LF base64(root) LF                              (the text of a note)
 *
 * Ownership: parsed views point into the text given. Threads: pure functions. Errors: E_INVALID the bytes are not such
 * a thing or no signature of the given key verifies; E_LIMIT past the caps below. Base64 must be canonical, so that
 * there is one text for one meaning. */
#ifndef RISE_CORE_NOTE_H
#define RISE_CORE_NOTE_H

#include "base/buf.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

enum {
    NOTE_NAME_MAX = 255,      /* bytes of a key name */
    NOTE_MAX = 256 * 1024,    /* bytes of a whole note */
    NOTE_SIGNATURES_MAX = 64, /* the standard asks for at least 16 */
    NOTE_KEY_HASH = 4,
    NOTE_VKEY_MAX = NOTE_NAME_MAX + 64,
};

struct note_verifier {
    char name[NOTE_NAME_MAX + 1];
    unsigned char hash[NOTE_KEY_HASH];
    unsigned char pub[ED25519_PUBLIC];
};

/* E_INVALID: the name is empty or holds a space, a control character, "+" or bytes that are not UTF-8. */
rc note_verifier_init(str name, const unsigned char pub[ED25519_PUBLIC], struct note_verifier *out);
rc note_verifier_parse(str vkey, struct note_verifier *out);
void note_vkey(const struct note_verifier *v, struct buf *out);

/* Appends the note of `text` (which ends in LF and holds no other control character) signed by `key`, whose public part
 * is that of `v`. */
rc note_sign(str text, const struct note_verifier *v, const struct ed25519_key *key, struct buf *out);
/* Signatures of other keys are ignored; one of this key that does not verify refuses the note. */
rc note_verify(str note, const struct note_verifier *v, str *text);

struct checkpoint {
    str origin;
    uint64_t size;
    struct sha256 root;
};

void checkpoint_put(struct buf *out, const struct checkpoint *c);
rc checkpoint_parse(str text, struct checkpoint *out); /* further lines (extensions) are allowed, not kept */
/* Both at once: signed by `v`, and the origin is the key's name. */
rc checkpoint_open(str note, const struct note_verifier *v, struct checkpoint *out);

/* Standard base64 in its one canonical form and of exactly `n` bytes: E_INVALID otherwise. */
rc base64_exact(str text, void *out, size_t n);

#endif
