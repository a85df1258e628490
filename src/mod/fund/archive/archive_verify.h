/* Private to the verifier: the archive as it was read, and how a check says what differs. */
#ifndef RISE_MOD_FUND_ARCHIVE_VERIFY_H
#define RISE_MOD_FUND_ARCHIVE_VERIFY_H

#include "base/json.h"
#include "core/log_verify.h"
#include "mod/fund/archive/archive_tables.h"

enum archive_check {
    CHECK_CONTAINER,
    CHECK_HASHES,
    CHECK_TABLES,
    CHECK_LOG,
    CHECK_RULES,
    CHECK_ORDER,
    CHECK_SCORES,
    CHECK_DECISIONS,
    CHECK_STAGES,
    CHECK_IMPORTS,
    CHECK_GIFTS,
    CHECK_TALLY,
    CHECK_GIFT,
};
_Static_assert(CHECK_GIFT + 1 == FUND_ARCHIVE_CHECKS, "the report has room for each");

/* A proof out of log/ and the record that it proves. */
struct archive_proof {
    str name;
    const struct json *record; /* NULL: it does not verify */
    uint64_t index;            /* of the entry in the log */
};

struct archive_stage { /* of one panel */
    struct fund_review_line *reviews;
    struct fund_decided_line *decided; /* by number */
    size_t n_reviews, n_decided;
    struct archive_proof proof;
};

struct archive_read {
    struct arena *a;
    const struct fund_archive_ask *ask;
    struct fund_archive_report *out;
    struct err *err;
    struct zip_entry *files; /* the manifest first */
    size_t n_files;
    struct archive_manifest manifest;
    struct tally_rules rules;
    struct archive_proposal *proposals;
    struct archive_panel *panels;
    struct archive_import *imports;
    struct archive_gift *gifts;
    size_t n_proposals, n_panels, n_imports, n_gifts;
    struct archive_stage stages[ARCHIVE_PANELS];
    struct archive_proof rules_proof, tally_proof, *import_proofs;
};

/* The first difference of a check is kept; `what` is a msgid with {1} found and {2} expected. */
void archive_differs(struct archive_read *r, enum archive_check c, const char *what, str file, int64_t line,
                     str expected, str found);
#define ARCHIVE_OTHER N_("“{1}” stands there, “{2}” is right")
void archive_differs_int(struct archive_read *r, enum archive_check c, str file, int64_t line, int64_t expected,
                         int64_t found);
/* Two texts that should be one: names the first line that differs. */
bool archive_same_text(struct archive_read *r, enum archive_check c, str file, str expected, str found);

str archive_file_of(const struct archive_read *r, str name); /* "" when there is no such file */
const struct archive_proposal *archive_proposal_of(const struct archive_read *r, int64_t number);  /* or NULL */
const struct fund_decided_line *archive_decided_of(const struct archive_stage *s, int64_t number); /* or NULL */
/* Of a record: text and number of a member; what a proof that does not verify lacks. */
str archive_said(const struct archive_proof *p, const char *member);
int64_t archive_said_int(const struct archive_proof *p, const char *member);
/* The record must say so; `event` is what kind of entry it must be. */
void archive_must_say(struct archive_read *r, enum archive_check c, const struct archive_proof *p, const char *member,
                      str value);
void archive_must_say_int(struct archive_read *r, enum archive_check c, const struct archive_proof *p,
                          const char *member, int64_t value);

/* One file each; E_LIMIT, E_NOMEM or OK. */
rc archive_read_tables(struct archive_read *r);
rc archive_check_log(struct archive_read *r);
rc archive_check_rules(struct archive_read *r);
rc archive_check_review(struct archive_read *r); /* scores, decisions, stages */
rc archive_check_imports(struct archive_read *r);
rc archive_check_tally(struct archive_read *r); /* gifts, tally */
rc archive_check_gift(struct archive_read *r);

#endif
