/* A round's result on its way: proposed by one officer, published by another, and read back as it was published. */
#include "base/vec.h"
#include "mod/fund/archive/archive.h"
#include "mod/fund/board.h"
#include "mod/fund/publish.h"

WATCHED(fund_tally_line);
QUERY(fq_tally_get, "i", "tttTTiiii",
      "SELECT t.state, t.results_hash, t.reason, p.name, q.name, t.proposed_by, t.proposed, t.published, t.log_entry"
      " FROM fund_tally t LEFT JOIN account p ON p.id = t.proposed_by LEFT JOIN account q ON q.id = t.published_by"
      " WHERE t.programme = $1");
QUERY(fq_tally_figures, "i", "iiiiii",
      "SELECT places, gifts, donors, outcome, paid, unspent FROM fund_tally WHERE programme = $1 AND state ="
      " 'published'");
QUERY(fq_tally_propose, "ittiiiiiiii", "",
      "INSERT INTO fund_tally (programme, state, results_hash, reason, places, gifts, donors, outcome, paid, unspent,"
      " proposed_by, proposed) VALUES ($1, 'proposed', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
      " ON CONFLICT (programme) DO NOTHING");
QUERY(fq_tally_withdraw, "i", "", "DELETE FROM fund_tally WHERE programme = $1 AND state = 'proposed'");
QUERY(fq_tally_publish, "iiii", "",
      "UPDATE fund_tally SET state = 'published', published_by = $2, published = $3, log_entry = $4"
      " WHERE programme = $1 AND state = 'proposed'");
QUERY(fq_tally_line_add, "iiiiiitiii", "",
      "INSERT INTO fund_tally_line (programme, rank, proposal, donors, raised, counted, weight, match, capped, chosen)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
QUERY(fq_tally_lines, "i", "iittiiiitiii",
      "SELECT l.proposal, p.number, p.title, p.title_en, l.rank, l.donors, l.raised, l.counted, l.weight, l.match,"
      " l.capped, l.chosen FROM fund_tally_line l JOIN fund_proposal p ON p.id = l.proposal WHERE l.programme = $1"
      " ORDER BY l.rank");
QUERY(fq_tally_line, "i", "iiiiiii",
      "SELECT rank, donors, raised, counted, match, capped, chosen FROM fund_tally_line WHERE proposal = $1");
QUERY(fq_tally_latest, "", "i",
      "SELECT programme FROM fund_tally WHERE state = 'published' ORDER BY published DESC, programme DESC LIMIT 1");
QUERY(fq_open_imports, "i", "i", "SELECT COUNT(*) FROM fund_gift_import WHERE programme = $1 AND state = 'waiting'");
QUERY(fq_open_appeals, "i", "i",
      "SELECT COUNT(*) FROM fund_gift_appeal a JOIN fund_gift g ON g.id = a.gift JOIN case_file c ON c.id = a.id"
      " WHERE g.programme = $1 AND c.state = 'submitted'");
QUERY(fq_last_import, "i", "i",
      "SELECT CAST(COALESCE(MAX(done), 0) AS BIGINT) FROM fund_gift_import WHERE programme = $1 AND state = 'done'");

/* ---- reading ---- */

rc fund_tally_get(struct tx *tx, id programme, struct fund_tally *out, struct arena *a)
{
    struct rows r;
    *out = (struct fund_tally){.hash = STR_EMPTY, .reason = STR_EMPTY, .proposer = STR_EMPTY, .publisher = STR_EMPTY};
    rc e = db_one(tx, &fq_tally_get, VALS(v_int(programme)), &r);
    if (e == E_NOTFOUND)
        return OK;
    TRY(e);
    *out = (struct fund_tally){.state = str_eq(row_text(&r, 0), STR("published")) ? FUND_TALLY_PUBLISHED
                                                                                  : FUND_TALLY_PROPOSED,
                               .hash = row_dup(&r, 1, a),
                               .reason = row_dup(&r, 2, a),
                               .proposer = row_null(&r, 3) ? STR_EMPTY : row_dup(&r, 3, a),
                               .publisher = row_null(&r, 4) ? STR_EMPTY : row_dup(&r, 4, a),
                               .proposed_by = row_int(&r, 5),
                               .proposed = row_int(&r, 6),
                               .published = row_int(&r, 7),
                               .log_entry = row_int(&r, 8)};
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc contradiction(struct tx *tx)
{
    return ERR(tx_err(tx), E_CORRUPT, "FND-607", N_("The stored result contradicts the gifts or the rules."));
}

/* Digits of a weight: below 2^126, so 38 of them at most. */
static rc read_weight(struct tx *tx, str text, u128 *out)
{
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return contradiction(tx);
        *out = *out * 10u + (unsigned)(text.p[i] - '0');
    }
    return text.n > 0 && text.n <= 38 ? OK : contradiction(tx);
}

static rc read_line(const struct rows *r, struct fund_score_line *l, struct arena *a)
{
    *l = (struct fund_score_line){.proposal = row_int(r, 0),
                                  .number = row_int(r, 1),
                                  .title = row_dup(r, 2, a),
                                  .title_en = row_dup(r, 3, a),
                                  .rank = row_int(r, 4),
                                  .sums = {.donors = row_int(r, 5),
                                           .raised = row_int(r, 6),
                                           .counted = row_int(r, 7),
                                           .match = row_int(r, 9),
                                           .capped = row_int(r, 10) != 0},
                                  .chosen = row_int(r, 11) != 0};
    TRY(i64_add(l->sums.raised, l->sums.match, &l->sums.total));
    return read_weight(r->tx, row_text(r, 8), &l->sums.weight);
}

static rc read_lines(struct tx *tx, id programme, struct fund_outcome *out, struct arena *a)
{
    VEC(struct fund_score_line) list = {0};
    struct rows r;
    rc e = OK;
    TRY(db_select(tx, &fq_tally_lines, VALS(v_int(programme)), &r));
    while (e == OK && rows_next(&r)) {
        struct fund_score_line *l = VEC_ADD(&list, a);
        e = l ? read_line(&r, l, a) : arena_rc(a);
    }
    rc ended = rows_end(&r);
    out->lines = list.v;
    out->n = list.n;
    return e != OK ? e : ended;
}

rc fund_outcome_get(struct tx *tx, id programme, struct fund_outcome *out, struct arena *a)
{
    struct fund_round round;
    struct fund_rules rules;
    struct rows r;
    TRY(fund_round_get(tx, programme, &round, a));
    rc e = db_one(tx, &fq_tally_figures, VALS(v_int(programme)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-602", N_("The result of this round is not published yet."));
    TRY(e);
    *out = (struct fund_outcome){.places = row_int(&r, 0),
                                 .gifts = row_int(&r, 1),
                                 .donors = row_int(&r, 2),
                                 .outcome = (unsigned)row_int(&r, 3),
                                 .paid = row_int(&r, 4),
                                 .unspent = row_int(&r, 5)};
    TRY(rows_end(&r));
    TRY(fund_rules_of(tx, &round, &rules, a));
    out->rules = rules.tally;
    TRY(read_lines(tx, programme, out, a));
    return fund_outcome_sum(out, a);
}

rc fund_line_of(struct tx *tx, id proposal, struct fund_score_line *out)
{
    struct rows r;
    TRY(db_one(tx, &fq_tally_line, VALS(v_int(proposal)), &r));
    *out = (struct fund_score_line){.proposal = proposal,
                                    .rank = row_int(&r, 0),
                                    .sums = {.donors = row_int(&r, 1),
                                             .raised = row_int(&r, 2),
                                             .counted = row_int(&r, 3),
                                             .match = row_int(&r, 4),
                                             .capped = row_int(&r, 5) != 0},
                                    .chosen = row_int(&r, 6) != 0};
    out->sums.total = out->sums.raised + out->sums.match;
    return rows_end(&r);
}

rc fund_results_latest(struct tx *tx, id *programme)
{
    return db_one_int(tx, &fq_tally_latest, NOVALS, programme);
}

/* ---- what stands in the way ---- */

rc fund_blockers(struct tx *tx, id programme, struct fund_blockers *out)
{
    int64_t last, days;
    TRY(db_one_int(tx, &fq_open_imports, VALS(v_int(programme)), &out->imports));
    TRY(db_one_int(tx, &fq_open_appeals, VALS(v_int(programme)), &out->appeals));
    TRY(db_one_int(tx, &fq_last_import, VALS(v_int(programme)), &last));
    TRY(fund_param(tx, programme, "gift.appeal_days", &days));
    out->until = last ? last + days * DAY : 0;
    return OK;
}

bool fund_blocked(const struct fund_blockers *b, instant now)
{
    return b->imports > 0 || b->appeals > 0 || now < b->until;
}

static rc nothing_open(const struct act *x, id programme)
{
    struct fund_blockers b;
    TRY(fund_blockers(x->tx, programme, &b));
    if (!fund_blocked(&b, x->at))
        return OK;
    if (b.imports > 0 || b.appeals > 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-603", N_("{1} imports and {2} appeals are not finished yet."),
                   number_text(x->a, b.imports), number_text(x->a, b.appeals));
    return ERR(tx_err(x->tx), E_CONFLICT, "FND-603", N_("Donors can appeal until the end of {1}."),
               day_text(x->a, b.until - 1));
}

/* ---- two officers ---- */

static rc changed(const struct act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "FND-604",
               N_("The result is another one by now: gifts, appeals or proposals have changed. Please look again."));
}

/* The result as it is now, for an officer who belongs to none of its teams. */
static rc decide(const struct act *x, id programme, struct fund_outcome *o)
{
    struct fund_round round;
    TRY(act_needs_officer(x));
    TRY(fund_round_get(x->tx, programme, &round, x->a));
    TRY(fund_needs_phase(x, &round, FUND_TALLY, FUND_TALLY));
    TRY(nothing_open(x, programme));
    TRY(fund_outcome_now(x->tx, &round, o, x->a));
    for (size_t i = 0; i < o->n; i++) {
        struct fund_proposal p;
        TRY(fund_proposal_get(x->tx, o->lines[i].proposal, &p, x->a));
        if (fund_on_team(x->tx, p.team, x->by->account))
            return ERR(tx_err(x->tx), E_DENIED, "FND-609",
                       N_("You belong to a team that was given to: another officer must decide."));
    }
    return OK;
}

rc fund_tally_propose(const struct act *x, id programme, str hash, str reason)
{
    struct fund_outcome o;
    int64_t added;
    TRY(decide(x, programme, &o));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    if (!str_eq(hash, o.hash))
        return changed(x);
    TRY(db_exec(x->tx, &fq_tally_propose,
                VALS(v_int(programme), v_text(o.hash), v_text(str_trim(reason)), v_int(o.places), v_int(o.gifts),
                     v_int(o.donors), v_int(o.outcome), v_int(o.paid), v_int(o.unspent), v_int(x->by->account),
                     v_int(x->at)),
                &added));
    if (added == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-605", N_("A result is proposed already."));
    return act_log(x, "fund.tally.proposed", programme,
                   KVS(kv_text("reason", reason), kv_text("results_sha256", o.hash)), NULL);
}

static rc nothing_proposed(const struct act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "FND-605", N_("No result is proposed, or it is published already."));
}

rc fund_tally_withdraw(const struct act *x, id programme, str reason)
{
    struct fund_tally t;
    int64_t removed;
    TRY(act_needs_officer(x));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    TRY(fund_tally_get(x->tx, programme, &t, x->a));
    TRY(db_exec(x->tx, &fq_tally_withdraw, VALS(v_int(programme)), &removed));
    if (removed == 0)
        return nothing_proposed(x);
    return act_log(x, "fund.tally.withdrawn", programme,
                   KVS(kv_text("reason", reason), kv_text("results_sha256", t.hash)), NULL);
}

static rc write_lines(const struct act *x, id programme, const struct fund_outcome *o)
{
    BUF_SCOPED weight = BUF_INIT(64);
    for (size_t i = 0; i < o->n; i++) {
        const struct fund_score_line *l = &o->lines[i];
        buf_clear(&weight);
        tally_put_u128(&weight, l->sums.weight);
        TRY(db_exec(x->tx, &fq_tally_line_add,
                    VALS(v_int(programme), v_int(l->rank), v_int(l->proposal), v_int(l->sums.donors),
                         v_int(l->sums.raised), v_int(l->sums.counted), v_text(buf_str(&weight)), v_int(l->sums.match),
                         v_int(l->sums.capped), v_int(l->chosen)),
                    NULL));
    }
    return OK;
}

static rc advance_chosen(const struct act *x, const struct fund_outcome *o)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->lines[i].chosen)
            TRY(fund_proposal_advance(x, o->lines[i].proposal, FUND_FINAL, 0, STR("tally")));
    return OK;
}

rc fund_tally_publish(const struct act *x, id programme)
{
    struct fund_tally t;
    struct fund_round round;
    struct fund_outcome o;
    int64_t done;
    id entry;
    TRY(decide(x, programme, &o));
    TRY(fund_round_get(x->tx, programme, &round, x->a));
    TRY(fund_tally_get(x->tx, programme, &t, x->a));
    if (t.state != FUND_TALLY_PROPOSED)
        return nothing_proposed(x);
    if (t.proposed_by == x->by->account)
        return ERR(tx_err(x->tx), E_DENIED, "FND-606", N_("Another officer must confirm what you proposed."));
    if (!str_eq(t.hash, o.hash))
        return changed(x);
    TRY(write_lines(x, programme, &o));
    TRY(advance_chosen(x, &o));
    TRY(act_log(x, "fund.tally.published", programme,
                KVS(kv_int("chosen", (int64_t)o.chosen), kv_int("donors", o.donors), kv_int("gifts", o.gifts),
                    kv_int("paid", o.paid), kv_text("reason", t.reason), kv_text("results_sha256", o.hash),
                    kv_text("rules_sha256", round.rules_hash), kv_int("unspent", o.unspent)),
                &entry));
    TRY(db_exec(x->tx, &fq_tally_publish, VALS(v_int(programme), v_int(x->by->account), v_int(x->at), v_int(entry)),
                &done));
    if (done == 0)
        return act_wrong_state(x);
    TRY(fund_archive_queue(x, programme));
    return fund_round_published(x, programme);
}
