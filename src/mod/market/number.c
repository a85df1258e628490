/* Order numbers: 20 characters that a person can read aloud and a machine can check. */
#include "base/buf.h"
#include "mod/market/parts.h"
#include "sys/random.h"

/* Crockford base32: no I, L, O, U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The greatest prime below 32². With a prime modulus a single wrong character (a difference of less than 32 times a
 * power of 32) and a swap of two (difference × (32^i − 32^j)) cannot leave the remainder unchanged: the order of 32
 * modulo 1021 is above 20. */
enum { CHECK_MOD = 1021, DATA = 18, GROUP = 5 };

static int value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    for (int i = 0; i < 32; i++)
        if (alphabet[i] == c)
            return i;
    return -1;
}

static unsigned check_of(const char *data)
{
    unsigned m = 0;
    for (int i = 0; i < DATA; i++)
        m = (m * 32 + (unsigned)value_of(data[i])) % CHECK_MOD;
    return m * 1024 % CHECK_MOD; /* as if two zeros followed: then the whole number is a multiple of the modulus after
                                    subtraction */
}

void mkt_number_new(char out[MKT_NUMBER + 1])
{
    unsigned char r[DATA];
    random_bytes(r, sizeof r);
    for (int i = 0; i < DATA; i++)
        out[i] = alphabet[r[i] & 31];
    unsigned c = (CHECK_MOD - check_of(out)) % CHECK_MOD;
    out[DATA] = alphabet[c / 32];
    out[DATA + 1] = alphabet[c % 32];
    out[MKT_NUMBER] = 0;
}

void mkt_number_show(str number, struct buf *out)
{
    for (size_t i = 0; i < number.n; i++) {
        if (i > 0 && i % GROUP == 0)
            buf_putc(out, '-');
        buf_putc(out, number.p[i]);
    }
}

rc mkt_number_parse(str typed, char out[MKT_NUMBER + 1])
{
    int n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        if (typed.p[i] == '-' || typed.p[i] == ' ')
            continue;
        int v = value_of(typed.p[i]);
        if (v < 0 || n == MKT_NUMBER)
            return E_INVALID;
        out[n++] = alphabet[v];
    }
    if (n != MKT_NUMBER)
        return E_INVALID;
    out[MKT_NUMBER] = 0;
    unsigned check = (unsigned)(value_of(out[DATA]) * 32 + value_of(out[DATA + 1]));
    return (check_of(out) + check) % CHECK_MOD == 0 && check < CHECK_MOD ? OK : E_INVALID;
}
