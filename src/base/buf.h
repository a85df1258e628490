/* buf: bytes that grow up to a cap, with a sticky error.
 *
 * Once an append fails (cap reached or no memory) every later append does nothing and buf_rc() tells why, so a writer
 * checks once, at its end. Owns its memory (heap). One thread at a time. */
#ifndef RISE_BASE_BUF_H
#define RISE_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf {
    char *p;     /* NUL-terminated whenever not NULL */
    size_t n;    /* bytes used */
    size_t room; /* bytes allocated */
    size_t cap;  /* n may never pass this */
    rc error;    /* sticky: E_LIMIT or E_NOMEM */
};

#define BUF_INIT(limit)                                                                                                \
    {                                                                                                                  \
        .cap = (limit)                                                                                                 \
    }

void buf_free(struct buf *b);  /* releases the memory; the buf is empty and usable again */
void buf_clear(struct buf *b); /* keeps the memory, forgets bytes and error */
static inline str buf_str(const struct buf *b)
{
    return (str){b->p ? b->p : "", b->n};
}
static inline rc buf_rc(const struct buf *b)
{
    return b->error;
}

bool buf_reserve(struct buf *b, size_t more); /* room for `more` further bytes; false and sticky error if refused */
void buf_put(struct buf *b, str s);
void buf_putc(struct buf *b, char c);
void buf_putn(struct buf *b, const void *p, size_t n);
void buf_puti(struct buf *b, int64_t v); /* decimal */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_hex(struct buf *b, str bytes);       /* lower case */
void buf_base64(struct buf *b, str bytes);    /* RFC 4648 section 4, padded */
void buf_base64url(struct buf *b, str bytes); /* RFC 4648 section 5, unpadded */
void buf_url(struct buf *b, str s);           /* percent-encodes all but RFC 3986 unreserved */
void buf_html(struct buf *b, str s);          /* & < > " ' escaped: right for text and for quoted attributes */

/* Decoders append the decoded bytes; E_INVALID on any byte outside the alphabet or wrong padding, and nothing is
 * appended then. */
rc buf_unhex(struct buf *b, str hex);
rc buf_unurl(struct buf *b, str text);    /* percent-encoding undone (RFC 3986 section 2.1); '+' stays */
rc buf_unbase64(struct buf *b, str text); /* accepts both alphabets; padding optional, but right if present */

#define BUF_SCOPED __attribute__((cleanup(buf_free))) struct buf

#endif
