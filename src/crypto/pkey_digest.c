/* Verifying over a message's digest, for messages that are hashed as a stream. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/pkey_impl.h"

static bool prepare(EVP_PKEY_CTX *ctx, enum pkey_kind kind, struct pkey_scheme scheme)
{
    const EVP_MD *md = EVP_get_digestbyname(digest_name(scheme.digest));
    if (!ctx || EVP_PKEY_verify_init(ctx) != 1)
        return false;
    if (kind == PKEY_RSA &&
        EVP_PKEY_CTX_set_rsa_padding(ctx, scheme.pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) <= 0)
        return false;
    if (!md || EVP_PKEY_CTX_set_signature_md(ctx, md) <= 0)
        return false;
    return !scheme.pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

rc pkey_verify_digest(const struct pkey *k, struct pkey_scheme scheme, str digest, str signature)
{
    if (k->kind == PKEY_ED25519 || digest.n != digest_size(scheme.digest))
        return E_INVALID;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->evp, NULL);
    rc r = E_INTERNAL;
    if (prepare(ctx, k->kind, scheme))
        r = EVP_PKEY_verify(ctx, (const unsigned char *)signature.p, signature.n, (const unsigned char *)digest.p,
                            digest.n) == 1
                ? OK
                : E_INVALID;
    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return r;
}
