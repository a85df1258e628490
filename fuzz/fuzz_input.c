/* Bytes as a JSON document or (when they are none) as a form, against a spec with every type: what is not refused keeps
 * its promises, and what is refused says why. */
#include "base/utf8.h"
#include "fuzz.h"
#include "http/input.h"

static const struct choice options[] = {{"a", "A"}, {"b", "B"}, {"c", "C"}, {NULL, NULL}};

INPUT(part, {.name = "t", .type = F_TEXT, .required = true, .max = 20, .label = "T"},
      {.name = "f", .type = F_FILE, .max = 100, .label = "F"});
INPUT(spec, {.name = "t", .type = F_TEXT, .max = 20, .label = "T"}, {.name = "l", .type = F_LINES, .label = "L"},
      {.name = "i", .type = F_INT, .min = -5, .max = 1000000, .label = "I"},
      {.name = "m", .type = F_MONEY, .label = "M"}, {.name = "b", .type = F_BOOL, .label = "B"},
      {.name = "d", .type = F_DAY, .label = "D"}, {.name = "r", .type = F_ID, .label = "R"},
      {.name = "e", .type = F_EMAIL, .label = "E"}, {.name = "c", .type = F_CHOICE, .choices = options, .label = "C"},
      {.name = "s", .type = F_CHOICES, .choices = options, .label = "S"}, {.name = "u", .type = F_UBN, .label = "U"},
      {.name = "f", .type = F_FILE, .label = "F"},
      {.name = "z", .type = F_LIST, .max = 3, .items = &part, .label = "Z"});

static void check_field(const struct field *f, const struct field_value *v)
{
    int64_t lo, hi;
    field_bounds(f, &lo, &hi);
    if (!v->given)
        return;
    if (v->text.p)
        HOLDS(utf8_valid(v->text) && !utf8_has_control(v->text));
    if (f->type == F_TEXT || f->type == F_LINES)
        HOLDS((int64_t)utf8_count(v->text) <= hi && v->text.n > 0);
    if (f->type == F_INT || f->type == F_MONEY || f->type == F_DAY)
        HOLDS(v->i >= lo && v->i <= hi);
    if (f->type == F_BOOL)
        HOLDS(v->i == 0 || v->i == 1);
    if (f->type == F_CHOICE)
        HOLDS(v->i >= 0 && v->i < 3);
    if (f->type == F_CHOICES)
        HOLDS(v->i > 0 && v->i < 8);
    if (f->type == F_UBN)
        HOLDS(v->text.n == 8);
    if (f->type == F_FILE)
        HOLDS(v->file.bytes.n > 0 && (int64_t)v->file.bytes.n <= hi);
    if (f->type == F_LIST)
        HOLDS(v->n_list > 0 && v->n_list <= 3);
    for (size_t i = 0; i < v->n_list; i++)
        for (size_t k = 0; k < part.n; k++)
            check_field(&part.fields[k], &v->list[i].v[k]);
}

/* "z[2].t" is a mistake in z. */
static bool is_marked(const struct input *in, const char *field)
{
    for (size_t i = 0; i < spec.n; i++) {
        size_t n = strlen(spec.fields[i].name);
        if (strncmp(field, spec.fields[i].name, n) == 0 && (field[n] == 0 || field[n] == '['))
            return in->v[i].bad;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(16 << 20);
    HOLDS(a);
    str text = str_n(data, size);
    struct input in;
    struct err err = {0};
    const struct json *j;
    struct pair *pairs;
    size_t n;
    rc code = E_INVALID;
    bool parsed = true;
    if (json_parse(a, text, 1 << 16, &j, NULL) == OK)
        code = input_from_json(a, &spec, j, &in, &err);
    else if (form_parse(a, text, 200, &pairs, &n, NULL) == OK)
        code = input_from_pairs(a, &spec, pairs, n, &in, &err);
    else
        parsed = false;
    if (parsed) {
        HOLDS((err.code != OK) == (code != OK));
        for (size_t i = 0; i < spec.n && code == OK; i++)
            check_field(&spec.fields[i], &in.v[i]);
        for (int i = 0; i < err.n_fields; i++)
            HOLDS(err.fields[i].msgid && err.fields[i].code && is_marked(&in, err.fields[i].field));
    }
    arena_free(a);
    return 0;
}
