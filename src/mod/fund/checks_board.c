/* What `rise doctor` re-proves about the review. */
#include "mod/fund/review.h"

QUERY(fc_conflicted, "", "i",
      "SELECT COUNT(*) FROM fund_assignment s JOIN fund_panel p ON p.programme = s.programme AND p.stage = s.stage"
      " WHERE s.state = 'active' AND p.state IN ('open', 'closed') AND EXISTS (SELECT 1 FROM fund_conflict c"
      " WHERE c.reviewer = s.reviewer AND c.proposal = s.proposal AND c.lifted = 0)");
QUERY(fc_incomplete, "", "i",
      "SELECT COUNT(*) FROM fund_sheet h WHERE h.state = 'submitted' AND (SELECT COUNT(*) FROM fund_score c"
      " WHERE c.assignment = h.assignment AND c.score >= -1) <> 4");
QUERY(fc_out_of_range, "", "i",
      "SELECT COUNT(*) FROM fund_score c JOIN fund_assignment s ON s.id = c.assignment"
      " JOIN fund_panel p ON p.programme = s.programme AND p.stage = s.stage WHERE c.score < -2 OR c.score >"
      " p.score_max");
QUERY(fc_no_statement, "", "i",
      "SELECT COUNT(*) FROM fund_sheet h JOIN fund_assignment s ON s.id = h.assignment JOIN fund_reviewer r ON r.id ="
      " s.reviewer WHERE r.signed = 0");
QUERY(fc_not_advanced, "", "i",
      "SELECT COUNT(*) FROM fund_decision_row w JOIN fund_decision d ON d.id = w.decision AND d.state = 'confirmed'"
      " JOIN fund_proposal p ON p.id = w.proposal WHERE w.take > 0 AND p.stage < d.stage");
QUERY(fc_award_differs, "", "i",
      "SELECT COUNT(*) FROM fund_decision_row w JOIN fund_decision d ON d.id = w.decision AND d.state = 'confirmed'"
      " AND d.stage = 4 JOIN fund_proposal p ON p.id = w.proposal WHERE w.take > 0 AND p.award <> w.amount");
QUERY(fc_one_officer, "", "i",
      "SELECT COUNT(*) FROM fund_decision WHERE state = 'confirmed' AND proposed_by = confirmed_by");
/* The final stage is reached by the tally (publish.h), the others by a panel. */
QUERY(fc_undecided, "", "i",
      "SELECT COUNT(*) FROM fund_proposal p JOIN fund_panel n ON n.programme = p.programme AND n.stage <= p.stage"
      " AND n.state <> 'open' WHERE n.stage <> 3 AND NOT EXISTS (SELECT 1 FROM fund_decision d JOIN fund_decision_row w"
      " ON w.decision = d.id WHERE d.programme = p.programme AND d.stage = n.stage AND d.state = 'confirmed'"
      " AND w.proposal = p.id AND w.take > 0)");

static rc prove(struct tx *tx, const struct query *q, const char *says, struct buf *finding, rc *result)
{
    int64_t bad;
    TRY(db_one_int(tx, q, NOVALS, &bad));
    if (bad > 0) {
        buf_printf(finding, "%s%lld %s", finding->n ? "; " : "", (long long)bad, says);
        *result = E_CORRUPT;
    }
    return OK;
}

static rc conflicts(struct app *app, struct tx *tx, struct buf *finding)
{
    rc result = OK;
    (void)app;
    TRY(prove(tx, &fc_conflicted, "assignments with a conflict of interest", finding, &result));
    TRY(prove(tx, &fc_no_statement, "reviews without a signed statement", finding, &result));
    return result;
}

static rc reviews(struct app *app, struct tx *tx, struct buf *finding)
{
    rc result = OK;
    (void)app;
    TRY(prove(tx, &fc_incomplete, "submitted reviews that are not complete", finding, &result));
    TRY(prove(tx, &fc_out_of_range, "scores out of range", finding, &result));
    return result;
}

static rc decisions(struct app *app, struct tx *tx, struct buf *finding)
{
    rc result = OK;
    (void)app;
    TRY(prove(tx, &fc_not_advanced, "chosen proposals below the stage decided", finding, &result));
    TRY(prove(tx, &fc_award_differs, "awards that differ from the decision", finding, &result));
    TRY(prove(tx, &fc_one_officer, "decisions by one officer alone", finding, &result));
    return result;
}

static rc advanced(struct app *app, struct tx *tx, struct buf *finding)
{
    rc result = OK;
    (void)app;
    TRY(prove(tx, &fc_undecided, "proposals in a stage without a decision", finding, &result));
    return result;
}

const struct check fund_board_checks[FUND_BOARD_CHECKS] = {
    {"fund-conflicts", N_("nobody reviews in conflict of interest or without the statement"), conflicts},
    {"fund-reviews", N_("submitted reviews are complete and in range"), reviews},
    {"fund-decisions", N_("decisions by two officers agree with the stages and awards"), decisions},
    {"fund-advanced", N_("every proposal in a stage has its decision"), advanced},
};
