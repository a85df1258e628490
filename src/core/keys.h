/* Private to core: the verbs of `rise keys`. */
#ifndef RISE_CORE_KEYS_H
#define RISE_CORE_KEYS_H

#include "core/account.h"
#include "core/module.h"

enum { KEYS_VERBS = 1 };
extern const struct verb keys_verbs[KEYS_VERBS];

#endif
