#include "mod/sign/engine/strength.h"

/* The last day of 2029 for RSA of less than 3,000 bits; SHA-1 and RSA of 1,024 bits ended with the editions of 2012 and
 * 2009. */
enum { YEAR_NEVER = 0, YEAR_OPEN = 9999 };

static int digest_until(enum digest d)
{
    switch (d) {
    case DIGEST_MD5:
        return 2004;
    case DIGEST_SHA1:
        return 2012;
    case DIGEST_SHA256:
    case DIGEST_SHA384:
    case DIGEST_SHA512:
    case DIGEST_SHA3_256:
    case DIGEST_SHA3_512:
        return YEAR_OPEN;
    case DIGEST_NONE:
    case DIGESTS:
        break;
    }
    return YEAR_NEVER;
}

static int key_until(const struct pkey *key)
{
    if (!key)
        return YEAR_NEVER;
    if (pkey_kind(key) != PKEY_RSA)
        return YEAR_OPEN;
    int bits = pkey_bits(key);
    return bits < 1024 ? YEAR_NEVER : bits < 1536 ? 2009 : bits < 1900 ? 2019 : bits < 3000 ? 2029 : YEAR_OPEN;
}

static int until(struct pkey_scheme scheme, const struct cert *c)
{
    int digest = digest_until(scheme.digest);
    int key = key_until(c->key);
    return digest < key ? digest : key;
}

bool strength_suffices(struct pkey_scheme scheme, const struct cert *c, instant at)
{
    return instant_civil(at, 0).year <= until(scheme, c);
}

bool strength_sufficed(struct pkey_scheme scheme, const struct cert *c)
{
    return until(scheme, c) != YEAR_NEVER;
}
