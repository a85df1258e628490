/* Everything a law, an announcement or a budget can change, with what the demonstration programme uses. */
#include "mod/market/parts.h"

#define SME     N_("Standards for Identifying Small and Medium-sized Enterprises, Article 2 (2020-06-24)")
#define NOTICE_ N_("Programme announcement")
#define TERMS   N_("Terms of the marketplace")

static const struct choice share_readings[] = {
    {"ratio", N_("own share : points")}, {"cap", N_("points at most a part of the price")}, {NULL, NULL}};

static const struct param_decl params[] = {
    {.def = {"points.grant", PARAM_MONEY, N_("Points given to an eligible firm"), NOTICE_, 1, 10000000},
     .value = 30000,
     .unit = N_("points")},
    {.def = {"points.validity_days", PARAM_DAYS, N_("Days in which the points can be used"), NOTICE_, 1, 3660},
     .value = 90,
     .unit = N_("days")},
    {.def = {"grants.per_firm", PARAM_INT, N_("Grants for one business number"), NOTICE_, 1, 1}, .value = 1},
    {.def = {"share.reading", PARAM_TEXT,
             N_("How the own share is read: ratio (own : points) or cap (points at most a part of the price)"), NOTICE_,
             0, 0},
     .text = "ratio",
     .choices = share_readings},
    {.def = {"share.own_parts", PARAM_INT, N_("Own parts of the ratio"), NOTICE_, 0, 1000}, .value = 1},
    {.def = {"share.point_parts", PARAM_INT, N_("Parts of the ratio that points pay"), NOTICE_, 1, 1000}, .value = 4},
    {.def = {"share.cap", PARAM_PERMILLE, N_("Greatest part of the price that points pay, where the cap is read"),
             NOTICE_, 1, 1000},
     .value = 500,
     .unit = N_("‰")},
    {.def = {"sme.capital_max", PARAM_MONEY, N_("Paid-in capital of a small or medium-sized enterprise, at most"), SME,
             1, INT64_C(1000000000000)},
     .value = 100000000,
     .unit = N_("NT$")},
    {.def = {"sme.headcount_below", PARAM_INT,
             N_("Regular employees of a small or medium-sized enterprise, fewer than"), SME, 1, 1000000},
     .value = 200,
     .unit = N_("persons")},
    {.def = {"order.accept_days", PARAM_DAYS, N_("Days for the vendor to accept an order"), TERMS, 1, 365},
     .value = 7,
     .unit = N_("days")},
    {.def = {"order.activate_days", PARAM_DAYS, N_("Days for the vendor to activate after accepting"), TERMS, 1, 365},
     .value = 14,
     .unit = N_("days")},
    {.def = {"order.use_days", PARAM_DAYS, N_("Days in which the service must be used for the first time"), TERMS, 1,
             365},
     .value = 30,
     .unit = N_("days")},
    {.def = {"order.objection_days", PARAM_DAYS,
             N_("Days in which the firm may object to a use reported by the vendor"), TERMS, 0, 365},
     .value = 0,
     .unit = N_("days")},
    {.def = {"order.dispute_days", PARAM_DAYS,
             N_("Days in which a dispute should be decided; points stay reserved that long"), TERMS, 1, 3650},
     .value = 180,
     .unit = N_("days")},
    {.def = {"listing.two_officers_above", PARAM_MONEY, N_("A listing needs two officers above this amount at stake"),
             TERMS, 0, INT64_C(1000000000000)},
     .value = 60000,
     .unit = N_("NT$")},
    {.def = {"renewal.remind_days", PARAM_DAYS, N_("Days before the end of the term when the firm is reminded"), TERMS,
             1, 365},
     .value = 30,
     .unit = N_("days")},
    {.def = {"renewal.late_days", PARAM_DAYS,
             N_("Days after the end of the term in which a renewal still counts as one"), TERMS, 0, 365},
     .value = 60,
     .unit = N_("days")},
    {.def = {"signal.fan_in", PARAM_INT,
             N_("Firms that share one phone, address or mail domain before it is shown as an indicator"), TERMS, 2,
             10000},
     .value = 3},
};
const struct param_table mkt_params = {params, sizeof params / sizeof params[0]};

rc mkt_param(struct tx *tx, id programme, const char *name, day on, int64_t *out)
{
    return param_int(tx, programme, name, on, out);
}
