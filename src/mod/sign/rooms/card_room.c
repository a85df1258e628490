/* A signing room's signer with a card or phone: what sealing gives out is what the card is asked to sign. */
#include "mod/sign/rooms/card.h"
#include "mod/sign/rooms/room.h"

enum { TEXT_MAX = 8 * CARD_TEXT_MAX };

static rc shown_text(const struct act *x, id signer, str *out)
{
    struct signer s;
    struct room r;
    BUF_SCOPED text = BUF_INIT(TEXT_MAX);
    TRY(signer_get(x->tx, signer, &s, x->a));
    TRY(room_get(x->tx, s.room, &r, x->a));
    tr_f(&text, str_eq(s.lang, STR("en")) ? LANG_EN : LANG_ZH, N_("Sign “{1}”?"), &r.title, 1);
    *out = arena_str(x->a, buf_str(&text));
    return out->p ? buf_rc(&text) : arena_failed(x->a);
}

static rc begin(const struct act *x, struct app *app, id signer, const str *certs, size_t n, struct buf *to_sign,
                str *text)
{
    TRY(shown_text(x, signer, text));
    return seal_begin(x, app, signer, certs, n, to_sign);
}

/* Refused or too late: what was filled in waits for another try, or runs out. */
static rc end(const struct act *x, struct app *app, id signer, enum card_state how, str signature)
{
    const struct room_from from = {.address = STR_EMPTY,
                                   .agent = STR_EMPTY}; /* came by the service, not by a browser */
    return how == CARD_SIGNED ? seal_end(x, app, signer, signature, &from) : OK;
}

const struct card_use room_card_use = {"room", begin, end};
