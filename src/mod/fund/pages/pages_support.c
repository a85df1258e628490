/* A company's side: what it would support, which proposals fit and why, whom it has written to. */
#include "mod/fund/pages/pages_effects.h"
#include "support.view.h"

enum { PER_PAGE = 20, PAGE_MOST = 1000 };

static const struct choice stages[] = {{"1", N_("Chosen from the open call")},
                                       {"2", N_("Chosen after the proof")},
                                       {"3", N_("Chosen by the crowdfunding")},
                                       {"4", N_("Awarded")},
                                       {NULL, NULL}};

INPUT(
    interest_in,
    {.name = "organisation",
     .type = F_TEXT,
     .required = true,
     .max = FUND_ORGANISATION_MAX,
     .label = N_("Company or organisation"),
     .hint = N_("Teams whose proposals fit see this name and the offer below. Contact details are shown to a team only "
                "after it has said yes.")},
    {.name = "fields", .type = F_CHOICES, .choices = fund_fields, .label = N_("Fields you would support")},
    {.name = "sdgs", .type = F_CHOICES, .choices = fund_sdgs, .label = N_("Sustainable Development Goals")},
    {.name = "county",
     .type = F_CHOICE,
     .choices = counties,
     .label = N_("County or city"),
     .hint = N_("Proposals from there come first; leave it open if it does not matter.")},
    {.name = "stage", .type = F_CHOICE, .choices = stages, .label = N_("Reached at least")},
    {.name = "kinds",
     .type = F_CHOICES,
     .required = true,
     .choices = fund_support_kinds,
     .label = N_("What you can give")},
    {.name = "offer",
     .type = F_LINES,
     .required = true,
     .max = FUND_OFFER_MAX,
     .label = N_("Your offer, in a few sentences")},
    {.name = "contact",
     .type = F_TEXT,
     .required = true,
     .max = FUND_NAME_MAX,
     .label = N_("Contact person"),
     .autocomplete = "name",
     .personal = true},
    {.name = "email",
     .type = F_EMAIL,
     .required = true,
     .label = N_("E-mail address"),
     .autocomplete = "email",
     .personal = true},
    {.name = "phone",
     .type = F_TEXT,
     .max = FUND_PHONE_MOST,
     .label = N_("Telephone"),
     .autocomplete = "tel",
     .personal = true});
INPUT(fits_in, FUND_ROUND_FIELD, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Search")},
      {.name = "field", .type = F_CHOICE, .choices = fund_fields, .label = N_("Field")},
      {.name = "county", .type = F_CHOICE, .choices = counties, .label = N_("County or city")},
      {.name = "stage", .type = F_CHOICE, .choices = stages, .label = N_("Reached at least")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});
INPUT(send_in, FUND_ROUND_FIELD,
      {.name = "number",
       .type = F_INT,
       .required = true,
       .min = 1,
       .max = 1000000,
       .label = N_("Number of the proposal")},
      {.name = "message",
       .type = F_LINES,
       .required = true,
       .max = FUND_MESSAGE_MAX,
       .label = N_("Message to the team")});
INPUT(close_in, {.name = "closed", .type = F_BOOL, .label = N_("Close it")});

static const struct choice states[] = {{"sent", N_("Waits for the team")},
                                       {"yes", N_("The team said yes")},
                                       {"no", N_("The team said no")},
                                       {"withdrawn", N_("Withdrawn")},
                                       {NULL, NULL}};

const char *fund_approach_label(str state)
{
    return choice_label(states, state);
}

const char *fund_approach_colour(str state)
{
    return str_eq(state, STR("yes")) ? "green" : str_eq(state, STR("sent")) ? "yellow" : "grey";
}

const struct fund_approach *fund_approach_in(const struct fund_approach *v, size_t n, id proposal)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].proposal == proposal)
            return &v[i];
    return NULL;
}

static str listed(const struct ctx *c, uint32_t bits, const struct choice *of, const char *between, bool labels)
{
    BUF_SCOPED b = BUF_INIT(4096);
    for (size_t i = 0; of[i].value; i++) {
        if (!((bits >> i) & 1))
            continue;
        buf_put(&b, b.n == 0 ? STR_EMPTY : str_of(between));
        buf_put(&b, str_of(labels ? tr(c->lang, of[i].label) : of[i].value));
    }
    return arena_str(c->arena, buf_str(&b));
}

str fund_bit_list(const struct ctx *c, uint32_t bits, const struct choice *of, const char *between)
{
    return listed(c, bits, of, between, true);
}

str fund_bit_values(const struct ctx *c, uint32_t bits, const struct choice *of)
{
    return listed(c, bits, of, ",", false);
}

str fund_goal_numbers(const struct ctx *c, uint32_t sdgs)
{
    return listed(c, sdgs, fund_sdgs, c->lang == LANG_ZH ? "、" : ", ", false);
}

/* ---- the list ---- */

static rc home_read(struct ctx *c)
{
    struct fund_support_home_page p = {0};
    TRY(fund_interests_of(c->tx, c->session.account, &p.interests, &p.n_interests, c->arena));
    TRY(fund_approaches_sent(c->tx, c->session.account, &p.sent, &p.n_sent, c->arena));
    view_fund_support_home(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- the form ---- */

static struct fund_interest typed(const struct ctx *c)
{
    const char *stage = in_choice(&c->in, "stage");
    int at = stage ? choice_index(stages, str_of(stage)) : -1;
    return (struct fund_interest){.organisation = in_text(&c->in, "organisation"),
                                  .fields = (uint32_t)in_int(&c->in, "fields"),
                                  .sdgs = (uint32_t)in_int(&c->in, "sdgs"),
                                  .kinds = (uint32_t)in_int(&c->in, "kinds"),
                                  .county = str_of(in_choice(&c->in, "county")),
                                  .stage = (enum fund_stage)(at + 1),
                                  .offer = in_text(&c->in, "offer"),
                                  .contact = in_text(&c->in, "contact"),
                                  .email = in_text(&c->in, "email"),
                                  .phone = in_text(&c->in, "phone")};
}

static rc show_form(struct ctx *c, struct fund_interest_page *p)
{
    p->spec = &interest_in;
    p->fields = fund_bit_values(c, p->g.fields, fund_fields);
    p->sdgs = fund_bit_values(c, p->g.sdgs, fund_sdgs);
    p->kinds = fund_bit_values(c, p->g.kinds, fund_support_kinds);
    view_fund_interest(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc new_read(struct ctx *c)
{
    struct fund_interest_page p = {.is_new = true, .path = STR("/fund/support/new")};
    struct account who;
    TRY(account_get(c->tx, c->session.account, &who, c->arena));
    p.g = (struct fund_interest){.organisation = c->session.party_name,
                                 .offer = STR_EMPTY,
                                 .contact = c->session.name,
                                 .email = who.email,
                                 .phone = STR_EMPTY,
                                 .county = STR_EMPTY};
    return show_form(c, &p);
}

static rc new_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_interest g = typed(c);
    id made;
    TRY(fund_interest_add(&x, &g, &made));
    flash(c, N_("Your interest is recorded. These proposals fit it."));
    return go(c, "/fund/support/%s", id_shown(c, made));
}

static rc of_reader(struct ctx *c, struct tx *tx, struct fund_interest *g)
{
    id wanted;
    TRY(path_id(c, "id", &wanted));
    return fund_interest_get(tx, wanted, c->session.account, g, c->arena);
}

static rc edit_read(struct ctx *c)
{
    struct fund_interest_page p = {0};
    TRY(of_reader(c, c->tx, &p.g));
    p.path = arena_printf(c->arena, "/fund/support/%s/edit", id_shown(c, p.g.id));
    return show_form(c, &p);
}

static rc edit_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_interest was, g = typed(c);
    TRY(of_reader(c, tx, &was));
    g.id = was.id;
    TRY(fund_interest_change(&x, &g));
    flash(c, N_("The interest is changed."));
    return go(c, "/fund/support/%s", id_shown(c, g.id));
}

static rc close_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_interest g;
    bool closed = in_bool(&c->in, "closed");
    TRY(of_reader(c, tx, &g));
    TRY(fund_interest_close(&x, g.id, closed));
    flash(c, closed ? N_("The interest is closed: no team sees it any more.") : N_("The interest is open again."));
    return go(c, "/fund/support");
}

/* ---- what fits ---- */

/* Of the filter's spec only: a refused message is shown with the first page. */
static struct fund_filter filter_of(const struct ctx *c, id programme)
{
    struct fund_filter f = {.programme = programme, .query = STR_EMPTY, .field = STR_EMPTY, .county = STR_EMPTY};
    if (c->in.spec != &fits_in)
        return f;
    const char *stage = in_choice(&c->in, "stage");
    f.query = in_text(&c->in, "q");
    f.field = str_of(in_choice(&c->in, "field"));
    f.county = str_of(in_choice(&c->in, "county"));
    f.stage = (enum fund_stage)(stage ? choice_index(stages, str_of(stage)) + 1 : 0);
    return f;
}

static rc fits_read(struct ctx *c)
{
    struct fund_fits_page p = {.spec = &fits_in, .send = &send_in};
    struct fund_ranked *all;
    size_t n;
    bool done;
    TRY(of_reader(c, c->tx, &p.g));
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    struct fund_filter f = filter_of(c, p.round.r.programme);
    TRY(fund_round_options(c, false, &p.rounds, &p.n_rounds));
    TRY(fund_fits(c->tx, &p.g, &f, &all, &n, c->arena));
    TRY(fund_approaches_sent(c->tx, c->session.account, &p.sent, &p.n_sent, c->arena));
    bool filters = c->in.spec == &fits_in, sends = c->in.spec == &send_in;
    const struct field_value *page = filters ? in_value(&c->in, "page") : NULL;
    p.number = sends ? in_int(&c->in, "number") : 0;
    p.pages = pages_of(page && page->given && !page->bad ? page->i : 1, PER_PAGE, (int64_t)n,
                       arena_printf(c->arena, "/fund/support/%s", id_shown(c, p.g.id)),
                       filters ? query_without(c, "page") : STR_EMPTY);
    size_t from = (size_t)(p.pages.page - 1) * PER_PAGE;
    p.v = all + from;
    p.n = n - from < PER_PAGE ? n - from : PER_PAGE;
    view_fund_fits(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc send_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_interest g;
    struct fund_proposal p;
    struct programme round;
    id made;
    TRY(of_reader(c, tx, &g));
    TRY(programme_by_code(tx, in_text(&c->in, "round"), &round, c->arena));
    TRY(fund_proposal_by_number(tx, round.id, in_int(&c->in, "number"), &p, c->arena));
    TRY(fund_approach_send(&x, g.id, p.id, in_text(&c->in, "message"), &made));
    flash(c, N_("The team has your message. You hear from us when it answers."));
    return go(c, "/fund/support/%s?round=%.*s", id_shown(c, g.id), STR_ARG(round.code));
}

static rc withdraw_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id approach;
    TRY(path_id(c, "id", &approach));
    TRY(fund_approach_withdraw(&x, approach));
    flash(c, N_("Your offer to the team is withdrawn."));
    return go(c, "/fund/support");
}

#define POST(path_, in_, write_, form_, summary_)                                                                      \
    {                                                                                                                  \
        .method = HTTP_POST, .path = path_, .perm = SIGNED_IN, .in = in_, .write = write_, .form = form_,              \
        .summary = summary_                                                                                            \
    }
#define SEE(path_, in_, read_, summary_)                                                                               \
    {                                                                                                                  \
        .method = HTTP_GET, .path = path_, .perm = SIGNED_IN, .in = in_, .read = read_, .summary = summary_            \
    }
static const struct route routes[] = {
    SEE("/fund/support", NULL, home_read, N_("What the reader would support, and what was sent")),
    SEE("/fund/support/new", NULL, new_read, N_("Record an interest: form")),
    POST("/fund/support/new", &interest_in, new_write, new_read, N_("Record an interest")),
    SEE("/fund/support/{id}", &fits_in, fits_read, N_("Proposals that fit an interest, ranked with reasons")),
    SEE("/fund/support/{id}/edit", NULL, edit_read, N_("Change an interest: form")),
    POST("/fund/support/{id}/edit", &interest_in, edit_write, edit_read, N_("Change an interest")),
    POST("/fund/support/{id}/close", &close_in, close_write, home_read, N_("Close or open an interest")),
    POST("/fund/support/{id}/send", &send_in, send_write, fits_read, N_("Offer support to a team")),
    POST("/fund/support/sent/{id}/withdraw", NULL, withdraw_write, home_read, N_("Withdraw an offer of support")),
};
const struct route_table fund_support_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
