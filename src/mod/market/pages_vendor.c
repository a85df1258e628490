/* The vendor's home: what waits for it, what to do next; and its orders. */
#include "mod/market/pages_vendor.h"
#include "vendor.view.h"

enum { PER_PAGE = 30, BATCH = 200, BATCHES = 10, RATINGS = 1000 };

const struct choice mkt_vendor_tabs[] = {
    {"/market/vendor", N_("Overview")},           {"/market/vendor/orders", N_("Orders")},
    {"/market/vendor/solutions", N_("Services")}, {"/market/vendor/statements", N_("Statements")},
    {"/market/vendor/ratings", N_("Ratings")},    {"/market/vendor/integration", N_("Integration")},
    {"/market/vendor/profile", N_("Profile")},    {NULL, NULL}};

rc mkt_own_vendor(struct ctx *c, struct mkt_vendor *out)
{
    return may(c, AS_VENDOR) ? mkt_vendor_get(c->tx, c->session.party, out, c->arena) : E_NOTFOUND;
}

/* ---- home ---- */

void mkt_keep_urgent(struct mkt_vendor_home_page *p, const struct mkt_order *o)
{
    size_t at = p->n_waiting < MKT_VENDOR_WAITING ? p->n_waiting : MKT_VENDOR_WAITING - 1;
    if (p->n_waiting == MKT_VENDOR_WAITING && o->due >= p->waiting[at].due)
        return;
    for (; at > 0 && p->waiting[at - 1].due > o->due; at--)
        p->waiting[at] = p->waiting[at - 1];
    p->waiting[at] = *o;
    p->n_waiting += p->n_waiting < MKT_VENDOR_WAITING;
}

/* The list comes newest first while the most urgent are the oldest, so all of a state is read, up to a cap. */
static rc read_waiting(struct ctx *c, struct mkt_vendor_home_page *p, enum mkt_order_state state)
{
    id after = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
        struct mkt_order *orders;
        size_t n;
        TRY(mkt_orders(c->tx, MKT_OF_VENDOR, p->v.id, str_of(mkt_order_state_name(state)), after, BATCH, &orders, &n,
                       c->arena));
        for (size_t i = 0; i < n; i++)
            mkt_keep_urgent(p, &orders[i]);
        if (n < BATCH)
            break;
        after = orders[n - 1].id;
    }
    return OK;
}

static rc read_month(struct ctx *c, struct mkt_vendor_home_page *p)
{
    struct mkt_scheme scheme;
    struct mkt_statement s;
    bool open;
    int year, month, mday;
    rc r = mkt_scheme_shown(c, &scheme, &open);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    day_civil(instant_day(c->now), &year, &month, &mday);
    TRY(mkt_statement(c->tx, scheme.programme, p->v.id, year, month, &s, c->arena));
    p->captured = s.captured;
    return OK;
}

static rc read_listings(struct ctx *c, struct mkt_vendor_home_page *p)
{
    struct mkt_solution *solutions;
    struct mkt_rating *ratings;
    size_t n;
    TRY(mkt_solutions_of(c->tx, p->v.id, &solutions, &p->n_solutions, c->arena));
    for (size_t i = 0; i < p->n_solutions; i++)
        p->solutions[solutions[i].state]++;
    TRY(mkt_ratings_of_vendor(c->tx, p->v.id, RATINGS, &ratings, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        p->unanswered += ratings[i].reply.n == 0;
    return OK;
}

static rc home_read(struct ctx *c)
{
    struct mkt_vendor_home_page p = {0};
    rc r = mkt_own_vendor(c, &p.v);
    if (r == E_NOTFOUND)
        return go(c, "/market/vendor/register");
    TRY(r);
    TRY(mkt_order_counts(c->tx, MKT_OF_VENDOR, p.v.id, p.by_state));
    TRY(read_waiting(c, &p, MKT_PLACED));
    TRY(read_waiting(c, &p, MKT_ACCEPTED));
    TRY(read_month(c, &p));
    TRY(read_listings(c, &p));
    p.todo = p.v.state != MKT_LISTED || p.by_state[MKT_PLACED] > 0 || p.by_state[MKT_ACCEPTED] > 0 ||
             p.by_state[MKT_DISPUTED] > 0 || p.unanswered > 0 || p.n_solutions == 0 || p.solutions[MKT_DRAFT] > 0 ||
             p.solutions[MKT_CORRECTION] > 0;
    view_market_vendor_home(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- orders ---- */

static const struct choice states[] = {
    {"placed", N_("Placed")},     {"accepted", N_("Accepted")},    {"activated", N_("Activated")},
    {"used", N_("Used")},         {"captured", N_("Points paid")}, {"closed", N_("Ended")},
    {"declined", N_("Declined")}, {"withdrawn", N_("Withdrawn")},  {"lapsed", N_("Lapsed")},
    {"disputed", N_("Disputed")}, {"refunded", N_("Refunded")},    {NULL, NULL}};
INPUT(orders_in, {.name = "state", .type = F_CHOICE, .choices = states, .label = N_("Status")},
      {.name = "after", .type = F_ID, .label = N_("After this order")},
      {.name = "number", .type = F_TEXT, .max = 40, .label = N_("Order number")});
/* How the search is drawn: alone, the number is needed. */
INPUT(find_in, {.name = "number",
                .type = F_TEXT,
                .required = true,
                .max = 40,
                .label = N_("Order number"),
                .hint = N_("20 characters, as on the receipt; hyphens do not matter.")});

/* Goes to the order, or says at the field why not. */
static rc find_order(struct ctx *c, str number, bool *found)
{
    struct mkt_order o;
    char plain[MKT_NUMBER + 1];
    if (mkt_number_parse(number, plain) != OK) {
        (void)ERR_FIELD(&c->err, "number", "MKT-020",
                        N_("This is not an order number: the check characters at its end do not match."));
        return OK;
    }
    rc r = mkt_order_by_number(c->tx, &c->session, number, &o, c->arena);
    *found = r == OK;
    if (r == OK)
        return go(c, "/market/orders/%s", id_shown(c, o.id));
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(c->tx));
    (void)ERR_FIELD(&c->err, "number", "MKT-020", N_("You have no order with this number."));
    return OK;
}

static rc orders_read(struct ctx *c)
{
    struct mkt_vendor_orders_page p = {.find = &find_in, .number = in_value(&c->in, "number")->raw};
    struct mkt_order *orders;
    bool found = false;
    const struct field_value *state = in_value(&c->in, "state"), *after = in_value(&c->in, "after"),
                             *number = in_value(&c->in, "number");
    if (number->given && !number->bad)
        TRY(find_order(c, number->text, &found));
    if (found)
        return OK;
    p.state = state->given && !state->bad ? state->text : STR_EMPTY;
    TRY(mkt_order_counts(c->tx, MKT_OF_VENDOR, c->session.party, p.by_state));
    TRY(mkt_orders(c->tx, MKT_OF_VENDOR, c->session.party, p.state, after->given && !after->bad ? after->i : 0,
                   PER_PAGE + 1, &orders, &p.n, c->arena));
    p.orders = orders;
    if (p.n > PER_PAGE) {
        p.n = PER_PAGE;
        p.next = orders[p.n - 1].id;
    }
    view_market_vendor_orders(&c->reply->body, c, &p);
    return reply_page(c, c->err.n_fields > 0 ? 422 : 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor",
     .perm = SIGNED_IN,
     .read = home_read,
     .summary = N_("The vendor's home: orders waiting, what to do next")},
    {.method = HTTP_GET,
     .path = "/market/vendor/orders",
     .perm = AS_VENDOR,
     .in = &orders_in,
     .read = orders_read,
     .form = orders_read,
     .summary = N_("The vendor's orders by state")},
};
const struct route_table mkt_vendor_routes = {"market", routes, sizeof routes / sizeof routes[0]};
