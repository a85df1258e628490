#include "core/import.h"

#include "base/csv.h"
#include "base/utf8.h"

enum { VALUE_MAX = 80, CHUNK = 1 << 20 };

str row_field(const struct row_reader *rr, int col)
{
    size_t i = rr->at[col];
    return i < rr->n ? str_trim(rr->fields[i]) : STR_EMPTY;
}

bool row_has(const struct row_reader *rr, int col)
{
    return rr->at[col] != SIZE_MAX;
}

bool row_is_bad(const struct row_reader *rr)
{
    return rr->bad;
}

void row_error(struct row_reader *rr, int col, const char *code, const char *msgid, str value)
{
    struct import_report *out = rr->out;
    if (!rr->bad)
        out->bad++;
    rr->bad = true;
    if (out->n_errors >= IMPORT_ERRORS_MAX)
        return;
    if (!out->errors)
        out->errors = ARENA_ARRAY(rr->a, IMPORT_ERRORS_MAX, struct import_error);
    if (!out->errors)
        return; /* the arena is full: the count above still refuses the file */
    out->errors[out->n_errors++] = (struct import_error){.row = rr->row,
                                                         .line = rr->line,
                                                         .column = col >= 0 && rr->title[col] ? rr->title[col] : "",
                                                         .code = code,
                                                         .msgid = msgid,
                                                         .value = arena_str(rr->a, utf8_cut(value, VALUE_MAX))};
}

static rc read_headings(struct row_reader *rr)
{
    for (int c = 0; c < ROW_COLS_MAX; c++)
        rr->at[c] = SIZE_MAX;
    for (size_t f = 0; f < rr->n; f++)
        for (size_t h = 0; h < rr->n_headings; h++) {
            int c = rr->headings[h].col;
            if (rr->at[c] == SIZE_MAX && str_ieq(str_trim(rr->fields[f]), str_of(rr->headings[h].text))) {
                rr->at[c] = f;
                rr->title[c] = rr->headings[h].text;
            }
        }
    rr->width = rr->n;
    for (size_t h = rr->n_headings; h-- > 0;) { /* the first text of a column is the one to name */
        int c = rr->headings[h].col;
        if (rr->at[c] == SIZE_MAX)
            rr->title[c] = rr->headings[h].text;
    }
    for (int c = 0; c < ROW_COLS_MAX; c++)
        if ((rr->required >> c & 1) && rr->at[c] == SIZE_MAX)
            row_error(rr, c, "IMP-002", N_("The file has no column {1}."), str_of(rr->title[c]));
    return rr->out->bad ? E_INVALID : OK;
}

static rc on_row(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct row_reader *rr = arg;
    rr->fields = fields;
    rr->n = n;
    rr->row = row;
    rr->line = line;
    rr->bad = false;
    if (row == 1)
        return read_headings(rr);
    if (n == 1 && str_trim(fields[0]).n == 0)
        return OK; /* an empty line */
    rr->out->rows++;
    for (size_t i = 0; i < n; i++)
        if (!utf8_valid(fields[i]) || utf8_has_control(fields[i])) {
            row_error(rr, -1, "ACT-004", N_("There are characters in it that cannot be stored."), STR_EMPTY);
            return OK;
        }
    return rr->fn(rr->arg);
}

/* The end of the last whole line within the first `max` bytes; a Big5 trail byte is never a line feed. */
static size_t chunk_end(str s, size_t max)
{
    if (s.n <= max)
        return s.n;
    for (size_t i = max; i > 0; i--)
        if (s.p[i - 1] == '\n')
            return i;
    return s.n;
}

static rc feed_big5(struct row_reader *rr, struct csv *csv, str bytes, struct err *err)
{
    while (bytes.n > 0) {
        size_t n = chunk_end(bytes, CHUNK);
        BUF_SCOPED text = BUF_INIT(SIZE_MAX / 4);
        if (big5_to_utf8(&text, str_sub(bytes, 0, n)) != OK) {
            row_error(rr, -1, "IMP-003", N_("The file is neither UTF-8 nor Big5."), STR_EMPTY);
            return E_INVALID;
        }
        TRY(csv_feed(csv, buf_str(&text), err));
        bytes = str_sub(bytes, n, bytes.n);
    }
    return OK;
}

static rc feed(struct row_reader *rr, struct csv *csv, str bytes, struct err *err)
{
    bool utf8 = utf8_valid(bytes);
    rr->out->encoding = utf8 ? "UTF-8" : "Big5";
    TRY(utf8 ? csv_feed(csv, bytes, err) : feed_big5(rr, csv, bytes, err));
    return csv_end(csv, err);
}

rc rows_read(struct row_reader *rr, const struct act *x, str bytes, const struct heading *headings, size_t n,
             uint32_t required, rc (*fn)(void *arg), void *arg, struct import_report *out)
{
    *out = (struct import_report){0};
    rr->x = x;
    rr->a = x->a;
    rr->out = out;
    rr->headings = headings;
    rr->n_headings = n;
    rr->required = required;
    rr->fn = fn;
    rr->arg = arg;
    struct csv *csv = csv_new(NULL, on_row, rr);
    if (!csv)
        return E_NOMEM;
    struct err syntax = {0};
    rc r = feed(rr, csv, bytes, &syntax);
    csv_free(csv);
    if (r == E_INVALID && out->bad == 0) { /* the CSV itself is broken: its own words name the line */
        rr->bad = false;
        row_error(rr, -1, syntax.main.code ? syntax.main.code : "IMP-003",
                  syntax.main.msgid ? syntax.main.msgid : N_("The file is not a CSV file."),
                  syntax.main.n_args > 0 ? syntax.main.arg[0] : STR_EMPTY);
    }
    if (r != OK && r != E_INVALID)
        return r;
    if (out->bad > 0)
        return ERR(tx_err(x->tx), E_INVALID, "IMP-001", N_("{1} rows are wrong. Nothing was imported."),
                   number_text(x->a, out->bad));
    if (rr->row == 0)
        return ERR(tx_err(x->tx), E_INVALID, "IMP-002", N_("The file is empty."));
    return OK;
}

str import_error_text(const struct ctx *c, const struct import_error *e)
{
    BUF_SCOPED text = BUF_INIT(4096);
    tr_f(&text, c->lang, e->msgid, &e->value, 1);
    return arena_str(c->arena, buf_str(&text));
}
