/* Listing cases: what waits for a decision, and one case with its facts, its history and the moves its reader may make.
 * The vendor sees their own cases by the same address. */
#include "base/vec.h"
#include "cases.view.h"
#include "mod/market/pages_office.h"

enum { PER_PAGE = 30 };

INPUT(list_in, {.name = "state", .type = F_TEXT, .max = 20, .label = N_("State")},
      {.name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")});
INPUT(move_in, {.name = "move", .type = F_TEXT, .required = true, .max = 20, .label = N_("What do you decide?")},
      {.name = "reason",
       .type = F_LINES,
       .max = 2000,
       .label = N_("Reason"),
       .hint = N_("The vendor reads it. Needed when you refuse or ask for a correction: say what is missing and where "
                  "it is written.")});

static const char *const states[] = {"",         "submitted", "checking",  "correction",
                                     "approved", "refused",   "withdrawn", NULL};

const char *mkt_case_state_label(str state)
{
    static const struct choice labels[] = {{"", N_("Undecided")},
                                           {"submitted", N_("Submitted")},
                                           {"checking", N_("Being checked")},
                                           {"correction", N_("Correction asked for")},
                                           {"approved", N_("Approved")},
                                           {"refused", N_("Refused")},
                                           {"withdrawn", N_("Withdrawn")},
                                           {NULL, NULL}};
    return choice_label(labels, state);
}

const char *mkt_case_colour(str state)
{
    static const struct choice colours[] = {{"submitted", "blue"}, {"checking", "yellow"}, {"correction", "orange"},
                                            {"approved", "green"}, {"refused", "red"},     {NULL, NULL}};
    const char *colour = choice_label(colours, state);
    return colour[0] ? colour : "grey";
}

const char *mkt_case_move_label(const struct case_kind *k, str move)
{
    for (size_t i = 0; i < k->n_moves; i++)
        if (str_eq(move, str_of(k->moves[i].name)))
            return k->moves[i].label;
    if (str_eq(move, STR("remind")))
        return N_("Reminder of the deadline sent");
    return str_eq(move, STR("open")) ? N_("Submitted") : "";
}

static rc list_read(struct ctx *c)
{
    int64_t page = in_given(&c->in, "page") ? in_int(&c->in, "page") : 1;
    struct mkt_cases_page p = {.states = states, .state = in_text(&c->in, "state")};
    TRY(mkt_listings(c->tx, p.state, (page - 1) * PER_PAGE, PER_PAGE + 1, &p.rows, &p.n, c->arena));
    p.more = p.n > PER_PAGE;
    p.n -= p.more;
    p.pages = (struct pages){.page = page,
                             .pages = page + p.more,
                             .total = 0,
                             .path = STR("/market/cases"),
                             .query = query_without(c, "page")};
    view_market_cases(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* Officers and auditors see every case, a vendor their own. */
static rc case_visible(const struct ctx *c, struct tx *tx, id wanted, struct case_row *row,
                       const struct case_kind **kind)
{
    TRY(case_get(tx, wanted, row, c->arena));
    *kind = mkt_case_kind(row->kind);
    bool own = may(c, AS_VENDOR) && row->party == c->session.party;
    return *kind && (own || may(c, OFFICE)) ? OK : E_NOTFOUND;
}

static rc add_moves(const struct ctx *c, struct mkt_case_page *p)
{
    VEC(struct option) list = {0};
    for (size_t i = 0; i < p->kind->n_moves; i++) {
        struct err unused = {0};
        const struct case_move *move;
        const char *name = p->kind->moves[i].name;
        if (case_move_allowed(p->kind, &p->row, name, &c->session, &move, &unused) != OK)
            continue;
        struct option *o = VEC_ADD(&list, c->arena);
        if (!o)
            return arena_rc(c->arena);
        *o = (struct option){.value = str_of(name), .label = str_of(tr(c->lang, move->label))};
    }
    p->moves = list.v;
    p->n_moves = list.n;
    return OK;
}

static rc case_read(struct ctx *c)
{
    struct mkt_case_page p = {.spec = &move_in};
    struct mkt_scheme scheme;
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(case_visible(c, c->tx, wanted, &p.row, &p.kind));
    p.is_vendor = p.kind == &mkt_vendor_case;
    TRY(mkt_vendor_get(c->tx, p.row.party, &p.vendor, c->arena));
    if (!p.is_vendor)
        TRY(mkt_solution_get(c->tx, p.row.subject, &p.solution, c->arena));
    TRY(case_history(c->tx, wanted, &p.events, &p.n_events, c->arena));
    TRY(add_moves(c, &p));
    TRY(mkt_scheme_latest(c->tx, &scheme));
    TRY(param_int(c->tx, scheme.programme, "listing.two_officers_above", instant_day(c->now), &p.two_officers_above));
    view_market_case(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc case_write(struct tx *tx, struct ctx *c)
{
    struct case_row row;
    const struct case_kind *kind;
    id wanted;
    bool done;
    TRY(path_id(c, "id", &wanted));
    TRY(case_visible(c, tx, wanted, &row, &kind));
    struct act x = ACT(tx, c);
    TRY(mkt_listing_move(&x, wanted, in_text(&c->in, "move"), in_text(&c->in, "reason"), &done));
    flash(c, done ? N_("The decision is recorded.") : N_("Your part is recorded. A second officer has to confirm it."));
    return go(c, "/market/cases/%s", id_shown(c, wanted));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/cases",
     .perm = OFFICE,
     .in = &list_in,
     .read = list_read,
     .summary = N_("Listing cases that wait for a decision")},
    {.method = HTTP_GET,
     .path = "/market/cases/{id}",
     .perm = OFFICE | AS_VENDOR,
     .read = case_read,
     .summary = N_("A listing case: facts, history, moves")},
    {.method = HTTP_POST,
     .path = "/market/cases/{id}",
     .perm = DECIDES | AS_VENDOR,
     .in = &move_in,
     .write = case_write,
     .form = case_read,
     .summary = N_("Decide a listing case")},
};
const struct route_table mkt_case_routes = {"market", routes, sizeof routes / sizeof routes[0]};
