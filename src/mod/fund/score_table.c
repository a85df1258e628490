/* The hash of a score table is the SHA-256 of one line a candidate, by number: "NUMBER REVIEWS RAW CALIBRATED RAW_RANK
 * RANK\n" (scores in milli-points), below a first line "fund-scores PROGRAMME-CODE STAGE PLACES\n". */
#include "mod/fund/score_table.h"

#include <stdlib.h>

#include "base/csv.h"

/* ---- numbers for reviewers ---- */

/* By proposal, then scores: negative where the first comes first. */
static int compare_lines(const struct fund_review_line *x, const struct fund_review_line *y)
{
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    for (int i = 0; i < FUND_CRITERIA; i++)
        if (x->scores[i] != y->scores[i])
            return x->scores[i] < y->scores[i] ? -1 : 1;
    return 0;
}

static int by_reviewer(const void *a, const void *b)
{
    const struct fund_review_line *x = a, *y = b;
    if (x->reviewer != y->reviewer)
        return x->reviewer < y->reviewer ? -1 : 1;
    return compare_lines(x, y);
}

static int by_proposal(const void *a, const void *b)
{
    const struct fund_review_line *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->reviewer < y->reviewer ? -1 : x->reviewer > y->reviewer;
}

struct review_list {
    struct fund_review_line *v;
    size_t n;
};

static int by_list(const void *a, const void *b)
{
    const struct review_list *x = a, *y = b;
    for (size_t i = 0; i < x->n && i < y->n; i++) {
        int c = compare_lines(&x->v[i], &y->v[i]);
        if (c != 0)
            return c;
    }
    return x->n < y->n ? -1 : x->n > y->n;
}

rc fund_reviewers_number(struct fund_review_line *v, size_t n, struct arena *a)
{
    struct review_list *lists = ARENA_ARRAY(a, n + 1, struct review_list);
    size_t n_lists = 0;
    if (!lists)
        return arena_rc(a);
    if (n == 0)
        return OK;
    qsort(v, n, sizeof *v, by_reviewer);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || v[i].reviewer != v[i - 1].reviewer)
            lists[n_lists++].v = &v[i];
        lists[n_lists - 1].n++;
    }
    qsort(lists, n_lists, sizeof *lists, by_list);
    for (size_t k = 0; k < n_lists; k++)
        for (size_t i = 0; i < lists[k].n; i++)
            lists[k].v[i].reviewer = (int64_t)k + 1;
    qsort(v, n, sizeof *v, by_proposal);
    return OK;
}

/* ---- the table ---- */

static rc take_scores(const struct fund_score_in *in, struct calib_in *out, struct arena *a, struct err *err)
{
    struct calib_score *scores = ARENA_ARRAY(a, in->n_lines + 1, struct calib_score);
    size_t at = 0;
    if (!scores)
        return arena_rc(a);
    for (size_t i = 0; i < in->n_lines; i++) {
        const struct fund_review_line *v = &in->lines[i];
        int32_t total;
        while (at < in->n && in->numbers[at] < v->number)
            at++;
        if (at == in->n || in->numbers[at] != v->number || !fund_total(in->weights, v->scores, &total))
            continue;
        if (v->reviewer < 1 || v->reviewer > CALIB_LEVELS_MAX)
            return ERR(err, E_LIMIT, "FND-252", N_("There are too many scores, proposals or reviewers to calibrate."));
        if ((size_t)v->reviewer > out->n_reviewers)
            out->n_reviewers = (size_t)v->reviewer;
        scores[out->n++] = (struct calib_score){(uint32_t)at, (uint32_t)v->reviewer - 1, total};
    }
    out->scores = scores;
    return OK;
}

static rc table_hash(const struct fund_score_in *in, struct fund_score_table *out, struct arena *a)
{
    BUF_SCOPED b = BUF_INIT(16 << 20);
    buf_printf(&b, "fund-scores %.*s %d %lld\n", STR_ARG(in->code), (int)in->stage, (long long)in->places);
    for (size_t i = 0; i < in->n; i++) {
        const struct calib_proposal *p = &out->fit.proposals[i];
        buf_printf(&b, "%lld %d %d %d %u %u\n", (long long)in->numbers[i], p->n, p->raw, p->calibrated, p->raw_rank,
                   p->rank);
    }
    TRY(buf_rc(&b));
    out->hash = sha256_hex_of(a, buf_str(&b));
    return arena_rc(a);
}

rc fund_score_table(const struct fund_score_in *in, struct fund_score_table *out, struct arena *a, struct err *err)
{
    struct calib_in scores = {.n_proposals = in->n,
                              .has_marks = true,
                              .top = (int32_t)(in->score_max * FUND_TOP_SCORE),
                              .low = (int32_t)(in->score_max * FUND_LOW_SCORE),
                              .pass = (size_t)in->places};
    *out = (struct fund_score_table){0};
    TRY(take_scores(in, &scores, a, err));
    if (scores.n > 0)
        TRY(calib_fit(a, &scores, &out->fit, err));
    else if (!(out->fit.proposals = ARENA_ARRAY(a, in->n + 1, struct calib_proposal)))
        return arena_rc(a);
    return table_hash(in, out, a);
}

/* ---- texts ---- */

void fund_reviews_text(const struct fund_review_line *v, size_t n, struct buf *out)
{
    buf_put(out, STR(FUND_REVIEWS_HEADING "\r\n"));
    for (size_t i = 0; i < n; i++) {
        buf_printf(out, "%lld,R%lld", (long long)v[i].number, (long long)v[i].reviewer);
        for (int c = 0; c < FUND_CRITERIA; c++) {
            buf_putc(out, ',');
            if (v[i].scores[c] != FUND_CANNOT_JUDGE)
                buf_puti(out, v[i].scores[c]);
        }
        buf_put(out, STR("\r\n"));
    }
}

const char *fund_take_word(enum fund_stage stage, int take)
{
    if (take <= FUND_NOT_TAKEN || take > FUND_THIRD_AWARD)
        return "no";
    return stage == FUND_AWARDED ? fund_award_classes[take - 1].value : "yes";
}

bool fund_take_of(enum fund_stage stage, str word, int *take)
{
    int last = stage == FUND_AWARDED ? FUND_THIRD_AWARD : FUND_TAKEN;
    for (*take = FUND_NOT_TAKEN; *take <= last; ++*take)
        if (str_eq(word, str_of(fund_take_word(stage, *take))))
            return true;
    return false;
}

void fund_decided_text(enum fund_stage stage, const struct fund_decided_line *v, size_t n, struct buf *out)
{
    buf_put(out, STR(FUND_DECIDED_HEADING "\r\n"));
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        const int64_t figures[] = {v[i].number, v[i].reviews, v[i].raw, v[i].calibrated, v[i].raw_rank, v[i].rank};
        for (size_t f = 0; f < sizeof figures / sizeof figures[0]; f++)
            csv_puti(out, &first, figures[f]);
        csv_put(out, &first, str_of(fund_take_word(stage, v[i].take)));
        csv_puti(out, &first, v[i].amount);
        csv_put(out, &first, v[i].reason);
        csv_eol(out, &first);
    }
}
