#include "crypto/gcm.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "crypto/openssl_queue.h"

static void free_ctx(EVP_CIPHER_CTX **c)
{
    EVP_CIPHER_CTX_free(*c);
}
#define CIPHER_CTX __attribute__((cleanup(free_ctx))) EVP_CIPHER_CTX

rc gcm_encrypt(const unsigned char key[GCM_KEY], const unsigned char nonce[GCM_NONCE], str aad, str plain,
               unsigned char *out, unsigned char tag[GCM_TAG])
{
    if (plain.n > INT_MAX || aad.n > INT_MAX)
        return E_LIMIT;
    CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n;
    unsigned char end[GCM_TAG]; /* GCM writes nothing at the end, but OpenSSL wants an address */
    if (!ctx || EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), key, nonce, NULL) != 1 ||
        (aad.n && EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *)aad.p, (int)aad.n) != 1) ||
        (plain.n && EVP_EncryptUpdate(ctx, out, &n, (const unsigned char *)plain.p, (int)plain.n) != 1) ||
        EVP_EncryptFinal_ex(ctx, end, &n) != 1 || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, tag) != 1)
        return openssl_refuse(E_INTERNAL);
    return OK;
}

rc gcm_decrypt(const unsigned char key[GCM_KEY], const unsigned char nonce[GCM_NONCE], str aad, str cipher,
               const unsigned char tag[GCM_TAG], unsigned char *out)
{
    if (cipher.n > INT_MAX || aad.n > INT_MAX)
        return E_LIMIT;
    CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n;
    unsigned char end[GCM_TAG];
    unsigned char expect[GCM_TAG];
    memcpy(expect, tag, GCM_TAG);
    if (!ctx || EVP_DecryptInit_ex2(ctx, EVP_aes_256_gcm(), key, nonce, NULL) != 1 ||
        (aad.n && EVP_DecryptUpdate(ctx, NULL, &n, (const unsigned char *)aad.p, (int)aad.n) != 1) ||
        (cipher.n && EVP_DecryptUpdate(ctx, out, &n, (const unsigned char *)cipher.p, (int)cipher.n) != 1) ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, expect) != 1)
        return openssl_refuse(E_INTERNAL);
    if (EVP_DecryptFinal_ex(ctx, end, &n) != 1) {
        OPENSSL_cleanse(out, cipher.n);
        return openssl_refuse(E_CORRUPT);
    }
    return OK;
}
