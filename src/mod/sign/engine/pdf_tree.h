/* Pages and form fields: the two trees of a PDF (ISO 32000-2, 7.7.3 and 12.7). Depth ≤ PDF_DEPTH_MAX, nodes of the
 * fields' tree ≤ PDF_FIELDS_MAX; more is E_LIMIT. Errors: SIG-106, SIG-107 (pdf_read.h), SIG-110 E_NOTFOUND no such
 * page. */
#ifndef RISE_SIGN_PDF_TREE_H
#define RISE_SIGN_PDF_TREE_H

#include "mod/sign/engine/pdf_read.h"

enum { PDF_FIELDS_MAX = 100000 };

rc pdf_page_count(struct pdf_doc *doc, size_t rev, uint32_t *out); /* by the root's own word, ≤ PDF_NUMBER_MAX */
/* Page `index` from 0. Only nodes on the way and their elder siblings are read. */
rc pdf_page_object(struct pdf_doc *doc, uint32_t index, size_t rev, const struct pdf_object **out);
/* An entry of the page, or the one it inherits; NULL when there is none. */
rc pdf_page_entry(struct pdf_doc *doc, const struct pdf_object *page, str key, size_t rev,
                  const struct pdf_value **out);

struct pdf_field {
    struct pdf_ref ref;
    const struct pdf_value *dict;
    str name;              /* full, UTF-8: parents' names and its own, joined by '.' */
    bool signature;        /* /FT is Sig, its own or inherited */
    struct pdf_ref widget; /* where it is shown first: itself or a kid; num 0: nowhere */
    size_t n_widgets;
};

/* Terminal fields in the tree's order. */
rc pdf_fields(struct pdf_doc *doc, size_t rev, const struct pdf_field **out, size_t *n);
bool pdf_field_signed(const struct pdf_field *f); /* a signature field with a value */
bool pdf_any_signed(const struct pdf_field *all, size_t n);
const struct pdf_field *pdf_field_named(const struct pdf_field *all, size_t n, str name); /* NULL: none */

#endif
