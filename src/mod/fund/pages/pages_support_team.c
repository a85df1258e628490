/* A team's side of companies' offers, and the office's figures of them. */
#include "base/csv.h"
#include "mod/fund/pages/pages_effects.h"
#include "support.view.h"

enum { FITS_SHOWN = 20 };

INPUT(answer_in, {.name = "yes", .type = F_BOOL, .label = N_("Yes: show each other how to get in touch")},
      {.name = "answer", .type = F_LINES, .max = FUND_MESSAGE_MAX, .label = N_("A word to the company")});
INPUT(round_in, FUND_ROUND_FIELD);

static rc team_read(struct ctx *c)
{
    struct fund_support_team_page p = {.spec = &answer_in};
    TRY(fund_own_proposal(c, c->tx, &p.p));
    TRY(fund_approaches_to(c->tx, p.p.id, &p.received, &p.n_received, c->arena));
    if (p.p.state == FUND_ACCEPTED)
        TRY(fund_interests_for(c->tx, &p.p, FITS_SHOWN, &p.fits, &p.n_fits, c->arena));
    p.back = arena_printf(c->arena, "/fund/my/%s", id_shown(c, p.p.id));
    view_fund_support_team(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc answer_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    id approach;
    bool yes = in_bool(&c->in, "yes");
    TRY(fund_own_proposal(c, tx, &p));
    TRY(path_id(c, "thing", &approach));
    TRY(fund_approach_answer(&x, approach, yes, in_text(&c->in, "answer")));
    flash(c, yes ? N_("You said yes: now you see how to reach each other.") : N_("You said no; the company was told."));
    return go(c, "/fund/my/%s/support", id_shown(c, p.id));
}

/* ---- the office ---- */

static rc office_read(struct ctx *c)
{
    struct fund_support_office_page p = {0};
    bool done;
    rc r = fund_round_asked(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_approaches_count(c->tx, p.round.r.programme, &p.counts));
    TRY(fund_approaches_all(c->tx, p.round.r.programme, &p.v, &p.n, c->arena));
    view_fund_support_office(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc office_csv(struct ctx *c)
{
    struct fund_round_shown round;
    struct fund_approach *v;
    size_t n;
    bool first = true, done;
    struct buf *out = &c->reply->body;
    rc r = fund_round_asked(c, &round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_approaches_all(c->tx, round.r.programme, &v, &n, c->arena));
    buf_put(out, STR("\xef\xbb\xbfnumber,title,organisation,kinds,state,sent,ended\r\n"));
    for (size_t i = 0; i < n; i++) {
        csv_puti(out, &first, v[i].number);
        csv_put(out, &first, v[i].title);
        csv_put(out, &first, v[i].organisation);
        csv_put(out, &first, fund_bit_list(c, v[i].kinds, fund_support_kinds, "; "));
        csv_put(out, &first, v[i].state);
        csv_put(out, &first, day_shown(c, instant_day(v[i].sent)));
        csv_put(out, &first, v[i].ended ? day_shown(c, instant_day(v[i].ended)) : STR_EMPTY);
        csv_eol(out, &first);
    }
    return reply_csv(c, "support.csv");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/my/{id}/support",
     .perm = SIGNED_IN,
     .read = team_read,
     .summary = N_("Offers of support to a team, and interests that fit")},
    {.method = HTTP_POST,
     .path = "/fund/my/{id}/support/{thing}",
     .perm = SIGNED_IN,
     .in = &answer_in,
     .write = answer_write,
     .form = team_read,
     .summary = N_("Answer an offer of support")},
    {.method = HTTP_GET,
     .path = "/fund/office/support",
     .perm = OFFICE,
     .in = &round_in,
     .read = office_read,
     .summary = N_("Offers of support in a round: figures")},
    {.method = HTTP_GET,
     .path = "/fund/office/support/csv",
     .perm = OFFICE,
     .in = &round_in,
     .read = office_csv,
     .summary = N_("Offers of support in a round as CSV")},
};
const struct route_table fund_support_team_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
