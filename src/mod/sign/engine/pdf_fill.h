/* Filling in form fields in the revision of a signature (pdf_place.h, .fill): value and appearance together, which is
 * the one change to a form that signatures survive (pdf_diff.h, PDF_EDIT_FILL).
 *
 * What is shown is a page drawn elsewhere (web/pdf.h, pdf_looks()): text with its fonts embedded, so that a viewer
 * needs none. All looks of one signing are pages of one document, which shares their fonts. Errors (in the document's
 * err):
 *   SIG-123 E_NOTFOUND there is no text field or box of that name ({1})
 *   SIG-124 E_CONFLICT an earlier signature closed the field, or covers its value ({1}) */
#ifndef RISE_SIGN_PDF_FILL_H
#define RISE_SIGN_PDF_FILL_H

#include "mod/sign/engine/pdf_increment.h"
#include "mod/sign/engine/pdf_signature.h"

struct pdf_fill {
    str field;     /* full name of a text field or a box; each once */
    str value;     /* text, UTF-8; "" leaves the field as it is */
    bool ticked;   /* of a box */
    uint32_t look; /* of text: which page of the looks is shown in it */
};

/* ---- for pdf_place.c ---- */

struct pdf_filling {
    const struct pdf_fill *fill;
    const struct pdf_field *field;
    bool box;
    int turn;            /* of its widget: pdf_widget_turn() */
    struct pdf_ref look; /* of text: the form XObject */
};
/* What there is to write, in the order given. `signature`: those there are before. */
rc pdf_fill_find(struct pdf_update *u, const struct pdf_fill *fill, size_t n_fill, const struct pdf_field *field,
                 size_t n_fields, const struct pdf_signature *signature, size_t n_signatures, struct pdf_filling **out,
                 size_t *n);
rc pdf_fill_write(struct pdf_update *u, const struct pdf_filling *f);
/* SIG-124 when one of the signatures does not allow that the field is signed or filled in. */
rc pdf_fill_allowed(struct pdf_doc *doc, str field, const struct pdf_signature *signature, size_t n);

#endif
