/* Private to the files of the review: what they share beside review.h. */
#ifndef RISE_MOD_FUND_BOARD_H
#define RISE_MOD_FUND_BOARD_H

#include "mod/fund/review.h"

/* The index of a word in one of this module's closed vocabularies; E_CORRUPT when the row holds another. */
rc fund_word(const char *const *words, int n, str s, int *out);

/* A text that must be given: at most `max` characters, else field errors in tx_err. */
rc fund_needs_text(const struct act *x, const char *field, str s, size_t max);

/* May this account decide on the panel: officer, and no author of a candidate (FND-419)? */
rc fund_needs_decider(const struct act *x, const struct fund_panel *p);

/* Ends the active assignments of a pair, or of all pairs of a reviewer (proposal 0). */
rc fund_assignments_end(const struct act *x, id reviewer, id proposal, const char *state, str reason);

/* The row of the reviewer who acts, accepted and (when asked) with the statement signed. FND-402, FND-403. */
rc fund_needs_reviewer(const struct act *x, id programme, bool with_statement, struct fund_reviewer *out);

#endif
