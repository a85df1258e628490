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

/* ---- pages_common.c ---- */
str mkt_in_lang(const struct ctx *c, str zh, str en);              /* the reader's language, or the other when that is empty */
str mkt_sla_text(const struct ctx *c, const struct mkt_sla *s, int term);
str mkt_number_shown(const struct ctx *c, str number);             /* XXXXX-XXXXX-XXXXX-XXXXX */
struct stars mkt_stars(int64_t n, int64_t hundredths);
const char *mkt_order_colour(enum mkt_order_state s);              /* of its tag */
/* The open programme, else the latest one. E_NOTFOUND: there has never been one. */
rc mkt_scheme_shown(const struct ctx *c, struct mkt_scheme *out, bool *open);
/* What a firm can spend now; −1 for visitors and firms without a grant (prices are shown with a full grant then). */
rc mkt_points_of_reader(const struct ctx *c, id programme, int64_t *available);
rc mkt_param_id(const struct ctx *c, const char *name, id *out);   /* a path parameter; E_NOTFOUND when it is none */

/* ---- pages_eligibility.c ---- */
const struct input_spec *mkt_check_spec(void);                     /* kind, capital, headcount, ubn */

const char *mkt_fact_label(const char *fact);                      /* msgid */
str mkt_change_text(const struct ctx *c, const struct change *h);    /* "Insured employees: 199 instead of 250" */
struct mkt_eligibility_page {
    const struct input_spec *spec;
    id programme;
    bool open;
    day on;
    int64_t grant;                      /* points of a full grant */
    struct mkt_thresholds limits;
    bool asked;                         /* a visitor's check: something was typed */
    bool answered;                      /* result is filled */
    bool from_register;                 /* entry is filled */
    struct mkt_registry_entry entry;
    bool has_firm, has_grant;           /* the reader's own firm is answered about */
    struct mkt_firm firm;
    struct rule_result result;
};

/* ---- home ---- */
struct mkt_home_page {
    bool open, demo;
    int64_t grant;                      /* points of a full grant; 0 when there is no programme */
    const struct mkt_count *counts;     /* listed solutions by category */
    size_t n_counts;
    int64_t solutions;
    struct mkt_budget budget;
    struct log_status log;
};
int64_t mkt_count_of(const struct mkt_home_page *p, const char *category);

/* ---- catalogue ---- */
enum { MKT_RELAX = 6 };                 /* conditions that can be relaxed */
struct mkt_relax {
    const char *name;                   /* of the filter's field */
    const char *label;                  /* msgid: "the category" */
    bool asked;
    int64_t found;                      /* services there would be without this condition */
};
extern const char *const mkt_catalogue_filters[];   /* names of the fields shown as lists; ends with NULL */
struct mkt_catalogue_page {
    const struct input_spec *spec;
    bool open, filtered;
    day on;
    int64_t available;                  /* points of the reader; −1: a full grant */
    str query;
    const struct mkt_sort *sort;
    const struct mkt_card *cards;
    size_t n;
    struct pages pages;
    struct mkt_relax relax[MKT_RELAX];
    size_t n_relax;
};
struct mkt_compare_page {
    bool open, too_many;
    struct mkt_solution *v;
    size_t n;
    struct money points[MKT_COMPARE], own[MKT_COMPARE];   /* of the cheapest plan */
};
url mkt_without(const struct ctx *c, const char *name);
bool mkt_is_best(const struct mkt_compare_page *p, int term, size_t i);

#endif
