/* JSON (RFC 8259): reading into a tree (jansson stays inside json.c), writing straight into a buf.
 *
 * Stricter than the RFC where it leaves room: names are unique, \u0000 and integers outside int64 are refused. Nodes
 * and their text belong to the arena, the text is NUL-terminated; every accessor takes NULL. One thread at a time. */
#ifndef RISE_BASE_JSON_H
#define RISE_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "base/when.h"

struct json; /* a node; borrowed from its document */

/* Parses one document: UTF-8, no duplicate keys, no trailing bytes, depth at most 64. The tree lives as long as `a`.
 * E_INVALID (JSN-001 syntax, JSN-003 name twice, JSN-005 number too large) and E_LIMIT (JSN-002 too deep) with line and
 * column in `err`; E_LIMIT (JSN-004) past `max` bytes or the arena's cap. */
rc json_parse(struct arena *a, str text, size_t max, const struct json **out, struct err *err);

enum json_type { JSON_NULL_, JSON_BOOL, JSON_INT, JSON_REAL_, JSON_STRING_, JSON_ARRAY_, JSON_OBJECT_ };
enum json_type json_type(const struct json *j);                       /* NULL gives JSON_NULL_ */
const struct json *json_get(const struct json *obj, const char *key); /* NULL when absent or not an object */
const struct json *json_at(const struct json *arr, size_t i);
size_t json_count(const struct json *j);                                                 /* elements or members */
bool json_member(const struct json *obj, size_t i, str *key, const struct json **value); /* in document order */
str json_str(const struct json *j); /* p == NULL when not a string */
int64_t json_int(const struct json *j, int64_t otherwise);
double json_number(const struct json *j, double otherwise); /* of integers too */
bool json_bool(const struct json *j, bool otherwise);

/* Writer: commas and nesting are kept by the struct; the text goes to `b` (sticky error there, E_LIMIT past 63
 * levels). */
struct json_out {
    struct buf *b;
    uint64_t first; /* bit per depth: nothing written at this depth yet */
    unsigned depth;
    bool after_key;
};
void jo_begin(struct json_out *o, struct buf *b);
void jo_obj(struct json_out *o);
void jo_end_obj(struct json_out *o);
void jo_arr(struct json_out *o);
void jo_end_arr(struct json_out *o);
void jo_key(struct json_out *o, const char *key);
void jo_str(struct json_out *o, str s);
void jo_int(struct json_out *o, int64_t v);
void jo_bool(struct json_out *o, bool v);
void jo_null(struct json_out *o);
void jo_raw(struct json_out *o, str json); /* a value that is JSON already */
/* key and value at once */
void jo_kstr(struct json_out *o, const char *key, str s);
void jo_kint(struct json_out *o, const char *key, int64_t v);
void jo_kbool(struct json_out *o, const char *key, bool v);
void jo_kgiven(struct json_out *o, const char *key, str s);    /* n == 0: nothing is written */
void jo_kid(struct json_out *o, const char *key, id v);        /* as text; 0: nothing is written */
void jo_kwhen(struct json_out *o, const char *key, instant t); /* RFC 3339; 0: nothing is written */

void buf_json(struct buf *b, str s); /* a quoted JSON string; bytes that are not UTF-8 become U+FFFD */

#endif
