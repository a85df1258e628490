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
/* A time-stamp asked for and checked, and what raising a signature's level needs and says, for every format. */
#ifndef RISE_SIGN_STAMP_H
#define RISE_SIGN_STAMP_H
#include "crypto/tsp.h"
#include "mod/sign/engine/level.h"
#include "mod/sign/engine/net.h"

struct sign_raise {
    enum sign_level level;
    enum digest stamp_digest; /* DIGEST_NONE: SHA-256 */
    struct cert *const *pool; /* issuers that may be needed from B-LT on */
    size_t n_pool;
    const struct sign_net *net; /* may be NULL for B-B */
};
/* How far it came: a service that does not answer lowers the level, it does not prevent the signature. */
struct sign_raised {
    enum sign_level level;
    struct err why; /* no higher; .code OK when it is the level that was asked for */
};

/* A token over `bytes`: what tsp_accept() checks has been checked. Errors: net's, and TSP-nnn. */
rc stamp_ask(struct arena *a, const struct sign_raise *o, str bytes, struct tsp_token *out, struct err *err);
/* This failure lies with somebody else and lowers the level; everything else is an error of ours. */
bool stamp_is_elsewhere(const struct arena *a, rc r);
#endif
