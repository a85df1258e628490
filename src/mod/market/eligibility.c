/* Who may have points: the facts, the criteria with their sources, and the question put to the rule engine. */
#include "mod/market/parts.h"

/* Registry and past grants are facts nobody can change; capital and headcount are what "the smallest change" may
 * propose. */
static const struct fact_def facts[] = {
    {"registry_status", FACT_TEXT, N_("Is the firm registered and in business?"), NULL, NULL, 0, true},
    {"kind", FACT_TEXT, N_("What kind of organisation is it?"), NULL, NULL, 0, true},
    {"capital", FACT_INT, N_("How much is the paid-in capital?"), N_("NT$"), NULL, 0, false},
    {"headcount", FACT_INT, N_("How many persons were insured for labour on average in the last 12 months?"),
     N_("persons"), NULL, 0, false},
    {"grants", FACT_INT, N_("How many grants did this business number have?"), NULL, NULL, 0, true},
};

enum { CRITERIA = 4, FACTS = sizeof facts / sizeof facts[0] };

struct mkt_thresholds mkt_thresholds_declared(void)
{
    return (struct mkt_thresholds){.capital_max = param_find(&mkt_params, STR("sme.capital_max"))->value,
                                   .headcount_below = param_find(&mkt_params, STR("sme.headcount_below"))->value,
                                   .grants_max = param_find(&mkt_params, STR("grants.per_firm"))->value};
}

rc mkt_thresholds_on(struct tx *tx, id programme, day on, struct mkt_thresholds *out)
{
    TRY(mkt_param(tx, programme, "sme.capital_max", on, &out->capital_max));
    TRY(mkt_param(tx, programme, "sme.headcount_below", on, &out->headcount_below));
    return mkt_param(tx, programme, "grants.per_firm", on, &out->grants_max);
}

/* Thresholds stand as literals in the expressions, so that the rule engine finds the values worth proposing. */
const struct rule *mkt_rule(const struct mkt_thresholds *t, struct arena *a)
{
    struct rule *r = ARENA_NEW(a, struct rule);
    struct criterion *c = ARENA_ARRAY(a, CRITERIA, struct criterion);
    str size = arena_printf(a, "capital <= %lld OR headcount < %lld", (long long)t->capital_max,
                            (long long)t->headcount_below);
    str once = arena_printf(a, "grants < %lld", (long long)t->grants_max);
    if (!r || !c || !size.p || !once.p)
        return NULL;
    c[0] = (struct criterion){
        .code = "registered",
        .expr = "registry_status = 'active'",
        .label = N_("The firm is registered as a company or business and is in business"),
        .citation = N_("Standards for Identifying Small and Medium-sized Enterprises, Article 2 (2020-06-24)")};
    c[1] = (struct criterion){
        .code = "kind",
        .expr = "kind IN ('company', 'business', 'coop', 'social')",
        .label =
            N_("It is a company, sole proprietorship, partnership, co-operative or social-innovation organisation"),
        .citation = N_("Programme announcement: who may apply")};
    c[2] = (struct criterion){
        .code = "size",
        .expr = size.p,
        .label = N_("It is small or medium-sized: paid-in capital or number of regular employees is below the limit; "
                    "one of both is enough"),
        .citation = N_("Standards for Identifying Small and Medium-sized Enterprises, Article 2 (2020-06-24)")};
    c[3] = (struct criterion){.code = "once",
                              .expr = once.p,
                              .label = N_("This business number has not had its points yet"),
                              .citation = N_("Programme announcement: one grant for one business number")};
    *r = (struct rule){
        .code = "market.eligibility", .facts = facts, .n_facts = FACTS, .criteria = c, .n_criteria = CRITERIA};
    return r;
}

rc mkt_eligibility(const struct mkt_facts *f, const struct mkt_thresholds *t, day on, struct arena *a,
                   struct rule_result *out, struct err *err)
{
    const struct rule *rule = mkt_rule(t, a);
    struct fact *known = ARENA_ARRAY(a, FACTS, struct fact); /* the result may point at them */
    if (!rule || !known)
        return arena_rc(a);
    known[0] = (struct fact){.name = "registry_status", .known = f->registry_status.p != NULL, .s = f->registry_status};
    known[1] = (struct fact){.name = "kind", .known = f->kind.p != NULL, .s = f->kind};
    known[2] = (struct fact){.name = "capital", .known = f->capital_known, .i = f->capital};
    known[3] = (struct fact){.name = "headcount", .known = f->headcount_known, .i = f->headcount};
    known[4] = (struct fact){.name = "grants", .known = f->grants_known, .i = f->grants};
    return rule_eval(rule, known, FACTS, on, a, out, err);
}

QUERY(mq_grants_of_ubn, "it", "i", "SELECT COUNT(*) FROM market_grant WHERE programme = $1 AND ubn = $2");

rc mkt_firm_facts(struct tx *tx, id programme, const struct mkt_firm *firm, struct mkt_facts *out)
{
    *out = (struct mkt_facts){.registry_status = firm->registry_status,
                              .kind = firm->kind,
                              .capital_known = firm->capital_known,
                              .capital = firm->capital,
                              .headcount_known = firm->headcount_known,
                              .headcount = firm->headcount,
                              .grants_known = true};
    return db_one_int(tx, &mq_grants_of_ubn, VALS(v_int(programme), v_text(firm->ubn)), &out->grants);
}

rc mkt_firm_eligibility(struct tx *tx, id programme, id firm, day on, struct arena *a, struct rule_result *out)
{
    struct mkt_firm f;
    struct mkt_facts known;
    struct mkt_thresholds t;
    TRY(mkt_firm_get(tx, firm, &f, a));
    TRY(mkt_firm_facts(tx, programme, &f, &known));
    TRY(mkt_thresholds_on(tx, programme, on, &t));
    return mkt_eligibility(&known, &t, on, a, out, tx_err(tx));
}
