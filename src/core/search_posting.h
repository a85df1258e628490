/* Posting lists as bytes. Private to search.
 *
 * A block holds the documents from `first` on, ascending. An entry is
 *     varint   document − the one before (the block's `first` at the start)
 *     byte     bits 0–1, 2–3, 4–5: occurrences in title, keywords, text, three meaning "three or more"; bit 6: places
 * follow varint   bytes of places; absent when there is one occurrence in all varint…  places, ascending, each less the
 * one before; a place is position × 4 + field, so that "one character later in the same field" is + 4 Only character
 * pairs have places: adjacency is asked of nothing else. varint: LEB128, at most 10 bytes. */
#ifndef RISE_CORE_SEARCH_POSTING_H
#define RISE_CORE_SEARCH_POSTING_H

#include "base/buf.h"
#include "base/id.h"

enum { POSTING_BLOCK = 900, POSTING_PLACES = 0x40 };

static inline int posting_count(uint8_t head, int field)
{
    return (head >> (2 * field)) & 3;
}

struct posting {
    id doc;
    uint8_t head;
    str places; /* encoded; empty without places */
};

/* Reads a block: E_CORRUPT when it ends inside an entry or is out of order. */
struct posting_reader {
    str rest;
    id doc;
    bool begun;
};
bool posting_next(struct posting_reader *r, struct posting *out, rc *code);
bool places_next(str *places, uint32_t *place); /* *place must be 0 at first; false at the end */

void posting_put(struct buf *b, id *before, const struct posting *p);

/* Collects the occurrences of one term in one document, in ascending place, into an entry. */
struct posting_builder {
    struct buf places;
    uint32_t last;
    uint8_t head;
};
void posting_begin(struct posting_builder *b);
void posting_add(struct posting_builder *b, uint32_t place, bool with_place);
#endif
