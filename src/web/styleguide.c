/* The style guide's invented content. */
#include "web/styleguide.h"

#include "web/styleguide.view.h"

static const struct choice kinds[] = {
    {"company", N_("Company")}, {"business", N_("Business")}, {"coop", N_("Co-operative")}, {NULL, NULL}};
static const struct choice categories[] = {{"shop", N_("Online shop")},
                                           {"marketing", N_("Marketing")},
                                           {"office", N_("Remote work and documents")},
                                           {"erp", N_("Business management")},
                                           {"service", N_("Customer service")},
                                           {"analysis", N_("Market analysis")},
                                           {NULL, NULL}};

INPUT(example_input,
      {.name = "firm",
       .type = F_TEXT,
       .required = true,
       .max = 100,
       .label = N_("Firm's name"),
       .autocomplete = "organization"},
      {.name = "ubn",
       .type = F_UBN,
       .required = true,
       .label = N_("Company number"),
       .hint = N_("8 digits, as on the registration")},
      {.name = "email", .type = F_EMAIL, .required = true, .label = N_("E-mail address"), .autocomplete = "email"},
      {.name = "capital", .type = F_MONEY, .label = N_("Paid-in capital")},
      {.name = "since", .type = F_DAY, .label = N_("Registered on")},
      {.name = "kind", .type = F_CHOICE, .required = true, .label = N_("Kind"), .choices = kinds},
      {.name = "wants", .type = F_CHOICES, .label = N_("What are you looking for?"), .choices = categories},
      {.name = "category", .type = F_CHOICE, .label = N_("Category"), .choices = categories},
      {.name = "needs",
       .type = F_LINES,
       .label = N_("What should the service do for you?"),
       .hint = N_("A few sentences are enough.")},
      {.name = "proof", .type = F_FILE, .label = N_("Evidence"), .hint = N_("PDF or picture, at most 5 MB")},
      {.name = "agree", .type = F_BOOL, .required = true, .label = N_("I have read the contract and agree")});
INPUT(rating_input, {.name = "overall", .type = F_INT, .required = true, .min = 1, .max = 5, .label = N_("Overall")});

static const struct crumb crumbs[] = {{.label = N_("Home"), .path = STR_INIT("/")},
                                      {.label = N_("About"), .path = STR_INIT("/about")}};
static const char *const order_steps[] = {N_("Ordered"), N_("Accepted"), N_("Activated"), N_("First use"), N_("Paid")};
static const struct styleguide_row rows[] = {
    {"雲端進銷存 Pro", "green", N_("Active"), {18000, UNIT_TWD}, {9000, UNIT_POINT}},
    {"好客多 LINE 客服機器人", "yellow", N_("Waiting for first use"), {12000, UNIT_TWD}, {6000, UNIT_POINT}},
    {"Sunrise Analytics", "grey", N_("Expired"), {36000, UNIT_TWD}, {15000, UNIT_POINT}},
};
static const struct option sorting[] = {{STR_INIT("price"), STR_INIT("Price / 價格"), STR_INIT("")},
                                        {STR_INIT("stars"), STR_INIT("★"), STR_INIT("")}};
static const struct option hats[] = {{STR_INIT("1"), STR_INIT("晨光烘焙坊"), STR_INIT("04595257")},
                                     {STR_INIT("2"), STR_INIT("旭光雲端股份有限公司"), STR_INIT("22099131")}};
static const char *const granted[] = {N_("Granted"), N_("Used")};
static const char *const renewals[] = {N_("Renewals")};
static const int64_t months[][2] = {{310, 120}, {420, 260}, {510, 380}, {470, 402}, {640, 455}, {720, 610}};
static const struct chart_row figures[] = {{STR_INIT("2026-01"), months[0]}, {STR_INIT("2026-02"), months[1]},
                                           {STR_INIT("2026-03"), months[2]}, {STR_INIT("2026-04"), months[3]},
                                           {STR_INIT("2026-05"), months[4]}, {STR_INIT("2026-06"), months[5]}};

static rc read_styleguide(struct ctx *c)
{
    const struct chart bars = {.title = N_("Grants and orders by month"),
                               .kind = CHART_BAR,
                               .label = N_("Month"),
                               .series = granted,
                               .n_series = 2,
                               .rows = figures,
                               .n_rows = 6,
                               .source = N_("Source: invented figures")};
    struct chart lines = bars;
    lines.title = N_("Renewals by month");
    lines.kind = CHART_LINE;
    lines.series = renewals;
    lines.n_series = 1;
    const struct styleguide p = {
        .crumbs = crumbs,
        .n_crumbs = 2,
        .steps = {order_steps, 5, 2, false},
        .sorting =
            {.name = "sort", .label = N_("Sort by"), .v = sorting, .n = 2, .value = STR("price"), .submits = true},
        .hats = {.name = "hat", .label = N_("Acting for"), .v = hats, .n = 2, .value = STR("1")},
        .rows = rows,
        .n_rows = 3,
        .pages = pages_of(6, 50, 1000, STR("/about/styleguide"), STR_EMPTY),
        .spec = &example_input,
        .stars_spec = &rating_input,
        .bars = bars,
        .lines = lines};
    view_styleguide(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

const struct route styleguide_routes[] = {
    {.method = HTTP_GET,
     .path = "/about/styleguide",
     .perm = PUBLIC,
     .read = read_styleguide,
     .summary = N_("Style guide of the pages")},
};
const size_t styleguide_routes_n = sizeof styleguide_routes / sizeof styleguide_routes[0];
