#include "mod/sign/engine/jades_impl.h"

static const struct {
    const char *alg;
    enum pkey_kind kind;
    struct pkey_scheme scheme;
} algs[] = {
    {"ES256", PKEY_P256, {DIGEST_SHA256, false}}, {"ES384", PKEY_P384, {DIGEST_SHA384, false}},
    {"ES512", PKEY_P521, {DIGEST_SHA512, false}}, {"RS256", PKEY_RSA, {DIGEST_SHA256, false}},
    {"RS384", PKEY_RSA, {DIGEST_SHA384, false}},  {"RS512", PKEY_RSA, {DIGEST_SHA512, false}},
    {"PS256", PKEY_RSA, {DIGEST_SHA256, true}},   {"PS384", PKEY_RSA, {DIGEST_SHA384, true}},
    {"PS512", PKEY_RSA, {DIGEST_SHA512, true}},   {"EdDSA", PKEY_ED25519, {DIGEST_SHA512, false}},
};
enum { ALGS = sizeof algs / sizeof algs[0] };

const char *jades_alg(enum pkey_kind kind, struct pkey_scheme scheme)
{
    for (size_t i = 0; i < ALGS; i++)
        if (algs[i].kind == kind && algs[i].scheme.digest == scheme.digest && algs[i].scheme.pss == scheme.pss)
            return algs[i].alg;
    return NULL;
}

bool jades_alg_read(str alg, enum pkey_kind kind, struct pkey_scheme *out)
{
    for (size_t i = 0; i < ALGS; i++)
        if (str_eq(alg, str_of(algs[i].alg))) {
            *out = algs[i].scheme;
            return algs[i].kind == kind;
        }
    return false;
}

rc jades_unbase64url(struct arena *a, str text, str *what)
{
    BUF_SCOPED bytes = BUF_INIT(JADES_BYTES_MAX);
    BUF_SCOPED again = BUF_INIT(2 * (size_t)JADES_BYTES_MAX);
    TRY(buf_unbase64(&bytes, text));
    buf_base64url(&again, buf_str(&bytes));
    TRY(buf_rc(&again));
    if (!str_eq(buf_str(&again), text))
        return E_INVALID;
    *what = arena_str(a, buf_str(&bytes));
    return what->p ? OK : arena_failed(a);
}
