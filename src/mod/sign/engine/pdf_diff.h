/* What was changed after a revision: the difference policy for signed PDF (ISO 32000-2, 12.8.2.2; ETSI EN 319 142-1,
 * section 5.4; the attacks of pdf-insecurity.org).
 *
 * Every object that a later revision defines or frees must be explained by one of the few edits that a signature
 * survives; what is left over is named and refused. The state before and the state after are compared as the document
 * says they are, never as a viewer would draw them:
 *
 *   - an object replaced by its own bytes is no edit;
 *   - a new object must be used by a permitted edit only, and nothing in the earlier state may refer to its number (a
 *     reference to nothing in the signed document is how content is swapped later: "shadow" attacks);
 *   - the bytes of a revision are its objects and its cross-reference, nothing between; an object of a later revision
 *     does not lie in the bytes of an earlier one.
 *
 * Steps are made once for a document and judged for each signature with what it permits (pdf_diff_judge()).
 * Ownership: results live in the doc's arena. Threads: as the doc. Time: linear in the objects of the first state plus
 * those that later revisions define. */
#ifndef RISE_SIGN_PDF_DIFF_H
#define RISE_SIGN_PDF_DIFF_H
#include "mod/sign/engine/pdf_read.h"

enum pdf_edit {
    /* permitted, most of them under conditions */
    PDF_EDIT_EVIDENCE,  /* DSS: certificates, CRLs, OCSP responses */
    PDF_EDIT_TIMESTAMP, /* a document time-stamp */
    PDF_EDIT_SIGNATURE, /* a further signature in a new or an empty field */
    PDF_EDIT_FILL,      /* the value of a form field */
    PDF_EDIT_METADATA,  /* /Info and XMP: about the document, not in it */
    /* refused */
    PDF_EDIT_BYTES,      /* bytes that belong to no object, or to another revision's */
    PDF_EDIT_TRAILER,    /* another catalog, identifier or encryption */
    PDF_EDIT_CATALOG,    /* an entry of the catalog */
    PDF_EDIT_FORM,       /* the form itself: fields removed, fonts changed */
    PDF_EDIT_FIELD,      /* a field in more than its value; a signature replaced */
    PDF_EDIT_REMOVED,    /* a signature, with its field or without */
    PDF_EDIT_PAGE,       /* a page, or the tree of pages */
    PDF_EDIT_ANNOTATION, /* an annotation added or removed */
    PDF_EDIT_SHADOW,     /* an object that the earlier state already refers to is supplied later */
    PDF_EDIT_REPLACED,   /* another object got new contents */
    PDF_EDIT_ADDED,      /* an object that no permitted edit uses */
    PDF_EDIT_DELETED,
};

struct pdf_step {
    size_t rev; /* the revision that makes it */
    enum pdf_edit edit;
    uint32_t object; /* 0: none in particular */
    str field;       /* the full name of a field, UTF-8; else empty, or the entry's name */
    bool visible;    /* PDF_EDIT_SIGNATURE: its appearance covers a part of a page */
};
enum { PDF_STEPS_MAX = 4096 /* refused ones past this are not listed */ };

/* The steps of all revisions after `from`, oldest first. E_INVALID: the document cannot be read (its err says why). */
rc pdf_diff(struct pdf_doc *doc, size_t from, const struct pdf_step **out, size_t *n);

/* What a signature permits. */
enum pdf_lock_action { PDF_LOCK_NONE, PDF_LOCK_ALL, PDF_LOCK_INCLUDE, PDF_LOCK_EXCLUDE };
struct pdf_permission {
    int p; /* DocMDP: 1 no change, 2 fill and sign, 3 also annotations (which are refused here all the same); 0 not said
            */
    struct pdf_lock {
        enum pdf_lock_action action; /* FieldMDP */
        const str *field;            /* full names */
        size_t n;
    } lock;
};
/* The first step after revision `rev` that is not permitted, or NULL. */
const struct pdf_step *pdf_diff_judge(const struct pdf_step *step, size_t n, size_t rev,
                                      const struct pdf_permission *p);
bool pdf_field_permitted(const struct pdf_permission *p, str field); /* to be signed, or filled in */
bool pdf_edit_refused(enum pdf_edit e);
const char *pdf_edit_name(enum pdf_edit e);  /* "evidence", for reports; stable */
const char *pdf_edit_words(enum pdf_edit e); /* msgid; {1} is the revision, {2} the object or field */
#endif
