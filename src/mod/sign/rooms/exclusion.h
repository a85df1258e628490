/* The register of exclusions: acts that may not be done electronically, or that a law ties to a form this platform does
 * not give (a notary's deed, a will). It warns before a document of that kind is sent; people decide.
 *
 *     transitional   an agency's exclusion from before the Act was amended: lapses a year after it began to count, or
 * after one extension of at most two more years (parameters exclusion.months, exclusion.extension.months) form a form
 * that a law asks for: stands as long as the law does
 *
 * Nothing is deleted: every change is a version with its reason, also a removal, and an entry in the public log. The
 * warning is a comparison of words (exclusion_matches) and says so: it claims neither that a document falls under an
 * entry nor, where it stays silent, that it does not.
 *
 * Ownership: results live in the arena given. Threads: as the tx. Errors:
 *   EXC-001 E_NOTFOUND no such entry                  EXC-002 E_INVALID the last day is before the first
 *   EXC-003 E_INVALID  a transitional exclusion without its last day, or that stands longer than the law allows
 *   EXC-004 E_INVALID  not a day                      EXC-005 E_INVALID not one of the words allowed
 *   EXC-006 E_CONFLICT the entry was changed meanwhile, or removed          EXC-007 E_LIMIT the register is full
 *   EXC-008 E_INVALID  the same agency and act stand in the file twice */
#ifndef RISE_SIGN_EXCLUSION_H
#define RISE_SIGN_EXCLUSION_H
#include "core/import.h"
#include "mod/sign/rooms/room.h"

enum {
    EXCLUSION_AGENCY_MAX = 100, /* characters, as the next ones */
    EXCLUSION_ACT_MAX = 300,
    EXCLUSION_LAW_MAX = 300,
    EXCLUSION_KEYWORDS_MAX = 300,
    EXCLUSION_SOURCE_MAX = 300,
    EXCLUSION_REASON_MAX = 500,
    EXCLUSIONS_MAX = 5000,
    EXCLUSIONS_PAGE = 25,
    EXCLUSION_HITS_MAX = 20,
};

struct exclusion {
    id id;
    str agency, act, law, kind, keywords, source;
    day starts, ends; /* last day; 0: as long as the law stands */
    bool extended;
    str state; /* listed, removed */
    int64_t version;
    instant changed;
};
extern const struct choice exclusion_kinds[];

/* ---- reading (exclusion.c) ---- */
enum exclusion_when { EXCLUSION_NOW, EXCLUSION_SOON, EXCLUSION_LAPSED, EXCLUSION_ALL };
extern const struct choice exclusion_whens[];
struct exclusion_query {
    str words;
    enum exclusion_when when; /* removed ones in EXCLUSION_ALL only */
    day today;
    int64_t soon; /* days ahead that count as soon (exclusion.warn.days) */
    int64_t offset, limit;
};
rc exclusions_list(struct tx *tx, const struct exclusion_query *q, struct exclusion **out, size_t *n, int64_t *total,
                   struct arena *a);
rc exclusion_get(struct tx *tx, id entry, struct exclusion *out, struct arena *a); /* EXC-001 */
struct exclusion_change {
    int64_t version;
    str what, reason;
    struct exclusion entry; /* as it was from then on */
    id account;
    instant at;
    id log_entry;
};
extern const struct choice exclusion_changes[];
rc exclusion_history(struct tx *tx, id entry, struct exclusion_change **out, size_t *n,
                     struct arena *a); /* newest first */
enum exclusion_standing {
    EXCLUSION_STANDS,
    EXCLUSION_LAPSES_SOON,
    EXCLUSION_HAS_LAPSED,
    EXCLUSION_TO_COME,
    EXCLUSION_REMOVED
};
enum exclusion_standing exclusion_standing_of(const struct exclusion *e, day today, int64_t soon);
rc exclusions_csv(struct tx *tx, struct buf *out); /* all that are listed, with the headings of the import */

/* ---- the office's changes (exclusion_edit.c) ---- */
rc exclusion_add(const struct act *x, const struct exclusion *e, str reason, id *out);
rc exclusion_change(const struct act *x, const struct exclusion *e,
                    str reason); /* e->version: the one that was shown */
rc exclusion_remove(const struct act *x, id entry, int64_t version, str reason);
/* Adds, and changes what has the same agency and act. All or nothing. */
rc exclusion_import(const struct act *x, str bytes, str reason, struct import_report *out);
rc exclusions_warn(const struct act *x, int max, int *n); /* tells the office once of each that lapses soon */

struct demo;
rc exclusions_demo(struct app *app, const struct demo *world,
                   struct err *err); /* invented entries (demo_exclusion.c) */

/* ---- the warning (exclusion_match.c; exclusions_for() is declared in room.h) ---- */
/* `text` folded (utf8_fold). A keyword that occurs in it; or the act's words, most of them. */
bool exclusion_matches(struct arena *a, const struct exclusion *e, str text);
/* Sent in spite of these: each with the entry's id and version, in the room's history and the public log. */
rc exclusions_confirm(const struct act *x, const struct room *r, const struct exclusion_hit *v, size_t n);
#endif
