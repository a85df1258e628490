/* Asking a time-stamp authority, as every format does. */
#ifndef RISE_SIGN_STAMP_H
#define RISE_SIGN_STAMP_H
#include "crypto/tsp.h"
#include "mod/sign/engine/net.h"

/* A time-stamp over `imprint`, a digest by `d`, checked but for its path. Lives in the arena. Errors of crypto/tsp.h
 * and of net->timestamp(). */
rc stamp_ask(struct arena *a, const struct sign_net *net, enum digest d, str imprint, struct tsp_token *out,
             struct err *err);
/* A failure that lowers the level: somebody else does not answer, or answers wrongly. Everything else is ours. */
bool stamp_is_elsewhere(const struct arena *a, rc r);
#endif
