/* Conflicts of interest: declared, added, lifted; and the list a reviewer sees before reviewing. Finding them is
 * detect.c. */
#include "base/utf8.h"
#include "base/vec.h"
#include "mod/fund/board.h"
#include "sys/random.h"

#define CONFLICT_COLS                                                                                                  \
    "c.id, c.reviewer, c.proposal, p.number, p.title, p.title_en, a.name, c.kind, c.note, c.source, c.at, c.lifted"
#define CONFLICT_FROM                                                                                                  \
    " FROM fund_conflict c JOIN fund_proposal p ON p.id = c.proposal JOIN fund_reviewer r ON r.id = c.reviewer"        \
    " JOIN account a ON a.id = r.account "

QUERY(fq_conflict_add, "iiiitttii", "",
      "INSERT INTO fund_conflict (id, programme, reviewer, proposal, kind, note, source, by_account, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
      " ON CONFLICT (reviewer, proposal, kind) DO UPDATE SET note = excluded.note, source = excluded.source,"
      " by_account = excluded.by_account, at = excluded.at, lifted = 0");
QUERY(fq_conflict_lift, "ii", "iii",
      "UPDATE fund_conflict SET lifted = $2 WHERE id = $1 AND lifted = 0 RETURNING programme, reviewer, proposal");
QUERY(fq_conflicts, "iiii", "iiiittttttii",
      "SELECT " CONFLICT_COLS CONFLICT_FROM "WHERE c.programme = $1 AND ($2 = 0 OR (c.reviewer = $2 AND c.lifted = 0))"
      " ORDER BY p.number, a.name, c.id LIMIT $4 OFFSET $3");
QUERY(fq_conflict_count, "ii", "i",
      "SELECT COUNT(*) FROM fund_conflict WHERE programme = $1 AND ($2 = 0 OR (reviewer = $2 AND lifted = 0))");
QUERY(fq_in_conflict, "ii", "i",
      "SELECT COUNT(*) FROM fund_conflict WHERE reviewer = $1 AND proposal = $2 AND lifted = 0");
QUERY(fq_is_author, "ii", "i",
      "SELECT COUNT(*) FROM fund_proposal p WHERE p.id = $1 AND (EXISTS (SELECT 1 FROM member m WHERE m.party = p.team"
      " AND m.account = $2) OR EXISTS (SELECT 1 FROM fund_author u JOIN account a ON a.email = u.email"
      " WHERE u.proposal = p.id AND a.id = $2))");
QUERY(fq_bid_make, "iiti", "",
      "INSERT INTO fund_bid (reviewer, proposal, bid, at) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (reviewer, proposal) DO UPDATE SET bid = excluded.bid, at = excluded.at");
#define BIDS_WHERE                                                                                                     \
    " FROM fund_proposal p JOIN party t ON t.id = p.team LEFT JOIN fund_bid b ON b.proposal = p.id AND b.reviewer = "  \
    "$1"                                                                                                               \
    " WHERE p.programme = $2 AND p.stage >= $3 AND p.number <> 0 AND p.state = 'accepted' AND ($4 = '' OR p.field ="   \
    " $4) AND (LOWER(p.title) LIKE $5 ESCAPE '\\' OR LOWER(p.title_en) LIKE $5 ESCAPE '\\' OR LOWER(p.summary) LIKE"   \
    " $5 ESCAPE '\\' OR LOWER(t.name) LIKE $5 ESCAPE '\\')"
QUERY(fq_bid_rows, "iiittii", "ittttttiti",
      "SELECT p.number, p.title, p.title_en, p.summary, p.summary_en, t.name, p.field, p.sdgs, COALESCE(b.bid, ''),"
      " (SELECT COUNT(*) FROM fund_conflict c WHERE c.reviewer = $1 AND c.proposal = p.id AND c.lifted = 0)" BIDS_WHERE
      " ORDER BY p.number LIMIT $7 OFFSET $6");
QUERY(fq_bid_count, "iiitt", "i", "SELECT COUNT(*)" BIDS_WHERE);

const struct choice fund_conflict_kinds[] = {
    {"own", N_("My own proposal, or I belong to the team")},
    {"organisation", N_("The same organisation")},
    {"coauthor", N_("We have published or worked together in the last three years")},
    {"family", N_("Family or close friendship")},
    {"financial", N_("Financial interest")},
    {"other", N_("Another reason (say which)")},
    {NULL, NULL}};
const struct choice fund_bids[] = {
    {"want", N_("Want to review")}, {"can", N_("Can review")}, {"rather_not", N_("Rather not")}, {NULL, NULL}};

rc fund_in_conflict(struct tx *tx, id reviewer, id proposal, bool *out)
{
    int64_t n;
    TRY(db_one_int(tx, &fq_in_conflict, VALS(v_int(reviewer), v_int(proposal)), &n));
    *out = n > 0;
    return OK;
}

rc fund_is_author(struct tx *tx, id proposal, id account, bool *out)
{
    int64_t n;
    TRY(db_one_int(tx, &fq_is_author, VALS(v_int(proposal), v_int(account)), &n));
    *out = n > 0;
    return OK;
}

static rc add(const struct act *x, const struct fund_reviewer *r, id proposal, str kind, str note, const char *source)
{
    struct err *e = tx_err(x->tx);
    if (choice_index(fund_conflict_kinds, kind) < 0)
        return ERR_FIELD(e, "kind", "ACT-003", N_("This must be filled in."));
    if (str_eq(kind, STR("other")))
        TRY(fund_needs_text(x, "note", note, FUND_REASON_MAX));
    check_text(e, "note", note, FUND_REASON_MAX, false);
    if (e->n_fields > 0)
        return E_INVALID;
    TRY(db_exec(x->tx, &fq_conflict_add,
                VALS(v_int(id_new()), v_int(r->programme), v_int(r->id), v_int(proposal), v_text(kind),
                     v_text(str_trim(note)), v_text(str_of(source)), v_int(x->by->account), v_int(x->at)),
                NULL));
    TRY(fund_assignments_end(x, r->id, proposal, "conflict", kind));
    return act_log(
        x, "fund.conflict.added", proposal,
        KVS(kv_text("kind", kind), kv_int("reviewer_invited", r->invited), kv_text("source", str_of(source))), NULL);
}

rc fund_conflict_declare(const struct act *x, id programme, int64_t number, str kind, str note)
{
    struct fund_reviewer r;
    struct fund_proposal p;
    TRY(fund_needs_reviewer(x, programme, true, &r));
    TRY(fund_proposal_by_number(x->tx, programme, number, &p, x->a));
    return add(x, &r, p.id, kind, note, "declared");
}

rc fund_conflict_add(const struct act *x, id reviewer, id proposal, str kind, str note)
{
    struct fund_reviewer r;
    struct fund_proposal p;
    TRY(act_needs_officer(x));
    TRY(fund_reviewer_get(x->tx, reviewer, &r, x->a));
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    if (p.programme != r.programme)
        return ERR(tx_err(x->tx), E_NOTFOUND, "FND-006", N_("There is no such proposal."));
    return add(x, &r, proposal, kind, note, "officer");
}

rc fund_conflict_lift(const struct act *x, id conflict, str reason)
{
    struct rows r;
    TRY(act_needs_officer(x));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    rc e = db_one(x->tx, &fq_conflict_lift, VALS(v_int(conflict), v_int(x->at)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(x->tx), E_NOTFOUND, "FND-424", N_("There is no such conflict of interest."));
    TRY(e);
    id proposal = row_int(&r, 2);
    TRY(rows_end(&r));
    return act_log(x, "fund.conflict.lifted", proposal, KVS(kv_text("reason", reason)), NULL);
}

rc fund_conflicts(struct tx *tx, id programme, id reviewer, int64_t offset, int64_t limit, struct fund_conflict **out,
                  size_t *n, int64_t *total, struct arena *a)
{
    VEC(struct fund_conflict) list = {0};
    struct rows r;
    TRY(db_one_int(tx, &fq_conflict_count, VALS(v_int(programme), v_int(reviewer)), total));
    TRY(db_select(tx, &fq_conflicts, VALS(v_int(programme), v_int(reviewer), v_int(offset), v_int(limit)), &r));
    while (rows_next(&r)) {
        struct fund_conflict *c = VEC_ADD(&list, a);
        if (!c)
            break;
        *c = (struct fund_conflict){.id = row_int(&r, 0),
                                    .reviewer = row_int(&r, 1),
                                    .proposal = row_int(&r, 2),
                                    .number = row_int(&r, 3),
                                    .title = row_dup(&r, 4, a),
                                    .title_en = row_dup(&r, 5, a),
                                    .reviewer_name = row_dup(&r, 6, a),
                                    .kind = row_dup(&r, 7, a),
                                    .note = row_dup(&r, 8, a),
                                    .source = row_dup(&r, 9, a),
                                    .at = row_int(&r, 10),
                                    .lifted = row_int(&r, 11)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

/* ---- bids ---- */

rc fund_bid_make(const struct act *x, id programme, int64_t number, str bid)
{
    struct fund_reviewer r;
    struct fund_proposal p;
    TRY(fund_needs_reviewer(x, programme, true, &r));
    TRY(fund_proposal_by_number(x->tx, programme, number, &p, x->a));
    if (choice_index(fund_bids, bid) < 0)
        return ERR_FIELD(tx_err(x->tx), "bid", "ACT-003", N_("This must be filled in."));
    return db_exec(x->tx, &fq_bid_make, VALS(v_int(r.id), v_int(p.id), v_text(bid), v_int(x->at)), NULL);
}

rc fund_bid_rows(struct tx *tx, const struct fund_reviewer *r, enum fund_stage stage, str query, str field,
                 int64_t offset, int64_t limit, struct fund_bid_row **out, size_t *n, int64_t *total, struct arena *a)
{
    VEC(struct fund_bid_row) list = {0};
    struct rows rows;
    str like;
    TRY(like_pattern(a, query, &like));
    TRY(db_one_int(tx, &fq_bid_count,
                   VALS(v_int(r->id), v_int(r->programme), v_int(stage - 1), v_text(field), v_text(like)), total));
    TRY(db_select(tx, &fq_bid_rows,
                  VALS(v_int(r->id), v_int(r->programme), v_int(stage - 1), v_text(field), v_text(like), v_int(offset),
                       v_int(limit)),
                  &rows));
    while (rows_next(&rows)) {
        struct fund_bid_row *b = VEC_ADD(&list, a);
        if (!b)
            break;
        *b = (struct fund_bid_row){.number = row_int(&rows, 0),
                                   .title = row_dup(&rows, 1, a),
                                   .title_en = row_dup(&rows, 2, a),
                                   .summary = row_dup(&rows, 3, a),
                                   .summary_en = row_dup(&rows, 4, a),
                                   .team = row_dup(&rows, 5, a),
                                   .field = row_dup(&rows, 6, a),
                                   .sdgs = (uint32_t)row_int(&rows, 7),
                                   .bid = row_dup(&rows, 8, a),
                                   .conflict = row_int(&rows, 9) > 0};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&rows));
    return arena_rc(a);
}
