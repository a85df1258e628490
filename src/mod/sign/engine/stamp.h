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

enum digest stamp_digest(const struct sign_raise *o);
/* A token over what has this digest, by stamp_digest(): what tsp_accept() checks has been checked. Errors: net's, and
 * TSP-nnn. */
rc stamp_ask_for(struct arena *a, const struct sign_raise *o, const struct digest_value *v, struct tsp_token *out,
                 struct err *err);
/* The same over `bytes`. */
rc stamp_ask(struct arena *a, const struct sign_raise *o, str bytes, struct tsp_token *out, struct err *err);
/* This failure lies with somebody else and lowers the level; everything else is an error of ours. */
bool stamp_is_elsewhere(const struct arena *a, rc r);
#endif
