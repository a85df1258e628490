/* The demonstration world of the fund: four rounds, each left in another phase, so that every page has something to
 * show. Each part plays its share of a round through the domain's own operations; demo.c moves the phases along.
 * Names are invented; mail addresses end in .example (RFC 2606). */
#ifndef RISE_MOD_FUND_DEMO_H
#define RISE_MOD_FUND_DEMO_H

#include "core/demo.h"
#include "core/search.h"
#include "mod/fund/fund.h"

enum { FUND_DEMO_ROUNDS = 4 };

struct fund_demo {
    struct app *app;
    struct err *err;       /* of the step that failed */
    struct arena *scratch; /* reset before every step */
    struct prng rng;
    int round; /* which of the four, oldest first */
    id programme;
    instant opens;                  /* of the round's call */
    int64_t proposals;              /* how many come in: 970 in the oldest round of a full-sized world */
    enum fund_phase phase;          /* that is played */
    enum fund_phase until;          /* the round is left in this phase */
    struct session officer, second; /* the demonstration's two officers */
    struct search_batch batch;      /* proposals of the round to be found */
    size_t noted;                   /* of them before the present step */
};

/* One part's share of a round, in the phase it belongs to. A step is one transaction, which may run again: it starts
 * from the database and from `rng` as it stood at its beginning. */
struct fund_demo_step {
    enum fund_phase phase;
    int days; /* after the call has opened: the clock is set to it */
    rc (*play)(struct fund_demo *d, const struct act *x);
};

rc fund_demo_call(struct fund_demo *d, const struct act *x); /* demo_call.c: what happens on that day of the call */
rc fund_demo_member(const struct act *x, const struct fund_proposal *p, struct session *out); /* of its team */
/* ---- demo_board.c: the review ---- */
rc fund_demo_board_invited(struct fund_demo *d, const struct act *x);
rc fund_demo_board_prepared(struct fund_demo *d, const struct act *x);
rc fund_demo_board_first_assigned(struct fund_demo *d, const struct act *x);
rc fund_demo_board_first_scored(struct fund_demo *d, const struct act *x);
rc fund_demo_board_first_proposed(struct fund_demo *d, const struct act *x);
rc fund_demo_board_first_confirmed(struct fund_demo *d, const struct act *x);
rc fund_demo_board_second_assigned(struct fund_demo *d, const struct act *x);
rc fund_demo_board_second_scored(struct fund_demo *d, const struct act *x);
rc fund_demo_board_second_proposed(struct fund_demo *d, const struct act *x);
rc fund_demo_board_second_confirmed(struct fund_demo *d, const struct act *x);
rc fund_demo_board_awards_assigned(struct fund_demo *d, const struct act *x);
rc fund_demo_board_awards_scored(struct fund_demo *d, const struct act *x);
rc fund_demo_board_awards_proposed(struct fund_demo *d, const struct act *x);
rc fund_demo_board_awards_confirmed(struct fund_demo *d, const struct act *x);

/* demo_gift.c: platforms, their exports, one by one, and appeals. */
rc fund_demo_gift_platforms(struct fund_demo *d, const struct act *x);
rc fund_demo_gift_warm(struct fund_demo *d, const struct act *x);
rc fund_demo_gift_beacon(struct fund_demo *d, const struct act *x);
rc fund_demo_gift_river(struct fund_demo *d, const struct act *x);
rc fund_demo_gift_appeals(struct fund_demo *d, const struct act *x);

/* demo_publish.c: the result */
rc fund_demo_tally_proposed(struct fund_demo *d, const struct act *x);
rc fund_demo_tally_published(struct fund_demo *d, const struct act *x);

/* demo_agreement.c, demo_effects.c: after the round is closed. */
rc fund_demo_agreement_offered(struct fund_demo *d, const struct act *x);
rc fund_demo_agreement_signed(struct fund_demo *d, const struct act *x);
rc fund_demo_agreement_reported(struct fund_demo *d, const struct act *x);
rc fund_demo_agreement_checked(struct fund_demo *d, const struct act *x);
rc fund_demo_agreement_paid(struct fund_demo *d, const struct act *x);
rc fund_demo_effects_maps(struct fund_demo *d, const struct act *x);
rc fund_demo_effects_adopted(struct fund_demo *d, const struct act *x);
rc fund_demo_effects_confirmed(struct fund_demo *d, const struct act *x);
rc fund_demo_effects_interests(struct fund_demo *d, const struct act *x);
rc fund_demo_effects_answers(struct fund_demo *d, const struct act *x);

rc fund_demo(struct app *app, const struct demo *d, struct err *err);

#endif
