/* Whom the validation trusts: what lies in which folder, and what is refused. */
#include "mod/sign/anchors.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "crypto/cert_make.h"
#include "crypto/crl_make.h"
#include "crypto/oid.h"
#include "mod/sign/engine/test_tsl.h"
#include "sys/file.h"

static struct arena *a;
static const char template[] = "/tmp/rise-anchors-XXXXXX";
static char folder[sizeof template];

static void setup(void)
{
    a = arena_new(1 << 28);
    memcpy(folder, template, sizeof folder);
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
    ck_assert_int_eq(system(arena_printf(a, "rm -r %s", folder).p), 0);
    arena_free(a);
}

static const char *put(const char *name, str bytes)
{
    str path = arena_printf(a, "%s/%s", folder, name);
    t_ok(file_write(path.p, bytes, 0600, NULL));
    return path.p;
}

static void put_folder(const char *name)
{
    ck_assert_int_eq(mkdir(arena_printf(a, "%s/%s", folder, name).p, 0700), 0);
}

static rc read_all(struct sign_rules *rules, struct err *err)
{
    *rules = (struct sign_rules){.now = noon};
    return anchors_read(a, folder, rules, err);
}

static const struct sign_anchor *only(const struct sign_rules *rules, enum presumption p)
{
    const struct sign_anchor *found = NULL;
    for (size_t i = 0; i < rules->n_anchors; i++)
        if (rules->anchors[i].presumption == p) {
            ck_assert_ptr_null(found);
            found = &rules->anchors[i];
        }
    ck_assert_ptr_nonnull(found);
    return found;
}

START_TEST(folders)
{
    struct sign_rules rules;
    struct err err = {0};
    setup();
    t_rc(read_all(&rules, &err), E_NOTFOUND);
    ck_assert_str_eq(err.main.code, "SIG-602");
    put("plain.pem", str_of(test_ca_pem));
    put("notes.txt", STR("not a certificate"));
    put("picture.png", STR("neither"));
    put_folder("licensed");
    put("licensed/a.der", test_cert(a, test_p256_pem)->der);
    put_folder("foreign");
    put("foreign/b.pem", str_of(test_p384_pem));
    err_clear(&err);
    t_rc(read_all(&rules, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-604"); /* without its reason */
    put("foreign/b.txt", STR(" reciprocity \n"));
    err_clear(&err);
    t_ok(read_all(&rules, &err));
    ck_assert_uint_eq(rules.n_anchors, 3);
    ck_assert(cert_same(only(&rules, PRESUMPTION_NONE)->cert, test_cert(a, test_ca_pem)));
    ck_assert(cert_same(only(&rules, PRESUMPTION_LICENSED)->cert, test_cert(a, test_p256_pem)));
    t_str(only(&rules, PRESUMPTION_FOREIGN)->reason, STR("reciprocity"));
    teardown();
}
END_TEST

/* Of the operator's, beside the certificates: DER, or PEM with words before it. */
START_TEST(revocation_lists)
{
    struct sign_rules rules;
    struct err err = {0};
    struct pkey *key = NULL;
    struct cert *ca = NULL;
    BUF_SCOPED cert = BUF_INIT(CERT_BYTES_MAX);
    BUF_SCOPED list = BUF_INIT(CERT_BYTES_MAX);
    BUF_SCOPED base64 = BUF_INIT(CERT_BYTES_MAX);
    const struct cert_attribute name[] = {{oid_common_name, STR("CA")}};
    const struct cert_profile p = {.subject = name,
                                   .n_subject = 1,
                                   .not_before = noon,
                                   .not_after = noon + DAY,
                                   .is_ca = true,
                                   .usage = CERT_KEY_CERT_SIGN | CERT_CRL_SIGN};
    const struct crl_profile lists = {.this_update = noon, .next_update = noon + DAY, .number = 1};
    setup();
    t_ok(pkey_generate(PKEY_P256, 0, &key));
    t_ok(pkey_in(a, key));
    t_ok(cert_make(&p, key, NULL, key, &cert));
    t_ok(cert_read(a, buf_str(&cert), &ca, NULL));
    t_ok(crl_make(&lists, NULL, 0, ca, key, &list));
    buf_base64(&base64, buf_str(&list));
    put("ca.cer", buf_str(&cert));
    put("ca.crl", buf_str(&list));
    put("again.pem",
        arena_printf(a, "of CA\n-----BEGIN X509 CRL-----\n%.*s\n-----END X509 CRL-----\n", STR_ARG(buf_str(&base64))));
    t_ok(read_all(&rules, &err));
    ck_assert_uint_eq(rules.n_anchors, 1);
    ck_assert_uint_eq(rules.n_crls, 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert(crl_signed_by(rules.crls[i], ca));
    teardown();
}
END_TEST

START_TEST(one_file)
{
    struct sign_rules rules = {.now = noon};
    struct err err = {0};
    setup();
    t_ok(anchors_read(a, put("two.pem", arena_printf(a, "%s%s", test_ca_pem, test_p256_pem)), &rules, &err));
    ck_assert_uint_eq(rules.n_anchors, 2);
    t_rc(anchors_read(a, put("none", STR("x")), &rules, &err), E_NOTFOUND);
    teardown();
}
END_TEST

START_TEST(lists)
{
    struct sign_rules rules;
    struct err err = {0};
    setup();
    put_folder("lists");
    put("lists/xx.xml", signed_by(a, &signers[0], list_text(a, &plain)));
    t_rc(read_all(&rules, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-615"); /* whose signature is to be believed? */
    put("lists/xx.pem", str_of(signers[1].cert));
    err_clear(&err);
    t_rc(read_all(&rules, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-613");
    put("lists/xx.pem", str_of(signers[0].cert));
    err_clear(&err);
    t_ok(read_all(&rules, &err));
    const struct sign_anchor *one = only(&rules, PRESUMPTION_NONE);
    ck_assert_int_eq(one->use, USE_SIGNATURES);
    ck_assert_uint_eq(one->n_periods, 1);
    t_str(one->reason, STR("測試, one; XX XX:Supervision #17"));
    ck_assert_uint_eq(rules.n_warnings, 0);

    put("lists/xx.txt", STR("agreement of 2026"));
    put("more.pem", str_of(test_p384_pem));
    t_ok(read_all(&rules, &err));
    ck_assert_uint_eq(rules.n_anchors, 2);
    ck_assert(str_starts(only(&rules, PRESUMPTION_FOREIGN)->reason, STR("agreement of 2026 (")));
    rules = (struct sign_rules){.now = noon + 365 * DAY};
    t_ok(anchors_read(a, folder, &rules, &err));
    ck_assert_uint_eq(rules.n_warnings, 1);
    ck_assert_str_eq(rules.warnings[0].name, "list-expired");
    t_str(rules.warnings[0].args[1], STR("2027-05-25"));
    teardown();
}
END_TEST

T_MAIN("sign/anchors", folders, revocation_lists, one_file, lists)
