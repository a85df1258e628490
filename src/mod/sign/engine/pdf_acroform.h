/* The interactive form of a PDF (ISO 32000-2, 12.7) as it is written again in a new revision. Between pdf_place.c,
 * pdf_field.c and pdf_fill.c only. */
#ifndef RISE_SIGN_PDF_ACROFORM_H
#define RISE_SIGN_PDF_ACROFORM_H

#include "mod/sign/engine/pdf_increment.h"
#include "mod/sign/engine/pdf_tree.h"

enum {
    PDF_WIDGET_FLAGS = 132, /* /F: printed, and neither moved nor deleted */
    PDF_SIG_EXIST = 1,      /* /SigFlags */
    PDF_SIG_APPEND = 2
};

struct pdf_acroform {
    const struct pdf_object *catalog;
    const struct pdf_value *form, *fields; /* /AcroForm and its /Fields, resolved; NULL none */
};
struct pdf_acroform_change {
    const struct pdf_ref *added; /* fields */
    size_t n;
    int64_t flags; /* to be set in /SigFlags */
    const str *dropped;
    size_t n_dropped; /* ≤ 4 */
    str entries;      /* in their place; "" none */
};

rc pdf_acroform_find(struct pdf_update *u, struct pdf_acroform *out);
/* The form is in the catalog, or an object of its own; its list of fields in the form, or an object of its own. What is
 * an object is written; *in_catalog: the caller writes the catalog with pdf_acroform_put(). */
rc pdf_acroform_write(struct pdf_update *u, const struct pdf_acroform *f, const struct pdf_acroform_change *c,
                      bool *in_catalog);
void pdf_acroform_put(struct buf *out, const struct pdf_acroform *f, const struct pdf_acroform_change *c);

/* The page again with annotations added, or only its list of them where that is an object of its own. */
rc pdf_page_annotate(struct pdf_update *u, const struct pdf_object *page, const struct pdf_ref *added, size_t n);

#endif
