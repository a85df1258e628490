/* How a page is seen, and where on it something is put (ISO 32000-2, 7.7.3.3 and 14.11.2).
 *
 * People place things on what they see: the visible box, turned by /Rotate, measured from its upper left corner. A PDF
 * measures from wherever its MediaBox begins, to the right and upwards, before it is turned. Lengths are 1/100 of the
 * page's unit, which is a point unless /UserUnit says otherwise. Errors, besides those of pdf_tree.h: SIG-119 E_INVALID
 * a page without a usable size ({1})     SIG-120 E_INVALID not on the page, or without extent ({1} the page) */
#ifndef RISE_SIGN_PDF_PAGE_H
#define RISE_SIGN_PDF_PAGE_H

#include "mod/sign/engine/pdf_tree.h"

struct pdf_page_box {
    int32_t rect[4];       /* what is visible: left, bottom, right, top as the PDF measures */
    int turn;              /* 0, 90, 180, 270: clockwise, before it is shown */
    int32_t width, height; /* as seen, after turning */
};
/* A place on the page as it is seen. */
struct pdf_seen {
    int32_t left, top, width, height;
};

rc pdf_page_box(struct pdf_doc *doc, uint32_t page, size_t rev, struct pdf_page_box *out);
rc pdf_page_turn(struct pdf_doc *doc, const struct pdf_object *page, size_t rev, int *out); /* only .turn */
/* The place as the PDF measures: left, bottom, right, top, for /Rect and struct pdf_place. `page` from 0, for the
 * error. */
rc pdf_page_rect(struct pdf_doc *doc, uint32_t page, const struct pdf_page_box *box, struct pdf_seen at,
                 int32_t rect[4]);

/* How large a field is shown where it is shown first, the right way up; 0 × 0 when it is shown nowhere. */
rc pdf_field_size(struct pdf_doc *doc, const struct pdf_field *field, size_t rev, int32_t *width, int32_t *height);
/* By how much a widget's appearance is turned to the left to stand upright on a page that is turned to the right:
 * 0, 90, 180, 270. */
rc pdf_widget_turn(struct pdf_doc *doc, const struct pdf_value *widget, size_t rev, int *out);

#endif
