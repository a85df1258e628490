/* Assignments: by hand, ended, listed, counted. Made by the engine: assign_plan.c. */
#include "base/vec.h"
#include "mod/fund/board.h"
#include "sys/random.h"

QUERY(fq_assign_add, "iiiiiti", "",
      "INSERT INTO fund_assignment (id, programme, stage, reviewer, proposal, state, source, reason, at)"
      " VALUES ($1, $2, $3, $4, $5, 'active', 'officer', $6, $7)"
      " ON CONFLICT (programme, stage, reviewer, proposal) DO UPDATE SET state = 'active', source = 'officer',"
      " reason = excluded.reason, at = excluded.at WHERE fund_assignment.state IN ('removed', 'declined')");
QUERY(fq_assign_end, "iitti", "i",
      "UPDATE fund_assignment SET state = $3, reason = $4, at = $5 WHERE reviewer = $1 AND state = 'active'"
      " AND ($2 = 0 OR proposal = $2) AND EXISTS (SELECT 1 FROM fund_panel p WHERE p.programme ="
      " fund_assignment.programme AND p.stage = fund_assignment.stage AND p.state IN ('open', 'closed'))"
      " RETURNING proposal");
QUERY(fq_assign_remove, "iti", "iii",
      "UPDATE fund_assignment SET state = 'removed', reason = $2, at = $3 WHERE id = $1 AND state = 'active'"
      " AND EXISTS (SELECT 1 FROM fund_panel p WHERE p.programme = fund_assignment.programme AND p.stage ="
      " fund_assignment.stage AND p.state IN ('open', 'closed')) RETURNING proposal, reviewer, stage");
QUERY(
    fq_assignments, "iii", "iiiitttttttiiii",
    "SELECT s.id, s.reviewer, s.proposal, p.number, p.title, p.title_en, p.field, a.name, s.state, s.source, s.reason,"
    " CASE WHEN h.state = 'draft' THEN 1 ELSE 0 END, CASE WHEN h.state = 'submitted' THEN 1 ELSE 0 END, s.at,"
    " COALESCE(h.saved, 0) FROM fund_assignment s JOIN fund_proposal p ON p.id = s.proposal"
    " JOIN fund_reviewer r ON r.id = s.reviewer JOIN account a ON a.id = r.account"
    " LEFT JOIN fund_sheet h ON h.assignment = s.id"
    " WHERE s.programme = $1 AND s.stage = $2 AND s.state = 'active' AND ($3 = 0 OR s.reviewer = $3)"
    " ORDER BY p.number, a.name, s.id");
QUERY(
    fq_progress, "ii", "iii",
    "SELECT COUNT(*), COUNT(h.assignment), CAST(COALESCE(SUM(CASE WHEN h.state = 'submitted' THEN 1 ELSE 0 END), 0) AS"
    " BIGINT) FROM fund_assignment s LEFT JOIN fund_sheet h ON h.assignment = s.id"
    " WHERE s.programme = $1 AND s.stage = $2 AND s.state = 'active'");
QUERY(
    fq_progress_short, "iiii", "iii",
    "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN n.n < $4 THEN 1 ELSE 0 END), 0) AS BIGINT),"
    " CAST(COALESCE(SUM(CASE WHEN n.done < $4 THEN $4 - n.done ELSE 0 END), 0) AS BIGINT) FROM (SELECT p.id,"
    " (SELECT COUNT(*) FROM fund_assignment s WHERE s.proposal = p.id AND s.stage = $2 AND s.state = 'active') AS n,"
    " (SELECT COUNT(*) FROM fund_assignment s JOIN fund_sheet h ON h.assignment = s.id WHERE s.proposal = p.id AND"
    " s.stage = $2 AND s.state = 'active' AND h.state = 'submitted') AS done"
    " FROM fund_proposal p WHERE p.programme = $1 AND p.stage >= $3 AND p.number <> 0 AND p.state = 'accepted') AS n");

static rc count_rows(struct rows *r, int64_t *n)
{
    *n = 0;
    while (rows_next(r))
        ++*n;
    return rows_end(r);
}

rc fund_assignments_end(const struct act *x, id reviewer, id proposal, const char *state, str reason)
{
    struct rows r;
    int64_t n;
    TRY(db_select(x->tx, &fq_assign_end,
                  VALS(v_int(reviewer), v_int(proposal), v_text(str_of(state)), v_text(reason), v_int(x->at)), &r));
    TRY(count_rows(&r, &n));
    if (n == 0)
        return OK;
    return act_log(x, "fund.assignment.ended", proposal != 0 ? proposal : reviewer,
                   KVS(kv_int("reviews", n), kv_text("why", str_of(state))), NULL);
}

static rc open_panel(const struct act *x, id programme, enum fund_stage stage, struct fund_panel *p)
{
    TRY(fund_panel_get(x->tx, programme, stage, p));
    if (p->state != FUND_PANEL_OPEN)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-410", N_("The review is not open."));
    return OK;
}

rc fund_assign_add(const struct act *x, id programme, enum fund_stage stage, id reviewer, int64_t number, str reason)
{
    struct fund_panel panel;
    struct fund_proposal p;
    struct fund_reviewer r;
    bool conflict, author;
    int64_t added;
    TRY(act_needs_officer(x));
    TRY(open_panel(x, programme, stage, &panel));
    TRY(fund_proposal_by_number(x->tx, programme, number, &p, x->a));
    TRY(fund_reviewer_get(x->tx, reviewer, &r, x->a));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    if (p.state != FUND_ACCEPTED || p.stage + 1 < stage || r.programme != programme)
        return ERR(tx_err(x->tx), E_NOTFOUND, "FND-006", N_("There is no such proposal."));
    if (r.state != FUND_REVIEWING)
        return ERR_FIELD(tx_err(x->tx), "reviewer", "FND-402", N_("This person does not review in this round."));
    TRY(fund_in_conflict(x->tx, reviewer, p.id, &conflict));
    TRY(fund_is_author(x->tx, p.id, r.account, &author));
    if (conflict || author)
        return ERR_FIELD(tx_err(x->tx), "reviewer", "FND-408", N_("There is a conflict of interest between the two."));
    TRY(db_exec(x->tx, &fq_assign_add,
                VALS(v_int(id_new()), v_int(programme), v_int(stage), v_int(reviewer), v_int(p.id), v_text(reason),
                     v_int(x->at)),
                &added));
    if (added == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-425", N_("This reviewer has this proposal already."));
    return act_log(x, "fund.assignment.added", p.id, KVS(kv_text("reason", reason), kv_int("stage", stage)), NULL);
}

rc fund_assign_remove(const struct act *x, id assignment, str reason)
{
    struct rows r;
    TRY(act_needs_officer(x));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    rc e = db_one(x->tx, &fq_assign_remove, VALS(v_int(assignment), v_text(reason), v_int(x->at)), &r);
    if (e == E_NOTFOUND)
        return act_wrong_state(x);
    TRY(e);
    id proposal = row_int(&r, 0), stage = row_int(&r, 2);
    TRY(rows_end(&r));
    return act_log(x, "fund.assignment.removed", proposal, KVS(kv_text("reason", reason), kv_int("stage", stage)),
                   NULL);
}

rc fund_assign_decline(const struct act *x, id programme, int64_t number, str reason)
{
    struct fund_sheet s;
    struct fund_reviewer r;
    struct rows ended;
    int64_t n;
    TRY(fund_sheet_open(x, programme, number, &s));
    if (s.panel.state != FUND_PANEL_OPEN)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-410", N_("The review is not open."));
    TRY(fund_reviewer_of(x->tx, programme, x->by->account, &r, x->a));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    TRY(db_select(x->tx, &fq_assign_end,
                  VALS(v_int(r.id), v_int(s.proposal.id), v_text(STR("declined")), v_text(reason), v_int(x->at)),
                  &ended));
    TRY(count_rows(&ended, &n));
    return act_log(x, "fund.assignment.declined", s.proposal.id, KVS(kv_int("reviews", n), kv_text("reason", reason)),
                   NULL);
}

rc fund_assignments(struct tx *tx, id programme, enum fund_stage stage, id reviewer, struct fund_assignment **out,
                    size_t *n, struct arena *a)
{
    VEC(struct fund_assignment) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_assignments, VALS(v_int(programme), v_int(stage), v_int(reviewer)), &r));
    while (rows_next(&r)) {
        struct fund_assignment *one = VEC_ADD(&list, a);
        if (!one)
            break;
        *one = (struct fund_assignment){.id = row_int(&r, 0),
                                        .reviewer = row_int(&r, 1),
                                        .proposal = row_int(&r, 2),
                                        .stage = stage,
                                        .number = row_int(&r, 3),
                                        .title = row_dup(&r, 4, a),
                                        .title_en = row_dup(&r, 5, a),
                                        .field = row_dup(&r, 6, a),
                                        .reviewer_name = row_dup(&r, 7, a),
                                        .state = row_dup(&r, 8, a),
                                        .source = row_dup(&r, 9, a),
                                        .reason = row_dup(&r, 10, a),
                                        .drafted = row_int(&r, 11) != 0,
                                        .submitted = row_int(&r, 12) != 0,
                                        .at = row_int(&r, 13),
                                        .saved = row_int(&r, 14)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_progress_of(struct tx *tx, const struct fund_panel *p, struct fund_progress *out)
{
    struct rows r;
    *out = (struct fund_progress){0};
    TRY(db_one(tx, &fq_progress, VALS(v_int(p->programme), v_int(p->stage)), &r));
    out->assigned = row_int(&r, 0);
    out->submitted = row_int(&r, 2);
    out->drafted = row_int(&r, 1) - out->submitted;
    TRY(rows_end(&r));
    TRY(db_one(tx, &fq_progress_short,
               VALS(v_int(p->programme), v_int(p->stage), v_int(p->stage - 1), v_int(p->per_proposal)), &r));
    out->wanted = row_int(&r, 0) * p->per_proposal;
    out->short_of = row_int(&r, 1);
    out->missing = row_int(&r, 2);
    return rows_end(&r);
}
