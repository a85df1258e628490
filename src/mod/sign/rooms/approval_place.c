/* The signed attribute that puts an approval into its place among the others. */
#include "crypto/der.h"
#include "mod/sign/rooms/approval.h"

/* 2.25.322982525709735805872681643560457279959, as contents octets */
static const str oid_approval_place =
    STR_INIT("\x69\x83\xe5\xfc\x95\xfe\xb4\x99\xba\x98\x85\x9d\xf1\x8b\xa5\xd2\xe9\xf4\xb3\x57");

enum { PLACE_BYTES_MAX = 4096 };

void approval_place_put(struct buf *b, const struct approval_place *p)
{
    BUF_SCOPED value = BUF_INIT(PLACE_BYTES_MAX);
    size_t mark = der_open(&value, DER_SEQUENCE);
    der_put(&value, DER_UTF8_STRING, p->approval);
    der_put_i64(&value, p->version);
    der_put_i64(&value, p->place);
    der_put_i64(&value, p->of);
    der_put(&value, DER_UTF8_STRING, p->organisation);
    der_put(&value, DER_UTF8_STRING, p->capacity);
    if (p->previous.p)
        der_put(&value, DER_OCTET_STRING, p->previous);
    der_close(&value, mark);
    if (buf_rc(&value) != OK && buf_rc(b) == OK)
        b->error = buf_rc(&value);
    cms_put_attribute(b, oid_approval_place, buf_str(&value));
}

rc approval_place_take(const struct cms_signature *s, struct approval_place *out)
{
    str value;
    str d;
    TRY(cms_attribute_only(s->attributes, s->n_attributes, oid_approval_place, &value));
    TRY(der_only(value, DER_SEQUENCE, &d));
    TRY(der_take(&d, DER_UTF8_STRING, &out->approval));
    TRY(der_take_i64(&d, &out->version));
    TRY(der_take_i64(&d, &out->place));
    TRY(der_take_i64(&d, &out->of));
    TRY(der_take(&d, DER_UTF8_STRING, &out->organisation));
    TRY(der_take(&d, DER_UTF8_STRING, &out->capacity));
    TRY(der_optional(&d, DER_OCTET_STRING, &out->previous));
    return der_end(d);
}

struct sha256 approval_link(const struct cms_signature *s)
{
    return sha256_of(s->fields);
}
