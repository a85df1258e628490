/* Everything a law, an announcement or a budget can change, with what the demonstration programme uses. */
#include "mod/fund/fund.h"

#define NOTICE_ N_("Programme announcement")
#define RULES   N_("Rules of the crowdfunding")
#define REVIEW_ N_("Review rules")

enum { PLACES_MOST = 10000, TWD_MOST = 1000000000 };

static const struct choice methods[] = {{"qf", N_("quadratic funding, the pool by weight")},
                                        {"cqf", N_("capital-constrained quadratic funding")},
                                        {"pairwise", N_("pairwise-bounded")},
                                        {"cocm", N_("connection-oriented cluster match")},
                                        {NULL, NULL}}; /* not qv: gifts are no votes out of a budget */
static const struct choice saturations[] = {
    {"scale", N_("always the whole pool")}, {"pay", N_("no more than the weights themselves")}, {NULL, NULL}};
static const struct choice weights[] = {
    {"s2c", N_("S² − C: a lone donor earns nothing")}, {"s2", N_("S²")}, {"s", N_("S")}, {NULL, NULL}};

#define PLACES(name_, label_, n_)                                                                                      \
    {                                                                                                                  \
        .def = {name_, PARAM_INT, label_, NOTICE_, 1, PLACES_MOST}, .value = n_, .unit = N_("projects")                \
    }
#define DOLLARS(name_, label_, source_, n_)                                                                            \
    {                                                                                                                  \
        .def = {name_, PARAM_MONEY, label_, source_, 0, TWD_MOST}, .value = n_, .unit = N_("NT$")                      \
    }
#define COUNT(name_, label_, source_, min_, max_, n_)                                                                  \
    {                                                                                                                  \
        .def = {name_, PARAM_INT, label_, source_, min_, max_}, .value = n_                                            \
    }
#define DAYS_(name_, label_, n_)                                                                                       \
    {                                                                                                                  \
        .def = {name_, PARAM_DAYS, label_, NOTICE_, 1, 365}, .value = n_, .unit = N_("days")                           \
    }
#define WEIGHT(name_, label_, n_)                                                                                      \
    {                                                                                                                  \
        .def = {name_, PARAM_PERMILLE, label_, REVIEW_, 0, 1000}, .value = n_, .unit = N_("‰")                         \
    }

static const struct param_decl params[] = {
    PLACES("stage.first.places", N_("Proposals chosen from the open call"), 100),
    DOLLARS("stage.first.grant", N_("Grant of each of them"), NOTICE_, 100000),
    PLACES("stage.second.places", N_("Proposals chosen after proof of concept and service"), 50),
    DOLLARS("stage.second.grant", N_("Grant of each of them after the proof"), NOTICE_, 300000),
    PLACES("stage.final.places", N_("Proposals chosen by the crowdfunding"), 20),
    COUNT("award.first.count", N_("First awards"), NOTICE_, 0, 100, 1),
    DOLLARS("award.first.amount", N_("First award"), NOTICE_, 5000000),
    COUNT("award.second.count", N_("Second awards"), NOTICE_, 0, 100, 4),
    DOLLARS("award.second.amount", N_("Second award, at most"), NOTICE_, 3000000),
    COUNT("award.third.count", N_("Third awards"), NOTICE_, 0, 100, 15),
    DOLLARS("award.third.amount", N_("Third award, at most"), NOTICE_, 2000000),
    COUNT("call.per_team", N_("Proposals of one account in one round, at most"), NOTICE_, 1, 100, 3),
    COUNT("call.attachments", N_("Attachments of a proposal, at most"), NOTICE_, 0, 50, 5),
    DAYS_("call.correction_days", N_("Days to correct what the office asks for"), 7),
    COUNT("review.per_proposal", N_("Reviews of each proposal"), REVIEW_, 1, 20, 3),
    COUNT("review.load_min", N_("Reviews of one expert, at least"), REVIEW_, 0, 10000, 0),
    COUNT("review.load_max", N_("Reviews of one expert, at most"), REVIEW_, 1, 10000, 110),
    COUNT("review.score_max", N_("Highest score of a criterion"), REVIEW_, 1, 100, 10),
    DAYS_("review.days", N_("Days for a review"), 30),
    WEIGHT("review.weight.social", N_("Weight of social value"), 300),
    WEIGHT("review.weight.impact", N_("Weight of impact"), 300),
    WEIGHT("review.weight.innovation", N_("Weight of innovation"), 200),
    WEIGHT("review.weight.feasibility", N_("Weight of feasibility"), 200),
    DOLLARS("gift.min", N_("Smallest gift that counts"), RULES, 500),
    DOLLARS("gift.organisation_clip", N_("Gifts of one company or foundation to one project count at most"), RULES,
            5000000),
    DAYS_("gift.appeal_days", N_("Days to appeal against a gift that did not count"), 14),
    {.def = {"tally.method", PARAM_TEXT, N_("Method of the tally"), RULES, 0, 0}, .text = "qf", .choices = methods},
    {.def = {"tally.weight", PARAM_TEXT, N_("Weight of a project, of S (sum of roots) and C (sum of gifts)"), RULES, 0,
             0},
     .text = "s2",
     .choices = weights},
    DOLLARS("tally.pool", N_("Matching pool"), RULES, 30000000),
    DOLLARS("tally.cap", N_("Matching of one project at most; 0: no cap"), RULES, 5000000),
    {.def = {"tally.saturation", PARAM_TEXT, N_("What is paid where the weights are less than the pool"), RULES, 0, 0},
     .text = "scale",
     .choices = saturations},
    {.def = {"tally.pairwise_a", PARAM_MONEY, N_("Constant A of the pairwise-bounded method"), RULES, 1, TWD_MOST},
     .value = 500,
     .unit = N_("NT$")},
    {.def = {"sroi.rate", PARAM_PERMILLE, N_("Discount rate of the social return"), NOTICE_, 0, 500},
     .value = 35,
     .unit = N_("‰")},
};
const struct param_table fund_params = {params, sizeof params / sizeof params[0]};

rc fund_param(struct tx *tx, id programme, const char *name, int64_t *out)
{
    return param_int(tx, programme, name, instant_day(tx_now(tx)), out);
}
