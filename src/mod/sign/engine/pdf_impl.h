/* Between the files of the PDF engine only. */
#ifndef RISE_SIGN_PDF_IMPL_H
#define RISE_SIGN_PDF_IMPL_H

#include "mod/sign/engine/pdf_read.h"

extern const uint8_t pdf_hex_values[256]; /* a digit's value and 1; 0 for what is none */
static inline int pdf_hex_digit(char c)   /* -1: none */
{
    return pdf_hex_values[(unsigned char)c] - 1;
}

/* ---- cross-reference sections (pdf_xref.c, pdf_xref_stream.c) ---- */

struct pdf_part { /* consecutive numbers */
    uint32_t first, count;
    size_t row; /* bytes of one row */
    const char *rows;
};

struct pdf_section {
    size_t at;  /* where it begins in the file */
    size_t end; /* behind its trailer */
    bool stream;
    uint8_t width[3]; /* of a stream's three fields */
    const struct pdf_value *trailer;
    struct pdf_part *part; /* by ascending number, without overlap */
    size_t n_parts;
    int64_t prev; /* -1: none */
};

enum pdf_slot_kind { PDF_SLOT_NONE, PDF_SLOT_FREE, PDF_SLOT_PLAIN, PDF_SLOT_PACKED };
struct pdf_slot {
    enum pdf_slot_kind kind;
    uint64_t at;    /* plain: byte; packed: the object stream's number */
    uint32_t index; /* plain: generation; packed: place in the object stream */
    size_t rev;
};

rc pdf_section_read(struct pdf_doc *doc, size_t at, struct pdf_section **out);
rc pdf_section_read_stream(struct pdf_doc *doc, struct pdf_section *s);
rc pdf_section_finish(struct pdf_doc *doc, struct pdf_section *s); /* order of parts, /Prev, what is refused */
rc pdf_section_slot(struct pdf_doc *doc, const struct pdf_section *s, uint32_t num, struct pdf_slot *out);
rc pdf_slot_find(struct pdf_doc *doc, uint32_t num, size_t rev, struct pdf_slot *out);

/* ---- objects (pdf_object.c) ---- */

/* "N G obj … endobj" at byte `at`. `rev`: as of which an indirect /Length is looked up; PDF_NO_REV: none may be.
 * `limit`: the object must end before. */
#define PDF_NO_REV SIZE_MAX
rc pdf_object_read(struct pdf_doc *doc, size_t at, size_t limit, size_t rev, struct pdf_object *out);
rc pdf_unpack(struct pdf_doc *doc, const struct pdf_value *dict, str packed, size_t rev, str *out);

/* Counts the work of reading: E_LIMIT past PDF_WORK_TIMES × (PDF_WORK_MIN + the file's bytes). */
enum { PDF_WORK_TIMES = 32, PDF_WORK_MIN = 8 << 20 };
rc pdf_spend(struct pdf_doc *doc, size_t bytes);

/* Failures; msgids are whole sentences. */
rc pdf_broken_xref(struct pdf_doc *doc, const char *msgid, size_t at);          /* SIG-102; {1}: the byte */
rc pdf_malformed(struct pdf_doc *doc, rc why, const char *msgid, uint32_t num); /* SIG-106; {1}: the object. SIG-107
                                                                                   when `why` is a limit */

/* ---- signature dictionary (pdf_place_dict.c) ---- */

struct pdf_place;
struct pdf_placed;
struct buf;
/* Appends the dictionary that a new signature has; sets out->gap, gap_n. `lock`: the field's, or NULL. */
void pdf_put_signature(struct buf *out, const struct pdf_place *p, const struct pdf_value *lock, struct pdf_ref catalog,
                       struct pdf_placed *at);
/* Writes /ByteRange into its place once the tail is whole. `base`: bytes of the original. */
void pdf_set_range(struct buf *tail, size_t base, struct pdf_placed *at);

#endif
