/* str: a view of bytes, by value. Not NUL-terminated, never owns. `p` may be NULL only when `n` is 0.
 * Text is UTF-8 unless a function says otherwise. */
#ifndef RISE_BASE_STR_H
#define RISE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/rc.h"

typedef struct str {
    const char *p;
    size_t n;
} str;

/* printf("%.*s", STR_ARG(s)); bytes past 2 GiB are left out. `s` is evaluated twice. */
#define STR_ARG(s) (int)((s).n < INT32_MAX ? (s).n : INT32_MAX), (s).p

/* A str of a string literal, usable in static initialisers. */
#define STR(lit) ((str){"" lit "", sizeof(lit) - 1})
#define STR_INIT(lit)                                                                                                  \
    {                                                                                                                  \
        "" lit "", sizeof(lit) - 1                                                                                     \
    }
#define STR_EMPTY ((str){"", 0})

static inline str str_of(const char *cstr) /* NULL gives the empty str */
{
    return cstr ? (str){cstr, strlen(cstr)} : STR_EMPTY;
}

static inline str str_n(const void *p, size_t n)
{
    return (str){(const char *)p, n};
}

static inline bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The part of `s` from byte `from` on, at most `n` bytes; positions past the end give an empty str. */
static inline str str_sub(str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (str){s.p ? s.p + from : "", n};
}

int str_cmp(str a, str b);  /* byte order, like memcmp; a prefix sorts first */
bool str_ieq(str a, str b); /* ASCII case ignored */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
ptrdiff_t str_find(str hay, str needle); /* first position or -1 */
ptrdiff_t str_chr(str s, char c);        /* first position or -1 */
str str_trim(str s);                     /* without ASCII white space at both ends */

/* Cuts `*rest` at the first `sep`: returns what is before it and moves `*rest` behind it. Without a `sep` the whole
 * is returned and `*rest` becomes empty with p == NULL, so `while (rest.p)` visits every field, empty ones too. */
str str_cut(str *rest, char sep);

/* Whole-string decimal integer, optional leading '-', no spaces, no '+'. E_INVALID: not a number, E_LIMIT: overflow. */
rc str_to_i64(str s, int64_t *out);

/* Equal in time that depends on the lengths only; for secrets and tags. */
bool str_eq_ct(str a, str b);

#endif
