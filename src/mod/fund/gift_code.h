/* Receipt codes and identity numbers: pure functions.
 *
 * A receipt code is how a donor finds a gift again. It is the first 80 bits of HMAC-SHA-256(the round's secret,
 * "receipt" NUL platform NUL receipt number) as 16 characters of Crockford's base32 and one check character, written
 * XXXX-XXXX-XXXX-XXXX-C. So the same receipt of the same platform always gives the same code, nobody can guess one, and
 * the platform's receipt number together with the last four characters of the donor's identity number finds it, too.
 * The check character is the sum of position × value modulo 31: it tells every single wrong character (but 0 for Z)
 * and every two neighbours that changed places, so that a typing error is not taken for a gift that does not exist. */
#ifndef RISE_MOD_FUND_GIFT_CODE_H
#define RISE_MOD_FUND_GIFT_CODE_H

#include "base/arena.h"
#include "crypto/hash.h"

enum { GIFT_CODE = 16, GIFT_CODE_TYPED = 21, GIFT_CODE_BITS = 80, GIFT_KEY = 32, GIFT_SALT = 32 };

struct gift_key {
    unsigned char k[GIFT_KEY];
};

void gift_code_make(const struct gift_key *key, str platform, str receipt, char out[GIFT_CODE + 1]);
/* "XXXX-XXXX-XXXX-XXXX-C" of the 16 characters; `out` has room for 22. */
void gift_code_show(str code, char out[GIFT_CODE_TYPED + 1]);
/* As typed: small letters, spaces, no hyphens, O I L for 0 1 1. E_INVALID: another length or a wrong check character.
 */
rc gift_code_parse(str typed, char out[GIFT_CODE + 1]);

/* 63 bits of the keyed hash of `value`, never 0; "" gives 0. Two of a million values share one with a chance of
 * 5·10^-8. `what` separates uses: the same text as a device and as an address gives different numbers. */
int64_t gift_keyed(const struct gift_key *key, const char *what, str value);
/* The salt of a row's commitment: HMAC(secret, "salt" NUL import NUL row), so that it needs no storing, and goes with
 * the secret. */
void gift_salt(const struct gift_key *key, int64_t import, int64_t row, unsigned char out[GIFT_SALT]);

enum identity_kind { IDENTITY_NONE, IDENTITY_BAD, IDENTITY_NATIONAL, IDENTITY_RESIDENT, IDENTITY_ORGANISATION };
enum { IDENTITY_MAX = 16 };
/* The number in its one form (ASCII capitals, no spaces or hyphens), at most IDENTITY_MAX bytes:
 *   national     a letter, 1 or 2, eight digits                       (身分證統一編號)
 *   resident     a letter, 8 or 9, eight digits; before 2021 a letter, A to D, eight digits  (居留證統一證號)
 *   organisation eight digits with the Ministry of Finance's check    (統一編號)
 * The first two end in a check digit: letter as two digits (A = 10 … by the list of the Ministry of the Interior),
 * weights 1 9 8 7 6 5 4 3 2 1 1, sum divisible by ten. */
enum identity_kind identity_read(str typed, char out[IDENTITY_MAX + 1]);

#endif
