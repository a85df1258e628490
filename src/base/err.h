/* err: what went wrong, in words that can be translated and fields that can be marked.
 *
 * A function that can tell the user more than its rc takes `struct err *err` (may be NULL). It keeps the *first*
 * failure reported until err_clear(). Nothing is allocated: arguments are copied into the struct and cut at its size
 * at a character boundary, so an err can outlive every arena. Codes, msgids and field names are not copied: they are
 * string literals. The arguments point into the struct, so an err is passed by pointer and not assigned. */
#ifndef RISE_BASE_ERR_H
#define RISE_BASE_ERR_H

#include <stdint.h>

#include "base/rc.h"
#include "base/str.h"

enum { ERR_ARGS_MAX = 4, ERR_FIELDS_MAX = 24, ERR_TEXT_MAX = 2048 };

struct err_msg {
    const char *field;     /* input field's name, NULL for the whole */
    const char *code;      /* stable, e.g. "MKT-017" (documented in the module's README) */
    const char *msgid;     /* English, with {1} {2} … for arguments; the gettext key */
    str arg[ERR_ARGS_MAX]; /* point into err.text */
    int n_args;
};

struct err {
    rc code; /* OK while nothing was reported */
    struct err_msg main;
    struct err_msg fields[ERR_FIELDS_MAX];
    int n_fields;
    char text[ERR_TEXT_MAX];
    size_t text_used;
};

void err_clear(struct err *e);
void err_copy(struct err *to, const struct err *from); /* the whole; arguments point into the copy */

/* Marks a msgid for extraction; the value is the English text itself. */
#define N_(msgid) msgid

/* Reports and returns `code`: `return ERR(err, E_CONFLICT, "LED-003", N_("The balance is {1}."), str)`. */
void err_note(struct err *e, rc code, const char *stable, const char *msgid, const str *args, int n_args);
/* Inline, so that compilers and analyzers see that what is returned is `code` and never OK. */
static inline rc err_set(struct err *e, rc code, const char *stable, const char *msgid, const str *args, int n_args)
{
    err_note(e, code, stable, msgid, args, n_args);
    return code;
}
#define ERR(e, code, stable, msgid, ...)                                                                               \
    err_set((e), (code), (stable), (msgid), (const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__} + 1,                   \
            (int)(sizeof((const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__}) / sizeof(str)) - 1)

/* Adds a field error (code becomes E_INVALID if nothing was reported yet) and returns E_INVALID. */
void err_note_field(struct err *e, const char *field, const char *stable, const char *msgid, const str *args,
                    int n_args);
static inline rc err_field(struct err *e, const char *field, const char *stable, const char *msgid, const str *args,
                           int n_args)
{
    err_note_field(e, field, stable, msgid, args, n_args);
    return E_INVALID;
}
#define ERR_FIELD(e, field, stable, msgid, ...)                                                                        \
    err_field((e), (field), (stable), (msgid), (const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__} + 1,                \
              (int)(sizeof((const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__}) / sizeof(str)) - 1)

/* Writes `msgid` (already translated by the caller) into `out` with {1}… replaced. */
struct buf;
void err_format(struct buf *out, const char *translated, const struct err_msg *m);

#endif
