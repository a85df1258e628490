/* One report over all formats: a file, its signatures, what is to be said of each, and what was changed since.
 *
 *     TRY(report_make(a, &(struct report_input){.name = name, .bytes = bytes, .rules = &rules}, &r));
 *
 * The format is found in the bytes, never in the file's name. A file that cannot be read is a report that says why.
 * How it is told (page, JSON, text, PDF): mod/sign/report/.
 *
 * Ownership: the report lives in the arena and points into what was given. Threads: pure functions. Errors: E_NOMEM and
 * E_LIMIT of the arena only. */
#ifndef RISE_SIGN_REPORT_H
#define RISE_SIGN_REPORT_H
#include "crypto/hash.h"
#include "mod/sign/engine/data.h"
#include "mod/sign/engine/judge.h"
#include "mod/sign/engine/net.h"
#include "mod/sign/engine/pdf_diff.h"

enum report_format { REPORT_UNKNOWN, REPORT_PDF, REPORT_CMS, REPORT_XML, REPORT_JSON, REPORT_ASIC };
/* A ZIP file is taken for a container. */
enum report_format report_format_of(str bytes);
const char *report_format_name(enum report_format f); /* "PDF"; not translated */

struct report_signature {
    str field;         /* of a PDF; else empty */
    size_t revision;   /* of a PDF, from 1; 0: none */
    bool is_timestamp; /* a document time-stamp: it has no signer, only an authority */
    bool whole;        /* covers the file to its end */
    struct sign_subject *subject;
    struct sign_judgement *result;
    str reason, location; /* what the signer wrote there, not to be believed */
    const str *files;     /* of a container: those that it covers */
    size_t n_files;
};
struct report_change {
    const struct pdf_step *step;
    bool refused; /* by its kind, or by a signature before it */
};
/* What is wrong with a container though each of its signatures may hold. */
struct report_fault {
    const char *name;  /* "not-signed"; stable */
    const char *words; /* msgid; {1} is .file */
    str file;
};
struct report {
    str name;
    uint64_t size;
    struct sha256 sha256;
    enum report_format format;
    instant at; /* of the validation */
    enum verdict verdict;
    struct err unreadable; /* .code OK: the file could be read */
    struct report_signature *v;
    size_t n;
    struct report_change *changes; /* after the first signature */
    size_t n_changes;
    struct report_fault *faults;
    size_t n_faults;
    const struct sign_warning *warnings; /* of the rules: whom it rests on */
    size_t n_warnings;
    size_t revisions; /* of a PDF */
    size_t appended;  /* bytes behind its last one */
};

struct report_input {
    str name; /* for people */
    str bytes;
    struct sign_files beside; /* what a detached signature is over; not of a PDF or a container */
    const struct sign_rules *rules;
};
rc report_make(struct arena *a, const struct report_input *in, struct report **out);
/* The same, but what is missing to say whether a certificate was revoked is asked for (report_online.c), once for each
 * certificate that leads to somebody trusted. Whoever does not answer is a warning "no-answer". */
rc report_make_online(struct arena *a, const struct report_input *in, const struct sign_net *net, struct report **out);

/* The name by which people know a subject: its common name, else its organisation, else the whole Name. */
str report_name(struct arena *a, str name);
#endif
