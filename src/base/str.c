#include "base/str.h"

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    if (c)
        return c;
    return a.n < b.n ? -1 : a.n > b.n;
}

bool str_ieq(str a, str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, suffix.n), suffix);
}

ptrdiff_t str_find(str hay, str needle)
{
    if (needle.n == 0)
        return 0;
    if (hay.n < needle.n)
        return -1;
    const char *at = memmem(hay.p, hay.n, needle.p, needle.n);
    return at ? at - hay.p : -1;
}

ptrdiff_t str_chr(str s, char c)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    return at ? at - s.p : -1;
}

str str_trim(str s)
{
    while (s.n && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

str str_cut(str *rest, char sep)
{
    str whole = *rest;
    ptrdiff_t at = str_chr(whole, sep);
    if (at < 0) {
        *rest = (str){NULL, 0};
        return whole.p ? whole : STR_EMPTY;
    }
    *rest = (str){whole.p + at + 1, whole.n - (size_t)at - 1};
    return (str){whole.p, (size_t)at};
}

rc str_to_i64(str s, int64_t *out)
{
    bool negative = s.n && s.p[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == s.n)
        return E_INVALID;
    for (size_t k = i; k < s.n; k++)
        if (s.p[k] < '0' || s.p[k] > '9')
            return E_INVALID;
    /* Summed below zero, where int64 has one value more. */
    int64_t v = 0;
    for (; i < s.n; i++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.p[i] - '0', &v))
            return E_LIMIT;
    if (!negative && __builtin_sub_overflow(0, v, &v))
        return E_LIMIT;
    *out = v;
    return OK;
}

bool str_eq_ct(str a, str b)
{
    if (a.n != b.n)
        return false;
    volatile unsigned char differs = 0;
    for (size_t i = 0; i < a.n; i++)
        differs = (unsigned char)(differs | (unsigned char)(a.p[i] ^ b.p[i]));
    return differs == 0;
}
