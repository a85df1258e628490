/* What a key is made of. Private to crypto: pkey.c, and the files that bring keys from elsewhere. */
#ifndef RISE_CRYPTO_PKEY_IMPL_H
#define RISE_CRYPTO_PKEY_IMPL_H
#include <openssl/evp.h>
#include <stdatomic.h>

#include "crypto/pkey.h"

struct pkey {
    EVP_PKEY *evp; /* both halves, or the public one when the private one is elsewhere or unknown */
    enum pkey_kind kind;
    bool is_private;
    /* A private key elsewhere (a token): signs instead of `evp`. */
    rc (*sign)(void *away, const struct pkey *k, struct pkey_scheme scheme, str message, struct buf *out);
    void (*close)(void *away);
    void *away;
    /* What signatures by the usual scheme are copied from (pkey_sign.c); `usual` points to the room for it, so that it
     * can be made when a key, constant by then, is first signed with. */
    EVP_MD_CTX *_Atomic *usual;
    EVP_MD_CTX *_Atomic usual_room;
};

/* Takes `evp` over, also when it fails: E_INVALID for a kind of key that is not known here. */
rc pkey_wrap(EVP_PKEY *evp, bool is_private, struct pkey **out);
rc pkey_not_accepted(struct err *err, const char *kind); /* KEY-003 */
#endif
