/* SignedData made and read by us; what others say about it is in tests/sign/. */
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "test_certs.h"

enum { CMS_MAX = 1 << 16 };
static const str words = STR_INIT("旭日東升\n");

struct made {
    struct arena *a;
    struct pkey *key;
    struct cert *cert;
    struct cms_signer *signer;
};

static struct made make(enum pkey_kind kind, const struct cms_signer_options *o)
{
    struct made m = {.a = arena_new(1 << 24)};
    m.key = tc_key(m.a, kind);
    m.cert = tc_make(m.a, m.key, "簽章人", STR_EMPTY, false);
    t_ok(cms_signer_make(m.a, m.key, m.cert, NULL, 0, o, &m.signer, NULL));
    return m;
}

static struct cms_content content_of(const struct made *m, bool attached)
{
    struct cms_content c = {.digest = digest_of(cms_signer_digest(m->signer), words)};
    if (attached)
        c.bytes = words;
    return c;
}

static enum cms_outcome outcome(struct arena *a, str der, const str *content, struct cms_check *check)
{
    struct cms *cms = NULL;
    struct digest_value v;
    t_ok(cms_read(a, der, &cms, NULL));
    ck_assert_uint_eq(cms->n_signatures, 1);
    const struct cms_signature *s = &cms->signatures[0];
    if (content)
        v = digest_of(s->digest, *content);
    t_ok(cms_verify(cms, s, content ? &v : NULL, NULL, 0, check));
    return check->outcome;
}

START_TEST(every_key)
{
    static const struct cms_signer_options options[] = {{.by_key_id = false},
                                                        {.by_key_id = true},
                                                        {.cert_digest = DIGEST_SHA512},
                                                        {.scheme = {.pss = true}},
                                                        {.rsa_encryption = true}};
    for (enum pkey_kind kind = PKEY_P256; kind <= PKEY_ED25519; kind++) {
        for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
            struct made m = make(kind, &options[i]);
            struct cms_check check;
            BUF_SCOPED out = BUF_INIT(CMS_MAX);
            struct cms_content c = content_of(&m, false);
            t_ok(cms_sign(m.signer, &c, &out));
            ck_assert_int_eq(outcome(m.a, buf_str(&out), &words, &check), CMS_VALID);
            ck_assert(check.has_attributes && check.names_cert && !check.names_cert_v1 && !check.has_time);
            ck_assert(cert_same(check.cert, m.cert));
            ck_assert_int_eq(check.scheme.pss, i == 3 && kind == PKEY_RSA);
            ck_assert_int_eq(outcome(m.a, buf_str(&out), &STR("other words"), &check), CMS_DIGEST_MISMATCH);
            ck_assert_int_eq(outcome(m.a, buf_str(&out), NULL, &check), CMS_NO_CONTENT);
            arena_free(m.a);
        }
    }
}
END_TEST

START_TEST(attributes)
{
    struct made m = make(PKEY_P256, NULL);
    struct cms_check check;
    BUF_SCOPED out = BUF_INIT(CMS_MAX);
    BUF_SCOPED extra = BUF_INIT(256);
    cms_put_attribute(&extra, STR("\x2a\x03\x04"), STR("\x04\x02hi"));
    struct cms_content c = content_of(&m, true);
    c.has_time = true;
    c.time = 20000 * DAY;
    c.commitment = STR("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x06\x01");
    c.policy = STR("\x2a\x03\x05");
    c.policy_hash = DIGEST_SHA256;
    c.policy_digest = STR("12345678901234567890123456789012");
    c.policy_url = STR("https://rise.example/policy");
    c.extra = &(str){extra.p, extra.n};
    c.n_extra = 1;
    t_ok(cms_sign(m.signer, &c, &out));
    ck_assert_int_eq(outcome(m.a, buf_str(&out), NULL, &check), CMS_VALID);
    ck_assert(check.has_time && check.time == 20000 * DAY);
    struct cms *cms = NULL;
    str value;
    t_ok(cms_read(m.a, buf_str(&out), &cms, NULL));
    t_str(cms->content, words);
    ck_assert_uint_eq(cms->n_certs, 1);
    ck_assert_uint_eq(cms->signatures[0].n_attributes, 7);
    t_ok(cms_attribute_only(cms->signatures[0].attributes, 7, STR("\x2a\x03\x04"), &value));
    t_str(value, STR("\x04\x02hi"));
    for (size_t i = 1; i < 7; i++) /* SET OF is sorted */
        ck_assert(str_cmp(cms->signatures[0].attributes[i - 1].whole, cms->signatures[0].attributes[i].whole) < 0);
    arena_free(m.a);
}
END_TEST

/* A signature whose certificate is not inside, and one whose certificate is another's with the same name and number. */
START_TEST(certificates)
{
    struct made m = make(PKEY_P256, NULL);
    struct cms_check check;
    struct cms *cms = NULL;
    BUF_SCOPED out = BUF_INIT(CMS_MAX);
    struct cms_content c = content_of(&m, true);
    c.without_certs = true;
    t_ok(cms_sign(m.signer, &c, &out));
    ck_assert_int_eq(outcome(m.a, buf_str(&out), NULL, &check), CMS_NO_CERTIFICATE);
    t_ok(cms_read(m.a, buf_str(&out), &cms, NULL));
    struct cert *twin = tc_make(m.a, tc_key(m.a, PKEY_P256), "簽章人", STR_EMPTY, false);
    t_ok(cms_verify(cms, &cms->signatures[0], NULL, &twin, 1, &check));
    ck_assert_int_eq(check.outcome, CMS_CERT_MISMATCH);
    struct cert *both[] = {twin, m.cert};
    t_ok(cms_verify(cms, &cms->signatures[0], NULL, both, 2, &check));
    ck_assert_int_eq(check.outcome, CMS_VALID);
    ck_assert_ptr_eq(check.cert, m.cert);
    struct cms_signer *wrong;
    struct err err = {0};
    ck_assert_int_eq(cms_signer_make(m.a, m.key, twin, NULL, 0, NULL, &wrong, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "CMS-003");
    arena_free(m.a);
}
END_TEST

/* Signs a SET of attributes of our choice, to see that none of those that must be there may be missing. */
static enum cms_outcome with_attributes(const struct made *m, str set, const struct cms_content *c)
{
    struct cms_check check;
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    BUF_SCOPED to_sign = BUF_INIT(CMS_MAX);
    BUF_SCOPED out = BUF_INIT(CMS_MAX);
    der_put(&to_sign, DER_SET, set);
    t_ok(pkey_sign(m->key, pkey_scheme(m->key), buf_str(&to_sign), &signature));
    t_ok(cms_assemble(m->signer, c, buf_str(&to_sign), buf_str(&signature), &out));
    return outcome(m->a, buf_str(&out), NULL, &check);
}

START_TEST(missing_attributes)
{
    struct made m = make(PKEY_P256, NULL);
    struct cms_content c = content_of(&m, true);
    BUF_SCOPED set = BUF_INIT(CMS_MAX);
    BUF_SCOPED hash = BUF_INIT(CMS_MAX);
    BUF_SCOPED all = BUF_INIT(CMS_MAX);
    der_put(&hash, DER_OCTET_STRING, digest_str(&c.digest));
    cms_put_attribute(&set, oid_content_type, STR("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"));
    ck_assert_int_eq(with_attributes(&m, buf_str(&set), &c), CMS_FORMAT); /* no digest */
    cms_put_attribute(&set, oid_message_digest, buf_str(&hash));
    ck_assert_int_eq(with_attributes(&m, buf_str(&set), &c), CMS_VALID);
    buf_put(&all, buf_str(&set));
    cms_put_attribute(&all, oid_message_digest, buf_str(&hash));
    ck_assert_int_eq(with_attributes(&m, buf_str(&all), &c), CMS_FORMAT); /* two digests */
    buf_clear(&set);
    cms_put_attribute(&set, oid_message_digest, buf_str(&hash));
    ck_assert_int_eq(with_attributes(&m, buf_str(&set), &c), CMS_FORMAT); /* no type */
    cms_put_attribute(&set, oid_content_type, STR("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"));
    ck_assert_int_eq(with_attributes(&m, buf_str(&set), &c), CMS_CONTENT_TYPE);
    arena_free(m.a);
}
END_TEST

/* Each bit of the file turned over once: unreadable, not valid, or (in what is not signed) another reading. */
START_TEST(damaged)
{
    struct made m = make(PKEY_P256, NULL);
    struct cms_content c = content_of(&m, true);
    struct cms_check check;
    struct cms *cms = NULL;
    BUF_SCOPED out = BUF_INIT(CMS_MAX);
    t_ok(cms_sign(m.signer, &c, &out));
    t_ok(cms_read(m.a, buf_str(&out), &cms, NULL));
    str value = cms->signatures[0].value;
    str set = cms->content;
    for (size_t i = 0; i < out.n; i++) {
        struct arena *a = arena_new(1 << 20);
        out.p[i] ^= 1;
        bool hot = (out.p + i >= value.p && out.p + i < value.p + value.n) ||
                   (out.p + i >= set.p && out.p + i < set.p + set.n);
        struct cms *d = NULL;
        if (cms_read(a, buf_str(&out), &d, NULL) == OK && d->n_signatures == 1) {
            t_ok(cms_verify(d, &d->signatures[0], NULL, NULL, 0, &check));
            t_loop(!hot || check.outcome != CMS_VALID);
            t_loop(check.outcome != CMS_VALID || cert_same(check.cert, m.cert));
        }
        ck_assert(cms_read(a, str_sub(buf_str(&out), 0, i), &d, NULL) != OK);
        out.p[i] ^= 1;
        arena_free(a);
    }
    arena_free(m.a);
}
END_TEST

/* What is added leaves the signature as it was; adding it again changes nothing; dropping it gives the first bytes. */
START_TEST(extended)
{
    struct made m = make(PKEY_P256, NULL);
    struct cms_content c = content_of(&m, true);
    struct cms_check check;
    struct cms *cms = NULL;
    struct cms *more = NULL;
    struct cms *less = NULL;
    BUF_SCOPED first = BUF_INIT(CMS_MAX);
    BUF_SCOPED second = BUF_INIT(CMS_MAX);
    BUF_SCOPED third = BUF_INIT(CMS_MAX);
    BUF_SCOPED attribute = BUF_INIT(CMS_MAX);
    t_ok(cms_sign(m.signer, &c, &first));
    t_ok(cms_read(m.a, buf_str(&first), &cms, NULL));
    struct cert *ca = tc_make(m.a, tc_key(m.a, PKEY_P384), "CA", STR_EMPTY, false);
    cms_put_attribute(&attribute, oid_signature_ts, STR("\x30\x00"));
    struct cms_additions add = {.certs = &ca->der,
                                .n_certs = 1,
                                .crls = &STR("\x30\x03\x02\x01\x07"),
                                .n_crls = 1,
                                .ocsps = &STR("\x30\x03\x0a\x01\x00"),
                                .n_ocsps = 1,
                                .attributes = &(str){attribute.p, attribute.n},
                                .n_attributes = 1};
    t_ok(cms_extend(cms, &add, &second, NULL));
    ck_assert_int_eq(outcome(m.a, buf_str(&second), NULL, &check), CMS_VALID);
    t_ok(cms_read(m.a, buf_str(&second), &more, NULL));
    ck_assert(more->n_certs == 2 && more->n_crls == 1 && more->n_ocsps == 1 && more->version == 5);
    t_str(more->ocsps[0], STR("\x30\x03\x0a\x01\x00"));
    ck_assert_uint_eq(more->signatures[0].n_unsigned, 1);
    t_str(more->signatures[0].fields, cms->signatures[0].fields);
    add.replaced = oid_signature_ts;
    t_ok(cms_extend(more, &add, &third, NULL));
    t_str(buf_str(&third), buf_str(&second));
    buf_clear(&third);
    t_ok(cms_extend(more, &(struct cms_additions){.replaced = oid_signature_ts}, &third, NULL));
    t_ok(cms_read(m.a, buf_str(&third), &less, NULL));
    t_str(less->signatures[0].whole, cms->signatures[0].whole);
    buf_clear(&third);
    t_ok(cms_extend(cms, &(struct cms_additions){.signature = 0}, &third, NULL));
    t_str(buf_str(&third), buf_str(&first));
    arena_free(m.a);
}
END_TEST

T_MAIN("crypto/cms", every_key, attributes, certificates, missing_attributes, damaged, extended)
