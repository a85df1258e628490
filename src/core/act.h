/* The frame of one domain operation: transaction, memory, who acts and when; and what operations of every module share.
 *
 * A `.write` handler makes it with ACT(tx, c). Jobs, imports and the demonstration world act as the system (`by` =
 * &act_system). An operation may be run again with its transaction, so it starts from scratch each time.
 *
 * Codes: ACT-001 E_DENIED    not the caller's organisation, or not an officer
 *        ACT-002 E_CONFLICT  somebody else was faster: the state forbids it now
 *        ACT-003 … ACT-005 E_INVALID at a field: empty, characters that cannot be stored, too long */
#ifndef RISE_CORE_ACT_H
#define RISE_CORE_ACT_H

#include "base/arena.h"
#include "base/id.h"
#include "base/when.h"
#include "db/db.h"
#include "web/ctx.h"

struct act {
    struct tx *tx;
    struct arena *a;
    const struct session *by;
    instant at;
    struct search_batch *batch; /* where changes of the search index wait for the end of a large operation
                                   (core/search.h); NULL: they are made at once */
};
#define ACT(tx_, c) ((struct act){.tx = (tx_), .a = (c)->arena, .by = &(c)->session, .at = (c)->now})
extern const struct session act_system; /* account 0, no party, officer's and admin's bits */

/* ---- who ---- */
bool act_is_officer(const struct session *by);
rc act_needs_officer(const struct act *x);                  /* E_DENIED ACT-001 */
rc act_for_party(const struct act *x, id party, perm bits); /* the caller wears one of these hats of `party` */
rc act_wrong_state(const struct act *x);                    /* reports ACT-002 */

/* ---- one canonical JSON record per business event ---- */
struct fact_kv {
    const char *key;
    bool is_text;
    int64_t i;
    str s;
};
static inline struct fact_kv kv_int(const char *key, int64_t i)
{
    return (struct fact_kv){key, false, i, STR_EMPTY};
}
static inline struct fact_kv kv_text(const char *key, str s)
{
    return (struct fact_kv){key, true, 0, s};
}
#define KVS(...)                                                                                                       \
    (const struct fact_kv[]){__VA_ARGS__}, sizeof((const struct fact_kv[]){__VA_ARGS__}) / sizeof(struct fact_kv)

/* Appends to the public log: members in byte order of their names, "at", "event" and "ref" added. `entry` may be NULL.
 */
rc act_log(const struct act *x, const char *what, id ref, const struct fact_kv *kv, size_t n, id *entry);

/* ---- words ---- */
str number_text(struct arena *a, int64_t n); /* "12,345" for messages */
str day_text(struct arena *a, instant t);    /* "2026-05-01" for messages */
/* A field's text as domains check it again behind the form: texts also come from CSV and the API. Reports into `e`. */
void check_text(struct err *e, const char *field, str s, size_t max_chars, bool required);
/* The same of an e-mail address (codes of the input layer). `kept`, which may be NULL: as forms give it, with ASCII for
 * full-width letters and the domain in small ones; a text from elsewhere is to be kept so. */
rc check_email(struct err *e, struct arena *a, const char *field, str s, bool required, str *kept);
rc like_pattern(struct arena *a, str query, str *out); /* %query% for LIKE … ESCAPE '\' in lower case */

#endif
