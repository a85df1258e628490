/* A token's session. Private to crypto: pkey_token.c, pkey_token_key.c. */
#ifndef RISE_CRYPTO_PKEY_TOKEN_IMPL_H
#define RISE_CRYPTO_PKEY_TOKEN_IMPL_H
#include <p11-kit/pkcs11.h>
#include <pthread.h>

#include "crypto/pkey_token.h"

struct token {
    CK_FUNCTION_LIST *f;
    CK_SESSION_HANDLE session;
    pthread_mutex_t mutex; /* around every use of the session, and `uses` */
    size_t uses;           /* the caller's, and one of each key */
};

void token_drop(struct token *t); /* one use less; the last one ends the session */
rc token_failed(struct err *err, CK_RV why);
rc token_none(struct err *err, str label); /* KEY-005 */

#define TRY_TOKEN(err, expr)                                                                                           \
    do {                                                                                                               \
        CK_RV try_rv_ = (expr);                                                                                        \
        if (try_rv_ != CKR_OK)                                                                                         \
            return token_failed((err), try_rv_);                                                                       \
    } while (0)
#endif
