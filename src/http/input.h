/* Input specs: the one description of what a route or a command accepts.
 *
 * A spec is a const table of fields. It reads forms, queries, JSON and command lines alike, gives the HTML attributes
 * (maxlength, min, pattern, autocomplete) and the OpenAPI schema, and refuses unknown names. Text is checked to be
 * UTF-8, without control characters, brought to NFC and trimmed. All values live in the request's arena. */
#ifndef RISE_HTTP_INPUT_H
#define RISE_HTTP_INPUT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/json.h"
#include "base/money.h"
#include "base/when.h"

enum field_type {
    F_TEXT,  /* one line; min/max count code points */
    F_LINES, /* several lines; CRLF becomes LF */
    F_INT,   /* min/max are values; full-width digits and thousands commas are understood */
    F_MONEY, /* like F_INT, whole NT dollars or points */
    F_BOOL,  /* checkbox: absent is false; "1", "true", "on", "yes" */
    F_DAY,   /* YYYY-MM-DD */
    F_ID,    /* id_text form */
    F_EMAIL,
    F_CHOICE,  /* one of .choices */
    F_CHOICES, /* any of .choices, repeated */
    F_UBN,     /* 統一編號: 8 digits; the checksum is the domain's business */
    F_FILE,    /* multipart upload, spooled to a temporary file past 64 KiB; in JSON {"name": …, "data": base64} */
    F_LIST,    /* objects, each read by .items; min/max count them (0–100). A form gives them as JSON text */
};

struct choice {
    const char *value;
    const char *label; /* msgid */
};

int choice_index(const struct choice *of, str value);         /* −1 when unknown */
const char *choice_label(const struct choice *of, str value); /* msgid; "" when unknown */

struct field {
    const char *name;
    enum field_type type;
    bool required;
    bool later; /* may be empty now, but is asked for before the matter is finished: forms do not call it optional */
    int64_t min, max;               /* 0, 0: the type's defaults (F_TEXT 0–200, F_LINES 0–4000) */
    const char *label;              /* msgid; mandatory */
    const char *hint;               /* msgid or NULL */
    const struct choice *choices;   /* ends with {NULL, NULL} */
    const struct input_spec *items; /* F_LIST: what each element is */
    const char *autocomplete;       /* HTML token or NULL */
    char letter;                    /* of a command's option: -o for --out; 0: none */
    bool personal;                  /* personal data: never echoed into logs */
    bool many; /* F_TEXT: may be given several times: in_all() has each, in_text() all of them with commas between. As
                  the last field of a command it takes all words that are left (files, numbers) */
};

struct input_spec {
    const struct field *fields;
    size_t n;
};
#define INPUT(ident, ...)                                                                                              \
    static const struct field ident##_fields_[] = {__VA_ARGS__};                                                       \
    static const struct input_spec ident = {ident##_fields_, sizeof ident##_fields_ / sizeof ident##_fields_[0]}

struct upload {
    str name;
    str type;
    str bytes; /* mapped when spooled */
};

/* One field's outcome. `raw` is what was typed, so that a refused form comes back with everything in it. */
struct field_value {
    bool given;
    bool bad;
    str raw;   /* first raw value */
    str text;  /* checked text forms */
    int64_t i; /* F_INT, F_MONEY, F_BOOL, F_DAY, F_ID; F_CHOICE(S): index / bit set */
    struct upload file;
    str *all; /* .many given more than once: each value */
    size_t n_all;
    struct input *list; /* F_LIST */
    size_t n_list;
};

struct input {
    const struct input_spec *spec;
    struct field_value *v; /* parallel to spec->fields */
};

/* The bounds in force: the field's own or its type's (what maxlength, min, max and OpenAPI state). Code points for
 * text, values for numbers, days for F_DAY, bytes for F_FILE. `.min` alone leaves the type's upper bound. */
void field_bounds(const struct field *f, int64_t *min, int64_t *max);

/* Raw pairs as a form, query or command line gives them. */
struct pair {
    str name;
    str value;
    const struct upload *file;
};

rc input_from_pairs(struct arena *a, const struct input_spec *spec, const struct pair *pairs, size_t n,
                    struct input *out, struct err *err);
rc input_from_json(struct arena *a, const struct input_spec *spec, const struct json *obj, struct input *out,
                   struct err *err);

/* E_INVALID: `err` names every wrong field (codes INP-…, see http/field.h), and each value keeps what was typed. What
 * is empty after trimming counts as not given. A required F_BOOL must be true (a box to tick); numbers, booleans and
 * lists must have their JSON type. Mistakes in a list are told under "name[2].field", a name that lives in the arena.
 */

/* Access by name; a name that the spec lacks aborts (a bug). */
const struct field_value *in_value(const struct input *in, const char *name);
bool in_given(const struct input *in, const char *name);
str in_text(const struct input *in, const char *name); /* not given: STR_EMPTY */
int64_t in_int(const struct input *in, const char *name);
bool in_bool(const struct input *in, const char *name);
const char *in_choice(const struct input *in, const char *name); /* the choice's value, NULL when not given */
/* Every value of a .many field in the order given; of another field its one value. 0: not given. */
size_t in_all(const struct input *in, const char *name, const str **out);

size_t in_list(const struct input *in, const char *name, const struct input **out); /* a list's elements */

/* application/x-www-form-urlencoded: strict (bad escapes, NUL, bad UTF-8 → E_INVALID), at most max_pairs. */
rc form_parse(struct arena *a, str body, size_t max_pairs, struct pair **out, size_t *n, struct err *err);

#endif
