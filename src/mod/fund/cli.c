/* The table of the verbs: their options in one place, their work in cli_*.c. */
#include "mod/fund/cli_gifts.h"
#include "mod/fund/fund.h"
#include "mod/fund/gift.h"

INPUT(tally_in, GIFT_FIELDS);
INPUT(import_gifts_in,
      {.name = "source", .type = F_TEXT, .required = true, .max = 20, .label = N_("Code of the platform")},
      {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("CSV file")},
      {.name = "round", .type = F_TEXT, .required = true, .max = 40, .label = N_("Code of the round")});

const struct verb fund_verbs[FUND_VERBS] = {
    {"tally", "--method METHOD [--pool N] [--map project=COL,donor=COL,amount=COL] FILE",
     N_("Share a pool by quadratic funding, or count quadratic votes"),
     N_("Reads CSV (with a heading) or JSON of any size. Each row that cannot be counted is named; then nothing is "
        "counted unless --skip-bad is given. The same gifts and rules give the same result to the last unit."),
     &tally_in, false, fund_verb_tally},
    {"import-gifts", "SOURCE FILE --round CODE", N_("Read a crowdfunding platform's export (CSV, UTF-8 or Big5)"),
     N_("Every row counts or has its reason; a file with a wrong row is refused whole, and each wrong row is named."),
     &import_gifts_in, true, fund_verb_import_gifts},
};
