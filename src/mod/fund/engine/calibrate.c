#include "mod/fund/engine/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "mod/fund/engine/calib_model.h"

/* ---- the input, counted ---- */

static rc check(const struct calib_in *in, struct err *err)
{
    size_t few = in->n_proposals < in->n_reviewers ? in->n_proposals : in->n_reviewers;
    if (in->n > CALIB_SCORES_MAX || in->n_proposals > CALIB_LEVELS_MAX || in->n_reviewers > CALIB_LEVELS_MAX ||
        few > CALIB_SMALL_MAX)
        return ERR(err, E_LIMIT, "FND-252", N_("There are too many scores, proposals or reviewers to calibrate."));
    for (size_t i = 0; i < in->n; i++) {
        const struct calib_score *s = &in->scores[i];
        if (s->proposal >= in->n_proposals || s->reviewer >= in->n_reviewers || s->milli < -CALIB_MILLI_MAX ||
            s->milli > CALIB_MILLI_MAX)
            return ERR(err, E_INVALID, "FND-251", N_("A score is outside its bounds."));
    }
    if (in->n == 0)
        return ERR(err, E_INVALID, "FND-251", N_("There is no score to calibrate."));
    return OK;
}

static int32_t divided(int64_t sum, int64_t n) /* half away from zero; n > 0 */
{
    int64_t twice = sum * 2 + (sum < 0 ? -n : n);
    return (int32_t)(twice / (n * 2));
}

static rc count(struct arena *a, const struct calib_in *in, struct calib_out *out)
{
    int32_t top = in->scores[0].milli, low = top;
    for (size_t i = 0; i < in->n; i++) {
        top = in->scores[i].milli > top ? in->scores[i].milli : top;
        low = in->scores[i].milli < low ? in->scores[i].milli : low;
    }
    out->state = top == low ? CALIB_FLAT : CALIB_FITTED;
    if (in->has_marks) {
        top = in->top;
        low = in->low;
    }
    int64_t *sum = ARENA_ARRAY(a, in->n_proposals, int64_t);
    if (!sum)
        return arena_rc(a);
    for (size_t i = 0; i < in->n; i++) {
        const struct calib_score *s = &in->scores[i];
        struct calib_proposal *p = &out->proposals[s->proposal];
        p->n++;
        p->n_top += s->milli >= top;
        p->n_low += s->milli <= low;
        sum[s->proposal] += s->milli;
        out->reviewers[s->reviewer].n++;
    }
    for (size_t p = 0; p < in->n_proposals; p++)
        if (out->proposals[p].n > 0)
            out->proposals[p].raw = out->proposals[p].calibrated = divided(sum[p], out->proposals[p].n);
    return OK;
}

/* Levels with scores, and whether two of them share any: what an effect can be told from the error by. */
static bool identified(const struct calib_in *in, const struct calib_out *out)
{
    size_t proposals = 0, reviewers = 0;
    for (size_t p = 0; p < in->n_proposals; p++)
        proposals += out->proposals[p].n > 0;
    for (size_t r = 0; r < in->n_reviewers; r++)
        reviewers += out->reviewers[r].n > 0;
    return proposals >= 2 && reviewers >= 2 && proposals < in->n && reviewers < in->n;
}

/* ---- connected components ---- */

static uint32_t root_of(uint32_t *up, uint32_t v)
{
    while (up[v] != v)
        v = up[v] = up[up[v]];
    return v;
}

/* Components are numbered from 0 in the order of their first proposal. */
static rc find_components(struct arena *a, const struct calib_in *in, struct calib_out *out)
{
    size_t np = in->n_proposals, nr = in->n_reviewers;
    uint32_t *up = ARENA_ARRAY(a, np + nr, uint32_t), *number = ARENA_ARRAY(a, np + nr, uint32_t);
    if (!up || !number)
        return arena_rc(a);
    for (size_t v = 0; v < np + nr; v++) {
        up[v] = (uint32_t)v;
        number[v] = UINT32_MAX;
    }
    for (size_t i = 0; i < in->n; i++) {
        uint32_t p = root_of(up, in->scores[i].proposal), r = root_of(up, (uint32_t)np + in->scores[i].reviewer);
        up[p > r ? p : r] = p < r ? p : r;
    }
    for (size_t p = 0; p < np; p++) {
        out->proposals[p].component = UINT32_MAX;
        if (out->proposals[p].n == 0)
            continue;
        uint32_t *n = &number[root_of(up, (uint32_t)p)];
        if (*n == UINT32_MAX)
            *n = (uint32_t)out->n_components++;
        out->proposals[p].component = *n;
    }
    for (size_t r = 0; r < nr; r++)
        out->reviewers[r].component = number[root_of(up, (uint32_t)(np + r))];
    return OK;
}

/* ---- the model ---- */

/* One side of the crossed factors: levels that have scores, numbered anew. */
struct side {
    size_t n;
    size_t *level_of; /* position in the input -> level */
};

static rc make_side(struct arena *a, size_t n, struct side *out)
{
    out->level_of = ARENA_ARRAY(a, n, size_t);
    return out->level_of ? OK : arena_rc(a);
}

struct rated { /* a score by levels */
    size_t many, few;
    double y;
};

static int by_levels(const void *l, const void *r)
{
    const struct rated *a = l, *b = r;
    if (a->many != b->many)
        return a->many < b->many ? -1 : 1;
    if (a->few != b->few)
        return a->few < b->few ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y); /* so that sums do not depend on the order of the input */
}

static rc make_model(struct arena *a, struct rated *scores, size_t n, size_t n_many, size_t n_few,
                     struct calib_model *m)
{
    *m = (struct calib_model){.n_many = n_many,
                              .n_few = n_few,
                              .n = n,
                              .first = ARENA_ARRAY(a, n_many + 1, size_t),
                              .cell = ARENA_ARRAY(a, n, struct calib_cell),
                              .n_of_many = ARENA_ARRAY(a, n_many, double),
                              .sum_of_many = ARENA_ARRAY(a, n_many, double),
                              .n_of_few = ARENA_ARRAY(a, n_few, double),
                              .sum_of_few = ARENA_ARRAY(a, n_few, double)};
    if (!m->first || !m->cell || !m->n_of_many || !m->sum_of_many || !m->n_of_few || !m->sum_of_few)
        return arena_rc(a);
    qsort(scores, n, sizeof *scores, by_levels);
    size_t cells = 0;
    for (size_t i = 0; i < n; i++) {
        const struct rated *s = &scores[i];
        if (i == 0 || s[-1].many != s->many || s[-1].few != s->few)
            m->cell[cells++] = (struct calib_cell){.few = s->few};
        m->cell[cells - 1].n++;
        m->first[s->many + 1] = cells;
        m->n_of_many[s->many]++;
        m->n_of_few[s->few]++;
        m->sum_of_many[s->many] += s->y;
        m->sum_of_few[s->few] += s->y;
        m->sum += s->y;
        m->squares += s->y * s->y;
    }
    return OK;
}

static int32_t milli(double points)
{
    return (int32_t)lround(points * 1000);
}

/* Fits with proposals as the larger factor or as the smaller one, whichever they are. */
static rc fit(struct arena *a, const struct calib_in *in, struct calib_out *out)
{
    struct side ps = {0}, rs = {0};
    TRY(make_side(a, in->n_proposals, &ps));
    TRY(make_side(a, in->n_reviewers, &rs));
    for (size_t p = 0; p < in->n_proposals; p++)
        if (out->proposals[p].n > 0)
            ps.level_of[p] = ps.n++;
    for (size_t r = 0; r < in->n_reviewers; r++)
        if (out->reviewers[r].n > 0)
            rs.level_of[r] = rs.n++;
    bool proposals_many = ps.n >= rs.n;
    struct rated *scores = ARENA_ARRAY(a, in->n, struct rated);
    if (!scores)
        return arena_rc(a);
    int64_t sum = 0;
    for (size_t i = 0; i < in->n; i++)
        sum += in->scores[i].milli;
    double centre = (double)sum / (double)in->n / 1000;
    for (size_t i = 0; i < in->n; i++) {
        size_t p = ps.level_of[in->scores[i].proposal], r = rs.level_of[in->scores[i].reviewer];
        scores[i] =
            (struct rated){proposals_many ? p : r, proposals_many ? r : p, (double)in->scores[i].milli / 1000 - centre};
    }
    struct calib_model m;
    struct calib_fit f;
    TRY(make_model(a, scores, in->n, proposals_many ? ps.n : rs.n, proposals_many ? rs.n : ps.n, &m));
    m.ml = in->method == CALIB_ML;
    TRY(calib_model_fit(a, &m, &f));
    const double *pe = proposals_many ? f.many : f.few, *pse = proposals_many ? f.many_se : f.few_se;
    const double *re = proposals_many ? f.few : f.many, *rse = proposals_many ? f.few_se : f.many_se;
    out->mu = centre + f.mu;
    out->criterion = f.criterion;
    out->sd_error = f.sd_error;
    out->ratio_proposal = proposals_many ? f.ratio_many : f.ratio_few;
    out->ratio_reviewer = proposals_many ? f.ratio_few : f.ratio_many;
    out->sd_proposal = out->ratio_proposal * f.sd_error;
    out->sd_reviewer = out->ratio_reviewer * f.sd_error;
    for (size_t p = 0; p < in->n_proposals; p++)
        if (out->proposals[p].n > 0) {
            out->proposals[p].calibrated = milli(out->mu + pe[ps.level_of[p]]);
            out->proposals[p].se = milli(pse[ps.level_of[p]]);
        }
    for (size_t r = 0; r < in->n_reviewers; r++)
        if (out->reviewers[r].n > 0) {
            out->reviewers[r].effect = milli(re[rs.level_of[r]]);
            out->reviewers[r].se = milli(rse[rs.level_of[r]]);
        }
    return OK;
}

/* ---- ranks and the line ---- */

static int by_ties(const struct calib_proposal *a, const struct calib_proposal *b)
{
    if (a->n_top != b->n_top)
        return a->n_top > b->n_top ? -1 : 1;
    if (a->n_low != b->n_low)
        return a->n_low < b->n_low ? -1 : 1;
    return a < b ? -1 : a > b; /* they lie in one array: by position */
}

static int by_raw(const void *l, const void *r, void *proposals)
{
    const struct calib_proposal *a = (const struct calib_proposal *)proposals + *(const uint32_t *)l;
    const struct calib_proposal *b = (const struct calib_proposal *)proposals + *(const uint32_t *)r;
    return a->raw != b->raw ? (a->raw > b->raw ? -1 : 1) : by_ties(a, b);
}

static int by_calibrated(const void *l, const void *r, void *proposals)
{
    const struct calib_proposal *a = (const struct calib_proposal *)proposals + *(const uint32_t *)l;
    const struct calib_proposal *b = (const struct calib_proposal *)proposals + *(const uint32_t *)r;
    return a->calibrated != b->calibrated ? (a->calibrated > b->calibrated ? -1 : 1) : by_ties(a, b);
}

static rc rank(struct arena *a, const struct calib_in *in, struct calib_out *out)
{
    out->order = ARENA_ARRAY(a, in->n_proposals, uint32_t);
    out->raw_order = ARENA_ARRAY(a, in->n_proposals, uint32_t);
    if (!out->order || !out->raw_order)
        return arena_rc(a);
    for (size_t p = 0; p < in->n_proposals; p++)
        if (out->proposals[p].n > 0) {
            out->order[out->n_ranked] = (uint32_t)p;
            out->raw_order[out->n_ranked++] = (uint32_t)p;
        }
    qsort_r(out->order, out->n_ranked, sizeof *out->order, by_calibrated, out->proposals);
    qsort_r(out->raw_order, out->n_ranked, sizeof *out->raw_order, by_raw, out->proposals);
    for (size_t i = 0; i < out->n_ranked; i++) {
        struct calib_proposal *p = &out->proposals[out->order[i]], *raw = &out->proposals[out->raw_order[i]];
        p->rank = (uint32_t)i + 1;
        p->pass = i < in->pass;
        raw->raw_rank = (uint32_t)i + 1;
        raw->raw_pass = i < in->pass;
    }
    return OK;
}

static int32_t probability(const struct calib_proposal *p, double line)
{
    double above = p->calibrated - line;
    if (p->se == 0)
        return above > 0 ? 1000 : above < 0 ? 0 : 500;
    return (int32_t)lround(500 * erfc(-above / p->se / M_SQRT2)); /* 1000 * Phi(above / se) */
}

static void draw_line(const struct calib_in *in, struct calib_out *out)
{
    bool within = in->pass > 0 && in->pass < out->n_ranked;
    int64_t twice = within ? (int64_t)out->proposals[out->order[in->pass - 1]].calibrated +
                                 out->proposals[out->order[in->pass]].calibrated
                           : 0;
    out->line = within ? divided(twice, 2) : 0;
    for (size_t i = 0; i < out->n_ranked; i++) {
        struct calib_proposal *p = &out->proposals[out->order[i]];
        if (out->state == CALIB_UNIDENTIFIED && within)
            p->confidence = -1;
        else if (within)
            p->confidence = probability(p, (double)twice / 2);
        else
            p->confidence = p->pass ? 1000 : 0;
        out->n_up += p->pass && !p->raw_pass;
        out->n_down += !p->pass && p->raw_pass;
    }
}

rc calib_fit(struct arena *a, const struct calib_in *in, struct calib_out *out, struct err *err)
{
    *out = (struct calib_out){0};
    TRY(check(in, err));
    out->proposals = ARENA_ARRAY(a, in->n_proposals, struct calib_proposal);
    out->reviewers = ARENA_ARRAY(a, in->n_reviewers, struct calib_reviewer);
    if (!out->proposals || !out->reviewers)
        return arena_rc(a);
    TRY(count(a, in, out));
    TRY(find_components(a, in, out));
    if (out->state == CALIB_FLAT)
        out->mu = (double)in->scores[0].milli / 1000;
    else if (!identified(in, out))
        out->state = CALIB_UNIDENTIFIED;
    else
        TRY(fit(a, in, out));
    TRY(rank(a, in, out));
    draw_line(in, out);
    return OK;
}
