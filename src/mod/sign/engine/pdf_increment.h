/* Appending a revision to a PDF (ISO 32000-2, 7.5.6): new and changed objects, then a cross-reference of the document's
 * own kind. Nothing that is there is touched, so signatures over it stay valid.
 *
 *     struct pdf_update u;
 *     TRY(pdf_update_begin(&u, doc, tail, id));
 *     struct pdf_ref r;
 *     TRY(pdf_update_number(&u, &r));
 *     TRY(pdf_update_open(&u, r)); buf_put(tail, …); pdf_update_close(&u);     one object at a time
 *     TRY(pdf_update_finish(&u));
 *
 * The new file is the document's bytes followed by `tail`: a large original is never copied. The same calls give the
 * same bytes: `id` comes from the caller. Errors (in doc->err): SIG-111 E_CONFLICT bytes behind the end that no
 * revision explains     SIG-112 E_LIMIT no object number is left, or the file would be too large; and buf_rc(tail). */
#ifndef RISE_SIGN_PDF_INCREMENT_H
#define RISE_SIGN_PDF_INCREMENT_H

#include "base/buf.h"
#include "mod/sign/engine/pdf_read.h"

enum { PDF_ID_LEN = 16 };

struct pdf_written;
struct pdf_update {
    struct pdf_doc *doc;
    struct buf *out; /* the tail */
    size_t rev;      /* the newest revision, which is changed */
    uint32_t next;   /* number of the next new object */
    char id[PDF_ID_LEN];
    struct pdf_written *v; /* objects, in the order written */
    size_t n, room;
};

/* `tail` must be empty. `id`: PDF_ID_LEN bytes that no other revision has, e.g. random or a hash. */
rc pdf_update_begin(struct pdf_update *u, struct pdf_doc *doc, struct buf *tail, str id);
rc pdf_update_number(struct pdf_update *u, struct pdf_ref *out); /* a new object's */
rc pdf_update_open(struct pdf_update *u, struct pdf_ref ref);    /* new or old; none twice */
void pdf_update_close(struct pdf_update *u);
rc pdf_update_finish(struct pdf_update *u);

/* The catalog again, with the text `added` in place of the entries in `dropped`; `level` > 0: /Extensions says that
 * ESIC's extensions of that level are used (2: CAdES, 5: document time-stamps and DSS), unless it did already. */
rc pdf_update_catalog(struct pdf_update *u, const struct pdf_object *catalog, const str *dropped, size_t n_dropped,
                      str added, int level);

rc pdf_extension_level(struct pdf_doc *doc, const struct pdf_object *catalog, size_t rev,
                       int *level); /* ESIC's; 0 none */

/* Pieces of objects. */
void pdf_put_ref(struct buf *out, struct pdf_ref ref);
void pdf_put_name(struct buf *out, str name); /* with its slash */
/* Entries of a dictionary verbatim, each after a space, without the brackets. */
void pdf_put_entries_but(struct buf *out, const struct pdf_value *dict, const str *dropped, size_t n_dropped);
void pdf_put_array_and(struct buf *out, const struct pdf_value *array, const struct pdf_ref *added,
                       size_t n);                          /* array may be NULL */
void pdf_put_rect(struct buf *out, const int32_t rect[4]); /* [left bottom right top], given in hundredths */

#endif
