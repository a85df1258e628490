/* Private to pdf_field*.c. */
#ifndef RISE_SIGN_PDF_FIELD_IMPL_H
#define RISE_SIGN_PDF_FIELD_IMPL_H

#include "mod/sign/engine/pdf_acroform.h"
#include "mod/sign/engine/pdf_field.h"
#include "mod/sign/engine/pdf_form.h"

/* ---- pdf_field_look.c ---- */

struct pdf_boxes { /* a box's two looks; the last ones made are used again for boxes of the same size */
    int32_t width, height;
    int turn;
    struct pdf_ref off, on;
};
rc pdf_boxes_get(struct pdf_update *u, struct pdf_boxes *b, struct pdf_seen at, int turn);
/* A form XObject; `entries` with its /BBox. */
rc pdf_look_write(struct pdf_update *u, struct pdf_ref *ref, str entries, str content);

/* ---- pdf_field_page.c: pages that are appended ---- */

struct pdf_new_page {
    struct pdf_ref ref;
    struct pdf_ref look; /* what it shows */
    struct pdf_page_box box;
};
struct pdf_new_pages {
    uint32_t before; /* pages there are already */
    struct pdf_new_page *v;
    size_t n;
};
rc pdf_new_pages_begin(struct pdf_update *u, struct pdf_doc *from, struct pdf_new_pages *out); /* `from` may be NULL */
/* One of them, with its fields. */
rc pdf_new_page_write(struct pdf_update *u, const struct pdf_new_page *page, const struct pdf_ref *fields, size_t n);
rc pdf_new_pages_end(struct pdf_update *u, const struct pdf_new_pages *p); /* the tree of pages lists them */

#endif
