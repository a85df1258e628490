/* What `rise doctor` re-proves about signing rooms, the electronic form and the register of exclusions. */
#ifndef RISE_SIGN_ROOM_CHECKS_H
#define RISE_SIGN_ROOM_CHECKS_H
#include "core/module.h"

enum { ROOM_CHECKS = 4 };
extern const struct check room_checks[ROOM_CHECKS];
#endif
