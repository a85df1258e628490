/* Whom this site trusts: its own certification authorities, and what lies in the folder `trust` of the data folder
 * (anchors.h). With the newest lists of its own authorities. */
#ifndef RISE_SIGN_TRUSTED_H
#define RISE_SIGN_TRUSTED_H
#include "core/app.h"
#include "mod/sign/engine/judge.h"

/* As of now. `lang`: of the reasons. Everything lives in the arena. Errors: those of anchors.h. */
rc trusted_rules(const struct app *app, struct tx *tx, struct arena *a, enum lang lang, struct sign_rules *rules,
                 struct err *err);
#endif
