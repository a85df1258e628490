/* Reading an uploaded CSV row by row: headings by name, encoding found out, every wrong cell reported with its place.
 * The whole file is checked before anything is written, so nothing is ever half imported. Rows that were read live in
 * the caller's arena.
 *
 * Codes: IMP-001 E_INVALID rows are wrong, nothing was imported   IMP-002 a column is missing, or the file is empty
 *        IMP-003 not a CSV file in UTF-8 or Big5   ACT-004 characters that cannot be stored */
#ifndef RISE_CORE_IMPORT_H
#define RISE_CORE_IMPORT_H

#include "core/act.h"

enum { ROW_COLS_MAX = 32 };

struct import_error {
    int64_t row, line;  /* from 1; the heading is row 1 */
    const char *column; /* heading or "" */
    const char *code, *msgid;
    str value; /* what stood there ({1}), cut */
};
enum { IMPORT_ERRORS_MAX = 200 };
struct import_report {
    struct import_error *errors;
    size_t n_errors; /* kept: at most IMPORT_ERRORS_MAX */
    int64_t bad, rows, added, changed, skipped;
    const char *encoding; /* "UTF-8", "Big5" */
};

struct heading {
    int col;          /* the reader's own number, below ROW_COLS_MAX */
    const char *text; /* as it stands in the file; several texts may lead to one column */
};

struct row_reader {
    const struct act *x;
    struct arena *a;
    struct import_report *out;
    const struct heading *headings;
    size_t n_headings;
    uint32_t required; /* bit per column that the file must have */
    rc (*fn)(void *arg);
    void *arg;
    size_t at[ROW_COLS_MAX];         /* field of each column, SIZE_MAX: the file does not have it */
    const char *title[ROW_COLS_MAX]; /* the heading that matched */
    size_t width;
    const str *fields;
    size_t n;
    int64_t row, line;
    bool bad;
};

/* Calls fn(arg) for every record. E_INVALID IMP-001 when any cell was reported or a required column is missing. */
rc rows_read(struct row_reader *rr, const struct act *x, str bytes, const struct heading *headings, size_t n,
             uint32_t required, rc (*fn)(void *arg), void *arg, struct import_report *out);
str row_field(const struct row_reader *rr, int col); /* trimmed; "" when absent */
bool row_has(const struct row_reader *rr, int col);  /* the file has this column */
void row_error(struct row_reader *rr, int col, const char *code, const char *msgid, str value);
bool row_is_bad(const struct row_reader *rr); /* this row had an error */

/* For pages; {{call import_result(&report)}} of "core/import.view.h" shows what was done, or every wrong row. */
str import_error_text(const struct ctx *c, const struct import_error *e);

#endif
