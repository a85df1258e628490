#include "mod/fund/review_table.h"

#include "base/csv.h"
#include "base/json.h"
#include "base/utf8.h"

enum { VALUE_MAX = 60, JSON_BYTES_MAX = 256 << 20 };

/* ---- faults ---- */

static void note(struct table *t, int64_t line, str column, const char *code, const char *msgid, str value)
{
    struct table_faults *f = t->faults;
    f->total++;
    if (f->n < TABLE_FAULTS_MAX) {
        str kept = arena_str(t->a, utf8_cut(value, VALUE_MAX));
        f->v[f->n++] = (struct table_fault){t->file, line, column, code, msgid, kept.p ? kept : STR_EMPTY};
    }
}

bool table_fault(struct table *t, size_t row, size_t column, const char *code, const char *msgid)
{
    bool whole = row == SIZE_MAX;
    note(t, whole ? 0 : t->lines.v[row], t->columns[column].name, code, msgid,
         whole ? t->columns[column].name : table_cell(t, row, column));
    return false;
}

void table_print_faults(struct buf *out, enum lang lang, const struct table_faults *f)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct table_fault *x = &f->v[i];
        buf_put(out, str_of(x->file));
        if (x->line > 0)
            buf_printf(out, ":%lld", (long long)x->line);
        if (x->column.n > 0)
            buf_printf(out, ": %.*s", STR_ARG(x->column));
        buf_put(out, STR(": "));
        tr_f(out, lang, x->msgid, &x->value, 1);
        buf_printf(out, " [%s]\n", x->code);
    }
    if (f->total > (int64_t)f->n)
        buf_printf(out, "… %lld\n", (long long)f->total);
}

/* ---- rows, whatever they are read from ---- */

str table_cell(const struct table *t, size_t row, size_t column)
{
    return t->cells.v[row * t->n_columns + column];
}

static size_t column_of(const struct table *t, str name)
{
    for (size_t c = 0; c < t->n_columns; c++)
        if (str_ieq(t->columns[c].name, name))
            return c;
    return SIZE_MAX;
}

/* A new row of empty cells. */
static rc add_row(struct table *t, int64_t line)
{
    if (t->n >= TABLE_ROWS_MAX)
        return E_LIMIT;
    int64_t *l = VEC_ADD(&t->lines, t->a);
    if (!l)
        return arena_rc(t->a);
    *l = line;
    for (size_t c = 0; c < t->n_columns; c++) {
        str *cell = VEC_ADD(&t->cells, t->a);
        if (!cell)
            return arena_rc(t->a);
        *cell = STR_EMPTY;
    }
    t->n++;
    return OK;
}

static rc set_cell(struct table *t, size_t column, str text)
{
    str trimmed = str_trim(text), *cell = &t->cells.v[(t->n - 1) * t->n_columns + column];
    if (!utf8_valid(trimmed) || utf8_has_control(trimmed)) {
        note(t, t->lines.v[t->n - 1], t->columns[column].name, "FND-217",
             N_("There are characters in it that cannot be stored."), STR_EMPTY);
        return OK;
    }
    *cell = arena_str(t->a, trimmed);
    return cell->p ? OK : arena_rc(t->a);
}

static void check_columns(struct table *t)
{
    for (size_t c = 0; c < t->n_columns; c++)
        if (t->columns[c].required && !t->has[c])
            (void)table_fault(t, SIZE_MAX, c, "FND-210", N_("The file has no column {1}."));
}

static void unknown_column(struct table *t, int64_t line, str name)
{
    if (t->strict && name.n > 0)
        note(t, line, STR_EMPTY, "FND-211", N_("The column {1} is not known."), name);
}

/* ---- CSV ---- */

struct csv_reader {
    struct table *t;
    size_t column[256]; /* of each field, SIZE_MAX: none; as many as csv_limits allows */
    size_t width;
};

static rc on_heading(struct csv_reader *r, int64_t line, const str *fields, size_t n)
{
    struct table *t = r->t;
    r->width = n;
    for (size_t i = 0; i < n; i++) {
        str name = str_trim(fields[i]);
        size_t c = column_of(t, name);
        r->column[i] = c;
        if (c == SIZE_MAX)
            unknown_column(t, line, name);
        else if (t->has[c])
            note(t, line, t->columns[c].name, "FND-215", N_("{1} occurs twice."), name);
        else
            t->has[c] = true;
    }
    check_columns(t);
    return t->faults->total > 0 ? E_INVALID : OK;
}

static rc on_row(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct csv_reader *r = arg;
    if (row == 1)
        return on_heading(r, line, fields, n);
    TRY(add_row(r->t, line));
    for (size_t i = 0; i < n && i < r->width; i++)
        if (r->column[i] != SIZE_MAX)
            TRY(set_cell(r->t, r->column[i], fields[i]));
    return OK;
}

static rc read_csv(struct table *t, str bytes)
{
    struct csv_reader r = {.t = t};
    struct err err = {0};
    struct csv *csv = csv_new(NULL, on_row, &r);
    if (!csv)
        return E_NOMEM;
    rc code = csv_feed(csv, bytes, &err);
    if (code == OK)
        code = csv_end(csv, &err);
    csv_free(csv);
    if (err.main.msgid) /* the CSV itself is broken: its own words name the line */
        note(t, 0, STR_EMPTY, err.main.code, err.main.msgid, err.main.n_args > 0 ? err.main.arg[0] : STR_EMPTY);
    if (code == OK && r.width == 0)
        check_columns(t);
    return code;
}

/* ---- JSON ---- */

static bool scalar_text(struct arena *a, const struct json *j, str *out)
{
    *out = STR_EMPTY;
    switch (json_type(j)) {
    case JSON_STRING_:
        *out = json_str(j);
        return true;
    case JSON_INT:
        *out = arena_printf(a, "%lld", (long long)json_int(j, 0));
        return out->p != NULL;
    case JSON_REAL_:
        *out = arena_printf(a, "%.15g", json_number(j, 0));
        return out->p != NULL;
    case JSON_NULL_:
        return true;
    case JSON_BOOL:
    case JSON_ARRAY_:
    case JSON_OBJECT_:
        return false;
    }
    return false;
}

static rc read_object(struct table *t, const struct json *o, int64_t number)
{
    str key;
    const struct json *value;
    TRY(add_row(t, number));
    for (size_t i = 0; json_member(o, i, &key, &value); i++) {
        size_t c = column_of(t, key);
        str text;
        if (c == SIZE_MAX) {
            unknown_column(t, number, key);
            continue;
        }
        t->has[c] = true;
        if (scalar_text(t->a, value, &text))
            TRY(set_cell(t, c, text));
        else
            note(t, number, key, "FND-212", N_("A text or a number is expected."), STR_EMPTY);
    }
    return OK;
}

static rc read_json(struct table *t, str bytes)
{
    struct err err = {0};
    const struct json *doc;
    rc code = json_parse(t->a, bytes, JSON_BYTES_MAX, &doc, &err);
    if (code != OK) {
        BUF_SCOPED words = BUF_INIT(1024);
        if (err.main.msgid)
            err_format(&words, err.main.msgid, &err.main);
        note(t, 0, STR_EMPTY, err.main.code ? err.main.code : "FND-212", N_("This is not JSON: {1}"), buf_str(&words));
        return code;
    }
    bool array = json_type(doc) == JSON_ARRAY_;
    for (size_t i = 0; array && i < json_count(doc); i++) {
        const struct json *o = json_at(doc, i);
        array = json_type(o) == JSON_OBJECT_;
        if (array)
            TRY(read_object(t, o, (int64_t)i + 1));
    }
    if (!array)
        note(t, 0, STR_EMPTY, "FND-212", N_("A JSON file must be an array of objects, one a row."), STR_EMPTY);
    else if (t->n > 0)
        check_columns(t);
    return OK;
}

rc table_read(struct table *t, str bytes)
{
    int64_t before = t->faults->total;
    if (t->n_columns > TABLE_COLUMNS_MAX)
        return E_INTERNAL;
    str start = str_trim(str_starts(bytes, STR("\xef\xbb\xbf")) ? str_sub(bytes, 3, bytes.n) : bytes);
    bool json = str_starts(start, STR("[")) || str_starts(start, STR("{"));
    rc code = json ? read_json(t, start) : read_csv(t, bytes);
    if (code == E_LIMIT && arena_rc(t->a) == OK && t->faults->total == before)
        note(t, 0, STR_EMPTY, "FND-219", N_("There are too many rows."), STR_EMPTY);
    return code == OK && t->faults->total > before ? E_INVALID : code;
}

/* ---- numbers ---- */

bool fixed_parse(str text, int decimals, int64_t *out)
{
    str rest = text, whole = str_cut(&rest, '.');
    bool minus = str_starts(whole, STR("-"));
    if (minus)
        whole = str_sub(whole, 1, whole.n);
    if (whole.n == 0 || (rest.p && (rest.n == 0 || rest.n > (size_t)decimals)))
        return false;
    char digits[40];
    size_t n = 0;
    for (size_t i = 0; i < whole.n + (size_t)decimals; i++) {
        size_t behind = i - whole.n; /* meaningful from whole.n on */
        char c = i < whole.n ? whole.p[i] : rest.p && behind < rest.n ? rest.p[behind] : '0';
        if (c < '0' || c > '9' || n == sizeof digits)
            return false;
        digits[n++] = c;
    }
    int64_t v;
    if (str_to_i64(str_n(digits, n), &v) != OK)
        return false;
    *out = minus ? -v : v;
    return true;
}

bool table_fixed(struct table *t, size_t row, size_t column, int decimals, int64_t low, int64_t high, int64_t *out)
{
    int64_t v;
    if (!fixed_parse(table_cell(t, row, column), decimals, &v) || v < low || v > high)
        return table_fault(t, row, column, "FND-213", N_("“{1}” is not a number within its bounds."));
    *out = v;
    return true;
}
