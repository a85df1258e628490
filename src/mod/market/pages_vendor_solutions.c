/* The vendor's solutions: list, form, service levels as people write them, asking to be listed, withdrawing. */
#include "mod/market/pages_vendor.h"
#include "vendor_solutions.view.h"

enum { AVAILABILITY_PLACES = 2, COMPENSATION_PLACES = 1, MINUTES_MOST = 43200 };

#define SOLUTION_FIELDS                                                                                                \
    {.name = "category", .type = F_CHOICE, .required = true, .choices = mkt_categories, .label = N_("Category")},      \
        {.name = "name", .type = F_TEXT, .required = true, .max = 80, .label = N_("Name, in Chinese")},                \
        {.name = "name_en", .type = F_TEXT, .required = true, .max = 120, .label = N_("Name, in English")},            \
        {.name = "summary",                                                                                            \
         .type = F_TEXT,                                                                                               \
         .required = true,                                                                                             \
         .max = 200,                                                                                                   \
         .label = N_("In one sentence, in Chinese"),                                                                   \
         .hint = N_("Stands in the catalogue.")},                                                                      \
        {.name = "summary_en",                                                                                         \
         .type = F_TEXT,                                                                                               \
         .required = true,                                                                                             \
         .max = 400,                                                                                                   \
         .label = N_("In one sentence, in English")},                                                                  \
        {.name = "description", .type = F_LINES, .max = 4000, .label = N_("Description, in Chinese")},                 \
        {.name = "description_en", .type = F_LINES, .max = 8000, .label = N_("Description, in English")},              \
        {.name = "website",                                                                                            \
         .type = F_TEXT,                                                                                               \
         .max = 300,                                                                                                   \
         .label = N_("Website of the service"),                                                                        \
         .hint = N_("Begins with https://")},                                                                          \
        {.name = "availability",                                                                                       \
         .type = F_TEXT,                                                                                               \
         .required = true,                                                                                             \
         .max = 10,                                                                                                    \
         .label = N_("Availability in percent"),                                                                       \
         .hint = N_("Part of each month in which the service can be used, 90 to 100, for example 99.95. "              \
                    "99.9 lets it fail for 43 minutes a month.")},                                                     \
        {.name = "support",                                                                                            \
         .type = F_CHOICE,                                                                                             \
         .required = true,                                                                                             \
         .choices = mkt_supports,                                                                                      \
         .label = N_("Support hours"),                                                                                 \
         .hint = N_("When a person answers")},                                                                         \
        {.name = "compensation",                                                                                       \
         .type = F_TEXT,                                                                                               \
         .required = true,                                                                                             \
         .max = 10,                                                                                                    \
         .label = N_("Compensation in percent"),                                                                       \
         .hint =                                                                                                       \
             N_("Part of the monthly fee paid back for each month in which the availability was missed, 0 to 100.")},  \
        {.name = "response",                                                                                           \
         .type = F_INT,                                                                                                \
         .required = true,                                                                                             \
         .min = 1,                                                                                                     \
         .max = MINUTES_MOST,                                                                                          \
         .label = N_("Response time in minutes"),                                                                      \
         .hint = N_("How soon a person answers a severe fault within support hours. 60 is one hour, 1440 a day.")},    \
    {                                                                                                                  \
        .name = "recovery_point", .type = F_INT, .required = true, .min = 0, .max = MINUTES_MOST,                      \
        .label = N_("Recovery point in minutes"),                                                                      \
        .hint = N_("How much of the latest data can be lost at most after a disaster. With one backup a day: 1440.")   \
    }

INPUT(add_in,
      {.name = "code",
       .type = F_TEXT,
       .required = true,
       .max = 40,
       .label = N_("Your code"),
       .hint = N_("Your own short name for it, used in CSV files. It cannot be changed later.")},
      SOLUTION_FIELDS);
INPUT(edit_in, SOLUTION_FIELDS);

/* ---- states ---- */

bool mkt_can_submit(enum mkt_listing_state s)
{
    return s == MKT_DRAFT || s == MKT_CORRECTION || s == MKT_REFUSED || s == MKT_WITHDRAWN;
}

bool mkt_can_withdraw(enum mkt_listing_state s)
{
    return s == MKT_LISTED;
}

const char *mkt_listing_help(enum mkt_listing_state s)
{
    switch (s) {
    case MKT_DRAFT:
        return N_("Only you see it. Add at least one plan, then submit it for listing.");
    case MKT_SUBMITTED:
        return N_("The programme's office checks it. You get a message when it is decided.");
    case MKT_CORRECTION:
        return N_("The programme's office asks for a correction: read the case, change what is asked for, and send it "
                  "again.");
    case MKT_LISTED:
        return N_("It stands in the catalogue as long as it has an active plan.");
    case MKT_REFUSED:
        return N_("The listing was refused; the case says why. You can change it and submit it again.");
    case MKT_SUSPENDED:
        return N_("The programme's office has taken it off the catalogue.");
    case MKT_WITHDRAWN:
        return N_("You have withdrawn it. Running orders go on; it can be submitted again.");
    }
    return "";
}

/* ---- service levels as people write them ---- */

str mkt_percent_text(const struct ctx *c, int64_t v, int places)
{
    int64_t scale = places == AVAILABILITY_PLACES ? 100 : 10;
    if (v % scale == 0)
        return arena_printf(c->arena, "%lld", (long long)(v / scale));
    str text = arena_printf(c->arena, "%lld.%0*lld", (long long)(v / scale), places, (long long)(v % scale));
    while (str_ends(text, STR("0")))
        text.n--;
    return text;
}

rc mkt_percent_parse(str typed, int places, int64_t *out)
{
    str s = str_trim(typed);
    if (str_ends(s, STR("%")))
        s = str_trim(str_sub(s, 0, s.n - 1));
    str whole = str_cut(&s, '.');
    str part = s.p ? s : STR_EMPTY;
    int64_t v, fraction = 0;
    if (str_to_i64(whole, &v) != OK || v < 0 || v > 100 || part.n > (size_t)places)
        return E_INVALID;
    for (size_t i = 0; i < (size_t)places; i++) {
        char digit = i < part.n ? part.p[i] : '0';
        if (digit < '0' || digit > '9')
            return E_INVALID;
        fraction = fraction * 10 + (digit - '0');
        v *= 10;
    }
    *out = v + fraction;
    return OK;
}

enum { AVAILABILITY, COMPENSATION = 2 }; /* in mkt_sla_terms */

static int64_t percent_field(struct tx *tx, const struct ctx *c, int term, int places)
{
    const struct mkt_sla_term *t = &mkt_sla_terms[term];
    int64_t v;
    if (mkt_percent_parse(in_text(&c->in, t->name), places, &v) == OK && v >= t->min && v <= t->max)
        return v;
    (void)ERR_FIELD(tx_err(tx), t->name, "MKT-032", N_("This must be a percentage from {1} to {2}, like {3}."),
                    mkt_percent_text(c, t->min, places), mkt_percent_text(c, t->max, places),
                    places == AVAILABILITY_PLACES ? STR("99.95") : STR("12.5"));
    return t->max;
}

/* A field that cannot be read is reported and stands at a value that passes, so that only it is marked. */
static struct mkt_solution_form form_of(struct tx *tx, const struct ctx *c)
{
    const struct input *in = &c->in;
    return (struct mkt_solution_form){.category = str_of(in_choice(in, "category")),
                                      .name = in_text(in, "name"),
                                      .name_en = in_text(in, "name_en"),
                                      .summary = in_text(in, "summary"),
                                      .summary_en = in_text(in, "summary_en"),
                                      .description = in_text(in, "description"),
                                      .description_en = in_text(in, "description_en"),
                                      .website = in_text(in, "website"),
                                      .sla = {.availability = percent_field(tx, c, AVAILABILITY, AVAILABILITY_PLACES),
                                              .support = choice_index(mkt_supports, str_of(in_choice(in, "support"))),
                                              .compensation = percent_field(tx, c, COMPENSATION, COMPENSATION_PLACES),
                                              .response = in_int(in, "response"),
                                              .recovery_point = in_int(in, "recovery_point")}};
}

/* ---- list and form ---- */

rc mkt_own_solution_by_id(struct ctx *c, id solution, struct mkt_solution *out)
{
    TRY(mkt_solution_get(c->tx, solution, out, c->arena));
    return out->vendor == c->session.party ? OK : E_NOTFOUND;
}

rc mkt_own_solution(struct ctx *c, struct mkt_solution *out)
{
    id solution;
    TRY(path_id(c, "id", &solution));
    return mkt_own_solution_by_id(c, solution, out);
}

static rc list_read(struct ctx *c)
{
    struct mkt_vendor_solutions_page p = {0};
    struct mkt_vendor v;
    struct mkt_solution *solutions;
    rc r = mkt_own_vendor(c, &v);
    if (r == E_NOTFOUND)
        return go(c, "/market/vendor/register");
    TRY(r);
    TRY(mkt_solutions_of(c->tx, v.id, &solutions, &p.n, c->arena));
    p.v = solutions;
    p.listed = v.state == MKT_LISTED;
    view_market_vendor_solutions(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc new_read(struct ctx *c)
{
    struct mkt_solution_form_page p = {
        .spec = &add_in, .action = STR("/market/vendor/solutions/new"), .back = STR("/market/vendor/solutions")};
    view_market_solution_form(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc new_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_solution_form f = form_of(tx, c);
    id made;
    TRY(tx_err(tx)->code);
    f.code = in_text(&c->in, "code");
    TRY(mkt_solution_add(&x, c->session.party, &f, &made));
    flash(c, N_("The service was saved as a draft. Now add a plan with its price."));
    return go(c, "/market/vendor/solutions/%s", id_shown(c, made));
}

static rc edit_read(struct ctx *c)
{
    struct mkt_solution s;
    TRY(mkt_own_solution(c, &s));
    str own = arena_printf(c->arena, "/market/vendor/solutions/%s", id_shown(c, s.id));
    struct mkt_solution_form_page p = {.spec = &edit_in, .s = &s, .action = c->req->path, .back = own};
    view_market_solution_form(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc edit_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_solution s;
    TRY(mkt_own_solution(c, &s));
    struct mkt_solution_form f = form_of(tx, c);
    TRY(tx_err(tx)->code);
    f.code = s.code;
    TRY(mkt_solution_update(&x, s.id, &f));
    flash(c, N_("The service was saved."));
    return go(c, "/market/vendor/solutions/%s", id_shown(c, s.id));
}

/* ---- one solution ---- */

static rc prices(struct ctx *c, struct mkt_vendor_solution_page *p)
{
    struct mkt_scheme scheme;
    struct mkt_share share;
    bool open;
    rc r = mkt_scheme_shown(c, &scheme, &open);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    TRY(mkt_share_on(c->tx, scheme.programme, open ? instant_day(c->now) : scheme.closes - 1, &share));
    p->points = ARENA_ARRAY(c->arena, p->s.n_plans + 1, struct money);
    p->own = ARENA_ARRAY(c->arena, p->s.n_plans + 1, struct money);
    if (!p->points || !p->own)
        return arena_rc(c->arena);
    for (size_t i = 0; i < p->s.n_plans; i++)
        TRY(mkt_price_split(&share, p->s.plans[i].price, share.grant, -1, &p->points[i], &p->own[i], NULL));
    return OK;
}

static rc fill(struct ctx *c, struct mkt_vendor_solution_page *p)
{
    struct mkt_vendor v;
    TRY(mkt_own_solution(c, &p->s));
    TRY(mkt_vendor_get(c->tx, p->s.vendor, &v, c->arena));
    p->vendor_listed = v.state == MKT_LISTED;
    p->path = arena_printf(c->arena, "/market/vendor/solutions/%s", id_shown(c, p->s.id));
    return prices(c, p);
}

static rc solution_read(struct ctx *c)
{
    struct mkt_vendor_solution_page p = {0};
    TRY(fill(c, &p));
    view_market_vendor_solution(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc preview_read(struct ctx *c)
{
    struct mkt_vendor_solution_page p = {0};
    TRY(fill(c, &p));
    view_market_preview(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc submit_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_solution s;
    TRY(mkt_own_solution(c, &s));
    TRY(mkt_solution_submit(&x, s.id));
    flash(c, N_("The service is with the programme's office. You get a message when it is decided."));
    return go(c, "/market/vendor/solutions/%s", id_shown(c, s.id));
}

static rc withdraw_read(struct ctx *c)
{
    struct mkt_vendor_solution_page p = {0};
    TRY(fill(c, &p));
    if (!mkt_can_withdraw(p.s.state) && c->err.code == OK)
        return go(c, "%.*s", STR_ARG(p.path));
    view_market_vendor_withdraw(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc withdraw_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_solution s;
    TRY(mkt_own_solution(c, &s));
    TRY(mkt_solution_withdraw(&x, s.id));
    flash(c, N_("The service was withdrawn from the catalogue."));
    return go(c, "/market/vendor/solutions/%s", id_shown(c, s.id));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions",
     .perm = AS_VENDOR,
     .read = list_read,
     .summary = N_("The vendor's services with their states")},
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/new",
     .perm = AS_VENDOR,
     .read = new_read,
     .summary = N_("Add a service: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/solutions/new",
     .perm = AS_VENDOR,
     .in = &add_in,
     .write = new_write,
     .form = new_read,
     .summary = N_("Add a service")},
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/{id}",
     .perm = AS_VENDOR,
     .read = solution_read,
     .summary = N_("A service of the vendor: state, plans, levels")},
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/{id}/edit",
     .perm = AS_VENDOR,
     .read = edit_read,
     .summary = N_("Change a service: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/solutions/{id}/edit",
     .perm = AS_VENDOR,
     .in = &edit_in,
     .write = edit_write,
     .form = edit_read,
     .summary = N_("Change a service")},
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/{id}/preview",
     .perm = AS_VENDOR,
     .read = preview_read,
     .summary = N_("A service as firms will see it")},
    {.method = HTTP_POST,
     .path = "/market/vendor/solutions/{id}/submit",
     .perm = AS_VENDOR,
     .write = submit_write,
     .form = solution_read,
     .summary = N_("Ask for a service to be listed")},
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/{id}/withdraw",
     .perm = AS_VENDOR,
     .read = withdraw_read,
     .summary = N_("Withdraw a service: confirmation")},
    {.method = HTTP_POST,
     .path = "/market/vendor/solutions/{id}/withdraw",
     .perm = AS_VENDOR,
     .write = withdraw_write,
     .form = withdraw_read,
     .summary = N_("Withdraw a service")},
};
const struct route_table mkt_vendor_solution_routes = {"market", routes, sizeof routes / sizeof routes[0]};
