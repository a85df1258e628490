/* Unicode text (libunistring stays inside utf8.c). Every function takes any bytes; where text comes out, bytes that are
 * no character become U+FFFD. Text in an arena: p == NULL on failure, see arena_rc(). */
#ifndef RISE_BASE_UTF8_H
#define RISE_BASE_UTF8_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

bool utf8_valid(str s);                /* RFC 3629: no surrogates, no overlong forms */
bool utf8_has_control(str s);          /* C0 but TAB LF CR, DEL, C1, bidi overrides (U+202A-E, U+2066-9) */
size_t utf8_count(str s);              /* code points */
str utf8_cut(str s, size_t max_bytes); /* longest prefix of at most max_bytes that ends between characters */
str utf8_first(str s, size_t most);    /* its first characters, at most so many */
uint32_t utf8_next(str *s);            /* takes one code point off the front; U+FFFD for a bad byte */
void utf8_put(struct buf *b, uint32_t cp);
/* Somebody else's words in one line of ours: control characters, line ends and tabs too, become U+FFFD, so that they
 * can neither steer a terminal nor look like what we say. */
void utf8_put_line(struct buf *b, str s);
str utf8_nfc(struct arena *a, str s);  /* canonical composition: how input is stored */
str utf8_fold(struct arena *a, str s); /* NFKC + case folding, idempotent: how text is compared and searched */
bool utf8_is_han(uint32_t cp);         /* ideographs, bopomofo, kana, hangul: what search cuts into bigrams */

/* Big5 (with the common ETEN extension, by iconv) to UTF-8, appended; nothing is appended on failure. E_INVALID on a
 * byte pair that has no character, E_UNAVAILABLE where the C library lacks the converter. */
rc big5_to_utf8(struct buf *out, str big5);

#endif
