/* Certificates as OpenSSL has read them, kept for the next reader of the same bytes.
 *
 * OpenSSL 3.0 takes some 100 µs for one, because it looks for a decoder of the key by name; that is twice a signature's
 * verification. The certificates of a signed file stand in it several times (in the signature, its time-stamps, the
 * evidence), and those of authorities come back with every file.
 *
 * Shapes: at most X509_CACHE_SLOTS of at most X509_CACHE_BYTES each; a newer one takes the place of an older. Threads:
 * any; an X509 is only read once it is kept. Errors: none, what is not kept is read anew. */
#ifndef RISE_CRYPTO_X509_CACHE_H
#define RISE_CRYPTO_X509_CACHE_H
#include <openssl/x509.h>

#include "crypto/hash.h"

enum { X509_CACHE_SLOTS = 512, X509_CACHE_BYTES = 4096 /* of DER */ };

X509 *x509_cache_get(const struct sha256 *of_der); /* the caller owns a reference; NULL: not kept */
void x509_cache_put(const struct sha256 *of_der, X509 *x);

#endif
