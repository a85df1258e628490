/* What the files of this module share and others do not see. */
#ifndef RISE_MOD_MARKET_PARTS_H
#define RISE_MOD_MARKET_PARTS_H

#include "core/ledger.h"
#include "core/notice.h"
#include "mod/market/market.h"

/* ---- events.c: one canonical JSON record per business event ---- */
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
rc mkt_log(const struct mkt_act *x, const char *what, id ref, const struct fact_kv *kv, size_t n, id *entry);

/* ---- small helpers ---- */
str mkt_number_text(struct arena *a, int64_t n); /* "12,345" for messages */
str mkt_day_text(struct arena *a, instant t);    /* "2026-05-01" for messages */
bool mkt_is_officer(const struct session *by);
/* OK when the caller acts for `party` with one of these bits; else E_DENIED MKT-014. */
rc mkt_acts_for(const struct mkt_act *x, id party, perm bits);
rc mkt_wrong_state(const struct mkt_act *x); /* reports MKT-013 */
rc mkt_needs_officer(const struct mkt_act *x);
str mkt_secret_context(struct arena *a, id vendor); /* what a vendor's sealed usage secret is bound to */
str mkt_mail_domain(struct arena *a, str email);    /* lower case, "" when there is none */
/* Field checks that every form of this module shares: texts end up in catalogue pages and CSV. */
void mkt_check_text(struct err *e, const char *field, str s, size_t max_chars, bool required);
rc mkt_pattern(struct arena *a, str query, str *out); /* %query% for LIKE … ESCAPE '\' in lower case */

/* ---- scheme.c, params.c ---- */
rc mkt_param(struct tx *tx, id programme, const char *name, day on, int64_t *out);
rc mkt_payee(const struct mkt_act *x, id programme, id vendor, id *payable,
             id *receivable); /* opens the accounts on first use */

/* ---- posting: a ledger transfer and its annotation in one ---- */
struct mkt_post {
    const char *kind;
    id programme, debit, credit, grant, vendor, order;
    int64_t points;
};
rc mkt_post(const struct mkt_act *x, const struct mkt_post *p); /* 0 points: nothing */
rc mkt_note_posting(const struct mkt_act *x, id transfer,
                    const struct mkt_post *p); /* the transfer was made by a hold's post */

/* ---- grant.c ---- */
rc mkt_grant_settle(const struct mkt_act *x, id grant); /* an ended grant's available points go back to the budget */

/* ---- solution.c ---- */
rc mkt_solution_refresh(const struct mkt_act *x, id solution); /* derived columns and the search index */
rc mkt_solutions_refresh_of(const struct mkt_act *x, id vendor);
rc mkt_solution_check(struct err *e, const struct mkt_solution_form *f);
rc mkt_plan_check(struct err *e, const struct mkt_plan_form *f);
rc mkt_solution_set_state(const struct mkt_act *x, id solution, enum mkt_listing_state s);
rc mkt_vendor_set_state(const struct mkt_act *x, id vendor, enum mkt_listing_state s);
bool mkt_listing_state_parse(str name, enum mkt_listing_state *out);

/* ---- rating.c ---- */
/* Sort key of the rating order: the average counts from three ratings on, then the number of ratings. */
int64_t mkt_rating_key(int64_t n, int64_t average);

/* ---- order.c ---- */
/* Moves `o` from the state it was read in to `to`; writes event, log and *o. The WHERE guards the state: E_CONFLICT
 * MKT-013 when another transaction was faster. */
struct mkt_step {
    const char *move;
    enum mkt_order_state to;
    instant due;
    str reason, invoice;
    const char *usage_source;
    instant used_at; /* 0: now */
    day ends;
};
rc mkt_order_step(const struct mkt_act *x, struct mkt_order *o, const struct mkt_step *s);
rc mkt_order_load(struct tx *tx, id order, struct mkt_order *out, struct arena *a); /* any caller */
rc mkt_order_event(const struct mkt_act *x, const struct mkt_order *o, const char *move,
                   str reason);                                           /* history and log */
rc mkt_order_release(const struct mkt_act *x, const struct mkt_order *o); /* voids the hold, settles the grant */
rc mkt_order_capture(const struct mkt_act *x, struct mkt_order *o);       /* used (or disputed) → captured */
rc mkt_order_first_use(const struct mkt_act *x, struct mkt_order *o, const char *source, instant used_at);
rc mkt_order_tell(const struct mkt_act *x, const struct mkt_order *o, bool firm, const char *subject, const char *body);

#endif
