/* The fund's front page: what the round is, where it stands, what can be done now; and its figures. */
#include "call.view.h"
#include "core/figure_page.h"
#include "core/ledger.h"
#include "mod/fund/pages/pages.h"

INPUT(round_in, FUND_ROUND_FIELD);

static enum fund_todo todo_of(const struct fund_round *r, instant now)
{
    switch (r->phase) {
    case FUND_PREPARED:
        return FUND_TODO_WAIT;
    case FUND_CALL:
        return fund_call_open(r, now) ? FUND_TODO_HAND_IN : now < r->call_opens ? FUND_TODO_WAIT : FUND_TODO_READ;
    case FUND_REVIEW:
    case FUND_PROOF:
    case FUND_TALLY:
        return FUND_TODO_READ;
    case FUND_GIFTS:
        return FUND_TODO_GIVE;
    case FUND_AWARDS:
    case FUND_CLOSED:
    case FUND_PHASES:
        break;
    }
    return FUND_TODO_RESULTS;
}

static rc rounds_of(struct ctx *c, struct fund_round_line **out, size_t *n)
{
    struct programme *all;
    size_t n_all;
    TRY(programme_list(c->tx, STR("fund"), &all, &n_all, c->arena));
    *out = ARENA_ARRAY(c->arena, n_all + 1, struct fund_round_line);
    *n = 0;
    if (!*out)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n_all; i++) {
        struct fund_round r;
        TRY(fund_round_get(c->tx, all[i].id, &r, c->arena));
        (*out)[(*n)++] = (struct fund_round_line){all[i], r.phase};
    }
    return OK;
}

static rc home_read(struct ctx *c)
{
    struct fund_home_page p = {0};
    struct fund_proposal *mine;
    struct ledger_account budget;
    bool done;
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_count(c->tx, p.round.r.programme, &p.counts));
    for (enum fund_stage s = FUND_FIRST; s <= FUND_FINAL; s++)
        TRY(fund_places(c->tx, p.round.r.programme, s, &p.places[s]));
    TRY(ledger_get(c->tx, p.round.r.budget, &budget, c->arena));
    p.budget = twd(budget.balance);
    p.todo = todo_of(&p.round.r, c->now);
    if (c->session.account)
        TRY(fund_mine(c->tx, c->session.account, &mine, &p.mine, c->arena));
    TRY(rounds_of(c, &p.rounds, &p.n_rounds));
    view_fund_home(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- figures ---- */

static struct figures_of figures_of(const struct fund_round_shown *round)
{
    return (struct figures_of){.programme = &round->p,
                               .v = fund_figures,
                               .n = FUND_FIGURES,
                               .all = OFFICE,
                               .path = "/fund/figures",
                               .query = round->query,
                               .label = fund_figure_label};
}

static rc figures_read(struct ctx *c)
{
    struct fund_round_shown round;
    bool done;
    rc r = fund_round_asked(c, &round, &done);
    if (done)
        return OK;
    TRY(r);
    struct figures_of of = figures_of(&round);
    return figures_page(c, &of);
}

static rc csv_read(struct ctx *c)
{
    struct fund_round_shown round;
    const struct field_value *v = in_value(&c->in, "round");
    TRY(fund_round_shown(c, v->given && !v->bad ? v->text : STR_EMPTY, &round));
    struct figures_of of = figures_of(&round);
    return figures_csv(c, &of, request_param(c->req, "code"));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund",
     .perm = PUBLIC,
     .in = &round_in,
     .read = home_read,
     .summary = N_("The public-interest fund: where the round stands")},
    {.method = HTTP_GET,
     .path = "/fund/figures",
     .perm = PUBLIC,
     .in = &round_in,
     .read = figures_read,
     .summary = N_("Published figures of a round")},
    {.method = HTTP_GET,
     .path = "/fund/figures/{code}/csv",
     .perm = PUBLIC,
     .in = &round_in,
     .read = csv_read,
     .summary = N_("A published figure of a round as CSV")},
};
const struct route_table fund_call_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
