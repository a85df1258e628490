/* The office's pages of the progress of a review and of its results. */
#include "base/vec.h"
#include "board_results.view.h"
#include "mod/fund/pages/pages_board.h"

enum { AROUND_THE_LINE = 30, MISSING_SHOWN = 300 };

INPUT(at_in, FUND_BOARD_FIELDS);
INPUT(results_in, FUND_BOARD_FIELDS, {.name = "all", .type = F_BOOL, .label = N_("All proposals")});

static struct fund_progress_row *row_of(struct fund_progress_page *p, size_t room, str name)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->rows[i].name, name))
            return &p->rows[i];
    if (p->n == room)
        return NULL;
    p->rows[p->n].name = name;
    return &p->rows[p->n++];
}

static rc progress_read(struct ctx *c)
{
    struct fund_progress_page p = {0};
    struct fund_assignment *all;
    size_t n;
    TRY(fund_board_at(c, &p.at));
    if (p.at.has_panel) {
        TRY(fund_progress_of(c->tx, &p.at.panel, &p.progress));
        TRY(fund_assignments(c->tx, p.at.round.r.programme, p.at.stage, 0, &all, &n, c->arena));
        p.rows = ARENA_ARRAY(c->arena, FUND_REVIEWERS_MAX, struct fund_progress_row);
        p.missing = ARENA_ARRAY(c->arena, MISSING_SHOWN, struct fund_assignment);
        if (!p.rows || !p.missing)
            return arena_rc(c->arena);
        for (size_t i = 0; i < n; i++) {
            struct fund_progress_row *r = row_of(&p, FUND_REVIEWERS_MAX, all[i].reviewer_name);
            if (r) {
                r->assigned++;
                r->drafted += all[i].drafted;
                r->submitted += all[i].submitted;
            }
            if (!all[i].submitted && p.n_missing < MISSING_SHOWN)
                p.missing[p.n_missing++] = all[i];
        }
    }
    view_fund_board_progress(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc results_read(struct ctx *c)
{
    struct fund_results_page p = {.all = in_bool(&c->in, "all")};
    TRY(fund_board_at(c, &p.at));
    if (p.at.has_panel)
        TRY(fund_results_of(c->tx, &p.at.panel, c->session.account, &p.results, c->arena));
    size_t some = (size_t)(p.at.has_panel ? p.at.panel.places : 0) + AROUND_THE_LINE;
    p.shown = p.all || p.results.n < some ? p.results.n : some;
    view_fund_board_results(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc csv_read(struct ctx *c)
{
    struct fund_board_at at;
    TRY(fund_board_at(c, &at));
    if (!at.has_panel)
        return fund_panel_get(c->tx, at.round.r.programme, at.stage, &at.panel); /* FND-414 */
    TRY(fund_scores_csv(c->tx, &at.panel, c->session.account, &c->reply->body, c->arena));
    return reply_csv(c, "scores.csv");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/board/progress",
     .perm = OFFICE,
     .in = &at_in,
     .read = progress_read,
     .summary = N_("Progress of a review")},
    {.method = HTTP_GET,
     .path = "/fund/office/board/results",
     .perm = OFFICE,
     .in = &results_in,
     .read = results_read,
     .summary = N_("Results of a review: raw and calibrated")},
    {.method = HTTP_GET,
     .path = "/fund/office/board/scores.csv",
     .perm = OFFICE,
     .in = &at_in,
     .read = csv_read,
     .summary = N_("All scores and comments as CSV")},
};
const struct route_table fund_board_result_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
