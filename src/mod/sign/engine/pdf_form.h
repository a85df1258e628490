/* A page of another PDF as a form XObject (ISO 32000-2, 8.10): what a visible signature shows. The page, its fonts and
 * images are copied with new numbers; streams stay packed. Annotations and what leads back to the page tree are left
 * out. Limits: PDF_FORM_OBJECTS_MAX objects. Errors, in the error of the document that is appended to: SIG-118 the page
 * to be shown cannot be copied. */
#ifndef RISE_SIGN_PDF_FORM_H
#define RISE_SIGN_PDF_FORM_H

#include "mod/sign/engine/pdf_increment.h"
#include "mod/sign/engine/pdf_tree.h"

enum { PDF_FORM_OBJECTS_MAX = 10000 };

rc pdf_form_import(struct pdf_update *u, struct pdf_doc *from, uint32_t page, struct pdf_ref *out);

#endif
