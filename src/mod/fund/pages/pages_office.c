/* The fund's office: what waits, dates, phases, budget, new rounds, the list of proposals with its CSV file. */
#include "base/csv.h"
#include "core/ledger.h"
#include "mod/fund/pages/pages.h"
#include "office.view.h"

enum { PER_PAGE = 50, PAGE_MOST = 10000, FILE_MOST = 10000 /* proposals in one file */ };

static const struct choice states[] = {
    {"submitted", N_("Submitted")},          {"correction", N_("Correction asked for")},
    {"accepted", N_("Accepted for review")}, {"refused", N_("Refused")},
    {"withdrawn", N_("Withdrawn")},          {NULL, NULL}};

INPUT(round_in, FUND_ROUND_FIELD);
INPUT(list_in, FUND_ROUND_FIELD, {.name = "state", .type = F_CHOICE, .choices = states, .label = N_("State")},
      {.name = "field", .type = F_CHOICE, .choices = fund_fields, .label = N_("Field")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});
INPUT(budget_in, FUND_ROUND_FIELD,
      {.name = "amount",
       .type = F_MONEY,
       .required = true,
       .min = 1,
       .max = PROGRAMME_BUDGET_MOST,
       .label = N_("Amount to add")},
      PROGRAMME_DECISION_FIELD);

#define DATE_FIELDS                                                                                                    \
    {.name = "call_opens", .type = F_DAY, .required = true, .label = N_("First day of the call")},                     \
        {.name = "call_closes",                                                                                        \
         .type = F_DAY,                                                                                                \
         .required = true,                                                                                             \
         .label = N_("Last day of the call"),                                                                          \
         .hint = N_("Proposals can be handed in until the end of this day.")},                                         \
        {.name = "gifts_open", .type = F_DAY, .required = true, .label = N_("First day of the crowdfunding")},         \
    {                                                                                                                  \
        .name = "gifts_close", .type = F_DAY, .required = true, .label = N_("Last day of the crowdfunding")            \
    }
INPUT(dates_in, FUND_ROUND_FIELD, DATE_FIELDS,
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = 500,
       .label = N_("Reason"),
       .hint = N_("It enters the public log as part of the record.")});
INPUT(new_in,
      {.name = "code",
       .type = F_TEXT,
       .required = true,
       .max = 40,
       .label = N_("Code"),
       .hint = N_("Small letters, digits and hyphens, for example fund-2027. It stands in addresses and cannot be "
                  "changed later.")},
      {.name = "name_zh", .type = F_TEXT, .required = true, .max = 80, .label = N_("Name, in Chinese")},
      {.name = "name_en", .type = F_TEXT, .required = true, .max = 120, .label = N_("Name, in English")},
      {.name = "closes",
       .type = F_DAY,
       .required = true,
       .label = N_("Last day of the round"),
       .hint = N_("Agreements, payouts and effects end before it.")},
      DATE_FIELDS);
INPUT(phase_in, FUND_ROUND_FIELD,
      {.name = "from", .type = F_INT, .required = true, .min = 0, .max = FUND_PHASES, .label = N_("Phase")},
      {.name = "sure",
       .type = F_BOOL,
       .required = true,
       .label = N_("I have read what follows from it. A phase cannot be taken back.")});

static rc money_of(struct ctx *c, const struct fund_round *r, struct money *appropriated, struct money *budget,
                   struct money *paid)
{
    struct ledger_account a;
    TRY(ledger_get(c->tx, r->appropriation, &a, c->arena));
    *appropriated = twd(-a.balance);
    TRY(ledger_get(c->tx, r->budget, &a, c->arena));
    *budget = twd(a.balance);
    TRY(ledger_get(c->tx, r->paid, &a, c->arena));
    *paid = twd(a.balance);
    return OK;
}

static rc office_read(struct ctx *c)
{
    struct fund_office_page p = {0};
    struct case_row *due;
    bool done;
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_count(c->tx, p.round.r.programme, &p.counts));
    TRY(cases_due(c->tx, fund_case.code, "correction", c->now, PER_PAGE, &due, &p.overdue, c->arena));
    TRY(money_of(c, &p.round.r, &p.appropriated, &p.budget, &p.paid));
    p.has_next = p.round.r.phase + 1 < FUND_PHASES;
    view_fund_office(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- the list ---- */

static str choice_of(const struct ctx *c, const char *name)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad ? v->text : STR_EMPTY;
}

static rc list_read(struct ctx *c)
{
    struct fund_office_list_page p = {.spec = &list_in};
    const struct field_value *v = in_value(&c->in, "page");
    int64_t page = v->given && !v->bad ? v->i : 1;
    bool done;
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_office_list(c->tx, p.round.r.programme, choice_of(c, "state"), choice_of(c, "field"),
                         (page - 1) * PER_PAGE, PER_PAGE + 1, &p.v, &p.n, c->arena));
    bool more = p.n > PER_PAGE;
    p.n -= more;
    p.pages = (struct pages){
        .page = page, .pages = page + more, .path = STR("/fund/office/proposals"), .query = query_without(c, "page")};
    view_fund_office_list(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static void put_row(const struct ctx *c, struct buf *o, const struct fund_listed *l)
{
    bool first = true;
    const struct fund_proposal *p = &l->p;
    csv_puti(o, &first, p->number);
    csv_put(o, &first, p->title);
    csv_put(o, &first, p->title_en);
    csv_put(o, &first, l->team_name);
    csv_put(o, &first, p->field);
    csv_put(o, &first, fund_goal_list(c, p->sdgs));
    csv_put(o, &first, p->team_kind);
    csv_put(o, &first, p->county);
    csv_put(o, &first, str_of(fund_state_name(p->state)));
    csv_puti(o, &first, p->stage);
    csv_puti(o, &first, p->award);
    csv_put(o, &first, p->email);
    csv_put(o, &first, p->phone);
    csv_put(o, &first, day_text(c->arena, p->submitted));
    csv_eol(o, &first);
}

static rc list_file(struct ctx *c)
{
    static const char headings[] = "\xEF\xBB\xBFnumber,title,title_en,team,field,sdgs,team_kind,county,state,stage,"
                                   "award,email,phone,submitted\r\n";
    struct fund_round_shown round;
    struct fund_listed *v;
    size_t n;
    TRY(fund_round_shown(c, choice_of(c, "round"), &round));
    TRY(fund_office_list(c->tx, round.r.programme, choice_of(c, "state"), choice_of(c, "field"), 0, FILE_MOST, &v, &n,
                         c->arena));
    buf_put(&c->reply->body, str_of(headings));
    for (size_t i = 0; i < n; i++)
        put_row(c, &c->reply->body, &v[i]);
    return reply_csv(c, "proposals.csv");
}

/* ---- dates, new rounds ---- */

static instant day_in(const struct ctx *c, const char *name)
{
    return day_start((day)in_int(&c->in, name));
}

/* The form asks for last days; a date of the round is the moment after them. */
static struct fund_dates dates_of(const struct ctx *c)
{
    return (struct fund_dates){.call_opens = day_in(c, "call_opens"),
                               .call_closes = day_in(c, "call_closes") + DAY,
                               .gifts_open = day_in(c, "gifts_open"),
                               .gifts_close = day_in(c, "gifts_close") + DAY};
}

static str last_day(const struct ctx *c, instant end)
{
    return day_shown(c, instant_day(end - 1));
}

static rc dates_read(struct ctx *c)
{
    struct fund_dates_page p = {.spec = &dates_in};
    TRY(fund_round_shown(c, choice_of(c, "round"), &p.round));
    p.call_opens = day_shown(c, instant_day(p.round.r.call_opens));
    p.call_closes = last_day(c, p.round.r.call_closes);
    p.gifts_open = day_shown(c, instant_day(p.round.r.gifts_open));
    p.gifts_close = last_day(c, p.round.r.gifts_close);
    view_fund_dates(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* The round that a form of the office is about. */
static rc round_of(struct tx *tx, struct ctx *c, struct programme *out)
{
    return programme_by_code(tx, in_text(&c->in, "round"), out, c->arena);
}

static rc back(struct ctx *c, const struct programme *p, const char *note)
{
    flash(c, note);
    return go(c, "/fund/office?round=%.*s", STR_ARG(p->code));
}

static rc dates_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    struct fund_dates d = dates_of(c);
    TRY(round_of(tx, c, &p));
    TRY(fund_dates_change(&x, p.id, &d, in_text(&c->in, "reason")));
    return back(c, &p, N_("The dates were changed. They stand on the fund's page from now on."));
}

static rc new_read(struct ctx *c)
{
    struct fund_dates_page p = {.spec = &new_in,
                                .call_opens = STR_EMPTY,
                                .call_closes = STR_EMPTY,
                                .gifts_open = STR_EMPTY,
                                .gifts_close = STR_EMPTY};
    view_fund_new(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static bool code_allowed(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '-' && i > 0)))
            return false;
    return s.n > 0;
}

static rc new_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_dates d = dates_of(c);
    struct programme p = {.code = in_text(&c->in, "code"),
                          .name_zh = in_text(&c->in, "name_zh"),
                          .name_en = in_text(&c->in, "name_en"),
                          .opens = instant_day(c->now),
                          .closes = (day)in_int(&c->in, "closes")};
    if (!code_allowed(p.code))
        return ERR_FIELD(tx_err(tx), "code", "FND-015", N_("Use small letters, digits and hyphens only."));
    if (day_start(p.closes) < d.gifts_close)
        return ERR_FIELD(tx_err(tx), "closes", "FND-011", N_("The round ends after its crowdfunding."));
    TRY(fund_round_add(&x, &p, &d, &p.id));
    return back(c, &p, N_("The round was made. Check its parameters, then open the call."));
}

/* ---- the next phase ---- */

static const char *consequence_of(enum fund_phase next)
{
    static const char *const texts[FUND_PHASES] = {
        [FUND_CALL] = N_("Teams can hand in proposals between the first and the last day of the call. The fund's page "
                         "says so."),
        [FUND_REVIEW] = N_("No team can begin or change a proposal any more, only correct what the office has asked "
                           "for. Experts can be assigned. Proposals that are still drafts take no part."),
        [FUND_PROOF] = N_("The checks of the office end: what is not accepted by now takes no part. The chosen teams "
                          "prove concept and service."),
        [FUND_GIFTS] = N_("The rules of the tally are fixed and their hash enters the public log. Gifts of the "
                          "crowdfunding days count."),
        [FUND_TALLY] = N_("Gifts are imported, checked and counted. Nothing is published yet."),
        [FUND_AWARDS] = N_("The tally is published. No team can withdraw any more."),
        [FUND_CLOSED] = N_("The archive of the round is published. Agreements and payouts begin."),
    };
    return next < FUND_PHASES ? texts[next] : NULL;
}

static rc phase_read(struct ctx *c)
{
    struct fund_phase_page p = {.spec = &phase_in};
    TRY(fund_round_shown(c, choice_of(c, "round"), &p.round));
    if (p.round.r.phase + 1 >= FUND_PHASES)
        return E_NOTFOUND;
    p.next = p.round.r.phase + 1;
    p.consequence = consequence_of(p.next);
    TRY(fund_count(c->tx, p.round.r.programme, &p.counts));
    view_fund_phase(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc phase_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    TRY(round_of(tx, c, &p));
    TRY(fund_round_next(&x, p.id, (enum fund_phase)in_int(&c->in, "from")));
    return back(c, &p, N_("The round has gone on to its next phase."));
}

/* ---- budget ---- */

static rc budget_read(struct ctx *c)
{
    struct fund_money_page p = {.spec = &budget_in};
    TRY(fund_round_shown(c, choice_of(c, "round"), &p.round));
    TRY(money_of(c, &p.round.r, &p.appropriated, &p.budget, &p.paid));
    view_fund_budget(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc budget_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    TRY(round_of(tx, c, &p));
    TRY(fund_budget_add(&x, p.id, twd(in_int(&c->in, "amount")), in_text(&c->in, "reason")));
    return back(c, &p, N_("The amount was added to the budget."));
}

#define PAGE(path_, in_, read_, summary_)                                                                              \
    {                                                                                                                  \
        .method = HTTP_GET, .path = path_, .perm = OFFICE, .in = in_, .read = read_, .summary = summary_               \
    }
#define DECISION(path_, in_, write_, form_, summary_)                                                                  \
    {                                                                                                                  \
        .method = HTTP_POST, .path = path_, .perm = DECIDES, .in = in_, .write = write_, .form = form_,                \
        .summary = summary_                                                                                            \
    }
static const struct route routes[] = {
    PAGE("/fund/office", &round_in, office_read, N_("The fund's office: what waits today")),
    PAGE("/fund/office/proposals", &list_in, list_read, N_("All proposals of a round, for the office")),
    PAGE("/fund/office/proposals/file", &list_in, list_file, N_("All proposals of a round as CSV")),
    PAGE("/fund/office/dates", &round_in, dates_read, N_("Dates of a round: form")),
    DECISION("/fund/office/dates", &dates_in, dates_write, dates_read, N_("Change the dates of a round")),
    PAGE("/fund/office/rounds", NULL, new_read, N_("A new round: form")),
    DECISION("/fund/office/rounds", &new_in, new_write, new_read, N_("Make a new round")),
    PAGE("/fund/office/phase", &round_in, phase_read, N_("The next phase of a round: what follows from it")),
    DECISION("/fund/office/phase", &phase_in, phase_write, phase_read, N_("Take a round to its next phase")),
    PAGE("/fund/office/budget", &round_in, budget_read, N_("Budget of a round")),
    DECISION("/fund/office/budget", &budget_in, budget_write, budget_read, N_("Add to the budget of a round")),
};
const struct route_table fund_office_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
