/* Keys against signatures that OpenSSL's command line made, RFC 8032's vector, and every kind against itself with one
 * bit flipped. */
#include "base/buf.h"
#include "crypto/der.h"
#include "crypto/pkey.h"
#include "t.h"

static struct pkey *made(enum pkey_kind kind)
{
    struct pkey *k = NULL;
    t_ok(pkey_generate(kind, 2048, &k));
    return k;
}

static const enum pkey_kind all[] = {PKEY_P256, PKEY_P384, PKEY_P521, PKEY_RSA, PKEY_ED25519};

static void every_kind_signs_of(enum pkey_kind kind)
{
    PKEY_SCOPED *k = made(kind);
    PKEY_SCOPED *other = made(kind);
    for (int pss = 0; pss <= (kind == PKEY_RSA); pss++) {
        struct pkey_scheme scheme = pkey_scheme(k);
        scheme.pss = pss != 0;
        BUF_SCOPED sig = BUF_INIT(PKEY_SIGNATURE_MAX);
        t_ok(pkey_sign(k, scheme, STR("message"), &sig));
        t_ok(pkey_verify(k, scheme, STR("message"), buf_str(&sig)));
        ck_assert_int_eq(pkey_verify(k, scheme, STR("messagf"), buf_str(&sig)), E_INVALID);
        ck_assert_int_eq(pkey_verify(other, scheme, STR("message"), buf_str(&sig)), E_INVALID);
        sig.p[sig.n / 2] ^= 1;
        ck_assert_int_eq(pkey_verify(k, scheme, STR("message"), buf_str(&sig)), E_INVALID);
    }
}

START_TEST(every_kind_signs)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        every_kind_signs_of(all[i]);
}
END_TEST

static void round_trip_of(enum pkey_kind kind)
{
    PKEY_SCOPED *k = made(kind);
    BUF_SCOPED secret = BUF_INIT(1 << 14);
    BUF_SCOPED spki = BUF_INIT(1 << 14);
    t_ok(pkey_write(k, &secret));
    t_ok(pkey_write_spki(k, &spki));
    PKEY_SCOPED *again = NULL;
    PKEY_SCOPED *half = NULL;
    struct err err = {0};
    t_ok(pkey_read(buf_str(&secret), STR_EMPTY, &again, &err));
    t_ok(pkey_public(buf_str(&spki), &half));
    ck_assert(pkey_same(k, again) && pkey_same(k, half));
    ck_assert(pkey_is_private(again) && !pkey_is_private(half));
    ck_assert_int_eq(pkey_kind(half), kind);
    BUF_SCOPED sig = BUF_INIT(PKEY_SIGNATURE_MAX);
    ck_assert_int_eq(pkey_sign(half, pkey_scheme(half), STR("x"), &sig), E_DENIED);
    buf_putc(&spki, '\0');
    struct pkey *none = NULL;
    ck_assert_int_eq(pkey_public(buf_str(&spki), &none), E_INVALID);
}

START_TEST(round_trip)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        round_trip_of(all[i]);
}
END_TEST

static void algorithm_identifiers_of(enum pkey_kind kind)
{
    PKEY_SCOPED *k = made(kind);
    for (int pss = 0; pss <= (kind == PKEY_RSA); pss++) {
        struct pkey_scheme scheme = pkey_scheme(k);
        scheme.pss = pss != 0;
        BUF_SCOPED b = BUF_INIT(256);
        pkey_put_algorithm(&b, k, scheme);
        t_ok(buf_rc(&b));
        str d = buf_str(&b);
        struct pkey_scheme back;
        t_ok(pkey_take_algorithm(&d, DIGEST_NONE, kind, &back));
        t_ok(der_end(d));
        ck_assert(back.digest == scheme.digest && back.pss == scheme.pss);
        d = buf_str(&b);
        enum pkey_kind wrong = kind == PKEY_RSA ? PKEY_P256 : PKEY_RSA;
        ck_assert_int_eq(pkey_take_algorithm(&d, DIGEST_SHA256, wrong, &back), E_INVALID);
    }
}

START_TEST(algorithm_identifiers)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        algorithm_identifiers_of(all[i]);
}
END_TEST

START_TEST(ecdsa_forms)
{
    for (size_t i = 0; i < 3; i++) {
        PKEY_SCOPED *k = made(all[i]);
        for (int round = 0; round < 40; round++) { /* r or s is short once in a while */
            BUF_SCOPED sig = BUF_INIT(256);
            BUF_SCOPED raw = BUF_INIT(256);
            BUF_SCOPED der = BUF_INIT(256);
            t_ok(pkey_sign(k, pkey_scheme(k), str_n(&round, sizeof round), &sig));
            t_ok(pkey_raw_from_der(all[i], buf_str(&sig), &raw));
            ck_assert_uint_eq(raw.n, all[i] == PKEY_P256 ? 64 : all[i] == PKEY_P384 ? 96 : 132);
            t_ok(pkey_der_from_raw(all[i], buf_str(&raw), &der));
            ck_assert(str_eq(buf_str(&der), buf_str(&sig)));
        }
    }
    BUF_SCOPED out = BUF_INIT(256);
    ck_assert_int_eq(pkey_der_from_raw(PKEY_P256, STR("short"), &out), E_INVALID);
    ck_assert_int_eq(pkey_raw_from_der(PKEY_P256, STR("\x30\x03\x02\x01\x01"), &out), E_INVALID);
}
END_TEST

START_TEST(weak_and_wrong_keys)
{
    struct pkey *k = NULL;
    struct err err = {0};
    ck_assert_int_eq(pkey_generate(PKEY_RSA, 1024, &k), E_INVALID);
    ck_assert_int_eq(
        pkey_read(STR("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), STR_EMPTY, &k, &err),
        E_INVALID);
    ck_assert_str_eq(err.main.code, "KEY-001");
    /* openssl genpkey -algorithm ED25519 -aes256 -pass pass:水獺 */
    static const char encrypted[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgr+bz0026+egICCAAw\n"
                                    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHXvZNcs48cg4S/wcWdC0l4EQDJE\n"
                                    "SAWo71pS4eyq5qkCBpfIBq8RkQ3O1bif5BbZ6cDGaWYA2EbZ8muwFQZsuPtlvGIh\n"
                                    "cFtP/wOZAHCI+piW9RM=\n"
                                    "-----END ENCRYPTED PRIVATE KEY-----\n";
    err_clear(&err);
    ck_assert_int_eq(pkey_read(str_of(encrypted), STR_EMPTY, &k, &err), E_DENIED);
    ck_assert_str_eq(err.main.code, "KEY-002");
    err_clear(&err);
    ck_assert_int_eq(pkey_read(str_of(encrypted), STR("otter"), &k, &err), E_DENIED);
    t_ok(pkey_read(str_of(encrypted), STR("水獺"), &k, &err));
    ck_assert_int_eq(pkey_kind(k), PKEY_ED25519);
    pkey_free(k);
    /* openssl genrsa -traditional 1024 */
    static const char weak[] = "-----BEGIN RSA PRIVATE KEY-----\n"
                               "MIICXAIBAAKBgQCmudx6Y1kexNK+r9bzQHicwTvH8Z8DSF0DlIjPE3dQ3rCKirtM\n"
                               "me5oycfKVFcTFNPxdplkdrw6OM1SL6coTcmaJJXQMyavZSLs4AY6XpOI8fC9CrFO\n"
                               "oj/xnenSxXIl8mXn4aRpiY7G6uV1VBC2Ysv/HsI5wsJjKgB9pydwCH+E0QIDAQAB\n"
                               "AoGAG+hciXf7wPS9OgIA/vK5vbNyqEM/lLMWLrU8OT1O6ZB9CJO0Slwx1gSAltOL\n"
                               "R7xixbZOcsyVMUG0zJ8BYfOzXP641gJ39WiNRgAQah+bAFl/sChYwOokEqKzDpTD\n"
                               "DUrK51TV/avfdQCxdUJaKfwxJi9GqUBLn5WwRH9usaGG+kkCQQDTBzMkwHmog0/g\n"
                               "MSdBaD31tbYljgK6sI433n19QVJiTst9lv5ouwGFGk3zR3ey5/wov9OUF/0fvxuj\n"
                               "ewsI3SwbAkEAykG59oDo2tn87WMMfGblIjinlqjkIVFjhUaH7RgWrpAhZBF3l9D/\n"
                               "OL5d2X7LQc9TpfIlDS5Mbsq8hRGyPJ8JgwJAX9R4LCtf0991qWiI3BH7eRZAlgNM\n"
                               "R/0fSE24DOZaBBymGe00sNijUw9j8KM2vz7L6rFZ4nmWUBFX+sBIfYj6mwJBAMeT\n"
                               "9cm9SIj0Q7WHYIG9Eusi1pQ/EeWipz6S63vUokUcqiZRah5fuAipKHh+uli1GciN\n"
                               "WWxZPEizOzVf0e4pzLsCQDu+Zk9UHz7ORaXqt9gk2Sfze6iEYobttX7mqZAPDDIz\n"
                               "u7SqhYSlk7u23wsSYUS7OaA0owrx/u39UmdWtcWXzKs=\n"
                               "-----END RSA PRIVATE KEY-----\n";
    err_clear(&err);
    ck_assert_int_eq(pkey_read(str_of(weak), STR_EMPTY, &k, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "KEY-003");
}
END_TEST

T_MAIN("crypto/pkey", every_kind_signs, round_trip, algorithm_identifiers, ecdsa_forms, weak_and_wrong_keys)
