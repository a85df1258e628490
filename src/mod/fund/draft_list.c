/* The list that a panel would decide on now: the order's first places, with the deviations recorded so far. */
#include <stdlib.h>

#include "base/vec.h"
#include "core/programme.h"
#include "mod/fund/board.h"

QUERY(
    fq_deviations, "ii", "iiit",
    "SELECT proposal, take, amount, reason FROM fund_deviation WHERE programme = $1 AND stage = $2 ORDER BY proposal");
QUERY(fq_deviation_put, "iiiiitii", "",
      "INSERT INTO fund_deviation (programme, stage, proposal, take, amount, reason, by_account, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (programme, stage, proposal) DO UPDATE SET"
      " take = excluded.take, amount = excluded.amount, reason = excluded.reason, by_account = excluded.by_account,"
      " at = excluded.at");
QUERY(fq_deviation_drop, "iii", "", "DELETE FROM fund_deviation WHERE programme = $1 AND stage = $2 AND proposal = $3");
QUERY(fq_basis, "iit", "", "UPDATE fund_panel SET basis = $3 WHERE programme = $1 AND stage = $2 AND state = 'closed'");

const struct choice fund_award_classes[] = {
    {"first", N_("First award")}, {"second", N_("Second award")}, {"third", N_("Third award")}, {NULL, NULL}};

rc fund_awards_at(struct tx *tx, id programme, day on, struct fund_awards *out)
{
    static const char *const counts[] = {"award.first.count", "award.second.count", "award.third.count"};
    static const char *const amounts[] = {"award.first.amount", "award.second.amount", "award.third.amount"};
    *out = (struct fund_awards){0};
    for (int i = 0; i < 3; i++) {
        TRY(param_int(tx, programme, counts[i], on, &out->count[i + 1]));
        TRY(param_int(tx, programme, amounts[i], on, &out->amount[i + 1]));
    }
    return OK;
}

rc fund_awards_of(struct tx *tx, id programme, struct fund_awards *out)
{
    return fund_awards_at(tx, programme, instant_day(tx_now(tx)), out);
}

/* What the order alone gives the proposal at this position (from 0) among those with a score. */
static int take_at(const struct fund_panel *p, const struct fund_awards *w, size_t position)
{
    int64_t at = (int64_t)position;
    if (p->stage != FUND_AWARDED)
        return at < p->places ? FUND_TAKEN : FUND_NOT_TAKEN;
    for (int take = FUND_TAKEN; take <= FUND_THIRD_AWARD; at -= w->count[take++])
        if (at < w->count[take])
            return take;
    return FUND_NOT_TAKEN;
}

static int by_raw_rank(const void *a, const void *b)
{
    const struct fund_choice *x = a, *y = b;
    uint32_t i = x->result.raw_rank ? x->result.raw_rank : UINT32_MAX;
    uint32_t j = y->result.raw_rank ? y->result.raw_rank : UINT32_MAX;
    if (i != j)
        return i < j ? -1 : 1;
    return x->result.rank < y->result.rank ? -1 : x->result.rank > y->result.rank;
}

static rc apply_deviations(struct tx *tx, const struct fund_panel *p, struct fund_draft *d, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &fq_deviations, VALS(v_int(p->programme), v_int(p->stage)), &r));
    while (rows_next(&r))
        for (size_t i = 0; i < d->n; i++) {
            struct fund_choice *c = &d->rows[i];
            int take = (int)row_int(&r, 1);
            if (c->result.proposal->id != row_int(&r, 0) || (take == c->take && row_int(&r, 2) == c->amount))
                continue; /* the order has come to agree with it meanwhile */
            c->take = take;
            c->amount = row_int(&r, 2);
            c->reason = row_dup(&r, 3, a);
            c->deviates = true;
        }
    return rows_end(&r);
}

rc fund_draft_of(struct tx *tx, const struct fund_panel *p, struct fund_draft *out, struct arena *a)
{
    *out = (struct fund_draft){0};
    TRY(fund_results_of(tx, p, 0, &out->results, a));
    if (p->stage == FUND_AWARDED)
        TRY(fund_awards_of(tx, p->programme, &out->awards));
    out->n = out->results.n;
    out->rows = ARENA_ARRAY(a, out->n, struct fund_choice);
    if (out->n > 0 && !out->rows)
        return arena_rc(a);
    for (size_t i = 0; i < out->n; i++)
        out->rows[i] = (struct fund_choice){.result = out->results.rows[i], .reason = STR_EMPTY};
    if (!p->calibrated && out->n > 0)
        qsort(out->rows, out->n, sizeof out->rows[0], by_raw_rank);
    for (size_t i = 0; i < out->n; i++) {
        struct fund_choice *c = &out->rows[i];
        c->take = c->result.rank > 0 ? take_at(p, &out->awards, i) : FUND_NOT_TAKEN;
        c->amount = p->stage == FUND_AWARDED ? out->awards.amount[c->take] : 0;
    }
    TRY(apply_deviations(tx, p, out, a));
    for (size_t i = 0; i < out->n; i++)
        out->taken += out->rows[i].take != FUND_NOT_TAKEN;
    return arena_rc(a);
}

static rc closed_panel(const struct act *x, id programme, enum fund_stage stage, struct fund_panel *p)
{
    TRY(fund_panel_get(x->tx, programme, stage, p));
    TRY(fund_needs_decider(x, p));
    if (p->state != FUND_PANEL_CLOSED)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-415", N_("The panel's present state does not allow this."));
    return OK;
}

rc fund_draft_basis(const struct act *x, id programme, enum fund_stage stage, bool calibrated)
{
    struct fund_panel p;
    TRY(closed_panel(x, programme, stage, &p));
    str basis = calibrated ? STR("calibrated") : STR("raw");
    TRY(db_exec(x->tx, &fq_basis, VALS(v_int(programme), v_int(stage), v_text(basis)), NULL));
    return act_log(x, "fund.panel.basis", programme, KVS(kv_text("basis", basis), kv_int("stage", stage)), NULL);
}

/* The first award is one sum, the others are "up to". */
static rc check_award(const struct act *x, const struct fund_panel *p, int take, int64_t amount)
{
    struct fund_awards w;
    if (p->stage != FUND_AWARDED)
        return amount == 0 && take <= FUND_TAKEN ? OK : E_INTERNAL;
    TRY(fund_awards_of(x->tx, p->programme, &w));
    if (take < FUND_NOT_TAKEN || take > FUND_THIRD_AWARD)
        return E_INTERNAL;
    bool fits = take == FUND_NOT_TAKEN ? amount == 0
                : take == FUND_TAKEN   ? amount == w.amount[take]
                                       : amount > 0 && amount <= w.amount[take];
    if (fits)
        return OK;
    return ERR_FIELD(tx_err(x->tx), "amount", "FND-421",
                     take == FUND_NOT_TAKEN ? N_("There is no amount without an award.")
                     : take == FUND_TAKEN   ? N_("This award is NT${1}.")
                                            : N_("This award is above zero and at most NT${1}."),
                     number_text(x->a, w.amount[take]));
}

rc fund_draft_deviate(const struct act *x, id programme, enum fund_stage stage, int64_t number, int take,
                      int64_t amount, str reason)
{
    struct fund_panel p;
    struct fund_proposal proposal;
    TRY(closed_panel(x, programme, stage, &p));
    rc found = fund_proposal_by_number(x->tx, programme, number, &proposal, x->a);
    if (found != OK && found != E_NOTFOUND)
        return found;
    err_clear(tx_err(x->tx));
    if (found == E_NOTFOUND || proposal.state != FUND_ACCEPTED || proposal.stage + 1 < stage)
        return ERR_FIELD(tx_err(x->tx), "number", "FND-006", N_("There is no such proposal."));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    TRY(check_award(x, &p, take, amount));
    return db_exec(x->tx, &fq_deviation_put,
                   VALS(v_int(programme), v_int(stage), v_int(proposal.id), v_int(take), v_int(amount),
                        v_text(str_trim(reason)), v_int(x->by->account), v_int(x->at)),
                   NULL);
}

rc fund_draft_follow(const struct act *x, id programme, enum fund_stage stage, int64_t number)
{
    struct fund_panel p;
    struct fund_proposal proposal;
    TRY(closed_panel(x, programme, stage, &p));
    TRY(fund_proposal_by_number(x->tx, programme, number, &proposal, x->a));
    return db_exec(x->tx, &fq_deviation_drop, VALS(v_int(programme), v_int(stage), v_int(proposal.id)), NULL);
}
