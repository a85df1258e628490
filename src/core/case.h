/* Cases: an application on its way. States and moves are declared by the module as data; this file keeps the history. */
#ifndef RISE_CORE_CASE_H
#define RISE_CORE_CASE_H

#include "base/arena.h"
#include "base/id.h"
#include "web/ctx.h"

struct case_move {
    const char *name;          /* "approve" */
    const char *from;          /* state */
    const char *to;
    perm who;                  /* AS_* bits that may make it */
    bool needs_reason;
    bool two_persons;          /* needs a second person's confirmation when the case's amount is above the threshold parameter */
    int deadline_days;         /* the next state must be left within; 0: none */
    const char *label;         /* msgid */
};
struct case_kind { const char *code; const char *label; const char *first; const struct case_move *moves; size_t n_moves; };

struct case_row { id id; str kind; id programme; id party; id subject; str state; instant opened, changed, due; /* 0: none */ int64_t amount; id pending_by; str pending_move; };

rc case_open(struct tx *tx, const struct case_kind *k, id programme, id party, id subject, int64_t amount, id by, id *out);
rc case_get(struct tx *tx, id c, struct case_row *out, struct arena *a);
/* Makes the move or, when two persons are needed, records the first one's (*done = false). CAS-001 not from this state, CAS-002 not
 * yours to make, CAS-003 a reason is needed, CAS-004 the second person must be another one, CAS-005 own case. */
rc case_move_make(struct tx *tx, const struct case_kind *k, id c, const char *move, const struct session *by, str reason, int64_t two_person_threshold, bool *done);
struct case_event { id id; str move, from, to; id by; str by_name; str reason; instant at; };
rc case_history(struct tx *tx, id c, struct case_event **out, size_t *n, struct arena *a);
rc cases_list(struct tx *tx, const char *kind, const char *state /* NULL: open ones */, int64_t offset, int64_t limit, struct case_row **out, size_t *n, struct arena *a);
#endif
