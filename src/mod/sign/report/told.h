/* A report (engine/report.h) in a reader's words: one text, which page, PDF and terminal lay out each in its way.
 *
 * First the verdict in plain words, then each signature on both axes: what the cryptography shows, and what the law
 * makes of it (電子簽章法 Art. 4, 6, 15). The standard's own names stand beside the words.
 *
 * Ownership: everything lives in the arena. Threads: pure functions. Errors: E_NOMEM, E_LIMIT of the arena. */
#ifndef RISE_SIGN_TOLD_H
#define RISE_SIGN_TOLD_H
#include "base/vec.h"
#include "mod/sign/engine/report.h"
#include "web/i18n.h"

struct told_pair {
    str key, value;
};
typedef VEC(struct told_pair) told_pairs;

enum { TOLD_COLUMNS = 4 };
struct told_table {
    str title;
    str headings[TOLD_COLUMNS];
    str (*rows)[TOLD_COLUMNS];
    size_t n;
};

struct told_signature {
    str title;            /* "Signature 1: 林𣿆川" */
    enum verdict verdict; /* for colours */
    str head, standard;   /* "The signature holds"; "TOTAL-FAILED, HASH_FAILURE" */
    str why;              /* a sentence */
    str law_head, law;    /* the second axis */
    bool presumed;        /* the law presumes something */
    told_pairs facts;
    struct told_table path, stamps; /* certificates; time-stamps */
};
struct told_change {
    str text;
    bool refused;
};
struct told {
    enum verdict verdict;
    str head, lead, standard;
    told_pairs facts; /* of the file */
    struct told_signature *v;
    size_t n;
    str *faults; /* of a container itself: a sentence each */
    size_t n_faults;
    str *warnings; /* about whom it rests on */
    size_t n_warnings;
    struct told_change *changes;
    size_t n_changes;
};
rc told_make(struct arena *a, const struct report *r, enum lang lang, struct told **out);

/* Words that JSON needs, too. */
const char *told_verdict(enum verdict v, bool is_timestamp); /* msgid */
str told_why(struct arena *a, const struct sign_judgement *j, enum lang lang);
const char *told_law(const struct report_signature *s); /* msgid: the sentence of the second axis */
str told_warning_words(struct arena *a, const struct sign_warning *w, enum lang lang);
str told_fault_words(struct arena *a, const struct report_fault *f, enum lang lang);
str told_change_words(struct arena *a, const struct pdf_step *s, enum lang lang);
str told_err(struct arena *a, const struct err *e, enum lang lang);
#endif
