/* Keys in SoftHSM, a PKCS#11 token without hardware: found, made, signed with; what they sign is verified by the public
 * half, by a certificate's path, and by several threads at once. */
#include "crypto/pkey_token.h"
#include "sys/thread.h"
#include "test_pki.h"

/* For the sanitizers: SoftHSM 2.6.1 loses an OpenSSL object at each Ed25519 signature, and has no frame pointers. */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *__asan_default_options(void)
{
    return "fast_unwind_on_malloc=0";
}

const char *__lsan_default_suppressions(void)
{
    return "leak:libsofthsm2\n";
}

static const char module[] = "/usr/lib/softhsm/libsofthsm2.so";

/* A token "rise" of its own, PIN 1234; false without SoftHSM. */
static bool token_made(struct pki *k)
{
    if (!file_exists(module)) {
        printf("skipped: %s is not there (package softhsm2)\n", module);
        return false;
    }
    struct err err = {0};
    str out;
    t_ok(dir_make(pki_file(k, "tokens", STR_EMPTY), 0700, &err));
    const char *conf =
        pki_file(k, "softhsm2.conf", arena_printf(k->a, "directories.tokendir = %s/tokens\n", k->folder));
    ck_assert_int_eq(setenv("SOFTHSM2_CONF", conf, 1), 0);
    ck_assert_msg(PKI_RUN(k, &out, "softhsm2-util", "--init-token", "--free", "--label", "rise", "--pin", "1234",
                          "--so-pin", "5678"),
                  "%s", out.p);
    return true;
}

static struct token *opened(const char *pin)
{
    const struct token_options o = {.module = module, .label = STR("rise"), .pin = str_of(pin)};
    struct token *t = NULL;
    struct err err = {0};
    ck_assert_msg(token_open(&o, &t, &err) == OK, "%s %.*s", err.main.code, STR_ARG(err.main.arg[0]));
    return t;
}

static void signs(const struct pkey *k, bool pss)
{
    BUF_SCOPED spki = BUF_INIT(1 << 14);
    BUF_SCOPED sig = BUF_INIT(PKEY_SIGNATURE_MAX);
    BUF_SCOPED secret = BUF_INIT(1 << 14);
    PKEY_SCOPED *half = NULL;
    struct pkey_scheme scheme = pkey_scheme(k);
    scheme.pss = pss;
    t_ok(pkey_write_spki(k, &spki));
    t_ok(pkey_public(buf_str(&spki), &half));
    t_ok(pkey_sign(k, scheme, STR("message"), &sig));
    t_ok(pkey_verify(half, scheme, STR("message"), buf_str(&sig)));
    t_rc(pkey_verify(half, scheme, STR("messagf"), buf_str(&sig)), E_INVALID);
    t_rc(pkey_write(k, &secret), E_DENIED);
}

START_TEST(every_kind)
{
    static const struct {
        const char *label;
        enum pkey_kind kind;
    } kinds[] = {
        {"p256", PKEY_P256}, {"p384", PKEY_P384}, {"p521", PKEY_P521}, {"ed25519", PKEY_ED25519}, {"rsa", PKEY_RSA}};
    struct pki k = pki_open(PKEY_P256);
    if (token_made(&k)) {
        struct token *t = opened("1234");
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            PKEY_SCOPED *made = NULL;
            PKEY_SCOPED *by_label = NULL;
            PKEY_SCOPED *by_id = NULL;
            struct pkey *none = NULL;
            struct err err = {0};
            str label = str_of(kinds[i].label);
            str key_id = str_n(&"ABCDE"[i], 1);
            t_ok(token_generate(t, kinds[i].kind, 2048, label, key_id, &made, &err));
            ck_assert(pkey_kind(made) == kinds[i].kind && pkey_is_private(made));
            t_ok(token_key(t, label, STR_EMPTY, &by_label, &err));
            t_ok(token_key(t, STR_EMPTY, key_id, &by_id, &err));
            ck_assert(pkey_same(made, by_label) && pkey_same(made, by_id));
            signs(by_label, false);
            if (kinds[i].kind == PKEY_RSA)
                signs(by_id, true);
            t_rc(token_generate(t, kinds[i].kind, 2048, label, key_id, &none, &err), E_CONFLICT);
            ck_assert_str_eq(err.main.code, "KEY-006");
        }
        token_close(t);
    }
    pki_close(&k);
}
END_TEST

/* A CA whose key never leaves the token: certificate, CRL and request are made with it, and keys outlive the token's
 * handle. */
START_TEST(a_ca_in_a_token)
{
    struct pki k = pki_open(PKEY_P256);
    if (token_made(&k)) {
        struct token *t = opened("1234");
        struct err err = {0};
        struct pkey *key = NULL;
        t_ok(token_generate(t, PKEY_P384, 0, STR("ca"), STR("1"), &key, &err));
        token_close(t);
        struct cert *ca = pki_make_ca(k.a, "CA in a token", key, NULL, key);
        const struct cert_attribute name[] = {{oid_common_name, STR("x")}};
        struct cert_profile p = pki_profile(name, 1);
        struct cert *leaf = pki_cert(k.a, &p, k.signer_key, ca, key);
        str out;
        ck_assert_msg(PKI_RUN(&k, &out, "openssl", "verify", "-x509_strict", "-CAfile",
                              pki_cert_file(&k, "tca.pem", ca), pki_cert_file(&k, "tleaf.pem", leaf)),
                      "%s", out.p);
        pkey_free(key);
    }
    pki_close(&k);
}
END_TEST

START_TEST(refusals)
{
    struct pki k = pki_open(PKEY_P256);
    if (token_made(&k)) {
        struct token *t = NULL;
        struct pkey *none = NULL;
        struct err err = {0};
        struct token_options o = {.module = "/nowhere/libnone.so", .label = STR("rise"), .pin = STR("1234")};
        t_rc(token_open(&o, &t, &err), E_UNAVAILABLE);
        ck_assert_str_eq(err.main.code, "KEY-004");
        err_clear(&err);
        o.module = module;
        o.label = STR("another");
        t_rc(token_open(&o, &t, &err), E_NOTFOUND);
        ck_assert_str_eq(err.main.code, "KEY-005");
        err_clear(&err);
        o.label = STR("rise");
        o.pin = STR("4321");
        t_rc(token_open(&o, &t, &err), E_DENIED);
        ck_assert_str_eq(err.main.code, "KEY-002");
        err_clear(&err);
        t = opened("1234");
        t_rc(token_key(t, STR("no such key"), STR_EMPTY, &none, &err), E_NOTFOUND);
        err_clear(&err);
        t_rc(token_generate(t, PKEY_RSA, 1024, STR("weak"), STR("1"), &none, &err), E_INVALID);
        ck_assert_str_eq(err.main.code, "KEY-003");
        struct pkey *a = NULL;
        struct pkey *b = NULL;
        err_clear(&err);
        t_ok(token_generate(t, PKEY_P256, 0, STR("twice"), STR("1"), &a, &err));
        t_ok(token_generate(t, PKEY_P256, 0, STR("twice"), STR("2"), &b, &err));
        t_rc(token_key(t, STR("twice"), STR_EMPTY, &none, &err), E_CONFLICT);
        t_ok(token_key(t, STR("twice"), STR("2"), &none, &err));
        ck_assert(pkey_same(none, b) && !pkey_same(none, a));
        pkey_free(a);
        pkey_free(b);
        pkey_free(none);
        token_close(t);
    }
    pki_close(&k);
}
END_TEST

static void *sign_many(void *key)
{
    for (int i = 0; i < 50; i++)
        signs(key, false);
    return NULL;
}

START_TEST(several_threads)
{
    struct pki k = pki_open(PKEY_P256);
    if (token_made(&k)) {
        struct token *t = opened("1234");
        struct err err = {0};
        PKEY_SCOPED *key = NULL;
        pthread_t threads[4];
        t_ok(token_generate(t, PKEY_P256, 0, STR("shared"), STR("1"), &key, &err));
        token_close(t);
        for (size_t i = 0; i < 4; i++)
            t_ok(thread_start(&threads[i], "signs", sign_many, key));
        for (size_t i = 0; i < 4; i++)
            pthread_join(threads[i], NULL);
    }
    pki_close(&k);
}
END_TEST

START_TEST(addresses)
{
    static const struct {
        const char *text, *part; /* not understood there; NULL: it is */
    } rows[] = {
        {"pkcs11:object=a", NULL},
        {"pkcs11:id=%00%01", NULL},
        {"pkcs11:object=a%00b", "object=a%00b"},
        {"pkcs11:id=%01%fe;type=private", NULL},
        {"pkcs11:model=SoftHSM%20v2;manufacturer=x;serial=1;token=t;object=a", NULL},
        {"pkcs11:", "object"},
        {"pkcs11:token=t", "object"},
        {"pkcs11:object", "object"},
        {"pkcs11:object=", "object="},
        {"pkcs11:object=%4", "object=%4"},
        {"pkcs11:object=a;object=b", "object=b"},
        {"pkcs11:object=a;slot-id=1", "slot-id=1"},
        {"pkcs11:object=a;type=cert", "cert"},
        {"pkcs11:object=a?pin-source=|cat%20pin", "|cat pin"},
        {"pkcs11:object=a?module-name=x", "module-name=x"},
    };
    struct arena *a = arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct token_address at;
        struct err err = {0};
        rc r = token_address(a, str_of(rows[i].text), &at, &err);
        ck_assert_msg(r == (rows[i].part ? E_INVALID : OK), "%s", rows[i].text);
        if (rows[i].part)
            t_str(err.main.arg[0], str_of(rows[i].part));
    }
    struct token_address at;
    ck_assert(token_is_address(STR("pkcs11:")) && !token_is_address(STR("key.pem")));
    t_ok(token_address(
        a, STR("pkcs11:token=The%20one;object=%E9%91%B0;id=%01%fe?pin-source=file:///run/pin&module-path=/m.so"), &at,
        NULL));
    t_str(at.token.label, STR("The one"));
    t_str(at.label, STR("鑰"));
    t_str(at.key_id, STR("\x01\xfe"));
    t_str(at.pin_file, STR("/run/pin"));
    ck_assert_str_eq(at.token.module, "/m.so");
    t_ok(token_address(a, STR("pkcs11:object=a?pin-source=file:pin"), &at, NULL));
    t_str(at.pin_file, STR("pin"));
    arena_free(a);
}
END_TEST

T_MAIN("crypto/pkey_token", every_kind, a_ca_in_a_token, refusals, several_threads, addresses)
