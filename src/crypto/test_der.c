/* Examples of X.690 itself, RFC 5280's and RFC 3161's rules for times, and what must be refused. */
#include "base/buf.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "t.h"

static str unhex(struct arena *a, const char *hex)
{
    BUF_SCOPED b = BUF_INIT(4096);
    t_ok(buf_unhex(&b, str_of(hex)));
    return arena_str(a, buf_str(&b));
}

static void holds(const struct buf *b, const char *hex)
{
    BUF_SCOPED got = BUF_INIT(4096);
    t_ok(buf_rc(b));
    buf_hex(&got, buf_str(b));
    ck_assert_str_eq(got.p, hex);
}

START_TEST(lengths_are_the_shortest)
{
    struct arena *a = arena_new(1 << 16);
    static const char *const wrong[] = {
        "",
        "04",
        "0401", /* cut off */
        "048100",
        "04810100",
        "0482000100", /* could be shorter */
        "0480",
        "04800000",
        "24800401000000", /* indefinite */
        "1f8101",
        "3f2000", /* tag numbers past 30 */
        "0489010000000000000000",
        "0488ffffffffffffffff", /* longer than anything */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        str d = unhex(a, wrong[i]);
        str before = d;
        struct der e;
        ck_assert_msg(der_next(&d, &e) == E_INVALID, "%s", wrong[i]);
        ck_assert(d.p == before.p && d.n == before.n);
    }
    str d = unhex(a, "04020a0b0500");
    str body;
    t_ok(der_take(&d, DER_OCTET_STRING, &body));
    ck_assert_uint_eq(body.n, 2);
    ck_assert_int_eq(der_take(&d, DER_SEQUENCE, &body), E_INVALID);
    t_ok(der_take(&d, DER_NULL, &body));
    t_ok(der_end(d));
    arena_free(a);
}
END_TEST

START_TEST(integers)
{
    struct arena *a = arena_new(1 << 16);
    static const struct {
        int64_t v;
        const char *der;
    } both[] = {
        {0, "020100"},
        {127, "02017f"},
        {128, "02020080"},
        {256, "02020100"},
        {-128, "020180"},
        {-129, "0202ff7f"},
        {-1, "0201ff"},
        {INT64_MAX, "02087fffffffffffffff"},
        {INT64_MIN, "02088000000000000000"},
    };
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
        BUF_SCOPED b = BUF_INIT(64);
        int64_t v = 1;
        der_put_i64(&b, both[i].v);
        holds(&b, both[i].der);
        str d = buf_str(&b);
        t_ok(der_take_i64(&d, &v));
        ck_assert_int_eq(v, both[i].v);
    }
    static const char *const wrong[] = {"0200", "02020001", "0202ff80", "03020001"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        str d = unhex(a, wrong[i]);
        int64_t v;
        ck_assert_msg(der_take_i64(&d, &v) == E_INVALID, "%s", wrong[i]);
    }
    str d = unhex(a, "0209010000000000000000");
    int64_t v;
    ck_assert_int_eq(der_take_i64(&d, &v), E_LIMIT);
    str n;
    d = unhex(a, "020200ff");
    t_ok(der_take_natural(&d, &n));
    ck_assert_uint_eq(n.n, 1);
    d = unhex(a, "0201ff");
    ck_assert_int_eq(der_take_natural(&d, &n), E_INVALID);
    BUF_SCOPED b = BUF_INIT(64);
    der_put_natural(&b, str_n("\0\0\xff", 3));
    der_put_natural(&b, STR_EMPTY);
    holds(&b, "020200ff020100");
    arena_free(a);
}
END_TEST

START_TEST(bits)
{
    struct arena *a = arena_new(1 << 16);
    str d = unhex(a, "0304066e5dc0"); /* X.690 section 8.6.4.2 */
    str bytes;
    unsigned unused;
    t_ok(der_take_bits(&d, &bytes, &unused));
    ck_assert_uint_eq(unused, 6);
    ck_assert_uint_eq(bytes.n, 3);
    static const char *const wrong[] = {"0300", "0304066e5de0", "030101", "0304086e5dc0"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        d = unhex(a, wrong[i]);
        ck_assert_msg(der_take_bits(&d, &bytes, &unused) == E_INVALID, "%s", wrong[i]);
    }
    d = unhex(a, "0304066e5dc0");
    ck_assert_int_eq(der_take_octet_bits(&d, &bytes), E_INVALID);
    arena_free(a);
}
END_TEST

static rc time_of(unsigned char tag, const char *text, instant *out)
{
    BUF_SCOPED b = BUF_INIT(64);
    der_put(&b, tag, str_of(text));
    str d = buf_str(&b);
    return der_take_time(&d, out);
}

START_TEST(times)
{
    instant t;
    t_ok(time_of(DER_UTC_TIME, "260101000000Z", &t));
    ck_assert_int_eq(t, INT64_C(1767225600) * SECOND);
    t_ok(time_of(DER_UTC_TIME, "500101000000Z", &t));
    ck_assert_int_eq(t, INT64_C(-631152000) * SECOND);
    t_ok(time_of(DER_GENERALIZED_TIME, "20260101000000.25Z", &t));
    ck_assert_int_eq(t, INT64_C(1767225600) * SECOND + 250000);
    static const struct {
        unsigned char tag;
        const char *text;
    } wrong[] = {
        {DER_UTC_TIME, "2601010000Z"},
        {DER_UTC_TIME, "260101000000+0800"},
        {DER_UTC_TIME, "260230000000Z"},
        {DER_UTC_TIME, "260101240000Z"},
        {DER_UTC_TIME, "260101000000.5Z"},
        {DER_GENERALIZED_TIME, "20260101000000.Z"},
        {DER_GENERALIZED_TIME, "20260101000000.50Z"},
        {DER_GENERALIZED_TIME, "20260101000000"},
        {DER_GENERALIZED_TIME, "260101000000Z"},
        {DER_OCTET_STRING, "20260101000000Z"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(time_of(wrong[i].tag, wrong[i].text, &t) == E_INVALID, "%s", wrong[i].text);
    BUF_SCOPED b = BUF_INIT(256);
    der_put_time(&b, INT64_C(1767225600) * SECOND + 5);
    der_put_time(&b, INT64_C(2524608000) * SECOND); /* 2050 */
    der_put_generalized(&b, INT64_C(1767225600) * SECOND + 250000);
    holds(&b, "170d3236303130313030303030305a"
              "180f32303530303130313030303030305a"
              "181232303236303130313030303030302e32355a");
}
END_TEST

START_TEST(nested_and_sorted)
{
    BUF_SCOPED b = BUF_INIT(4096);
    size_t outer = der_open(&b, DER_SEQUENCE);
    size_t set = der_open(&b, DER_SET);
    der_put(&b, DER_OCTET_STRING, STR("zz"));
    der_put_bool(&b, true);
    der_put(&b, DER_OCTET_STRING, STR("ab"));
    der_put_i64(&b, 5);
    der_close_set_of(&b, set);
    der_close(&b, outer);
    holds(&b, "3010310e0101ff02010504026162"
              "04027a7a");
    buf_clear(&b);
    outer = der_open(&b, DER_SEQUENCE);
    char long_text[300];
    memset(long_text, 'x', sizeof long_text);
    der_put(&b, DER_UTF8_STRING, str_n(long_text, sizeof long_text));
    der_close(&b, outer);
    t_ok(buf_rc(&b));
    str d = buf_str(&b);
    str body;
    t_ok(der_only(d, DER_SEQUENCE, &d));
    t_ok(der_only(d, DER_UTF8_STRING, &body));
    ck_assert_uint_eq(body.n, sizeof long_text);
}
END_TEST

START_TEST(object_identifiers)
{
    struct arena *a = arena_new(1 << 16);
    static const char *const both[] = {"1.2.840.113549.1.7.2", "2.5.4.3", "0.4.0.19122.2.4", "2.999.3", "1.3.101.112"};
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
        BUF_SCOPED b = BUF_INIT(64);
        str oid;
        t_ok(der_oid_parse(a, str_of(both[i]), &oid));
        der_oid_text(&b, oid);
        ck_assert_str_eq(b.p, both[i]);
    }
    str oid;
    t_ok(der_oid_parse(a, STR("1.2.840.113549.1.7.2"), &oid));
    ck_assert(str_eq(oid, oid_signed_data));
    t_ok(der_oid_parse(a, STR("0.4.0.19122.2.4"), &oid)); /* EN 319 122-1: id-aa-ets-archiveTimestampV3 */
    static const char *const wrong[] = {"", "1", "3.1", "1.40", "1.-2", "1..2", "x.y"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(der_oid_parse(a, str_of(wrong[i]), &oid) == E_INVALID, "%s", wrong[i]);
    arena_free(a);
}
END_TEST

START_TEST(from_ber)
{
    struct arena *a = arena_new(1 << 16);
    str der;
    /* SEQUENCE { OCTET STRING in two pieces, INTEGER 5 } with indefinite lengths, and with lengths too long */
    t_ok(der_from_ber(a, unhex(a, "308024800402616204016300000201050000"), &der));
    ck_assert(str_eq(der, unhex(a, "30080403616263020105")));
    t_ok(der_from_ber(a, unhex(a, "30820003020105"), &der));
    ck_assert(str_eq(der, unhex(a, "3003020105")));
    str same = unhex(a, "3003020105");
    t_ok(der_from_ber(a, same, &der));
    ck_assert_ptr_eq(der.p, same.p);
    ck_assert_int_eq(der_from_ber(a, unhex(a, "3080020105"), &der), E_INVALID);
    ck_assert_int_eq(der_from_ber(a, unhex(a, "300302010500"), &der), E_INVALID);
    BUF_SCOPED deep = BUF_INIT(4096);
    for (int i = 0; i < 1000; i++)
        buf_put(&deep, STR("\x30\x80"));
    ck_assert_int_eq(der_from_ber(a, buf_str(&deep), &der), E_LIMIT);
    arena_free(a);
}
END_TEST

T_MAIN("crypto/der", lengths_are_the_shortest, integers, bits, times, nested_and_sorted, object_identifiers, from_ber)
