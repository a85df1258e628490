#include "crypto/x509_parts.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/utf8.h"
#include "crypto/der.h"
#include "crypto/oid.h"

/* The string type that RFC 5280 appendix A.1 wants: two attributes are PrintableString, addresses are IA5String. */
static unsigned char string_tag(str oid)
{
    if (str_eq(oid, oid_country) || str_eq(oid, oid_serial_number))
        return DER_PRINTABLE_STRING;
    return DER_UTF8_STRING;
}

/* PrintableString (X.680 section 41.4). */
static bool is_printable(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr(" '()+,-./:=?", c));
}

bool x509_text_fits(str oid, str value)
{
    if (string_tag(oid) != DER_PRINTABLE_STRING)
        return utf8_valid(value);
    for (size_t i = 0; i < value.n; i++)
        if (!is_printable(value.p[i]))
            return false;
    return true;
}

bool x509_is_ascii(str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    return true;
}

void x509_put_name(struct buf *b, const struct cert_attribute *v, size_t n)
{
    size_t name = der_open(b, DER_SEQUENCE);
    for (size_t i = 0; i < n; i++) {
        size_t set = der_open(b, DER_SET);
        size_t attribute = der_open(b, DER_SEQUENCE);
        der_put(b, DER_OID, v[i].oid);
        der_put(b, string_tag(v[i].oid), v[i].value);
        der_close(b, attribute);
        der_close(b, set);
    }
    der_close(b, name);
}

/* Blocks may say that they are encrypted, and OpenSSL would ask the terminal for the passphrase: whoever sent them has
 * no business there. */
static int no_passphrase(char *to, int room, int writing, void *arg)
{
    (void)to, (void)room, (void)writing, (void)arg;
    return -1;
}

rc x509_der_of(struct arena *a, str bytes, const char *label, str *der)
{
    unsigned char *data = NULL;
    long n = 0;
    *der = bytes;
    if (der_comes(bytes, DER_SEQUENCE))
        return OK;
    BIO *in = bytes.n <= INT32_MAX ? BIO_new_mem_buf(bytes.p, (int)bytes.n) : NULL;
    bool found = in && PEM_bytes_read_bio(&data, &n, NULL, label, in, no_passphrase, NULL) == 1;
    if (found)
        *der = arena_str(a, str_n(data, (size_t)n));
    OPENSSL_free(data);
    BIO_free(in);
    ERR_clear_error();
    if (!found)
        return E_INVALID;
    return der->p ? OK : arena_failed(a);
}

rc x509_take_extension(str *list, str *oid, bool *critical, str *value)
{
    str body;
    *critical = false;
    TRY(der_take(list, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_OID, oid));
    if (der_comes(body, DER_BOOLEAN))
        TRY(der_take_bool(&body, critical));
    return der_only(body, DER_OCTET_STRING, value);
}

rc x509_read_reason(str value, enum crl_reason *out)
{
    str body;
    TRY(der_only(value, DER_ENUMERATED, &body));
    if (body.n != 1 || (unsigned char)body.p[0] > CRL_REASON_LAST)
        return E_INVALID;
    *out = (enum crl_reason)body.p[0];
    return OK;
}

void x509_put_extension(struct buf *b, str oid, bool critical, str value)
{
    size_t extension = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid);
    if (critical)
        der_put_bool(b, true);
    der_put(b, DER_OCTET_STRING, value);
    der_close(b, extension);
}

void x509_put_key_id(struct buf *b, str key_id)
{
    size_t body = der_open(b, DER_SEQUENCE);
    der_put(b, DER_CONTEXT(0), key_id);
    der_close(b, body);
}

void x509_put_point_name(struct buf *b, const str *urls, size_t n)
{
    size_t name = der_open(b, DER_CONTEXT_CONSTRUCTED(0)); /* a CHOICE, hence explicit */
    size_t full = der_open(b, DER_CONTEXT_CONSTRUCTED(0));
    for (size_t i = 0; i < n; i++)
        der_put(b, DER_CONTEXT(6), urls[i]);
    der_close(b, full);
    der_close(b, name);
}

rc x509_put_signed(struct buf *b, str tbs, const struct pkey *key)
{
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    struct pkey_scheme scheme = pkey_scheme(key);
    TRY(pkey_sign(key, scheme, tbs, &signature));
    buf_put(b, tbs);
    pkey_put_algorithm(b, key, scheme);
    der_put_octet_bits(b, buf_str(&signature));
    return buf_rc(b);
}
