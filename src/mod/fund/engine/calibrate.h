/* Scores of strict and of generous reviewers made comparable: y = mu + proposal + reviewer + e, proposal, reviewer and
 * e normal with mean 0 (main-effects model). The variances are estimated by REML (or ML) as R's
 * lme4::lmer(y ~ 1 + (1|proposal) + (1|reviewer)) does; a proposal's calibrated score is mu + its posterior mean
 * (BLUP). Pure: arrays in, arrays out, no clock. Estimation is in floating point; what is published and ranked is
 * rounded to milli-points (half away from zero), and the two variance ratios to 4 decimals before scores are computed
 * from them, so that the last bits of a compiler's arithmetic do not decide a rank, and that the published ratios are
 * enough to redo the scores by one linear system.
 *
 * Order, of raw means and calibrated scores alike (rounded figures, so that a reader of the table can redo it):
 * higher score, more top scores, fewer low scores, lower position in the input (give proposals by public number).
 *
 * Defined outcomes: proposals without a score have no rank and never pass. All scores equal: CALIB_FLAT, every
 * calibrated score is that score. Effects that cannot be told from the error (no proposal or no reviewer with two
 * scores, or fewer than two of either): CALIB_UNIDENTIFIED, calibrated = raw mean, se 0, confidence -1 (not known).
 * A reviewer with one review keeps it; the model pulls the effect towards 0 by itself. */
#ifndef RISE_MOD_FUND_CALIBRATE_H
#define RISE_MOD_FUND_CALIBRATE_H

#include "base/arena.h"
#include "base/err.h"

enum {
    CALIB_SCORES_MAX = 1000000,
    CALIB_SMALL_MAX = 500,     /* the smaller of the two numbers of levels: a dense matrix of this size is factored */
    CALIB_LEVELS_MAX = 100000, /* the larger one */
    CALIB_MILLI_MAX = 1000000, /* |score| <= 1000 points */
};

struct calib_score {
    uint32_t proposal, reviewer; /* positions; a pair may occur more than once (criteria scored apart) */
    int32_t milli;               /* score in 1/1000 point */
};

enum calib_method { CALIB_REML, CALIB_ML };

struct calib_in {
    size_t n_proposals, n_reviewers;
    const struct calib_score *scores; /* missing scores are simply not there */
    size_t n;
    bool has_marks;
    int32_t top,
        low;     /* has_marks: a score >= top is a top score, <= low a low one; else the greatest and least given */
    size_t pass; /* the pass line: so many are above; 0: no line */
    enum calib_method method;
};

struct calib_proposal {
    int32_t n, n_top, n_low;     /* scores */
    int32_t raw, calibrated, se; /* milli-points */
    uint32_t raw_rank, rank;     /* from 1; 0: without a score */
    bool raw_pass, pass;         /* above the line by raw mean, by calibrated score */
    int32_t confidence;          /* permille: posterior probability to lie above the line, see below; -1: not known */
    uint32_t component;
};

struct calib_reviewer {
    int32_t n;
    int32_t effect, se; /* milli-points; negative: stricter than the others */
    uint32_t component; /* UINT32_MAX: no scores */
};

enum calib_state { CALIB_FITTED, CALIB_FLAT, CALIB_UNIDENTIFIED };

/* The line is the middle between the last calibrated score above and the first below, taken as a fixed number;
 * confidence = Phi((calibrated - line) / se), se the posterior standard deviation given the estimated variances
 * (lme4: ranef(condVar = TRUE)). With every ranked proposal above the line it is 1000, without a line 0; equal scores
 * throughout, or a proposal variance estimated as 0, give 500: nothing tells the proposals apart. */
struct calib_out {
    enum calib_state state;
    double mu, sd_proposal, sd_reviewer, sd_error; /* points, not milli-points */
    double ratio_proposal, ratio_reviewer;         /* sd / sd_error, 4 decimals, at most 1000; lme4's theta */
    double criterion;                              /* REML or ML deviance at those ratios; 0 unless fitted */
    struct calib_proposal *proposals;
    struct calib_reviewer *reviewers;
    uint32_t *order, *raw_order; /* positions by rank, n_ranked of them */
    size_t n_ranked;
    size_t n_components; /* of the graph of proposals and reviewers that have scores; more than 1: the components are
                            comparable only by the prior, warn */
    int32_t line;        /* milli-points; 0 without a line */
    size_t n_up, n_down; /* enter and leave the passing set by calibration */
};

/* E_INVALID FND-251: a position or a score out of range, or no score at all; E_LIMIT FND-252: too many scores or
 * levels; the arena's rc when it is full. Everything in `out` lives in `a`. */
rc calib_fit(struct arena *a, const struct calib_in *in, struct calib_out *out, struct err *err);

#endif
