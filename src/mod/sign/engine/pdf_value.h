/* PDF values (ISO 32000-2, 7.3): what stands between two delimiters, read strictly and without copying.
 *
 * Every value keeps `raw`, its exact bytes, so that a changed dictionary is written with its other entries verbatim and
 * a signature's /Contents has a position. Children are a list: `for (v = d->first; v; v = v->next)`.
 *
 * Refused as malformed: a key twice in a dictionary (programs disagree on which one counts), a key without a value,
 * nesting deeper than PDF_DEPTH_MAX. Ownership: values live in the arena and point into the bytes given. Pure
 * functions. Time is linear in the bytes. */
#ifndef RISE_SIGN_PDF_VALUE_H
#define RISE_SIGN_PDF_VALUE_H

#include "base/arena.h"

enum { PDF_DEPTH_MAX = 64, PDF_NUMBER_MAX = 1000000 /* object numbers are smaller */ };

enum pdf_kind { PDF_NULL, PDF_BOOL, PDF_INT, PDF_REAL, PDF_NAME, PDF_STRING, PDF_ARRAY, PDF_DICT, PDF_REF };

struct pdf_ref {
    uint32_t num; /* 0: none */
    uint32_t gen;
};

struct pdf_value {
    enum pdf_kind kind;
    bool truth;                   /* PDF_BOOL */
    str raw;                      /* exactly its bytes */
    str key;                      /* in a dictionary: its name, decoded */
    const struct pdf_value *next; /* the following element or entry */
    union {
        int64_t number;                /* PDF_INT */
        str name;                      /* PDF_NAME, decoded, without the slash */
        struct pdf_ref ref;            /* PDF_REF */
        const struct pdf_value *first; /* PDF_ARRAY, PDF_DICT; NULL when empty */
    };
};

/* Reading position in some bytes; `at` ≤ s.n always. */
struct pdf_cursor {
    struct arena *a;
    str s;
    size_t at;
    int depth; /* of nested arrays and dictionaries */
};

rc pdf_value_read(struct pdf_cursor *c, struct pdf_value **out); /* E_INVALID malformed, E_LIMIT too deep, E_NOMEM */
void pdf_skip_blank(struct pdf_cursor *c);                       /* white space only: where comments have no place */
void pdf_skip_space(struct pdf_cursor *c);                       /* white space and comments */
bool pdf_word(struct pdf_cursor *c, str word);                   /* takes it if it stands next, as a whole word */
bool pdf_unsigned(struct pdf_cursor *c, uint64_t *out);          /* takes a plain decimal number of at most 18 digits */
bool pdf_is_space(char c);
bool pdf_is_delimiter(char c);

/* The entry of a dictionary; NULL when it is absent or `d` is none. A null value counts as absent in PDF; here the two
 * can be told apart. */
const struct pdf_value *pdf_entry(const struct pdf_value *d, str key);
bool pdf_name_is(const struct pdf_value *v, str name); /* v may be NULL */
size_t pdf_length(const struct pdf_value *array);      /* number of elements */

/* A string's bytes, literal or hexadecimal, unescaped. p == NULL: see arena_rc(). */
str pdf_string_bytes(struct arena *a, const struct pdf_value *v);

#endif
