/* The table of the verbs: their options in one place, their work in cli_*.c. */
#include "mod/fund/cli_gifts.h"
#include "mod/fund/fund.h"

INPUT(tally_in, GIFT_FIELDS);

const struct verb fund_verbs[FUND_VERBS] = {
    {"tally", "--method METHOD [--pool N] [--map project=COL,donor=COL,amount=COL] FILE",
     N_("Share a pool by quadratic funding, or count quadratic votes"),
     N_("Reads CSV (with a heading) or JSON of any size. Each row that cannot be counted is named; then nothing is "
        "counted unless --skip-bad is given. The same gifts and rules give the same result to the last unit."),
     &tally_in, false, fund_verb_tally},
};
