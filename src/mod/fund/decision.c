/* A panel's decision: proposed by one officer, confirmed by another; then every chosen proposal goes on. */
#include <stdlib.h>

#include "base/vec.h"
#include "mod/fund/archive/archive.h"
#include "mod/fund/board.h"
#include "mod/fund/score_table.h"
#include "sys/random.h"

QUERY(fq_decision_add, "iiitttii", "",
      "INSERT INTO fund_decision (id, programme, stage, state, basis, table_hash, reason, proposed_by, proposed)"
      " VALUES ($1, $2, $3, 'proposed', $4, $5, $6, $7, $8)");
QUERY(
    fq_decision_row_add, "iiiiiiiiit", "",
    "INSERT INTO fund_decision_row (decision, proposal, reviews, raw, calibrated, raw_rank, rank, take, amount, reason)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
QUERY(fq_decision_text_add, "itt", "",
      "INSERT INTO fund_decision_text (decision, reviews, decided) VALUES ($1, $2, $3)");
QUERY(fq_decision_text, "i", "tt", "SELECT reviews, decided FROM fund_decision_text WHERE decision = $1");
QUERY(
    fq_panel_propose, "iii", "",
    "UPDATE fund_panel SET state = 'proposed', decision = $3 WHERE programme = $1 AND stage = $2 AND state = 'closed'");
QUERY(fq_panel_decide, "iii", "",
      "UPDATE fund_panel SET state = 'decided' WHERE programme = $1 AND stage = $2 AND decision = $3"
      " AND state = 'proposed'");
QUERY(fq_panel_back, "iii", "",
      "UPDATE fund_panel SET state = 'closed', decision = 0 WHERE programme = $1 AND stage = $2 AND decision = $3"
      " AND state = 'proposed'");
QUERY(fq_decision_confirm, "iiii", "",
      "UPDATE fund_decision SET state = 'confirmed', confirmed_by = $2, confirmed = $3, log_entry = $4"
      " WHERE id = $1 AND state = 'proposed'");
QUERY(fq_decision_withdraw, "i", "",
      "UPDATE fund_decision SET state = 'withdrawn' WHERE id = $1 AND state = 'proposed'");
QUERY(fq_decision_get, "i", "itttttiTiii",
      "SELECT d.id, d.state, d.basis, d.table_hash, d.reason, COALESCE(p.name, ''), d.proposed_by, c.name, d.proposed,"
      " d.confirmed, d.log_entry FROM fund_decision d LEFT JOIN account p ON p.id = d.proposed_by"
      " LEFT JOIN account c ON c.id = d.confirmed_by WHERE d.id = $1");
QUERY(fq_decided_rows, "i", "iitttiiiiiiit",
      "SELECT w.proposal, p.number, p.title, p.title_en, p.field, w.reviews, w.raw, w.calibrated, w.raw_rank, w.rank,"
      " w.take, w.amount, w.reason FROM fund_decision_row w JOIN fund_proposal p ON p.id = w.proposal"
      " WHERE w.decision = $1 AND (w.take > 0 OR w.reason <> '')"
      " ORDER BY CASE WHEN w.take = 0 THEN 9 ELSE w.take END, CASE WHEN w.rank = 0 THEN 1 ELSE 0 END, w.rank,"
      " p.number");

static rc in_state(const struct act *x, id programme, enum fund_stage stage, enum fund_panel_state s,
                   struct fund_panel *p)
{
    TRY(fund_panel_get(x->tx, programme, stage, p));
    TRY(fund_needs_decider(x, p));
    if (p->state != s)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-415", N_("The panel's present state does not allow this."));
    return OK;
}

/* No more than there are places, of each class of award too. */
static rc check_places(const struct act *x, const struct fund_panel *p, const struct fund_draft *d)
{
    int64_t classes[4] = {0};
    for (size_t i = 0; i < d->n; i++)
        classes[d->rows[i].take]++;
    bool full = (int64_t)d->taken > p->places;
    for (int take = FUND_TAKEN; p->stage == FUND_AWARDED && take <= FUND_THIRD_AWARD; take++)
        full |= classes[take] > d->awards.count[take];
    if (full)
        return ERR(tx_err(x->tx), E_LIMIT, "FND-417",
                   N_("More are chosen than there are places: {1} places, {2} chosen. Leave others out first."),
                   number_text(x->a, p->places), number_text(x->a, (int64_t)d->taken));
    if (d->taken == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-415", N_("Nothing is chosen yet."));
    return OK;
}

static rc write_rows(const struct act *x, id decision, const struct fund_draft *d)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct fund_choice *c = &d->rows[i];
        const struct fund_result *r = &c->result;
        TRY(db_exec(x->tx, &fq_decision_row_add,
                    VALS(v_int(decision), v_int(r->proposal->id), v_int(r->reviews), v_int(r->raw),
                         v_int(r->calibrated), v_int(r->raw_rank), v_int(r->rank), v_int(c->take), v_int(c->amount),
                         v_text(c->reason)),
                    NULL));
    }
    return OK;
}

static int by_number(const void *a, const void *b)
{
    const struct fund_decided_line *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* What is decided and on what, as it will be published: a proposal that is withdrawn or a reviewer who leaves later
 * must not change it. */
static rc write_texts(const struct act *x, id decision, const struct fund_panel *p, const struct fund_draft *d)
{
    struct fund_review_line *reviews;
    struct fund_decided_line *lines = ARENA_ARRAY(x->a, d->n + 1, struct fund_decided_line);
    size_t n_reviews;
    BUF_SCOPED review_text = BUF_INIT(FUND_DECISION_TEXT_MAX);
    BUF_SCOPED decided_text = BUF_INIT(FUND_DECISION_TEXT_MAX);
    if (!lines)
        return arena_rc(x->a);
    for (size_t i = 0; i < d->n; i++) {
        const struct fund_choice *c = &d->rows[i];
        const struct fund_result *r = &c->result;
        lines[i] = (struct fund_decided_line){
            r->proposal->number, r->reviews, r->raw, r->calibrated, r->raw_rank, r->rank, c->take,
            c->amount,           c->reason};
    }
    qsort(lines, d->n, sizeof *lines, by_number);
    TRY(fund_review_lines(x->tx, p, &reviews, &n_reviews, x->a));
    fund_reviews_text(reviews, n_reviews, &review_text);
    fund_decided_text(p->stage, lines, d->n, &decided_text);
    TRY(buf_rc(&review_text));
    TRY(buf_rc(&decided_text));
    return db_exec(x->tx, &fq_decision_text_add,
                   VALS(v_int(decision), v_text(buf_str(&review_text)), v_text(buf_str(&decided_text))), NULL);
}

rc fund_decision_texts(struct tx *tx, id decision, struct fund_decision_texts *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &fq_decision_text, VALS(v_int(decision)), &r));
    *out = (struct fund_decision_texts){.reviews = row_dup(&r, 0, a), .decided = row_dup(&r, 1, a)};
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_decision_propose(const struct act *x, id programme, enum fund_stage stage, str hash, str reason, id *out)
{
    struct fund_round round;
    struct fund_panel p;
    struct fund_draft d;
    int64_t changed;
    TRY(in_state(x, programme, stage, FUND_PANEL_CLOSED, &p));
    TRY(fund_round_get(x->tx, programme, &round, x->a));
    TRY(fund_needs_phase(x, &round, fund_panel_phase(stage), fund_panel_phase(stage)));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    TRY(fund_draft_of(x->tx, &p, &d, x->a));
    if (!str_eq(hash, d.results.hash))
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-420",
                   N_("The score table has changed since you looked at it. Please look again."));
    TRY(check_places(x, &p, &d));
    *out = id_new();
    str basis = p.calibrated ? STR("calibrated") : STR("raw");
    TRY(db_exec(x->tx, &fq_decision_add,
                VALS(v_int(*out), v_int(programme), v_int(stage), v_text(basis), v_text(hash), v_text(str_trim(reason)),
                     v_int(x->by->account), v_int(x->at)),
                NULL));
    TRY(write_rows(x, *out, &d));
    TRY(write_texts(x, *out, &p, &d));
    TRY(db_exec(x->tx, &fq_panel_propose, VALS(v_int(programme), v_int(stage), v_int(*out)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.decision.proposed", *out,
                   KVS(kv_text("basis", basis), kv_int("chosen", (int64_t)d.taken), kv_text("reason", reason),
                       kv_int("stage", stage), kv_text("table_sha256", hash)),
                   NULL);
}

static rc advance_all(const struct act *x, enum fund_stage stage, const struct fund_decided *rows, size_t n,
                      int64_t *chosen)
{
    *chosen = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].take == FUND_NOT_TAKEN)
            continue;
        ++*chosen;
        TRY(fund_proposal_advance(x, rows[i].proposal, stage, rows[i].amount,
                                  rows[i].reason.n > 0 ? rows[i].reason : STR("panel")));
    }
    return OK;
}

rc fund_decision_confirm(const struct act *x, id programme, enum fund_stage stage)
{
    struct fund_panel p;
    struct fund_decision d;
    struct fund_decision_texts texts;
    struct fund_decided *rows;
    size_t n;
    int64_t changed, chosen;
    id entry;
    TRY(in_state(x, programme, stage, FUND_PANEL_PROPOSED, &p));
    TRY(fund_decision_get(x->tx, p.decision, &d, x->a));
    if (d.proposed_by == x->by->account)
        return ERR(tx_err(x->tx), E_DENIED, "FND-418", N_("Another officer must confirm what you proposed."));
    TRY(db_exec(x->tx, &fq_panel_decide, VALS(v_int(programme), v_int(stage), v_int(d.id)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    TRY(fund_decided_rows(x->tx, d.id, &rows, &n, x->a));
    TRY(fund_decision_texts(x->tx, d.id, &texts, x->a));
    TRY(advance_all(x, stage, rows, n, &chosen));
    TRY(act_log(
        x, "fund.decision.confirmed", d.id,
        KVS(kv_text("basis", d.basis), kv_int("chosen", chosen),
            kv_text("decided_sha256", sha256_hex_of(x->a, texts.decided)), kv_int("per_proposal", p.per_proposal),
            kv_int("places", p.places), kv_text("reason", d.reason),
            kv_text("reviews_sha256", sha256_hex_of(x->a, texts.reviews)), kv_int("score_max", p.score_max),
            kv_int("stage", stage), kv_text("table_sha256", d.table_hash),
            kv_int("weight_feasibility", p.weights[FUND_FEASIBILITY]), kv_int("weight_impact", p.weights[FUND_IMPACT]),
            kv_int("weight_innovation", p.weights[FUND_INNOVATION]), kv_int("weight_social", p.weights[FUND_SOCIAL])),
        &entry));
    TRY(db_exec(x->tx, &fq_decision_confirm, VALS(v_int(d.id), v_int(x->by->account), v_int(x->at), v_int(entry)),
                NULL));
    return stage == FUND_AWARDED ? fund_archive_queue(x, programme) : OK;
}

rc fund_decision_withdraw(const struct act *x, id programme, enum fund_stage stage, str reason)
{
    struct fund_panel p;
    int64_t changed;
    TRY(in_state(x, programme, stage, FUND_PANEL_PROPOSED, &p));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    TRY(db_exec(x->tx, &fq_decision_withdraw, VALS(v_int(p.decision)), NULL));
    TRY(db_exec(x->tx, &fq_panel_back, VALS(v_int(programme), v_int(stage), v_int(p.decision)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.decision.withdrawn", p.decision, KVS(kv_text("reason", reason), kv_int("stage", stage)),
                   NULL);
}

rc fund_decision_get(struct tx *tx, id decision, struct fund_decision *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &fq_decision_get, VALS(v_int(decision)), &r));
    *out = (struct fund_decision){.id = decision,
                                  .state = row_dup(&r, 1, a),
                                  .basis = row_dup(&r, 2, a),
                                  .table_hash = row_dup(&r, 3, a),
                                  .reason = row_dup(&r, 4, a),
                                  .proposer = row_dup(&r, 5, a),
                                  .proposed_by = row_int(&r, 6),
                                  .confirmer = row_null(&r, 7) ? STR_EMPTY : row_dup(&r, 7, a),
                                  .proposed = row_int(&r, 8),
                                  .confirmed = row_int(&r, 9),
                                  .log_entry = row_int(&r, 10)};
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_decided_rows(struct tx *tx, id decision, struct fund_decided **out, size_t *n, struct arena *a)
{
    VEC(struct fund_decided) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_decided_rows, VALS(v_int(decision)), &r));
    while (rows_next(&r)) {
        struct fund_decided *d = VEC_ADD(&list, a);
        if (!d)
            break;
        *d = (struct fund_decided){.proposal = row_int(&r, 0),
                                   .number = row_int(&r, 1),
                                   .title = row_dup(&r, 2, a),
                                   .title_en = row_dup(&r, 3, a),
                                   .field = row_dup(&r, 4, a),
                                   .reviews = row_int(&r, 5),
                                   .raw = row_int(&r, 6),
                                   .calibrated = row_int(&r, 7),
                                   .raw_rank = row_int(&r, 8),
                                   .rank = row_int(&r, 9),
                                   .take = (int)row_int(&r, 10),
                                   .amount = row_int(&r, 11),
                                   .reason = row_dup(&r, 12, a)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}
