/* Published figures of a round: what came, by kind, and how far it got. */
#include "mod/fund/call.h"

#define COUNTED " FROM fund_proposal WHERE programme = $1 AND number <> 0 AND state = 'accepted'"

QUERY(ff_fields, "i", "ti", "SELECT field, COUNT(*)" COUNTED " GROUP BY field ORDER BY field");
QUERY(ff_kinds, "i", "ti", "SELECT team_kind, COUNT(*)" COUNTED " GROUP BY team_kind ORDER BY team_kind");
QUERY(ff_counties, "i", "ti", "SELECT county, COUNT(*)" COUNTED " GROUP BY county ORDER BY COUNT(*) DESC, county");
/* Goals are bits of one number (fund_proposal.sdgs); stages are 0 … 4. */
QUERY(ff_sdgs, "i", "ti",
      "WITH RECURSIVE goal (n, bit) AS (SELECT 1, 1 UNION ALL SELECT n + 1, bit * 2 FROM goal WHERE n < 17)"
      " SELECT CAST(g.n AS TEXT), COUNT(*) FROM goal g JOIN fund_proposal p ON (p.sdgs & g.bit) <> 0"
      " WHERE p.programme = $1 AND p.number <> 0 AND p.state = 'accepted' GROUP BY g.n ORDER BY g.n");
QUERY(ff_stages, "i", "ti",
      "WITH RECURSIVE reached (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM reached WHERE n < 4)"
      " SELECT CAST(s.n AS TEXT), COUNT(*) FROM reached s JOIN fund_proposal p ON p.stage >= s.n"
      " WHERE p.programme = $1 AND p.number <> 0 AND p.state = 'accepted' GROUP BY s.n ORDER BY s.n");

const struct figure fund_figures[] = {
    {"fund.fields", N_("Proposals by field"), N_("Accepted proposals of the round in the field their team chose."),
     N_("proposals"), CHART_BAR, &ff_fields, true},
    {"fund.sdgs", N_("Proposals by Sustainable Development Goal"),
     N_("Accepted proposals of the round; one with several goals counts for each of them."), N_("proposals"), CHART_BAR,
     &ff_sdgs, true},
    {"fund.counties", N_("Proposals by county"), N_("Accepted proposals of the round by the county of their team."),
     N_("proposals"), CHART_BAR, &ff_counties, true},
    {"fund.kinds", N_("Proposals by kind of team"), N_("Accepted proposals of the round by who hands them in."),
     N_("proposals"), CHART_BAR, &ff_kinds, true},
    {"fund.stages", N_("Proposals by stage"), N_("Accepted proposals of the round that reached at least this stage."),
     N_("proposals"), CHART_BAR, &ff_stages, true},
};

const char *fund_figure_label(const struct figure *f, str label)
{
    const char *text = "";
    int64_t stage;
    if (f->query == &ff_fields)
        text = choice_label(fund_fields, label);
    else if (f->query == &ff_kinds)
        text = choice_label(fund_team_kinds, label);
    else if (f->query == &ff_counties)
        text = choice_label(counties, label);
    else if (f->query == &ff_sdgs)
        text = choice_label(fund_sdgs, label);
    else if (f->query == &ff_stages && str_to_i64(label, &stage) == OK && stage >= 0 && stage < FUND_STAGES)
        text = fund_stage_label((enum fund_stage)stage);
    return text[0] ? text : NULL;
}
