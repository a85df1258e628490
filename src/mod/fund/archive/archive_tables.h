/* Private to the archive: its tables and its manifest, each with its text and the way back. Reading is strict: the
 * exact heading, the exact number of columns, numbers in their one decimal form within their bounds. */
#ifndef RISE_MOD_FUND_ARCHIVE_TABLES_H
#define RISE_MOD_FUND_ARCHIVE_TABLES_H

#include "base/zip.h"
#include "mod/fund/archive/archive.h"
#include "mod/fund/engine/tally.h"
#include "mod/fund/gift.h"
#include "mod/fund/score_table.h"

enum { ARCHIVE_PANELS = 3, ARCHIVE_IMPORTS_MOST = 2000, ARCHIVE_PROPOSALS_MOST = 100000 };

const char *archive_stage_word(enum fund_stage s); /* as proposals.csv has it */
const char *archive_stage_name(enum fund_stage s); /* "first", "second", "awards" */
str archive_name(struct arena *a, const char *what, enum fund_stage s, const char *end); /* "reviews-first.csv" */

struct archive_file {
    str name;
    struct sha256 hash;
    int64_t bytes;
};
struct archive_manifest {
    str code, name_zh, name_en, vkey;
    instant gifts_open, gifts_close;
    int64_t places; /* of the tally */
    struct fund_awards awards;
    struct archive_file *files; /* all but the manifest, in their order */
    size_t n_files;
};
void archive_manifest_put(const struct archive_manifest *m, struct buf *out);
/* Only the text that archive_manifest_put() makes of it is read. E_INVALID. */
rc archive_manifest_read(str text, struct archive_manifest *out, struct arena *a);

struct archive_proposal {
    int64_t number;
    str title, title_en, field;
    uint32_t sdgs;
    bool accepted; /* else it was withdrawn or refused after a decision */
    enum fund_stage stage;
    int64_t award;
};
struct archive_panel {
    enum fund_stage stage;
    int64_t score_max, per_proposal, places;
    int32_t weights[FUND_CRITERIA];
    bool calibrated; /* the order that the decision started from */
};
struct archive_import {
    int64_t number, rows;
    str platform, root;
};
/* The reason of gifts that count, but not in the tally: their proposal was withdrawn while they were counted. */
#define ARCHIVE_WITHDRAWN "project-withdrawn"
struct archive_gift {
    uint32_t import; /* position in the list of imports */
    uint32_t donor;  /* from 1 where it counts */
    int64_t row;
    struct sha256 leaf;
    const char *reason; /* of fund_reasons or ARCHIVE_WITHDRAWN, static; NULL: it counts */
    int64_t project, amount;
    bool organisation, appeal;
};

/* Donors of one method are linked across projects, of another not (README.md, "Archive"). */
bool archive_links_donors(enum tally_method m);

void archive_proposals_put(const struct archive_proposal *v, size_t n, struct buf *out);
void archive_panels_put(const struct archive_panel *v, size_t n, struct buf *out);
void archive_imports_put(const struct archive_import *v, size_t n, struct buf *out);
void archive_gift_heading(struct buf *out);
void archive_gift_put(const struct archive_gift *g, int64_t import, struct buf *out);

/* E_INVALID: *line tells where. E_LIMIT: too many rows, or the arena is full. */
rc archive_proposals_read(str text, struct archive_proposal **v, size_t *n, int64_t *line, struct arena *a);
rc archive_panels_read(str text, struct archive_panel **v, size_t *n, int64_t *line, struct arena *a);
rc archive_imports_read(str text, struct archive_import **v, size_t *n, int64_t *line, struct arena *a);
rc archive_reviews_read(str text, struct fund_review_line **v, size_t *n, int64_t *line, struct arena *a);
rc archive_decided_read(str text, enum fund_stage stage, struct fund_decided_line **v, size_t *n, int64_t *line,
                        struct arena *a);
rc archive_gifts_read(str text, const struct archive_import *imports, size_t n_imports, struct archive_gift **v,
                      size_t *n, int64_t *line, struct arena *a);

#endif
