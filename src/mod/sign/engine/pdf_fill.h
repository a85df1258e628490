/* Filling in form fields in the revision of a signature (pdf_place.h, .fill): value and appearance together, which is
 * the one change to a form that signatures survive (pdf_diff.h, PDF_EDIT_FILL).
 *
 * What is shown is a page drawn elsewhere (web/pdf.h, pdf_looks()): text with its fonts embedded, so that a viewer
 * needs none. All looks of one signing are pages of one document, which shares their fonts. Errors (in the document's
 * err): SIG-123 E_NOTFOUND there is no field of that name that can be filled in ({1}) SIG-124 E_CONFLICT the field has
 * a value already, or an earlier signature closed it ({1}) */
#ifndef RISE_SIGN_PDF_FILL_H
#define RISE_SIGN_PDF_FILL_H

#include "mod/sign/engine/pdf_increment.h"

struct pdf_fill {
    str field;     /* full name of a text field or a box; each once */
    str value;     /* text, UTF-8; not empty */
    bool ticked;   /* of a box */
    uint32_t look; /* of text: which page of the looks is shown in it */
};

#endif
