/* Small tables (reviewers, proposals, scores, value maps) from CSV with a heading, or from a JSON array of objects with
 * the same names; which of the two is told by the first byte. Cells are UTF-8, trimmed. Everything lives in the arena.
 * Wrong cells are noted with file, line and column, as many as TABLE_FAULTS_MAX, and reading goes on, so that all of
 * them can be mended at once. In JSON the "line" is the number of the object.
 *
 * Codes: FND-210 a column is missing   FND-211 a column nobody knows   FND-212 neither CSV nor JSON   FND-213 not a
 * number within its bounds   FND-214 an empty cell   FND-215 the same twice   FND-216 no such reviewer or proposal
 * FND-217 characters that cannot be stored   FND-218 (total) a file has wrong rows   FND-219 too many rows */
#ifndef RISE_MOD_FUND_REVIEW_TABLE_H
#define RISE_MOD_FUND_REVIEW_TABLE_H

#include "base/vec.h"
#include "web/i18n.h"

enum { TABLE_FAULTS_MAX = 100, TABLE_COLUMNS_MAX = 32, TABLE_ROWS_MAX = 4000000 };

struct table_fault {
    const char *file;
    int64_t line; /* 0: the whole file */
    str column;
    const char *code, *msgid;
    str value; /* {1} */
};

struct table_faults {
    struct table_fault v[TABLE_FAULTS_MAX];
    size_t n;
    int64_t total;
};

struct table_column {
    str name;
    bool required;
};

struct table {
    struct arena *a;
    const char *file; /* for messages */
    const struct table_column *columns;
    size_t n_columns;
    bool strict; /* a column that is not in `columns` is a fault, not ignored */
    struct table_faults *faults;
    bool has[TABLE_COLUMNS_MAX]; /* the file has this column */
    VEC(str) cells;              /* n * n_columns; "" when absent */
    VEC(int64_t) lines;
    size_t n; /* rows */
};

/* Fills the table; a, file, columns, strict and faults are set by the caller. E_INVALID: see faults. */
rc table_read(struct table *t, str bytes);
str table_cell(const struct table *t, size_t row, size_t column);
/* Notes a fault and returns false, for `if (bad) return table_fault(…)`. SIZE_MAX as row: the whole file. */
bool table_fault(struct table *t, size_t row, size_t column, const char *code, const char *msgid);
/* A decimal number as thousandths-like fixed point: `decimals` digits behind the point, no more may be written. False:
 * noted. "12", "-0.5"; no exponent, no thousands separators, nothing that a spreadsheet would guess. */
bool table_fixed(struct table *t, size_t row, size_t column, int decimals, int64_t low, int64_t high, int64_t *out);
bool fixed_parse(str text, int decimals, int64_t *out);
/* The faults as lines "file:line: column: words [code]". */
void table_print_faults(struct buf *out, enum lang lang, const struct table_faults *f);

#endif
