/* The columns of a proposal, for the files of this module that read them. */
#ifndef RISE_MOD_FUND_PROPOSAL_H
#define RISE_MOD_FUND_PROPOSAL_H

#include "mod/fund/fund.h"

#define PROPOSAL_COLS                                                                                                  \
    "id, programme, number, team, title, title_en, summary, summary_en, field, sdgs, team_kind, county, problem,"      \
    " solution, impact, plan, video, phone, email, state, stage, award, case_id, version, created, changed,"           \
    " submitted, log_entry"
/* The same with a table's alias, for joins with tables that have columns of these names: PROPOSAL_COLS_OF("p."). */
#define PROPOSAL_COLS_OF(p)                                                                                            \
    p "id, " p "programme, " p "number, " p "team, " p "title, " p "title_en, " p "summary, " p "summary_en, " p       \
      "field, " p "sdgs, " p "team_kind, " p "county, " p "problem, " p "solution, " p "impact, " p "plan, " p         \
      "video, " p "phone, " p "email, " p "state, " p "stage, " p "award, " p "case_id, " p "version, " p              \
      "created, " p "changed, " p "submitted, " p "log_entry"
enum { PROPOSAL_N = 28 }; /* columns */
#define PROPOSAL_TYPES                                                                                                 \
    "iiiittttt"                                                                                                        \
    "i"                                                                                                                \
    "ttttttttt"                                                                                                        \
    "t"                                                                                                                \
    "iiiiiiii"

rc fund_proposal_row(const struct rows *r, struct fund_proposal *out, struct arena *a);
/* All rows of a statement whose columns are PROPOSAL_COLS. */
rc fund_proposals_read(struct tx *tx, const struct query *q, const struct val *v, size_t n_v,
                       struct fund_proposal **out, size_t *n, struct arena *a);

#endif
