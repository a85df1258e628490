/* Signing at once, with a key that is made for this one signature; and keeping a file that was signed. */
#include "mod/sign/report/told.h"
#include "mod/sign/rooms/seal_impl.h"

/* ---- keeping ---- */

/* Why it is no higher, into the history: the finishing job makes up for it later. */
static rc note_lowered(const struct sealing *s, const struct sign_raised *made, const struct room_from *from)
{
    if (made->level >= SIGN_T)
        return OK;
    str why = told_err(s->x->a, &made->why, LANG_EN);
    TRY(arena_rc(s->x->a));
    return room_note(s->x, &s->room, s->signer.id, "lowered", why, STR_EMPTY, from);
}

rc sealing_keep(struct sealing *s, str tail, const struct sign_raised *made, const struct cert *cert,
                const struct room_from *from)
{
    id file;
    const struct act *x = s->x;
    BUF_SCOPED whole = BUF_INIT(SEAL_FILE_MAX);
    if (!buf_reserve(&whole, s->file.n + tail.n)) /* once: most of the time goes into moving these bytes */
        return buf_rc(&whole);
    buf_put(&whole, s->file);
    buf_put(&whole, tail);
    str hash = sha256_hex_of(x->a, buf_str(&whole));
    TRY(arena_rc(x->a));
    TRY(document_add(x->tx, s->app, s->room.party, s->document.name, buf_str(&whole), "application/pdf", SEAL_FILE_MAX,
                     &file));
    TRY(note_lowered(s, made, from));
    TRY(room_signed(x, s->app, s->signer.id, file, hash, cert->der, from));
    return s->room.file == s->room.original ? OK : document_remove(x->tx, s->room.file);
}

/* ---- signing ---- */

static rc sign(struct sealing *s, const struct seal_filled *f, const struct sign_raise *o, const struct room_from *from)
{
    struct pdf_place place;
    struct seal_once once;
    struct sign_raised made;
    str field;
    const struct pades_extra extra = sealing_extra(s);
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    TRY(sealing_place(s, f, &place));
    TRY(seal_once_make(s->x, s->app, TRUST_PERSON, s->signer.name, s->signer.email, &once));
    TRY(pades_sign(s->pdf, once.signer, &place, &extra, o, &tail, &made, &field, tx_err(s->x->tx)));
    return sealing_keep(s, buf_str(&tail), &made, once.cert, from);
}

rc seal_sign(const struct act *x, struct app *app, id signer, const struct seal_filled *f, const struct room_from *from)
{
    struct sealing s;
    struct seal_net net = {.services = NULL};
    rc r = sealing_open(x, app, signer, false, &s);
    if (r == OK)
        r = seal_net_open(app, x->tx, s.x->a, false, &net);
    if (r == OK) {
        const struct sign_raise o = seal_net_raise(&net, SIGN_T);
        r = sign(&s, f, &o, from);
    }
    seal_net_close(&net);
    sealing_close(&s);
    return r;
}
