/* The catalogue: search, filters, sorting by declared rules, and up to four services side by side. */
#include "catalogue.view.h"
#include "mod/market/pages.h"

enum { PER_PAGE = 20, PER_PAGE_MORE = 50, PAGE_MOST = 10000 };

/* What visitors may ask for. The values are those of struct mkt_filter; 0 asks for nothing. */
static const struct choice own_shares[] = {
    {"0", N_("Nothing to pay")},    {"1000", N_("Up to NT$1,000")},   {"3000", N_("Up to NT$3,000")},
    {"6000", N_("Up to NT$6,000")}, {"12000", N_("Up to NT$12,000")}, {NULL, NULL},
};
static const struct choice availabilities[] = {
    {"9900", N_("99 % or better")},
    {"9950", N_("99.5 % or better")},
    {"9990", N_("99.9 % or better")},
    {"9995", N_("99.95 % or better")},
    {NULL, NULL},
};
static const struct choice responses[] = {
    {"30", N_("Within 30 minutes")},
    {"60", N_("Within 1 hour")},
    {"240", N_("Within 4 hours")},
    {"1440", N_("Within 1 day")},
    {NULL, NULL},
};
/* The first of mkt_supports is what everybody offers: asking for it filters nothing. */
static const struct choice supports[] = {
    {"1", N_("Working days 8–22 or longer")},
    {"2", N_("Every day, holidays too")},
    {"3", N_("Day and night, every day")},
    {NULL, NULL},
};
static const struct choice sorts[] = {
    {"rating", N_("Best rated")},    {"price", N_("Lowest own share")},
    {"orders", N_("Most used")},     {"response", N_("Fastest support")},
    {"newest", N_("Newest")},        {"name", N_("Name")},
    {"relevance", N_("Best match")}, {NULL, NULL},
};
static const struct choice shows[] = {{"50", N_("50 on a page")}, {NULL, NULL}};

INPUT(filter_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Search")},
      {.name = "category", .type = F_CHOICE, .choices = mkt_categories, .label = N_("Category")},
      {.name = "own_max", .type = F_CHOICE, .choices = own_shares, .label = N_("Own share after points")},
      {.name = "support", .type = F_CHOICE, .choices = supports, .label = N_("Support hours")},
      {.name = "availability", .type = F_CHOICE, .choices = availabilities, .label = N_("Availability")},
      {.name = "response", .type = F_CHOICE, .choices = responses, .label = N_("Response time")},
      {.name = "sort", .type = F_CHOICE, .choices = sorts, .label = N_("Sort by")},
      {.name = "show", .type = F_CHOICE, .choices = shows, .label = N_("Services on a page")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});

const char *const mkt_catalogue_filters[] = {"category", "own_max", "support", "availability", "response", NULL};

static str typed(const struct ctx *c, const char *name)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad ? v->text : STR_EMPTY;
}

static int64_t number_of(const struct ctx *c, const char *name, int64_t absent)
{
    int64_t n;
    return str_to_i64(typed(c, name), &n) == OK ? n : absent;
}

static struct mkt_filter filter_of(const struct ctx *c)
{
    int64_t per_page = typed(c, "show").n > 0 ? PER_PAGE_MORE : PER_PAGE;
    int64_t page = in_value(&c->in, "page")->given && !in_value(&c->in, "page")->bad ? in_int(&c->in, "page") : 1;
    return (struct mkt_filter){.query = typed(c, "q"),
                               .category = typed(c, "category"),
                               .own_max = number_of(c, "own_max", -1),
                               .support_min = number_of(c, "support", 0),
                               .availability_min = number_of(c, "availability", 0),
                               .response_max = number_of(c, "response", 0),
                               .sort = typed(c, "sort"),
                               .available = -1,
                               .offset = (page - 1) * per_page,
                               .limit = per_page};
}

/* The rule in force, for the sentence below the list's heading. */
static const struct mkt_sort *sort_in_force(const struct mkt_filter *f)
{
    str name = f->sort.n > 0 ? f->sort : f->query.n > 0 ? STR("relevance") : str_of(mkt_sorts[0].value);
    for (const struct mkt_sort *s = mkt_sorts; s->value; s++)
        if (str_eq(str_of(s->value), name))
            return s;
    return &mkt_sorts[0];
}

/* When nothing fits: how many there would be without each of the conditions, so that the page can say which one to
 * relax. */
static rc what_to_relax(struct ctx *c, id programme, const struct mkt_filter *f, struct mkt_catalogue_page *p)
{
    struct mkt_filter without[MKT_RELAX];
    struct relax all[MKT_RELAX] = {
        {"q", N_("the search text"), f->query.n > 0, 0},
        {"category", N_("the category"), f->category.n > 0, 0},
        {"own_max", N_("the own share"), f->own_max >= 0, 0},
        {"support", N_("the support hours"), f->support_min > 0, 0},
        {"availability", N_("the availability"), f->availability_min > 0, 0},
        {"response", N_("the response time"), f->response_max > 0, 0},
    };
    for (size_t i = 0; i < MKT_RELAX; i++) {
        without[i] = *f;
        without[i].limit = 1;
        without[i].offset = 0;
    }
    without[0].query = STR_EMPTY;
    without[1].category = STR_EMPTY;
    without[2].own_max = -1;
    without[3].support_min = 0;
    without[4].availability_min = 0;
    without[5].response_max = 0;
    for (size_t i = 0; i < MKT_RELAX; i++) {
        if (!all[i].asked)
            continue;
        struct mkt_card *cards;
        size_t n;
        TRY(mkt_catalogue(c->tx, programme, p->on, &without[i], &cards, &n, &all[i].found, c->arena));
        if (all[i].found > 0)
            p->relax[p->n_relax++] = all[i];
    }
    return OK;
}

static rc catalogue_read(struct ctx *c)
{
    struct mkt_catalogue_page p = {.spec = &filter_in};
    struct mkt_scheme scheme;
    rc r = mkt_scheme_shown(c, &scheme, &p.open);
    if (r == E_NOTFOUND) {
        view_market_closed(&c->reply->body, c);
        return reply_page(c, 200);
    }
    TRY(r);
    struct mkt_filter f = filter_of(c);
    struct mkt_card *cards;
    int64_t total;
    p.on = p.open ? instant_day(c->now) : scheme.closes - 1; /* the last parameters in force */
    TRY(mkt_points_of_reader(c, scheme.programme, &f.available));
    p.available = f.available;
    TRY(mkt_catalogue(c->tx, scheme.programme, p.on, &f, &cards, &p.n, &total, c->arena));
    p.cards = cards;
    p.query = f.query;
    p.sort = sort_in_force(&f);
    p.filtered = f.query.n || f.category.n || f.own_max >= 0 || f.support_min || f.availability_min || f.response_max;
    p.pages = pages_of(f.offset / f.limit + 1, f.limit, total, STR("/market"), query_without(c, "page"));
    if (total == 0)
        TRY(what_to_relax(c, scheme.programme, &f, &p));
    view_market_catalogue(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- comparing ---- */

INPUT(compare_in, {.name = "id", .type = F_TEXT, .many = true, .max = ID_TEXT, .label = N_("Services to compare")});

/* The cheapest plan's points and own share of each, as in the catalogue. */
static rc split_prices(struct ctx *c, const struct mkt_scheme *s, struct mkt_compare_page *p)
{
    struct mkt_share share;
    int64_t available;
    TRY(mkt_share_on(c->tx, s->programme, p->open ? instant_day(c->now) : s->closes - 1, &share));
    TRY(mkt_points_of_reader(c, s->programme, &available));
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].n_plans > 0)
            TRY(mkt_price_split(&share, p->v[i].plans[0].price, available < 0 ? share.grant : available, -1,
                                &p->points[i], &p->own[i], NULL));
    return OK;
}

/* Is this the best value of its row? Nobody is when all are equal. */
bool mkt_is_best(const struct mkt_compare_page *p, int term, size_t i)
{
    bool best = true, differs = false;
    int64_t mine = mkt_sla_value(&p->v[i].sla, term);
    for (size_t k = 0; k < p->n; k++) {
        int64_t other = mkt_sla_value(&p->v[k].sla, term);
        differs = differs || other != mine;
        best = best && (mkt_sla_terms[term].better == MKT_MORE ? mine >= other : mine <= other);
    }
    return best && differs;
}

static rc compare_read(struct ctx *c)
{
    struct mkt_compare_page p = {0};
    struct mkt_scheme scheme;
    id ids[MKT_COMPARE];
    size_t n = 0;
    for (str rest = typed(c, "id"); rest.n > 0;) {
        str one = str_cut(&rest, ',');
        if (n == MKT_COMPARE) {
            p.too_many = true;
            break;
        }
        n += id_parse(one, &ids[n]) == OK;
    }
    TRY(mkt_compare(c->tx, ids, n, &p.v, &p.n, c->arena));
    rc r = mkt_scheme_shown(c, &scheme, &p.open);
    if (r == OK)
        r = split_prices(c, &scheme, &p);
    if (r != OK && r != E_NOTFOUND)
        return r;
    view_market_compare(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market",
     .perm = PUBLIC,
     .in = &filter_in,
     .read = catalogue_read,
     .form = catalogue_read,
     .summary = N_("Marketplace: search and filter services"),
     .flags = ROUTE_SHARED},
    {.method = HTTP_GET,
     .path = "/market/compare",
     .perm = PUBLIC,
     .in = &compare_in,
     .read = compare_read,
     .form = compare_read,
     .summary = N_("Compare up to four services"),
     .flags = ROUTE_SHARED},
};
const struct route_table mkt_catalogue_routes = {"market", routes, sizeof routes / sizeof routes[0]};
