/* Private to the pages of the programme's office: what its handlers hand to its views. */
#ifndef RISE_MOD_MARKET_PAGES_OFFICE_H
#define RISE_MOD_MARKET_PAGES_OFFICE_H

#include "mod/market/pages.h"

#define OFFICE  (AS_OFFICER | AS_AUDITOR | AS_ADMIN) /* may look */
#define DECIDES (AS_OFFICER | AS_ADMIN)              /* may act */

extern const struct route_table mkt_office_routes;
extern const struct route_table mkt_case_routes;
extern const struct route_table mkt_office_firm_routes;
extern const struct route_table mkt_office_vendor_routes;
extern const struct route_table mkt_office_order_routes;
extern const struct route_table mkt_watch_routes;
extern const struct route_table mkt_import_routes;
extern const struct route_table mkt_figure_routes;

/* ---- pages_office.c ---- */
struct mkt_office_page {
    bool open;
    struct programme programme;
    struct mkt_budget budget;
    int64_t orders[MKT_ORDER_STATES];
    size_t cases, reports, signals; /* cases: at most MKT_OFFICE_LOOK */
    int64_t payable_vendors;
};
enum { MKT_OFFICE_LOOK = 200 };
/* What the pages that need a programme answer as long as there is none: how to open one. */
rc mkt_no_programme(struct ctx *c);

struct mkt_budget_page {
    const struct input_spec *add, *pay;
    struct mkt_budget budget;
    struct mkt_payout *payouts;
    size_t n;
    day today;
};

/* ---- pages_cases.c ---- */
struct mkt_cases_page {
    const char *const *states; /* filter; "" open ones */
    str state;
    struct mkt_listing_row *rows;
    size_t n;
    struct pages pages;
    bool more;
};
struct mkt_case_page {
    const struct input_spec *spec;
    const struct case_kind *kind;
    struct case_row row;
    struct mkt_vendor vendor;
    struct mkt_solution solution; /* when the case is about one */
    bool is_vendor;
    struct case_event *events;
    size_t n_events;
    struct option *moves; /* what the reader may do now */
    size_t n_moves;
    int64_t two_officers_above;
};
const char *mkt_case_state_label(str state);
const char *mkt_case_colour(str state);
const char *mkt_case_move_label(const struct case_kind *k, str move);

/* ---- pages_office_firms.c ---- */
struct mkt_firms_page {
    str query;
    struct mkt_firm_row *rows;
    size_t n;
    struct pages pages;
};
struct mkt_office_firm_page {
    const struct input_spec *block, *take;
    struct mkt_firm firm;
    struct rule_result eligibility;
    struct mkt_thresholds limits;
    bool has_rule;
    struct mkt_grant *grants;
    size_t n_grants;
    struct mkt_order *orders;
    size_t n_orders;
};

/* ---- pages_office_vendors.c ---- */
struct mkt_vendors_page {
    str query;
    struct mkt_vendor_row *rows;
    size_t n;
    struct pages pages;
};
struct mkt_office_vendor_page {
    const struct input_spec *suspend;
    struct mkt_vendor vendor;
    struct mkt_solution *solutions;
    size_t n_solutions;
    struct mkt_order *orders;
    size_t n_orders;
};
const char *mkt_listing_colour(enum mkt_listing_state s);

/* ---- pages_office_orders.c ---- */
struct mkt_office_orders_page {
    str state;
    int64_t counts[MKT_ORDER_STATES];
    struct mkt_order *rows;
    size_t n;
    id next; /* 0: no further page */
};

/* ---- pages_watch.c ---- */
struct mkt_watch_page {
    struct mkt_report *reports;
    size_t n_reports;
    struct mkt_signal *signals;
    size_t n_signals;
    bool all;
};

/* ---- pages_import.c ---- */
struct mkt_import_page {
    const struct input_spec *spec;
    const char *title, *lead, *path; /* msgids */
    bool done;
    struct import_report result;
};

#endif
