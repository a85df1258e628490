/* What a key is made of. Private to crypto: pkey.c, and the files that bring keys from elsewhere. */
#ifndef RISE_CRYPTO_PKEY_IMPL_H
#define RISE_CRYPTO_PKEY_IMPL_H
#include <openssl/evp.h>

#include "crypto/pkey.h"

struct pkey {
    EVP_PKEY *evp; /* both halves, or the public one when the private one is elsewhere or unknown */
    enum pkey_kind kind;
    bool is_private;
    /* A private key elsewhere (a token): signs instead of `evp`. */
    rc (*sign)(void *away, const struct pkey *k, struct pkey_scheme scheme, str message, struct buf *out);
    void (*close)(void *away);
    void *away;
};

/* Takes `evp` over, also when it fails: E_INVALID for a kind of key that is not known here. */
rc pkey_wrap(EVP_PKEY *evp, bool is_private, struct pkey **out);
#endif
