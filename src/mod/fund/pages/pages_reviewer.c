/* The reviewer's own pages: invitation, statement, what there is to review, conflicts of interest and wishes. */
#include "board_reviewer.view.h"
#include "core/publiclog.h"
#include "mod/fund/pages/pages_board.h"

enum { PER_PAGE = 25, CONFLICTS_SHOWN = 200 };

static const struct choice answers[] = {{"accept", N_("Accept")}, {"decline", N_("Decline")}, {NULL, NULL}};

INPUT(at_in, FUND_BOARD_FIELDS);
INPUT(answer_in, FUND_BOARD_FIELDS,
      {.name = "answer", .type = F_CHOICE, .required = true, .choices = answers, .label = N_("Your answer")});
INPUT(sign_in, FUND_BOARD_FIELDS, {.name = "hash", .type = F_TEXT, .required = true, .max = 64, .label = N_("SHA-256")},
      {.name = "agree", .type = F_BOOL, .required = true, .label = N_("I have read this statement and sign it")});
INPUT(bids_in, FUND_BOARD_FIELDS, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Title, team or summary")},
      {.name = "field", .type = F_CHOICE, .choices = fund_fields, .label = N_("Field")},
      {.name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")});
INPUT(bid_in, FUND_BOARD_FIELDS,
      {.name = "bid", .type = F_CHOICE, .required = true, .choices = fund_bids, .label = N_("Wish")},
      {.name = "back", .type = F_TEXT, .max = 1000, .label = N_("Page to go to afterwards")});
INPUT(declare_in, FUND_BOARD_FIELDS,
      {.name = "kind",
       .type = F_CHOICE,
       .required = true,
       .choices = fund_conflict_kinds,
       .label = N_("What is the conflict of interest?")},
      {.name = "note",
       .type = F_LINES,
       .max = FUND_REASON_MAX,
       .label = N_("More about it"),
       .hint = N_("Only the office reads it. Needed when you choose “another reason”.")});

static rc home_read(struct ctx *c)
{
    struct fund_reviewer_home_page p = {0};
    rc found = fund_board_at_of_reviewer(c, &p.at, &p.r);
    if (found == E_DENIED && in_text(&c->in, "round").n == 0) {
        err_clear(tx_err(c->tx));
        p.invited_nowhere = true;
        view_fund_board_home(&c->reply->body, c, &p);
        return reply_page(c, 200);
    }
    TRY(found);
    p.is_signed = fund_statement_signed(&p.r, c->arena);
    if (p.r.state == FUND_REVIEWING && p.is_signed)
        TRY(fund_assignments(c->tx, p.r.programme, p.at.stage, p.r.id, &p.rows, &p.n, c->arena));
    for (size_t i = 0; i < p.n; i++) {
        p.submitted += p.rows[i].submitted;
        p.drafted += p.rows[i].drafted;
    }
    view_fund_board_home(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* The row of the reviewer who asks, in the round of the form. */
static rc own_row(struct tx *tx, struct ctx *c, struct fund_reviewer *r)
{
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    return fund_reviewer_of(tx, programme, c->session.account, r, c->arena);
}

static rc answer_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_reviewer r;
    bool accept = in_int(&c->in, "answer") == 0;
    TRY(own_row(tx, c, &r));
    TRY(fund_reviewer_answer(&x, r.id, accept));
    flash(c, accept ? N_("Thank you. Please read and sign the statement next.")
                    : N_("You have declined. Thank you for telling us."));
    return fund_board_go(c, accept ? "/fund/board/statement" : "/fund/board");
}

static rc statement_read(struct ctx *c)
{
    struct fund_statement_page p = {0};
    TRY(fund_board_at_of_reviewer(c, &p.at, &p.r));
    TRY(fund_statement_hash(c->arena, &p.hash));
    p.is_signed = fund_statement_signed(&p.r, c->arena);
    view_fund_board_statement(&c->reply->body, c, &p, &sign_in);
    return reply_page(c, 200);
}

static rc statement_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_reviewer r;
    TRY(own_row(tx, c, &r));
    TRY(fund_statement_sign(&x, r.id, in_text(&c->in, "hash")));
    flash(c,
          N_("You have signed the statement. Please declare your conflicts of interest before you open a proposal."));
    return fund_board_go(c, "/fund/board/proposals");
}

static rc proof_read(struct ctx *c)
{
    struct fund_board_at at;
    struct fund_reviewer r;
    TRY(fund_board_at_of_reviewer(c, &at, &r));
    if (r.signed_entry == 0)
        return E_NOTFOUND;
    TRY(log_proof_json(c->tx, r.signed_entry, &c->reply->body, c->arena));
    return reply_download(c, "application/json", STR("statement-proof.json"));
}

/* Without the statement the list stays closed: the page that signs it comes first. */
static rc must_have_signed(struct ctx *c, const struct fund_reviewer *r)
{
    if (r->state != FUND_REVIEWING)
        return ERR(&c->err, E_DENIED, "FND-402", N_("You are not a reviewer of this round."));
    if (!fund_statement_signed(r, c->arena))
        return ERR(&c->err, E_DENIED, "FND-403",
                   N_("Please read and sign the statement on conflicts of interest first."));
    return OK;
}

static rc bids_read(struct ctx *c)
{
    struct fund_bids_page p = {.query = in_text(&c->in, "q"), .field = in_text(&c->in, "field")};
    struct fund_reviewer r;
    int64_t page = in_given(&c->in, "page") ? in_int(&c->in, "page") : 1, total, conflicts;
    TRY(fund_board_at_of_reviewer(c, &p.at, &r));
    TRY(must_have_signed(c, &r));
    TRY(fund_conflicts(c->tx, r.programme, r.id, 0, CONFLICTS_SHOWN, &p.conflicts, &p.n_conflicts, &conflicts,
                       c->arena));
    TRY(fund_bid_rows(c->tx, &r, p.at.stage, p.query, p.field, (page - 1) * PER_PAGE, PER_PAGE, &p.rows, &p.n, &total,
                      c->arena));
    p.pages = pages_of(page, PER_PAGE, total, STR("/fund/board/proposals"), query_without(c, "page"));
    view_fund_board_bids(&c->reply->body, c, &p, &bids_in);
    return reply_page(c, 200);
}

static rc bid_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    int64_t number;
    TRY(fund_board_target_of(tx, c, &programme, &number));
    TRY(fund_bid_make(&x, programme, number, str_of(in_choice(&c->in, "bid"))));
    str back = local_path(in_text(&c->in, "back"));
    if (!str_starts(back, STR("/fund/board/")))
        back = STR("/fund/board/proposals");
    return go(c, "%.*s#p%lld", STR_ARG(back), (long long)number);
}

static rc declare_read(struct ctx *c)
{
    struct fund_declare_page p = {.spec = &declare_in};
    struct fund_reviewer r;
    struct party team;
    int64_t number;
    TRY(fund_board_number(c, &number));
    TRY(fund_board_at_of_reviewer(c, &p.at, &r));
    TRY(must_have_signed(c, &r));
    TRY(fund_proposal_by_number(c->tx, r.programme, number, &p.p, c->arena));
    TRY(fund_authors_of(c->tx, p.p.id, &p.authors, &p.n_authors, c->arena));
    TRY(party_get(c->tx, p.p.team, &team, c->arena));
    TRY(fund_in_conflict(c->tx, r.id, p.p.id, &p.conflict));
    p.team = team.name;
    view_fund_board_declare(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc declare_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    int64_t number;
    TRY(fund_board_target_of(tx, c, &programme, &number));
    TRY(fund_conflict_declare(&x, programme, number, str_of(in_choice(&c->in, "kind")), in_text(&c->in, "note")));
    flash(c, N_("Your conflict of interest is recorded. The proposal is closed to you now."));
    return fund_board_go(c, "/fund/board/proposals");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/board",
     .perm = AS_REVIEWER,
     .in = &at_in,
     .read = home_read,
     .summary = N_("My reviews")},
    {.method = HTTP_POST,
     .path = "/fund/board/answer",
     .perm = AS_REVIEWER,
     .in = &answer_in,
     .write = answer_write,
     .form = home_read,
     .summary = N_("Accept or decline an invitation to review")},
    {.method = HTTP_GET,
     .path = "/fund/board/statement",
     .perm = AS_REVIEWER,
     .in = &at_in,
     .read = statement_read,
     .summary = N_("The statement on conflicts of interest")},
    {.method = HTTP_POST,
     .path = "/fund/board/statement",
     .perm = AS_REVIEWER,
     .in = &sign_in,
     .write = statement_write,
     .form = statement_read,
     .summary = N_("Sign the statement on conflicts of interest")},
    {.method = HTTP_GET,
     .path = "/fund/board/statement/proof",
     .perm = AS_REVIEWER,
     .in = &at_in,
     .read = proof_read,
     .summary = N_("Proof that the signed statement is in the public log")},
    {.method = HTTP_GET,
     .path = "/fund/board/proposals",
     .perm = AS_REVIEWER,
     .in = &bids_in,
     .read = bids_read,
     .summary = N_("Proposals: conflicts of interest and wishes")},
    {.method = HTTP_POST,
     .path = "/fund/board/proposals/{number}/bid",
     .perm = AS_REVIEWER,
     .in = &bid_in,
     .write = bid_write,
     .summary = N_("Say whether one wants to review a proposal")},
    {.method = HTTP_GET,
     .path = "/fund/board/proposals/{number}/conflict",
     .perm = AS_REVIEWER,
     .in = &at_in,
     .read = declare_read,
     .summary = N_("Declare a conflict of interest: form")},
    {.method = HTTP_POST,
     .path = "/fund/board/proposals/{number}/conflict",
     .perm = AS_REVIEWER,
     .in = &declare_in,
     .write = declare_write,
     .form = declare_read,
     .summary = N_("Declare a conflict of interest")},
};
const struct route_table fund_reviewer_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
