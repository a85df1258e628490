/* Private to crypto: OpenSSL keeps a queue of reasons per thread. Nobody reads it here, so it must not grow. */
#ifndef RISE_CRYPTO_OPENSSL_QUEUE_H
#define RISE_CRYPTO_OPENSSL_QUEUE_H
#include <openssl/err.h>

#include "base/rc.h"

/* Empties it and returns `code`: for leaving after a call that failed. */
static inline rc openssl_refuse(rc code)
{
    ERR_clear_error();
    return code;
}
#endif
