/* Signatures over messages, made and verified. */
#include <openssl/rsa.h>

#include "crypto/openssl_queue.h"
#include "crypto/pkey_impl.h"

static void free_md_ctx(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}
#define MD_CTX __attribute__((cleanup(free_md_ctx))) EVP_MD_CTX

/* The digest's name for OpenSSL; Ed25519 hashes by itself. */
static const char *md_name(const struct pkey *k, struct pkey_scheme scheme)
{
    return k->kind == PKEY_ED25519 ? NULL : digest_name(scheme.digest);
}

/* PSS parameters as pkey_put_algorithm() writes them. */
static bool set_padding(const struct pkey *k, struct pkey_scheme scheme, EVP_PKEY_CTX *ctx)
{
    if (k->kind != PKEY_RSA || !scheme.pss)
        return true;
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/* ---- signing ---- */

static EVP_MD_CTX *set_up(const struct pkey *k, struct pkey_scheme scheme)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *padding = NULL; /* owned by ctx */
    if (ctx && EVP_DigestSignInit_ex(ctx, &padding, md_name(k, scheme), NULL, NULL, k->evp, NULL) == 1 &&
        set_padding(k, scheme, padding)) {
        EVP_MD_CTX_set_flags(ctx, EVP_MD_CTX_FLAG_FINALISE); /* one message only: it need not be kept for more */
        return ctx;
    }
    EVP_MD_CTX_free(ctx);
    return NULL;
}

/* For setting one up OpenSSL looks for algorithms by name, which takes as long as a signature by P-256; so what a key
 * usually signs with is set up once. Two threads may do so at the same time; one of the two is kept. */
static EVP_MD_CTX *usual(const struct pkey *k)
{
    EVP_MD_CTX *known = atomic_load(k->usual);
    if (known)
        return known;
    EVP_MD_CTX *made = set_up(k, pkey_scheme(k));
    if (!made || atomic_compare_exchange_strong(k->usual, &known, made))
        return made;
    EVP_MD_CTX_free(made);
    return known;
}

static EVP_MD_CTX *context(const struct pkey *k, struct pkey_scheme scheme)
{
    if (scheme.pss || scheme.digest != pkey_digest(k))
        return set_up(k, scheme);
    const EVP_MD_CTX *from = usual(k);
    EVP_MD_CTX *ctx = from ? EVP_MD_CTX_new() : NULL;
    if (ctx && EVP_MD_CTX_copy_ex(ctx, from) == 1)
        return ctx;
    EVP_MD_CTX_free(ctx);
    return NULL;
}

rc pkey_sign(const struct pkey *k, struct pkey_scheme scheme, str message, struct buf *out)
{
    if (!k->is_private)
        return E_DENIED;
    if (k->sign)
        return k->sign(k->away, k, scheme, message, out);
    size_t n = (size_t)EVP_PKEY_get_size(k->evp); /* the most; ECDSA's vary */
    if (!buf_reserve(out, n))
        return buf_rc(out);
    MD_CTX *ctx = context(k, scheme);
    if (!ctx ||
        EVP_DigestSign(ctx, (unsigned char *)out->p + out->n, &n, (const unsigned char *)message.p, message.n) != 1)
        return openssl_refuse(E_INTERNAL);
    out->n += n;
    out->p[out->n] = '\0';
    return OK;
}

/* ---- verifying ---- */

rc pkey_verify(const struct pkey *k, struct pkey_scheme scheme, str message, str signature)
{
    MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *padding = NULL; /* owned by ctx */
    if (!ctx || EVP_DigestVerifyInit_ex(ctx, &padding, md_name(k, scheme), NULL, NULL, k->evp, NULL) != 1 ||
        !set_padding(k, scheme, padding))
        return openssl_refuse(E_INTERNAL);
    if (EVP_DigestVerify(ctx, (const unsigned char *)signature.p, signature.n, (const unsigned char *)message.p,
                         message.n) != 1)
        return openssl_refuse(E_INVALID);
    return OK;
}
