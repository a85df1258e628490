/* `rise doctor`: every check of every module, one after the other, each on a snapshot of its own. */
#ifndef RISE_CORE_DOCTOR_H
#define RISE_CORE_DOCTOR_H

#include "core/module.h"

/* Called once per check. `finding` is what the check says about itself (a figure, or what is wrong); valid during the
 * call. */
typedef void (*doctor_fn)(void *arg, const char *module, const struct check *check, rc result, str finding, int64_t us);

/* OK when every check passed, else E_CORRUPT (or the first other failure). The database must be open. */
rc doctor_run(struct app *app, doctor_fn fn, void *arg);
#endif
