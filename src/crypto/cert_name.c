/* Names for people. */
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "base/utf8.h"
#include "crypto/cert.h"
#include "crypto/der.h"
#include "crypto/oid.h"

/* Whoever made the certificate chose the characters. */
static str shown(struct arena *a, str text)
{
    BUF_SCOPED b = BUF_INIT(3 * CERT_BYTES_MAX);
    utf8_put_line(&b, text);
    return arena_str(a, buf_str(&b));
}

/* A directory string of whatever kind (BMPString, T61String …) as UTF-8. */
static str text_of(struct arena *a, str value)
{
    const unsigned char *p = (const unsigned char *)value.p;
    ASN1_TYPE *any = d2i_ASN1_TYPE(NULL, &p, (long)value.n);
    unsigned char *utf8 = NULL;
    int n = -1;
    if (any && any->type != V_ASN1_BOOLEAN && any->type != V_ASN1_NULL && any->type != V_ASN1_OBJECT)
        n = ASN1_STRING_to_UTF8(&utf8, any->value.asn1_string);
    str text = n >= 0 ? shown(a, str_n(utf8, (size_t)n)) : STR_EMPTY;
    OPENSSL_free(utf8);
    ASN1_TYPE_free(any);
    ERR_clear_error();
    return text;
}

/* Calls `each` with the attributes of a Name in the order in which they stand. */
static void attributes(str name, void (*each)(void *arg, str oid, str value), void *arg)
{
    str body;
    str set;
    str attribute;
    str oid;
    if (der_only(name, DER_SEQUENCE, &body) != OK)
        return;
    while (der_take(&body, DER_SET, &set) == OK)
        while (der_take(&set, DER_SEQUENCE, &attribute) == OK)
            if (der_take(&attribute, DER_OID, &oid) == OK)
                each(arg, oid, attribute);
}

struct part {
    str oid, value;
};

static void keep_last(void *arg, str oid, str value)
{
    struct part *p = arg;
    if (str_eq(p->oid, oid))
        p->value = value;
}

str cert_name_part(struct arena *a, str name, str oid)
{
    struct part p = {.oid = oid};
    attributes(name, keep_last, &p);
    return p.value.n ? text_of(a, p.value) : STR_EMPTY;
}

struct whole {
    struct arena *a;
    struct buf *out;
};

/* RFC 4514 section 3 where that has one, else OpenSSL's; numbers for what neither knows. */
static void put_label(struct buf *out, str oid)
{
    BUF_SCOPED numbers = BUF_INIT(CERT_BYTES_MAX);
    der_oid_text(&numbers, oid);
    int known = numbers.n ? OBJ_txt2nid(numbers.p) : NID_undef;
    ERR_clear_error();
    buf_put(out, known != NID_undef ? str_of(OBJ_nid2sn(known)) : buf_str(&numbers));
}

static void put_attribute(void *arg, str oid, str value)
{
    struct whole *w = arg;
    if (w->out->n)
        buf_put(w->out, STR(", "));
    put_label(w->out, oid);
    buf_putc(w->out, '=');
    buf_put(w->out, text_of(w->a, value));
}

str cert_name_text(struct arena *a, str name)
{
    BUF_SCOPED text = BUF_INIT(CERT_BYTES_MAX);
    struct whole w = {.a = a, .out = &text};
    attributes(name, put_attribute, &w);
    return arena_str(a, buf_str(&text));
}

static X509_NAME *read_name(str name)
{
    const unsigned char *p = (const unsigned char *)name.p;
    return name.n > CERT_BYTES_MAX ? NULL : d2i_X509_NAME(NULL, &p, (long)name.n);
}

bool cert_name_same(str a, str b)
{
    if (str_eq(a, b))
        return true;
    X509_NAME *x = read_name(a);
    X509_NAME *y = read_name(b);
    bool same = x && y && X509_NAME_cmp(x, y) == 0;
    X509_NAME_free(x);
    X509_NAME_free(y);
    ERR_clear_error();
    return same;
}

str cert_serial_hex(struct arena *a, const struct cert *c)
{
    BUF_SCOPED hex = BUF_INIT(2 * CERT_BYTES_MAX);
    buf_hex(&hex, c->serial);
    return arena_str(a, buf_str(&hex));
}
