/* What JSON has and forms have not: lists of objects, and files inside. */
#include <stdio.h>

#include "base/buf.h"
#include "http/field.h"

enum { LIST_ERRORS = 8 /* elements whose mistakes are told at once */ };

static rc no_list(const struct field *f, struct field_value *v, struct err *err)
{
    v->bad = true;
    return ERR_FIELD(err, f->name, "INP-018", N_("The value must be of the JSON type {1}."), STR("array of objects"));
}

/* The element's mistakes, under "name[2].field". */
static rc tell(struct arena *a, const struct field *f, size_t i, const struct err *of, struct err *err)
{
    for (int k = 0; k < of->n_fields; k++) {
        const struct err_msg *m = &of->fields[k];
        str name = arena_printf(a, "%s[%zu].%s", f->name, i, m->field);
        if (!name.p)
            return arena_failed(a);
        err_note_field(err, name.p, m->code, m->msgid, m->arg, m->n_args);
    }
    if (of->n_fields == 0 && of->main.code) {
        str name = arena_printf(a, "%s[%zu]", f->name, i);
        if (!name.p)
            return arena_failed(a);
        err_note_field(err, name.p, of->main.code, of->main.msgid, of->main.arg, of->main.n_args);
    }
    return E_INVALID;
}

rc field_check_list(struct arena *a, const struct field *f, const struct json *list, struct field_value *v,
                    struct err *err)
{
    int64_t min, max, n = (int64_t)json_count(list);
    rc worst = OK;
    field_bounds(f, &min, &max);
    if (json_type(list) != JSON_ARRAY_)
        return no_list(f, v, err);
    if (n == 0) /* as an empty text: not given */
        return OK;
    v->given = true;
    if (n > max || n < min) {
        v->bad = true;
        return ERR_FIELD(err, f->name, "INP-020", N_("From {1} to {2} entries; there are {3}."),
                         arena_printf(a, "%lld", (long long)min), arena_printf(a, "%lld", (long long)max),
                         arena_printf(a, "%lld", (long long)n));
    }
    v->list = ARENA_ARRAY(a, (size_t)n + 1, struct input);
    if (!v->list)
        return arena_failed(a);
    for (size_t i = 0, told = 0; i < (size_t)n && told < LIST_ERRORS; i++) {
        struct err one = {0};
        rc r = input_from_json(a, f->items, json_at(list, i), &v->list[i], &one);
        if (r != OK && r != E_INVALID)
            return r;
        if (r == E_INVALID) {
            worst = tell(a, f, i, &one, err);
            told++;
        }
    }
    v->n_list = (size_t)n;
    v->bad = worst != OK;
    return worst;
}

rc field_check_list_text(struct arena *a, const struct field *f, str text, struct field_value *v, struct err *err)
{
    const struct json *list;
    rc r = json_parse(a, text, text.n, &list, NULL);
    if (r == E_INVALID)
        return no_list(f, v, err);
    return r == OK ? field_check_list(a, f, list, v, err) : r;
}

/* {"name": "lease.pdf", "data": "JVBERi0x…"} */
rc field_check_file_json(struct arena *a, const struct field *f, const struct json *j, struct field_value *v,
                         struct err *err)
{
    str name = json_str(json_get(j, "name")), data = json_str(json_get(j, "data"));
    BUF_SCOPED bytes = BUF_INIT(SIZE_MAX / 4);
    if (json_type(j) != JSON_OBJECT_ || !data.p || json_count(j) != 1 + (size_t)(name.p != NULL) ||
        buf_unbase64(&bytes, data) != OK) {
        v->bad = true;
        return ERR_FIELD(err, f->name, "INP-018",
                         N_("A file inside JSON is an object with “name” and “data”, the bytes in base64."));
    }
    struct upload file = {.name = name.p ? name : str_of(f->name), .type = STR_EMPTY};
    file.bytes = arena_str(a, buf_str(&bytes));
    if (!file.bytes.p)
        return arena_failed(a);
    return field_check_file(f, &file, v, err);
}
