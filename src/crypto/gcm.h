/* AES-256-GCM (NIST SP 800-38D): the cipher under seal.h, apart so that published vectors can reach it with their own
 * nonce. Private to crypto: everybody else seals. */
#ifndef RISE_CRYPTO_GCM_H
#define RISE_CRYPTO_GCM_H
#include "base/str.h"

enum { GCM_KEY = 32, GCM_NONCE = 12, GCM_TAG = 16 };

/* `out` has room for plain.n bytes. A nonce must never serve twice under one key. */
rc gcm_encrypt(const unsigned char key[GCM_KEY], const unsigned char nonce[GCM_NONCE], str aad, str plain,
               unsigned char *out, unsigned char tag[GCM_TAG]);
/* E_CORRUPT when key, nonce, aad, cipher or tag is not what it was; `out` is wiped then. */
rc gcm_decrypt(const unsigned char key[GCM_KEY], const unsigned char nonce[GCM_NONCE], str aad, str cipher,
               const unsigned char tag[GCM_TAG], unsigned char *out);
#endif
