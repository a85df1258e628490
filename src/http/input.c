#include "http/input.h"

#include <stdio.h>
#include <stdlib.h>

#include "http/field.h"

int choice_index(const struct choice *of, str value)
{
    for (int i = 0; of[i].value; i++)
        if (str_eq(str_of(of[i].value), value))
            return i;
    return -1;
}

const char *choice_label(const struct choice *of, str value)
{
    int i = choice_index(of, value);
    return i < 0 ? "" : of[i].label;
}

/* Remembers that something was wrong without stopping: the user learns of every mistake at once. Other failures
 * (memory) stop. */
#define COLLECT(worst, expr)                                                                                           \
    do {                                                                                                               \
        rc collect_rc_ = (expr);                                                                                       \
        if (collect_rc_ == E_INVALID)                                                                                  \
            (worst) = E_INVALID;                                                                                       \
        else if (collect_rc_ != OK)                                                                                    \
            return collect_rc_;                                                                                        \
    } while (0)

static int index_of(const struct input_spec *spec, str name)
{
    for (size_t i = 0; i < spec->n; i++)
        if (str_eq(name, str_of(spec->fields[i].name)))
            return (int)i;
    return -1;
}

static rc unknown(str name, struct err *err)
{
    return ERR(err, E_INVALID, "INP-001", N_("There is no field named \"{1}\" here."), str_sub(name, 0, 80));
}

static rc begin(struct arena *a, const struct input_spec *spec, struct input *out)
{
    out->spec = spec;
    out->v = ARENA_ARRAY(a, spec->n ? spec->n : 1, struct field_value);
    return out->v ? OK : arena_rc(a);
}

static rc check_required(const struct input_spec *spec, struct input *in, struct err *err)
{
    rc worst = OK;
    for (size_t i = 0; i < spec->n; i++)
        COLLECT(worst, field_check_required(&spec->fields[i], &in->v[i], err));
    return worst;
}

/* Another value of a field that may be repeated. `room`: how many values there can be at most. */
static rc add_value(struct arena *a, const struct field *f, str raw, size_t room, struct field_value *v,
                    struct err *err)
{
    struct field_value next = {0};
    if (!v->all) {
        v->all = ARENA_ARRAY(a, room, str);
        if (!v->all)
            return arena_rc(a);
        if (v->given)
            v->all[v->n_all++] = v->text;
    }
    rc code = field_check(a, f, raw, &next, err);
    if (next.given)
        v->all[v->n_all++] = next.text;
    v->given |= next.given;
    v->bad |= next.bad;
    return code;
}

/* All values as one text, with commas between. */
static rc join_values(struct arena *a, struct field_value *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_all; i++)
        n += v->all[i].n + 1;
    if (n == 0 || v->bad)
        return OK;
    char *p = arena_alloc(a, n);
    if (!p)
        return arena_rc(a);
    v->raw = v->text = str_n(p, n - 1);
    for (size_t i = 0; i < v->n_all; i++) {
        memcpy(p, v->all[i].p, v->all[i].n);
        p += v->all[i].n;
        *p++ = ',';
    }
    return OK;
}

rc input_from_pairs(struct arena *a, const struct input_spec *spec, const struct pair *pairs, size_t n,
                    struct input *out, struct err *err)
{
    TRY(begin(a, spec, out));
    int *field = ARENA_ARRAY(a, n + 1, int);
    bool *seen = ARENA_ARRAY(a, spec->n + 1, bool);
    if (!field || !seen)
        return arena_rc(a);
    rc worst = OK;
    for (size_t i = 0; i < n; i++) {
        field[i] = index_of(spec, pairs[i].name);
        if (field[i] < 0)
            worst = unknown(pairs[i].name, err);
    }
    for (size_t i = 0; i < n; i++) {
        if (field[i] < 0)
            continue;
        const struct field *f = &spec->fields[field[i]];
        struct field_value *v = &out->v[field[i]];
        if (seen[field[i]] && f->many) {
            COLLECT(worst, add_value(a, f, pairs[i].value, n, v, err));
            continue;
        }
        if (seen[field[i]] && f->type != F_CHOICES) {
            v->bad = true;
            worst = ERR_FIELD(err, f->name, "INP-002", N_("Give this only once."));
            continue;
        }
        seen[field[i]] = true;
        if (pairs[i].file)
            COLLECT(worst, field_check_file(f, pairs[i].file, v, err));
        else
            COLLECT(worst, field_check(a, f, pairs[i].value, v, err));
    }
    for (size_t i = 0; i < spec->n; i++)
        TRY(join_values(a, &out->v[i]));
    COLLECT(worst, check_required(spec, out, err));
    return worst;
}

/* ---- JSON ---- */

static const char *json_name(enum field_type t)
{
    switch (t) {
    case F_INT:
    case F_MONEY:
        return "integer";
    case F_BOOL:
        return "boolean";
    case F_CHOICES:
        return "array of strings";
    case F_LIST:
        return "array of objects";
    case F_TEXT:
    case F_LINES:
    case F_DAY:
    case F_ID:
    case F_EMAIL:
    case F_CHOICE:
    case F_UBN:
    case F_FILE:
        break;
    }
    return "string";
}

static rc wrong_type(const struct field *f, struct field_value *v, struct err *err)
{
    v->bad = true;
    return ERR_FIELD(err, f->name, "INP-018", N_("The value must be of the JSON type {1}."),
                     str_of(json_name(f->type)));
}

static rc check_choices(struct arena *a, const struct field *f, const struct json *list, struct field_value *v,
                        struct err *err)
{
    rc worst = OK;
    for (size_t i = 0; i < json_count(list); i++) {
        if (json_type(json_at(list, i)) != JSON_STRING_)
            return wrong_type(f, v, err);
        COLLECT(worst, field_check(a, f, json_str(json_at(list, i)), v, err));
    }
    return worst;
}

static rc check_json(struct arena *a, const struct field *f, const struct json *j, struct field_value *v,
                     struct err *err)
{
    enum json_type type = json_type(j);
    if (type == JSON_NULL_)
        return OK;
    if (f->type == F_INT || f->type == F_MONEY) {
        if (type != JSON_INT)
            return wrong_type(f, v, err);
        str digits = arena_printf(a, "%lld", (long long)json_int(j, 0));
        return digits.p ? field_check(a, f, digits, v, err) : arena_rc(a);
    }
    if (f->type == F_BOOL)
        return type == JSON_BOOL ? field_check(a, f, json_bool(j, false) ? STR("1") : STR("0"), v, err)
                                 : wrong_type(f, v, err);
    if (f->type == F_CHOICES)
        return type == JSON_ARRAY_ ? check_choices(a, f, j, v, err) : wrong_type(f, v, err);
    if (f->type == F_LIST)
        return field_check_list(a, f, j, v, err);
    if (f->type == F_FILE)
        return field_check_file_json(a, f, j, v, err);
    if (type != JSON_STRING_)
        return wrong_type(f, v, err);
    return field_check(a, f, json_str(j), v, err);
}

rc input_from_json(struct arena *a, const struct input_spec *spec, const struct json *obj, struct input *out,
                   struct err *err)
{
    TRY(begin(a, spec, out));
    if (json_type(obj) != JSON_OBJECT_)
        return ERR(err, E_INVALID, "INP-019", N_("Send one JSON object."));
    rc worst = OK;
    str name;
    const struct json *value;
    for (size_t i = 0; json_member(obj, i, &name, &value); i++)
        if (index_of(spec, name) < 0)
            worst = unknown(name, err);
    for (size_t i = 0; json_member(obj, i, &name, &value); i++) {
        int k = index_of(spec, name);
        if (k >= 0)
            COLLECT(worst, check_json(a, &spec->fields[k], value, &out->v[k], err));
    }
    COLLECT(worst, check_required(spec, out, err));
    return worst;
}

/* ---- access ---- */

const struct field_value *in_value(const struct input *in, const char *name)
{
    int i = in->spec ? index_of(in->spec, str_of(name)) : -1;
    if (i < 0) {
        fprintf(stderr, "input: the spec has no field \"%s\"\n", name);
        abort();
    }
    return &in->v[i];
}

bool in_given(const struct input *in, const char *name)
{
    return in_value(in, name)->given;
}

str in_text(const struct input *in, const char *name)
{
    str s = in_value(in, name)->text;
    return s.p ? s : STR_EMPTY;
}

int64_t in_int(const struct input *in, const char *name)
{
    return in_value(in, name)->i;
}

bool in_bool(const struct input *in, const char *name)
{
    return in_value(in, name)->i != 0;
}

const char *in_choice(const struct input *in, const char *name)
{
    const struct field_value *v = in_value(in, name);
    return v->given && !v->bad ? v->text.p : NULL;
}

size_t in_all(const struct input *in, const char *name, const str **out)
{
    const struct field_value *v = in_value(in, name);
    *out = v->n_all > 0 ? v->all : &v->text;
    return v->n_all > 0 ? v->n_all : v->given ? 1 : 0;
}

size_t in_list(const struct input *in, const char *name, const struct input **out)
{
    const struct field_value *v = in_value(in, name);
    *out = v->list;
    return v->n_list;
}
