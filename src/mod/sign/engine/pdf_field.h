/* Preparing a PDF to be signed by several people: pages appended and empty form fields put on pages, in one revision
 * (ISO 32000-2, 12.7). Done before the first signature, so that afterwards nothing but values is filled in
 * (pdf_fill.h), which signatures survive.
 *
 *     struct pdf_new_field field[] = {
 *         {.kind = PDF_NEW_SIGNATURE, .name = STR("sign1"), .page = 0, .at = {7200, 60000, 18000, 5000}, …},
 *         {.kind = PDF_NEW_TEXT, .name = STR("row1"), .page = pages, .at = …},      on the first page appended
 *     };
 *     TRY(pdf_prepare(doc, &(struct pdf_prepare){.id = …, .append = record, .field = field, .n_fields = 2}, &tail));
 *     the prepared file is doc->bytes followed by tail
 *
 * Text fields and boxes are read-only from the start: they are filled in by us when their signer signs, never by a
 * viewer in between. On a document that is signed already nothing may be prepared, as no signature survives a new page
 * or an empty field: its further signatures are new fields made while signing (pdf_place.h, .page and .rect).
 *
 * /NeedAppearances and /XFA, which let viewers show something else than what is signed, are dropped. Limits:
 * PDF_APPEND_MAX pages, PDF_NEW_FIELDS_MAX fields. The original is not copied. Errors (in doc->err), besides those of
 * pdf_increment.h, pdf_page.h and pdf_form.h:
 *   SIG-117 E_INVALID a field's name holds a full stop, or is empty    SIG-121 E_CONFLICT the document is signed
 *   SIG-122 E_CONFLICT there is a field of that name ({1})             SIG-107 E_LIMIT more than the limits */
#ifndef RISE_SIGN_PDF_FIELD_H
#define RISE_SIGN_PDF_FIELD_H

#include "mod/sign/engine/pdf_increment.h"
#include "mod/sign/engine/pdf_page.h"

enum { PDF_APPEND_MAX = 50, PDF_NEW_FIELDS_MAX = 2000 };

enum pdf_new_kind {
    PDF_NEW_SIGNATURE,
    PDF_NEW_TEXT,
    PDF_NEW_CHECK, /* a box to tick; empty: a frame */
};
struct pdf_new_field {
    enum pdf_new_kind kind;
    str name;           /* UTF-8, in the document once */
    str label;          /* what a screen reader says (/TU); "" none */
    uint32_t page;      /* from 0; appended pages count on */
    struct pdf_seen at; /* on the page as it is seen */
    const str *lock;    /* of a signature: names of fields that it closes for good (/Lock) */
    size_t n_lock;
};
struct pdf_prepare {
    uint8_t id[PDF_ID_LEN]; /* pdf_increment.h */
    struct pdf_doc *append; /* all its pages are appended; NULL: none */
    const struct pdf_new_field *field;
    size_t n_fields;
};

rc pdf_prepare(struct pdf_doc *doc, const struct pdf_prepare *p, struct buf *tail);

#endif
