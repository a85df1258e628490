/* Search: Chinese and English, same result on both engines. Han runs become overlapping bigrams and single characters,
 * Latin and digits words with prefixes found; width and case folded (utf8_fold). A query's terms must all occur
 * (bigrams of one run adjacent).
 *
 * Score, declared: every word or run of the query adds 8 for each occurrence in the title, 4 in the keywords, 1 in the
 * text, counting at most three occurrences per field. Best first; equal scores by id, lowest first. A word of the query
 * stands for all words that begin with it (of at most SEARCH_PREFIX_TERMS different ones, in byte order); several of
 * them in one field count as occurrences together.
 *
 * Codes: SRC-001 E_INVALID nothing to search for   SRC-002 E_INVALID the query is too long   SRC-003 E_LIMIT a field is
 * too long */
#ifndef RISE_CORE_SEARCH_H
#define RISE_CORE_SEARCH_H

#include "base/arena.h"
#include "base/id.h"
#include "base/vec.h"
#include "db/db.h"

enum {
    SEARCH_TITLE_MAX = 2000, /* bytes */
    SEARCH_KEYWORDS_MAX = 10000,
    SEARCH_TEXT_MAX = 100000,
    SEARCH_QUERY_MAX = 300,
    SEARCH_TOTAL_MAX = 10000,
    SEARCH_PREFIX_TERMS = 2000,
};

/* `space` separates collections ("market.solution"). Fields weigh: title 8, keywords 4, text 1. */
struct search_doc {
    id id; /* > 0 */
    str title, keywords, text;
};
rc search_put(struct tx *tx, const char *space,
              const struct search_doc *d); /* replaces; cheap when nothing has changed */
/* Many at once, much faster than one by one. Of two with the same id the later counts. */
rc search_put_all(struct tx *tx, const char *space, const struct search_doc *d, size_t n);
rc search_del(struct tx *tx, const char *space, id doc); /* absent is OK */

/* What an operation on many things brings in and takes out, noted (copied into `a`) and done together when all of them
 * are changed: one by one, each document rewrites what it shares with the others. search_find() does not know what is
 * only noted. */
struct search_noted {
    const char *space;
    struct search_doc doc;
    bool out; /* take it out; only its id counts */
};
struct search_batch {
    struct arena *a;
    VEC(struct search_noted) noted;
};
/* At once when `b` is NULL. */
rc search_note_put(struct search_batch *b, struct tx *tx, const char *space, const struct search_doc *d);
rc search_note_del(struct search_batch *b, struct tx *tx, const char *space, id doc);
rc search_batch_do(struct tx *tx, const struct search_batch *b); /* of two notes on one document the later counts */
rc search_batch_write(struct db *db,
                      struct search_batch *b); /* in a write of its own; then `b` and its arena are empty */

struct search_hit {
    id id;
    int64_t score;
};
/* Best first; ties by id. *total is the number of all hits (capped at SEARCH_TOTAL_MAX). Empty query: E_INVALID. */
rc search_find(struct tx *tx, const char *space, str query, int64_t offset, int64_t limit, struct search_hit **out,
               size_t *n, int64_t *total, struct arena *a);
#endif
