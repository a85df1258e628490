/* The panel's decision: the list, deviations from the order, proposal and confirmation by two officers. */
#include "board_decision.view.h"
#include "mod/fund/pages/pages_board.h"

enum { BELOW_THE_LINE = 20 };

static const struct choice bases[] = {{"calibrated", N_("Calibrated scores")}, {"raw", N_("Raw means")}, {NULL, NULL}};
static const struct choice takes[] = {{"in", N_("Choose it")}, {"out", N_("Do not choose it")}, {NULL, NULL}};
static const struct choice award_takes[] = {{"out", N_("No award")},
                                            {"first", N_("First award")},
                                            {"second", N_("Second award")},
                                            {"third", N_("Third award")},
                                            {NULL, NULL}};

#define NUMBER_FIELD                                                                                                   \
    {                                                                                                                  \
        .name = "number", .type = F_INT, .min = 1, .max = 1000000, .label = N_("Proposal number")                      \
    }
INPUT(at_in, FUND_BOARD_FIELDS, NUMBER_FIELD);
INPUT(basis_in, FUND_BOARD_FIELDS, NUMBER_FIELD,
      {.name = "basis", .type = F_CHOICE, .required = true, .choices = bases, .label = N_("Order")});
INPUT(deviate_in, FUND_BOARD_FIELDS,
      {.name = "number", .type = F_INT, .required = true, .min = 1, .max = 1000000, .label = N_("Proposal number")},
      {.name = "take", .type = F_CHOICE, .choices = takes, .label = N_("What the panel does instead")},
      {.name = "award", .type = F_CHOICE, .choices = award_takes, .label = N_("What the panel gives instead")},
      {.name = "amount", .type = F_MONEY, .max = 1000000000, .label = N_("Amount of the award")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = FUND_REASON_MAX,
       .label = N_("Reason"),
       .hint = N_("It is published with the decision.")});
INPUT(propose_in, FUND_BOARD_FIELDS, NUMBER_FIELD,
      {.name = "hash", .type = F_TEXT, .required = true, .max = 64, .label = N_("SHA-256 of the score table")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = FUND_REASON_MAX,
       .label = N_("Reasons of the panel"),
       .hint = N_("In a few sentences. They are published with the decision.")});
INPUT(withdraw_in, FUND_BOARD_FIELDS, NUMBER_FIELD,
      {.name = "reason", .type = F_LINES, .required = true, .max = FUND_REASON_MAX, .label = N_("Reason")});

/* Taken ones, those whose place the panel changed, and the next below the line. */
static size_t rows_shown(const struct fund_draft *d)
{
    size_t last = 0;
    for (size_t i = 0; i < d->n; i++)
        if (d->rows[i].take != FUND_NOT_TAKEN || d->rows[i].deviates)
            last = i + 1;
    return last + BELOW_THE_LINE < d->n ? last + BELOW_THE_LINE : d->n;
}

static rc decision_read(struct ctx *c)
{
    struct fund_decide_page p = {.deviate = &deviate_in, .propose = &propose_in, .withdraw = &withdraw_in};
    TRY(fund_board_at(c, &p.at));
    p.number = in_value(&c->in, "number")->raw;
    if (p.at.has_panel) {
        struct fund_results own;
        TRY(fund_results_of(c->tx, &p.at.panel, c->session.account, &own, c->arena));
        p.barred = own.hidden > 0;
    }
    if (p.at.has_panel && p.at.panel.state == FUND_PANEL_CLOSED && !p.barred) {
        TRY(fund_draft_of(c->tx, &p.at.panel, &p.draft, c->arena));
        p.shown = rows_shown(&p.draft);
    }
    p.has_decision =
        p.at.has_panel && p.at.panel.decision != 0 && (!p.barred || p.at.panel.state == FUND_PANEL_DECIDED);
    if (p.has_decision) {
        TRY(fund_decision_get(c->tx, p.at.panel.decision, &p.decision, c->arena));
        TRY(fund_decided_rows(c->tx, p.at.panel.decision, &p.decided, &p.n_decided, c->arena));
    }
    view_fund_board_decision(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc basis_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_draft_basis(&x, programme, stage, in_int(&c->in, "basis") == 0));
    flash(c, N_("The order is changed."));
    return fund_board_go(c, "/fund/office/board/decision");
}

static rc deviate_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    const char *field = stage == FUND_AWARDED ? "award" : "take";
    if (!in_given(&c->in, field))
        return ERR_FIELD(tx_err(tx), field, "ACT-003", N_("This must be filled in."));
    int64_t chosen = in_int(&c->in, field);
    int take = stage == FUND_AWARDED ? (int)chosen : chosen == 0 ? FUND_TAKEN : FUND_NOT_TAKEN;
    TRY(fund_draft_deviate(&x, programme, stage, in_int(&c->in, "number"), take, in_int(&c->in, "amount"),
                           in_text(&c->in, "reason")));
    flash(c, N_("The deviation is recorded with its reason."));
    return fund_board_go(c, "/fund/office/board/decision");
}

static rc follow_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_draft_follow(&x, programme, stage, in_int(&c->in, "number")));
    flash(c, N_("This proposal follows the order again."));
    return fund_board_go(c, "/fund/office/board/decision");
}

static rc propose_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme, decision;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_decision_propose(&x, programme, stage, in_text(&c->in, "hash"), in_text(&c->in, "reason"), &decision));
    flash(c, N_("The decision is proposed. Another officer has to confirm it."));
    return fund_board_go(c, "/fund/office/board/decision");
}

static rc confirm_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_decision_confirm(&x, programme, stage));
    flash(c, N_("The decision is confirmed and published. The teams have been told."));
    return fund_board_go(c, "/fund/office/board/decision");
}

static rc withdraw_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_decision_withdraw(&x, programme, stage, in_text(&c->in, "reason")));
    flash(c, N_("The proposed decision is withdrawn."));
    return fund_board_go(c, "/fund/office/board/decision");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/board/decision",
     .perm = OFFICE,
     .in = &at_in,
     .read = decision_read,
     .summary = N_("The panel's decision")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/decision/basis",
     .perm = DECIDES,
     .in = &basis_in,
     .write = basis_write,
     .form = decision_read,
     .summary = N_("Choose the order that the decision starts from")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/decision/deviate",
     .perm = DECIDES,
     .in = &deviate_in,
     .write = deviate_write,
     .form = decision_read,
     .summary = N_("Record a deviation from the order")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/decision/follow",
     .perm = DECIDES,
     .in = &at_in,
     .write = follow_write,
     .form = decision_read,
     .summary = N_("Remove a deviation")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/decision/propose",
     .perm = DECIDES,
     .in = &propose_in,
     .write = propose_write,
     .form = decision_read,
     .summary = N_("Propose the decision")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/decision/confirm",
     .perm = DECIDES,
     .in = &at_in,
     .write = confirm_write,
     .form = decision_read,
     .summary = N_("Confirm the decision as another officer")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/decision/withdraw",
     .perm = DECIDES,
     .in = &withdraw_in,
     .write = withdraw_write,
     .form = decision_read,
     .summary = N_("Withdraw a proposed decision")},
};
const struct route_table fund_board_decision_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
