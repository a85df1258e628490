#include "base/json.h"
#include "base/utf8.h"
#include "fuzz.h"

static void write(struct json_out *o, const struct json *j)
{
    switch (json_type(j)) {
    case JSON_NULL_:
        jo_null(o);
        break;
    case JSON_BOOL:
        jo_bool(o, json_bool(j, false));
        break;
    case JSON_INT:
        jo_int(o, json_int(j, 0));
        break;
    case JSON_REAL_:
        jo_raw(o, STR("0.5")); /* the writer has no reals */
        break;
    case JSON_STRING_:
        jo_str(o, json_str(j));
        break;
    case JSON_ARRAY_:
        jo_arr(o);
        for (size_t i = 0; i < json_count(j); i++)
            write(o, json_at(j, i));
        jo_end_arr(o);
        break;
    case JSON_OBJECT_:
        jo_obj(o);
        str key;
        const struct json *value;
        for (size_t i = 0; json_member(j, i, &key, &value); i++) {
            HOLDS(json_get(j, key.p) == value);
            jo_key(o, key.p);
            write(o, value);
        }
        jo_end_obj(o);
        break;
    }
}

/* What was read can be written, and reading that gives the same text again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    struct err err = {0};
    const struct json *j, *again;
    if (json_parse(a, str_n(data, size), 1 << 20, &j, &err) != OK) {
        HOLDS(err.code != OK && err.main.msgid && !j);
        arena_free(a);
        return 0;
    }
    HOLDS(utf8_valid(str_n(data, size)));
    BUF_SCOPED first = BUF_INIT(1 << 26);
    BUF_SCOPED second = BUF_INIT(1 << 26);
    struct json_out o;
    jo_begin(&o, &first);
    write(&o, j);
    HOLDS(o.depth == 0);
    if (buf_rc(&first) == OK) { /* the reader takes one level more than the writer */
        HOLDS(json_parse(a, buf_str(&first), 1 << 26, &again, &err) == OK);
        jo_begin(&o, &second);
        write(&o, again);
        HOLDS(str_eq(buf_str(&first), buf_str(&second)));
    }
    arena_free(a);
    return 0;
}
