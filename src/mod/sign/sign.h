/* Electronic signatures: the module's verbs. The formats are in engine/, each with its own header. */
#ifndef RISE_SIGN_H
#define RISE_SIGN_H
#include "core/module.h"

enum { SIGN_VERBS = 7 };
extern const struct verb sign_verbs[SIGN_VERBS];
#endif
