/* Everything a law, an announcement or a budget can change, with what the demonstration programme uses. */
#include "mod/market/parts.h"

#define SME     N_("Standards for Identifying Small and Medium-sized Enterprises, Article 2 (2020-06-24)")
#define NOTICE_ N_("Programme announcement")
#define TERMS   N_("Terms of the marketplace")

const struct mkt_param mkt_params[] = {
    {{"points.grant", PARAM_MONEY, N_("Points given to an eligible firm"), NOTICE_, 1, 10000000},
     30000,
     NULL,
     N_("points")},
    {{"points.validity_days", PARAM_DAYS, N_("Days in which the points can be used"), NOTICE_, 1, 3660},
     90,
     NULL,
     N_("days")},
    {{"grants.per_firm", PARAM_INT, N_("Grants for one business number"), NOTICE_, 1, 1}, 1, NULL, NULL},
    {{"share.reading", PARAM_TEXT,
      N_("How the own share is read: ratio (own : points) or cap (points at most a part of the price)"), NOTICE_, 0, 0},
     0,
     "ratio",
     NULL},
    {{"share.own_parts", PARAM_INT, N_("Own parts of the ratio"), NOTICE_, 0, 1000}, 1, NULL, NULL},
    {{"share.point_parts", PARAM_INT, N_("Parts of the ratio that points pay"), NOTICE_, 1, 1000}, 4, NULL, NULL},
    {{"share.cap", PARAM_PERMILLE, N_("Greatest part of the price that points pay, where the cap is read"), NOTICE_, 1,
      1000},
     500,
     NULL,
     N_("‰")},
    {{"sme.capital_max", PARAM_MONEY, N_("Paid-in capital of a small or medium-sized enterprise, at most"), SME, 1,
      INT64_C(1000000000000)},
     100000000,
     NULL,
     N_("NT$")},
    {{"sme.headcount_below", PARAM_INT, N_("Regular employees of a small or medium-sized enterprise, fewer than"), SME,
      1, 1000000},
     200,
     NULL,
     N_("persons")},
    {{"order.accept_days", PARAM_DAYS, N_("Days for the vendor to accept an order"), TERMS, 1, 365},
     7,
     NULL,
     N_("days")},
    {{"order.activate_days", PARAM_DAYS, N_("Days for the vendor to activate after accepting"), TERMS, 1, 365},
     14,
     NULL,
     N_("days")},
    {{"order.use_days", PARAM_DAYS, N_("Days in which the service must be used for the first time"), TERMS, 1, 365},
     30,
     NULL,
     N_("days")},
    {{"order.objection_days", PARAM_DAYS, N_("Days in which the firm may object to a use reported by the vendor"),
      TERMS, 0, 365},
     0,
     NULL,
     N_("days")},
    {{"order.dispute_days", PARAM_DAYS, N_("Days in which a dispute should be decided; points stay reserved that long"),
      TERMS, 1, 3650},
     180,
     NULL,
     N_("days")},
    {{"listing.two_officers_above", PARAM_MONEY, N_("A listing needs two officers above this amount at stake"), TERMS,
      0, INT64_C(1000000000000)},
     60000,
     NULL,
     N_("NT$")},
    {{"renewal.remind_days", PARAM_DAYS, N_("Days before the end of the term when the firm is reminded"), TERMS, 1,
      365},
     30,
     NULL,
     N_("days")},
    {{"renewal.late_days", PARAM_DAYS, N_("Days after the end of the term in which a renewal still counts as one"),
      TERMS, 0, 365},
     60,
     NULL,
     N_("days")},
    {{"signal.fan_in", PARAM_INT,
      N_("Firms that share one phone, address or mail domain before it is shown as an indicator"), TERMS, 2, 10000},
     3,
     NULL,
     NULL},
};
const size_t mkt_params_n = sizeof mkt_params / sizeof mkt_params[0];

const struct mkt_param *mkt_param_find(str name)
{
    for (size_t i = 0; i < mkt_params_n; i++)
        if (str_eq(str_of(mkt_params[i].def.name), name))
            return &mkt_params[i];
    return NULL;
}

rc mkt_param(struct tx *tx, id programme, const char *name, day on, int64_t *out)
{
    return param_int(tx, programme, name, on, out);
}

static rc set_text(const struct mkt_act *x, id programme, const struct mkt_param *p, day from, str value, str reason)
{
    if (!str_eq(value, STR("ratio")) && !str_eq(value, STR("cap")))
        return ERR(tx_err(x->tx), E_INVALID, "MKT-051", N_("The value must be one of: {1}."), STR("ratio, cap"));
    return param_set_text(x->tx, programme, p->def.name, from, value, x->by->account, reason);
}

rc mkt_param_set(const struct mkt_act *x, id programme, str name, day from, str value, str reason)
{
    TRY(mkt_needs_officer(x));
    const struct mkt_param *p = mkt_param_find(name);
    if (!p)
        return ERR(tx_err(x->tx), E_NOTFOUND, "MKT-050", N_("There is no parameter {1}."), name);
    if (str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "MKT-027", N_("Say why."));
    /* A value that worked back in time would change what was already decided. */
    if (from < instant_day(x->at))
        return ERR_FIELD(tx_err(x->tx), "from", "MKT-052",
                         N_("A parameter can change from today on, not in the past."));
    if (p->def.type == PARAM_TEXT)
        return set_text(x, programme, p, from, value, reason);
    int64_t v;
    if (str_to_i64(str_trim(value), &v) != OK || v < p->def.min || v > p->def.max)
        return ERR_FIELD(tx_err(x->tx), "value", "MKT-051", N_("The value must be a whole number from {1} to {2}."),
                         mkt_number_text(x->a, p->def.min), mkt_number_text(x->a, p->def.max));
    return param_set_int(x->tx, programme, p->def.name, from, v, x->by->account, reason);
}
