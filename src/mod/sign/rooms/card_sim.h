/* A simulated card service, for demonstrations and tests only: the far side of docs/card-adapter.md, with an authority
 * of its own, called a simulation in every certificate. Pages (pages/pages_simulator.c) are its "phone".
 *
 * It knows the numbers of card_sim_cards. Their keys lie in this installation, sealed: of a real card nobody has them.
 * Threads: as the tx. Errors: E_NOTFOUND outside demonstrations. */
#ifndef RISE_SIGN_CARD_SIM_H
#define RISE_SIGN_CARD_SIM_H
#include "core/act.h"
#include "core/app.h"
#include "crypto/cert.h"

#define CARD_SIM_PATH "/sign/simulator/service"

/* What requests are signed with here: derived from the installation's sealing key. */
rc card_sim_secret(const struct app *app, struct buf *out);
struct card_sim_reply {
    int status; /* 200, 401, 404, 422 */
    struct buf *body;
    str signature; /* value of its Rise-Signature, in the arena; "": to nobody who has the secret */
};
/* One request as the service gets it; `signature` is the value of its Rise-Signature. out->body is the caller's. */
rc card_sim_answer(const struct act *x, struct app *app, str signature, str body, struct card_sim_reply *out);

struct card_sim_order {
    id id;
    str number, name, shown;
    struct sha256 hash; /* of what is to be signed */
    str state;          /* waiting, signed, refused */
    instant until;
};
enum { CARD_SIM_SHOWN = 50 };
rc card_sim_orders(struct tx *tx, instant at, struct card_sim_order **out, size_t *n,
                   struct arena *a); /* newest first */
/* The person confirms on the phone, or refuses. E_CONFLICT: decided or run out */
rc card_sim_decide(const struct act *x, struct app *app, id order, bool sign);

extern const struct choice card_sim_cards[]; /* number → name on the card, then {NULL, NULL} */
#endif
