/* PDF: a document that flows over A4 pages: headings, paragraphs, items, pairs and tables, with page numbers and
 * embedded Chinese fonts.
 *
 *     TRY(pdf_new(&(struct pdf_options){.lang = c->lang, .title = title, .made = tx_now(tx)}, &p));
 *     pdf_heading(p, 1, title); pdf_paragraph(p, text); …
 *     rc r = pdf_finish(p, &c->reply->body, &c->err); pdf_free(p);
 *
 * The same calls with the same options on the same fonts give the same bytes, so their hash can be shown. Blocks are
 * kept (copied) until pdf_finish lays them out; an append that fails is remembered and reported there. Ownership: the
 * caller frees the pdf. Threads: one thread at a time; several documents at once are fine. Errors: E_LIMIT (more than
 * PDF_BYTES_MAX of text, PDF_PAGES_MAX pages, or a table row taller than a page), E_NOMEM, E_INTERNAL (no usable font).
 */
#ifndef RISE_WEB_PDF_H
#define RISE_WEB_PDF_H

#include "base/buf.h"
#include "base/err.h"
#include "web/i18n.h"

enum { PDF_BYTES_MAX = 8 << 20, PDF_PAGES_MAX = 2000, PDF_COLUMNS_MAX = 12 };

struct pdf;

struct pdf_options {
    enum lang lang;
    str title;     /* in the document's properties and in the running head */
    str reference; /* a number shown at the foot of every page; "" none */
    instant made;  /* the document's date, not the clock's: determinism */
    bool demo;     /* mark every page as demonstration */
};

struct pdf_pair {
    str key;
    str value;
};
struct pdf_column {
    str heading;
    int weight;  /* share of the width, ≥ 1 */
    bool number; /* right-aligned */
};
struct pdf_table {
    const struct pdf_column *columns;
    size_t n_columns;
    const str *cells;
    size_t n_rows; /* n_rows × n_columns, row by row */
};

rc pdf_new(const struct pdf_options *options, struct pdf **out);
void pdf_free(struct pdf *p); /* NULL is allowed */

void pdf_heading(struct pdf *p, int level, str text); /* 1 the title, 2, 3 */
void pdf_paragraph(struct pdf *p, str text);          /* LF begins a new line */
void pdf_small(struct pdf *p, str text);              /* remarks, sources, hashes */
void pdf_item(struct pdf *p, str text);               /* a list item */
void pdf_pairs(struct pdf *p, const struct pdf_pair *pairs, size_t n);
void pdf_table(struct pdf *p, const struct pdf_table *t);
void pdf_space(struct pdf *p, int points);
void pdf_page(struct pdf *p); /* go on on a new page */

rc pdf_finish(struct pdf *p, struct buf *out, struct err *err); /* once; appends the bytes */

/* ---- looks: a document with one small page for each, to be shown in a form field or as a signature ---- */

enum { PDF_LOOKS_MAX = 500, PDF_INK_MAX = 20000 /* points of one look */ };

/* A line that was drawn by hand, in 1/100 point from the upper left corner. */
struct pdf_point {
    int32_t x, y;
};
struct pdf_stroke {
    const struct pdf_point *at;
    size_t n;
};
struct pdf_look {
    int32_t width, height;        /* of the page, in 1/100 point */
    str text;                     /* wrapped, and smaller than `size` if need be, until it fits; "" none */
    str below;                    /* small lines in the lower third, LF between them; "" none */
    int32_t size;                 /* of the text at most, in 1/100 point; 0: as large as fits, as a name in a stamp */
    const struct pdf_stroke *ink; /* in place of the text: made smaller or larger until it fits, in its proportions */
    size_t n_ink;
    bool frame; /* a thin line around it and a tint behind, as a stamp has */
};
/* Appends the document. `options`: .lang, .title and .made count. Errors: E_INVALID (PDF-002) a text that is too long
 * for its field even in the smallest print, {1} the text; E_INVALID (PDF-003) a character that no font has, {1};
 * E_LIMIT too many, or a side shorter than 6 points; those of pdf_finish(). */
rc pdf_looks(const struct pdf_options *options, const struct pdf_look *look, size_t n, struct buf *out,
             struct err *err);

#endif
