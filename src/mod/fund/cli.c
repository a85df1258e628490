/* The table of the verbs: their options in one place, their work in cli_*.c. */
#include "mod/fund/cli_gifts.h"
#include "mod/fund/fund.h"

INPUT(tally_in, GIFT_FIELDS);
INPUT(sensitivity_in, GIFT_FIELDS,
      {.name = "line", .type = F_INT, .min = 1, .max = 1000000, .label = N_("How many are chosen (20)")},
      {.name = "without", .type = F_TEXT, .max = 4000, .label = N_("Donors to leave out, separated by commas")},
      {.name = "clusters",
       .type = F_TEXT,
       .max = 4000,
       .label = N_("CSV file of cluster and donor: each cluster in turn")},
      {.name = "communities",
       .type = F_BOOL,
       .label = N_("Donors who gave to nearly the same projects, each group in turn")},
      {.name = "likeness",
       .type = F_INT,
       .min = 500,
       .max = 1000,
       .label = N_("Of such donors' projects, in permille (800)")},
      {.name = "try-method", .type = F_CHOICE, .choices = tally_methods, .label = N_("Another method")},
      {.name = "try-weight", .type = F_CHOICE, .choices = tally_weights, .label = N_("Another weight")},
      {.name = "try-pool", .type = F_TEXT, .max = 40, .label = N_("Another pool")},
      {.name = "try-cap", .type = F_TEXT, .max = 40, .label = N_("Another cap")},
      {.name = "try-min", .type = F_TEXT, .max = 40, .label = N_("Another minimum")},
      {.name = "try-clip", .type = F_TEXT, .max = 40, .label = N_("Another clip")});

const struct verb fund_verbs[FUND_VERBS] = {
    {"sensitivity", "[--line K] [--without DONORS] [--clusters FILE] [--communities] [--try-min N …] FILE",
     N_("Say who would enter and leave without some donors, or under other rules"),
     N_("Takes the options of tally for the result as it is. Each cluster is left out in turn; --communities suggests "
        "clusters, with the projects that their donors share as evidence. --try-… asks for other rules."),
     &sensitivity_in, false, fund_verb_sensitivity},
    {"tally", "--method METHOD [--pool N] [--map project=COL,donor=COL,amount=COL] FILE",
     N_("Share a pool by quadratic funding, or count quadratic votes"),
     N_("Reads CSV (with a heading) or JSON of any size. Each row that cannot be counted is named; then nothing is "
        "counted unless --skip-bad is given. The same gifts and rules give the same result to the last unit."),
     &tally_in, false, fund_verb_tally},
};
