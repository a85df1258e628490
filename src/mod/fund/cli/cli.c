/* The table of the verbs: their options in one place, their work in cli_*.c. */
#include "mod/fund/archive/archive.h"
#include "mod/fund/cli/cli_gifts.h"
#include "mod/fund/cli/cli_review.h"
#include "mod/fund/fund.h"
#include "mod/fund/gift.h"

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

static const struct choice assign_aims[] = {
    {"fair", N_("The worst served proposal first")}, {"total", N_("The greatest total")}, {NULL, NULL}};
static const struct choice sroi_conventions[] = {
    {"end", N_("End of year")}, {"mid", N_("Middle of year")}, {NULL, NULL}};

INPUT(assign_in,
      {.name = "k", .type = F_INT, .required = true, .min = 1, .max = ASSIGN_K_MAX, .label = N_("Reviews a proposal")},
      {.name = "reviewers",
       .type = F_TEXT,
       .required = true,
       .max = 4000,
       .label = N_("File of reviewers: id[,min][,max]")},
      {.name = "proposals", .type = F_TEXT, .required = true, .max = 4000, .label = N_("File of proposals: id")},
      {.name = "min", .type = F_INT, .max = ASSIGN_PAIRS_MAX, .label = N_("Least reviews of a reviewer (0)")},
      {.name = "max", .type = F_INT, .max = ASSIGN_PAIRS_MAX, .label = N_("Most reviews of a reviewer (no bound)")},
      {.name = "conflicts", .type = F_TEXT, .max = 4000, .label = N_("File of conflicts: reviewer,proposal")},
      {.name = "affinity",
       .type = F_TEXT,
       .max = 4000,
       .label = N_("File of affinities, whole numbers from 0: reviewer,proposal,affinity")},
      {.name = "kept", .type = F_TEXT, .max = 4000, .label = N_("File of assignments to keep: reviewer,proposal")},
      {.name = "aim", .type = F_CHOICE, .choices = assign_aims, .label = N_("What comes first (fair)")},
      {.name = "json", .type = F_BOOL, .label = N_("As JSON")});
INPUT(
    calibrate_in,
    {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("File of scores, one a row")},
    {.name = "pass", .type = F_INT, .min = 1, .max = CALIB_LEVELS_MAX, .label = N_("Places above the line")},
    {.name = "map", .type = F_TEXT, .max = 1000, .label = N_("Columns: reviewer=COLUMN,proposal=COLUMN,score=COLUMN")},
    {.name = "ml", .type = F_BOOL, .label = N_("Estimate by ML instead of REML")},
    {.name = "json", .type = F_BOOL, .label = N_("As JSON")});
INPUT(sroi_in,
      {.name = "file",
       .type = F_TEXT,
       .required = true,
       .max = 4000,
       .label = N_("Value map, one outcome or input a row")},
      {.name = "rate", .type = F_TEXT, .max = 40, .label = N_("Discount rate in 1/1000, or low..base..high (35)")},
      {.name = "convention", .type = F_CHOICE, .choices = sroi_conventions, .label = N_("Discounted to (end)")},
      {.name = "spread", .type = F_INT, .max = 1000, .label = N_("Range of what has none, in 1/1000 (100)")},
      {.name = "json", .type = F_BOOL, .label = N_("As JSON")});
INPUT(import_gifts_in,
      {.name = "source", .type = F_TEXT, .required = true, .max = 20, .label = N_("Code of the platform")},
      {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("CSV file")},
      {.name = "round", .type = F_TEXT, .required = true, .max = 40, .label = N_("Code of the round")});
INPUT(verify_in,
      {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("Archive of a round (ZIP)")},
      {.name = "gift", .type = F_TEXT, .max = 4000, .label = N_("A donor's proof, to be looked for in it (JSON)")},
      {.name = "vkey", .type = F_TEXT, .max = 400, .label = N_("The public log's key (the archive's own)")},
      {.name = "json", .type = F_BOOL, .label = N_("As JSON")});

const struct verb fund_verbs[FUND_VERBS] = {
    {"assign",
     "--k N --reviewers FILE --proposals FILE [--min N] [--max N] [--conflicts FILE] [--affinity FILE] [--kept FILE]",
     N_("Assign reviewers to proposals: no conflicts, loads within bounds, the worst served proposal first"),
     N_("Files are CSV with a heading, or JSON arrays of objects with the same names. Prints the pairs as CSV, which "
        "--kept reads again. "
        "Exit code 2: wrong input, or there is no assignment; then the reason and what would help is printed."),
     &assign_in, false, fund_verb_assign},
    {"calibrate", "FILE [--pass N] [--map reviewer=COLUMN,…] [--ml] [--json]",
     N_("Make scores of strict and generous reviewers comparable, beside the raw means"),
     N_("One score a row, CSV or JSON; an empty score is missing. The model is that of R: lmer(score ~ 1 + "
        "(1|proposal) + (1|reviewer)). "
        "Warns when reviewers and proposals fall into groups that share no review."),
     &calibrate_in, false, fund_verb_calibrate},
    {"sensitivity", "[--line K] [--without DONORS] [--clusters FILE] [--communities] [--try-min N …] FILE",
     N_("Say who would enter and leave without some donors, or under other rules"),
     N_("Takes the options of tally for the result as it is. Each cluster is left out in turn; --communities suggests "
        "clusters, with the projects that their donors share as evidence. --try-… asks for other rules."),
     &sensitivity_in, false, fund_verb_sensitivity},
    {"sroi", "FILE [--rate PERMILLE] [--convention end|mid] [--spread PERMILLE] [--json]",
     N_("Social return on investment of a value map, as a range"),
     N_("Columns: outcome, quantity, proxy, duration in years, starts (during or after), deadweight, displacement, "
        "attribution, "
        "drop_off (percent), kind (outcome or input); stakeholder and source are for readers. A cell is a number or "
        "low..base..high. CSV or JSON, as the page /fund/sroi writes it."),
     &sroi_in, false, fund_verb_sroi},
    {"tally", "--method METHOD [--pool N] [--map project=COL,donor=COL,amount=COL] FILE",
     N_("Share a pool by quadratic funding, or count quadratic votes"),
     N_("Reads CSV (with a heading) or JSON of any size. Each row that cannot be counted is named; then nothing is "
        "counted unless --skip-bad is given. The same gifts and rules give the same result to the last unit."),
     &tally_in, false, fund_verb_tally},
    {"import-gifts", "SOURCE FILE --round CODE", N_("Read a crowdfunding platform's export (CSV, UTF-8 or Big5)"),
     N_("Every row counts or has its reason; a file with a wrong row is refused whole, and each wrong row is named."),
     &import_gifts_in, true, fund_verb_import_gifts},
    {"verify", "ARCHIVE [--gift PROOF] [--vkey KEY] [--json]",
     N_("Compute a round's published archive again: scores, decisions, gifts, tally, log"),
     N_("Says of each check whether it holds, and where the first difference is. Needs no database. "
        "Exit code 1: something differs; 2: the file cannot be read. Without --vkey the log's key is the one in the "
        "archive."),
     &verify_in, false, fund_verb_verify},
};
