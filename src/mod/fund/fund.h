/* The public-interest fund: open call, review, quadratic funding, awards. README.md says whose rules these are.
 *
 * Engines (pure functions over arrays, no I/O, no clock, usable alone):
 *   tally.h  assign.h  calibrate.h  sroi.h */
#ifndef RISE_MOD_FUND_FUND_H
#define RISE_MOD_FUND_FUND_H

#include "core/module.h"

enum { FUND_VERBS = 2 };
extern const struct verb fund_verbs[];

int fund_verb_sensitivity(struct app *app, const struct input *in, struct err *err);
int fund_verb_tally(struct app *app, const struct input *in, struct err *err);

#endif
