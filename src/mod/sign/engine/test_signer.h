/* Keys with certificates for the tests of this folder, and texts changed in one place. */
#ifndef RISE_SIGN_TEST_SIGNER_H
#define RISE_SIGN_TEST_SIGNER_H
#include "crypto/cert.h"
#include "mod/sign/engine/test_keys.h"
#include "t.h"

struct signer {
    const char *name, *key, *cert;
    bool pss;
};
static const struct signer signers[] = {
    {"p256", test_p256_key, test_p256_pem, false},
    {"p384", test_p384_key, test_p384_pem, false},
    {"rsa", test_rsa_key, test_rsa_pem, false},
    {"pss", test_rsa_key, test_rsa_pem, true},
    {"ed25519", test_ed25519_key, test_ed25519_pem, false}, /* last: XML has no name for it */
};
enum { SIGNERS = sizeof signers / sizeof signers[0], XML_SIGNERS = SIGNERS - 1 };

/* 2026-11-25T12:00:00Z */
static const instant noon = INT64_C(1795608000) * SECOND;

static inline struct cert *test_cert(struct arena *a, const char *pem)
{
    struct cert **v = NULL;
    size_t n = 0;
    t_ok(cert_read_all(a, str_of(pem), 1, &v, &n, NULL));
    return v[0];
}

static inline struct pkey *test_key(struct arena *a, const char *pem)
{
    struct pkey *key = NULL;
    t_ok(pkey_read(str_of(pem), STR_EMPTY, &key, NULL));
    t_ok(pkey_in(a, key));
    return key;
}

/* The first `from` replaced; it must be there. */
static inline str with(struct arena *a, str text, const char *from, const char *to)
{
    BUF_SCOPED b = BUF_INIT(1 << 26);
    ptrdiff_t at = str_find(text, str_of(from));
    ck_assert_msg(at >= 0, "no %s", from);
    buf_put(&b, str_sub(text, 0, (size_t)at));
    buf_put(&b, str_of(to));
    buf_put(&b, str_sub(text, (size_t)at + strlen(from), SIZE_MAX));
    return arena_str(a, buf_str(&b));
}
#endif
