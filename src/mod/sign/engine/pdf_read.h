/* Reading PDF as a list of revisions (ISO 32000-2, 7.5), as hostile input.
 *
 * A PDF that was changed by appending holds all of its former states. pdf_open() reads only the cross-reference
 * sections, from the last `startxref` back along /Prev; objects are parsed when they are asked for, as of a revision:
 *
 *     struct pdf_doc *doc;
 *     TRY(pdf_open(a, bytes, &doc, err));
 *     const struct pdf_object *page;
 *     TRY(pdf_object(doc, 3, doc->n_revs - 1, &page));
 *
 * One reading only: whatever programs are known to read in different ways is refused, with its own code, and nothing is
 * repaired by searching the file. Limits: PDF_NUMBER_MAX objects, PDF_REVISIONS_MAX sections, PDF_UNPACKED_MAX bytes in
 * one stream, PDF_DEPTH_MAX levels, and reading 32 times as much as the file is long (objects may lie in each other);
 * together the arena's cap.
 *
 * Ownership: the doc and all it hands out live in the arena and point into `bytes`, which must outlive it (a file may
 * be mapped: opening touches its end and its cross-references only). `err` must outlive the doc too. Threads: one at a
 * time.
 *
 * Errors (E_INVALID if no other is named; {n} are the message's arguments):
 *   SIG-101 no PDF file                            SIG-102 broken cross-reference: what, at which byte
 *   SIG-103 hybrid cross-reference (/XRefStm)      SIG-104 encrypted
 *   SIG-105 /Prev goes round in a loop             SIG-106 object {1} is malformed: what
 *   SIG-107 E_LIMIT: more of {1} than is read      SIG-108 a filter that is not read ({1})
 *   SIG-109 a stream that cannot be unpacked */
#ifndef RISE_SIGN_PDF_READ_H
#define RISE_SIGN_PDF_READ_H

#include "base/err.h"
#include "base/map.h"
#include "mod/sign/engine/pdf_value.h"

enum {
    PDF_REVISIONS_MAX = 1024,
    PDF_UNPACKED_MAX = 64 << 20,
    PDF_TAIL = 1024 /* startxref is in the last 1,024 bytes */
};

struct pdf_section; /* one cross-reference table or stream */
struct pdf_index;

struct pdf_rev {
    size_t start; /* its bytes in the file: [start, end) */
    size_t eof;   /* just behind its %%EOF, start < eof ≤ end */
    size_t end;   /* behind the end-of-line that may follow */
    bool stream;  /* its cross-reference is a stream, not a table */
    size_t xref;  /* byte that its startxref names */
    const struct pdf_value *trailer;
    const struct pdf_section
        *section[2]; /* two in a linearized file's first revision, the newer first; else [1] is NULL */
};

struct pdf_doc {
    struct arena *a;
    struct err *err;
    str bytes;
    struct pdf_rev *rev;     /* oldest first */
    size_t n_revs;           /* ≥ 1 */
    struct map packed;       /* object streams that were unpacked, by their place in the file */
    uint64_t spent;          /* bytes parsed and unpacked so far: work has a cap too */
    struct pdf_index *index; /* of the revisions that list an object; NULL: not needed yet */
    size_t lookups;
    int nesting; /* of lookups that need lookups */
};

struct pdf_object {
    struct pdf_ref ref;
    const struct pdf_value *value; /* never NULL: PDF_NULL for an object that is free or not defined */
    str stream;                    /* its bytes as they stand in the file; p == NULL: it is no stream */
    str raw;                       /* "3 0 obj" to "endobj"; n == 0 for one in an object stream, or none */
    uint32_t container;            /* the object stream that it is in; 0 none */
    size_t rev;                    /* the revision that defines it; n_revs when none does */
};

rc pdf_open(struct arena *a, str bytes, struct pdf_doc **out, struct err *err);

static inline size_t pdf_newest(const struct pdf_doc *doc)
{
    return doc->n_revs - 1;
}
/* Bytes behind the last revision's end: nothing in an honest file. White space alone is none: mail gateways and editors
 * leave line ends there, no reader takes anything from them, and more than PDF_TAIL of it hides the startxref. */
str pdf_rest(const struct pdf_doc *doc);

/* Object `num` as of revision `rev`: what the newest section up to it says. */
rc pdf_object(struct pdf_doc *doc, uint32_t num, size_t rev, const struct pdf_object **out);
/* `v` itself, or what it refers to if it is a reference. NULL stays NULL; so becomes a reference to nothing PDF_NULL.
 */
rc pdf_resolve(struct pdf_doc *doc, const struct pdf_value *v, size_t rev, const struct pdf_value **out);
/* The same for an entry of a dictionary; `*out` is NULL when it is absent. */
rc pdf_entry_resolved(struct pdf_doc *doc, const struct pdf_value *dict, str key, size_t rev,
                      const struct pdf_value **out);
rc pdf_catalog(struct pdf_doc *doc, size_t rev, const struct pdf_object **out); /* a dictionary */
/* A stream's bytes without its filter (FlateDecode with PNG predictors, or none). Names SIG-106, SIG-108, SIG-109. */
rc pdf_stream_bytes(struct pdf_doc *doc, const struct pdf_object *stream, size_t rev, str *out);

enum pdf_change { PDF_DEFINED, PDF_FREED };
struct pdf_changed {
    uint32_t num;
    enum pdf_change change;
};
/* What revision `rev` says about objects: every number its sections list, ascending. */
rc pdf_changes(struct pdf_doc *doc, size_t rev, const struct pdf_changed **out, size_t *n);
/* One more than the highest number of any revision: the next that is free. */
uint32_t pdf_next_number(const struct pdf_doc *doc);

#endif
