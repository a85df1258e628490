/* Private to signing by card: rows as the job moves them on (card.c, card_job.c). */
#ifndef RISE_SIGN_CARD_IMPL_H
#define RISE_SIGN_CARD_IMPL_H
#include "mod/sign/rooms/card.h"

struct card_row {
    id id, ref;
    str kind, number; /* number: unsealed */
    enum card_state state;
    str certs, to_sign, shown, ticket;
    int64_t tries;
    instant until;
};
const struct card_use *card_use_of(str kind); /* NULL: nobody registered it */
rc card_due(struct tx *tx, instant at, int64_t most, id *out, size_t *n);
rc card_row_get(struct tx *tx, const struct app *app, id request, struct card_row *out, struct arena *a);
/* Each moves a row on that still waits; anything else leaves it. */
rc card_row_begun(const struct act *x, const struct card_row *r, const struct card_certs *certs, str to_sign,
                  str shown);
rc card_row_sent(const struct act *x, const struct card_row *r, str ticket);
rc card_row_later(const struct act *x, const struct card_row *r, bool answered); /* asked again after a while */
/* `why`: a msgid, then what is said with it after the separator. */
#define CARD_WHY_SEPARATOR '\x1f'
rc card_row_end(const struct act *x, const struct card_row *r, enum card_state how, str why, bool *ended);
#endif
