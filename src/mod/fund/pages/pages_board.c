/* The office's overview of a panel: where it stands, opening and closing its review. */
#include "mod/fund/pages/pages_board.h"
#include "board_office.view.h"

INPUT(at_in, FUND_BOARD_FIELDS);
INPUT(close_in, FUND_BOARD_FIELDS,
      {.name = "reason",
       .type = F_LINES,
       .max = FUND_REASON_MAX,
       .label = N_("Reason"),
       .hint = N_("Needed when reviews are missing.")});
INPUT(due_in, FUND_BOARD_FIELDS, {.name = "due", .type = F_DAY, .required = true, .label = N_("Last day for reviews")},
      {.name = "reason", .type = F_LINES, .required = true, .max = FUND_REASON_MAX, .label = N_("Reason")});

static rc count_people(const struct ctx *c, struct fund_overview_page *p)
{
    struct fund_reviewer *all;
    TRY(fund_reviewers(c->tx, p->at.round.r.programme, &all, &p->reviewers, c->arena));
    for (size_t i = 0; i < p->reviewers; i++) {
        p->accepted += all[i].state == FUND_REVIEWING;
        p->is_signed += all[i].state == FUND_REVIEWING && fund_statement_signed(&all[i], c->arena);
    }
    return OK;
}

static rc overview_read(struct ctx *c)
{
    struct fund_overview_page p = {.close = &close_in, .due = &due_in};
    struct fund_conflict *unused;
    struct fund_proposal *candidates;
    size_t n;
    TRY(fund_board_at(c, &p.at));
    id programme = p.at.round.r.programme;
    TRY(count_people(c, &p));
    TRY(fund_conflicts(c->tx, programme, 0, 0, 1, &unused, &n, &p.conflicts, c->arena));
    TRY(fund_candidates(c->tx, programme, p.at.stage, &candidates, &p.candidates, c->arena));
    if (p.at.has_panel)
        TRY(fund_progress_of(c->tx, &p.at.panel, &p.progress));
    TRY(programme_list(c->tx, STR("fund"), &p.rounds, &p.n_rounds, c->arena));
    view_fund_board_overview(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc open_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_panel_open(&x, programme, stage));
    flash(c, N_("The review is open. Its rules are fixed now."));
    return fund_board_go(c, "/fund/office/board");
}

static rc close_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_panel_close(&x, programme, stage, in_text(&c->in, "reason")));
    flash(c, N_("The review is closed. The panel can decide now."));
    return fund_board_go(c, "/fund/office/board/results");
}

static rc due_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_panel_due(&x, programme, stage, day_start((day)in_int(&c->in, "due") + 1), in_text(&c->in, "reason")));
    flash(c, N_("The new last day is set."));
    return fund_board_go(c, "/fund/office/board");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/board",
     .perm = OFFICE,
     .in = &at_in,
     .read = overview_read,
     .summary = N_("Review: overview for the office")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/open",
     .perm = DECIDES,
     .in = &at_in,
     .write = open_write,
     .form = overview_read,
     .summary = N_("Open the review of a stage")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/close",
     .perm = DECIDES,
     .in = &close_in,
     .write = close_write,
     .form = overview_read,
     .summary = N_("Close the review of a stage")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/due",
     .perm = DECIDES,
     .in = &due_in,
     .write = due_write,
     .form = overview_read,
     .summary = N_("Set another last day for reviews; reopens a closed review")},
};
const struct route_table fund_board_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
