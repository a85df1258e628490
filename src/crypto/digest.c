#include "crypto/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

#include "crypto/oid.h"

static const struct {
    const char *name;
    const char *fetch; /* OpenSSL's name */
    const str *oid;
    size_t n;
    bool strong;
} table[DIGESTS] = {
    [DIGEST_NONE] = {.name = "", .fetch = NULL},
    [DIGEST_MD5] = {"MD5", "MD5", &oid_md5, 16, false},
    [DIGEST_SHA1] = {"SHA-1", "SHA1", &oid_sha1, 20, false},
    [DIGEST_SHA256] = {"SHA-256", "SHA256", &oid_sha256, 32, true},
    [DIGEST_SHA384] = {"SHA-384", "SHA384", &oid_sha384, 48, true},
    [DIGEST_SHA512] = {"SHA-512", "SHA512", &oid_sha512, 64, true},
    [DIGEST_SHA3_256] = {"SHA3-256", "SHA3-256", &oid_sha3_256, 32, true},
    [DIGEST_SHA3_512] = {"SHA3-512", "SHA3-512", &oid_sha3_512, 64, true},
};

/* Fetched once for the process: by name it takes locks and string compares each time. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *md[DIGESTS];

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void setup(void)
{
    for (int d = DIGEST_NONE + 1; d < DIGESTS; d++)
        md[d] = EVP_MD_fetch(NULL, table[d].fetch, NULL);
    must(md[DIGEST_SHA256] != NULL);
}

static EVP_MD *md_of(enum digest d)
{
    must(pthread_once(&once, setup) == 0 && d > DIGEST_NONE && d < DIGESTS && md[d]);
    return md[d];
}

struct digest_value digest_of(enum digest d, str bytes)
{
    struct digest_value v;
    unsigned n = 0;
    must(EVP_Digest(bytes.p, bytes.n, v.b, &n, md_of(d), NULL) == 1);
    v.n = n;
    return v;
}

/* The public name for a heap-owned EVP_MD_CTX: the struct itself never exists. */
static EVP_MD_CTX *ctx_of(struct digest_stream *s)
{
    return (EVP_MD_CTX *)(void *)s;
}

struct digest_stream *digest_start(enum digest d)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    must(ctx && EVP_DigestInit_ex2(ctx, md_of(d), NULL) == 1);
    return (struct digest_stream *)(void *)ctx;
}

void digest_add(struct digest_stream *s, str bytes)
{
    must(EVP_DigestUpdate(ctx_of(s), bytes.p, bytes.n) == 1);
}

struct digest_value digest_finish(struct digest_stream *s)
{
    struct digest_value v;
    unsigned n = 0;
    must(EVP_DigestFinal_ex(ctx_of(s), v.b, &n) == 1);
    v.n = n;
    digest_drop(s);
    return v;
}

void digest_drop(struct digest_stream *s)
{
    EVP_MD_CTX_free(ctx_of(s));
}

size_t digest_size(enum digest d)
{
    return table[d].n;
}

const char *digest_name(enum digest d)
{
    return table[d].name;
}

str digest_oid(enum digest d)
{
    return table[d].oid ? *table[d].oid : STR_EMPTY;
}

enum digest digest_from_oid(str oid)
{
    for (int d = DIGEST_NONE + 1; d < DIGESTS; d++)
        if (str_eq(*table[d].oid, oid))
            return (enum digest)d;
    return DIGEST_NONE;
}

/* The same letters and digits, whatever their case and the hyphens between. */
static bool same_name(str a, const char *b)
{
    size_t i = 0;
    for (; *b; b++) {
        if (*b == '-')
            continue;
        while (i < a.n && a.p[i] == '-')
            i++;
        if (!str_ieq(str_sub(a, i++, 1), str_n(b, 1)))
            return false;
    }
    return i == a.n;
}

enum digest digest_from_name(str name)
{
    for (int d = DIGEST_NONE + 1; d < DIGESTS; d++)
        if (same_name(name, table[d].name))
            return (enum digest)d;
    return DIGEST_NONE;
}

bool digest_is_strong(enum digest d)
{
    return table[d].strong;
}
