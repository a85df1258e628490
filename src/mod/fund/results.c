/* The score table of a panel: raw means beside calibrated scores, ranks, who crosses the line. The engine is
 * calibrate.c.
 *
 * Its hash is the SHA-256 of one line a candidate, by number: "NUMBER REVIEWS RAW CALIBRATED RAW_RANK RANK\n" (scores
 * in milli-points), below a first line "fund-scores PROGRAMME-CODE STAGE PLACES\n". */
#include <stdlib.h>

#include "core/programme.h"
#include "crypto/hash.h"
#include "mod/fund/board.h"
#include "mod/fund/calibrate.h"

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

/* Reviewers get positions in the order in which they are first met: rows come by proposal, then by reviewer's id. */
static size_t position(id *seen, size_t *n, id reviewer)
{
    for (size_t i = 0; i < *n; i++)
        if (seen[i] == reviewer)
            return i;
    seen[*n] = reviewer;
    return (*n)++;
}

static rc scores_of(const struct fund_panel *p, const struct fund_proposal *all, size_t n,
                    const struct fund_review_row *v, size_t n_v, struct calib_in *in, struct arena *a)
{
    struct calib_score *scores = ARENA_ARRAY(a, n_v, struct calib_score);
    id *seen = ARENA_ARRAY(a, n_v, id);
    size_t n_seen = 0, at = 0;
    if (n_v > 0 && (!scores || !seen))
        return arena_rc(a);
    for (size_t i = 0; i < n_v; i++) {
        int32_t total;
        while (at < n && all[at].number < v[i].number)
            at++;
        if (at == n || all[at].id != v[i].proposal || !fund_total(p->weights, v[i].scores, &total))
            continue;
        scores[in->n++] = (struct calib_score){(uint32_t)at, (uint32_t)position(seen, &n_seen, v[i].reviewer), total};
    }
    in->scores = scores;
    in->n_proposals = n;
    in->n_reviewers = n_seen;
    return OK;
}

static int by_rank(const void *a, const void *b)
{
    const struct fund_result *x = a, *y = b;
    uint32_t i = x->rank ? x->rank : UINT32_MAX, j = y->rank ? y->rank : UINT32_MAX;
    if (i != j)
        return i < j ? -1 : 1;
    return x->proposal->number < y->proposal->number ? -1 : x->proposal->number > y->proposal->number;
}

static rc table_hash(struct tx *tx, const struct fund_panel *p, struct fund_results *out, struct arena *a)
{
    struct programme programme;
    char hex[2 * SHA256_LEN + 1];
    BUF_SCOPED b = BUF_INIT(4 << 20);
    TRY(programme_get(tx, p->programme, &programme, a));
    buf_printf(&b, "fund-scores %.*s %d %lld\n", STR_ARG(programme.code), (int)p->stage, (long long)p->places);
    for (size_t i = 0; i < out->n; i++) {
        const struct fund_result *r = &out->rows[i];
        buf_printf(&b, "%lld %d %d %d %u %u\n", (long long)r->proposal->number, r->reviews, r->raw, r->calibrated,
                   r->raw_rank, r->rank);
    }
    TRY(buf_rc(&b));
    struct sha256 h = sha256_of(buf_str(&b));
    sha256_hex(&h, hex);
    out->hash = arena_str(a, str_of(hex));
    return arena_rc(a);
}

static void take_fit(const struct calib_out *fit, struct fund_results *out)
{
    for (size_t i = 0; i < out->n; i++) {
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

rc fund_results_of(struct tx *tx, const struct fund_panel *p, id viewer, struct fund_results *out, struct arena *a)
{
    struct fund_proposal *all;
    struct fund_review_row *v;
    size_t n, n_v;
    *out = (struct fund_results){0};
    TRY(fund_panel_candidates(tx, p, &all, &n, a));
    TRY(hide_own(tx, p, viewer, all, &n, &out->hidden));
    TRY(fund_reviews(tx, p->programme, p->stage, 0, false, &v, &n_v, a));
    struct calib_in in = {.has_marks = true,
                          .top = (int32_t)(p->score_max * FUND_TOP_SCORE),
                          .low = (int32_t)(p->score_max * FUND_LOW_SCORE),
                          .pass = (size_t)p->places};
    TRY(scores_of(p, all, n, v, n_v, &in, a));
    out->rows = ARENA_ARRAY(a, n, struct fund_result);
    if (n > 0 && !out->rows)
        return arena_rc(a);
    out->n = n;
    for (size_t i = 0; i < n; i++)
        out->rows[i].proposal = &all[i];
    if (in.n > 0) {
        struct calib_out fit;
        TRY(calib_fit(a, &in, &fit, tx_err(tx)));
        take_fit(&fit, out);
    }
    TRY(table_hash(tx, p, out, a));
    if (n > 0)
        qsort(out->rows, n, sizeof out->rows[0], by_rank);
    return OK;
}
