/* Review by experts: who reviews, conflicts of interest, who reviews what, scores, and what the panel decides.
 *
 * A panel is one (programme, stage): FUND_FIRST is decided in phase REVIEW, FUND_SECOND in PROOF, FUND_AWARDED in
 * AWARDS. Its candidates are the accepted proposals that reached the stage before. Opening its review fixes the rules
 * (weights, highest score, reviews a proposal, places) in its row.
 *
 *     open ── close ──> closed ── propose ──> proposed ── confirm (another officer) ──> decided
 *      ^── new due day ──┘  ^────── withdraw ─────┘
 *
 * Units: scores are whole points of 0 … score_max; means are milli-points (1/1000). Ownership, threads: as in fund.h.
 * Nobody sees scores of a proposal that is their own: fund_results leaves it out for them.
 *   FND-401 E_NOTFOUND no such reviewer          FND-402 E_DENIED not a reviewer of this round, or not accepted
 *   FND-403 E_DENIED the statement is not signed FND-404 E_NOTFOUND not assigned to you
 *   FND-405 E_DENIED a conflict of interest      FND-406 E_CONFLICT answered already
 *   FND-407 E_CONFLICT the statement's text has changed meanwhile
 *   FND-408 E_CONFLICT the pair is in conflict or was ended before
 *   FND-409 E_INVALID load bounds out of order   FND-410 E_CONFLICT the review is not open
 *   FND-411 E_INVALID a score outside 0 … the highest      FND-412 E_INVALID neither a score nor "cannot judge"
 *   FND-413 E_CONFLICT saved in another window meanwhile    FND-414 E_NOTFOUND the panel's review was not opened
 *   FND-415 E_CONFLICT not in this state of the panel       FND-416 E_CONFLICT no assignment satisfies all bounds
 *   FND-417 E_LIMIT more chosen than places      FND-418 E_DENIED the second officer must be another one
 *   FND-419 E_DENIED an author of a candidate decides nothing here
 *   FND-420 E_CONFLICT the score table has changed since it was shown
 *   FND-421 E_INVALID an award above its limit   FND-422 E_LIMIT too many reviewers
 *   FND-423 E_INVALID reviews are missing: say why the review is closed all the same
 *   FND-424 E_NOTFOUND no such conflict          FND-425 E_CONFLICT reviewed already by as many as were asked
 *   FND-431 … FND-434 rows of an import of reviewers */
#ifndef RISE_MOD_FUND_REVIEW_H
#define RISE_MOD_FUND_REVIEW_H

#include "core/import.h"
#include "mod/fund/engine/assign.h"
#include "mod/fund/fund.h"

enum { FUND_REVIEWERS_MAX = 500, FUND_COMMENT_MAX = 4000 /* characters */, FUND_REASON_MAX = 1000 };

/* ---- reviewer.c ---- */
enum fund_reviewer_state { FUND_INVITED, FUND_REVIEWING, FUND_DECLINED, FUND_DISMISSED, FUND_REVIEWER_STATES };
const char *fund_reviewer_state_label(enum fund_reviewer_state s); /* msgid */

struct fund_reviewer {
    id id, programme, account;
    str organisation;
    uint32_t fields, sdgs;      /* bit n: fund_fields[n]; bit n−1: goal n */
    int64_t load_min, load_max; /* own bounds; 0: the round's */
    enum fund_reviewer_state state;
    instant invited, answered;
    str statement; /* hash of the text signed; "" none */
    instant signed_at;
    id signed_entry;
    str name, email; /* of the account */
};
struct fund_reviewer_form {
    str email, name, organisation;
    uint32_t fields, sdgs;
    int64_t load_min, load_max;
};
/* Officer. Invites by e-mail; one that was invited before gets the new particulars. FND-409, FND-422. */
rc fund_reviewer_invite(const struct act *x, id programme, const struct fund_reviewer_form *f, id *out);
rc fund_reviewer_change(const struct act *x, id reviewer, const struct fund_reviewer_form *f); /* name, e-mail stay */
rc fund_reviewer_dismiss(const struct act *x, id reviewer, str reason); /* officer; ends its assignments */
rc fund_reviewer_answer(const struct act *x, id reviewer, bool accept); /* the reviewer's own */
rc fund_reviewer_get(struct tx *tx, id reviewer, struct fund_reviewer *out, struct arena *a);
rc fund_reviewer_of(struct tx *tx, id programme, id account, struct fund_reviewer *out, struct arena *a); /* FND-402 */
rc fund_reviewers(struct tx *tx, id programme, struct fund_reviewer **out, size_t *n, struct arena *a);   /* by name */
/* The round in which the account's work waits: with an open panel first, then the youngest. FND-402: none. */
rc fund_reviewer_round(struct tx *tx, id account, id *programme);
rc fund_reviewers_import(const struct act *x, id programme, str csv, struct import_report *out);

/* ---- statement.c: what a reviewer signs before anything can be opened ---- */
enum { FUND_STATEMENT_VERSION = 1 };
extern const char *const fund_statement_lines[];   /* msgids, ends with NULL */
rc fund_statement_hash(struct arena *a, str *hex); /* SHA-256 of both languages' texts, line by line */
bool fund_statement_signed(const struct fund_reviewer *r, struct arena *a); /* the text in force now */
rc fund_statement_sign(const struct act *x, id reviewer, str hash);

/* ---- conflict.c, detect.c ---- */
extern const struct choice fund_conflict_kinds[];
struct fund_conflict {
    id id, reviewer, proposal;
    int64_t number;
    str title, title_en, reviewer_name;
    str kind, note, source;
    instant at, lifted;
};
rc fund_conflict_declare(const struct act *x, id programme, int64_t number, str kind, str note); /* the reviewer */
rc fund_conflict_add(const struct act *x, id reviewer, id proposal, str kind, str note);         /* officer */
rc fund_conflict_lift(const struct act *x, id conflict, str reason);                             /* officer; FND-424 */
/* Compares accounts, mail addresses, organisations and mail domains. Officer; *found: new ones. */
rc fund_conflicts_detect(const struct act *x, id programme, int64_t *found);
rc fund_conflicts(struct tx *tx, id programme, id reviewer /* 0: all */, int64_t offset, int64_t limit,
                  struct fund_conflict **out, size_t *n, int64_t *total, struct arena *a);
rc fund_in_conflict(struct tx *tx, id reviewer, id proposal, bool *out);
/* Is this account an author of the proposal or on its team? */
rc fund_is_author(struct tx *tx, id proposal, id account, bool *out);

extern const struct choice fund_bids[]; /* want, can, rather_not */
struct fund_bid_row {
    int64_t number;
    str title, title_en, summary, summary_en, team;
    str field;
    uint32_t sdgs;
    str bid; /* "" none */
    bool conflict;
};
rc fund_bid_make(const struct act *x, id programme, int64_t number, str bid);
/* Candidates of the panel as a reviewer sees them before reviewing. `field` "": all; `query` finds in titles, teams and
 * summaries. */
rc fund_bid_rows(struct tx *tx, const struct fund_reviewer *r, enum fund_stage stage, str query, str field,
                 int64_t offset, int64_t limit, struct fund_bid_row **out, size_t *n, int64_t *total, struct arena *a);

/* ---- criteria.c ---- */
enum fund_criterion { FUND_SOCIAL, FUND_IMPACT, FUND_INNOVATION, FUND_FEASIBILITY, FUND_CRITERIA };
extern const char *const fund_criterion_labels[FUND_CRITERIA], *const fund_criterion_hints[FUND_CRITERIA]; /* msgids */
extern const char *const fund_criterion_names[FUND_CRITERIA]; /* in inputs and CSV */
extern const char *const fund_comment_names[FUND_CRITERIA];   /* in inputs */
enum { FUND_CANNOT_JUDGE = -1, FUND_NO_SCORE = -2 };
/* Σ w·s / Σ w over the criteria that were judged, half up, in milli-points; false: none was judged. */
bool fund_total(const int32_t weights[FUND_CRITERIA], const int64_t scores[FUND_CRITERIA], int32_t *milli);

/* ---- panel.c ---- */
enum fund_panel_state {
    FUND_PANEL_OPEN,
    FUND_PANEL_CLOSED,
    FUND_PANEL_PROPOSED,
    FUND_PANEL_DECIDED,
    FUND_PANEL_STATES
};
const char *fund_panel_state_label(enum fund_panel_state s); /* msgid */
struct fund_panel {
    id programme;
    enum fund_stage stage;
    enum fund_panel_state state;
    instant opened, due, closed;
    int64_t per_proposal, score_max, places;
    int32_t weights[FUND_CRITERIA]; /* permille */
    bool calibrated;                /* the order that the decision starts from */
    id decision;
};
bool fund_panel_stage(enum fund_phase phase, enum fund_stage *out); /* false: experts decide nothing in this phase */
enum fund_phase fund_panel_phase(enum fund_stage stage);
rc fund_panel_open(const struct act *x, id programme, enum fund_stage stage);
rc fund_panel_close(const struct act *x, id programme, enum fund_stage stage, str reason);            /* FND-423 */
rc fund_panel_due(const struct act *x, id programme, enum fund_stage stage, instant due, str reason); /* reopens */
rc fund_panel_get(struct tx *tx, id programme, enum fund_stage stage, struct fund_panel *out);        /* FND-414 */
bool fund_panel_takes_scores(const struct fund_panel *p, instant now);
rc fund_candidates(struct tx *tx, id programme, enum fund_stage stage, struct fund_proposal **out, size_t *n,
                   struct arena *a); /* by number */
/* Whom a panel's score table is about: its candidates, and from its decision on those it was made from, so that a
 * proposal withdrawn afterwards does not change what was decided. (Reviews that counted stay too: assignments end only
 * while the panel is open or closed.) By number. */
rc fund_panel_candidates(struct tx *tx, const struct fund_panel *p, struct fund_proposal **out, size_t *n,
                         struct arena *a);

/* ---- assignment.c ---- */
struct fund_assignment {
    id id, reviewer, proposal;
    enum fund_stage stage;
    int64_t number;
    str title, title_en, field, reviewer_name;
    str state, source, reason;
    bool drafted, submitted; /* its sheet */
    instant at, saved;
};
/* The engine's input made from the rows, its answer, and who the positions are. */
struct fund_assign_plan {
    struct fund_proposal *proposals;
    struct fund_reviewer *reviewers; /* those who accepted and signed */
    size_t n_proposals, n_reviewers;
    struct assign_in in;
    struct assign_out out;
    int64_t kept, added; /* pairs */
    int32_t mean;        /* affinity of a pair, permille */
};
/* What would be assigned: nothing is written. Infeasible: plan->out.why. */
rc fund_assign_plan(struct tx *tx, const struct fund_panel *p, bool fair, struct fund_assign_plan *out,
                    struct arena *a);
rc fund_assign_make(const struct act *x, id programme, enum fund_stage stage, bool fair, int64_t *added); /* FND-416 */
/* Affinity of a pair, 0 … 1000: 400 for the field, 300 × the share of the proposal's goals, 300/150/0 by bid. */
int32_t fund_affinity(const struct fund_reviewer *r, const struct fund_proposal *p, str bid);
rc fund_assign_add(const struct act *x, id programme, enum fund_stage stage, id reviewer, int64_t number, str reason);
rc fund_assign_remove(const struct act *x, id assignment, str reason);                 /* officer */
rc fund_assign_decline(const struct act *x, id programme, int64_t number, str reason); /* the reviewer */
rc fund_assignments(struct tx *tx, id programme, enum fund_stage stage, id reviewer /* 0: all */,
                    struct fund_assignment **out, size_t *n, struct arena *a); /* active; by number, then reviewer */
struct fund_progress {
    int64_t wanted, assigned, drafted, submitted; /* reviews */
    int64_t missing;  /* reviews: more than asked of one proposal make up for none of another */
    int64_t short_of; /* proposals with fewer reviewers than asked */
};
rc fund_progress_of(struct tx *tx, const struct fund_panel *p, struct fund_progress *out);

/* ---- score.c ---- */
struct fund_sheet {
    id assignment;
    struct fund_proposal proposal;
    struct fund_panel panel;
    int64_t scores[FUND_CRITERIA]; /* or FUND_CANNOT_JUDGE, FUND_NO_SCORE */
    str comments[FUND_CRITERIA], overall, confidential;
    bool exists, submitted;
    int64_t version; /* 0: never saved */
    instant saved, submitted_at;
    id log_entry;
};
/* The caller's own sheet of a proposal in the panel of the round's phase. FND-402 … FND-405, FND-414. */
rc fund_sheet_open(const struct act *x, id programme, int64_t number, struct fund_sheet *out);
/* `s` as fund_sheet_open gave it, with what was written. A draft may lack anything. FND-410 … FND-413. */
rc fund_sheet_save(const struct act *x, const struct fund_sheet *s, bool submit);

struct fund_review_row {
    id assignment, reviewer, proposal;
    int64_t number;
    str title, reviewer_name;
    int64_t scores[FUND_CRITERIA];
    str comments[FUND_CRITERIA], overall, confidential;
    instant submitted;
};
/* Submitted sheets of active assignments. Without texts unless `texts`. */
rc fund_reviews(struct tx *tx, id programme, enum fund_stage stage, id proposal /* 0: all */, bool texts,
                struct fund_review_row **out, size_t *n, struct arena *a);
/* CSV for officers; proposals of which `viewer` is an author are left out. */
rc fund_scores_csv(struct tx *tx, const struct fund_panel *p, id viewer, struct buf *out, struct arena *a);

/* ---- results.c ---- */
struct fund_result {
    const struct fund_proposal *proposal;
    int32_t reviews, raw, calibrated, se, confidence; /* milli-points; confidence permille */
    uint32_t raw_rank, rank;                          /* 0: without a score */
    bool raw_pass, pass;
};
/* A review's total counts as a top or a low score from these permilles of the highest on (second rule of ties). */
enum { FUND_TOP_SCORE = 800, FUND_LOW_SCORE = 400 };
struct fund_results {
    struct fund_result *rows;                               /* by calibrated rank; those without a score last */
    size_t n, n_scored, n_components, n_up, n_down, hidden; /* hidden: own proposals of the viewer */
    int calib_state;                                        /* enum calib_state */
    int32_t line;
    double sd_proposal, sd_reviewer, sd_error; /* points */
    str hash;                                  /* hex SHA-256 of the table, see results.c */
};
/* As `viewer` may see it: 0 sees all. Everything is computed without the proposals that are hidden. */
rc fund_results_of(struct tx *tx, const struct fund_panel *p, id viewer, struct fund_results *out, struct arena *a);

/* ---- decision.c ---- */
enum { FUND_NOT_TAKEN, FUND_TAKEN, FUND_SECOND_AWARD, FUND_THIRD_AWARD }; /* `take`; FUND_TAKEN is the first award */
extern const struct choice fund_award_classes[];                          /* first second third */
struct fund_choice {
    struct fund_result result;
    int take;
    int64_t amount;
    str reason; /* of a deviation; "" none */
    bool deviates;
};
struct fund_awards {
    int64_t count[4], amount[4]; /* by `take`; [0] unused */
};
rc fund_awards_of(struct tx *tx, id programme, struct fund_awards *out); /* as they are in force now */
rc fund_awards_at(struct tx *tx, id programme, day on, struct fund_awards *out);
struct fund_draft {
    struct fund_choice *rows; /* in the order of the basis */
    size_t n, taken;
    struct fund_results results;
    struct fund_awards awards; /* FUND_AWARDED only */
};
/* The list that would be decided now: the order's first, with the deviations recorded so far. */
rc fund_draft_of(struct tx *tx, const struct fund_panel *p, struct fund_draft *out, struct arena *a);
rc fund_draft_basis(const struct act *x, id programme, enum fund_stage stage, bool calibrated);
/* Records a deviation; back to the order removes it. Officer; FND-415, FND-419, FND-421. */
rc fund_draft_deviate(const struct act *x, id programme, enum fund_stage stage, int64_t number, int take,
                      int64_t amount, str reason);
rc fund_draft_follow(const struct act *x, id programme, enum fund_stage stage, int64_t number);
/* First officer. `hash`: of the table that was looked at. FND-417, FND-419, FND-420. */
rc fund_decision_propose(const struct act *x, id programme, enum fund_stage stage, str hash, str reason, id *out);
rc fund_decision_confirm(const struct act *x, id programme, enum fund_stage stage); /* another officer; FND-418 */
rc fund_decision_withdraw(const struct act *x, id programme, enum fund_stage stage, str reason);

struct fund_decision {
    id id;
    str state, basis, table_hash, reason, proposer, confirmer;
    id proposed_by;
    instant proposed, confirmed;
    id log_entry;
};
rc fund_decision_get(struct tx *tx, id decision, struct fund_decision *out, struct arena *a);
/* Candidates and reviews as they were decided on, in the form of the archive (score_table.h): their hashes stand in the
 * public log. Reviewers are numbers in them. */
enum { FUND_DECISION_TEXT_MAX = 16 << 20 };
struct fund_decision_texts {
    str reviews, decided;
};
rc fund_decision_texts(struct tx *tx, id decision, struct fund_decision_texts *out, struct arena *a);
struct fund_decided {
    id proposal;
    int64_t number;
    str title, title_en, field;
    int64_t reviews, raw, calibrated, raw_rank, rank;
    int take;
    int64_t amount;
    str reason;
};
/* Taken ones, and those left out against the order; by class, then by rank. */
rc fund_decided_rows(struct tx *tx, id decision, struct fund_decided **out, size_t *n, struct arena *a);

/* ---- checks_board.c ---- */
enum { FUND_BOARD_CHECKS = 4 };
extern const struct check fund_board_checks[];

#endif
