/* Making room for a signature in a PDF: a revision with a signature field, its dictionary with /ByteRange, and
 * /Contents full of zeros, to be filled in when the CMS over all else is there.
 *
 *     BUF_SCOPED tail = BUF_INIT(1 << 20);
 *     struct pdf_placed at;
 *     TRY(pdf_place(doc, &(struct pdf_place){.sub = PDF_SUB_CADES, .made = now, .room = 8192, .id = …}, &tail, &at));
 *     hash doc->bytes, tail[0 … at.gap), tail[at.gap + at.gap_n … end)   … make the CMS …
 *     TRY(pdf_place_fill(doc, &tail, &at, cms));
 *     the signed file is doc->bytes followed by tail
 *
 * The original is never copied, so that a file of gigabytes can be streamed. What is written follows ISO 32000-2, 12.8
 * and ETSI EN 319 142-1: a time-stamp (PDF_SUB_RFC3161) gets no /M, no texts and no certification. Errors (in
 * doc->err), besides those of pdf_increment.h, pdf_tree.h, pdf_form.h and pdf_fill.h: SIG-113 E_CONFLICT the field is
 * signed already, or is no signature field ({1}) SIG-114 E_CONFLICT the document is certified: no changes are allowed
 * SIG-115 E_CONFLICT only the first signature can certify    SIG-116 E_LIMIT the CMS is larger than the room SIG-117
 * E_INVALID a field's name holds a full stop */
#ifndef RISE_SIGN_PDF_PLACE_H
#define RISE_SIGN_PDF_PLACE_H

#include "base/when.h"
#include "mod/sign/engine/pdf_fill.h"
#include "mod/sign/engine/pdf_increment.h"
#include "mod/sign/engine/pdf_signature.h"

struct pdf_place {
    enum pdf_sub sub; /* not PDF_SUB_OTHER */
    str field; /* of an existing empty field, or of a new one; "" the first of Signature1, Signature2 … that is free */
    instant made;                        /* /M; 0: none */
    str name, reason, location, contact; /* UTF-8; "" none */
    int certify;                         /* 1, 2, 3: /DocMDP; 0 none */
    size_t room;                         /* bytes for the CMS, 1 … PDF_ROOM_MAX */
    uint8_t id[PDF_ID_LEN];              /* pdf_increment.h */
    struct pdf_doc *stamp;               /* its page `stamp_page` is what is seen; NULL: invisible */
    uint32_t stamp_page;                 /* from 0 */
    uint32_t page;                       /* from 0; of a new field */
    int32_t rect[4]; /* left, bottom, right, top in 1/100 point (pdf_page_rect()); of a new field that is visible */
    const struct pdf_fill *fill; /* fields filled in together with the signature */
    size_t n_fill;
    struct pdf_doc *looks; /* what the filled fields show; may be the stamp too */
};
enum { PDF_ROOM_MAX = 1 << 20 };

struct pdf_placed {
    size_t gap;      /* in the tail: the '<' of /Contents */
    size_t gap_n;    /* to behind its '>': 2 × room + 2 */
    size_t range_at; /* in the tail: behind the '[' of /ByteRange */
    uint64_t range[4];
    struct pdf_ref value, field;
    str name; /* of the field */
};

rc pdf_place(struct pdf_doc *doc, const struct pdf_place *p, struct buf *tail, struct pdf_placed *out);
rc pdf_place_fill(struct pdf_doc *doc, struct buf *tail, const struct pdf_placed *at, str cms);

/* The bytes to be hashed behind the original: those of the tail before and behind the gap. */
static inline str pdf_placed_before(const struct buf *tail, const struct pdf_placed *at)
{
    return str_n(tail->p, at->gap);
}
static inline str pdf_placed_after(const struct buf *tail, const struct pdf_placed *at)
{
    return str_sub(buf_str(tail), at->gap + at->gap_n, tail->n);
}

#endif
