/* Gifts: exports of crowdfunding platforms are read, every row counts or has its reason, one person is one donor on all
 * platforms, and a donor can look up, prove and appeal.
 *
 * Life of an import: waiting (its file lies sealed) → done, or refused (the file itself is wrong: nothing was taken) →
 * undone (by an officer, before the tally is published). Rows count only while their import is done.
 *
 * Order of exclusion, the first that applies (README.md has each with its rule):
 *   a repeated receipt, a refund's row → not paid → currency → amount → no receipt → refunded → time, window → project,
 *   stage → identity number → nationality → minimum (of what is left after refunds).
 *
 * Privacy: an identity number is hashed as soon as its cell is read and stored nowhere; see schema/0003_gift.sql.
 *
 * Units: whole NT dollars; instants. Memory: results in the caller's arena. Threads: as the tx. Codes:
 *   FND-500 E_NOTFOUND no such platform    FND-501 E_INVALID a code is 1 to 20 small letters, digits, hyphens
 *   FND-502 E_CONFLICT the code is taken   FND-503 E_CONFLICT this file has been imported already
 *   FND-504 E_CONFLICT an import of this platform is running       FND-505 E_INVALID a row is too short or too long
 *   FND-506 E_INVALID a line of the campaign list is not "CODE = NUMBER"; no such proposal
 *   FND-507 E_NOTFOUND no such import      FND-508 E_CONFLICT an import that is being read, refused or undone
 *   FND-509 E_CONFLICT a later import or an appeal stands on it    FND-510 E_NOTFOUND no gift by that (code, receipt)
 *   FND-511 E_INVALID the code has a typing error                  FND-512 E_CONFLICT nothing to appeal against
 *   FND-513 E_CONFLICT the days to appeal are over                 FND-514 E_CONFLICT an appeal is open or was decided
 *   FND-515 E_INVALID a corrected value is needed to count it      FND-516 E_LIMIT too many rows
 *   FND-517 E_CORRUPT the sealed secret or file does not open      FND-518 E_CONFLICT the round changed meanwhile
 *   FND-519 E_INVALID a column is named twice */
#ifndef RISE_MOD_FUND_GIFT_H
#define RISE_MOD_FUND_GIFT_H

#include "core/job.h"
#include "mod/fund/engine/tally.h"
#include "mod/fund/fund.h"
#include "mod/fund/gift_code.h"

struct app;

enum {
    FUND_GIFT_FILE_MOST = 128 << 20, /* bytes of an export */
    FUND_GIFT_ROWS_MOST = 1000000,
    FUND_GIFT_CAMPAIGNS_MOST = 1000,
};

/* ---- gift_rules.c: what a platform's file holds, and why a row does not count ---- */
enum fund_gift_col {
    GIFT_PROJECT,
    GIFT_IDENTITY,
    GIFT_AMOUNT,
    GIFT_RECEIPT,
    GIFT_PAID_AT,
    GIFT_STATUS,
    GIFT_KIND_OF_DONOR,
    GIFT_RESIDENCE,
    GIFT_CURRENCY_OF,
    GIFT_REFUND_OF,
    GIFT_RETURNED,
    GIFT_DEVICE,
    GIFT_ADDRESS,
    GIFT_ACCOUNT,
    GIFT_COLS
};
enum { GIFT_REQUIRED_COLS = GIFT_PAID_AT + 1 };           /* the first ones, up to here, every file must have */
extern const struct choice fund_gift_columns[];           /* in the order of the enum */
enum fund_gift_col fund_gift_col_of_heading(str heading); /* by its usual names; GIFT_COLS: none */

struct fund_reason {
    const char *code;   /* as stored */
    const char *label;  /* msgid: why it does not count */
    const char *rule;   /* msgid: which rule says so */
    const char *remedy; /* msgid: what can be done */
    bool of_gift;       /* the row is a gift of its own: its donor may appeal */
};
extern const struct fund_reason fund_reasons[];     /* end with code NULL */
const struct fund_reason *fund_reason_of(str code); /* NULL: none */

/* ---- source.c: platforms ---- */
struct fund_source {
    id id, programme;
    str code, name;
    str heading[GIFT_COLS]; /* "": looked for under its usual names */
};
/* Also makes the round's secret with its first platform. Officer; logged. */
rc fund_source_add(const struct act *x, struct app *app, id programme, str code, str name, id *out);
/* campaigns: lines "CODE = NUMBER". Officer; logged. For imports from then on. */
rc fund_source_change(const struct act *x, id source, const str heading[GIFT_COLS], str campaigns);
rc fund_source_get(struct tx *tx, id source, struct fund_source *out, struct arena *a);
rc fund_source_by_code(struct tx *tx, id programme, str code, struct fund_source *out, struct arena *a);
rc fund_sources(struct tx *tx, id programme, struct fund_source **out, size_t *n, struct arena *a); /* by code */
rc fund_source_campaigns(struct tx *tx, id source, str *out, struct arena *a); /* as fund_source_change takes them */

/* ---- gift_import.c ---- */
struct fund_import {
    id id, programme, source;
    int64_t number;
    str source_code, source_name, name, hash;
    int64_t bytes;
    str state, encoding;
    int64_t rows, counted, raised;
    str root;
    id log_entry;
    str report;
    id job;
    instant at, done;
};
/* Checks and seals the file; fund_import_run() does the work. Officer, in the phases of crowdfunding and counting. */
rc fund_import_begin(const struct act *x, struct app *app, id source, str file_name, str bytes, id *out);
/* Reads the file and makes its rows true, in several transactions but all or nothing: until the last one nothing
 * counts, and after a crash it starts again. OK also when the file was refused: look at the import's state. */
typedef rc (*fund_progress_fn)(void *arg, int64_t done, int64_t total);
rc fund_import_run(struct app *app, id import, fund_progress_fn progress, void *arg, struct err *err);
/* Both at once in the caller's transaction, for the demonstration and tests. */
rc fund_import_here(const struct act *x, struct app *app, id source, str file_name, str bytes, id *out);
/* Also of an import whose job ended before the file was read. */
rc fund_import_undo(const struct act *x, id import, str reason);
rc fund_import_get(struct tx *tx, id import, struct fund_import *out, struct arena *a);
rc fund_imports(struct tx *tx, id programme, struct fund_import **out, size_t *n, struct arena *a); /* newest first */
struct fund_reason_count {
    str reason; /* "": counted */
    int64_t n, amount;
};
rc fund_import_counts(struct tx *tx, id import, struct fund_reason_count **out, size_t *n, struct arena *a);
/* The rows that wrong files are told, made into the text of import.report and back. */
struct import_report;
str fund_report_json(const struct import_report *r, struct arena *a);
rc fund_report_read(str json, struct import_report *out, struct arena *a);

/* ---- gift.c: reading ---- */
struct fund_gift {
    id id, programme, source, import;
    int64_t row, line;
    str code, hint;
    bool holds; /* the code finds it; else it is a repeated receipt or a refund */
    id part_of, project;
    id donor;
    str kind;
    int64_t amount, returned;
    instant at;
    str found, reason;
    int64_t refunded, counted;
    id upheld;
};
rc fund_gift_get(struct tx *tx, id gift, struct fund_gift *out, struct arena *a); /* FND-510 */
rc fund_gift_by_code(struct tx *tx, str typed, struct fund_gift *out, struct arena *a);
/* By the platform's receipt number and the last four of the identity number: FND-510 whichever is wrong. */
rc fund_gift_by_receipt(struct tx *tx, struct app *app, id source, str receipt, str last4, struct fund_gift *out,
                        struct arena *a);
/* Rows of an import, by row: those with this reason found, or all that do not count (reason "-"). */
rc fund_gift_rows(struct tx *tx, id import, str reason, int64_t after_row, int64_t limit, struct fund_gift **out,
                  size_t *n, struct arena *a);

enum fund_trait { FUND_DEVICE, FUND_ADDRESS, FUND_ACCOUNT, FUND_TRAITS };
const char *fund_trait_label(enum fund_trait t); /* msgid */

/* What counts now, in order of project, donor, id: ready for tally(). Without the gifts of proposals that were
 * withdrawn since (publish.h). Project ids are the public numbers with leading zeros, so that their byte order is the
 * order of numbers. Cluster columns are dense numbers from 1; 0: not told. All in the arena. */
struct fund_counted {
    struct tally_gifts columns;
    const id *project; /* [columns.n_projects] proposals at FUND_SECOND or above, by number; also those without gifts */
    const uint32_t *device, *address, *account; /* [columns.n] */
    uint32_t n_device, n_address, n_account;    /* highest numbers */
    const id *gift;                             /* [columns.n] */
    const int64_t *trait_key[FUND_TRAITS];      /* key of each cluster: trait_key[t][number - 1] */
    const int64_t *donor_key;                   /* [columns.n_donors] */
};
rc fund_gifts_counted(struct tx *tx, id programme, struct fund_counted *out, struct arena *a);

struct fund_raised {
    id project;
    int64_t number, gifts, donors, raised;
    str title, title_en;
};
rc fund_raised(struct tx *tx, id programme, struct fund_raised **out, size_t *n, struct arena *a); /* by number */
rc fund_gift_totals_renew(struct tx *tx, id programme, struct arena *a); /* after anything that changes what counts */

struct fund_cluster {
    int64_t key;
    int64_t donors, gifts, amount, projects;
};
/* Groups of at least three donors who share it; most donors first, at most 50. */
rc fund_clusters(struct tx *tx, id programme, enum fund_trait t, struct fund_cluster **out, size_t *n, struct arena *a);

/* The donor's proof: gift, salt, path to the import's root, and the log's proof of that root (gift_commit.h). */
rc fund_gift_proof(struct tx *tx, struct app *app, const struct fund_gift *g, struct buf *out, struct arena *a);

/* ---- appeal.c ---- */
extern const struct case_kind fund_gift_appeal_case;
struct fund_appeal {
    id id, gift, programme;
    str state; /* submitted, upheld, refused */
    str words, email, answer;
    instant at, decided;
    str reason; /* of the gift when it was read */
    str hint;
    int64_t amount;
};
rc fund_appeal_open(const struct act *x, const struct fund_gift *g, str words, str email, enum lang lang, id *out);
/* What an officer corrects when the row lacked it; "" and 0: as it is. The identity number is hashed, not stored. */
struct fund_correction {
    int64_t number; /* of the proposal */
    str identity;
    int64_t amount;
};
rc fund_appeal_decide(const struct act *x, struct app *app, id appeal, bool uphold, str answer,
                      const struct fund_correction *fix);
rc fund_appeal_get(struct tx *tx, id appeal, struct fund_appeal *out, struct arena *a);
rc fund_appeal_of(struct tx *tx, id gift, struct fund_appeal *out, struct arena *a); /* E_NOTFOUND: none */
rc fund_appeals(struct tx *tx, id programme, bool open, struct fund_appeal **out, size_t *n, struct arena *a);
/* Until when; 0: there is nothing to appeal against (it counts, or the row is no gift of its own). */
rc fund_appeal_until(struct tx *tx, const struct fund_gift *g, instant *out, struct arena *a);

/* For the table of `rise doctor`. */
rc fund_check_gift_sums(struct app *app, struct tx *tx, struct buf *finding);
rc fund_check_gift_rows(struct app *app, struct tx *tx, struct buf *finding);
rc fund_check_gift_roots(struct app *app, struct tx *tx, struct buf *finding);

#define FUND_GIFT_JOB "fund.gift-import"
rc fund_gift_job_run(struct job *j);
rc fund_gift_job_queue(const struct act *x, id import);
int fund_verb_import_gifts(struct app *app, const struct input *in, struct err *err);

#endif
