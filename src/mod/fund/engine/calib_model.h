/* Inside calibration: the mixed model y = mu + a[many] + b[few] + e over two crossed factors, `few` being the one with
 * fewer levels. */
#ifndef RISE_MOD_FUND_CALIB_MODEL_H
#define RISE_MOD_FUND_CALIB_MODEL_H

#include "base/arena.h"

struct calib_cell { /* scores of one pair of levels */
    size_t few;
    double n;
};

struct calib_model {
    size_t n_many, n_few, n; /* levels, scores */
    size_t *first;           /* cells of many-level i: cell[first[i]] … cell[first[i + 1] - 1] */
    struct calib_cell *cell;
    double *n_of_many, *sum_of_many; /* scores and their sums, centred */
    double *n_of_few, *sum_of_few;
    double sum, squares; /* of all centred scores */
    bool ml;
};

struct calib_fit {
    double ratio_many, ratio_few; /* sd / sd of e */
    double mu, sd_error, criterion;
    double *many, *few;       /* posterior means */
    double *many_se, *few_se; /* posterior standard deviations, given the variances and mu */
};

/* Estimates and solves. The arena's rc when it is full. n >= 2, squares > 0. */
rc calib_model_fit(struct arena *a, const struct calib_model *m, struct calib_fit *out);

#endif
