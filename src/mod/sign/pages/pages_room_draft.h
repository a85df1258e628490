/* What the steps of a draft share. */
#ifndef RISE_SIGN_PAGES_ROOM_DRAFT_H
#define RISE_SIGN_PAGES_ROOM_DRAFT_H
#include "mod/sign/pages/pages_rooms.h"

rc draft_fill(struct ctx *c, struct draft_page *p);
/* It was sent meanwhile: answered with its own page. */
bool draft_gone(struct ctx *c, const struct draft_page *p, rc *answer);
#endif
