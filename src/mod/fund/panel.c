/* The panels of a round: opening a review fixes its rules, closing it ends the scores. */
#include "mod/fund/board.h"
#include "mod/fund/proposal.h"

#define PANEL_COLS                                                                                                     \
    "programme, stage, state, opened, due, closed, per_proposal, score_max, places, weight_social, weight_impact,"     \
    " weight_innovation, weight_feasibility, basis, decision"

QUERY(fq_panel_get, "ii", "iitiiiiiiiiiiti",
      "SELECT " PANEL_COLS " FROM fund_panel WHERE programme = $1 AND stage = $2");
QUERY(fq_panel_open, "iiiiiiiiiii", "",
      "INSERT INTO fund_panel (programme, stage, state, opened, due, per_proposal, score_max, places, weight_social,"
      " weight_impact, weight_innovation, weight_feasibility, basis)"
      " VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $10, $11, 'calibrated')"
      " ON CONFLICT (programme, stage) DO NOTHING");
QUERY(fq_panel_close, "iii", "",
      "UPDATE fund_panel SET state = 'closed', closed = $3 WHERE programme = $1 AND stage = $2 AND state = 'open'");
QUERY(fq_panel_due, "iii", "",
      "UPDATE fund_panel SET state = 'open', closed = 0, due = $3"
      " WHERE programme = $1 AND stage = $2 AND state IN ('open', 'closed')");
QUERY(fq_panel_author, "iii", "i",
      "SELECT p.number FROM fund_proposal p WHERE p.programme = $1 AND p.stage >= $2 AND p.state = 'accepted' AND ("
      "EXISTS (SELECT 1 FROM member m WHERE m.party = p.team AND m.account = $3) OR EXISTS (SELECT 1 FROM fund_author u"
      " JOIN account a ON a.email = u.email WHERE u.proposal = p.id AND a.id = $3)) ORDER BY p.number LIMIT 1");

QUERY(fq_panel_decided, "i", PROPOSAL_TYPES,
      "SELECT " PROPOSAL_COLS_OF("p.") " FROM fund_decision_row w JOIN fund_proposal p ON p.id = w.proposal"
                                       " WHERE w.decision = $1 ORDER BY p.number");

static const char *const names[FUND_PANEL_STATES] = {"open", "closed", "proposed", "decided"};

const char *fund_panel_state_label(enum fund_panel_state s)
{
    static const char *const labels[FUND_PANEL_STATES] = {N_("Review is open"), N_("Review is closed"),
                                                          N_("Decision waits for the second officer"), N_("Decided")};
    return labels[s];
}

bool fund_panel_stage(enum fund_phase phase, enum fund_stage *out)
{
    static const enum fund_stage stages[FUND_PHASES] = {
        [FUND_REVIEW] = FUND_FIRST, [FUND_PROOF] = FUND_SECOND, [FUND_AWARDS] = FUND_AWARDED};
    *out = stages[phase];
    return *out != FUND_ENTERED;
}

enum fund_phase fund_panel_phase(enum fund_stage stage)
{
    return stage == FUND_FIRST ? FUND_REVIEW : stage == FUND_SECOND ? FUND_PROOF : FUND_AWARDS;
}

rc fund_panel_get(struct tx *tx, id programme, enum fund_stage stage, struct fund_panel *out)
{
    struct rows r;
    int state = 0;
    rc e = db_one(tx, &fq_panel_get, VALS(v_int(programme), v_int(stage)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-414", N_("The review has not been opened yet."));
    TRY(e);
    *out = (struct fund_panel){.programme = programme,
                               .stage = stage,
                               .opened = row_int(&r, 3),
                               .due = row_int(&r, 4),
                               .closed = row_int(&r, 5),
                               .per_proposal = row_int(&r, 6),
                               .score_max = row_int(&r, 7),
                               .places = row_int(&r, 8),
                               .calibrated = str_eq(row_text(&r, 13), STR("calibrated")),
                               .decision = row_int(&r, 14)};
    for (int i = 0; i < FUND_CRITERIA; i++)
        out->weights[i] = (int32_t)row_int(&r, 9 + i);
    e = fund_word(names, FUND_PANEL_STATES, row_text(&r, 2), &state);
    out->state = (enum fund_panel_state)state;
    rc ended = rows_end(&r);
    return e != OK ? e : ended;
}

bool fund_panel_takes_scores(const struct fund_panel *p, instant now)
{
    return p->state == FUND_PANEL_OPEN && now < p->due;
}

rc fund_candidates(struct tx *tx, id programme, enum fund_stage stage, struct fund_proposal **out, size_t *n,
                   struct arena *a)
{
    return fund_proposals_at(tx, programme, stage - 1, out, n, a);
}

rc fund_panel_candidates(struct tx *tx, const struct fund_panel *p, struct fund_proposal **out, size_t *n,
                         struct arena *a)
{
    if (p->decision != 0)
        return fund_proposals_read(tx, &fq_panel_decided, VALS(v_int(p->decision)), out, n, a);
    return fund_candidates(tx, p->programme, p->stage, out, n, a);
}

static rc places_of(struct tx *tx, id programme, enum fund_stage stage, int64_t *out)
{
    struct fund_awards w;
    if (stage != FUND_AWARDED)
        return fund_places(tx, programme, stage, out);
    TRY(fund_awards_of(tx, programme, &w));
    *out = w.count[FUND_TAKEN] + w.count[FUND_SECOND_AWARD] + w.count[FUND_THIRD_AWARD];
    return OK;
}

rc fund_panel_open(const struct act *x, id programme, enum fund_stage stage)
{
    static const char *const weights[FUND_CRITERIA] = {"review.weight.social", "review.weight.impact",
                                                       "review.weight.innovation", "review.weight.feasibility"};
    struct fund_round r;
    int64_t k, most, days, places, w[FUND_CRITERIA], opened;
    TRY(act_needs_officer(x));
    TRY(fund_round_get(x->tx, programme, &r, x->a));
    TRY(fund_needs_phase(x, &r, fund_panel_phase(stage), fund_panel_phase(stage)));
    TRY(fund_param(x->tx, programme, "review.per_proposal", &k));
    TRY(fund_param(x->tx, programme, "review.score_max", &most));
    TRY(fund_param(x->tx, programme, "review.days", &days));
    TRY(places_of(x->tx, programme, stage, &places));
    for (int i = 0; i < FUND_CRITERIA; i++)
        TRY(fund_param(x->tx, programme, weights[i], &w[i]));
    TRY(db_exec(x->tx, &fq_panel_open,
                VALS(v_int(programme), v_int(stage), v_int(x->at), v_int(day_start(instant_day(x->at) + (day)days + 1)),
                     v_int(k), v_int(most), v_int(places), v_int(w[FUND_SOCIAL]), v_int(w[FUND_IMPACT]),
                     v_int(w[FUND_INNOVATION]), v_int(w[FUND_FEASIBILITY])),
                &opened));
    if (opened == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.review.opened", programme,
                   KVS(kv_int("per_proposal", k), kv_int("places", places), kv_int("score_max", most),
                       kv_int("stage", stage), kv_int("weight_feasibility", w[FUND_FEASIBILITY]),
                       kv_int("weight_impact", w[FUND_IMPACT]), kv_int("weight_innovation", w[FUND_INNOVATION]),
                       kv_int("weight_social", w[FUND_SOCIAL])),
                   NULL);
}

rc fund_panel_close(const struct act *x, id programme, enum fund_stage stage, str reason)
{
    struct fund_panel p;
    struct fund_progress done;
    int64_t changed;
    TRY(act_needs_officer(x));
    TRY(fund_panel_get(x->tx, programme, stage, &p));
    TRY(fund_progress_of(x->tx, &p, &done));
    if (done.missing > 0 && str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "FND-423",
                         N_("Reviews are missing. Please say why the review is closed all the same."));
    TRY(db_exec(x->tx, &fq_panel_close, VALS(v_int(programme), v_int(stage), v_int(x->at)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.review.closed", programme,
                   KVS(kv_text("reason", reason), kv_int("stage", stage), kv_int("submitted", done.submitted),
                       kv_int("wanted", done.wanted)),
                   NULL);
}

rc fund_panel_due(const struct act *x, id programme, enum fund_stage stage, instant due, str reason)
{
    int64_t changed;
    TRY(act_needs_officer(x));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    if (due <= x->at)
        return ERR_FIELD(tx_err(x->tx), "due", "FND-011", N_("This day has passed."));
    TRY(db_exec(x->tx, &fq_panel_due, VALS(v_int(programme), v_int(stage), v_int(due)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.review.due", programme,
                   KVS(kv_text("due", day_text(x->a, due - 1)), kv_text("reason", reason), kv_int("stage", stage)),
                   NULL);
}

rc fund_needs_decider(const struct act *x, const struct fund_panel *p)
{
    int64_t number;
    TRY(act_needs_officer(x));
    rc r = db_one_int(x->tx, &fq_panel_author, VALS(v_int(p->programme), v_int(p->stage - 1), v_int(x->by->account)),
                      &number);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    return ERR(tx_err(x->tx), E_DENIED, "FND-419",
               N_("You are an author of proposal {1}, so you cannot take part in this decision."),
               number_text(x->a, number));
}
