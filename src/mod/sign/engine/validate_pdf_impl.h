/* Private to validate_pdf*.c. */
#ifndef RISE_SIGN_VALIDATE_PDF_IMPL_H
#define RISE_SIGN_VALIDATE_PDF_IMPL_H
#include "mod/sign/engine/gather.h"
#include "mod/sign/engine/validate_pdf.h"

struct pdf_court {
    struct arena *a;
    const struct sign_rules *r;
    struct pdf_report *report;
    struct pdf_doc *doc;
    struct gathered all; /* of the whole document: each certificate is read once */
};
/* Says what is wrong with the form and returns OK: it is no failure of ours. */
static inline rc pdf_says(struct sign_subject *s, enum sub_indication sub, const char *words)
{
    s->form = sub;
    s->form_words = words;
    return OK;
}
/* The security store of the newest revision, into c->all. */
rc pdf_court_gather(struct pdf_court *c);
/* What stands in j->signature: its format, digests and signature value, the time-stamps in it (validate_pdf_read.c). */
rc pdf_judged_read(struct pdf_court *c, struct pdf_judged *j);
/* All signatures, each on its revision and on what came later (validate_pdf_judge.c). */
rc pdf_judge_all(struct pdf_court *c);
#endif
