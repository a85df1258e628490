/* REML as lme4 computes it (Bates, Maechler, Bolker, Walker 2015, section 3): with u the effects in units of their own
 * standard deviation, the penalised least squares problem
 *
 *     | D         C           x_many |  | u_many |   | y_many |      D, x_many, y_many: diagonal, sums of the larger
 *     | C'        F           x_few  |  | u_few  | = | y_few  |      factor;  C: who scored what;  F: diagonal before
 *     | x_many'   x_few'      n      |  | mu     |   | y      |      elimination
 *
 * depends on the two ratios r = sd / sd of e only: D = r_many^2 n_i + 1, C = r_many r_few n_ij, x = r n_i, y = r * sum.
 * The larger factor is diagonal and is eliminated first; what stays is dense and small. Its Cholesky factor gives the
 * solution and the determinants of the criterion, which is minimised over the ratios by Nelder and Mead's simplex (it
 * is even in both ratios, so the boundary at 0 needs no care). */
#include "mod/fund/engine/calib_model.h"

#include <math.h>

enum { EVALUATIONS_MAX = 600, RATIO_MAX = 1000, RATIO_DECIMALS = 10000 };

struct solver {
    const struct calib_model *m;
    double r_many, r_few;
    size_t n;          /* n_few + 1: the last is mu */
    double *l;         /* n * n, row by row: the reduced matrix, then its Cholesky factor (lower) */
    double *x;         /* the reduced right side, then the solution */
    double *inverse;   /* n_few * n_few, of the part without mu */
    double logs, rest; /* log determinant, and the penalised sum of squares, as they come to be known */
};

static double diagonal(const struct solver *s, size_t i)
{
    return s->r_many * s->r_many * s->m->n_of_many[i] + 1;
}

static void eliminate(struct solver *s, size_t i)
{
    const struct calib_model *m = s->m;
    double d = diagonal(s, i), y = s->r_many * m->sum_of_many[i], x = s->r_many * m->n_of_many[i];
    double scale = s->r_many * s->r_few;
    double *mu_row = s->l + (s->n - 1) * s->n;
    for (size_t j = m->first[i]; j < m->first[i + 1]; j++) {
        double c = scale * m->cell[j].n / d;
        double *row = s->l + m->cell[j].few * s->n;
        for (size_t k = m->first[i]; k <= j; k++) /* cells are in ascending order: the lower triangle */
            row[m->cell[k].few] -= c * scale * m->cell[k].n;
        mu_row[m->cell[j].few] -= c * x;
        s->x[m->cell[j].few] -= c * y;
    }
    mu_row[s->n - 1] -= x * x / d;
    s->x[s->n - 1] -= x * y / d;
    s->rest -= y * y / d;
    s->logs += log(d);
}

static void reduce(struct solver *s)
{
    const struct calib_model *m = s->m;
    memset(s->l, 0, s->n * s->n * sizeof *s->l);
    double *mu_row = s->l + (s->n - 1) * s->n;
    for (size_t j = 0; j < m->n_few; j++) {
        s->l[j * s->n + j] = s->r_few * s->r_few * m->n_of_few[j] + 1;
        mu_row[j] = s->r_few * m->n_of_few[j];
        s->x[j] = s->r_few * m->sum_of_few[j];
    }
    mu_row[s->n - 1] = (double)m->n;
    s->x[s->n - 1] = m->sum;
    s->rest = m->squares;
    s->logs = 0;
    for (size_t i = 0; i < m->n_many; i++)
        eliminate(s, i);
}

/* In place; the right side is solved forward with it. The matrix is positive definite by construction; a pivot that
 * rounding has brought to zero is kept at the smallest that makes sense. */
static void factor(struct solver *s)
{
    size_t n = s->n;
    for (size_t i = 0; i < n; i++) {
        double *row = s->l + i * n;
        for (size_t j = 0; j <= i; j++) {
            const double *other = s->l + j * n;
            double v = row[j];
            for (size_t k = 0; k < j; k++)
                v -= row[k] * other[k];
            row[j] = j < i ? v / other[j] : sqrt(v > 1e-12 ? v : 1e-12);
        }
        double y = s->x[i];
        for (size_t k = 0; k < i; k++)
            y -= row[k] * s->x[k];
        s->x[i] = y / row[i];
        s->rest -= s->x[i] * s->x[i];
        if (i + 1 < n || !s->m->ml) /* the last pivot belongs to mu: REML counts it */
            s->logs += 2 * log(row[i]);
    }
}

static double freedom(const struct solver *s)
{
    return (double)(s->m->ml ? s->m->n : s->m->n - 1);
}

static double criterion(struct solver *s, double r_many, double r_few)
{
    s->r_many = fmin(fabs(r_many), RATIO_MAX);
    s->r_few = fmin(fabs(r_few), RATIO_MAX);
    reduce(s);
    factor(s);
    double rest = fmax(s->rest, s->m->squares * 1e-14), df = freedom(s); /* data without error: not log 0 */
    s->rest = rest;
    return s->logs + df * (1 + log(2 * M_PI * rest / df));
}

/* ---- Nelder and Mead ---- */

struct corner {
    double x, y, value;
};

struct simplex {
    struct solver *s;
    struct corner c[3]; /* best first */
    int evaluations;
};

static struct corner corner_at(struct simplex *t, double x, double y)
{
    t->evaluations++;
    return (struct corner){x, y, criterion(t->s, x, y)};
}

static void sort_corners(struct corner *c)
{
    for (int i = 1; i < 3; i++)
        for (int j = i; j > 0 && c[j].value < c[j - 1].value; j--) {
            struct corner swap = c[j];
            c[j] = c[j - 1];
            c[j - 1] = swap;
        }
}

/* The point `by` times as far on the other side of the best two as the worst is on this side. */
static struct corner mirrored(struct simplex *t, double by)
{
    double x = (t->c[0].x + t->c[1].x) / 2, y = (t->c[0].y + t->c[1].y) / 2;
    return corner_at(t, x + by * (x - t->c[2].x), y + by * (y - t->c[2].y));
}

static void step(struct simplex *t)
{
    struct corner r = mirrored(t, 1);
    if (r.value < t->c[0].value) {
        struct corner further = mirrored(t, 2);
        t->c[2] = further.value < r.value ? further : r;
    } else if (r.value < t->c[1].value) {
        t->c[2] = r;
    } else {
        bool outside = r.value < t->c[2].value;
        struct corner nearer = mirrored(t, outside ? 0.5 : -0.5);
        if (nearer.value < (outside ? r.value : t->c[2].value)) {
            t->c[2] = nearer;
        } else {
            for (int i = 1; i < 3; i++)
                t->c[i] = corner_at(t, (t->c[0].x + t->c[i].x) / 2, (t->c[0].y + t->c[i].y) / 2);
        }
    }
    sort_corners(t->c);
}

static double width(const struct simplex *t)
{
    double w = 0;
    for (int i = 1; i < 3; i++) {
        w = fmax(w, fabs(t->c[i].x - t->c[0].x));
        w = fmax(w, fabs(t->c[i].y - t->c[0].y));
    }
    return w;
}

/* From (x, y) with first steps of `size`. */
static void descend(struct simplex *t, double x, double y, double size)
{
    t->c[0] = corner_at(t, x, y);
    t->c[1] = corner_at(t, x + size, y);
    t->c[2] = corner_at(t, x, y + size);
    sort_corners(t->c);
    int until = t->evaluations + EVALUATIONS_MAX / 2;
    while (t->evaluations < until && width(t) > 1e-8 * (1 + fabs(t->c[0].x) + fabs(t->c[0].y)))
        step(t);
}

static double rounded(double ratio)
{
    return round(fmin(fabs(ratio), RATIO_MAX) * RATIO_DECIMALS) / RATIO_DECIMALS;
}

/* ---- solution at the ratios found ---- */

static void solve_back(struct solver *s)
{
    for (size_t i = s->n; i-- > 0;) {
        s->x[i] /= s->l[i * s->n + i];
        for (size_t k = 0; k < i; k++)
            s->x[k] -= s->l[i * s->n + k] * s->x[i];
    }
}

/* inverse = (L L')^-1 of the leading n_few rows: the inverse of L column by column, then its product with itself. */
static void invert(struct solver *s)
{
    size_t f = s->m->n_few, n = s->n;
    double *v = s->inverse; /* lower triangle: L^-1 first */
    for (size_t j = 0; j < f; j++)
        for (size_t i = j; i < f; i++) {
            double sum = i == j ? 1 : 0;
            for (size_t k = j; k < i; k++)
                sum -= s->l[i * n + k] * v[k * f + j];
            v[i * f + j] = sum / s->l[i * n + i];
        }
    for (size_t i = 0; i < f; i++) /* entry (i, j) needs rows >= i only, which still hold L^-1 */
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = i; k < f; k++)
                sum += v[k * f + i] * v[k * f + j];
            s->l[i * n + j] = sum;
        }
    for (size_t i = 0; i < f; i++)
        for (size_t j = 0; j <= i; j++)
            v[i * f + j] = v[j * f + i] = s->l[i * n + j];
}

static void effects_of_many(const struct solver *s, struct calib_fit *out)
{
    const struct calib_model *m = s->m;
    double mu = s->x[s->n - 1], scale = s->r_many * s->r_few;
    for (size_t i = 0; i < m->n_many; i++) {
        double d = diagonal(s, i), u = s->r_many * m->sum_of_many[i] - s->r_many * m->n_of_many[i] * mu, spread = 0;
        for (size_t j = m->first[i]; j < m->first[i + 1]; j++) {
            const struct calib_cell *c = &m->cell[j];
            u -= scale * c->n * s->x[c->few];
            for (size_t k = m->first[i]; k < m->first[i + 1]; k++)
                spread += scale * c->n * scale * m->cell[k].n * s->inverse[c->few * m->n_few + m->cell[k].few];
        }
        out->many[i] = s->r_many * u / d;
        out->many_se[i] = out->sd_error * s->r_many * sqrt(1 / d + spread / (d * d));
    }
}

static void solve(struct solver *s, struct calib_fit *out)
{
    out->criterion = criterion(s, out->ratio_many, out->ratio_few);
    out->sd_error = sqrt(s->rest / freedom(s));
    solve_back(s);
    invert(s);
    out->mu = s->x[s->n - 1];
    for (size_t j = 0; j < s->m->n_few; j++) {
        out->few[j] = s->r_few * s->x[j];
        out->few_se[j] = out->sd_error * s->r_few * sqrt(s->inverse[j * s->m->n_few + j]);
    }
    effects_of_many(s, out);
}

rc calib_model_fit(struct arena *a, const struct calib_model *m, struct calib_fit *out)
{
    struct solver s = {.m = m, .n = m->n_few + 1};
    s.l = ARENA_ARRAY(a, s.n * s.n, double);
    s.x = ARENA_ARRAY(a, s.n, double);
    s.inverse = ARENA_ARRAY(a, m->n_few * m->n_few, double);
    *out = (struct calib_fit){.many = ARENA_ARRAY(a, m->n_many, double),
                              .few = ARENA_ARRAY(a, m->n_few, double),
                              .many_se = ARENA_ARRAY(a, m->n_many, double),
                              .few_se = ARENA_ARRAY(a, m->n_few, double)};
    if (!s.l || !s.x || !s.inverse || !out->many || !out->few || !out->many_se || !out->few_se)
        return arena_rc(a);
    struct simplex t = {.s = &s};
    descend(&t, 1, 1, 0.5);
    descend(&t, fabs(t.c[0].x), fabs(t.c[0].y), 0.1); /* again: a simplex can shrink before the minimum */
    out->ratio_many = rounded(t.c[0].x);
    out->ratio_few = rounded(t.c[0].y);
    solve(&s, out);
    return OK;
}
