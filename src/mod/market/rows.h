/* Reading an uploaded CSV row by row: headings by name, encoding found out, every wrong cell reported with its place.
 * The whole file is checked before anything is written, so nothing is ever half imported. Rows that were read live in
 * the caller's arena. */
#ifndef RISE_MOD_MARKET_ROWS_H
#define RISE_MOD_MARKET_ROWS_H

#include "mod/market/parts.h"

enum { ROW_COLS_MAX = 32 };

struct heading {
    int col;          /* the reader's own number, below ROW_COLS_MAX */
    const char *text; /* as it stands in the file; several texts may lead to one column */
};

struct row_reader {
    const struct mkt_act *x;
    struct arena *a;
    struct mkt_import *out;
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

/* Calls fn(arg) for every record. E_INVALID MKT-030 when any cell was reported or a required column is missing. */
rc rows_read(struct row_reader *rr, const struct mkt_act *x, str bytes, const struct heading *headings, size_t n,
             uint32_t required, rc (*fn)(void *arg), void *arg, struct mkt_import *out);
str row_field(const struct row_reader *rr, int col); /* trimmed; "" when absent */
bool row_has(const struct row_reader *rr, int col);  /* the file has this column */
void row_error(struct row_reader *rr, int col, const char *code, const char *msgid, str value);
bool row_is_bad(const struct row_reader *rr); /* this row had an error */

#endif
