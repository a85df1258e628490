/* Private to the vendor's own pages: what its handlers hand to its views.
 *
 *   pages_vendor.c            the vendor's home and its orders
 *   pages_vendor_profile.c    becoming a vendor, the profile, asking to be listed
 *   pages_vendor_solutions.c  solutions with their listing
 *   pages_vendor_plans.c      plans and prices
 *   pages_vendor_file.c       the catalogue as CSV, out and in
 *   pages_vendor_money.c      monthly statements, payouts
 *   pages_vendor_ratings.c    ratings, one reply each
 *   pages_vendor_hook.c       how the vendor's systems report first use */
#ifndef RISE_MOD_MARKET_PAGES_VENDOR_H
#define RISE_MOD_MARKET_PAGES_VENDOR_H

#include "mod/market/pages_office.h"

extern const struct route_table mkt_vendor_routes;
extern const struct route_table mkt_vendor_profile_routes;
extern const struct route_table mkt_vendor_solution_routes;
extern const struct route_table mkt_vendor_plan_routes;
extern const struct route_table mkt_vendor_file_routes;
extern const struct route_table mkt_vendor_money_routes;
extern const struct route_table mkt_vendor_rating_routes;
extern const struct route_table mkt_vendor_hook_routes;

/* ---- pages_vendor.c ---- */
enum { MKT_LISTING_STATES = MKT_WITHDRAWN + 1, MKT_VENDOR_WAITING = 10 };
struct mkt_vendor_home_page {
    struct mkt_vendor v;
    int64_t by_state[MKT_ORDER_STATES];
    struct mkt_order waiting[MKT_VENDOR_WAITING]; /* to accept or to activate, most urgent first */
    size_t n_waiting;
    int64_t captured; /* points of this month */
    int64_t unanswered;
    int64_t solutions[MKT_LISTING_STATES];
    size_t n_solutions;
    bool todo; /* there is something to do next */
};
/* Takes an order in among the most urgent ones, if it is one of them. */
void mkt_keep_urgent(struct mkt_vendor_home_page *p, const struct mkt_order *o);

struct mkt_vendor_orders_page {
    const struct input_spec *find;
    str number; /* as typed */
    str state;
    int64_t by_state[MKT_ORDER_STATES];
    const struct mkt_order *orders;
    size_t n;
    id next; /* 0: no further ones */
};
extern const struct choice mkt_vendor_tabs[]; /* address and label; ends with {NULL, NULL} */
/* The vendor the reader acts for. E_NOTFOUND: it has not registered yet. */
rc mkt_own_vendor(struct ctx *c, struct mkt_vendor *out);

/* ---- pages_vendor_profile.c ---- */
struct mkt_profile_page {
    const struct input_spec *spec;
    struct mkt_vendor v;
    int64_t two_officers_above; /* 0: no programme yet */
};

/* ---- pages_vendor_solutions.c ---- */
struct mkt_vendor_solutions_page {
    const struct mkt_solution *v;
    size_t n;
    bool listed; /* the vendor itself */
};
struct mkt_vendor_solution_page {
    struct mkt_solution s;
    bool vendor_listed;
    struct money *points, *own; /* parallel to s.plans, with a full grant; NULL: no programme */
    str path;                   /* "/market/vendor/solutions/ID" */
};
struct mkt_solution_form_page {
    const struct input_spec *spec;
    const struct mkt_solution *s; /* NULL: a new one */
    str action, back;
};
enum { MKT_PLANS_MAX = 12 };
bool mkt_can_submit(enum mkt_listing_state s);
bool mkt_can_withdraw(enum mkt_listing_state s);
const char *mkt_listing_help(enum mkt_listing_state s); /* msgid: what it means for a solution and what comes next */
/* Percent as people write it: 9995 in units of 1/100 → "99.95". */
str mkt_percent_text(const struct ctx *c, int64_t v, int places);
/* "99.95", "99.95 %" → 9995 with two places; 0 to 100.99. E_INVALID: more places than there are, or anything else. */
rc mkt_percent_parse(str typed, int places, int64_t *out);
/* A solution of the reader's own, by the {id} of the path; E_NOTFOUND when it is somebody else's. */
rc mkt_own_solution(struct ctx *c, struct mkt_solution *out);
rc mkt_own_solution_by_id(struct ctx *c, id solution, struct mkt_solution *out);

/* ---- pages_vendor_plans.c ---- */
struct mkt_plan_page {
    const struct input_spec *spec;
    struct mkt_solution s;
    const struct mkt_plan *plan; /* NULL: a new one */
    str action, back;
};

/* ---- pages_vendor_file.c ---- */
struct mkt_vendor_file_page {
    const struct input_spec *spec;
    bool done;
    struct import_report result;
};

/* ---- pages_vendor_money.c ---- */
struct mkt_money_page {
    bool has_scheme;
    struct mkt_statement s;
    str month, before, after; /* "2026-05"; "" none */
    struct mkt_payout *payouts;
    size_t n_payouts;
};
const char *mkt_statement_label(str kind); /* msgid */

/* ---- pages_vendor_ratings.c ---- */
struct mkt_vendor_ratings_page {
    const struct mkt_rating *v;
    size_t n;
    bool unanswered; /* only those without a reply are shown */
    int64_t waiting; /* how many those are */
    const struct mkt_solution *solutions;
    size_t n_solutions;
};
struct mkt_reply_page {
    const struct input_spec *spec;
    struct mkt_rating r;
    str solution; /* its name */
};
str mkt_rated_name(const struct ctx *c, const struct mkt_vendor_ratings_page *p, id solution);

/* ---- pages_vendor_hook.c ---- */
struct mkt_hook_page {
    struct mkt_vendor v;
    str fresh;           /* the new secret, shown once; "" none */
    str by_key, signed_; /* examples for a shell */
    str address;         /* of the signed webhook */
};

#endif
