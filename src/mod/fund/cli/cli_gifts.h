/* What the verbs on gifts share: their options, reading the file, telling what was left out. */
#ifndef RISE_MOD_FUND_CLI_GIFTS_H
#define RISE_MOD_FUND_CLI_GIFTS_H

#include "core/verb.h"
#include "mod/fund/engine/gifts_read.h"
#include "mod/fund/fund.h"

/* The options that say what the rules are and how the file is to be read: fields of an input spec. */
#define GIFT_FIELDS                                                                                                    \
    {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("CSV or JSON file, - for input")},     \
        {.name = "method", .type = F_CHOICE, .choices = tally_methods, .label = N_("Method (qf)")},                    \
        {.name = "weight", .type = F_CHOICE, .choices = tally_weights, .label = N_("Weight of qf (s2c)")},             \
        {.name = "saturation",                                                                                         \
         .type = F_CHOICE,                                                                                             \
         .choices = tally_saturations,                                                                                 \
         .label = N_("When the pool is larger than all weights (scale)")},                                             \
        {.name = "pool", .type = F_TEXT, .max = 40, .label = N_("Pool (0: weights only)")},                            \
        {.name = "cap", .type = F_TEXT, .max = 40, .label = N_("Most that one project may get")},                      \
        {.name = "min", .type = F_TEXT, .max = 40, .label = N_("Least gift that counts")},                             \
        {.name = "min-of",                                                                                             \
         .type = F_CHOICE,                                                                                             \
         .choices = tally_mins,                                                                                        \
         .label = N_("What must reach the minimum (gift)")},                                                           \
        {.name = "clip",                                                                                               \
         .type = F_TEXT,                                                                                               \
         .max = 40,                                                                                                    \
         .label = N_("Most that counts of one donor to one project (of organisations, if the file says which)")},      \
        {.name = "pairwise-a", .type = F_TEXT, .max = 40, .label = N_("A of pairwise (25)")},                          \
        {.name = "cocm", .type = F_CHOICE, .choices = tally_cocms, .label = N_("Form of cocm (paper)")},               \
        {.name = "budget", .type = F_INT, .min = 1, .max = 1000000000, .label = N_("Points of a voter (99)")},         \
        {.name = "cost", .type = F_CHOICE, .choices = tally_qv_costs, .label = N_("Cost of votes (square)")},          \
        {.name = "decimals", .type = F_INT, .max = 8, .label = N_("Decimals of amounts (as many as there are)")},      \
        {.name = "map", .type = F_TEXT, .max = 1000, .label = N_("Columns: project=COL,donor=COL,amount=COL")},        \
        {.name = "skip-bad", .type = F_BOOL, .label = N_("Go on without rows that cannot be read")},                   \
    {                                                                                                                  \
        .name = "json", .type = F_BOOL, .label = N_("As JSON")                                                         \
    }

/* Gifts and rules by the options; warns of rows left out on the error output. E_INVALID FND-153 when there are any and
 * --skip-bad is not given. */
rc cli_gifts(const struct app *app, const struct input *in, struct arena *a, struct gifts *gifts,
             struct tally_rules *rules, struct err *err);
/* An amount option in units of 10^-decimals; `otherwise` when it is not given. */
rc cli_amount(const struct input *in, const char *name, int decimals, int64_t otherwise, int64_t *out, struct err *err);
/* Prints what was made, if it was; a failure without words gets some. Returns r or why it could not be written. */
rc cli_write(rc r, const struct buf *out, struct err *err);

void cli_warn(const struct app *app, const char *msgid, const str *args, int n_args); /* a line on the error output */
#define WARN(app, msgid, ...)                                                                                          \
    cli_warn((app), (msgid), (const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__} + 1,                                  \
             (int)(sizeof((const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__}) / sizeof(str)) - 1)
#define GIFTS_OUT_MAX ((size_t)1 << 34)

/* "rules", "rules_hash" of the result's JSON; "excluded" with counts and the first rows. */
void cli_rules_json(struct json_out *o, const struct tally_rules *r);
void cli_excluded_json(struct json_out *o, const struct gifts *g, const struct tally_table *t,
                       const struct tally_result *x);
void cli_amount_json(struct json_out *o, const char *key, int64_t v, int decimals);

#endif
