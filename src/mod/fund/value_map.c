#include "mod/fund/value_map.h"

#include "base/csv.h"
#include "base/utf8.h"

/* In the order of enum sroi_column. */
#define NAMES_OF_ROW(n)                                                                                                \
    {"outcome_" #n,      "kind_" #n,        "starts_" #n,   "quantity_" #n, "proxy_" #n,       "deadweight_" #n,       \
     "displacement_" #n, "attribution_" #n, "drop_off_" #n, "duration_" #n, "stakeholder_" #n, "source_" #n},

static const char *const names[VALUE_ROWS_MAX][SROI_COLUMNS] = {VALUE_ROWS(NAMES_OF_ROW)};

const char *value_field(size_t row, size_t column)
{
    return names[row][column];
}

bool value_row_input(const struct value_row *r)
{
    return str_ieq(r->cell[SROI_COL_KIND], STR("input"));
}

bool value_row_blank(const struct value_row *r)
{
    for (size_t c = 0; c < SROI_COLUMNS; c++)
        if (c != SROI_COL_KIND && c != SROI_COL_STARTS && r->cell[c].n > 0)
            return false;
    return true;
}

void value_map_example(struct value_map *m)
{
    static const struct value_row rows[] = {
        {{STR_INIT("人事與場地"), STR_INIT("input"), STR_INIT(""), STR_INIT("1"), STR_INIT("1200000"), STR_INIT(""),
          STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT("決算書（示例）")}},
        {{STR_INIT("長者每週與人共餐，較少因孤單就醫"), STR_INIT("outcome"), STR_INIT("during"),
          STR_INIT("180..240..280"), STR_INIT("6000..9000..11000"), STR_INIT("20..30..40"), STR_INIT("0"),
          STR_INIT("10..20..30"), STR_INIT("25"), STR_INIT("3"), STR_INIT("獨居長者"),
          STR_INIT("每人每年門診費用（示例）")}},
        {{STR_INIT("家庭照顧者多出工作時間"), STR_INIT("outcome"), STR_INIT("after"), STR_INIT("60"),
          STR_INIT("18000..24000..30000"), STR_INIT("15"), STR_INIT("5"), STR_INIT("25"), STR_INIT("30"), STR_INIT("2"),
          STR_INIT("家庭照顧者"), STR_INIT("基本工資換算（示例）")}},
    };
    m->n = sizeof rows / sizeof rows[0];
    memcpy(m->rows, rows, sizeof rows);
}

/* ---- to CSV ---- */

static bool is_number(size_t column)
{
    return column >= SROI_COL_PARAM && column < SROI_COL_STAKEHOLDER;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Full-width digits and signs as half-width ones, thousands commas away. */
static str number_cell(struct arena *a, str typed)
{
    str s = utf8_fold(a, typed);
    char *p = s.p ? arena_alloc(a, s.n + 1) : NULL;
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++)
        if (s.p[i] != ',' || n == 0 || !is_digit(p[n - 1]) || i + 1 == s.n || !is_digit(s.p[i + 1]))
            p[n++] = s.p[i];
    return p ? str_trim(str_n(p, n)) : STR_EMPTY;
}

void value_map_csv(struct arena *a, const struct value_map *m, struct buf *out)
{
    bool first = true;
    for (size_t c = 0; c < SROI_COLUMNS; c++)
        csv_put(out, &first, sroi_columns[c].name);
    csv_eol(out, &first);
    for (size_t i = 0; i < m->n; i++) {
        const struct value_row *r = &m->rows[i];
        if (value_row_blank(r))
            continue;
        for (size_t c = 0; c < SROI_COLUMNS; c++)
            csv_put(out, &first, is_number(c) ? number_cell(a, r->cell[c]) : r->cell[c]);
        csv_eol(out, &first);
    }
}

/* ---- from a file ---- */

static rc of_file(struct err *err, const struct table_faults *faults)
{
    const struct table_fault *f = &faults->v[0];
    return err_field(err, "file", f->code, f->msgid, &f->value, 1);
}

static size_t most_chars(size_t column)
{
    return is_number(column) ? VALUE_NUMBER_MAX : column == SROI_COL_SOURCE ? VALUE_SOURCE_MAX : VALUE_NAME_MAX;
}

/* A form's cell is one line. */
static str one_line(struct arena *a, str cell)
{
    char *p = arena_alloc(a, cell.n + 1);
    if (!p)
        return STR_EMPTY;
    for (size_t i = 0; i < cell.n; i++)
        p[i] = cell.p[i] == '\n' || cell.p[i] == '\r' || cell.p[i] == '\t' ? ' ' : cell.p[i];
    return str_n(p, cell.n);
}

rc value_map_read(struct arena *a, str csv, struct value_map *m, struct err *err)
{
    struct table_faults *faults = ARENA_NEW(a, struct table_faults);
    struct table t = {
        .a = a, .file = "", .columns = sroi_columns, .n_columns = SROI_COLUMNS, .strict = true, .faults = faults};
    if (!faults)
        return arena_rc(a);
    rc r = table_read(&t, csv);
    if (r == E_INVALID && faults->total > 0)
        return of_file(err, faults);
    TRY(r);
    if (faults->total > 0)
        return of_file(err, faults);
    if (t.n > VALUE_ROWS_MAX)
        return ERR_FIELD(err, "file", "FND-711",
                         N_("This page takes at most 24 rows. The command “rise fund sroi” takes a thousand."));
    m->n = t.n;
    for (size_t i = 0; i < t.n; i++)
        for (size_t c = 0; c < SROI_COLUMNS; c++) {
            m->rows[i].cell[c] = one_line(a, sroi_cell(&t, i, c));
            if (utf8_count(m->rows[i].cell[c]) > most_chars(c))
                return ERR_FIELD(err, "file", "FND-711", N_("“{1}…” is too long for its cell."),
                                 utf8_cut(m->rows[i].cell[c], VALUE_NUMBER_MAX));
        }
    return arena_rc(a);
}

/* ---- through the engine ---- */

static size_t column_named(str name)
{
    size_t c = 0;
    while (c + 1 < SROI_COLUMNS && !str_eq(sroi_columns[c].name, name))
        c++;
    return c;
}

/* The n-th row that stands in the CSV, from 0. */
static size_t row_at(const struct value_map *m, size_t n)
{
    size_t i = 0;
    for (; i + 1 < m->n; i++)
        if (!value_row_blank(&m->rows[i]) && n-- == 0)
            break;
    return i;
}

static rc at_cells(const struct value_map *m, const struct table_faults *faults, struct err *err)
{
    for (size_t i = 0; i < faults->n; i++) {
        const struct table_fault *f = &faults->v[i];
        if (f->line < 2) /* the heading is ours */
            return E_INTERNAL;
        err_note_field(err, value_field(row_at(m, (size_t)f->line - 2), column_named(f->column)), f->code, f->msgid,
                       &f->value, 1);
    }
    return E_INVALID;
}

static rc read_rate(struct arena *a, str text, struct sroi_range *out, struct err *err)
{
    str cell = number_cell(a, text);
    if (cell.n > 1 && str_ends(cell, STR("%")))
        cell = str_trim(str_sub(cell, 0, cell.n - 1));
    if (sroi_range_parse(cell, 1, out) && out->low >= 0 && out->high <= 1000)
        return OK;
    return ERR_FIELD(err, "rate", "FND-303",
                     N_("Per cent between 0 and 100 with one decimal, or a range low..base..high."));
}

rc value_map_compute(struct arena *a, const struct value_map *m, struct value_result *out, struct err *err)
{
    struct table_faults *faults = ARENA_NEW(a, struct table_faults);
    BUF_SCOPED csv = BUF_INIT(VALUE_CSV_MAX);
    if (!faults)
        return arena_rc(a);
    *out = (struct value_result){0};
    value_map_csv(a, m, &csv);
    TRY(buf_rc(&csv));
    rc rate = read_rate(a, m->rate, &out->rate, err);
    rc rows = sroi_file_read(a, &(struct named_bytes){"", buf_str(&csv)}, &out->named, faults);
    if (faults->total > 0)
        return at_cells(m, faults, err);
    TRY(rows);
    TRY(rate);
    if (out->named.n == 0)
        return ERR(err, E_INVALID, "FND-710", N_("Fill in at least one outcome: what changes for whom."));
    sroi_spread(out->named.rows, out->named.n, &out->rate, VALUE_SPREAD);
    struct sroi_in in = {.rows = out->named.rows,
                         .n = out->named.n,
                         .inputs = out->named.inputs,
                         .rate = out->rate,
                         .convention = m->convention};
    return sroi_compute(a, &in, &out->out, err);
}
