#include "core/note.h"

#include "base/utf8.h"

enum { ED25519_TYPE = 1, SIG_BYTES = NOTE_KEY_HASH + ED25519_SIG };

static const str em_dash = STR_INIT("\xe2\x80\x94 ");

rc base64_exact(str text, void *out, size_t n)
{
    BUF_SCOPED raw = BUF_INIT(NOTE_MAX);
    BUF_SCOPED again = BUF_INIT(2 * NOTE_MAX);
    if (text.n > NOTE_MAX || buf_unbase64(&raw, text) != OK || raw.n != n)
        return E_INVALID;
    /* Re-encoding catches the other alphabet, missing padding and stray bits behind the last byte. */
    buf_base64(&again, buf_str(&raw));
    if (!str_eq(buf_str(&again), text))
        return buf_rc(&again) != OK ? buf_rc(&again) : E_INVALID;
    memcpy(out, raw.p, n);
    return OK;
}

/* White_Space of the Unicode character database. */
static bool unicode_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool name_ok(str name)
{
    if (name.n == 0 || name.n > NOTE_NAME_MAX || !utf8_valid(name))
        return false;
    while (name.n) {
        uint32_t c = utf8_next(&name);
        if (c < 0x20 || c == '+' || unicode_space(c))
            return false;
    }
    return true;
}

static bool text_ok(str text)
{
    if (text.n == 0 || text.p[text.n - 1] != '\n' || !utf8_valid(text))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 && text.p[i] != '\n')
            return false;
    return true;
}

static void key_hash(str name, const unsigned char pub[ED25519_PUBLIC], unsigned char out[NOTE_KEY_HASH])
{
    unsigned char tail[2 + ED25519_PUBLIC] = {'\n', ED25519_TYPE};
    memcpy(tail + 2, pub, ED25519_PUBLIC);
    struct sha256 h = sha256_of2(name, str_n(tail, sizeof tail));
    memcpy(out, h.b, NOTE_KEY_HASH);
}

rc note_verifier_init(str name, const unsigned char pub[ED25519_PUBLIC], struct note_verifier *out)
{
    if (!name_ok(name))
        return E_INVALID;
    memcpy(out->name, name.p, name.n);
    out->name[name.n] = '\0';
    memcpy(out->pub, pub, ED25519_PUBLIC);
    key_hash(name, pub, out->hash);
    return OK;
}

rc note_verifier_parse(str vkey, struct note_verifier *out)
{
    if (vkey.n > NOTE_VKEY_MAX)
        return E_LIMIT;
    str rest = vkey;
    str name = str_cut(&rest, '+');
    str hash = str_cut(&rest, '+'); /* base64 may hold further "+" */
    unsigned char key[1 + ED25519_PUBLIC];
    if (!rest.p)
        return E_INVALID;
    TRY(base64_exact(rest, key, sizeof key));
    if (key[0] != ED25519_TYPE)
        return E_INVALID;
    struct note_verifier v;
    TRY(note_verifier_init(name, key + 1, &v));
    BUF_SCOPED want = BUF_INIT(2 * NOTE_KEY_HASH);
    buf_hex(&want, str_n(v.hash, sizeof v.hash));
    TRY(buf_rc(&want));
    if (!str_eq(buf_str(&want), hash))
        return E_INVALID;
    *out = v;
    return OK;
}

void note_vkey(const struct note_verifier *v, struct buf *out)
{
    unsigned char key[1 + ED25519_PUBLIC] = {ED25519_TYPE};
    memcpy(key + 1, v->pub, ED25519_PUBLIC);
    buf_put(out, str_of(v->name));
    buf_putc(out, '+');
    buf_hex(out, str_n(v->hash, sizeof v->hash));
    buf_putc(out, '+');
    buf_base64(out, str_n(key, sizeof key));
}

rc note_sign(str text, const struct note_verifier *v, const struct ed25519_key *key, struct buf *out)
{
    unsigned char sig[SIG_BYTES];
    if (!text_ok(text))
        return E_INVALID;
    memcpy(sig, v->hash, NOTE_KEY_HASH);
    TRY(ed25519_sign(key, text, sig + NOTE_KEY_HASH));
    buf_put(out, text);
    buf_putc(out, '\n');
    buf_put(out, em_dash);
    buf_put(out, str_of(v->name));
    buf_putc(out, ' ');
    buf_base64(out, str_n(sig, sizeof sig));
    buf_putc(out, '\n');
    return buf_rc(out);
}

/* Where the signature lines begin: behind the last empty line; 0 when there is none. */
static size_t signatures_at(str note)
{
    for (size_t i = note.n; i >= 2; i--)
        if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n')
            return i;
    return 0;
}

/* One line without its LF. *ours tells whether it names our key; then its signature was checked. */
static rc check_signature(str line, str text, const struct note_verifier *v, bool *ours)
{
    *ours = false;
    if (!str_starts(line, em_dash))
        return E_INVALID;
    str rest = str_sub(line, em_dash.n, line.n);
    str name = str_cut(&rest, ' ');
    if (!name_ok(name) || !rest.p || rest.n == 0)
        return E_INVALID;
    if (!str_eq(name, str_of(v->name)))
        return OK;
    unsigned char sig[SIG_BYTES];
    /* Another key of the same name may have signatures of another length or algorithm: not ours, not our business. */
    if (base64_exact(rest, sig, sizeof sig) != OK || memcmp(sig, v->hash, NOTE_KEY_HASH) != 0)
        return OK;
    *ours = true;
    return ed25519_verify(v->pub, text, sig + NOTE_KEY_HASH);
}

rc note_verify(str note, const struct note_verifier *v, str *text)
{
    if (note.n > NOTE_MAX)
        return E_LIMIT;
    size_t at = signatures_at(note);
    if (!text_ok(note) || at < 2 || at == note.n)
        return E_INVALID;
    str body = str_n(note.p, at - 1);
    str rest = str_n(note.p + at, note.n - at - 1); /* without the last LF, so that cutting yields lines only */
    bool verified = false;
    for (int lines = 0; rest.p; lines++) {
        bool ours;
        if (lines == NOTE_SIGNATURES_MAX)
            return E_LIMIT;
        TRY(check_signature(str_cut(&rest, '\n'), body, v, &ours));
        verified |= ours;
    }
    if (!verified)
        return E_INVALID;
    *text = body;
    return OK;
}

void checkpoint_put(struct buf *out, const struct checkpoint *c)
{
    buf_put(out, c->origin);
    buf_putc(out, '\n');
    buf_puti(out, (int64_t)c->size);
    buf_putc(out, '\n');
    buf_base64(out, sha256_str(&c->root));
    buf_putc(out, '\n');
}

rc checkpoint_parse(str text, struct checkpoint *out)
{
    if (!text_ok(text))
        return E_INVALID;
    str rest = str_n(text.p, text.n - 1);
    str origin = str_cut(&rest, '\n');
    str size = str_cut(&rest, '\n');
    str root = str_cut(&rest, '\n');
    int64_t n;
    if (origin.n == 0 || size.n == 0 || (size.p[0] == '0' && size.n > 1) || str_to_i64(size, &n) != OK ||
        size.p[0] == '-')
        return E_INVALID;
    while (rest.p)
        if (str_cut(&rest, '\n').n == 0)
            return E_INVALID;
    struct checkpoint c = {.origin = origin, .size = (uint64_t)n};
    TRY(base64_exact(root, c.root.b, SHA256_LEN));
    *out = c;
    return OK;
}

rc checkpoint_open(str note, const struct note_verifier *v, struct checkpoint *out)
{
    str text;
    struct checkpoint c;
    TRY(note_verify(note, v, &text));
    TRY(checkpoint_parse(text, &c));
    if (!str_eq(c.origin, str_of(v->name)))
        return E_INVALID;
    *out = c;
    return OK;
}
