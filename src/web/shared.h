/* Shared pages: pages that are the same for all visitors, remembered until a table that was read for them is changed.
 *
 * A route says .flags = ROUTE_SHARED. Its page may then depend on the address, the language, the day and the database
 * only. What is remembered is the body; cookies, headers and everything about the caller are made for each request.
 *
 *   used      for callers without session, API key and flash note, who ask for a page and not for JSON; everybody else
 *             gets the handler's own page
 *   kept      a 200 of reply_page() that set no header of its own, wrote no form token (c->only_for_one) and read only
 *             tables that have a version (db.h, WATCHED); anything else is simply not kept
 *   valid     in a snapshot in which all those tables have the versions they had when the page was made: a change is
 *             seen by the next request, with several servers on one database too; and for SHARED_KEEP at most, so that
 *             what depends on the hour, or on tables changed by hand, catches up
 *   bounded   by the bytes given to shared_new(); what was asked for longest ago goes first
 *
 * Threads: any. Ownership: shared_get() gives a reference; the body lives until shared_release(). */
#ifndef RISE_WEB_SHARED_H
#define RISE_WEB_SHARED_H

#include "db/db.h"
#include "web/i18n.h"

enum { SHARED_BYTES = 32 * 1024 * 1024, SHARED_TARGET_MAX = 1024 };
#define SHARED_KEEP MINUTE

struct shared_key {
    str target; /* path and query as they came: pages link to themselves */
    enum lang lang;
    instant now; /* the day counts */
};

/* When it was made, from what. */
struct shared_basis {
    uint64_t tables;
    struct db_versions versions;
};

struct shared_page { /* read-only */
    str body;
    char etag[24]; /* quoted; another one each time the page is made */
};

struct shared_pages;
struct shared_pages *shared_new(size_t max_bytes); /* NULL: out of memory */
void shared_free(struct shared_pages *s);          /* references may outlive it; NULL is allowed */

/* NULL: there is none that is valid in a snapshot with these versions. */
const struct shared_page *shared_get(struct shared_pages *s, const struct shared_key *key,
                                     const struct db_versions *versions);
/* Copies the body. A page too large (an eighth of the bytes) or without memory for it is not kept. */
void shared_put(struct shared_pages *s, const struct shared_key *key, const struct shared_basis *basis, str body);
void shared_release(void *page);

struct shared_stats {
    int64_t hits, misses;
    size_t pages, bytes;
};
void shared_stats(struct shared_pages *s, struct shared_stats *out);

#endif
