/* The public gallery of a round's proposals, and one proposal in public. */
#include "gallery.view.h"
#include "mod/fund/pages/pages.h"

enum { PER_PAGE = 24, PAGE_MOST = 10000 };

static const struct choice stages[] = {{"1", N_("Chosen from the open call")},
                                       {"2", N_("Chosen after the proof")},
                                       {"3", N_("Chosen by the crowdfunding")},
                                       {"4", N_("Awarded")},
                                       {NULL, NULL}};
static const struct choice sorts[] = {{"number", N_("Number")},
                                      {"stage", N_("How far it came")},
                                      {"title", N_("Title")},
                                      {"relevance", N_("Best match")},
                                      {NULL, NULL}};

INPUT(gallery_in, FUND_ROUND_FIELD, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Search")},
      {.name = "field", .type = F_CHOICE, .choices = fund_fields, .label = N_("Field")},
      {.name = "sdg", .type = F_CHOICE, .choices = fund_sdgs, .label = N_("Sustainable Development Goal")},
      {.name = "kind", .type = F_CHOICE, .choices = fund_team_kinds, .label = N_("Kind of team")},
      {.name = "county", .type = F_CHOICE, .choices = counties, .label = N_("County or city")},
      {.name = "stage", .type = F_CHOICE, .choices = stages, .label = N_("Reached at least")},
      {.name = "sort", .type = F_CHOICE, .choices = sorts, .label = N_("Sort by")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});

static str typed(const struct ctx *c, const char *name)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad ? v->text : STR_EMPTY;
}

static struct fund_filter filter_of(const struct ctx *c, id programme)
{
    const struct field_value *page = in_value(&c->in, "page");
    int goal = choice_index(fund_sdgs, typed(c, "sdg")), stage = choice_index(stages, typed(c, "stage"));
    return (struct fund_filter){.programme = programme,
                                .query = typed(c, "q"),
                                .field = typed(c, "field"),
                                .team_kind = typed(c, "kind"),
                                .county = typed(c, "county"),
                                .sdgs = goal < 0 ? 0 : UINT32_C(1) << goal,
                                .stage = (enum fund_stage)(stage + 1),
                                .sort = typed(c, "sort"),
                                .offset = ((page->given && !page->bad ? page->i : 1) - 1) * PER_PAGE,
                                .limit = PER_PAGE};
}

/* The rule in force, for the sentence below the list's heading. */
static const struct fund_sort *sort_in_force(const struct fund_filter *f)
{
    str name = f->sort.n > 0 ? f->sort : f->query.n > 0 ? STR("relevance") : STR("number");
    for (const struct fund_sort *s = fund_sorts; s->value; s++)
        if (str_eq(str_of(s->value), name))
            return s;
    return &fund_sorts[0];
}

/* When nothing fits: how many there would be without each of the conditions, to say which one to leave out. */
static rc what_to_relax(struct ctx *c, const struct fund_filter *f, struct fund_gallery_page *p)
{
    struct fund_filter without[FUND_RELAX];
    struct relax all[FUND_RELAX] = {
        {"q", N_("the search text"), f->query.n > 0, 0},  {"field", N_("the field"), f->field.n > 0, 0},
        {"sdg", N_("the goal"), f->sdgs != 0, 0},         {"kind", N_("the kind of team"), f->team_kind.n > 0, 0},
        {"county", N_("the county"), f->county.n > 0, 0}, {"stage", N_("the stage"), f->stage != FUND_ENTERED, 0},
    };
    for (size_t i = 0; i < FUND_RELAX; i++) {
        without[i] = *f;
        without[i].limit = 1;
        without[i].offset = 0;
    }
    without[0].query = STR_EMPTY;
    without[1].field = STR_EMPTY;
    without[2].sdgs = 0;
    without[3].team_kind = STR_EMPTY;
    without[4].county = STR_EMPTY;
    without[5].stage = FUND_ENTERED;
    for (size_t i = 0; i < FUND_RELAX; i++) {
        struct fund_card *cards;
        size_t n;
        if (!all[i].asked)
            continue;
        TRY(fund_gallery(c->tx, &without[i], &cards, &n, &all[i].found, c->arena));
        if (all[i].found > 0)
            p->relax[p->n_relax++] = all[i];
    }
    return OK;
}

static rc gallery_read(struct ctx *c)
{
    struct fund_gallery_page p = {.spec = &gallery_in};
    struct fund_card *cards;
    int64_t total;
    bool done;
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    struct fund_filter f = filter_of(c, p.round.r.programme);
    TRY(fund_round_options(c, false, &p.rounds, &p.n_rounds));
    TRY(fund_gallery(c->tx, &f, &cards, &p.n, &total, c->arena));
    p.cards = cards;
    p.query = f.query;
    p.sort = sort_in_force(&f);
    p.pages = pages_of(f.offset / PER_PAGE + 1, PER_PAGE, total, STR("/fund/proposals"), query_without(c, "page"));
    if (total == 0)
        TRY(what_to_relax(c, &f, &p));
    view_fund_gallery(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- one proposal ---- */

INPUT(public_in, FUND_ROUND_FIELD);

/* Organisations are public, the names of persons are not. */
static rc organisations_of(struct ctx *c, struct fund_public_page *p)
{
    struct fund_author *v;
    size_t n;
    BUF_SCOPED all = BUF_INIT(16384);
    TRY(fund_authors_of(c->tx, p->p.id, &v, &n, c->arena));
    for (size_t i = 0; i < n; i++) {
        bool again = v[i].organisation.n == 0;
        for (size_t k = 0; k < i; k++)
            again = again || str_eq(v[k].organisation, v[i].organisation);
        if (again)
            continue;
        buf_put(&all, all.n ? c->lang == LANG_ZH ? STR("、") : STR(", ") : STR_EMPTY);
        buf_put(&all, v[i].organisation);
    }
    p->organisations = arena_str(c->arena, buf_str(&all));
    return arena_rc(c->arena);
}

static rc effects_of(struct ctx *c, struct fund_public_page *p)
{
    rc e = fund_map_public(c->tx, p->p.id, &p->map, c->arena);
    p->has_map = e == OK;
    if (e != OK && e != E_NOTFOUND)
        return e;
    err_clear(tx_err(c->tx));
    return fund_adoptions_of(c->tx, p->p.id, false, &p->adoptions, &p->n_adoptions, c->arena);
}

static rc public_read(struct ctx *c)
{
    struct fund_public_page p = {0};
    struct party team;
    int64_t number;
    if (str_to_i64(request_param(c->req, "number"), &number) != OK)
        return E_NOTFOUND;
    const struct field_value *v = in_value(&c->in, "round");
    TRY(fund_round_shown(c, v->given && !v->bad ? v->text : STR_EMPTY, &p.round));
    TRY(fund_proposal_by_number(c->tx, p.round.r.programme, number, &p.p, c->arena));
    if (p.p.state != FUND_ACCEPTED) /* what the office has not checked, or the team has taken back, is nobody's */
        return ERR(&c->err, E_NOTFOUND, "FND-006", N_("There is no such proposal."));
    TRY(party_get(c->tx, p.p.team, &team, c->arena));
    p.team = team.name;
    TRY(organisations_of(c, &p));
    TRY(effects_of(c, &p));
    /* The stage it has reached is where it stands; only the last one is an end. */
    p.steps = fund_steps(c, FUND_STAGES, p.p.stage == FUND_AWARDED ? FUND_STAGES : (int)p.p.stage, fund_stage_step);
    rc line = fund_line_of(c->tx, p.p.id, &p.line);
    if (line != OK && line != E_NOTFOUND)
        return line;
    p.has_line = line == OK;
    view_fund_public(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/proposals",
     .perm = PUBLIC,
     .in = &gallery_in,
     .read = gallery_read,
     .form = gallery_read,
     .summary = N_("Proposals of a round: search and filter"),
     .flags = ROUTE_SHARED},
    {.method = HTTP_GET,
     .path = "/fund/proposals/{number}",
     .perm = PUBLIC,
     .in = &public_in,
     .read = public_read,
     .summary = N_("A proposal in public"),
     .flags = ROUTE_SHARED},
};
const struct route_table fund_gallery_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
