/* Private to the marketplace's pages and API: the route tables that module.c lists, and what handlers and views share.
 *
 * One file of handlers for one kind of visitor, with its own route table and view file:
 *   pages_home.c         the front page                    pages_catalogue.c  search, filters, comparing
 *   pages_solution.c     a solution, a vendor in public    pages_eligibility.c the check, with or without signing in
 *   pages_firm.c         registration, the firm's home, its facts and points
 *   pages_buy.c          quote, contract, ordering, renewing
 *   pages_order.c        an order's page: /market/orders/{id}, for its firm, its vendor and officers alike
 *   pages_order_moves.c  every move of an order, each with its page of confirmation: /market/orders/{id}/MOVE
 * Texts live in the request's arena. Views get structs of pages_*.c declared here. */
#ifndef RISE_MOD_MARKET_PAGES_H
#define RISE_MOD_MARKET_PAGES_H

#include "core/publiclog.h"
#include "mod/market/market.h"
#include "web/components.h"
#include "web/dispatch.h"
#include "web/route.h"

extern const struct route_table mkt_api_routes;
extern const struct route_table mkt_home_routes;
extern const struct route_table mkt_catalogue_routes;
extern const struct route_table mkt_eligibility_routes;
extern const struct route_table mkt_solution_routes;
extern const struct route_table mkt_firm_routes;
extern const struct route_table mkt_buy_routes;
extern const struct route_table mkt_order_routes;
extern const struct route_table mkt_order_move_routes;

/* ---- pages_common.c ---- */
str mkt_sla_text(const struct ctx *c, const struct mkt_sla *s, int term);
str mkt_number_shown(const struct ctx *c, str number); /* XXXXX-XXXXX-XXXXX-XXXXX */
struct stars mkt_stars(int64_t n, int64_t hundredths);
const char *mkt_registry_status(str status);          /* msgid: "In business" */
const char *mkt_order_colour(enum mkt_order_state s); /* of its tag */
/* The open programme, else the latest one. E_NOTFOUND: there has never been one. */
rc mkt_scheme_shown(const struct ctx *c, struct mkt_scheme *out, bool *open);
/* What a firm can spend now; −1 for visitors and firms without a grant (prices are shown with a full grant then). */
rc mkt_points_of_reader(const struct ctx *c, id programme, int64_t *available);

/* ---- pages_eligibility.c ---- */
const struct input_spec *mkt_check_spec(void); /* kind, capital, headcount, ubn */

const char *mkt_fact_label(const char *fact);                     /* msgid */
str mkt_change_text(const struct ctx *c, const struct change *h); /* "Insured employees: 199 instead of 250" */
struct mkt_eligibility_page {
    const struct input_spec *spec;
    id programme;
    bool open;
    day on;
    int64_t grant; /* points of a full grant */
    struct mkt_thresholds limits;
    bool asked;         /* a visitor's check: something was typed */
    bool answered;      /* result is filled */
    bool from_register; /* entry is filled */
    struct mkt_registry_entry entry;
    bool has_firm, has_grant; /* the reader's own firm is answered about */
    struct mkt_firm firm;
    struct rule_result result;
};

/* ---- home ---- */
struct mkt_home_page {
    bool open, demo;
    int64_t grant;                  /* points of a full grant; 0 when there is no programme */
    const struct mkt_count *counts; /* listed solutions by category */
    size_t n_counts;
    int64_t solutions;
    struct mkt_budget budget;
    struct log_status log;
};
bool mkt_has_cards(const struct ctx *c); /* some module has a card for the front page */
int64_t mkt_count_of(const struct mkt_home_page *p, const char *category);

/* ---- catalogue ---- */
enum { MKT_RELAX = 6 };                           /* conditions that can be relaxed */
extern const char *const mkt_catalogue_filters[]; /* names of the fields shown as lists; ends with NULL */
struct mkt_catalogue_page {
    const struct input_spec *spec;
    bool open, filtered;
    day on;
    int64_t available; /* points of the reader; −1: a full grant */
    str query;
    const struct mkt_sort *sort;
    const struct mkt_card *cards;
    size_t n;
    struct pages pages;
    struct relax relax[MKT_RELAX];
    size_t n_relax;
};
struct mkt_compare_page {
    bool open, too_many;
    struct mkt_solution *v;
    size_t n;
    struct money points[MKT_COMPARE], own[MKT_COMPARE]; /* of the cheapest plan */
};
bool mkt_is_best(const struct mkt_compare_page *p, int term, size_t i);

/* ---- solutions and vendors in public ---- */
enum { MKT_STARS = 5 };
struct mkt_solution_page {
    struct mkt_solution s;
    bool open;
    int64_t available;          /* points of the reader; −1: a full grant */
    struct money *points, *own; /* parallel to s.plans */
    struct mkt_rating_summary rating;
    int64_t by_stars[MKT_STARS];
    const struct mkt_rating *ratings;
    size_t n_ratings;
    struct pages pages;
    str path;
};
int64_t mkt_star_percent(const struct mkt_solution_page *p, int stars); /* part of all ratings, rounded */
struct mkt_vendor_page {
    struct mkt_vendor v;
    const struct mkt_card *cards;
    size_t n;
    int64_t total;
    const struct mkt_rating *ratings;
    size_t n_ratings;
};
str mkt_firm_label(const struct ctx *c, const struct mkt_rating *r); /* "Bakery, Tainan City" */

/* ---- the firm ---- */
struct mkt_register_page {
    const struct input_spec *ask, *facts; /* the number; then what the register does not say */
    bool found;
    struct mkt_registry_entry entry;
    str ubn;
};
struct mkt_facts_page {
    const struct input_spec *spec;
    struct mkt_firm firm;
};
struct mkt_points_page {
    const struct input_spec *spec;
    bool open;
    int64_t grant, days; /* points of a grant, days in which they can be used */
    struct mkt_share share;
    struct mkt_thresholds limits;
    struct mkt_firm firm;
    struct rule_result result;
};
/* What the firm should do next, most urgent first. */
enum mkt_todo_kind { MKT_TODO_POINTS, MKT_TODO_USE, MKT_TODO_SPEND, MKT_TODO_RENEW, MKT_TODO_RATE };
struct mkt_todo {
    enum mkt_todo_kind kind;
    const struct mkt_order *order; /* NULL: about the points */
    instant until;                 /* 0: no date */
};
enum { MKT_TODO_MAX = 12 };
/* `orders` newest first; grant NULL: none yet. Returns how many were written. */
size_t mkt_todo(const struct mkt_grant *grant, const struct mkt_order *orders, size_t n, instant now,
                struct mkt_todo out[MKT_TODO_MAX]);
struct mkt_firm_page {
    struct mkt_firm firm;
    bool open, has_grant;
    struct mkt_grant grant;
    int64_t available, used;
    const struct mkt_posting *postings;
    size_t n_postings;
    int64_t by_state[MKT_ORDER_STATES];
    const struct mkt_order *orders;
    size_t n_orders;
    struct mkt_todo todo[MKT_TODO_MAX];
    size_t n_todo;
};
const char *mkt_posting_label(str kind); /* msgid */
struct mkt_orders_page {
    str state;
    const struct mkt_order *orders;
    size_t n;
    id next; /* 0: no further ones */
    int64_t by_state[MKT_ORDER_STATES];
};

/* ---- buying ---- */
struct mkt_buy_page {
    const struct input_spec *spec, *ask; /* the order; the question of how many points */
    struct mkt_quote q;
    struct mkt_contract contract;
    struct mkt_order renewal_of;       /* .id 0: a first order */
    const struct mkt_solution *offers; /* of a renewal: the solution with its plans */
    bool changed;                      /* the price or term is not what the buyer saw: old_price */
    struct money old_price;
    str action; /* where the form goes */
};

/* ---- an order ---- */
struct mkt_order_page {
    struct mkt_order o;
    uint32_t moves;
    const struct mkt_order_event *events;
    size_t n_events;
    struct steps steps; /* the straight way and how far it came */
    str path;           /* "/market/orders/ID" */
};
struct mkt_move_page {
    const struct mkt_order *o;
    const struct input_spec *spec;     /* NULL: nothing to fill in */
    const char *title, *text, *button; /* msgids */
    bool warning;                      /* cannot be undone */
    bool danger;                       /* takes something away: the button is red */
    str action, back;
};
rc mkt_order_of(struct ctx *c, struct mkt_order *out); /* the {id} of the path; E_NOTFOUND when not the reader's */

#endif
