/* After the choice: agreements, milestones and payouts.
 *
 *     offered ── sign (team) ──> signed        milestone: planned ── report (team) ──> reported ── accept (office)
 *        └────── decline (team) ─> declined                  ^────── send back (office) ──┘          ──> accepted
 *
 * Money, double entry in NT dollars (core/ledger.h), `ref` = the agreement:
 *     commit   budget → payable of the team       a milestone is accepted
 *     payout   payable → paid                     payout day; once per agreement and day
 * accepted milestones = committed, committed − paid out = payable: re-proved by `rise doctor`.
 *
 * Errors: FND-700 E_NOTFOUND no such agreement or milestone   FND-701 E_INVALID a milestone's line cannot be read
 *   FND-702 E_INVALID the milestones do not sum to the amount  FND-703 E_CONFLICT the proposal is not at this stage
 *   FND-704 E_CONFLICT there is an agreement for it already    FND-705 E_INVALID bank code or account
 *   FND-706 E_CONFLICT the text was changed since it was shown FND-707 E_DENIED the office may not decide for its own
 *   team   FND-708 E_LIMIT too many milestones */
#ifndef RISE_MOD_FUND_AFTER_H
#define RISE_MOD_FUND_AFTER_H

#include "mod/fund/call.h"

enum { FUND_MILESTONES_MAX = 20 };

/* ---- agreement.c ---- */
struct fund_milestone {
    id id;
    int64_t position;
    str title;
    int64_t amount;
    day due;
    str state, report, answer;
    instant reported, accepted;
};
struct fund_agreement {
    id id, programme, proposal;
    enum fund_stage stage;
    int64_t amount;
    str state, text, hash;
    id payable;
    str bank_code, bank_account;
    instant offered, signed_at;
    id log_entry;
};
/* What the programme pays for a stage: the parameters stage.first.grant, stage.second.grant; for FUND_FINAL the match
 * published for it, 0 where there is none, whether or not it is among the chosen; the award. */
rc fund_stage_amount(struct tx *tx, const struct fund_proposal *p, enum fund_stage stage, int64_t *out);
const char *fund_payment_label(enum fund_stage stage); /* msgid: what is paid for */
/* milestones: lines "YYYY-MM-DD AMOUNT TITLE". Officer who is not of the team. */
rc fund_agreement_offer(const struct act *x, id proposal, enum fund_stage stage, str milestones, id *out);
/* hash: of the text that the team was shown. */
rc fund_agreement_sign(const struct act *x, id agreement, str hash, str bank_code, str bank_account);
rc fund_agreement_decline(const struct act *x, id agreement, str reason);
rc fund_agreement_get(struct tx *tx, id agreement, struct fund_agreement *out, struct arena *a);
rc fund_agreements_of(struct tx *tx, id proposal, struct fund_agreement **out, size_t *n, struct arena *a);
rc fund_milestones_of(struct tx *tx, id agreement, struct fund_milestone **out, size_t *n, struct arena *a);
rc fund_milestone_report(const struct act *x, id milestone, str report);
rc fund_milestone_decide(const struct act *x, id milestone, bool accept, str answer);

/* For the office: every agreement of a round, and the places that have none yet (agreement 0). */
struct fund_due {
    struct fund_proposal p;
    enum fund_stage stage;
    id agreement;
    str state;
    int64_t amount, committed, paid; /* committed: accepted milestones */
    int64_t reported;                /* milestones that wait for the office */
};
rc fund_due_list(struct tx *tx, id programme, struct fund_due **out, size_t *n, struct arena *a);

/* ---- fund_payout.c ---- */
rc fund_payout_run(const struct act *x, id programme, int64_t *teams, struct money *total); /* all that is payable */
/* The bank's file of one day: CSV, one line a payment. */
rc fund_payout_file(struct tx *tx, id programme, day on, struct buf *out);

enum { FUND_AFTER_CHECKS = 2 };
extern const struct check fund_after_checks[];

#endif
