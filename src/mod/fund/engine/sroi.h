/* Social return on investment from a value map. Pure integer arithmetic with declared rounding, so that a spreadsheet
 * gets the same figures. Formulas: "A Guide to Social Return on Investment" (SROI Network, 2012).
 *
 *   value of a row's first year = quantity * proxy * (1 - deadweight) (1 - displacement) (1 - attribution)
 *   value of its next year      = value of the year before * (1 - drop-off)
 *   present value of year t     = sum of the rows' values * d(t),  d(t) = 1 / (1 + r)^t       (end of year)
 *                                                                  d(t) = 1 / (1 + r)^(t-1/2) (middle of year)
 *   NPV = PV - inputs, ratio = PV / inputs, net ratio = NPV / inputs; inputs are spent at time 0, not discounted
 *   payback = the first month in which the undiscounted value so far, each year spread evenly, reaches the inputs
 *
 * Year 1 is the period of the activity; a row that starts after it begins in year 2. Every row's value of a year and
 * every year's present value are rounded half to even to 1/1000 of the currency unit, from the rounded figure before;
 * d(t) is kept with 18 decimals, each from the one before, half to even; d(1/2), the first of the middle-of-year
 * convention, is the square root of 10^36 * 1000 / (1000 + r) rounded down. Ratios are rounded half to even to 1/1000.
 *
 * Never one bare number: each parameter is a range; the result has the low and the high end (all parameters at the end
 * that makes NPV least, or greatest) and the effect of each parameter alone, largest first. */
#ifndef RISE_MOD_FUND_SROI_H
#define RISE_MOD_FUND_SROI_H

#include "base/arena.h"
#include "base/err.h"

enum {
    SROI_YEARS_MAX = 60,
    SROI_ROWS_MAX = 1000,
    SROI_UNIT = 1000, /* amounts and quantities are in thousandths */
};
#define SROI_AMOUNT_MAX INT64_C(1000000000000000) /* thousandths: 10^12 of the unit */

struct sroi_range {
    int64_t low, base, high; /* low <= base <= high */
};

enum sroi_param {
    SROI_QUANTITY,     /* thousandths, 0..SROI_AMOUNT_MAX */
    SROI_PROXY,        /* thousandths of the currency unit, may be negative: a harm */
    SROI_DEADWEIGHT,   /* permille 0..1000: would have happened anyway */
    SROI_DISPLACEMENT, /* permille: displaced elsewhere */
    SROI_ATTRIBUTION,  /* permille: owed to others */
    SROI_DROP_OFF,     /* permille a year */
    SROI_DURATION,     /* years, 0..SROI_YEARS_MAX - 1 */
    SROI_ROW_PARAMS,
    SROI_INPUTS = SROI_ROW_PARAMS, /* of the whole map: thousandths, >= 0 */
    SROI_RATE,                     /* permille a year, 0..1000 */
};

struct sroi_row {
    struct sroi_range p[SROI_ROW_PARAMS];
    bool after; /* starts after the activity */
};

enum sroi_convention { SROI_END_YEAR, SROI_MID_YEAR };

struct sroi_in {
    const struct sroi_row *rows;
    size_t n;
    struct sroi_range inputs, rate;
    enum sroi_convention convention;
};

struct sroi_result {
    int64_t value[SROI_YEARS_MAX + 1], pv[SROI_YEARS_MAX + 1]; /* thousandths, by year from 1 */
    int years;                                                 /* the last with a row alive */
    int64_t total_pv, npv;                                     /* thousandths */
    bool has_ratio;                                            /* false: inputs are 0 */
    int64_t ratio, net_ratio;                                  /* thousandths */
    int32_t payback_months;                                    /* -1: never within the years */
};

struct sroi_effect { /* one parameter at its two ends, all others at base */
    enum sroi_param param;
    size_t row;                                                   /* SIZE_MAX for inputs and rate */
    struct sroi_range value;                                      /* of the parameter */
    int64_t npv_at_low, npv_at_high, ratio_at_low, ratio_at_high; /* at the parameter's low and high end */
    int64_t effect;                                               /* |npv_at_high - npv_at_low| */
};

struct sroi_out {
    struct sroi_result low, base, high;
    struct sroi_effect *effects; /* largest first, then row, then parameter; only ranges that are more than a point */
    size_t n_effects;
};

const char *sroi_param_name(enum sroi_param p); /* its column: "quantity" … "inputs", "rate" */

/* Parameters without a range of their own get one: quantity and proxy +- `permille` of themselves, shares +- `permille`
 * points, the rate a fifth of that (100: 3.5 % becomes 1.5 to 5.5 %), within their bounds. Durations and inputs stay.
 */
void sroi_spread(struct sroi_row *rows, size_t n, struct sroi_range *rate, int64_t permille);

/* E_INVALID FND-301: a parameter outside its bounds or a range out of order (row from 1 and parameter named); E_LIMIT
 * FND-302: more than SROI_ROWS_MAX rows or a figure past 64 bits; the arena's rc when it is full. */
rc sroi_compute(struct arena *a, const struct sroi_in *in, struct sroi_out *out, struct err *err);

#endif
