/* DER, the distinguished encoding of ASN.1 (ITU-T X.690): a strict reader over bytes that others made, and a writer.
 *
 * Read: definite lengths in the shortest form, tag numbers below 31, nothing behind the last element. A reader is a
 * `str` that holds what is still to be read; each call moves it behind one element. On an error the reader stays where
 * it was. What is returned are views into the bytes given.
 * Written: into a buf, which checks its cap; a constructed element is opened, filled and closed.
 *
 * Threads: pure functions. Errors: E_INVALID for bytes that are not this; E_LIMIT for an integer that does not fit. */
#ifndef RISE_CRYPTO_DER_H
#define RISE_CRYPTO_DER_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"

/* Identifier octets (X.690 section 8.1.2). */
enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8_STRING = 0x0c,
    DER_PRINTABLE_STRING = 0x13,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
};
#define DER_CONTEXT(n)             ((unsigned char)(0x80 | (n))) /* [n] IMPLICIT of a primitive */
#define DER_CONTEXT_CONSTRUCTED(n) ((unsigned char)(0xa0 | (n))) /* [n] EXPLICIT, or IMPLICIT of a constructed */

/* ---- reading ---- */
struct der {
    unsigned char tag;
    str body;  /* contents octets */
    str whole; /* with identifier and length */
};
rc der_next(str *d, struct der *out);                     /* whatever comes next */
rc der_take(str *d, unsigned char tag, str *body);        /* E_INVALID when something else comes */
rc der_take_whole(str *d, unsigned char tag, str *whole); /* the same, with identifier and length */
bool der_comes(str d, unsigned char tag);                 /* the next element has this tag */
rc der_optional(str *d, unsigned char tag, str *body);    /* body->p == NULL when something else or nothing comes */
rc der_count(str d, size_t most, size_t *n);              /* elements one behind the other; E_LIMIT past `most` */
rc der_end(str d);                                        /* E_INVALID unless everything was read */
rc der_only(str d, unsigned char tag, str *body);         /* one element of this tag and nothing behind it */

rc der_take_bool(str *d, bool *out);
rc der_take_i64(str *d, int64_t *out);
rc der_take_natural(str *d, str *out);                  /* INTEGER >= 0: its big-endian bytes without the sign octet */
rc der_take_bits(str *d, str *bytes, unsigned *unused); /* BIT STRING; unused bits at its end are zero */
rc der_take_octet_bits(str *d, str *bytes);             /* BIT STRING of whole octets, as keys and signatures are */
rc der_take_time(str *d, instant *out);                 /* UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 allows; the
                                                          latter also with a fraction of seconds (RFC 3161) */

/* The same value with definite lengths: for CMS made in one pass (indefinite lengths, strings in pieces). Not a
 * canonicaliser: SETs keep their order. E_LIMIT past 64 levels. DER comes back as it is, without a copy. */
rc der_from_ber(struct arena *a, str ber, str *der);

/* ---- writing ---- */
size_t der_open(struct buf *b, unsigned char tag); /* the mark that der_close() wants */
void der_close(struct buf *b, size_t mark);
void der_close_set_of(struct buf *b, size_t mark); /* sorts the elements inside as X.690 section 11.6 wants */
void der_put(struct buf *b, unsigned char tag, str body);
void der_put_bool(struct buf *b, bool v);
void der_put_i64(struct buf *b, int64_t v);
void der_put_natural(struct buf *b, str big_endian); /* leading zero bytes are dropped, a sign octet is added */
void der_put_octet_bits(struct buf *b, str bytes);
void der_put_time(struct buf *b, instant t);        /* UTCTime until 2049, then GeneralizedTime; whole seconds */
void der_put_generalized(struct buf *b, instant t); /* with a fraction when there is one, no trailing zeros */

/* ---- object identifiers: contents octets, as in crypto/oid.h ---- */
void der_oid_text(struct buf *b, str oid); /* "1.2.840.113549"; what is no OID in hexadecimal */
rc der_oid_parse(struct arena *a, str dotted, str *oid);

#endif
