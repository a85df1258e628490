/* A score sheet beside the proposal's text. */
#include <stdio.h>

#include "board_sheet.view.h"
#include "mod/fund/pages/pages_board.h"

static const struct choice ways[] = {
    {"draft", N_("Save as a draft")}, {"submit", N_("Submit the review")}, {NULL, NULL}};

#define SCORE(name_, label_, hint_)                                                                                    \
    {.name = name_, .type = F_TEXT, .max = 3, .label = label_, .hint = hint_},                                         \
    {                                                                                                                  \
        .name = name_ "_comment", .type = F_LINES, .max = FUND_COMMENT_MAX, .label = N_("Comment for the team")        \
    }
INPUT(sheet_in, FUND_BOARD_FIELDS,
      SCORE("social", N_("Social value"), N_("Does it answer a real need of the public, and whose?")),
      SCORE("impact", N_("Impact"), N_("How many people does it reach, how deeply, and can that be measured?")),
      SCORE("innovation", N_("Innovation"), N_("What is new about it, and why is that better than what exists?")),
      SCORE("feasibility", N_("Feasibility"), N_("Can this team do it with this plan, these means and in this time?")),
      {.name = "overall",
       .type = F_LINES,
       .max = FUND_COMMENT_MAX,
       .label = N_("Overall comment for the team"),
       .hint = N_("The team reads it after the decision, without your name. Needed to submit.")},
      {.name = "confidential",
       .type = F_LINES,
       .max = FUND_COMMENT_MAX,
       .label = N_("Confidential note for the panel"),
       .hint = N_("The team never sees it.")},
      {.name = "version", .type = F_INT, .min = 0, .max = 1000000, .label = N_("Version")},
      {.name = "way", .type = F_CHOICE, .required = true, .choices = ways, .label = N_("Draft or final")});
INPUT(at_in, FUND_BOARD_FIELDS);
INPUT(decline_in, FUND_BOARD_FIELDS,
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = FUND_REASON_MAX,
       .label = N_("Why do you not review this proposal?"),
       .hint = N_("The office finds somebody else. For a conflict of interest, declare the conflict instead.")});

static str score_text(const struct ctx *c, int64_t score)
{
    if (score == FUND_NO_SCORE)
        return STR_EMPTY;
    return score == FUND_CANNOT_JUDGE ? STR("x") : arena_printf(c->arena, "%lld", (long long)score);
}

static rc sheet_read(struct ctx *c)
{
    struct fund_sheet_page p = {.spec = &sheet_in, .decline = &decline_in};
    struct fund_reviewer r;
    struct act x = ACT(c->tx, c);
    int64_t number;
    bool typed = c->in.spec == &sheet_in;
    TRY(fund_board_number(c, &number));
    TRY(fund_board_at_of_reviewer(c, &p.at, &r));
    TRY(fund_sheet_open(&x, r.programme, number, &p.s));
    TRY(fund_attachments_of(c->tx, p.s.proposal.id, &p.files, &p.n_files, c->arena));
    p.takes = fund_panel_takes_scores(&p.s.panel, c->now);
    for (int i = 0; i < FUND_CRITERIA; i++)
        p.scores[i] = typed ? in_value(&c->in, fund_criterion_names[i])->raw : score_text(c, p.s.scores[i]);
    view_fund_board_sheet(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* "" not given, "x" cannot judge, else a number; nonsense becomes a score that the domain refuses. */
static int64_t score_of(str text)
{
    int64_t n;
    if (text.n == 0)
        return FUND_NO_SCORE;
    if (str_eq(text, STR("x")))
        return FUND_CANNOT_JUDGE;
    return str_to_i64(text, &n) == OK && n >= 0 ? n : INT32_MAX;
}

static rc sheet_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_sheet s;
    id programme;
    int64_t number;
    TRY(fund_board_target_of(tx, c, &programme, &number));
    TRY(fund_sheet_open(&x, programme, number, &s));
    bool submit = in_int(&c->in, "way") == 1, was = s.submitted;
    for (int i = 0; i < FUND_CRITERIA; i++) {
        s.scores[i] = score_of(in_text(&c->in, fund_criterion_names[i]));
        s.comments[i] = in_text(&c->in, fund_comment_names[i]);
    }
    s.overall = in_text(&c->in, "overall");
    s.confidential = in_text(&c->in, "confidential");
    s.version = in_int(&c->in, "version");
    TRY(fund_sheet_save(&x, &s, submit));
    flash(c, submit || was ? N_("Your review is submitted. You can change it until the review closes.")
                           : N_("The draft is saved."));
    if (submit || was)
        return fund_board_go(c, "/fund/board");
    return go(c, "/fund/board/%lld?round=%.*s", (long long)s.proposal.number, STR_ARG(in_text(&c->in, "round")));
}

static rc decline_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    int64_t number;
    TRY(fund_board_target_of(tx, c, &programme, &number));
    TRY(fund_assign_decline(&x, programme, number, in_text(&c->in, "reason")));
    flash(c, N_("You do not review this proposal. The office finds somebody else."));
    return fund_board_go(c, "/fund/board");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/board/{number}",
     .perm = AS_REVIEWER,
     .in = &at_in,
     .read = sheet_read,
     .summary = N_("A proposal with my score sheet")},
    {.method = HTTP_POST,
     .path = "/fund/board/{number}",
     .perm = AS_REVIEWER,
     .in = &sheet_in,
     .write = sheet_write,
     .form = sheet_read,
     .summary = N_("Save or submit a review")},
    {.method = HTTP_POST,
     .path = "/fund/board/{number}/decline",
     .perm = AS_REVIEWER,
     .in = &decline_in,
     .write = decline_write,
     .form = sheet_read,
     .summary = N_("Give a review back")},
};
const struct route_table fund_sheet_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
