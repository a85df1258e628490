#include "mod/sign/rooms/figures.h"

#include "mod/sign/rooms/room.h"

/* Months and years of Taiwan from µs, in whole numbers and without date functions, which differ between the engines:
 * days since 0000-03-01 are cut into eras of 400 years (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
 * civil_from_days). BY_MONTH("columns", "instant", "FROM … WHERE …") is a table with y, m and the columns. */
#define LOCAL_DAY(at) "((" at ") + 28800000000) / 86400000000 + 719468"
#define BY_MONTH(columns, at, from)                                                                                    \
    "(SELECT p.*, p.march_year + CASE WHEN p.mp < 10 THEN 0 ELSE 1 END AS y, CASE WHEN p.mp < 10 THEN p.mp + 3"        \
    " ELSE p.mp - 9 END AS m FROM (SELECT o.*, o.yoe + o.era * 400 AS march_year, (5 * (o.doe - (365 * o.yoe"          \
    " + o.yoe / 4 - o.yoe / 100)) + 2) / 153 AS mp FROM (SELECT n.*, (n.doe - n.doe / 1460 + n.doe / 36524"            \
    " - n.doe / 146096) / 365 AS yoe FROM (SELECT i.*, i.d / 146097 AS era, i.d - i.d / 146097 * 146097 AS doe"        \
    " FROM (SELECT " LOCAL_DAY(at) " AS d, " columns " " from ") i) n) o) p)"
#define MONTH "CAST(t.y AS TEXT) || '-' || CASE WHEN t.m < 10 THEN '0' ELSE '' END || CAST(t.m AS TEXT)"

QUERY(sf_sent, "i", "ti",
      "SELECT x.label, COUNT(*) FROM (SELECT " MONTH " AS label FROM " BY_MONTH(
          "r.id", "r.sent",
          "FROM sign_room r WHERE r.sent <> 0 AND $1 <> 0") " t) x GROUP BY x.label ORDER BY x.label");
QUERY(sf_completed, "i", "ti",
      "SELECT x.label, COUNT(*) FROM (SELECT " MONTH " AS label FROM " BY_MONTH(
          "r.id", "r.closed",
          "FROM sign_room r WHERE r.state = 'completed' AND $1 <> 0") " t) x GROUP BY x.label ORDER BY x.label");
/* Of an even number the lower of the two in the middle. */
QUERY(
    sf_hours, "i", "ti",
    "SELECT z.label, z.took / 3600000000 FROM (SELECT x.label, x.took, ROW_NUMBER() OVER (PARTITION BY x.label"
    " ORDER BY x.took, x.id) AS n, COUNT(*) OVER (PARTITION BY x.label) AS total FROM (SELECT " MONTH
    " AS label, t.took, t.id FROM " BY_MONTH(
        "r.id, r.closed - r.sent AS took", "r.closed",
        "FROM sign_room r WHERE r.state = 'completed' AND $1 <> 0") " t) x) z"
                                                                    " WHERE z.n = (z.total + 1) / 2 ORDER BY z.label");
QUERY(sf_answers, "i", "ti", "SELECT state, COUNT(*) FROM sign_answer WHERE $1 <> 0 GROUP BY state ORDER BY state");
QUERY(sf_objected, "i", "ti",
      "SELECT x.label, CAST(1000 * SUM(x.objected) / COUNT(*) AS BIGINT) FROM (SELECT " MONTH
      " AS label, t.objected FROM " BY_MONTH(
          "CASE WHEN EXISTS (SELECT 1 FROM sign_objection b WHERE b.signer = a.signer"
          " AND b.kind = 'objection') THEN 1 ELSE 0 END AS objected",
          "a.told", "FROM sign_answer a WHERE a.state <> 'told' AND $1 <> 0") " t) x"
                                                                              " GROUP BY x.label ORDER BY x.label");

/* One kind of thing that happened, a row each with its year. */
#define YEARLY(word, at, from)  "SELECT t.y AS y, " word " AS word FROM " BY_MONTH("1 AS one", at, from) " t"
#define COUNTED(word, at, from) "SELECT t.y, t." word " FROM " BY_MONTH("e." word, at, from) " t"
#define SENT_EACH               YEARLY("'sent'", "r.sent", "FROM sign_room r WHERE r.sent <> 0 AND $1 <> 0")
#define COMPLETED_EACH          YEARLY("'completed'", "r.closed", "FROM sign_room r WHERE r.state = 'completed'")
#define DEEMED_EACH             YEARLY("'deemed'", "a.at", "FROM sign_answer a WHERE a.state = 'deemed'")
#define SIGNED_EACH             COUNTED("level", "e.acted", "FROM sign_signer e WHERE e.state = 'signed'")
#define OBJECTED_EACH           COUNTED("kind", "e.at", "FROM sign_objection e")
QUERY(sf_survey, "i", "tti",
      "SELECT CAST(x.y AS TEXT), x.word, COUNT(*) FROM (" SENT_EACH " UNION ALL " COMPLETED_EACH
      " UNION ALL " SIGNED_EACH " UNION ALL " DEEMED_EACH " UNION ALL " OBJECTED_EACH ") x"
      " GROUP BY x.y, x.word ORDER BY x.y, x.word");

const struct figure sign_figures[SIGN_FIGURES] = {
    {"sign.sent", N_("Documents sent to be signed"), N_("Signing rooms sent in the month."), N_("documents"),
     CHART_LINE, &sf_sent, true},
    {"sign.completed", N_("Documents signed by everybody"),
     N_("Signing rooms completed in the month, whenever they were sent."), N_("documents"), CHART_LINE, &sf_completed,
     true},
    {"sign.hours", N_("Hours until everybody has signed"),
     N_("From sending to completion; the median of the rooms completed in the month."), N_("hours"), CHART_LINE,
     &sf_hours, true},
    {"sign.answers", N_("Answers to the electronic form"),
     N_("What the people who were told about the electronic form have said so far."), N_("people"), CHART_BAR,
     &sf_answers, true},
    {"sign.objected", N_("Objections to the electronic form"),
     N_("Of those who were told in the month and have answered, or whose period has ended: the part that objected at "
        "first."),
     N_("‰"), CHART_LINE, &sf_objected, true},
    {"sign.survey", N_("Figures for the yearly survey"),
     N_("By calendar year, as the survey of the Electronic Signatures Act, Art. 19, asks: documents, signatures by how "
        "the person was identified, consents by silence, objections."),
     N_("number"), CHART_NONE, &sf_survey, true},
};

const char *sign_figure_label(const struct figure *f, str label)
{
    static const struct choice words[] = {{"sent", N_("Documents sent")},
                                          {"completed", N_("Documents completed")},
                                          {"deemed", N_("Consents by silence")},
                                          {"objection", N_("Objections")},
                                          {"stop", N_("Stops of the electronic form")},
                                          {"link", N_("Signatures by the link in the e-mail")},
                                          {"code", N_("Signatures by one-time code")},
                                          {"passkey", N_("Signatures by passkey")},
                                          {"certificate", N_("Signatures by own certificate")},
                                          {"card", N_("Signatures by citizen card or TW FidO")},
                                          {NULL, NULL}};
    static const struct choice answers[] = {{"told", N_("Not answered yet")},
                                            {"agreed", N_("Agreed")},
                                            {"deemed", N_("Agreed by silence")},
                                            {"objected", N_("Objected")},
                                            {NULL, NULL}};
    const char *word = choice_label(strcmp(f->code, "sign.answers") == 0 ? answers : words, label);
    return word[0] ? word : NULL;
}
