/* Published figures of a round: what came, by kind, and how far it got. */
#include "mod/fund/effects.h"
#include "mod/fund/gift.h"

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

QUERY(ff_gift_project, "i", "ti",
      "SELECT p.title, t.raised FROM fund_gift_total t JOIN fund_proposal p ON p.id = t.project WHERE t.programme = $1"
      " ORDER BY t.raised DESC, p.number");
QUERY(ff_gift_donors, "i", "ti",
      "SELECT p.title, t.donors FROM fund_gift_total t JOIN fund_proposal p ON p.id = t.project WHERE t.programme = $1"
      " ORDER BY t.donors DESC, p.number");
QUERY(ff_gift_day, "i", "ti",
      "SELECT day, CAST(SUM(raised) AS BIGINT) FROM fund_gift_day WHERE programme = $1 GROUP BY day ORDER BY day");
QUERY(ff_gift_platform, "i", "ti",
      "SELECT s.name, CAST(SUM(d.raised) AS BIGINT) FROM fund_gift_day d JOIN fund_gift_source s ON s.id = d.source"
      " WHERE d.programme = $1 GROUP BY s.name ORDER BY s.name");
QUERY(ff_gift_excluded, "i", "ti",
      "SELECT c.reason, CAST(SUM(c.n) AS BIGINT) FROM fund_gift_count c JOIN fund_gift_import i ON i.id = c.import AND"
      " i.state = 'done' WHERE i.programme = $1 AND c.reason <> '' GROUP BY c.reason ORDER BY c.reason");

QUERY(ff_adopters, "i", "ti",
      "SELECT kind, COUNT(*) FROM fund_adoption WHERE programme = $1 AND state = 'confirmed' GROUP BY kind"
      " ORDER BY kind");
/* Rounded down; a stage that nobody has reached has no row. */
QUERY(ff_adoption_rate, "i", "ti",
      "WITH RECURSIVE reached (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM reached WHERE n < 4)"
      " SELECT CAST(s.n AS TEXT), CAST(100 * SUM(CASE WHEN EXISTS (SELECT 1 FROM fund_adoption d"
      " WHERE d.proposal = p.id AND d.state = 'confirmed') THEN 1 ELSE 0 END) / COUNT(*) AS BIGINT)"
      " FROM reached s JOIN fund_proposal p ON p.stage >= s.n"
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
    {"fund.gifts-by-project", N_("Raised by project"), N_("Gifts that count, after refunds, in NT dollars."), N_("NT$"),
     CHART_BAR, &ff_gift_project, true},
    {"fund.donors-by-project", N_("Donors by project"),
     N_("Different donors whose gifts count; one person counts once on all platforms."), N_("donors"), CHART_BAR,
     &ff_gift_donors, true},
    {"fund.gifts-by-day", N_("Raised by day"), N_("Gifts that count, after refunds, by the day of payment."), N_("NT$"),
     CHART_LINE, &ff_gift_day, true},
    {"fund.gifts-by-platform", N_("Raised by platform"), N_("Gifts that count, after refunds, in NT dollars."),
     N_("NT$"), CHART_BAR, &ff_gift_platform, true},
    {"fund.gifts-excluded", N_("Rows that do not count, by reason"),
     N_("Rows of the platforms' exports that did not count when they were read; appeals may have changed some since."),
     N_("rows"), CHART_BAR, &ff_gift_excluded, true},
    {"fund.adopters", N_("Who uses what the round brought"),
     N_("Confirmed adoptions of the round's solutions by who adopted them."), N_("adoptions"), CHART_BAR, &ff_adopters,
     true},
    {"fund.adoption-rate", N_("Adoption rate by stage"),
     N_("Of the proposals that reached at least this stage, how many of a hundred are used by somebody (confirmed)."),
     N_("of a hundred"), CHART_BAR, &ff_adoption_rate, true},
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
    else if ((f->query == &ff_stages || f->query == &ff_adoption_rate) && str_to_i64(label, &stage) == OK &&
             stage >= 0 && stage < FUND_STAGES)
        text = fund_stage_label((enum fund_stage)stage);
    else if (f->query == &ff_adopters)
        text = choice_label(fund_adopter_kinds, label);
    else if (f->query == &ff_gift_excluded && fund_reason_of(label))
        text = fund_reason_of(label)->label;
    return text[0] ? text : NULL;
}
