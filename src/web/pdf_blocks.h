/* Private to pdf.c and pdf_draw.c: the blocks of a document between the calls and the layout. */
#ifndef RISE_WEB_PDF_BLOCKS_H
#define RISE_WEB_PDF_BLOCKS_H

#include "base/vec.h"
#include "web/pdf.h"

enum pdf_kind { PDF_HEADING, PDF_PARAGRAPH, PDF_SMALL, PDF_ITEM, PDF_PAIRS, PDF_TABLE, PDF_SPACE, PDF_PAGE };

struct pdf_block {
    enum pdf_kind kind;
    int level; /* PDF_HEADING; PDF_SPACE: points */
    str text;
    const struct pdf_pair *pairs; /* PDF_PAIRS */
    size_t n;
    struct pdf_table table; /* PDF_TABLE */
};

struct pdf {
    struct arena *arena;
    struct pdf_options options;
    VEC(struct pdf_block) blocks;
    rc error; /* sticky */
};

/* Lays out and writes. `pages` 0: count only (nothing is written to `out`); else the number for "page n of pages". */
rc pdf_draw(const struct pdf *p, int pages, int *pages_used, struct buf *out);

#endif
