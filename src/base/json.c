#include "base/json.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

/* jansson's typedef has the name of our accessor; nothing of it leaves this file. */
#define json_type jansson_type
#include <jansson.h>
#undef json_type

enum { DEPTH_MAX = 64 };

struct member {
    str key;
    const struct json *value;
};

struct json {
    enum json_type type;
    union {
        bool boolean;
        int64_t integer;
        double real;
        str string;
        const struct json **items;
        struct member *members;
    };
    size_t n; /* items or members */
};

static rc fail_at(struct err *err, rc code, const char *stable, const char *msgid, int line, int column)
{
    char l[16], c[16];
    snprintf(l, sizeof l, "%d", line);
    snprintf(c, sizeof c, "%d", column);
    return ERR(err, code, stable, msgid, str_of(l), str_of(c));
}

/* jansson recurses once per level and allows 2048 of them, so the depth is checked before it sees the text. Brackets
 * inside strings do not count; where the text is not JSON, jansson will say so. */
static rc check_depth(str text, struct err *err)
{
    int depth = 0, line = 1;
    size_t line_start = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (in_string && c == '\\') {
            i++;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (in_string) {
            continue;
        } else if (c == '\n') {
            line++;
            line_start = i + 1;
        } else if (c == ']' || c == '}') {
            depth--;
        } else if ((c == '[' || c == '{') && ++depth > DEPTH_MAX) {
            size_t column = utf8_count(str_sub(text, line_start, i - line_start)) + 1;
            return fail_at(err, E_LIMIT, "JSN-002", N_("The JSON is nested too deeply at line {1}, column {2}."), line,
                           column < INT32_MAX ? (int)column : INT32_MAX);
        }
    }
    return OK;
}

static rc no_room(struct arena *a, struct err *err)
{
    return ERR(err, arena_rc(a), "JSN-004", N_("The JSON is too large."));
}

static rc copy(struct arena *a, json_t *from, const struct json **out, struct err *err);

static rc copy_array(struct arena *a, json_t *from, struct json *j, struct err *err)
{
    j->type = JSON_ARRAY_;
    j->n = json_array_size(from);
    j->items = ARENA_ARRAY(a, j->n, const struct json *);
    if (!j->items)
        return no_room(a, err);
    for (size_t i = 0; i < j->n; i++)
        TRY(copy(a, json_array_get(from, i), &j->items[i], err));
    return OK;
}

static rc copy_object(struct arena *a, json_t *from, struct json *j, struct err *err)
{
    j->type = JSON_OBJECT_;
    j->n = json_object_size(from);
    j->members = ARENA_ARRAY(a, j->n, struct member);
    if (!j->members)
        return no_room(a, err);
    struct member *m = j->members;
    for (void *at = json_object_iter(from); at; at = json_object_iter_next(from, at), m++) {
        m->key = arena_str(a, str_of(json_object_iter_key(at))); /* no NUL inside: jansson refuses \u0000 */
        if (!m->key.p)
            return no_room(a, err);
        TRY(copy(a, json_object_iter_value(at), &m->value, err));
    }
    return OK;
}

static rc copy(struct arena *a, json_t *from, const struct json **out, struct err *err)
{
    struct json *j = ARENA_NEW(a, struct json);
    if (!j)
        return no_room(a, err);
    *out = j;
    switch (json_typeof(from)) {
    case JSON_OBJECT:
        return copy_object(a, from, j, err);
    case JSON_ARRAY:
        return copy_array(a, from, j, err);
    case JSON_STRING:
        j->type = JSON_STRING_;
        j->string = arena_str(a, str_n(json_string_value(from), json_string_length(from)));
        return j->string.p ? OK : no_room(a, err);
    case JSON_INTEGER:
        j->type = JSON_INT;
        j->integer = json_integer_value(from);
        return OK;
    case JSON_REAL:
        j->type = JSON_REAL_;
        j->real = json_real_value(from);
        return OK;
    case JSON_TRUE:
    case JSON_FALSE:
        j->type = JSON_BOOL;
        j->boolean = json_is_true(from);
        return OK;
    case JSON_NULL:
        j->type = JSON_NULL_;
        return OK;
    }
    return E_INTERNAL;
}

/* jansson reports a failed allocation as "invalid token", or not at all: without this a user would hear that the JSON
 * is wrong when it is memory that ran out. */
static _Thread_local bool starved;

static void *noted_malloc(size_t size)
{
    void *p = malloc(size);
    starved |= !p;
    return p;
}

static void note_allocations(void)
{
    json_set_alloc_funcs(noted_malloc, free);
}

static rc refused(const json_error_t *e, struct err *err)
{
    switch ((int)json_error_code(e)) {
    case json_error_duplicate_key:
        return fail_at(err, E_INVALID, "JSN-003", N_("The JSON has the same name twice at line {1}, column {2}."),
                       e->line, e->column);
    case json_error_numeric_overflow:
        return fail_at(err, E_INVALID, "JSN-005",
                       N_("The JSON has a number that is too large at line {1}, column {2}."), e->line, e->column);
    default:
        return fail_at(err, E_INVALID, "JSN-001", N_("The JSON is not valid at line {1}, column {2}."), e->line,
                       e->column);
    }
}

rc json_parse(struct arena *a, str text, size_t max, const struct json **out, struct err *err)
{
    *out = NULL;
    if (text.n > max)
        return ERR(err, E_LIMIT, "JSN-004", N_("The JSON is too large."));
    TRY(check_depth(text, err));
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, note_allocations);
    starved = false;
    json_error_t e;
    json_t *parsed = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (!parsed)
        return starved ? E_NOMEM : refused(&e, err);
    const struct json *j = NULL;
    rc r = copy(a, parsed, &j, err);
    json_decref(parsed);
    if (r == OK)
        *out = j;
    return r;
}

enum json_type json_type(const struct json *j)
{
    return j ? j->type : JSON_NULL_;
}

const struct json *json_get(const struct json *obj, const char *key)
{
    str k = str_of(key);
    for (size_t i = 0; json_type(obj) == JSON_OBJECT_ && i < obj->n; i++)
        if (str_eq(obj->members[i].key, k))
            return obj->members[i].value;
    return NULL;
}

const struct json *json_at(const struct json *arr, size_t i)
{
    return json_type(arr) == JSON_ARRAY_ && i < arr->n ? arr->items[i] : NULL;
}

size_t json_count(const struct json *j)
{
    return json_type(j) == JSON_ARRAY_ || json_type(j) == JSON_OBJECT_ ? j->n : 0;
}

bool json_member(const struct json *obj, size_t i, str *key, const struct json **value)
{
    if (json_type(obj) != JSON_OBJECT_ || i >= obj->n)
        return false;
    *key = obj->members[i].key;
    *value = obj->members[i].value;
    return true;
}

str json_str(const struct json *j)
{
    return json_type(j) == JSON_STRING_ ? j->string : (str){NULL, 0};
}

int64_t json_int(const struct json *j, int64_t otherwise)
{
    return json_type(j) == JSON_INT ? j->integer : otherwise;
}

double json_number(const struct json *j, double otherwise)
{
    return json_type(j) == JSON_INT ? (double)j->integer : json_type(j) == JSON_REAL_ ? j->real : otherwise;
}

bool json_bool(const struct json *j, bool otherwise)
{
    return json_type(j) == JSON_BOOL ? j->boolean : otherwise;
}
