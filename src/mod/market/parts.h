/* What the files of this module share and others do not see. */
#ifndef RISE_MOD_MARKET_PARTS_H
#define RISE_MOD_MARKET_PARTS_H

#include "core/ledger.h"
#include "core/notice.h"
#include "mod/market/market.h"

/* ---- small helpers ---- */
str mkt_secret_context(struct arena *a, id vendor); /* what a vendor's sealed usage secret is bound to */
str mkt_mail_domain(struct arena *a, str email);    /* lower case, "" when there is none */

/* ---- scheme.c, params.c ---- */
rc mkt_param(struct tx *tx, id programme, const char *name, day on, int64_t *out);
rc mkt_payee(const struct act *x, id programme, id vendor, id *payable,
             id *receivable); /* opens the accounts on first use */

/* ---- posting: a ledger transfer and its annotation in one ---- */
struct mkt_post {
    const char *kind;
    id programme, debit, credit, grant, vendor, order;
    int64_t points;
};
rc mkt_post(const struct act *x, const struct mkt_post *p); /* 0 points: nothing */
rc mkt_note_posting(const struct act *x, id transfer,
                    const struct mkt_post *p); /* the transfer was made by a hold's post */

/* ---- grant.c ---- */
rc mkt_grant_settle(const struct act *x, id grant); /* an ended grant's available points go back to the budget */

/* ---- solution.c ---- */
#define MKT_SOLUTIONS "market.solution"                    /* their space in the search index */
rc mkt_solution_refresh(const struct act *x, id solution); /* derived columns and the search index */
rc mkt_solutions_refresh_of(const struct act *x, id vendor);
rc mkt_solution_check(struct err *e, const struct mkt_solution_form *f);
rc mkt_plan_check(struct err *e, const struct mkt_plan_form *f);
rc mkt_solution_set_state(const struct act *x, id solution, enum mkt_listing_state s);
rc mkt_vendor_set_state(const struct act *x, id vendor, enum mkt_listing_state s);
bool mkt_listing_state_parse(str name, enum mkt_listing_state *out);

/* ---- rating.c ---- */
/* Sort key of the rating order: the average counts from three ratings on, then the number of ratings. */
int64_t mkt_rating_key(int64_t n, int64_t average);

/* ---- order.c ---- */
/* Moves `o` from the state it was read in to `to`; writes event, log and *o. The WHERE guards the state: E_CONFLICT
 * ACT-002 when another transaction was faster. */
struct mkt_step {
    const char *move;
    enum mkt_order_state to;
    instant due;
    str reason, invoice;
    const char *usage_source;
    instant used_at; /* 0: now */
    day ends;
};
rc mkt_order_step(const struct act *x, struct mkt_order *o, const struct mkt_step *s);
rc mkt_order_load(struct tx *tx, id order, struct mkt_order *out, struct arena *a);               /* any caller */
rc mkt_order_event(const struct act *x, const struct mkt_order *o, const char *move, str reason); /* history and log */
rc mkt_order_release(const struct act *x, const struct mkt_order *o); /* voids the hold, settles the grant */
rc mkt_order_capture(const struct act *x, struct mkt_order *o);       /* used (or disputed) → captured */
rc mkt_order_first_use(const struct act *x, struct mkt_order *o, const char *source, instant used_at);
rc mkt_order_tell(const struct act *x, const struct mkt_order *o, bool firm, const char *subject, const char *body);

#endif
