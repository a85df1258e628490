/* Private to pdf_diff*.c: one revision compared with the state before it. */
#ifndef RISE_SIGN_PDF_DIFF_IMPL_H
#define RISE_SIGN_PDF_DIFF_IMPL_H
#include "base/vec.h"
#include "mod/sign/engine/pdf_diff.h"

struct diff_widget {
    uint32_t num, page; /* page 0: it does not say on which it is */
};

struct diff {
    struct pdf_doc *doc;
    size_t old, now; /* revisions: the state before, the one looked at */
    size_t n_objects;
    uint32_t *uses;                  /* [n_objects] how often the state before refers to the object */
    unsigned char *state;            /* [n_objects] of this revision */
    size_t n_explained;              /* of this revision */
    VEC(struct diff_widget) widgets; /* of signatures, new in this revision */
    VEC(struct pdf_step) steps;
};
enum {
    DIFF_CHANGED = 1,
    DIFF_FREED = 2,
    DIFF_EXPLAINED = 4,
    DIFF_WALKED = 8,
    DIFF_FIELD = 16,  /* looked at as a field */
    DIFF_WIDGET = 32, /* a new signature's place on a page */
};

rc diff_step(struct diff *d, enum pdf_edit edit, uint32_t object, str field);

/* ---- pdf_diff_object.c ---- */
static inline bool diff_changed(const struct diff *d, uint32_t num)
{
    return num < d->n_objects && (d->state[num] & (DIFF_CHANGED | DIFF_FREED));
}
rc diff_old(struct diff *d, uint32_t num, const struct pdf_object **out);
rc diff_now(struct diff *d, uint32_t num, const struct pdf_object **out);
bool diff_defined(const struct pdf_object *o, const struct pdf_doc *doc);
/* The object may be as it is now. An object that is new must not have been referred to before: a step says so. */
rc diff_explain(struct diff *d, uint32_t num);
/* All that `v` refers to, as far as this revision made it: new objects, and former ones that only `v`'s owner used
 * (`owned`: the owner's former value, NULL for none). What else was replaced stays unexplained. */
rc diff_explain_tree(struct diff *d, const struct pdf_value *v, const struct pdf_value *owned);
/* The same value, whatever the white space and the order of entries; both absent is the same. */
bool diff_same(const struct pdf_value *a, const struct pdf_value *b);
/* Every entry but the named ones is the same in both; `*other` is the first that is not. */
bool diff_same_but(const struct pdf_value *old, const struct pdf_value *now, const char *const *but, str *other);

/* ---- the rules ---- */
rc diff_bytes(struct diff *d);   /* pdf_diff_bytes.c */
rc diff_trailer(struct diff *d); /* pdf_diff_catalog.c: trailer, catalog, DSS, metadata */
rc diff_catalog(struct diff *d);
rc diff_form(struct diff *d, const struct pdf_value *old_catalog,
             const struct pdf_value *now_catalog); /* pdf_diff_form.c */
rc diff_pages(struct diff *d); /* pdf_diff_page.c: after the form, whose new fields a page may list */
#endif
