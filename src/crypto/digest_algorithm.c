#include "crypto/digest_algorithm.h"

#include "crypto/der.h"

rc digest_algorithm_take(str *d, struct digest_algorithm *out)
{
    str rest = *d;
    str body;
    str parameters;
    TRY(der_take_whole(&rest, DER_SEQUENCE, &out->whole));
    TRY(der_only(out->whole, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_OID, &out->oid));
    TRY(der_optional(&body, DER_NULL, &parameters));
    if (parameters.n > 0)
        return E_INVALID;
    TRY(der_end(body));
    out->digest = digest_from_oid(out->oid);
    *d = rest;
    return OK;
}

void digest_algorithm_put(struct buf *b, enum digest d, bool null)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, digest_oid(d));
    if (null)
        der_put(b, DER_NULL, STR_EMPTY);
    der_close(b, mark);
}
