/* The call: a team's draft, what it hands in, the office's check, withdrawal; and the public gallery of what came.
 *
 * A proposal's way (the states of fund.h; moves after the first submission are those of the case fund_case):
 *
 *     draft → submitted → accepted                    by the office
 *             submitted → correction → submitted      until the deadline that the office's request sets
 *             submitted, correction → refused         by the office, with the reason; by the clock after the deadline
 *             refused → correction                    by the office, with the reason and a new deadline
 *             submitted, correction, accepted → withdrawn   by the team, before the final awards, with the reason
 *     draft ↔ withdrawn                               thrown away and taken back, without a trace in the log
 *
 * While the call is open a team may change what it has submitted or what was accepted: every saved change is a new
 * submission under the same number, with its own entry in the public log, and the office checks it again. Nothing can
 * be saved after the deadline (FND-003), compared inside the transaction with x->at.
 *
 * Who: a team is a party of its own; every account that is a member of it may act, whatever hat it wears. */
#ifndef RISE_MOD_FUND_CALL_H
#define RISE_MOD_FUND_CALL_H

#include "core/account.h"
#include "core/county.h"
#include "core/document.h"
#include "mod/fund/fund.h"

enum {
    FUND_NAME_MAX = 80, /* characters, as the following */
    FUND_TITLE_MAX = 80,
    FUND_TITLE_EN_MAX = 160,
    FUND_SUMMARY_MAX = 200,
    FUND_SUMMARY_EN_MAX = 500,
    FUND_TEXT_MAX = 2000,
    FUND_VIDEO_MAX = 300,
    FUND_PHONE_MAX = 40,
    FUND_EMAIL_MAX = 254,
    FUND_AUTHORS_MAX = 20,
    FUND_MEMBERS_MAX = 20,
    FUND_SUBMISSIONS_MAX = 100,      /* of one proposal */
    FUND_FILE_MAX = 10 * 1024 * 1024 /* bytes of one attachment */
};

/* ---- draft.c ---- */
/* What a team types; saved as it is, complete or not. */
struct fund_text {
    str team_name; /* the party's name */
    str title, title_en, summary, summary_en;
    str field, team_kind, county; /* codes, "": not chosen yet */
    uint32_t sdgs;
    str problem, solution, impact, plan, video;
    str phone, email;
};
/* A new team with the caller as its member (an account 0 is none), and its empty draft. FND-002, FND-003 outside the
 * call; FND-010 above the parameter call.per_team. */
rc fund_draft_start(const struct act *x, id programme, id *out);
/* `version`: of the text that the form was filled in from; FND-005 when it has changed since. */
rc fund_draft_save(const struct act *x, id proposal, int64_t version, const struct fund_text *t);
rc fund_draft_discard(const struct act *x, id proposal);
rc fund_draft_restore(const struct act *x, id proposal); /* FND-010 as for a new one */
rc fund_mine(struct tx *tx, id account, struct fund_proposal **out, size_t *n, struct arena *a); /* newest first */
/* Can the team change it at `now`? OK, or FND-002, FND-003, FND-008. *until gets the moment at which it ends. */
rc fund_can_change(struct tx *tx, const struct fund_proposal *p, const struct fund_round *r, instant now,
                   instant *until, struct arena *a);

/* Around every change by a team: who, in which state, in time; afterwards what had been submitted is submitted anew. */
rc fund_change_begin(const struct act *x, id proposal, struct fund_proposal *out);
rc fund_change_end(const struct act *x, id proposal);

/* ---- people.c ---- */
/* Of several with one address the latest counts. */
rc fund_author_add(const struct act *x, id proposal, const struct fund_author *author);
rc fund_author_remove(const struct act *x, id proposal, str email);
rc fund_member_invite(const struct act *x, id proposal, str email);  /* makes the account when there is none */
rc fund_member_remove(const struct act *x, id proposal, id account); /* FND-016: never the last one */

/* ---- attach.c ---- */
struct fund_attachment {
    id id;
    struct document document;
};
rc fund_attach(const struct act *x, struct app *app, id proposal, str name, str bytes); /* FND-010, DOC-001, DOC-002 */
rc fund_detach(const struct act *x, id proposal, id attachment);
rc fund_attachments_of(struct tx *tx, id proposal, struct fund_attachment **out, size_t *n, struct arena *a);
/* For the team, the office, and reviewers whose sheet of the proposal is open to them (else as fund_sheet_open: FND-402
 * … FND-405). Everybody else: FND-006. */
rc fund_attachment_get(struct tx *tx, const struct session *by, id attachment, struct fund_attachment *out,
                       struct arena *a);

/* ---- submit.c ---- */
/* Names every missing field: E_INVALID FND-007, FND-009. */
rc fund_complete(struct tx *tx, const struct fund_proposal *p, struct err *err, struct arena *a);
rc fund_submit(const struct act *x, id proposal);
rc fund_hand_in(const struct act *x, struct fund_proposal *p); /* a complete one: number, case, receipt, notice */

struct fund_submission {
    id id;
    str content; /* canonical JSON, for the team and the office */
    str hash;
    id log_entry;
    instant at;
};
rc fund_submissions_of(struct tx *tx, id proposal, struct fund_submission **out, size_t *n, struct arena *a);

/* ---- check.c ---- */
extern const struct case_kind fund_case;
/* The caller in the hat of the proposal's team, for moves of its cases. FND-004. */
rc fund_as_team(const struct act *x, const struct fund_proposal *p, struct session *out);
/* "accept", "correct", "refuse", "reopen" by an officer who is not of the team (FND-014), until review ends. */
rc fund_check(const struct act *x, id proposal, str move, str reason);
rc fund_withdraw(const struct act *x, id proposal, str reason);
/* Corrections due within two days are brought to mind once; one that has not come by its deadline refuses the proposal.
 * At most max at a time; *n: how many it was. */
rc fund_corrections_remind(const struct act *x, int max, int *n);
rc fund_corrections_lapse(const struct act *x, int max, int *n);
rc fund_corrections_job_run(struct job *j); /* both, as a job of the clock */

/* ---- gallery.c ---- */
struct fund_card {
    id id;
    int64_t number;
    str title, title_en, summary, summary_en, team;
    str field, team_kind, county;
    uint32_t sdgs;
    enum fund_stage stage;
    int64_t award;
};
struct fund_filter {
    id programme;
    str query, field, team_kind, county; /* "": any */
    uint32_t sdgs;                       /* any of them; 0: any */
    enum fund_stage stage;               /* reached at least */
    str sort;                            /* one of fund_sorts; "": relevance with a query, else number */
    int64_t offset, limit;
};
struct fund_sort {
    const char *value, *label, *rule; /* msgids; the rule in a sentence */
};
extern const struct fund_sort fund_sorts[]; /* ends with {NULL} */
rc fund_gallery(struct tx *tx, const struct fund_filter *f, struct fund_card **out, size_t *n, int64_t *total,
                struct arena *a);
/* All of them, whatever offset and limit say; of a search its best 2,000. */
rc fund_gallery_all(struct tx *tx, const struct fund_filter *f, struct fund_card **out, size_t *n, struct arena *a);
rc fund_index(const struct act *x, const struct fund_proposal *p); /* into or out of the search, by its state */

struct fund_counts {
    int64_t handed_in;             /* all with a number */
    int64_t by_state[FUND_STATES]; /* of these */
    int64_t reached[FUND_STAGES];  /* accepted ones that reached at least this stage */
    int64_t awarded;               /* NT dollars */
};
rc fund_count(struct tx *tx, id programme, struct fund_counts *out);

/* For the office: every proposal handed in, by number. state "": any. */
struct fund_listed {
    struct fund_proposal p;
    str team_name;
    instant due; /* of its case; 0: none */
};
rc fund_office_list(struct tx *tx, id programme, str state, str field, int64_t offset, int64_t limit,
                    struct fund_listed **out, size_t *n, struct arena *a);

/* ---- figures.c, checks.c ---- */
enum { FUND_FIGURES = 12, FUND_CHECKS = 6 };
extern const struct figure fund_figures[];
const char *fund_figure_label(const struct figure *f, str label); /* msgid; NULL: the label stands for itself */
extern const struct check fund_checks[];

#endif
