#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdlib.h>

/* Fetching an algorithm by name takes locks and string compares in OpenSSL 3: done once for the process. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t ctx_key;
static EVP_MD *md_sha256;
static EVP_MAC *mac_hmac;
static EVP_KDF *kdf_hkdf;

static void free_ctx(void *p)
{
    EVP_MD_CTX_free(p);
}

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void setup(void)
{
    md_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    mac_hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    kdf_hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    must(md_sha256 && mac_hmac && kdf_hkdf);
    must(pthread_key_create(&ctx_key, free_ctx) == 0);
}

/* This thread's context, ready for a new message. The key's destructor frees it when the thread ends. */
static EVP_MD_CTX *fresh(void)
{
    static _Thread_local EVP_MD_CTX *ctx;
    if (!ctx) {
        must(pthread_once(&once, setup) == 0);
        ctx = EVP_MD_CTX_new();
        must(ctx && pthread_setspecific(ctx_key, ctx) == 0);
        must(EVP_DigestInit_ex2(ctx, md_sha256, NULL) == 1);
        return ctx;
    }
    must(EVP_DigestInit_ex2(ctx, NULL, NULL) == 1);
    return ctx;
}

struct sha256 sha256_of(str bytes)
{
    return sha256_of2(bytes, STR_EMPTY);
}

struct sha256 sha256_of2(str first, str second)
{
    struct sha256 h;
    EVP_MD_CTX *ctx = fresh();
    must(EVP_DigestUpdate(ctx, first.p, first.n) == 1);
    if (second.n)
        must(EVP_DigestUpdate(ctx, second.p, second.n) == 1);
    must(EVP_DigestFinal_ex(ctx, h.b, NULL) == 1);
    return h;
}

struct sha256 hmac_sha256(str key, str bytes)
{
    struct sha256 h;
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_END};
    must(pthread_once(&once, setup) == 0);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac_hmac);
    must(ctx);
    /* OpenSSL takes a NULL key for "keep the old one": an empty key still needs an address. */
    must(EVP_MAC_init(ctx, (const unsigned char *)(key.n ? key.p : ""), key.n, params) == 1);
    must(EVP_MAC_update(ctx, (const unsigned char *)bytes.p, bytes.n) == 1);
    must(EVP_MAC_final(ctx, h.b, NULL, sizeof h.b) == 1);
    EVP_MAC_CTX_free(ctx);
    return h;
}

void sha256_hex(const struct sha256 *h, char out[2 * SHA256_LEN + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SHA256_LEN; i++) {
        out[2 * i] = digits[h->b[i] >> 4];
        out[2 * i + 1] = digits[h->b[i] & 15];
    }
    out[2 * SHA256_LEN] = '\0';
}

str sha256_hex_text(struct arena *a, const struct sha256 *h)
{
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(h, hex);
    return arena_str(a, str_of(hex));
}

str sha256_hex_of(struct arena *a, str bytes)
{
    struct sha256 h = sha256_of(bytes);
    return sha256_hex_text(a, &h);
}

/* The public name for a heap-owned EVP_MD_CTX: the struct itself never exists. */
static EVP_MD_CTX *stream_ctx(struct sha256_stream *s)
{
    return (EVP_MD_CTX *)(void *)s;
}

struct sha256_stream *sha256_start(void)
{
    must(pthread_once(&once, setup) == 0);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    must(ctx && EVP_DigestInit_ex2(ctx, md_sha256, NULL) == 1);
    return (struct sha256_stream *)(void *)ctx;
}

void sha256_add(struct sha256_stream *s, str bytes)
{
    must(EVP_DigestUpdate(stream_ctx(s), bytes.p, bytes.n) == 1);
}

struct sha256 sha256_finish(struct sha256_stream *s)
{
    struct sha256 h;
    must(EVP_DigestFinal_ex(stream_ctx(s), h.b, NULL) == 1);
    EVP_MD_CTX_free(stream_ctx(s));
    return h;
}

rc hkdf_sha256(str secret, str salt, str info, void *out, size_t n)
{
    if (n == 0 || n > 255 * SHA256_LEN)
        return E_LIMIT;
    must(pthread_once(&once, setup) == 0);
    EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf_hkdf);
    must(ctx);
    char digest[] = "SHA256";
    /* OSSL_PARAM wants writable pointers but HKDF only reads them. */
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)(secret.n ? secret.p : ""), secret.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)(salt.n ? salt.p : ""), salt.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)(info.n ? info.p : ""), info.n),
        OSSL_PARAM_END,
    };
    bool ok = EVP_KDF_derive(ctx, out, n, params) == 1;
    EVP_KDF_CTX_free(ctx);
    if (ok)
        return OK;
    ERR_clear_error();
    return E_INTERNAL;
}
