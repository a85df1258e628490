/* Agreements: the office's list and offers, the page on which both sides see, sign, report and accept. */
#include "after.view.h"
#include "base/vec.h"
#include "core/ledger.h"
#include "mod/fund/pages/pages_after.h"

enum { TEXT_MAX = 4000 };

INPUT(round_in, FUND_ROUND_FIELD);
INPUT(payout_in, FUND_ROUND_FIELD);
INPUT(file_in, FUND_ROUND_FIELD, {.name = "day", .type = F_DAY, .required = true, .label = N_("Day of the payout")});
INPUT(offer_in,
      {.name = "milestones",
       .type = F_LINES,
       .required = true,
       .max = TEXT_MAX,
       .label = N_("Milestones, one a line"),
       .hint = N_("Day, amount, what is to be shown: 2027-03-31 50000 Report of the trial. The amounts must sum "
                  "to the agreement's amount.")});
INPUT(sign_in, {.name = "hash", .type = F_TEXT, .required = true, .max = 64, .label = N_("Hash of the text")},
      {.name = "bank_code",
       .type = F_TEXT,
       .required = true,
       .max = 3,
       .label = N_("Bank code"),
       .hint = N_("Three digits")},
      {.name = "bank_account",
       .type = F_TEXT,
       .required = true,
       .max = 16,
       .label = N_("Account number"),
       .hint = N_("Digits only. The grant is paid to this account."),
       .personal = true},
      {.name = "agree",
       .type = F_BOOL,
       .required = true,
       .label = N_("We have read the agreement and sign it for our team")});
INPUT(reason_in, {.name = "reason", .type = F_LINES, .required = true, .max = TEXT_MAX, .label = N_("Reason")});
INPUT(report_in, {.name = "report",
                  .type = F_LINES,
                  .required = true,
                  .max = TEXT_MAX,
                  .label = N_("What was reached"),
                  .hint = N_("Say what was done and where it can be seen.")});
INPUT(answer_in, {.name = "accept", .type = F_BOOL, .label = N_("Accept: the amount becomes payable")},
      {.name = "answer",
       .type = F_LINES,
       .max = TEXT_MAX,
       .label = N_("Answer to the team"),
       .hint = N_("Needed when you send the report back: say what is missing.")});

static const struct choice states[] = {{"offered", N_("Offered")},   {"signed", N_("Signed")},
                                       {"declined", N_("Declined")}, {"planned", N_("Planned")},
                                       {"reported", N_("Reported")}, {"accepted", N_("Accepted")},
                                       {"", N_("No agreement yet")}, {NULL, NULL}};

const char *fund_agreement_state(str state)
{
    return choice_label(states, state);
}

const char *fund_agreement_colour(str state)
{
    if (str_eq(state, STR("signed")) || str_eq(state, STR("accepted")))
        return "green";
    if (str_eq(state, STR("offered")) || str_eq(state, STR("reported")))
        return "yellow";
    return str_eq(state, STR("declined")) ? "red" : "grey";
}

str fund_typed(const struct ctx *c, const struct input_spec *spec, const char *name)
{
    return c->in.spec == spec ? in_value(&c->in, name)->raw : STR_EMPTY;
}

/* ---- the office ---- */

static rc due_read(struct ctx *c)
{
    struct fund_due_page p = {.today = instant_day(c->now)};
    bool done;
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_due_list(c->tx, p.round.r.programme, &p.v, &p.n, c->arena));
    for (size_t i = 0; i < p.n; i++)
        p.payable += p.v[i].committed - p.v[i].paid;
    view_fund_due(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc payout_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    int64_t teams;
    struct money total;
    TRY(programme_by_code(tx, in_text(&c->in, "round"), &p, c->arena));
    TRY(fund_payout_run(&x, p.id, &teams, &total));
    flash(c, teams > 0 ? N_("The payout is recorded; download the bank's file.") : N_("Nothing is payable today."));
    return go(c, "/fund/office/agreements?round=%.*s", STR_ARG(p.code));
}

static rc payout_file(struct ctx *c)
{
    struct programme p;
    TRY(programme_by_code(c->tx, in_text(&c->in, "round"), &p, c->arena));
    TRY(fund_payout_file(c->tx, p.id, (day)in_int(&c->in, "day"), &c->reply->body));
    return reply_csv(c, "payout.csv");
}

static rc offer_of(const struct ctx *c, struct tx *tx, struct fund_offer_page *p)
{
    id proposal;
    int64_t stage;
    TRY(path_id(c, "id", &proposal));
    if (str_to_i64(request_param(c->req, "stage"), &stage) != OK || stage < FUND_FIRST || stage >= FUND_STAGES)
        return E_NOTFOUND;
    p->stage = (enum fund_stage)stage;
    TRY(fund_proposal_get(tx, proposal, &p->p, c->arena));
    TRY(fund_stage_amount(tx, &p->p, p->stage, &p->amount));
    return p->stage == FUND_FINAL && p->amount == 0 ? E_NOTFOUND : OK;
}

static rc offer_read(struct ctx *c)
{
    struct fund_offer_page p = {.spec = &offer_in};
    struct programme programme;
    TRY(offer_of(c, c->tx, &p));
    TRY(programme_get(c->tx, p.p.programme, &programme, c->arena));
    p.back = arena_printf(c->arena, "/fund/office/agreements?round=%.*s", STR_ARG(programme.code));
    p.path = arena_printf(c->arena, "/fund/office/agreements/%s/%d", id_shown(c, p.p.id), (int)p.stage);
    view_fund_offer(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc offer_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_offer_page p = {0};
    id made;
    TRY(offer_of(c, tx, &p));
    TRY(fund_agreement_offer(&x, p.p.id, p.stage, in_text(&c->in, "milestones"), &made));
    flash(c, N_("The agreement is offered, the team was told."));
    return go(c, "/fund/my/%s/agreements", id_shown(c, p.p.id));
}

/* ---- one proposal's agreements, for its team and the office ---- */

static rc agreements_read(struct ctx *c)
{
    struct fund_agreements_page p = {.sign = &sign_in};
    struct fund_agreement *all;
    id proposal;
    TRY(path_id(c, "id", &proposal));
    TRY(fund_proposal_get(c->tx, proposal, &p.p, c->arena));
    p.of_team = fund_on_team(c->tx, p.p.team, c->session.account);
    p.decides = may(c, DECIDES) && !p.of_team;
    if (!p.of_team && !may(c, OFFICE))
        return E_NOTFOUND;
    TRY(fund_agreements_of(c->tx, proposal, &all, &p.n, c->arena));
    p.v = ARENA_ARRAY(c->arena, p.n + 1, struct fund_agreement_shown);
    if (!p.v)
        return arena_rc(c->arena);
    for (size_t i = 0; i < p.n; i++) {
        p.v[i].g = all[i];
        TRY(fund_milestones_of(c->tx, all[i].id, &p.v[i].m, &p.v[i].n, c->arena));
    }
    p.back = p.of_team ? arena_printf(c->arena, "/fund/my/%s", id_shown(c, proposal)) : STR("/fund/office/agreements");
    view_fund_agreements(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc done(struct ctx *c, id proposal, const char *words)
{
    flash(c, words);
    return go(c, "/fund/my/%s/agreements", id_shown(c, proposal));
}

static rc ids(const struct ctx *c, id *proposal, id *thing)
{
    TRY(path_id(c, "id", proposal));
    return path_id(c, "thing", thing);
}

static rc sign_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id proposal, agreement;
    TRY(ids(c, &proposal, &agreement));
    TRY(fund_agreement_sign(&x, agreement, in_text(&c->in, "hash"), in_text(&c->in, "bank_code"),
                            in_text(&c->in, "bank_account")));
    return done(c, proposal, N_("The agreement is signed."));
}

static rc decline_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id proposal, agreement;
    TRY(ids(c, &proposal, &agreement));
    TRY(fund_agreement_decline(&x, agreement, in_text(&c->in, "reason")));
    return done(c, proposal, N_("The agreement is declined."));
}

static rc report_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id proposal, milestone;
    TRY(ids(c, &proposal, &milestone));
    TRY(fund_milestone_report(&x, milestone, in_text(&c->in, "report")));
    return done(c, proposal, N_("The report is handed in."));
}

static rc answer_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id proposal, milestone;
    bool yes = in_bool(&c->in, "accept");
    TRY(ids(c, &proposal, &milestone));
    TRY(fund_milestone_decide(&x, milestone, yes, in_text(&c->in, "answer")));
    return done(c, proposal,
                yes ? N_("The milestone is accepted, its amount is payable.") : N_("The report was sent back."));
}

#define TEAM_MOVE(path_, in_, write_, summary_)                                                                        \
    {                                                                                                                  \
        .method = HTTP_POST, .path = path_, .perm = SIGNED_IN, .in = in_, .write = write_, .form = agreements_read,    \
        .summary = summary_                                                                                            \
    }
static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/agreements",
     .perm = OFFICE,
     .in = &round_in,
     .read = due_read,
     .summary = N_("Agreements of a round, what is payable")},
    {.method = HTTP_POST,
     .path = "/fund/office/agreements",
     .perm = DECIDES,
     .in = &payout_in,
     .write = payout_write,
     .form = due_read,
     .summary = N_("Pay what is payable")},
    {.method = HTTP_GET,
     .path = "/fund/office/payouts/file",
     .perm = OFFICE,
     .in = &file_in,
     .read = payout_file,
     .summary = N_("The bank's file of one day's payouts")},
    {.method = HTTP_GET,
     .path = "/fund/office/agreements/{id}/{stage}",
     .perm = DECIDES,
     .read = offer_read,
     .summary = N_("Offer an agreement: form")},
    {.method = HTTP_POST,
     .path = "/fund/office/agreements/{id}/{stage}",
     .perm = DECIDES,
     .in = &offer_in,
     .write = offer_write,
     .form = offer_read,
     .summary = N_("Offer an agreement")},
    {.method = HTTP_GET,
     .path = "/fund/my/{id}/agreements",
     .perm = SIGNED_IN,
     .read = agreements_read,
     .summary = N_("A proposal's agreements and milestones")},
    TEAM_MOVE("/fund/my/{id}/agreements/{thing}/sign", &sign_in, sign_write, N_("Sign an agreement")),
    TEAM_MOVE("/fund/my/{id}/agreements/{thing}/decline", &reason_in, decline_write, N_("Decline an agreement")),
    TEAM_MOVE("/fund/my/{id}/milestones/{thing}/report", &report_in, report_write, N_("Report on a milestone")),
    {.method = HTTP_POST,
     .path = "/fund/my/{id}/milestones/{thing}/answer",
     .perm = DECIDES,
     .in = &answer_in,
     .write = answer_write,
     .form = agreements_read,
     .summary = N_("Accept a milestone or send its report back")},
};
const struct route_table fund_agreement_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
