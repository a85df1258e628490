/* Private to the files of gifts. */
#ifndef RISE_MOD_FUND_GIFT_IMPL_H
#define RISE_MOD_FUND_GIFT_IMPL_H

#include "mod/fund/gift.h"
#include "mod/fund/gift_commit.h"
#include "mod/fund/gift_rules.h"

enum { GIFT_CAMPAIGN_MAX = 100 /* bytes */ };

/* The round's secret, opened; wipe it. E_NOTFOUND: the round has no platform yet. FND-517. */
rc gift_key_get(struct tx *tx, struct app *app, id programme, struct gift_key *out, struct arena *a);

struct gift_campaign {
    str campaign;
    int64_t number;
};
rc gift_campaigns(struct tx *tx, id source, struct gift_campaign **out, size_t *n, struct arena *a);

/* ---- gift_batch.c: a file's rows on their way into the table ---- */
struct gift_in {
    int64_t row, line;
    id id;
    char code[GIFT_CODE + 1]; /* of its receipt; "": it has none */
    bool holds;               /* it is the gift that the code finds */
    str hint;
    str part_code; /* code of the row that it belongs to */
    id part_of;
    id takes; /* an unpaid row of an earlier file whose receipt goes to this one */
    id project;
    int64_t number; /* of the project */
    int64_t donor, tail;
    enum gift_donor kind;
    enum gift_status status;
    bool negative, in_time_known, stage_ok, eligible;
    enum gift_fault fault; /* of the amount */
    bool foreign;          /* another currency */
    int64_t amount, returned, refunded, counted;
    instant at;
    const char *found; /* code of a reason, "": counts; NULL while not decided */
    const char *identity_fault;
    int64_t trait[FUND_TRAITS];
};
/* A gift of an earlier file whose refunds have changed. */
struct gift_change {
    id gift;
    int64_t refunded;
};
struct gift_batch {
    struct fund_import import;
    struct fund_source source;
    struct fund_round round;
    str round_code;
    int64_t min;
    struct gift_key key;
    struct gift_in *rows;
    size_t n;
    struct gift_change *changes;
    size_t n_changes;
    struct import_report report; /* bad > 0: the file is refused */
};
/* Everything that can be decided without writing. E_INVALID with report.bad > 0: the file is wrong. */
rc gift_batch_read(struct tx *tx, struct app *app, id import, str bytes, struct gift_batch *out, struct arena *a);
rc gift_batch_put(struct tx *tx, const struct gift_batch *b, size_t from, size_t to);
/* Makes them true: tree, counts, log entry, changes of earlier gifts, sums. FND-518. */
rc gift_batch_finish(const struct act *x, const struct gift_batch *b);

/* gift_read.c: pure but for the proposals known beforehand. */
struct gift_project {
    id id;
    int64_t number;
    enum fund_stage stage;
};
struct gift_reading {
    const struct fund_source *source;
    const struct fund_round *round;
    const struct gift_key *key;
    const struct gift_project *projects; /* by number */
    size_t n_projects;
    const struct gift_campaign *campaigns; /* by campaign */
    size_t n_campaigns;
};
/* The rows of a file as facts: `found` is still NULL. */
rc gift_file_read(const struct act *x, str bytes, const struct gift_reading *with, struct gift_in **rows, size_t *n,
                  struct import_report *report);
/* The reason of a gift's own row, after repeated receipts and refunds were dealt with; "": it counts. */
const char *gift_judge(const struct gift_in *g, const struct fund_round *round, int64_t min);

rc gift_settle(struct tx *tx, id gift, int64_t min, struct arena *a); /* gift.c: refunded, reason, counted anew */
int64_t gift_donor_key(const struct gift_key *key, enum identity_kind kind, const char *number);

/* gift_proof.c: the row's canonical record as it was read, whatever an appeal has corrected since. */
rc gift_record_as_read(struct tx *tx, id gift, str *json, struct arena *a);

#define IMPORT_WAITING "waiting"
#define IMPORT_DONE    "done"
#define IMPORT_REFUSED "refused"
#define IMPORT_UNDONE  "undone"

#endif
