/* Signatures of a PDF as of a revision, and what is wrong with their form before any cryptography.
 *
 * A signature covers bytes. The attacks on PDF signatures make a program check bytes other than those it shows, so the
 * form is judged without tolerance: /ByteRange is two ranges that leave out this signature's own /Contents and nothing
 * else, and reach to the end of the revision in which it stands. What later revisions changed is for the difference
 * policy. Sources: ISO 32000-2, 12.8; ETSI EN 319 142-1; Mladenov et al., "1 Trillion Dollar Refund" (2019), for USF,
 * ISA, SWA.
 *
 * Errors: those of pdf_read.h and pdf_tree.h. A value that is malformed is no error but a fault. */
#ifndef RISE_SIGN_PDF_SIGNATURE_H
#define RISE_SIGN_PDF_SIGNATURE_H

#include "mod/sign/engine/pdf_diff.h"
#include "mod/sign/engine/pdf_tree.h"

enum pdf_sub { PDF_SUB_OTHER, PDF_SUB_CADES, PDF_SUB_PKCS7, PDF_SUB_RFC3161 }; /* /SubFilter */

/* The first that applies, in this order. */
enum pdf_fault {
    PDF_FINE,
    PDF_FAULT_VALUE,          /* /V cannot be read or is no dictionary */
    PDF_FAULT_NO_CONTENTS,    /* USF: no /Contents */
    PDF_FAULT_CONTENTS_NULL,  /* USF: null, or no string */
    PDF_FAULT_CONTENTS_EMPTY, /* USF */
    PDF_FAULT_CONTENTS_ZERO,  /* USF: only zero bytes; also a placeholder that was never filled */
    PDF_FAULT_NO_RANGE,       /* USF: no /ByteRange */
    PDF_FAULT_RANGE_NULL,     /* USF: null, or no array */
    PDF_FAULT_RANGE_SHAPE,    /* not two ranges of whole numbers that follow each other */
    PDF_FAULT_RANGE_START,    /* does not begin at byte 0 */
    PDF_FAULT_RANGE_GAP,      /* SWA: what is left out is not exactly this signature's <…> */
    PDF_FAULT_RANGE_END,      /* does not end where the revision that holds it ends */
    PDF_FAULTS,
};
const char *pdf_fault_name(enum pdf_fault f);  /* stable: "contents-missing" */
const char *pdf_fault_msgid(enum pdf_fault f); /* a sentence to translate */

struct pdf_signature {
    struct pdf_field field;
    bool is_signed; /* /V is there; all below is only set then */
    enum pdf_fault fault;
    struct pdf_ref value; /* num 0: the dictionary stands in the field */
    const struct pdf_value *dict;
    enum pdf_sub sub;
    str filter, sub_filter;
    bool doc_time_stamp; /* /Type DocTimeStamp */
    uint64_t range[4];   /* set from PDF_FAULT_RANGE_START on */
    size_t contents_at;  /* byte of '<' in the file */
    size_t contents_n;   /* bytes from '<' to behind '>' */
    str contents;        /* decoded, whole, padding included: the CMS, and what VRI keys are hashes of */
    size_t rev;          /* the revision whose bytes it covers, when PDF_FINE */
    str m, name, reason, location, contact; /* as they stand there, UTF-8; "" none. Not to be believed */
    int certifies;        /* /DocMDP: 1 no changes, 2 form filling and signing, 3 annotations too; 0 no certification */
    struct pdf_lock mdp;  /* /FieldMDP of the signature */
    struct pdf_lock lock; /* /Lock of the field */
    int lock_permission;  /* the lock's own /P: 1, 2, 3; 0 none */
};

/* What it allows to come later. */
struct pdf_permission pdf_signature_permits(const struct pdf_signature *s);

/* All signature fields as of `rev`, signed or not, in the tree's order. */
rc pdf_signatures(struct pdf_doc *doc, size_t rev, const struct pdf_signature **out, size_t *n);

/* The signed bytes are first + second; PDF_FINE only. */
static inline void pdf_signature_bytes(const struct pdf_doc *doc, const struct pdf_signature *s, str *first,
                                       str *second)
{
    *first = str_sub(doc->bytes, 0, (size_t)s->range[1]);
    *second = str_sub(doc->bytes, (size_t)s->range[2], (size_t)s->range[3]);
}

/* /Lock of a field, also of one that is not signed yet; `permission`: its /P, 0 none. */
rc pdf_field_lock(struct pdf_doc *doc, const struct pdf_value *field, size_t rev, struct pdf_lock *out,
                  int *permission);

#endif
