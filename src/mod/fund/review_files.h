/* Files of the review verbs, brought into the arrays of the engines. Pure: bytes in, arrays in the arena out; wrong
 * cells are noted in `faults` (review_table.h) and the reader returns E_INVALID. */
#ifndef RISE_MOD_FUND_REVIEW_FILES_H
#define RISE_MOD_FUND_REVIEW_FILES_H

#include "mod/fund/engine/assign.h"
#include "mod/fund/engine/calibrate.h"
#include "mod/fund/engine/sroi.h"
#include "mod/fund/review_table.h"

struct named_bytes {
    const char *file; /* NULL: not given */
    str bytes;
};

/* reviewers: id[,min][,max]   proposals: id   conflicts, kept: reviewer,proposal   affinity: reviewer,proposal,affinity
 * Further columns are left aside. A pair without affinity has 0. Empty bounds: those of the command line. */
struct assign_files {
    struct named_bytes reviewers, proposals, conflicts, affinity, kept;
    int32_t k, min, max;
    enum assign_aim aim;
};
struct assign_named {
    struct assign_in in;
    const str *proposals, *reviewers; /* ids by position, in the order of the files */
};
rc assign_files_read(struct arena *a, const struct assign_files *f, struct assign_named *out,
                     struct table_faults *faults);

/* One score a row: reviewer, proposal, score (up to 3 decimals; empty: missing, counted). `columns` holds the three
 * names in that order. Proposals are put in the order of their ids: as numbers where both are, else as bytes. */
struct calib_named {
    struct calib_in in; /* pass and method are the caller's */
    const str *proposals, *reviewers;
    size_t missing;
};
rc calib_file_read(struct arena *a, const struct named_bytes *f, const str columns[3], struct calib_named *out,
                   struct table_faults *faults);

/* A value map, one outcome a row: outcome,quantity,proxy and optional duration (1), starts (during or after),
 * deadweight, displacement, attribution, drop_off (percent, one decimal; 0), kind (outcome, or input: then quantity (1)
 * * proxy is money put in), stakeholder and source (of the proxy) for readers. A cell is "base" or "low..base..high".
 * Other columns are refused: a misspelt one must not count as 0. The apostrophe that csv_put() writes before a minus
 * sign is understood. */
enum sroi_column {
    SROI_COL_OUTCOME,
    SROI_COL_KIND,
    SROI_COL_STARTS,
    SROI_COL_PARAM, /* of enum sroi_param, in its order */
    SROI_COL_STAKEHOLDER = SROI_COL_PARAM + SROI_ROW_PARAMS,
    SROI_COL_SOURCE,
    SROI_COLUMNS
};
extern const struct table_column sroi_columns[SROI_COLUMNS];
str sroi_cell(const struct table *t, size_t row, size_t column); /* without that apostrophe */
struct sroi_named {
    struct sroi_row *rows;
    const str *names;
    size_t n;
    struct sroi_range inputs;
};
rc sroi_file_read(struct arena *a, const struct named_bytes *f, struct sroi_named *out, struct table_faults *faults);
/* "35" or "20..35..50" in units of 10^-decimals. */
bool sroi_range_parse(str text, int decimals, struct sroi_range *out);

/* Why there is no assignment and what would help, in sentences, one a line. Ids by position. */
void assign_words(struct buf *out, enum lang lang, const struct assign_in *in, const struct assign_out *o,
                  const str *proposals, const str *reviewers);
const char *assign_reason_name(enum assign_reason r); /* "capacity" …, for programs */

#endif
