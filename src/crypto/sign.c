#include "crypto/sign.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "crypto/openssl_queue.h"
#include "sys/random.h"

static void free_pkey(EVP_PKEY **k)
{
    EVP_PKEY_free(*k);
}
static void free_md_ctx(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}
#define PKEY   __attribute__((cleanup(free_pkey))) EVP_PKEY
#define MD_CTX __attribute__((cleanup(free_md_ctx))) EVP_MD_CTX

void secret_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}

rc ed25519_from_seed(const unsigned char seed[ED25519_SEED], struct ed25519_key *out)
{
    PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_SEED);
    struct ed25519_key made;
    size_t n = ED25519_PUBLIC;
    if (!k || EVP_PKEY_get_raw_public_key(k, made.pub, &n) != 1 || n != ED25519_PUBLIC)
        return openssl_refuse(E_INTERNAL);
    memcpy(made.seed, seed, ED25519_SEED);
    *out = made;
    secret_wipe(&made, sizeof made);
    return OK;
}

rc ed25519_generate(struct ed25519_key *out)
{
    unsigned char seed[ED25519_SEED];
    random_bytes(seed, sizeof seed);
    rc r = ed25519_from_seed(seed, out);
    secret_wipe(seed, sizeof seed);
    return r;
}

rc ed25519_sign(const struct ed25519_key *key, str message, unsigned char sig[ED25519_SIG])
{
    PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed, ED25519_SEED);
    MD_CTX *ctx = EVP_MD_CTX_new();
    size_t n = ED25519_SIG;
    if (!k || !ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, k) != 1 ||
        EVP_DigestSign(ctx, sig, &n, (const unsigned char *)message.p, message.n) != 1 || n != ED25519_SIG)
        return openssl_refuse(E_INTERNAL);
    return OK;
}

rc ed25519_verify(const unsigned char pub[ED25519_PUBLIC], str message, const unsigned char sig[ED25519_SIG])
{
    PKEY *k = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub, ED25519_PUBLIC);
    MD_CTX *ctx = EVP_MD_CTX_new();
    if (!k || !ctx || EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k) != 1)
        return openssl_refuse(E_INTERNAL);
    if (EVP_DigestVerify(ctx, sig, ED25519_SIG, (const unsigned char *)message.p, message.n) != 1)
        return openssl_refuse(E_INVALID);
    return OK;
}
