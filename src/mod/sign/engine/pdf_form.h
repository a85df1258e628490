/* A page of another PDF as a form XObject (ISO 32000-2, 8.10): what a visible signature and a filled field
 * show, and what a page that is appended consists of. The page, its fonts and images are copied with new numbers;
 * streams stay packed. Annotations and what leads back to the page tree are left out. Limits: PDF_FORM_OBJECTS_MAX
 * objects. Errors, in the error of the document that is appended to: SIG-118 the page to be shown cannot be copied. */
#ifndef RISE_SIGN_PDF_FORM_H
#define RISE_SIGN_PDF_FORM_H

#include "mod/sign/engine/pdf_increment.h"
#include "mod/sign/engine/pdf_tree.h"

enum { PDF_FORM_OBJECTS_MAX = 10000 };

struct pdf_form_page {
    uint32_t page; /* from 0 */
    int turn;      /* 0, 90, 180, 270: to the left, so that it stands upright on a page that is turned to the right */
    struct pdf_ref out; /* the form XObject */
};
/* What several pages share is copied once. The same page may be asked for more than once. */
rc pdf_form_import(struct pdf_update *u, struct pdf_doc *from, struct pdf_form_page *page, size_t n);
/* The form's /Matrix for that turn; viewers move the result into the place where it is shown (12.5.5). */
void pdf_put_turn(struct buf *out, int turn);

#endif
