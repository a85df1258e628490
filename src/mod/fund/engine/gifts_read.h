/* Gifts from a file of any size: CSV, a JSON array, or one JSON object a line; bytes in any pieces, columns out.
 *
 * Amounts are read strictly. Understood: 1234, 1,234 (groups of three), 12.50, full-width １２３４, NT$ or TWD before
 * or behind. Every other row is left out with its reason, never guessed at: see enum gift_fault. A row whose amount has
 * more decimals than any before makes the reader rescale what it has (decimals = GIFTS_AUTO), or is a fault.
 *
 * What cannot be read at all (no such column, broken quotes, broken JSON outside a row) is an error: FND-150 column
 * missing, FND-151 --map malformed, FND-152 not JSON, FND-153 rows left out (for callers that accept none), FND-154 too
 * large, FND-156 the file cannot be read; CSV-00x from base/csv.h. One thread at a time. */
#ifndef RISE_MOD_FUND_GIFTS_READ_H
#define RISE_MOD_FUND_GIFTS_READ_H

#include "mod/fund/engine/tally.h"

/* Names of columns or members; empty: the usual ones are looked for ("project", "project_id"; "donor", "donor_id",
 * "voter"; "amount", "votes"; optional: "kind", "currency"). */
struct gifts_map {
    str project, donor, amount, kind, currency;
};
/* "project=COL,donor=COL,amount=COL[,kind=COL][,currency=COL]"; E_INVALID FND-151. */
rc gifts_map_read(str text, struct gifts_map *out, struct err *err);

enum { GIFTS_AUTO = -1, GIFTS_DECIMALS_MAX = 8, GIFTS_ID_MAX = 256, GIFTS_LISTED = 100 };

enum gift_fault {
    GIFT_FINE,
    GIFT_COLUMNS, /* fewer or more fields than the heading; a member is missing, twice, or neither text nor number */
    GIFT_NO_PROJECT,
    GIFT_NO_DONOR,
    GIFT_ID, /* project or donor: not UTF-8, control characters, longer than GIFTS_ID_MAX bytes */
    GIFT_NO_AMOUNT,
    GIFT_NOT_A_NUMBER, /* NaN, words */
    GIFT_SCIENTIFIC,   /* 1e3 */
    GIFT_AMBIGUOUS,    /* 1,23 · 1,234 where it could be a decimal comma · full-width mixed with other digits */
    GIFT_NEGATIVE,     /* a refund is cancelled with its gift before the tally */
    GIFT_ZERO,
    GIFT_TOO_LARGE,   /* past TALLY_AMOUNT_MAX in the smallest unit */
    GIFT_TOO_PRECISE, /* more decimals than declared */
    GIFT_CURRENCY,    /* another currency, in the amount or in the column */
    GIFT_KIND,        /* no kind of donor, or not the same as before */
    GIFT_JSON,        /* a row of JSON that is none */
    GIFT_FAULTS
};
extern const char *const gift_fault_text[GIFT_FAULTS]; /* msgids */
extern const char *const gift_fault_code[GIFT_FAULTS]; /* "scientific", stable, for programs */

struct gift_row {
    int64_t row;  /* from 1; of CSV the heading is 1 */
    int64_t line; /* physical, from 1 */
    enum gift_fault fault;
    str value; /* what stood there, cut */
};

struct gifts_options {
    struct gifts_map map;
    int decimals; /* 0 to GIFTS_DECIMALS_MAX, or GIFTS_AUTO */
};

/* All in the reader's arena. */
struct gifts {
    struct tally_gifts columns; /* of the rows that are fine */
    const str *donor_id;        /* [n_donors]; columns.project_id likewise: in order of first appearance */
    int decimals;
    bool has_kind; /* some row said whether its donor is a person or an organisation; else columns.kind is NULL */
    int64_t rows;  /* read, heading not counted */
    int64_t faults[GIFT_FAULTS];
    int64_t bad;                   /* sum of faults */
    const struct gift_row *listed; /* the first GIFTS_LISTED faults */
    size_t n_listed;
};

struct gifts_reader;
rc gifts_reader_new(struct arena *a, const struct gifts_options *o, struct gifts_reader **out, struct err *err);
rc gifts_feed(struct gifts_reader *r, str bytes, struct err *err);
rc gifts_end(struct gifts_reader *r, struct gifts *out, struct err *err);

/* One amount: *out in units of 10^-*decimals, where *decimals is what the text needs, at most `most`. */
enum gift_fault gift_amount(str text, int most, int64_t *out, int *decimals);
/* The same in a fixed scale: for --pool and the like. */
enum gift_fault gift_amount_scaled(str text, int decimals, int64_t *out);

#endif
