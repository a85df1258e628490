/* Shared by der*.c: identifier and length octets (X.690 section 8.1). */
#ifndef RISE_CRYPTO_DER_IMPL_H
#define RISE_CRYPTO_DER_IMPL_H
#include "crypto/der.h"

enum { LENGTH_OCTETS_MAX = 8, TAG_NUMBER = 0x1f, CONSTRUCTED = 0x20 };

static inline unsigned char octet(str s, size_t i)
{
    return (unsigned char)s.p[i];
}
#endif
