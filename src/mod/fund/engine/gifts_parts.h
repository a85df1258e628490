/* What the reader's files share; nobody else includes this. */
#ifndef RISE_MOD_FUND_GIFTS_PARTS_H
#define RISE_MOD_FUND_GIFTS_PARTS_H

#include "base/csv.h"
#include "base/map.h"
#include "base/vec.h"
#include "mod/fund/engine/gifts_read.h"

enum gift_field { FIELD_PROJECT, FIELD_DONOR, FIELD_AMOUNT, FIELD_KIND, FIELD_CURRENCY, FIELDS };

/* Rows on their way to the columns. */
struct gift_batch {
    size_t n;
    uint32_t project[256], donor[256];
    int64_t amount[256];
};

/* Names and their indexes, in order of first appearance. The map is heap memory, freed with the arena. */
struct gift_names {
    struct map map;
    VEC(str) name;
    uint32_t last; /* index + 1 of the name asked for last: exports often repeat it */
};

struct gifts_reader {
    struct arena *a;
    struct gifts_options o;
    enum { UNDECIDED, CSV_TEXT, JSON_TEXT } form;
    struct buf head; /* what came before the form was known */
    struct csv *csv;
    struct gifts_json *json;
    int column[FIELDS]; /* of CSV; -1: there is none */
    size_t n_columns;
    struct gift_names projects, donors;
    struct buf project, donor, amount; /* columns: they grow by remapping, without copies */
    struct gift_batch batch;
    VEC(uint8_t) kind; /* by donor */
    VEC(struct gift_row) listed;
    struct gifts out;
    struct err *err; /* of the call in progress */
};

/* The names that a field is looked for under, when the map does not say; the first is the field's own. */
extern const char *const gift_field_names[FIELDS][4];
str gift_field_mapped(const struct gifts_reader *r, enum gift_field f);

/* One row: its fields' text, p == NULL where there is none. */
rc gifts_row(struct gifts_reader *r, int64_t row, int64_t line, const str field[FIELDS]);
rc gifts_fault(struct gifts_reader *r, int64_t row, int64_t line, enum gift_fault fault, str value);
rc gifts_no_memory(struct gifts_reader *r);

rc gifts_csv_begin(struct gifts_reader *r);
rc gifts_json_begin(struct gifts_reader *r);
rc gifts_json_feed(struct gifts_reader *r, str bytes);
rc gifts_json_end(struct gifts_reader *r);

#endif
