/* Score sheets: a reviewer's own, as a draft or submitted; revisable until the review closes. */
#include "base/csv.h"
#include "base/vec.h"
#include "mod/fund/board.h"

QUERY(fq_sheet_find, "iiii", "iTTTIIII",
      "SELECT s.id, h.state, h.overall, h.confidential, h.version, h.saved, h.submitted, h.log_entry"
      " FROM fund_assignment s LEFT JOIN fund_sheet h ON h.assignment = s.id WHERE s.programme = $1 AND s.stage = $2"
      " AND s.reviewer = $3 AND s.proposal = $4 AND s.state = 'active'");
QUERY(fq_sheet_scores, "i", "iit",
      "SELECT criterion, score, comment FROM fund_score WHERE assignment = $1 ORDER BY criterion");
QUERY(fq_sheet_insert, "itttiii", "",
      "INSERT INTO fund_sheet (assignment, state, overall, confidential, version, saved, submitted)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (assignment) DO NOTHING");
QUERY(fq_sheet_update, "itttiii", "",
      "UPDATE fund_sheet SET state = $2, overall = $3, confidential = $4, version = $5, saved = $6, submitted = $7"
      " WHERE assignment = $1 AND version = $5 - 1");
QUERY(fq_sheet_logged, "ii", "", "UPDATE fund_sheet SET log_entry = $2 WHERE assignment = $1");
QUERY(fq_score_put, "iiit", "",
      "INSERT INTO fund_score (assignment, criterion, score, comment) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (assignment, criterion) DO UPDATE SET score = excluded.score, comment = excluded.comment");
QUERY(fq_reviews, "iiii",
      "iiiitt"
      "tti"
      "iiii"
      "tttt",
      "SELECT s.id, s.reviewer, s.proposal, p.number, p.title, a.name,"
      " CASE WHEN $4 = 1 THEN h.overall ELSE '' END, CASE WHEN $4 = 1 THEN h.confidential ELSE '' END, h.submitted,"
      " c0.score, c1.score, c2.score, c3.score, CASE WHEN $4 = 1 THEN c0.comment ELSE '' END,"
      " CASE WHEN $4 = 1 THEN c1.comment ELSE '' END, CASE WHEN $4 = 1 THEN c2.comment ELSE '' END,"
      " CASE WHEN $4 = 1 THEN c3.comment ELSE '' END"
      " FROM fund_assignment s JOIN fund_sheet h ON h.assignment = s.id AND h.state = 'submitted'"
      " JOIN fund_proposal p ON p.id = s.proposal JOIN fund_reviewer r ON r.id = s.reviewer"
      " JOIN account a ON a.id = r.account JOIN fund_score c0 ON c0.assignment = s.id AND c0.criterion = 0"
      " JOIN fund_score c1 ON c1.assignment = s.id AND c1.criterion = 1"
      " JOIN fund_score c2 ON c2.assignment = s.id AND c2.criterion = 2"
      " JOIN fund_score c3 ON c3.assignment = s.id AND c3.criterion = 3"
      " WHERE s.programme = $1 AND s.stage = $2 AND s.state = 'active' AND ($3 = 0 OR s.proposal = $3)"
      " ORDER BY p.number, s.reviewer");

/* ---- one's own sheet ---- */

static rc read_scores(struct tx *tx, struct fund_sheet *s, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &fq_sheet_scores, VALS(v_int(s->assignment)), &r));
    while (rows_next(&r)) {
        int64_t c = row_int(&r, 0);
        if (c < 0 || c >= FUND_CRITERIA)
            continue;
        s->scores[c] = row_int(&r, 1);
        s->comments[c] = row_dup(&r, 2, a);
    }
    return rows_end(&r);
}

/* A conflict closes a proposal even where the assignment stays because the panel has decided with it. */
static rc needs_no_conflict(const struct act *x, const struct fund_reviewer *r, id proposal)
{
    bool conflict;
    TRY(fund_in_conflict(x->tx, r->id, proposal, &conflict));
    if (conflict)
        return ERR(tx_err(x->tx), E_DENIED, "FND-405",
                   N_("There is a conflict of interest between you and this proposal: its review is closed to you."));
    return OK;
}

static rc not_yours(const struct act *x)
{
    return ERR(tx_err(x->tx), E_NOTFOUND, "FND-404", N_("This proposal is not assigned to you."));
}

rc fund_sheet_open(const struct act *x, id programme, int64_t number, struct fund_sheet *out)
{
    struct fund_round round;
    struct fund_reviewer r;
    enum fund_stage stage;
    struct rows rows;
    *out = (struct fund_sheet){0};
    TRY(fund_needs_reviewer(x, programme, true, &r));
    TRY(fund_round_get(x->tx, programme, &round, x->a));
    TRY(fund_proposal_by_number(x->tx, programme, number, &out->proposal, x->a));
    TRY(needs_no_conflict(x, &r, out->proposal.id));
    if (!fund_panel_stage(round.phase, &stage))
        return not_yours(x);
    TRY(fund_panel_get(x->tx, programme, stage, &out->panel));
    rc e = db_one(x->tx, &fq_sheet_find, VALS(v_int(programme), v_int(stage), v_int(r.id), v_int(out->proposal.id)),
                  &rows);
    if (e == E_NOTFOUND)
        return not_yours(x);
    TRY(e);
    out->assignment = row_int(&rows, 0);
    out->exists = !row_null(&rows, 1);
    out->submitted = out->exists && str_eq(row_text(&rows, 1), STR("submitted"));
    out->overall = out->exists ? row_dup(&rows, 2, x->a) : STR_EMPTY;
    out->confidential = out->exists ? row_dup(&rows, 3, x->a) : STR_EMPTY;
    out->version = row_int(&rows, 4);
    out->saved = row_int(&rows, 5);
    out->submitted_at = row_int(&rows, 6);
    out->log_entry = row_int(&rows, 7);
    TRY(rows_end(&rows));
    for (int i = 0; i < FUND_CRITERIA; i++) {
        out->scores[i] = FUND_NO_SCORE;
        out->comments[i] = STR_EMPTY;
    }
    TRY(read_scores(x->tx, out, x->a));
    return arena_rc(x->a);
}

static rc check_sheet(const struct act *x, const struct fund_sheet *s, bool submit)
{
    struct err *e = tx_err(x->tx);
    int before = e->n_fields;
    check_text(e, "overall", s->overall, FUND_COMMENT_MAX, submit);
    check_text(e, "confidential", s->confidential, FUND_COMMENT_MAX, false);
    rc r = OK;
    for (int i = 0; i < FUND_CRITERIA; i++) {
        check_text(e, fund_comment_names[i], s->comments[i], FUND_COMMENT_MAX, false);
        if (s->scores[i] > s->panel.score_max || s->scores[i] < FUND_NO_SCORE)
            r = ERR_FIELD(e, fund_criterion_names[i], "FND-411", N_("A score is a whole number from 0 to {1}."),
                          number_text(x->a, s->panel.score_max));
        else if (submit && s->scores[i] == FUND_NO_SCORE)
            r = ERR_FIELD(e, fund_criterion_names[i], "FND-412", N_("Please give a score, or choose “cannot judge”."));
    }
    (void)r; /* collected in `e` */
    return e->n_fields > before ? E_INVALID : OK;
}

static rc write_scores(const struct act *x, const struct fund_sheet *s)
{
    for (int i = 0; i < FUND_CRITERIA; i++)
        TRY(db_exec(x->tx, &fq_score_put,
                    VALS(v_int(s->assignment), v_int(i), v_int(s->scores[i]), v_text(s->comments[i])), NULL));
    return OK;
}

rc fund_sheet_save(const struct act *x, const struct fund_sheet *s, bool submit)
{
    int64_t changed;
    id entry;
    submit |= s->submitted; /* a review that was handed in stays complete */
    instant submitted = submit ? x->at : s->submitted_at;
    if (!fund_panel_takes_scores(&s->panel, x->at))
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-410", N_("The review is not open."));
    TRY(check_sheet(x, s, submit));
    TRY(db_exec(x->tx, s->version == 0 ? &fq_sheet_insert : &fq_sheet_update,
                VALS(v_int(s->assignment), v_text(submit ? STR("submitted") : STR("draft")), v_text(s->overall),
                     v_text(s->confidential), v_int(s->version + 1), v_int(x->at), v_int(submitted)),
                &changed));
    if (changed == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-413",
                   N_("This sheet was saved in another window meanwhile. Yours is below; compare before you save it."));
    TRY(write_scores(x, s));
    if (!submit)
        return OK;
    TRY(act_log(x, "fund.review.submitted", s->assignment,
                KVS(kv_int("feasibility", s->scores[FUND_FEASIBILITY]), kv_int("impact", s->scores[FUND_IMPACT]),
                    kv_int("innovation", s->scores[FUND_INNOVATION]), kv_int("number", s->proposal.number),
                    kv_int("social", s->scores[FUND_SOCIAL]), kv_int("stage", s->panel.stage)),
                &entry));
    return db_exec(x->tx, &fq_sheet_logged, VALS(v_int(s->assignment), v_int(entry)), NULL);
}

/* ---- all of them ---- */

rc fund_reviews(struct tx *tx, id programme, enum fund_stage stage, id proposal, bool texts,
                struct fund_review_row **out, size_t *n, struct arena *a)
{
    VEC(struct fund_review_row) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_reviews, VALS(v_int(programme), v_int(stage), v_int(proposal), v_int(texts)), &r));
    while (rows_next(&r)) {
        struct fund_review_row *one = VEC_ADD(&list, a);
        if (!one)
            break;
        *one = (struct fund_review_row){.assignment = row_int(&r, 0),
                                        .reviewer = row_int(&r, 1),
                                        .proposal = row_int(&r, 2),
                                        .number = row_int(&r, 3),
                                        .title = row_dup(&r, 4, a),
                                        .reviewer_name = row_dup(&r, 5, a),
                                        .overall = row_dup(&r, 6, a),
                                        .confidential = row_dup(&r, 7, a),
                                        .submitted = row_int(&r, 8)};
        for (int i = 0; i < FUND_CRITERIA; i++) {
            one->scores[i] = row_int(&r, 9 + i);
            one->comments[i] = row_dup(&r, 9 + FUND_CRITERIA + i, a);
        }
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

static void put_review(struct buf *out, const struct fund_panel *p, const struct fund_review_row *v)
{
    bool first = true;
    int32_t total;
    BUF_SCOPED at = BUF_INIT(64);
    buf_instant(&at, v->submitted);
    csv_puti(out, &first, v->number);
    csv_put(out, &first, v->title);
    csv_put(out, &first, v->reviewer_name);
    for (int i = 0; i < FUND_CRITERIA; i++)
        if (v->scores[i] >= 0)
            csv_puti(out, &first, v->scores[i]);
        else
            csv_put(out, &first, STR_EMPTY);
    if (fund_total(p->weights, v->scores, &total))
        csv_puti(out, &first, total);
    else
        csv_put(out, &first, STR_EMPTY);
    csv_put(out, &first, buf_str(&at));
    for (int i = 0; i < FUND_CRITERIA; i++)
        csv_put(out, &first, v->comments[i]);
    csv_put(out, &first, v->overall);
    csv_put(out, &first, v->confidential);
    csv_eol(out, &first);
}

rc fund_scores_csv(struct tx *tx, const struct fund_panel *p, id viewer, struct buf *out, struct arena *a)
{
    static const char *const headings[] = {"number",
                                           "title",
                                           "reviewer",
                                           "social",
                                           "impact",
                                           "innovation",
                                           "feasibility",
                                           "total_milli",
                                           "submitted",
                                           "comment_social",
                                           "comment_impact",
                                           "comment_innovation",
                                           "comment_feasibility",
                                           "overall",
                                           "confidential"};
    struct fund_review_row *rows;
    size_t n;
    bool first = true, own = false;
    TRY(fund_reviews(tx, p->programme, p->stage, 0, true, &rows, &n, a));
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        csv_put(out, &first, str_of(headings[i]));
    csv_eol(out, &first);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || rows[i].proposal != rows[i - 1].proposal)
            TRY(fund_is_author(tx, rows[i].proposal, viewer, &own));
        if (!own)
            put_review(out, p, &rows[i]);
    }
    return buf_rc(out);
}
