/* The cloud marketplace with subsidy points: domain operations, without HTTP and HTML.
 *
 * A small firm registers by its 統一編號, is found eligible, gets points once, orders a listed service with them; the
 * vendor accepts, activates, first use is reported, the points are captured and paid out; the firm rates. README.md has
 * the states, the money flows and the law.
 *
 * Units: amounts are whole NT dollars or points (1 point = NT$1) in `struct money`; terms in months; service levels as
 * said at `struct mkt_sla`. Times are instants, civil dates are days in Taiwan. Ownership: nothing here owns memory;
 * texts that come back live in the caller's arena. Threads: none of its own. Every operation runs in the caller's
 * transaction and may be run again with it. Errors: rc, with details in tx_err(tx): codes MKT-001 … are listed in
 * README.md where they are raised. E_CONFLICT of a state change means that somebody else was faster or that the state
 * forbids it (ACT-002). */
#ifndef RISE_MOD_MARKET_H
#define RISE_MOD_MARKET_H

#include "base/arena.h"
#include "base/money.h"
#include "core/act.h"
#include "core/app.h"
#include "core/case.h"
#include "core/county.h"
#include "core/figure.h"
#include "core/import.h"
#include "core/module.h"
#include "core/party.h"
#include "core/programme.h"
#include "core/rule.h"
#include "crypto/hash.h"
#include "http/input.h"
#include "web/ctx.h"

/* ---- scheme.c: one programme of the marketplace, with its ledger accounts ---- */
struct mkt_scheme {
    id programme;
    day opens, closes;              /* open on [opens, closes) */
    id appropriation, budget, paid; /* ledger accounts, unit points */
};
rc mkt_scheme_on(struct tx *tx, day on, struct mkt_scheme *out); /* E_NOTFOUND MKT-001: none is open */
rc mkt_scheme_get(struct tx *tx, id programme, struct mkt_scheme *out);
rc mkt_scheme_latest(struct tx *tx, struct mkt_scheme *out); /* open or not: for the officer's and public pages */
/* Makes the programme with all parameters at their declared values (params.c) and its accounts. */
rc mkt_scheme_add(const struct act *x, const struct programme *p, id *out);
rc mkt_budget_add(const struct act *x, id programme, struct money amount, str reason); /* appropriation → budget */

/* All in points; appropriated = budget + granted + payable + paid + receivable + owed. The last two are zero or
 * negative: what vendors owe after a refund of something already paid, and firms after a claw-back of points already
 * spent. `held` is a part of granted. */
struct mkt_budget {
    int64_t appropriated, budget, granted, held, payable, paid, receivable, owed;
};
rc mkt_budget_get(struct tx *tx, id programme, struct mkt_budget *out);

/* ---- params.c: what a law or a budget can change ---- */
extern const struct param_table mkt_params;

/* ---- codes.c: the closed vocabularies; value = what is stored, label = msgid. End with {NULL, NULL} ---- */
extern const struct choice mkt_categories[]; /* the six of the programme */
extern const struct choice mkt_firm_kinds[];
extern const struct choice mkt_trades[];
extern const struct choice mkt_aspects[];  /* what is rated, 1–5 stars each */
extern const struct choice mkt_supports[]; /* support hours, fewest first */
extern const struct choice mkt_report_kinds[];
enum { MKT_ASPECTS = 4 };

/* ---- number.c: order numbers, 20 characters ---- */
enum { MKT_NUMBER = 20 };
/* 18 characters of Crockford base32 chosen at random and 2 check characters (mod 1021): finds every single wrong
 * character and every swap of two. Stored without hyphens, upper case. */
void mkt_number_new(char out[MKT_NUMBER + 1]);
void mkt_number_show(str number, struct buf *out);        /* XXXXX-XXXXX-XXXXX-XXXXX */
rc mkt_number_parse(str typed, char out[MKT_NUMBER + 1]); /* hyphens, spaces, case, I L O forgiven; E_INVALID */

/* ---- registry.c: the public registry behind an adapter ---- */
struct mkt_registry_entry {
    str ubn, name;
    str status; /* "active", "suspended", "dissolved" */
    str kind;   /* of mkt_firm_kinds */
    bool capital_known;
    int64_t capital;            /* NT$ */
    str address, trade, county; /* "" unknown */
    day founded;                /* 0 unknown */
    day as_of;                  /* the day the register was read */
};
struct mkt_registry { /* another source (an API of the ministry) is another const of this type */
    const char *name;
    rc (*find)(struct tx *tx, str ubn, struct mkt_registry_entry *out,
               struct arena *a); /* E_NOTFOUND: not registered */
};
extern const struct mkt_registry mkt_registry_file; /* answers from the table filled by mkt_registry_import */
rc mkt_registry_put(struct tx *tx, const struct mkt_registry_entry *e);

/* ---- registry import ---- */
/* The open registry CSV (財政部 全國營業(稅籍)登記資料集, or the company register): columns are found by their Chinese
 * or English headings, UTF-8 (BOM or not) or Big5. E_INVALID IMP-001 when any row is wrong: see `out`, then nothing was
 * written. */
rc mkt_registry_import(const struct act *x, str bytes, day as_of, struct import_report *out);

/* ---- firm.c ---- */
struct mkt_firm {
    id id; /* the party */
    str ubn, name;
    bool capital_known, headcount_known;
    int64_t capital, headcount;
    str kind, trade, county, address, phone, email;
    str registry_status;
    day registry_as_of;
    instant registered;
    bool blocked;
    str blocked_reason;
};
struct mkt_firm_form {
    str ubn;
    int64_t capital;   /* −1: taken from the registry, unknown if it does not say */
    int64_t headcount; /* −1: unknown */
    str kind;          /* "": from the registry */
    str trade, county, address, phone, email;
};
/* The caller becomes the firm's member. MKT-002 checksum, MKT-003 not in the registry, MKT-005 registered by somebody
 * else. */
rc mkt_firm_register(const struct act *x, const struct mkt_firm_form *f, id *firm);
rc mkt_firm_update(const struct act *x, id firm, const struct mkt_firm_form *f);
rc mkt_firm_get(struct tx *tx, id firm, struct mkt_firm *out, struct arena *a);
rc mkt_firm_by_ubn(struct tx *tx, str ubn, struct mkt_firm *out, struct arena *a);
rc mkt_firm_block(const struct act *x, id firm, bool blocked, str reason); /* officer: no new orders while blocked */
struct mkt_firm_row {
    id id;
    str ubn, name, kind, county, trade;
    instant registered;
    int64_t granted, captured;
    bool blocked;
};
rc mkt_firm_list(struct tx *tx, str query, int64_t offset, int64_t limit, struct mkt_firm_row **out, size_t *n,
                 int64_t *total, struct arena *a); /* query: part of the name or the start of a 統一編號; "" all */

/* ---- eligibility.c ---- */
struct mkt_facts {             /* what is known about a firm; the engine alone works on these without a database */
    str registry_status, kind; /* p == NULL: unknown */
    bool capital_known, headcount_known, grants_known;
    int64_t capital, headcount, grants;
};
struct mkt_thresholds {
    int64_t capital_max, headcount_below, grants_max;
}; /* from the programme's parameters */
rc mkt_thresholds_on(struct tx *tx, id programme, day on, struct mkt_thresholds *out);
struct mkt_thresholds mkt_thresholds_declared(void); /* params.c's values: for the engine alone */
const struct rule *mkt_rule(const struct mkt_thresholds *t,
                            struct arena *a); /* criteria with their citations; NULL: no memory */
rc mkt_eligibility(const struct mkt_facts *f, const struct mkt_thresholds *t, day on, struct arena *a,
                   struct rule_result *out, struct err *err);
rc mkt_firm_facts(struct tx *tx, id programme, const struct mkt_firm *firm, struct mkt_facts *out);
rc mkt_firm_eligibility(struct tx *tx, id programme, id firm, day on, struct arena *a, struct rule_result *out);

/* ---- grant.c ---- */
enum mkt_grant_state { MKT_GRANT_ACTIVE, MKT_GRANT_EXPIRED, MKT_GRANT_CLAWED_BACK };
struct mkt_grant {
    id id, firm, programme, account;
    str ubn;
    int64_t amount;        /* points given */
    int64_t balance, held; /* of its ledger account; available = balance − held */
    instant granted, expires;
    enum mkt_grant_state state;
    id log_entry;
};
const char *mkt_grant_state_label(enum mkt_grant_state s); /* msgid */
/* Gives the firm its points, once per 統一編號. MKT-006 not eligible, MKT-007 had its grant already, MKT-008 budget
 * spent. */
rc mkt_grant_give(const struct act *x, id firm, id *out);
rc mkt_grant_of(struct tx *tx, id programme, id firm, struct mkt_grant *out, struct arena *a); /* E_NOTFOUND: none */
rc mkt_grant_get(struct tx *tx, id grant, struct mkt_grant *out, struct arena *a);
rc mkt_grants_of(struct tx *tx, id firm, struct mkt_grant **out, size_t *n, struct arena *a);
/* Officer takes back what was wrongly given: unspent points and those captured, with reason; vendors are not charged
 * unless the order itself is refunded. */
rc mkt_grant_claw_back(const struct act *x, id grant, str reason);
struct mkt_posting {
    instant at;
    str kind;
    int64_t points;
    str number;
    id order;
}; /* points: + in, − out */
rc mkt_grant_postings(struct tx *tx, id grant, struct mkt_posting **out, size_t *n, struct arena *a);

/* ---- sla.c: the five service-level terms as data ---- */
struct mkt_sla {
    int64_t availability;   /* basis points of the month: 9995 = 99.95 % */
    int64_t support;        /* index in mkt_supports */
    int64_t compensation;   /* permille of the monthly fee for each month in which availability is missed */
    int64_t response;       /* minutes until a person answers a severe fault */
    int64_t recovery_point; /* minutes of data that may be lost at most */
};
enum mkt_better { MKT_MORE, MKT_LESS };
struct mkt_sla_term {
    const char *name;                       /* field name in forms, CSV and API */
    const char *label, *explanation, *unit; /* msgids */
    enum mkt_better better;                 /* which end is better for the buyer: for comparing and sorting */
    int64_t min, max;
    size_t offset; /* of the int64_t in struct mkt_sla */
};
extern const struct mkt_sla_term mkt_sla_terms[];
enum { MKT_SLA_TERMS = 5 };
int64_t mkt_sla_value(const struct mkt_sla *s, int term);
rc mkt_sla_check(const struct mkt_sla *s, struct err *err); /* a field error per term out of bounds */
void mkt_sla_format(struct buf *out, enum lang l, const struct mkt_sla *s, int term); /* "99.95 %", "4 hours" … */

/* ---- vendor.c ---- */
enum mkt_listing_state {
    MKT_DRAFT,
    MKT_SUBMITTED,
    MKT_CORRECTION,
    MKT_LISTED,
    MKT_REFUSED,
    MKT_SUSPENDED,
    MKT_WITHDRAWN
};
const char *mkt_listing_state_label(enum mkt_listing_state s);
const char *mkt_listing_state_name(enum mkt_listing_state s); /* as stored */
struct mkt_vendor {
    id id; /* the party */
    str ubn, name, name_en, about, about_en, website, email, phone, address, county;
    str bank_code, bank_account; /* where payouts go; shown to the vendor and officers only */
    int64_t capital;             /* paid-in, NT$ */
    int64_t expected_sales;      /* of one year, NT$: the amount at stake when two officers are asked for */
    enum mkt_listing_state state;
    id listing;              /* the case; 0: none yet */
    instant created, listed; /* listed 0: never */
    bool has_usage_secret;
};
struct mkt_vendor_form {
    str ubn, name, name_en, about, about_en, website, email, phone, address, county, bank_code, bank_account;
    int64_t capital, expected_sales;
};
rc mkt_vendor_register(const struct act *x, const struct mkt_vendor_form *f,
                       id *vendor); /* a draft; caller becomes member */
rc mkt_vendor_update(const struct act *x, id vendor, const struct mkt_vendor_form *f);
rc mkt_vendor_get(struct tx *tx, id vendor, struct mkt_vendor *out, struct arena *a);
rc mkt_vendor_suspend(const struct act *x, id vendor, bool suspended, str reason); /* officer */
struct mkt_vendor_row {
    id id;
    str ubn, name, name_en, county;
    enum mkt_listing_state state;
    int64_t solutions, orders, captured, reports;
    instant created;
};
rc mkt_vendor_list(struct tx *tx, str query, int64_t offset, int64_t limit, struct mkt_vendor_row **out, size_t *n,
                   int64_t *total, struct arena *a);
/* The secret that signs this vendor's usage webhooks: shown once, sealed at rest. A new one ends the old. */
rc mkt_vendor_usage_secret(const struct act *x, struct app *app, id vendor, struct buf *once);

/* ---- solution.c, plan.c ---- */
struct mkt_plan {
    id id, solution;
    str name, name_en;
    struct money price; /* for the whole term, tax included */
    int64_t months;
    int64_t version; /* grows with every change of price or term: the buyer orders the version seen */
    bool active;
};
struct mkt_rating_sums { /* kept with the solution; whole numbers only */
    int64_t n;
    int64_t aspect[MKT_ASPECTS]; /* sums of stars */
    int64_t squares;             /* sum of (sum of the aspects)² : for the spread */
};
struct mkt_solution {
    id id, vendor;
    str code; /* the vendor's own, unique per vendor */
    str vendor_name, vendor_name_en;
    str category;
    str name, name_en, summary, summary_en, description, description_en, website;
    struct mkt_sla sla;
    enum mkt_listing_state state;
    id listing;
    struct mkt_rating_sums rating;
    int64_t orders; /* captured ones */
    instant created, listed;
    struct mkt_plan *plans;
    size_t n_plans; /* cheapest first */
};
struct mkt_solution_form {
    str code, category, name, name_en, summary, summary_en, description, description_en, website;
    struct mkt_sla sla;
};
struct mkt_plan_form {
    str name, name_en;
    int64_t price, months;
    bool active;
};
rc mkt_solution_add(const struct act *x, id vendor, const struct mkt_solution_form *f, id *out);
rc mkt_solution_update(const struct act *x, id solution, const struct mkt_solution_form *f);
rc mkt_solution_get(struct tx *tx, id solution, struct mkt_solution *out, struct arena *a); /* any state */
rc mkt_solution_public(struct tx *tx, id solution, struct mkt_solution *out,
                       struct arena *a); /* listed ones; else E_NOTFOUND */
rc mkt_solutions_of(struct tx *tx, id vendor, struct mkt_solution **out, size_t *n,
                    struct arena *a);                       /* without plans */
rc mkt_solution_withdraw(const struct act *x, id solution); /* the vendor's own */
rc mkt_plan_add(const struct act *x, id solution, const struct mkt_plan_form *f, id *out);
rc mkt_plan_update(const struct act *x, id plan, const struct mkt_plan_form *f);
rc mkt_plan_get(struct tx *tx, id plan, struct mkt_plan *out, struct arena *a);

/* ---- catalogue.c ---- */
struct mkt_sort {
    const char *value;
    const char *label;
    const char *rule; /* msgid: what the page states */
};
extern const struct mkt_sort mkt_sorts[]; /* the first is the default without a search text; ends with {NULL} */
struct mkt_filter {
    str query;                /* free text; "" none */
    str category;             /* "" all */
    int64_t own_max;          /* own share of the cheapest plan at most; −1: any */
    int64_t support_min;      /* index in mkt_supports; 0: any */
    int64_t availability_min; /* basis points; 0: any */
    int64_t response_max;     /* minutes; 0: any */
    id vendor;                /* 0: all */
    str sort;                 /* "" default; "relevance" with a query */
    int64_t available;        /* points the buyer can spend: own share is computed with these; −1: a full grant */
    int64_t offset, limit;    /* limit at most 100 */
};
struct mkt_card { /* one row of the catalogue */
    id id, vendor;
    str category, name, name_en, summary, summary_en, vendor_name, vendor_name_en;
    struct money price, points, own; /* of the cheapest active plan */
    int64_t months;
    struct mkt_sla sla;
    int64_t rating_n, rating; /* average over all aspects in hundredths of a star; 0 when none */
    int64_t orders;
};
rc mkt_catalogue(struct tx *tx, id programme, day on, const struct mkt_filter *f, struct mkt_card **out, size_t *n,
                 int64_t *total, struct arena *a);
struct mkt_count {
    str value;
    int64_t n;
};
rc mkt_category_counts(struct tx *tx, struct mkt_count **out, size_t *n,
                       struct arena *a); /* listed solutions per category */
enum { MKT_COMPARE = 4 };
rc mkt_compare(struct tx *tx, const id *ids, size_t n, struct mkt_solution **out, size_t *found, struct arena *a);

/* ---- catalogue_csv.c: one line per plan ---- */
rc mkt_catalogue_export(struct tx *tx, id vendor /* 0: all */, struct buf *out);
/* vendor 0: the file names vendors by 統一編號 (officer); else all rows are that vendor's. IMP-001: see `out`, nothing
 * written. New solutions of a vendor start as drafts; those an officer imports are listed at once. An optional column
 * (description, description_en, website, active) that the file lacks leaves what is there; an empty cell clears it. */
rc mkt_catalogue_import(const struct act *x, str bytes, id vendor, struct import_report *out);

/* ---- price.c ---- */
struct mkt_share {                  /* how much of a price points may cover, from the programme's parameters */
    int64_t points_num, points_den; /* at most price × num / den, rounded down: the own share is rounded up */
    int64_t grant;                  /* points of a full grant */
};
rc mkt_share_on(struct tx *tx, id programme, day on, struct mkt_share *out);
rc mkt_points_allowed(const struct mkt_share *s, struct money price, struct money *out);
/* Points used and own share for `price` when at most `available` points can be spent and `wanted` are asked for (−1:
 * all allowed). MKT-018: more asked for than allowed. */
rc mkt_price_split(const struct mkt_share *s, struct money price, int64_t available, int64_t wanted,
                   struct money *points_, struct money *own, struct err *err);
int64_t mkt_price_within(const struct mkt_share *s, int64_t available,
                         int64_t own_max); /* greatest price whose own share ≤ own_max */

struct mkt_quote {
    struct mkt_plan plan;
    struct mkt_solution solution; /* without plans */
    struct money price, allowed, available, points, own;
    struct mkt_share share;
    int64_t contract_version;
    char contract_hash[2 * SHA256_LEN + 1];
    bool has_grant;
    instant grant_expires;
};
/* What the buyer is shown before ordering. firm 0: a visitor with a full grant in mind. points −1: as many as allowed.
 */
rc mkt_quote_get(struct tx *tx, id firm, id plan, int64_t points, instant at, struct mkt_quote *out, struct arena *a);

/* ---- contract.c ---- */
struct mkt_contract {
    int64_t version;
    day from;
    str zh, en;
    char hash[2 * SHA256_LEN + 1]; /* SHA-256 of zh, LF, en */
};
extern const char mkt_contract_text_zh[], mkt_contract_text_en[]; /* what a new programme starts with */
rc mkt_contract_on(struct tx *tx, id programme, day on, struct mkt_contract *out, struct arena *a);
rc mkt_contract_get(struct tx *tx, id programme, int64_t version, struct mkt_contract *out, struct arena *a);
rc mkt_contract_publish(const struct act *x, id programme, day from, str zh, str en, int64_t *version); /* officer */

/* ---- order.c and the moves ---- */
enum mkt_order_state {
    MKT_PLACED,
    MKT_ACCEPTED,
    MKT_ACTIVATED,
    MKT_USED,
    MKT_CAPTURED,
    MKT_CLOSED, /* the straight way */
    MKT_DECLINED,
    MKT_ORDER_WITHDRAWN,
    MKT_LAPSED,
    MKT_DISPUTED,
    MKT_REFUNDED,
    MKT_ORDER_STATES
};
const char *mkt_order_state_name(enum mkt_order_state s);  /* as stored: "placed" */
const char *mkt_order_state_label(enum mkt_order_state s); /* msgid */
bool mkt_order_state_parse(str name, enum mkt_order_state *out);

struct mkt_order {
    id id, programme, firm, vendor, solution, plan, grant, hold, renewal_of, renewed_by, payout;
    str number;
    enum mkt_order_state state;
    str firm_name, firm_ubn, vendor_name, vendor_name_en, solution_name, solution_name_en, plan_name,
        plan_name_en; /* as ordered */
    struct money price, points, own;
    int64_t months, plan_version, contract_version;
    char contract_hash[2 * SHA256_LEN + 1];
    instant placed, accepted, activated, used, captured, changed; /* 0: not yet */
    instant due;                                                  /* the present state ends by itself then; 0: never */
    day ends;                                                     /* last day of the term; 0 before activation */
    str invoice;                                                  /* the vendor's uniform invoice, AA12345678 */
    str usage_source;                                             /* "api", "webhook", "buyer" */
    bool rated;
};
struct mkt_order_request {
    id plan;
    int64_t plan_version;     /* the version the buyer saw. MKT-011: the price has changed since, {1} is the new one */
    int64_t points;           /* −1: as many as allowed */
    int64_t contract_version; /* the text the buyer agreed to. MKT-015: there is a newer one */
};
rc mkt_order_place(const struct act *x, const struct mkt_order_request *r, id *out); /* firm: hold placed */
rc mkt_order_accept(const struct act *x, id order);                                  /* vendor */
rc mkt_order_decline(const struct act *x, id order, str reason);                     /* vendor: points return */
rc mkt_order_withdraw(const struct act *x, id order, str reason);                    /* firm, before activation */
rc mkt_order_activate(const struct act *x, id order, str invoice, bool own_share_received); /* vendor */
rc mkt_order_dispute(const struct act *x, id order, str reason);             /* firm, from activated until paid out */
rc mkt_order_decide(const struct act *x, id order, bool refund, str reason); /* officer ends a dispute */
rc mkt_order_refund(const struct act *x, id order, str reason); /* officer: also after payout (receivable) */
rc mkt_order_renew(const struct act *x, id order, id plan, int64_t plan_version, int64_t contract_version, id *out);
/* Which moves the person may make now, for buttons: bits 1 << enum mkt_move. */
enum mkt_move {
    MKT_DO_ACCEPT,
    MKT_DO_DECLINE,
    MKT_DO_WITHDRAW,
    MKT_DO_ACTIVATE,
    MKT_DO_CONFIRM_USE,
    MKT_DO_DISPUTE,
    MKT_DO_DECIDE,
    MKT_DO_REFUND,
    MKT_DO_RATE,
    MKT_DO_RENEW,
    MKT_DO_REPORT
};
uint32_t mkt_order_moves(const struct mkt_order *o, const struct session *by);
/* msgid: what happens next, said to the one who reads: the order's firm, its vendor, or anybody else as the office. */
const char *mkt_order_state_help(const struct mkt_order *o, const struct session *by);

/* Visible to its firm, its vendor, officers and auditors; E_NOTFOUND to others. */
rc mkt_order_get(struct tx *tx, const struct session *by, id order, struct mkt_order *out, struct arena *a);
rc mkt_order_by_number(struct tx *tx, const struct session *by, str typed, struct mkt_order *out,
                       struct arena *a); /* MKT-020 */
struct mkt_order_event {
    id id;
    instant at;
    str move, reason, by_name;
    enum mkt_order_state to;
    id log_entry;
};
rc mkt_order_events(struct tx *tx, id order, struct mkt_order_event **out, size_t *n, struct arena *a);
const char *mkt_move_label(str move);                     /* msgid of an event's move */
enum mkt_side { MKT_OF_FIRM, MKT_OF_VENDOR, MKT_OF_ALL }; /* OF_ALL: officers and auditors only */
/* Newest first; `after` = id of the last row seen (0: start) so that pages stay stable. state NULL or "": all. */
rc mkt_orders(struct tx *tx, enum mkt_side side, id party, str state, id after, int64_t limit, struct mkt_order **out,
              size_t *n, struct arena *a);
rc mkt_order_counts(struct tx *tx, enum mkt_side side, id party, int64_t by_state[MKT_ORDER_STATES]);

/* ---- usage.c: first use ---- */
rc mkt_usage_confirm(const struct act *x, id order); /* buyer */
/* Vendor by API key or signed webhook. external_id makes a report at most once: the same again is OK and changes
 * nothing, for another order MKT-019. used_at 0: now; the future or before activation is refused (MKT-042). */
rc mkt_usage_report(const struct act *x, str number, str external_id, instant used_at, const char *source);
/* Checks `Rise-Signature` with the vendor's secret, then as above. body: {"order": "…", "id": "…", "used_at": "…"}.
 * MKT-028. */
rc mkt_usage_webhook(const struct act *x, struct app *app, id vendor, str header, str body);

/* ---- payout.c ---- */
struct mkt_payout {
    id id, vendor;
    str ubn, vendor_name, bank_code, bank_account;
    day on;
    int64_t amount, set_off, orders;
    instant at;
};
/* Pays every vendor what is payable on `on`; at most once per vendor and day. Amounts owed back (receivable) are set
 * off first. */
rc mkt_payout_run(const struct act *x, id programme, day on, int64_t *vendors, struct money *total);
rc mkt_payouts(struct tx *tx, id vendor /* 0: all */, day on /* 0: all */, int64_t limit, struct mkt_payout **out,
               size_t *n, struct arena *a);
rc mkt_payout_file(struct tx *tx, id programme, day on, struct buf *csv);
struct mkt_statement_line {
    instant at;
    str kind; /* "capture", "refund", "payout" */
    str number;
    id order;
    str solution_name;
    int64_t points;
};
struct mkt_statement {
    id vendor;
    str vendor_name, ubn;
    int year, month;
    int64_t opening, captured, refunded, paid, closing;
    struct mkt_statement_line *lines;
    size_t n;
};
rc mkt_statement(struct tx *tx, id programme, id vendor, int year, int month, struct mkt_statement *out,
                 struct arena *a);
rc mkt_statement_csv(struct tx *tx, id programme, id vendor, int year, int month, struct buf *csv, struct arena *a);

/* ---- rating.c ---- */
struct mkt_rating {
    id id, order, solution, vendor;
    str trade, county; /* of the firm, whose name is not shown */
    int64_t stars[MKT_ASPECTS];
    str text;
    instant at;
    str reply;
    instant replied;
};
rc mkt_rate(const struct act *x, id order, const int64_t stars[MKT_ASPECTS], str text, id *out); /* MKT-021, MKT-022 */
rc mkt_rating_reply(const struct act *x, id rating, str text); /* MKT-023: one reply only */
rc mkt_rating_get(struct tx *tx, id rating, struct mkt_rating *out, struct arena *a);
rc mkt_rating_hide(const struct act *x, id rating, str reason); /* officer: unlawful text; stars stay */
rc mkt_ratings(struct tx *tx, id solution, int64_t offset, int64_t limit, struct mkt_rating **out, size_t *n,
               struct arena *a);
rc mkt_ratings_of_vendor(struct tx *tx, id vendor, int64_t limit, struct mkt_rating **out, size_t *n, struct arena *a);
struct mkt_rating_summary {
    int64_t n;
    int64_t average, spread;     /* hundredths of a star; spread = standard deviation */
    int64_t aspect[MKT_ASPECTS]; /* averages in hundredths */
};
struct mkt_rating_summary mkt_rating_summary(const struct mkt_rating_sums *s);
/* How many ratings came to 1, 2 … 5 stars: each rating's four aspects averaged, half a star rounded up. */
rc mkt_rating_distribution(struct tx *tx, id solution, int64_t by_stars[5]);

/* ---- listing.c: vendor and solution as cases ---- */
extern const struct case_kind mkt_vendor_case, mkt_solution_case;
const struct case_kind *mkt_case_kind(str code);          /* NULL: not ours */
rc mkt_vendor_submit(const struct act *x, id vendor);     /* draft or correction → submitted */
rc mkt_solution_submit(const struct act *x, id solution); /* MKT-025 vendor not listed, MKT-026 incomplete */
/* An officer's or the vendor's move, carried over to the vendor or solution. done = false: waits for a second officer.
 */
rc mkt_listing_move(const struct act *x, id c, str move, str reason, bool *done);
struct mkt_listing_row {
    struct case_row c;
    str vendor_name, subject_name;
    bool is_vendor;
};
rc mkt_listings(struct tx *tx, str state /* "" open ones */, int64_t offset, int64_t limit,
                struct mkt_listing_row **out, size_t *n, struct arena *a);

/* ---- renewal.c, expiry.c: the work of the clock ---- */
rc mkt_renewal_remind(const struct act *x, int max, int *n);
rc mkt_orders_lapse(const struct act *x, int max,
                    int *n); /* deadlines: not accepted, not activated, not used; objection over → captured */
rc mkt_grants_expire(const struct act *x, int max, int *n);
rc mkt_orders_close(const struct act *x, int max, int *n); /* term over → closed */
/* A correction of a listing that is not sent by its deadline: a reminder two days before, then the case is closed and
 * the listing is a draft again. */
rc mkt_listings_remind(const struct act *x, int max, int *n);
rc mkt_listings_lapse(const struct act *x, int max, int *n);
enum { MKT_JOBS = 4 };
extern const struct job_kind mkt_jobs[MKT_JOBS];

/* ---- fraud.c: reports and indicators; people decide, nothing is refused by itself ---- */
struct mkt_report {
    id id, order, vendor, firm;
    str kind, text, number, vendor_name, firm_name;
    str state; /* open, closed */
    str finding;
    instant at;
};
rc mkt_report_add(const struct act *x, id order, str kind, str text, id *out);
rc mkt_report_close(const struct act *x, id report, str finding);
rc mkt_report_get(struct tx *tx, id report, struct mkt_report *out, struct arena *a);
rc mkt_reports(struct tx *tx, bool open_only, int64_t limit, struct mkt_report **out, size_t *n, struct arena *a);
struct mkt_evidence {
    id party;
    str name, ubn;
    bool is_vendor;
};
struct mkt_signal {
    const char *kind;
    const char *label; /* msgid */
    str value;
    int64_t count;
    struct mkt_evidence *who;
    size_t n_who; /* at most 20 shown */
};
rc mkt_signals(struct tx *tx, id programme, day on, struct mkt_signal **out, size_t *n, struct arena *a);

/* ---- figures.c, checks.c, cli.c, demo.c ---- */
/* The sizes stand here because module.c is one constant initialiser. */
enum { MKT_FIGURES = 10, MKT_CHECKS = 5, MKT_VERBS = 10 };
extern const struct figure mkt_figures[MKT_FIGURES];
/* The msgid behind a code that stands in a figure's label (a category, county or state); NULL: show the label itself.
 */
const char *mkt_figure_label(const struct figure *f, str label);
extern const struct check mkt_checks[MKT_CHECKS];
extern const struct verb mkt_verbs[MKT_VERBS];
rc mkt_demo(struct app *app, const struct demo *d, struct err *err);

#endif
