/* The score table of a panel, from the database: raw means beside calibrated scores, ranks, who crosses the line. What
 * is computed stands in score_table.c. */
#include <stdlib.h>

#include "core/programme.h"
#include "mod/fund/board.h"
#include "mod/fund/score_table.h"

QUERY(fq_results_hidden, "ii", "i",
      "SELECT p.id FROM fund_proposal p WHERE p.programme = $1 AND p.number <> 0 AND (EXISTS (SELECT 1 FROM member m"
      " WHERE m.party = p.team AND m.account = $2) OR EXISTS (SELECT 1 FROM fund_author u JOIN account a ON a.email ="
      " u.email WHERE u.proposal = p.id AND a.id = $2)) ORDER BY p.id");

/* Takes what the viewer must not see out of the candidates, so that nothing can be inferred from the others' ranks. */
static rc hide_own(struct tx *tx, const struct fund_panel *p, id viewer, struct fund_proposal *all, size_t *n,
                   size_t *hidden)
{
    struct rows r;
    *hidden = 0;
    if (viewer == 0)
        return OK;
    TRY(db_select(tx, &fq_results_hidden, VALS(v_int(p->programme), v_int(viewer)), &r));
    while (rows_next(&r))
        for (size_t i = 0; i < *n; i++)
            if (all[i].id == row_int(&r, 0)) {
                memmove(&all[i], &all[i + 1], (*n - i - 1) * sizeof all[0]);
                --*n;
                ++*hidden;
                break;
            }
    return rows_end(&r);
}

rc fund_review_lines(struct tx *tx, const struct fund_panel *p, struct fund_review_line **out, size_t *n,
                     struct arena *a)
{
    struct fund_review_row *v;
    TRY(fund_reviews(tx, p->programme, p->stage, 0, false, &v, n, a));
    struct fund_review_line *lines = ARENA_ARRAY(a, *n + 1, struct fund_review_line);
    if (!lines)
        return arena_rc(a);
    for (size_t i = 0; i < *n; i++) {
        lines[i] = (struct fund_review_line){.number = v[i].number, .reviewer = v[i].reviewer};
        memcpy(lines[i].scores, v[i].scores, sizeof lines[i].scores);
    }
    *out = lines;
    return fund_reviewers_number(lines, *n, a);
}

static int by_rank(const void *a, const void *b)
{
    const struct fund_result *x = a, *y = b;
    uint32_t i = x->rank ? x->rank : UINT32_MAX, j = y->rank ? y->rank : UINT32_MAX;
    if (i != j)
        return i < j ? -1 : 1;
    return x->proposal->number < y->proposal->number ? -1 : x->proposal->number > y->proposal->number;
}

static void take_fit(const struct calib_out *fit, struct fund_results *out)
{
    for (size_t i = 0; fit->proposals && i < out->n; i++) {
        const struct calib_proposal *f = &fit->proposals[i];
        struct fund_result *r = &out->rows[i];
        *r = (struct fund_result){.proposal = r->proposal,
                                  .reviews = f->n,
                                  .raw = f->raw,
                                  .calibrated = f->calibrated,
                                  .se = f->se,
                                  .confidence = f->confidence,
                                  .raw_rank = f->raw_rank,
                                  .rank = f->rank,
                                  .raw_pass = f->raw_pass,
                                  .pass = f->pass};
    }
    out->n_scored = fit->n_ranked;
    out->n_components = fit->n_components;
    out->n_up = fit->n_up;
    out->n_down = fit->n_down;
    out->calib_state = (int)fit->state;
    out->line = fit->line;
    out->sd_proposal = fit->sd_proposal;
    out->sd_reviewer = fit->sd_reviewer;
    out->sd_error = fit->sd_error;
}

static rc table_of(struct tx *tx, const struct fund_panel *p, const struct fund_proposal *all, size_t n,
                   struct fund_score_table *out, struct arena *a)
{
    struct programme programme;
    struct fund_score_in in = {
        .stage = p->stage, .places = p->places, .score_max = p->score_max, .weights = p->weights, .n = n};
    struct fund_review_line *lines = NULL;
    int64_t *numbers = ARENA_ARRAY(a, n + 1, int64_t);
    if (!numbers)
        return arena_rc(a);
    for (size_t i = 0; i < n; i++)
        numbers[i] = all[i].number;
    TRY(programme_get(tx, p->programme, &programme, a));
    TRY(fund_review_lines(tx, p, &lines, &in.n_lines, a));
    in.code = programme.code;
    in.numbers = numbers;
    in.lines = lines;
    return fund_score_table(&in, out, a, tx_err(tx));
}

rc fund_results_of(struct tx *tx, const struct fund_panel *p, id viewer, struct fund_results *out, struct arena *a)
{
    struct fund_proposal *all = NULL;
    struct fund_score_table table = {0};
    size_t n = 0;
    *out = (struct fund_results){0};
    TRY(fund_panel_candidates(tx, p, &all, &n, a));
    TRY(hide_own(tx, p, viewer, all, &n, &out->hidden));
    TRY(table_of(tx, p, all, n, &table, a));
    out->rows = ARENA_ARRAY(a, n, struct fund_result);
    if (n > 0 && !out->rows)
        return arena_rc(a);
    out->n = n;
    for (size_t i = 0; i < n; i++)
        out->rows[i].proposal = &all[i];
    take_fit(&table.fit, out);
    out->hash = table.hash;
    if (n > 0)
        qsort(out->rows, n, sizeof out->rows[0], by_rank);
    return OK;
}
