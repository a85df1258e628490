/* AlgorithmIdentifier of a digest, as CMS, OCSP, time-stamps and RSASSA-PSS have it. Private to crypto. */
#ifndef RISE_CRYPTO_DIGEST_ALGORITHM_H
#define RISE_CRYPTO_DIGEST_ALGORITHM_H
#include "base/buf.h"
#include "crypto/digest.h"

struct digest_algorithm {
    enum digest digest; /* DIGEST_NONE: not known here */
    str oid, whole;
};
/* Its parameters are NULL or absent: both are in use, and readers have to take both (RFC 5754 section 2). E_INVALID */
rc digest_algorithm_take(str *d, struct digest_algorithm *out);
void digest_algorithm_put(struct buf *b, enum digest d, bool null); /* null: with the parameters that are none */
#endif
