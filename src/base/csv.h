/* CSV by RFC 4180, streaming: bytes in any pieces, records out. A byte-order mark at the start is skipped; CRLF, LF and
 * CR end a record; quotes may hold separators, line ends and doubled quotes. Blank lines are no records. Bytes are not
 * examined further: check for UTF-8 (or convert from Big5) around the reader. Field and record sizes are capped.
 *
 * Errors name the physical line: E_INVALID CSV-001 (a quotation mark inside an unquoted field, or text behind a closing
 * one), CSV-002 (never closed); E_LIMIT CSV-003 (field or record too long), CSV-004 (too many fields), CSV-005 (too
 * many rows). A reader that failed stays failed. One thread at a time. */
#ifndef RISE_BASE_CSV_H
#define RISE_BASE_CSV_H

#include "base/buf.h"
#include "base/err.h"

struct csv;

/* `row` counts records from 1 (the heading is 1), `line` physical lines. Fields are valid during the call only.
 * Returning anything but OK stops the reader, which returns it. */
typedef rc (*csv_row_fn)(void *arg, int64_t row, int64_t line, const str *fields, size_t n);

struct csv_limits {
    size_t field_bytes;  /* default 65536 */
    size_t fields;       /* default 256 */
    size_t record_bytes; /* default 1 MiB */
    int64_t rows;        /* 0: no limit */
    char separator;      /* ASCII; default ',' */
};

/* limits may be NULL, and zero members mean the default. NULL: out of memory. */
struct csv *csv_new(const struct csv_limits *limits, csv_row_fn fn, void *arg);
void csv_free(struct csv *c);
rc csv_feed(struct csv *c, str bytes, struct err *err);
rc csv_end(struct csv *c, struct err *err); /* the last record may lack its line end */

/* Writing: quotes where needed; a field that starts with = + - @ TAB or CR is prefixed with ' so that spreadsheets do
 * not run it (numbers are left alone). *first is true before the first field of a record. */
void csv_put(struct buf *b, bool *first, str field);
void csv_puti(struct buf *b, bool *first, int64_t v);
void csv_eol(struct buf *b, bool *first); /* CRLF */

#endif
