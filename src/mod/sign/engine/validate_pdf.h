/* The signatures of a PDF, each judged on the revision that it covers, then on what came after.
 *
 * Ownership: the report lives in the arena and points into `bytes`, which must outlive it. Threads: pure functions.
 * Errors: E_LIMIT and E_NOMEM only; a document that cannot be read is a report that says why. */
#ifndef RISE_SIGN_VALIDATE_PDF_H
#define RISE_SIGN_VALIDATE_PDF_H
#include "mod/sign/engine/judge.h"
#include "mod/sign/engine/pdf_diff.h"
#include "mod/sign/engine/pdf_signature.h"

struct pdf_judged {
    const struct pdf_signature *signature;
    bool is_timestamp; /* a document time-stamp: .stamp is judged; else .subject and .result */
    struct sign_subject subject;
    struct sign_judgement result; /* of a time-stamp too: verdict, words, best */
    struct sign_stamp stamp;
    const struct pdf_step *refused; /* a later change that this signature does not permit; NULL: none */
    bool whole;                     /* it covers the file to its end */
};

struct pdf_report {
    struct pdf_doc *doc;   /* NULL: the file is no PDF that can be read at all */
    struct err unreadable; /* why not, or why only the part before `appended` could be */
    size_t appended;       /* bytes at the end that are no revision of the document; 0 none */
    struct pdf_judged *v;  /* in the order of their revisions */
    size_t n;
    const struct pdf_step *steps; /* after the first signature */
    size_t n_steps;
    enum verdict verdict; /* the worst of all; VERDICT_FAILED when there is no signature */
};
rc validate_pdf(struct arena *a, str bytes, const struct sign_rules *r, struct pdf_report **out);
#endif
