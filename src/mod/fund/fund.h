/* The public-interest fund: open call, review, quadratic funding, awards. README.md says whose rules these are.
 *
 * This header is the round and its proposals, which every other part stands on:
 *   review.h     reviewers, conflicts of interest, assignment, scores, the panel's decisions
 *   gift.h       gifts from crowdfunding platforms, who counts, appeals
 *   publish.h    the tally of a round and its result
 *   archive.h    the archive of a round, and verifying it
 *   after.h      agreements, milestones, payouts
 *   effects.h    value maps (SROI), companies' interests, adoptions
 * and the engines, pure functions over arrays without I/O and clock, usable alone:
 *   tally.h  sensitivity.h  assign.h  calibrate.h  sroi.h
 *
 * Units: whole NT dollars in int64 or `struct money`; times are instants. Ownership: nothing here owns memory; texts
 * that come back live in the caller's arena. Threads: none of its own; every operation runs in the caller's
 * transaction and may be run again with it. Errors: rc, details in tx_err(tx) with the codes of README.md:
 *   FND-001 E_NOTFOUND no round   FND-002 E_CONFLICT not in this phase   FND-003 E_CONFLICT the deadline has passed
 *   FND-004 E_DENIED not your proposal   FND-005 E_CONFLICT saved by somebody else meanwhile
 *   FND-006 E_NOTFOUND no such proposal  FND-007 E_INVALID incomplete: names every missing field
 *   FND-008 E_CONFLICT the proposal's state forbids it   FND-009 E_INVALID an address must begin with https://
 *   FND-010 E_LIMIT too many proposals, authors or attachments   FND-011 E_INVALID dates out of order
 *   FND-012 E_INVALID not an amount above zero   FND-013 the demonstration failed
 *   FND-014 E_DENIED your own team: another officer must decide   FND-015 E_INVALID not a code
 *   FND-016 E_CONFLICT the last member of a team cannot leave */
#ifndef RISE_MOD_FUND_FUND_H
#define RISE_MOD_FUND_FUND_H

#include "core/act.h"
#include "core/case.h"
#include "core/module.h"
#include "core/party.h"

enum { FUND_VERBS = 7 };
extern const struct verb fund_verbs[];

/* ---- codes.c: the closed vocabularies; value = what is stored, label = msgid. End with {NULL, NULL} ---- */
extern const struct choice fund_fields[]; /* 社會福祉 公共治理 產業經濟 永續環境 */
extern const struct choice fund_sdgs[];   /* "1" … "17", in order */
extern const struct choice fund_team_kinds[];
enum { FUND_SDGS = 17 };

/* ---- params.c ---- */
extern const struct param_table fund_params;
rc fund_param(struct tx *tx, id programme, const char *name, int64_t *out); /* the value in force at tx_now() */

/* ---- round.c ---- */
/* What a round is at, in order; officers move it forward, one at a time (fund_round_next). */
enum fund_phase {
    FUND_PREPARED, /* announced; nothing can be handed in yet */
    FUND_CALL,     /* proposals are handed in between call_opens and call_closes */
    FUND_REVIEW,   /* experts choose the first places (100) */
    FUND_PROOF,    /* the chosen prove concept and service; experts choose the second places (50) */
    FUND_GIFTS,    /* crowdfunding between gifts_open and gifts_close; the tally's rules are fixed */
    FUND_TALLY,    /* gifts are imported, checked, appealed; sensitivity; nothing is published yet */
    FUND_AWARDS,   /* the tally is published; experts give the final awards among its first places (20) */
    FUND_CLOSED,   /* the archive is published; agreements, payouts, effects */
    FUND_PHASES
};
const char *fund_phase_name(enum fund_phase p);  /* as stored */
const char *fund_phase_label(enum fund_phase p); /* msgid */

struct fund_round {
    id programme;
    enum fund_phase phase;
    instant call_opens, call_closes, gifts_open, gifts_close;
    id appropriation, budget, paid; /* ledger accounts, NT dollars */
    str rules, rules_hash;          /* canonical JSON and the hex SHA-256 of it; "" until they are fixed */
    id rules_entry;
};
rc fund_round_get(struct tx *tx, id programme, struct fund_round *out, struct arena *a); /* FND-001 */
rc fund_round_latest(struct tx *tx, struct fund_round *out, struct arena *a);            /* FND-001: there is none */
struct fund_dates {
    instant call_opens, call_closes, gifts_open, gifts_close;
};
/* The programme with all parameters at their declared values, its dates and accounts. */
rc fund_round_add(const struct act *x, const struct programme *p, const struct fund_dates *d, id *out);
rc fund_dates_change(const struct act *x, id programme, const struct fund_dates *d, str reason); /* officer; logged */
rc fund_round_next(const struct act *x, id programme,
                   enum fund_phase from); /* officer; E_CONFLICT ACT-002: not at from */
rc fund_budget_add(const struct act *x, id programme, struct money amount, str reason); /* appropriation → budget */
rc fund_needs_phase(const struct act *x, const struct fund_round *r, enum fund_phase first,
                    enum fund_phase last); /* FND-002 */
bool fund_call_open(const struct fund_round *r, instant now);

/* ---- proposal.c: reading and the stages ---- */
enum fund_stage { FUND_ENTERED, FUND_FIRST, FUND_SECOND, FUND_FINAL, FUND_AWARDED, FUND_STAGES };
const char *fund_stage_label(enum fund_stage s); /* msgid: "Among the first 100", without the number */
/* Places of a stage: parameters stage.first.places … ; FUND_ENTERED and FUND_AWARDED: E_INTERNAL. */
rc fund_places(struct tx *tx, id programme, enum fund_stage s, int64_t *out);

enum fund_state {
    FUND_DRAFT,
    FUND_SUBMITTED,
    FUND_CORRECTION,
    FUND_ACCEPTED,
    FUND_REFUSED,
    FUND_WITHDRAWN,
    FUND_STATES
};
const char *fund_state_name(enum fund_state s);
const char *fund_state_label(enum fund_state s); /* msgid */

struct fund_proposal {
    id id, programme, team;
    int64_t number; /* 0: a draft */
    str title, title_en, summary, summary_en;
    str field, team_kind, county;
    uint32_t sdgs; /* bit n−1: goal n */
    str problem, solution, impact, plan, video;
    str phone, email; /* personal: for the team and officers */
    enum fund_state state;
    enum fund_stage stage;
    int64_t award;
    id case_id;
    int64_t version;
    instant created, changed, submitted;
    id log_entry;
};
rc fund_proposal_get(struct tx *tx, id proposal, struct fund_proposal *out, struct arena *a); /* FND-006 */
rc fund_proposal_by_number(struct tx *tx, id programme, int64_t number, struct fund_proposal *out, struct arena *a);
/* All accepted ones that reached at least `stage`, by number: what a stage's reviews, gifts and tallies are about. */
rc fund_proposals_at(struct tx *tx, id programme, enum fund_stage stage, struct fund_proposal **out, size_t *n,
                     struct arena *a);
/* Sets the stage reached (and the award of FUND_AWARDED, NT dollars), with an entry in the public log and a notice to
 * the team. For the panel's decisions (review.h) and the tally (publish.h); up only, from the stage before. */
rc fund_proposal_advance(const struct act *x, id proposal, enum fund_stage to, int64_t award, str reason);

struct fund_author {
    str name, organisation, email;
};
rc fund_authors_of(struct tx *tx, id proposal, struct fund_author **out, size_t *n, struct arena *a);

/* May this account edit it: is it a member of the proposal's team? E_DENIED FND-004. */
rc fund_needs_team(const struct act *x, const struct fund_proposal *p);
bool fund_on_team(struct tx *tx, id team, id account);
int fund_verb_sensitivity(struct app *app, const struct input *in, struct err *err);
int fund_verb_tally(struct app *app, const struct input *in, struct err *err);

#endif
