#include "mod/fund/gift_code.h"

#include "core/party.h"

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's base32 */
enum { CHECK_MODULUS = 31, GROUP = 4 };

static struct sha256 keyed(const struct gift_key *key, const char *what, str value)
{
    BUF_SCOPED text = BUF_INIT(1 << 16);
    buf_put(&text, str_of(what));
    buf_putc(&text, '\0');
    buf_put(&text, value);
    return hmac_sha256(str_n(key->k, GIFT_KEY), buf_str(&text));
}

int64_t gift_keyed(const struct gift_key *key, const char *what, str value)
{
    if (value.n == 0)
        return 0;
    struct sha256 h = keyed(key, what, value);
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | h.b[i];
    v &= INT64_MAX;
    return v ? (int64_t)v : 1;
}

void gift_salt(const struct gift_key *key, int64_t import, int64_t row, unsigned char out[GIFT_SALT])
{
    BUF_SCOPED place = BUF_INIT(64);
    buf_puti(&place, import);
    buf_putc(&place, '\0');
    buf_puti(&place, row);
    struct sha256 h = keyed(key, "salt", buf_str(&place));
    memcpy(out, h.b, GIFT_SALT);
}

/* ---- receipt codes ---- */

static int value_of(char c)
{
    c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static char check_of(const char *code)
{
    int sum = 0;
    for (int i = 0; i < GIFT_CODE; i++)
        sum += (i + 1) * value_of(code[i]);
    return digits[sum % CHECK_MODULUS];
}

void gift_code_make(const struct gift_key *key, str platform, str receipt, char out[GIFT_CODE + 1])
{
    BUF_SCOPED text = BUF_INIT(1 << 16);
    buf_put(&text, platform);
    buf_putc(&text, '\0');
    buf_put(&text, receipt);
    struct sha256 h = keyed(key, "receipt", buf_str(&text));
    for (int i = 0; i < GIFT_CODE; i++) {
        int bit = 5 * i, byte = bit / 8;
        unsigned pair = (unsigned)h.b[byte] << 8 | h.b[byte + 1];
        out[i] = digits[pair >> (11 - bit % 8) & 31];
    }
    out[GIFT_CODE] = 0;
}

void gift_code_show(str code, char out[GIFT_CODE_TYPED + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < GIFT_CODE && i < code.n; i++) {
        out[n++] = code.p[i];
        if (i % GROUP == GROUP - 1)
            out[n++] = '-';
    }
    if (code.n == GIFT_CODE)
        out[n++] = check_of(code.p);
    out[n] = 0;
}

rc gift_code_parse(str typed, char out[GIFT_CODE + 1])
{
    char read[GIFT_CODE + 1];
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        if (typed.p[i] == '-' || typed.p[i] == ' ')
            continue;
        int v = value_of(typed.p[i]);
        if (v < 0 || n > GIFT_CODE)
            return E_INVALID;
        read[n++] = digits[v];
    }
    if (n != GIFT_CODE + 1 || read[GIFT_CODE] != check_of(read))
        return E_INVALID;
    memcpy(out, read, GIFT_CODE);
    out[GIFT_CODE] = 0;
    return OK;
}

/* ---- identity numbers ---- */

/* The two digits of each letter, by the list of the Ministry of the Interior: not in alphabetical order. */
static int letter_value(char c)
{
    static const char order[] = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    const char *at = c ? strchr(order, c) : NULL;
    return at ? 10 + (int)(at - order) : 0;
}

static bool person_check(const char *s)
{
    static const int weights[9] = {8, 7, 6, 5, 4, 3, 2, 1, 1};
    int letter = letter_value(s[0]);
    int sum = letter / 10 + letter % 10 * 9;
    for (int i = 0; i < 9; i++)
        sum += weights[i] * (s[i + 1] >= 'A' ? letter_value(s[i + 1]) % 10 : s[i + 1] - '0');
    return letter > 0 && sum % 10 == 0;
}

static enum identity_kind person_kind(const char *s)
{
    for (int i = 2; i < 10; i++)
        if (s[i] < '0' || s[i] > '9')
            return IDENTITY_BAD;
    if (!person_check(s))
        return IDENTITY_BAD;
    if (s[1] == '1' || s[1] == '2')
        return IDENTITY_NATIONAL;
    return s[1] == '8' || s[1] == '9' || (s[1] >= 'A' && s[1] <= 'D') ? IDENTITY_RESIDENT : IDENTITY_BAD;
}

/* One character in its plain form, moving *i behind it; 0: nothing to keep, -1: no character of such a number. */
static int plain(str s, size_t *i)
{
    const unsigned char *p = (const unsigned char *)s.p + *i;
    unsigned c = p[0];
    if (s.n - *i >= 3 && p[0] == 0xef && (p[1] == 0xbc || p[1] == 0xbd)) { /* full width: U+FF01 … FF5E */
        c = (p[1] == 0xbd ? 0x60U : 0x20U) + (p[2] - 0x80U);
        *i += 2;
    }
    ++*i;
    if (c == ' ' || c == '-')
        return 0;
    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ? (int)c : -1;
}

enum identity_kind identity_read(str typed, char out[IDENTITY_MAX + 1])
{
    enum { PERSON = 10, ORGANISATION = 8 };
    size_t n = 0;
    str s = str_trim(typed);
    out[0] = 0;
    if (s.n == 0)
        return IDENTITY_NONE;
    for (size_t i = 0; i < s.n;) {
        int c = plain(s, &i);
        if (c < 0 || (c > 0 && n >= IDENTITY_MAX))
            return IDENTITY_BAD;
        if (c > 0)
            out[n++] = (char)c;
        out[n] = 0;
    }
    if (n == PERSON)
        return person_kind(out);
    return n == ORGANISATION && ubn_valid(str_n(out, n)) ? IDENTITY_ORGANISATION : IDENTITY_BAD;
}
