/* Cases: an application on its way. States and moves are declared by the module as data; this file keeps the history.
 *
 * Who may: a move whose `who` names a hat of the applicant (AS_FIRM, AS_VENDOR, AS_TEAM) may be made by the case's own
 * party wearing it; any other bit of `who` is an authority's, and an authority never decides its own case (CAS-005):
 * neither one it opened nor one of its party. Two persons: when the case's amount is above the threshold, the first
 * person's move is a proposal; the same move by another person makes it; any other move withdraws the proposal. Every
 * opening, proposal and move is an event in the history and an entry in the public log.
 *
 * Codes: CAS-001 E_CONFLICT not from this state, or the case has just been changed   CAS-002 E_DENIED not yours to make
 *     CAS-003 E_INVALID a reason is needed   CAS-004 E_DENIED the second person must be another one   CAS-005 E_DENIED
 * own case CAS-006 E_NOTFOUND no such case   CAS-007 E_LIMIT the reason is too long */
#ifndef RISE_CORE_CASE_H
#define RISE_CORE_CASE_H

#include "base/arena.h"
#include "base/id.h"
#include "web/ctx.h"

enum { CASE_REASON_MAX = 4000 }; /* bytes */

struct case_move {
    const char *name; /* "approve" */
    const char *from; /* state */
    const char *to;
    perm who; /* AS_* bits that may make it; 0: the clock alone, when the deadline has passed */
    bool needs_reason;
    bool two_persons; /* needs a second person's confirmation when the case's amount is above the threshold parameter */
    int deadline_days; /* the next state must be left within; 0: none */
    const char *label; /* msgid */
};
struct case_kind {
    const char *code;
    const char *label;
    const char *first;
    const struct case_move *moves;
    size_t n_moves;
};

struct case_row {
    id id;
    str kind;
    id programme, party, subject;
    str state;
    instant opened, changed, due; /* due 0: none */
    int64_t amount;
    id pending_by; /* 0 with pending_move "": nothing proposed */
    str pending_move;
    id opened_by;
    bool is_open; /* moves start from its state */
};

rc case_open(struct tx *tx, const struct case_kind *k, id programme, id party, id subject, int64_t amount, id by,
             id *out);
rc case_get(struct tx *tx, id c, struct case_row *out, struct arena *a);

/* May this person make the move now? The same answer as case_move_make, without making it: for buttons. */
rc case_move_allowed(const struct case_kind *k, const struct case_row *c, const char *move, const struct session *by,
                     const struct case_move **out, struct err *err);
/* Makes the move or, when two persons are needed, records the first one's (*done = false). */
rc case_move_make(struct tx *tx, const struct case_kind *k, id c, const char *move, const struct session *by,
                  str reason, int64_t two_person_threshold, bool *done);

/* Another deadline for the present state, where a parameter decides instead of the move's `deadline_days`; 0: none. */
rc case_due_set(struct tx *tx, id c, instant due);
/* Makes a move whose `who` is 0. CAS-001 unless the case's deadline has passed. */
rc case_move_by_clock(struct tx *tx, const struct case_kind *k, id c, const char *move);
/* Notes in the history that the deadline was brought to mind (move "remind"): once in each state. */
rc case_remind(struct tx *tx, const struct case_kind *k, const struct case_row *c);

struct case_event {
    id id;
    str move, from, to; /* the opening: move "open", from ""; a reminder: move "remind", from = to */
    id by;
    str by_name; /* "" when the account is gone or the program itself did it */
    str reason;
    instant at;
    bool proposal; /* first of two persons; the state did not change */
};
rc case_history(struct tx *tx, id c, struct case_event **out, size_t *n, struct arena *a);

/* state NULL: open ones. Longest unchanged first. */
rc cases_list(struct tx *tx, const char *kind, const char *state, int64_t offset, int64_t limit, struct case_row **out,
              size_t *n, struct arena *a);
rc cases_of_subject(struct tx *tx, id subject, struct case_row **out, size_t *n,
                    struct arena *a); /* newest first, at most 100 */
rc cases_of_party(struct tx *tx, id party, struct case_row **out, size_t *n,
                  struct arena *a); /* newest first, at most 100 */
/* Cases in this state whose deadline has passed, oldest deadline first. */
rc cases_due(struct tx *tx, const char *kind, const char *state, instant now, int64_t limit, struct case_row **out,
             size_t *n, struct arena *a);
/* Cases in this state whose deadline is after `now` and not after `until`, and that were not reminded in it yet. */
rc cases_to_remind(struct tx *tx, const char *kind, const char *state, instant now, instant until, int64_t limit,
                   struct case_row **out, size_t *n, struct arena *a);
#endif
