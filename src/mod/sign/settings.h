/* What a law or an office can change about signing: parameters of the programme "signing", which is made with the
 * installation. Threads: as the tx. */
#ifndef RISE_SIGN_SETTINGS_H
#define RISE_SIGN_SETTINGS_H
#include "core/app.h"
#include "core/programme.h"

extern const struct param_table sign_params;
rc sign_programme(const struct act *x, id *out); /* makes it when it is not there */
rc sign_init(struct app *app, struct err *err);  /* once, after migrations */

/* The value in force; the declared one until the programme is there. */
rc sign_param(struct tx *tx, const char *name, instant at, int64_t *out);
/* Whether a parameter that is one of several words is this one. */
rc sign_param_is(struct tx *tx, const char *name, const char *word, instant at, bool *out);
#endif
