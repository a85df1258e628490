/* Published figures, each with the words that say how it is counted. Months are Taiwan's. */
#include "mod/market/parts.h"

/* Rows are counted by Taiwan's days (UTC+8 the whole year) first, then each day's month is looked up in market_month:
 * date functions differ between the engines, and a join of rows and months walked through all rows once for each of the
 * 444 months. PER_MONTH("result", "instant", "columns of a day", "FROM … WHERE …"). */
#define PER_MONTH(result, at, columns, from)                                                                           \
    "SELECT x.month, CAST(" result " AS BIGINT) FROM (SELECT (SELECT m.label FROM market_month m"                      \
    " WHERE m.starts <= d.at AND m.ends > d.at ORDER BY m.starts DESC LIMIT 1) AS month, d.* FROM (SELECT MIN(" at     \
    ") AS at, " columns " " from " GROUP BY (" at " + 28800000000) / 86400000000) d) x"                                \
    " WHERE x.month IS NOT NULL GROUP BY x.month ORDER BY x.month"

QUERY(mf_grants, "i", "ti",
      PER_MONTH("SUM(x.n)", "granted", "COUNT(*) AS n", "FROM market_grant WHERE programme = $1"));
QUERY(mf_orders, "i", "ti",
      PER_MONTH("SUM(x.n)", "placed", "COUNT(*) AS n", "FROM market_order WHERE programme = $1 AND renewal_of = 0"));
QUERY(mf_captured, "i", "ti",
      PER_MONTH("SUM(x.n)", "at", "SUM(CASE WHEN kind = 'capture' THEN points ELSE -points END) AS n",
                "FROM market_posting WHERE programme = $1 AND kind IN ('capture', 'refund', 'refund-owed')"));
QUERY(mf_category, "i", "ti",
      "SELECT category, CAST(SUM(points) AS BIGINT) FROM market_order WHERE programme = $1 AND captured > 0 AND state "
      "<> 'refunded'"
      " GROUP BY category ORDER BY category");
QUERY(mf_county, "i", "ti",
      "SELECT county, CAST(SUM(points) AS BIGINT) FROM market_order WHERE programme = $1 AND captured > 0 AND state <> "
      "'refunded'"
      " GROUP BY county ORDER BY county");
QUERY(mf_states, "i", "ti",
      "SELECT state, COUNT(*) FROM market_order WHERE programme = $1 GROUP BY state ORDER BY state");
/* 30 days = 2,592,000,000,000 µs */
QUERY(mf_activation, "i", "ti",
      PER_MONTH("CAST(SUM(x.good) AS BIGINT) / CAST(SUM(x.n) AS BIGINT)", "placed",
                "COUNT(*) AS n, SUM(CASE WHEN activated > 0 AND activated - placed <= 2592000000000 THEN 1000 ELSE 0 "
                "END) AS good",
                "FROM market_order WHERE programme = $1 AND renewal_of = 0 AND (activated > 0 OR state IN ('declined', "
                "'withdrawn', 'lapsed', 'refunded'))"));
QUERY(mf_lapse, "i", "ti",
      PER_MONTH("CAST(SUM(x.lapsed) AS BIGINT) / CAST(SUM(x.n) AS BIGINT)", "placed",
                "COUNT(*) AS n, SUM(CASE WHEN state = 'lapsed' THEN 1000 ELSE 0 END) AS lapsed",
                "FROM market_order WHERE programme = $1 AND state NOT IN ('placed', 'accepted', 'activated')"));
QUERY(mf_renewal, "i", "ti",
      "SELECT o.category, CAST(SUM(CASE WHEN n.captured > 0 THEN 1000 ELSE 0 END) / COUNT(*) AS BIGINT) FROM "
      "market_order o"
      " LEFT JOIN market_order n ON n.id = o.renewed_by WHERE o.programme = $1 AND o.state = 'closed' GROUP BY "
      "o.category ORDER BY o.category");
/* Sums are cast before they are divided: PostgreSQL's are decimal and would be rounded, SQLite's are cut. */
QUERY(mf_concentration, "i", "ti",
      "SELECT o.vendor_name, CAST(SUM(o.points) AS BIGINT) * 1000 / (SELECT CAST(SUM(a.points) AS BIGINT) FROM "
      "market_order a WHERE a.programme = $1 AND a.captured > 0"
      " AND a.state <> 'refunded' HAVING SUM(a.points) > 0) FROM market_order o"
      " WHERE o.programme = $1 AND o.captured > 0 AND o.state <> 'refunded' AND o.points > 0"
      " GROUP BY o.vendor, o.vendor_name ORDER BY SUM(o.points) DESC, o.vendor_name LIMIT 20");

const struct figure mkt_figures[] = {
    {"market.grants", N_("Grants"), N_("Grants given in the month, one for each business number."), N_("grants"),
     CHART_LINE, &mf_grants, true},
    {"market.orders", N_("Orders"), N_("Orders placed in the month, renewals left out."), N_("orders"), CHART_LINE,
     &mf_orders, true},
    {"market.captured", N_("Points used"),
     N_("Points paid for services that were used, by month of payment, less refunds of the month."), N_("points"),
     CHART_LINE, &mf_captured, true},
    {"market.category", N_("Points used by category"), N_("Points of orders that were used and not refunded."),
     N_("points"), CHART_BAR, &mf_category, true},
    {"market.county", N_("Points used by county"),
     N_("Points of orders that were used and not refunded, by the firm's county."), N_("points"), CHART_BAR, &mf_county,
     true},
    {"market.states", N_("Orders by state"), N_("All orders of the programme in the state they have now."),
     N_("orders"), CHART_BAR, &mf_states, true},
    {"market.activation", N_("Activated within 30 days"),
     N_("Of the orders placed in the month that were activated or came to an end: the part activated within 30 days of "
        "the order."),
     N_("‰"), CHART_LINE, &mf_activation, true},
    {"market.lapse", N_("Lapsed orders"),
     N_("Of the orders placed in the month that are decided: the part whose time ran out."), N_("‰"), CHART_LINE,
     &mf_lapse, true},
    {"market.renewal-rate", N_("Renewal rate"),
     N_("Of the orders whose term is over: the part that was renewed, without points, and used again. By category."),
     N_("‰"), CHART_BAR, &mf_renewal, true},
    {"market.concentration", N_("Largest vendors"),
     N_("Part of all points used that went to each of the twenty largest vendors."), N_("‰"), CHART_BAR,
     &mf_concentration, true},
};

const char *mkt_figure_label(const struct figure *f, str label)
{
    enum mkt_order_state state;
    const char *text = "";
    if (f->query == &mf_category || f->query == &mf_renewal)
        text = choice_label(mkt_categories, label);
    else if (f->query == &mf_county)
        text = choice_label(counties, label);
    else if (f->query == &mf_states && mkt_order_state_parse(label, &state))
        text = mkt_order_state_label(state);
    return text[0] ? text : NULL;
}
