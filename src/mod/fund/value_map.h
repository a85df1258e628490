/* A value map as people type it: rows of cells, to and from the CSV of `rise fund sroi`, and through the engine. Pure.
 *
 * Cells are text as typed. In the CSV, numbers are folded to half-width digits without thousands commas; rows of which
 * nothing was filled in are left out. A cell that cannot be read is an error of the field value_field(row, column),
 * with the words of the file's reader: page and command line accept and refuse the same.
 *
 * Errors: FND-213, FND-214, FND-217 at a cell (review_table.h), FND-210 … FND-212 of a file, FND-301, FND-302 (sroi.h);
 *   FND-303 at "rate"   FND-710 E_INVALID no outcome yet   FND-711 E_LIMIT too many rows */
#ifndef RISE_MOD_FUND_VALUE_MAP_H
#define RISE_MOD_FUND_VALUE_MAP_H

#include "mod/fund/review_files.h"

enum {
    VALUE_ROWS_MAX = 24,
    VALUE_SPREAD = 100, /* 1/1000: the range of what has none, as the command's default */
    VALUE_NAME_MAX = 100,
    VALUE_SOURCE_MAX = 200,
    VALUE_NUMBER_MAX = 60,
    VALUE_CSV_MAX = 256 * 1024
};
/* X(n) for every row, for tables of literals. The formatter would move it at every run. */
/* clang-format off */
#define VALUE_ROWS(X)                                                                                                  \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)                                                     \
    X(13) X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24)
/* clang-format on */

struct value_row {
    str cell[SROI_COLUMNS]; /* by enum sroi_column; "" empty */
};
struct value_map {
    struct value_row rows[VALUE_ROWS_MAX];
    size_t n;
    str rate; /* per cent a year: "3.5" or "1.5..3.5..5.5" */
    enum sroi_convention convention;
};
struct value_result {
    struct sroi_named named; /* outcomes that count, with the ranges that were used */
    struct sroi_range rate;  /* permille */
    struct sroi_out out;
};

const char *value_field(size_t row, size_t column); /* "quantity_3" for row 2: a literal */
bool value_row_input(const struct value_row *r);    /* money put in, not an outcome */
bool value_row_blank(const struct value_row *r);
void value_map_example(struct value_map *m); /* invented; no rate */

void value_map_csv(struct arena *a, const struct value_map *m, struct buf *out);
/* Rows from a file, rate and convention left as they are. What cannot stand in a cell is an error of "file"; wrong
 * numbers are kept for the form, value_map_compute() names them. */
rc value_map_read(struct arena *a, str csv, struct value_map *m, struct err *err);
rc value_map_compute(struct arena *a, const struct value_map *m, struct value_result *out, struct err *err);

#endif
