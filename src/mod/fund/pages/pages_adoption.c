/* Who uses what the round brought: the public list, a proposal's own, the office's confirmations. */
#include "base/csv.h"
#include "effects.view.h"
#include "mod/fund/pages/pages_effects.h"

enum { PER_PAGE = 25, PAGE_MOST = 1000, CSV_ROWS = 10000 };

INPUT(list_in, FUND_ROUND_FIELD, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Search")},
      {.name = "kind", .type = F_CHOICE, .choices = fund_adopter_kinds, .label = N_("Who uses it")},
      {.name = "field", .type = F_CHOICE, .choices = fund_fields, .label = N_("Field")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});
INPUT(record_in,
      {.name = "organisation",
       .type = F_TEXT,
       .required = true,
       .max = FUND_ORGANISATION_MAX,
       .label = N_("Organisation that uses it")},
      {.name = "kind", .type = F_CHOICE, .required = true, .choices = fund_adopter_kinds, .label = N_("What it is")},
      {.name = "since", .type = F_DAY, .required = true, .label = N_("Since")},
      {.name = "how",
       .type = F_LINES,
       .required = true,
       .max = FUND_HOW_MAX,
       .label = N_("How it uses the solution"),
       .hint = N_("For whom, where, how much. This is shown in public.")},
      {.name = "link",
       .type = F_TEXT,
       .max = FUND_LINK_MAX,
       .label = N_("Address of a page about it"),
       .hint = N_("Begins with https://")});
INPUT(decide_in, FUND_ROUND_FIELD, {.name = "confirm", .type = F_BOOL, .label = N_("Confirm it")},
      {.name = "reason",
       .type = F_LINES,
       .max = FUND_HOW_MAX,
       .label = N_("Reason"),
       .hint = N_("Needed when you do not confirm it.")});
INPUT(round_in, FUND_ROUND_FIELD);

static const struct choice states[] = {{"recorded", N_("Waits for confirmation")},
                                       {"confirmed", N_("Confirmed")},
                                       {"refused", N_("Not confirmed")},
                                       {NULL, NULL}};

const char *fund_adoption_label(str state)
{
    return choice_label(states, state);
}

const char *fund_adoption_colour(str state)
{
    return str_eq(state, STR("confirmed")) ? "green" : str_eq(state, STR("recorded")) ? "yellow" : "red";
}

/* ---- in public ---- */

static str typed(const struct ctx *c, const char *name)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad ? v->text : STR_EMPTY;
}

static rc filter_of(const struct ctx *c, struct fund_adoption_filter *f)
{
    const struct field_value *page = in_value(&c->in, "page");
    str round = typed(c, "round");
    struct programme p = {0};
    if (round.n > 0)
        TRY(programme_by_code(c->tx, round, &p, c->arena));
    *f = (struct fund_adoption_filter){.programme = p.id,
                                       .query = typed(c, "q"),
                                       .kind = typed(c, "kind"),
                                       .field = typed(c, "field"),
                                       .offset = ((page->given && !page->bad ? page->i : 1) - 1) * PER_PAGE,
                                       .limit = PER_PAGE};
    return OK;
}

static rc list_read(struct ctx *c)
{
    struct fund_adoptions_page p = {.spec = &list_in};
    struct fund_adoption_filter f;
    int64_t total;
    TRY(filter_of(c, &f));
    TRY(fund_round_options(c, true, &p.rounds, &p.n_rounds));
    TRY(fund_adoptions(c->tx, &f, &p.v, &p.n, &total, c->arena));
    p.filtered = f.programme != 0 || f.query.n + f.kind.n + f.field.n > 0;
    p.pages = pages_of(f.offset / PER_PAGE + 1, PER_PAGE, total, STR("/fund/adoptions"), query_without(c, "page"));
    p.csv = arena_printf(c->arena, "/fund/adoptions/csv?%.*s", STR_ARG(p.pages.query));
    view_fund_adoptions(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc list_csv(struct ctx *c)
{
    struct fund_adoption_filter f;
    struct fund_adoption *v;
    size_t n;
    int64_t total;
    bool first = true;
    struct buf *out = &c->reply->body;
    TRY(filter_of(c, &f));
    f.offset = 0;
    f.limit = CSV_ROWS;
    TRY(fund_adoptions(c->tx, &f, &v, &n, &total, c->arena));
    buf_put(out, STR("\xef\xbb\xbfround,number,title,organisation,kind,since,how,link\r\n"));
    for (size_t i = 0; i < n; i++) {
        csv_put(out, &first, v[i].code);
        csv_puti(out, &first, v[i].number);
        csv_put(out, &first, in_lang(c, v[i].title, v[i].title_en));
        csv_put(out, &first, v[i].organisation);
        csv_put(out, &first, v[i].kind);
        csv_put(out, &first, day_shown(c, v[i].since));
        csv_put(out, &first, v[i].how);
        csv_put(out, &first, v[i].link);
        csv_eol(out, &first);
    }
    return reply_csv(c, "adoptions.csv");
}

/* ---- of one proposal: its team, and the office ---- */

static rc own_read(struct ctx *c)
{
    struct fund_adoption_own_page p = {.spec = &record_in};
    id proposal;
    TRY(path_id(c, "id", &proposal));
    TRY(fund_proposal_get(c->tx, proposal, &p.p, c->arena));
    bool of_team = fund_on_team(c->tx, p.p.team, c->session.account);
    if (!of_team && !may(c, OFFICE))
        return E_NOTFOUND;
    p.may_record = (of_team || may(c, DECIDES)) && p.p.state == FUND_ACCEPTED;
    TRY(fund_adoptions_of(c->tx, proposal, true, &p.v, &p.n, c->arena));
    p.path = arena_printf(c->arena, "/fund/my/%s/adoptions", id_shown(c, proposal));
    p.back = of_team ? arena_printf(c->arena, "/fund/my/%s", id_shown(c, proposal)) : STR("/fund/office/adoptions");
    view_fund_adoption_own(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc record_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id proposal, made;
    TRY(path_id(c, "id", &proposal));
    TRY(fund_adoption_record(&x, proposal,
                             &(struct fund_adoption){.organisation = in_text(&c->in, "organisation"),
                                                     .kind = str_of(in_choice(&c->in, "kind")),
                                                     .since = (day)in_int(&c->in, "since"),
                                                     .how = in_text(&c->in, "how"),
                                                     .link = in_text(&c->in, "link")},
                             &made));
    flash(c, N_("It is recorded. It becomes public when an officer has confirmed it."));
    return go(c, "/fund/my/%s/adoptions", id_shown(c, proposal));
}

static rc remove_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id proposal, adoption;
    TRY(path_id(c, "id", &proposal));
    TRY(path_id(c, "thing", &adoption));
    TRY(fund_adoption_remove(&x, adoption));
    flash(c, N_("The entry is removed."));
    return go(c, "/fund/my/%s/adoptions", id_shown(c, proposal));
}

/* ---- the office ---- */

static rc office_read(struct ctx *c)
{
    struct fund_adoption_office_page p = {.spec = &decide_in};
    bool done;
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_adoptions_waiting(c->tx, p.round.r.programme, &p.v, &p.n, c->arena));
    TRY(fund_adoption_rate(c->tx, p.round.r.programme, &p.adopted, &p.chosen));
    view_fund_adoption_office(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc decide_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id adoption;
    bool yes = in_bool(&c->in, "confirm");
    TRY(path_id(c, "id", &adoption));
    TRY(fund_adoption_decide(&x, adoption, yes, in_text(&c->in, "reason")));
    flash(c,
          yes ? N_("The adoption is confirmed and public.") : N_("The adoption is not confirmed; the team was told."));
    return go(c, "/fund/office/adoptions?round=%.*s", STR_ARG(in_text(&c->in, "round")));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/adoptions",
     .perm = PUBLIC,
     .in = &list_in,
     .read = list_read,
     .form = list_read,
     .summary = N_("Who uses what the fund has brought")},
    {.method = HTTP_GET,
     .path = "/fund/adoptions/csv",
     .perm = PUBLIC,
     .in = &list_in,
     .read = list_csv,
     .summary = N_("Adoptions as CSV")},
    {.method = HTTP_GET,
     .path = "/fund/my/{id}/adoptions",
     .perm = SIGNED_IN,
     .read = own_read,
     .summary = N_("Who uses a proposal's solution: for its team and the office")},
    {.method = HTTP_POST,
     .path = "/fund/my/{id}/adoptions",
     .perm = SIGNED_IN,
     .in = &record_in,
     .write = record_write,
     .form = own_read,
     .summary = N_("Record who uses a solution")},
    {.method = HTTP_POST,
     .path = "/fund/my/{id}/adoptions/{thing}/remove",
     .perm = SIGNED_IN,
     .write = remove_write,
     .form = own_read,
     .summary = N_("Remove an adoption that is not confirmed yet")},
    {.method = HTTP_GET,
     .path = "/fund/office/adoptions",
     .perm = OFFICE,
     .in = &round_in,
     .read = office_read,
     .summary = N_("Adoptions that wait for confirmation")},
    {.method = HTTP_POST,
     .path = "/fund/office/adoptions/{id}",
     .perm = DECIDES,
     .in = &decide_in,
     .write = decide_write,
     .form = office_read,
     .summary = N_("Confirm an adoption, or not")},
};
const struct route_table fund_adoption_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
