/* What is published after a decision: the list with its reasons for everybody, the comments for the team. */
#include "core/publiclog.h"
#include "decisions.view.h"
#include "mod/fund/pages/pages_board.h"

INPUT(round_in, FUND_ROUND_FIELD);
INPUT(proof_in, FUND_BOARD_FIELDS);

static const enum fund_stage stages[] = {FUND_FIRST, FUND_SECOND, FUND_AWARDED};
enum { STAGES = sizeof stages / sizeof stages[0] };

/* The panel of one stage when it has decided. */
static rc decided_at(const struct ctx *c, const struct fund_round_shown *round, int i, struct fund_board_at *at,
                     bool *decided)
{
    *at = (struct fund_board_at){.round = *round,
                                 .stage = stages[i],
                                 .stage_name = fund_panel_names[i].value,
                                 .stage_label = fund_panel_names[i].label};
    rc found = fund_panel_get(c->tx, round->r.programme, stages[i], &at->panel);
    *decided = found == OK && at->panel.state == FUND_PANEL_DECIDED;
    if (found == E_NOTFOUND)
        err_clear(tx_err(c->tx));
    return found == E_NOTFOUND ? OK : found;
}

static rc decisions_read(struct ctx *c)
{
    struct fund_decisions_page p = {0};
    TRY(fund_round_shown(c, in_text(&c->in, "round"), &p.round));
    for (int i = STAGES - 1; i >= 0; i--) {
        struct fund_published *v = &p.v[p.n];
        bool decided;
        TRY(decided_at(c, &p.round, i, &v->at, &decided));
        if (!decided)
            continue;
        TRY(fund_decision_get(c->tx, v->at.panel.decision, &v->decision, c->arena));
        TRY(fund_decided_rows(c->tx, v->at.panel.decision, &v->rows, &v->n, c->arena));
        p.n++;
    }
    view_fund_decisions(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* The record names no person: chosen, reasons, hash of the score table. */
static rc proof_read(struct ctx *c)
{
    struct fund_board_at at;
    struct fund_decision d;
    TRY(fund_board_at(c, &at));
    if (!at.has_panel || at.panel.state != FUND_PANEL_DECIDED)
        return E_NOTFOUND;
    TRY(fund_decision_get(c->tx, at.panel.decision, &d, c->arena));
    TRY(log_proof_json(c->tx, d.log_entry, &c->reply->body, c->arena));
    return reply_download(c, "application/json", STR("decision-proof.json"));
}

static rc my_reviews_read(struct ctx *c)
{
    struct fund_my_reviews_page p = {0};
    struct fund_round_shown round;
    int64_t number;
    TRY(fund_board_number(c, &number));
    TRY(fund_round_shown(c, in_text(&c->in, "round"), &round));
    TRY(fund_proposal_by_number(c->tx, round.r.programme, number, &p.p, c->arena));
    if (!fund_on_team(c->tx, p.p.team, c->session.account))
        return ERR(&c->err, E_DENIED, "FND-004", N_("Only the proposal's own team may do this."));
    for (int i = STAGES - 1; i >= 0; i--) {
        bool decided;
        TRY(decided_at(c, &round, i, &p.at[p.n], &decided));
        if (!decided || p.p.stage + 1 < stages[i])
            continue;
        TRY(fund_reviews(c->tx, round.r.programme, stages[i], p.p.id, true, &p.rows[p.n], &p.n_rows[p.n], c->arena));
        p.n++;
    }
    view_fund_my_reviews(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/decisions",
     .perm = PUBLIC,
     .in = &round_in,
     .read = decisions_read,
     .summary = N_("Decisions of the panels, with their reasons")},
    {.method = HTTP_GET,
     .path = "/fund/decisions/proof",
     .perm = PUBLIC,
     .in = &proof_in,
     .read = proof_read,
     .summary = N_("Proof that a decision is in the public log")},
    {.method = HTTP_GET,
     .path = "/fund/my/reviews/{number}",
     .perm = SIGNED_IN,
     .in = &round_in,
     .read = my_reviews_read,
     .summary = N_("What the experts wrote about my team's proposal")},
};
const struct route_table fund_decision_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
