/* The demonstration world inside: what is planned from the seed before anything is written, and what playing it fills
 * in. */
#ifndef RISE_MOD_MARKET_DEMO_H
#define RISE_MOD_MARKET_DEMO_H

#include "core/demo.h"
#include "core/search.h"
#include "mod/market/demo_words.h"
#include "mod/market/parts.h"

enum { DEMO_DAYS = 365, DEMO_VENDORS = 200, DEMO_SOLUTIONS = 800, DEMO_PLANS = 3 };

struct sim_vendor {
    id party, listing;
    char ubn[9];
    int mood, being, form, county;
    int64_t expected_sales;
    int bank;
};
struct sim_solution {
    id solution, listing, plan[DEMO_PLANS];
    int vendor, product, n_plans;
    int64_t monthly, price[DEMO_PLANS];
    struct mkt_sla sla;
};
struct sim_firm {
    id party;
    char ubn[9];
    int mood, being, trade, county, street, house, phone;
    bool company;
    int64_t capital, headcount;
};
struct sim_order {
    id order;
    int firm, solution, plan;
    int renewal_of; /* index + 1; 0: none */
    int opinion, reply;
    id rating;
    bool dead; /* refused on its way: nothing more happens to it */
};

enum sim_what {
    SIM_VENDOR,
    SIM_VENDOR_CHECK,
    SIM_VENDOR_APPROVE,
    SIM_VENDOR_SECOND,
    SIM_SOLUTION,
    SIM_SOLUTION_CHECK,
    SIM_SOLUTION_CORRECT,
    SIM_SOLUTION_APPROVE,
    SIM_SOLUTION_SECOND,
    SIM_FIRM,
    SIM_PLACE,
    SIM_ACCEPT,
    SIM_DECLINE,
    SIM_WITHDRAW,
    SIM_ACTIVATE,
    SIM_USE_BUYER,
    SIM_USE_API,
    SIM_DISPUTE,
    SIM_DECIDE,
    SIM_RATE,
    SIM_REPLY,
    SIM_REPORT,
    SIM_OWN_SHARE
};
struct sim_event {
    int32_t on; /* day of the world, 0 … DEMO_DAYS − 1 */
    enum sim_what what;
    int32_t who;
    uint32_t seq; /* keeps the order of planning within a day */
};

struct sim {
    struct app *app;
    struct prng rng;
    struct arena *a;       /* the plan */
    struct arena *scratch; /* one event */
    day first;             /* day 0 */
    id programme, agency;
    id account[6]; /* owner, vendor, officer, second officer, auditor, administrator */
    struct sim_vendor *vendors;
    struct sim_solution *solutions;
    struct sim_firm *firms;
    int64_t n_firms;
    struct sim_order *orders;
    int64_t n_orders, room_orders;
    struct sim_event *events;
    size_t n_events, room_events;
    size_t next; /* first event of the day being played */
    int today;
    int64_t refused;
    struct search_batch batch; /* solutions to be found, brought in a thousand at a time */
    size_t noted;              /* of them up to yesterday */
};

enum sim_role { SIM_OWNER, SIM_VENDOR_PERSON, SIM_OFFICER, SIM_SECOND, SIM_AUDITOR, SIM_ADMIN };

rc sim_plan(struct sim *s);                      /* demo_plan.c: nothing but the seed */
rc sim_open(struct sim *s, const struct act *x); /* demo_open.c: programme, accounts, registry */
rc sim_play(struct sim *s, const struct act *x,
            const struct sim_event *e); /* demo_play.c: one event through the domain */

#endif
