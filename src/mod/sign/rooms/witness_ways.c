/* Signing where nothing can be recorded, and several people on one device. */
#include "mod/sign/rooms/room_impl.h"
#include "mod/sign/rooms/witness_impl.h"

enum { MS = 1000 /* µs */, WORDS_MAX = 500 };

QUERY(witness_asked_since, "ii", "i",
      "SELECT COUNT(*) FROM sign_event WHERE signer = $1 AND what = 'meeting' AND at > $2");

rc witness_without(const struct act *x, struct app *app, const struct room *r, const struct signer *s, str agent)
{
    struct witness w;
    const struct witness_end nothing = {
        .measured = {.frames = -1, .face = -1, .light = -1, .open = -1, .voice_ms = -1, .photo_face = -1},
        .from = x->at / MS,
        .until = x->at / MS,
        .agent = agent,
        .as_it_is = true};
    TRY(witness_begin(x, app, r, s, &w));
    return witness_close(x, app, r, s, &nothing, NULL);
}

rc witness_meeting(const struct act *x, const struct room *r, const struct signer *s, str words,
                   const struct room_from *from)
{
    int64_t asked;
    TRY(witness_may_record(x, r, s));
    check_text(tx_err(x->tx), "words", words, WORDS_MAX, false);
    TRY(tx_err(x->tx)->code);
    TRY(db_one_int(x->tx, &witness_asked_since, VALS(v_int(s->id), v_int(x->at - HOUR)), &asked));
    if (asked)
        return ERR(tx_err(x->tx), E_LIMIT, "WIT-015", N_("You have asked for a meeting within the last hour already."));
    TRY(room_note(x, r, s->id, "meeting", words, STR_EMPTY, from));
    return tell_owner(x, r, N_("A meeting is asked for: {1}"),
                      N_("{2} cannot or will not be recorded and asks to sign “{1}” in person. {3}"), s->name, words);
}

rc witness_here(const struct act *x, struct app *app, id room, id signer, struct buf *token, bool *records)
{
    struct room r;
    struct signer s;
    TRY(room_own(x, room, &r));
    TRY(signer_get(x->tx, signer, &s, x->a));
    if (s.room != room || !str_eq(r.state, STR("open")) || !str_eq(s.state, STR("invited")) || !signer_acts(&s))
        return ERR(tx_err(x->tx), E_CONFLICT, "RM-010", N_("It is not your turn, or you have acted already."));
    *records = s.witness != 0;
    TRY(room_note(x, &r, signer, "here", s.name, STR_EMPTY, NULL));
    return signer_token_make(x, app, signer, token);
}
