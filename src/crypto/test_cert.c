/* A certificate made by `openssl req -x509`, field by field; names in Han, one of them outside the basic plane. */
#include "t.h"
#include "base/buf.h"
#include "crypto/cert.h"
#include "crypto/oid.h"

static const char pem[] = "-----BEGIN CERTIFICATE-----\n"
                          "MIICsjCCAligAwIBAgIJASNFZ4mrze8AMAoGCCqGSM49BAMCME4xCzAJBgNVBAYT\n"
                          "AlRXMRswGQYDVQQKDBLmsLTnjbrmnInpmZDlhazlj7gxEzARBgNVBAMMCuael/Cj\n"
                          "v4blt50xDTALBgNVBAUTBEEtMTcwHhcNMjYxMTI2MDU0NzU0WhcNMzYxMTIzMDU0\n"
                          "NzU0WjBOMQswCQYDVQQGEwJUVzEbMBkGA1UECgwS5rC054265pyJ6ZmQ5YWs5Y+4\n"
                          "MRMwEQYDVQQDDArmnpfwo7+G5bedMQ0wCwYDVQQFEwRBLTE3MFkwEwYHKoZIzj0C\n"
                          "AQYIKoZIzj0DAQcDQgAEfXQX+PePYeUS2h/53Baj4UF50sOR8J3WA7U1YnPTTO25\n"
                          "dqmOk7rA3CeU9MDx6sQxhoqlb7CT1AmLWVNsTXrOUqOCAR0wggEZMAwGA1UdEwEB\n"
                          "/wQCMAAwDgYDVR0PAQH/BAQDAgbAMB0GA1UdJQQWMBQGCCsGAQUFBwMEBggrBgEF\n"
                          "BQcDJDAWBgNVHSAEDzANMAsGCSsGAQQBho0fATApBgNVHR8EIjAgMB6gHKAahhho\n"
                          "dHRwOi8vY2EuZXhhbXBsZS9jYS5jcmwweAYIKwYBBQUHAQEEbDBqMCIGCCsGAQUF\n"
                          "BzABhhZodHRwOi8vY2EuZXhhbXBsZS9vY3NwMCQGCCsGAQUFBzAChhhodHRwOi8v\n"
                          "Y2EuZXhhbXBsZS9jYS5jZXIwHgYIKwYBBQUHMAKGEmxkYXA6Ly9jYS5leGFtcGxl\n"
                          "LzAdBgNVHQ4EFgQUz8Cxmw5UCIiHQx70PG4h1vvL+xUwCgYIKoZIzj0EAwIDSAAw\n"
                          "RQIhAP7RNrehkvPo7F0QfUtdjyd/LwUQQg4O2aLGJUYbsyF8AiB8aR2KeX6YLZom\n"
                          "ZT3qKuFtuBx85XLWWouGMq52ecJHKQ==\n"
                          "-----END CERTIFICATE-----\n";

static struct cert *read_one(struct arena *a)
{
    struct cert **v = NULL;
    size_t n = 0;
    struct err err = {0};
    t_ok(cert_read_all(a, str_of(pem), 4, &v, &n, &err));
    ck_assert_uint_eq(n, 1);
    return v[0];
}

START_TEST(fields)
{
    struct arena *a = arena_new(1 << 20);
    const struct cert *c = read_one(a);
    t_str(cert_serial_hex(a, c), STR("0123456789abcdef00"));
    t_str(cert_name_part(a, c->subject, oid_common_name), STR("林𣿆川"));
    t_str(cert_name_part(a, c->subject, oid_organisation_id), STR_EMPTY);
    t_str(cert_name_text(a, c->subject), STR("C=TW, O=水獺有限公司, CN=林𣿆川, serialNumber=A-17"));
    ck_assert_int_eq(pkey_kind(c->key), PKEY_P256);
    ck_assert(c->has_usage);
    ck_assert_uint_eq(c->usage, CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT);
    ck_assert(!c->is_ca && !c->ocsp_nocheck && !c->qc_statements.p);
    ck_assert(cert_has_eku(c, oid_eku_document) && !cert_has_eku(c, oid_eku_timestamping));
    ck_assert_uint_eq(c->n_policies, 1);
    ck_assert_uint_eq(c->n_ocsp, 1);
    t_str(c->ocsp[0], STR("http://ca.example/ocsp"));
    ck_assert_uint_eq(c->n_issuers, 1); /* ldap: is not asked */
    t_str(c->crls[0], STR("http://ca.example/ca.crl"));
    ck_assert_int_eq(c->not_after - c->not_before, 3650 * DAY);
    ck_assert(c->subject_key_id.n == 20 && !c->authority_key_id.p);
    ck_assert(cert_is_self_issued(c) && cert_names_issuer(c, c) && cert_signed_by(c, c));
    arena_free(a);
}
END_TEST

/* { ST=NRW, GN=Eva, emailAddress=a@b, 2.5.4.127=x }: short names where they are known, numbers where not. */
START_TEST(attributes_have_names)
{
    static const str name = STR_INIT("\x30\x3c"
                                     "\x31\x0c\x30\x0a\x06\x03\x55\x04\x08\x0c\x03NRW"
                                     "\x31\x0c\x30\x0a\x06\x03\x55\x04\x2a\x0c\x03"
                                     "Eva"
                                     "\x31\x12\x30\x10\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01\x16\x03"
                                     "a@b"
                                     "\x31\x0a\x30\x08\x06\x03\x55\x04\x7f\x0c\x01x");
    struct arena *a = arena_new(1 << 20);
    t_str(cert_name_text(a, name), STR("ST=NRW, GN=Eva, emailAddress=a@b, 2.5.4.127=x"));
    arena_free(a);
}
END_TEST

/* OpenSSL reads the same bytes once, also when their first reader is gone; other bytes it reads anew. */
START_TEST(read_again)
{
    struct arena *first = arena_new(1 << 20);
    struct arena *second = arena_new(1 << 20);
    struct cert *altered = NULL;
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    const struct cert *c = read_one(first);
    const void *x509 = c->x509;
    buf_put(&der, c->der);
    arena_free(first);
    c = read_one(second);
    ck_assert_ptr_eq(c->x509, x509);
    ck_assert(cert_signed_by(c, c));
    der.p[der.n - 1] ^= 1;
    t_ok(cert_read(second, buf_str(&der), &altered, NULL));
    ck_assert_ptr_ne(altered->x509, x509);
    ck_assert(!cert_signed_by(altered, c));
    arena_free(second);
}
END_TEST

/* { CN="A ESC [2J LF B" }: what a terminal would take for commands, and a second line. */
START_TEST(names_are_shown_only)
{
    static const str name = STR_INIT("\x30\x12\x31\x10\x30\x0e\x06\x03\x55\x04\x03\x0c\x07"
                                     "A\x1b[2J\nB");
    struct arena *a = arena_new(1 << 20);
    t_str(cert_name_part(a, name, oid_common_name), STR("A\uFFFD[2J\uFFFDB"));
    t_str(cert_name_text(a, name), STR("CN=A\uFFFD[2J\uFFFDB"));
    arena_free(a);
}
END_TEST

/* Whatever is cut off or altered: an error or other fields, never a crash; a signature that held before does not. */
START_TEST(damaged)
{
    struct arena *a = arena_new(1 << 26);
    const struct cert *c = read_one(a);
    for (size_t i = 0; i < c->der.n; i++) {
        struct cert *d = NULL;
        struct err err = {0};
        ck_assert_int_eq(cert_read(a, str_sub(c->der, 0, i), &d, &err), E_INVALID);
        BUF_SCOPED copy = BUF_INIT(CERT_BYTES_MAX);
        buf_put(&copy, c->der);
        copy.p[i] ^= 1;
        if (cert_read(a, buf_str(&copy), &d, &err) == OK)
            ck_assert(!cert_signed_by(d, c));
    }
    arena_free(a);
}
END_TEST

START_TEST(lists)
{
    struct arena *a = arena_new(1 << 22);
    BUF_SCOPED two = BUF_INIT(1 << 16);
    struct cert **v = NULL;
    size_t n = 0;
    struct err err = {0};
    buf_put(&two, STR("some words\n"));
    buf_put(&two, str_of(pem));
    buf_put(&two, str_of(pem));
    t_ok(cert_read_all(a, buf_str(&two), 4, &v, &n, &err));
    ck_assert_uint_eq(n, 2);
    ck_assert(cert_same(v[0], v[1]));
    ck_assert_int_eq(cert_read_all(a, buf_str(&two), 1, &v, &n, &err), E_LIMIT);
    ck_assert_str_eq(err.main.code, "CRT-002");
    err_clear(&err);
    ck_assert_int_eq(cert_read_all(a, STR("no PEM here"), 4, &v, &n, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "CRT-001");
    arena_free(a);
}
END_TEST

T_MAIN("crypto/cert", fields, attributes_have_names, read_again, names_are_shown_only, damaged, lists)
