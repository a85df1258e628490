/* Requests as responders get them. */
#include "crypto/der.h"
#include "crypto/ocsp_answer.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

/* An OCTET STRING of 1 to OCSP_NONCE_MAX octets (RFC 9654); before RFC 6960 the octets stood there bare. */
static rc check_nonce(str value)
{
    str inside;
    if (der_only(value, DER_OCTET_STRING, &inside) != OK)
        inside = value;
    return inside.n >= 1 && inside.n <= OCSP_NONCE_MAX ? OK : E_INVALID;
}

static rc read_extensions(str tagged, struct ocsp_request *r)
{
    str list;
    str oid;
    str value;
    bool critical = false;
    TRY(der_only(tagged, DER_SEQUENCE, &list));
    while (list.n > 0) {
        TRY(x509_take_extension(&list, &oid, &critical, &value));
        if (str_eq(oid, oid_ocsp_nonce)) {
            TRY(r->nonce.p ? E_INVALID : check_nonce(value));
            r->nonce = value;
        } else if (critical) {
            return E_INVALID;
        }
    }
    return OK;
}

static rc take_id(str *list, struct ocsp_request *r)
{
    str one;
    str extensions;
    if (r->n_ids == OCSP_IDS_MAX)
        return E_INVALID;
    TRY(der_take(list, DER_SEQUENCE, &one));
    TRY(ocsp_id_take(&one, &r->ids[r->n_ids++]));
    TRY(der_optional(&one, DER_CONTEXT_CONSTRUCTED(0), &extensions)); /* of one certificate: none is known */
    return der_end(one);
}

/* OCSPRequest (RFC 6960 section 4.1.1). Who asks, and a signature of theirs, do not matter: everybody is answered. */
rc ocsp_request_read(str der, struct ocsp_request *out)
{
    str body;
    str tbs;
    str list;
    str skipped;
    str extensions;
    out->n_ids = 0;
    out->nonce = (str){NULL, 0};
    if (der.n > OCSP_REQUEST_MAX)
        return E_INVALID;
    TRY(der_only(der, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_SEQUENCE, &tbs));
    TRY(der_optional(&body, DER_CONTEXT_CONSTRUCTED(0), &skipped)); /* signature */
    TRY(der_end(body));
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(0), &skipped)); /* version */
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(1), &skipped)); /* requestorName */
    TRY(der_take(&tbs, DER_SEQUENCE, &list));
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(2), &extensions));
    TRY(der_end(tbs));
    while (list.n > 0)
        TRY(take_id(&list, out));
    if (out->n_ids == 0)
        return E_INVALID;
    return extensions.p ? read_extensions(extensions, out) : OK;
}

rc ocsp_request_from_path(str path, struct buf *der)
{
    BUF_SCOPED base64 = BUF_INIT(2 * OCSP_REQUEST_MAX);
    return buf_unurl(&base64, path) == OK ? buf_unbase64(der, buf_str(&base64)) : E_INVALID;
}
