/* What `rise doctor` re-proves about finished documents. */
#ifndef RISE_SIGN_SEAL_CHECK_H
#define RISE_SIGN_SEAL_CHECK_H
#include "core/module.h"

enum { SEAL_CHECKS = 1 };
extern const struct check seal_checks[SEAL_CHECKS];
#endif
