/* Rules and outcomes of a tally in words, for pages. */
#include "mod/fund/pages/pages_result.h"

static str word(const struct ctx *c, const char *msgid)
{
    return str_of(tr(c->lang, msgid));
}

static str dollars(const struct ctx *c, int64_t n)
{
    return arena_printf(c->arena, "NT$%.*s", STR_ARG(number_text(c->arena, n)));
}

static str dollars_or(const struct ctx *c, int64_t n, const char *none)
{
    return n == 0 ? word(c, none) : dollars(c, n);
}

const char *fund_weight_words(const struct tally_rules *r)
{
    static const char *const qf[] = {
        [TALLY_S2C] = N_("Square of the sum of roots, less the sum of gifts: a lone donor earns nothing"),
        [TALLY_S2] = N_("Square of the sum of roots"),
        [TALLY_S] = N_("Sum of roots")};
    switch (r->method) {
    case TALLY_QF:
        return qf[r->weight];
    case TALLY_CQF:
        return N_("Square of the sum of roots, less the sum of gifts; the same share of it is paid to all");
    case TALLY_PAIRWISE:
        return N_("Every pair of donors counts; pairs who agree on many projects count less");
    case TALLY_COCM:
        return N_("Every two groups of donors count; donors who share a group count less");
    case TALLY_QV:
        break;
    }
    return N_("Votes bought from a budget");
}

int fund_rule_rows(const struct ctx *c, const struct fund_rules *r, struct fund_rule_row out[FUND_RULE_ROWS])
{
    const struct tally_rules *t = &r->tally;
    int n = 0;
    out[n++] = (struct fund_rule_row){N_("Method"), word(c, tally_methods[t->method].label)};
    out[n++] = (struct fund_rule_row){N_("Weight of a project"), word(c, fund_weight_words(t))};
    out[n++] = (struct fund_rule_row){N_("Matching pool"), dollars(c, t->pool)};
    out[n++] = (struct fund_rule_row){N_("One project gets at most"), dollars_or(c, t->cap, N_("No limit"))};
    out[n++] = (struct fund_rule_row){N_("One company or foundation counts for one project at most with"),
                                      dollars_or(c, t->clip_organisation, N_("No limit"))};
    out[n++] = (struct fund_rule_row){N_("Smallest gift that counts"), dollars(c, r->gift_min)};
    out[n++] = (struct fund_rule_row){N_("Projects that go on"), number_text(c->arena, r->places)};
    if (t->method != TALLY_CQF)
        out[n++] = (struct fund_rule_row){N_("Where the weights are less than the pool"),
                                          word(c, tally_saturations[t->saturation].label)};
    if (t->method == TALLY_PAIRWISE)
        out[n++] = (struct fund_rule_row){N_("Constant A"), dollars(c, t->pairwise_a)};
    return n;
}

int fund_outcome_words(unsigned outcome, const char *out[8])
{
    static const struct {
        unsigned bit;
        const char *words;
    } all[] = {
        {TALLY_NO_GIFTS, N_("No gift counted. Nobody gets anything from the pool.")},
        {TALLY_NO_WEIGHT, N_("No project has two donors. By this rule nobody gets anything, and the pool stays.")},
        {TALLY_EMPTY_POOL, N_("The pool is empty: the tally gives ranks only.")},
        {TALLY_CAP_INFEASIBLE,
         N_("Even with every project at its limit the pool is not used up. All that have a weight get their limit, and "
            "the rest of the pool stays.")},
        {TALLY_UNSATURATED, N_("The weights add up to less than the pool: each project gets its weight, and the rest "
                               "of the pool stays.")},
        {TALLY_CAPPED,
         N_("Some projects are at the limit; what they would have had above it went to the others by their weight.")},
        {TALLY_OVER_BUDGET, N_("Ballots over the budget were left out.")},
    };
    int n = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (outcome & all[i].bit)
            out[n++] = all[i].words;
    return n;
}

str fund_weight_text(const struct ctx *c, u128 weight)
{
    u128 whole = weight >> TALLY_WEIGHT_BITS;
    if (whole <= INT64_MAX)
        return number_text(c->arena, (int64_t)whole);
    BUF_SCOPED digits = BUF_INIT(64);
    tally_put_u128(&digits, whole);
    return arena_str(c->arena, buf_str(&digits));
}

str fund_signed_text(const struct ctx *c, int64_t v)
{
    if (v == 0)
        return STR("0");
    return arena_printf(c->arena, "%s%.*s", v > 0 ? "+" : "\xe2\x88\x92",
                        STR_ARG(number_text(c->arena, v > 0 ? v : -v)));
}
