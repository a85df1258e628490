/* Private to the register of exclusions: reading rows. */
#ifndef RISE_SIGN_EXCLUSION_IMPL_H
#define RISE_SIGN_EXCLUSION_IMPL_H
#include "mod/sign/rooms/exclusion.h"

enum { EXCLUSION_JSON_MAX = 16384 };
#define EXCLUSION_COLS  "id, agency, act, law, kind, keywords, source, starts, ends, extended, state, version, changed"
#define EXCLUSION_TYPES "ittttttiiitii"
void exclusion_take(const struct rows *r, struct exclusion *o, struct arena *a);
rc exclusion_collect(struct rows *r, struct exclusion **out, size_t *n, struct arena *a);
#endif
