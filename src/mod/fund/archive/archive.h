/* The archive of a round: one file from which everybody can compute again who was chosen and why, and that shows no
 * person. README.md, "Archive", describes the files, what each check proves, and what privacy costs.
 *
 * One ZIP of stored entries (base/zip.h), in this order:
 *
 *     manifest.json                    type, round, dates, places, awards, the log's key, SHA-256 of every other file
 *     rules.json                       of the tally, canonical (tally.h)
 *     proposals.csv                    number, titles, field, goals, state, stage, award
 *     panels.csv                       the rules of each panel that has decided
 *     reviews-STAGE.csv                scores; reviewers are numbers (score_table.h); no comments
 *     decisions-STAGE.csv              every candidate: figures, taken or not, reason of a deviation
 *     imports.csv                      platform, rows, root of the commitments
 *     gifts.csv                        every row of every import in order; donors are small numbers
 *     results.csv                      publish.h
 *     log/rules.json, log/decision-STAGE.json, log/import-N.json, log/tally.json
 *                                      the public log's proofs (rise-log-proof/1), all at one checkpoint
 *
 * STAGE is first, second, awards. CSV is UTF-8 with CRLF; amounts are whole NT dollars. The same rows in the database
 * and the same head of the log give the same bytes.
 *
 * Memory: arenas given, at most a few times the archive. Threads: as the tx; verifying is a pure function. Codes:
 *   FND-620 E_CONFLICT nothing is published yet        FND-621 E_INVALID not an archive of a round
 *   FND-622 E_LIMIT more than FUND_ARCHIVE_MOST         FND-623 E_NOTFOUND the round has no archive
 *   FND-624 E_INVALID not a donor's proof               FND-625 E_CORRUPT what was published cannot be put together */
#ifndef RISE_MOD_FUND_ARCHIVE_H
#define RISE_MOD_FUND_ARCHIVE_H

#include "core/app.h"
#include "core/job.h"
#include "mod/fund/fund.h"

enum {
    FUND_ARCHIVE_MOST = 256 << 20, /* bytes */
    FUND_ARCHIVE_FILES = 4096,
};
#define FUND_ARCHIVE_TYPE "rise-fund-archive/1"

/* ---- archive_write.c ---- */
/* Of a round whose tally is published. LOG-002: an entry is not in the tree yet. */
rc fund_archive_write(struct tx *tx, id programme, struct buf *zip, struct arena *a);

/* ---- archive_job.c: it is made behind each publication ---- */
struct fund_archive {
    id id, programme, document;
    str hash; /* hex SHA-256 of the file */
    int64_t bytes;
    id log_entry;
    instant at;
};
rc fund_archive_latest(struct tx *tx, id programme, struct fund_archive *out, struct arena *a); /* FND-623 */
rc fund_archive_queue(const struct act *x, id programme); /* the job makes it as soon as the log has all entries */
/* What the job does; at once, for the demonstration and tests. The same bytes as the latest: nothing is added. */
rc fund_archive_make(struct app *app, id programme, struct err *err);
#define FUND_ARCHIVE_JOB "fund.archive"
rc fund_archive_job_run(struct job *j);

/* ---- archive_verify.c ---- */
enum fund_archive_state { ARCHIVE_OK, ARCHIVE_FAILED, ARCHIVE_NOT_RUN };
struct fund_archive_check {
    const char *name, *label; /* stable; msgid */
    enum fund_archive_state state;
    const char *what;    /* msgid of what differs, {1} is `found`, {2} `expected` */
    str file;            /* where; "" the whole */
    int64_t line;        /* from 1; 0: the whole file */
    str expected, found; /* "" where there is nothing to compare */
};
enum { FUND_ARCHIVE_CHECKS = 13 };               /* the last one is of a donor's proof */
const char *fund_archive_check_label(int check); /* msgid */
struct fund_archive_ask {
    str vkey; /* the log's key, known from elsewhere; "": the archive's own is believed */
    str gift; /* a donor's proof, rise-gift-proof/1; "": none */
};
struct fund_archive_report {
    struct fund_archive_check checks[FUND_ARCHIVE_CHECKS];
    size_t n;
    bool ok; /* no check failed or could not be run */
    str sha256, code, name_zh, name_en, vkey, origin;
    uint64_t log_size;
    int64_t proposals, reviews, rows, counted, raised; /* what was computed from */
    struct {
        bool asked, counts, by_appeal;
        int64_t import, row, project, given, amount; /* amount: what counts */
        str reason;
    } gift;
};
/* OK: it was read and the report says the rest. E_INVALID FND-621, 624: unreadable. E_LIMIT FND-622. */
rc fund_archive_verify(struct arena *a, str zip, const struct fund_archive_ask *ask, struct fund_archive_report *out,
                       struct err *err);

int fund_verb_verify(struct app *app, const struct input *in, struct err *err);

#endif
