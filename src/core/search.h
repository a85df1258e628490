/* Search: Chinese and English, same result on both engines. Han runs become overlapping bigrams and single characters, Latin and digits
 * words with prefixes found; width and case folded (utf8_fold). A query's terms must all occur (bigrams of one run adjacent). */
#ifndef RISE_CORE_SEARCH_H
#define RISE_CORE_SEARCH_H

#include "base/arena.h"
#include "base/id.h"
#include "db/db.h"

/* `space` separates collections ("market.solution"). Fields weigh: title 8, keywords 4, text 1. */
struct search_doc { id id; str title, keywords, text; };
rc search_put(struct tx *tx, const char *space, const struct search_doc *d);   /* replaces */
rc search_del(struct tx *tx, const char *space, id doc);

struct search_hit { id id; int64_t score; };
/* Best first; ties by id. *total is the number of all hits (capped at 10,000). Empty query: E_INVALID. */
rc search_find(struct tx *tx, const char *space, str query, int64_t offset, int64_t limit, struct search_hit **out, size_t *n, int64_t *total, struct arena *a);
#endif
