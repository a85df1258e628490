/* Requests for certificates (PKCS#10, RFC 2986). */
#include <openssl/pem.h>

#include "crypto/cert_make.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

enum { VERSION_1 = 0 };

static rc put_info(struct buf *b, const struct cert_attribute *subject, size_t n, const struct pkey *key)
{
    size_t info = der_open(b, DER_SEQUENCE);
    der_put_i64(b, VERSION_1);
    x509_put_name(b, subject, n);
    TRY(pkey_write_spki(key, b));
    der_put(b, DER_CONTEXT_CONSTRUCTED(0), STR_EMPTY); /* no attributes: what a certificate says is the CA's decision */
    der_close(b, info);
    return buf_rc(b);
}

rc csr_make(const struct cert_attribute *subject, size_t n, const struct pkey *key, struct buf *out)
{
    BUF_SCOPED info = BUF_INIT(X509_PARTS_MAX);
    TRY(put_info(&info, subject, n, key));
    size_t whole = der_open(out, DER_SEQUENCE);
    TRY(x509_put_signed(out, buf_str(&info), key));
    der_close(out, whole);
    return buf_rc(out);
}

/* ---- reading ---- */

/* Attribute { extensionRequest, SET { Extensions } } (RFC 2985 section 5.4.2); others are left out. */
static rc read_attributes(str list, struct csr *c)
{
    str attribute;
    str oid;
    str values;
    while (list.n > 0) {
        TRY(der_take(&list, DER_SEQUENCE, &attribute));
        TRY(der_take(&attribute, DER_OID, &oid));
        TRY(der_only(attribute, DER_SET, &values));
        if (str_eq(oid, oid_extension_request))
            TRY(der_only(values, DER_SEQUENCE, &c->extensions));
    }
    return OK;
}

static rc read_info(struct arena *a, str info, struct csr *c)
{
    int64_t version = 0;
    str spki;
    str attributes;
    TRY(der_take_i64(&info, &version));
    TRY(der_take_whole(&info, DER_SEQUENCE, &c->subject));
    TRY(der_take_whole(&info, DER_SEQUENCE, &spki));
    TRY(der_optional(&info, DER_CONTEXT_CONSTRUCTED(0), &attributes)); /* old makers leave out what is empty */
    TRY(der_end(info));
    if (version != VERSION_1)
        return E_INVALID;
    TRY(read_attributes(attributes, c));
    TRY(pkey_public(spki, &c->key));
    return pkey_in(a, c->key);
}

/* E_DENIED: the signature does not hold. */
static rc read_request(struct arena *a, str der, struct csr *c)
{
    str body;
    str whole;
    str info;
    str signature;
    struct pkey_scheme scheme;
    TRY(der_only(der, DER_SEQUENCE, &body));
    TRY(der_take_whole(&body, DER_SEQUENCE, &whole));
    TRY(der_only(whole, DER_SEQUENCE, &info));
    TRY(read_info(a, info, c));
    TRY(pkey_take_algorithm(&body, DIGEST_NONE, pkey_kind(c->key), &scheme));
    TRY(der_take_octet_bits(&body, &signature));
    TRY(der_end(body));
    return pkey_verify(c->key, scheme, whole, signature) == OK ? OK : E_DENIED;
}

rc csr_read(struct arena *a, str bytes, struct csr **out, struct err *err)
{
    struct csr *c = ARENA_NEW(a, struct csr);
    str der = STR_EMPTY;
    if (!c)
        return arena_failed(a);
    rc r = bytes.n <= X509_PARTS_MAX ? x509_der_of(a, bytes, PEM_STRING_X509_REQ, &der) : E_INVALID;
    if (r == OK) /* the fields are views: into a copy of ours */
        r = (der = arena_str(a, der)).p ? read_request(a, der, c) : arena_failed(a);
    if (r == E_INVALID)
        return ERR(err, r, "CSR-001", N_("This is no certificate request (PKCS#10) that can be read."));
    if (r == E_DENIED)
        return ERR(err, r, "CSR-002",
                   N_("The request's signature does not hold: whoever made it does not have the key."));
    TRY(r);
    *out = c;
    return OK;
}
