/* Who will do what on which day: drawn from the seed alone, before anything is written. */
#include <stdlib.h>

#include "base/map.h"
#include "mod/market/demo.h"

static int64_t draw(struct sim *s, int64_t lo, int64_t hi)
{
    return prng_range(&s->rng, lo, hi);
}

static bool chance(struct sim *s, int permille)
{
    return draw(s, 0, 999) < permille;
}

static int pick(struct sim *s, size_t n)
{
    return (int)draw(s, 0, (int64_t)n - 1);
}

/* The smaller of two: small values more often. */
static int64_t low(struct sim *s, int64_t lo, int64_t hi)
{
    int64_t a = draw(s, lo, hi), b = draw(s, lo, hi);
    return a < b ? a : b;
}

static void plan(struct sim *s, int64_t on, enum sim_what what, int64_t who)
{
    if (on < 0 || on >= DEMO_DAYS || s->n_events == s->room_events)
        return; /* what would happen after today has not happened */
    s->events[s->n_events] =
        (struct sim_event){.on = (int32_t)on, .what = what, .who = (int32_t)who, .seq = (uint32_t)s->n_events};
    s->n_events++;
}

/* Valid by the checksum, beginning with 00: a range where hardly any business is registered. */
static rc draw_ubn(struct sim *s, struct map *taken, char out[9])
{
    for (;;) {
        int64_t n = draw(s, 1000, 999999);
        for (int i = 7; i >= 0; i--, n /= 10)
            out[i] = (char)('0' + n % 10);
        out[8] = 0;
        str u = str_n(out, 8);
        if (ubn_valid(u) && !map_get(taken, u))
            return map_put(taken, u, out);
    }
}

static int draw_county(struct sim *s)
{
    int64_t total = 0;
    for (size_t i = 0; i < demo_counties_n; i++)
        total += demo_counties[i].weight;
    int64_t at = draw(s, 0, total - 1);
    size_t i = 0;
    while (at >= demo_counties[i].weight)
        at -= demo_counties[i++].weight;
    return (int)i;
}

/* ---- vendors and solutions ---- */

enum { TOLD = 5 }; /* firms with a story of their own */
enum { LATE = 6 }; /* the last few of each wait for officers today */

static rc plan_vendors(struct sim *s, struct map *ubns)
{
    size_t stems = demo_moods_n * demo_beings_n;
    for (int i = 0; i < DEMO_VENDORS; i++) {
        struct sim_vendor *v = &s->vendors[i];
        size_t stem = (size_t)i * 7919 % stems; /* a prime step: no two vendors share a name */
        TRY(draw_ubn(s, ubns, v->ubn));
        v->mood = (int)(stem % demo_moods_n);
        v->being = (int)(stem / demo_moods_n);
        v->form = pick(s, 5);
        v->county = draw_county(s);
        v->expected_sales = 20000 * draw(s, 1, 12);
        v->bank = i == 31 ? 30 : i; /* two vendors, one account: something for the indicators */
        int64_t on = i < 5 ? 0 : i >= DEMO_VENDORS - LATE ? DEMO_DAYS - 1 - (i % 5) : low(s, 0, 60);
        plan(s, on, SIM_VENDOR, i);
        plan(s, on + 2, SIM_VENDOR_CHECK, i);
        plan(s, on + 3, SIM_VENDOR_APPROVE, i);
        plan(s, on + 4, SIM_VENDOR_SECOND, i);
    }
    return OK;
}

static void draw_sla(struct sim *s, struct mkt_sla *sla)
{
    static const int64_t availability[] = {9900, 9950, 9980, 9990, 9995}, response[] = {30, 60, 120, 240, 480, 1440},
                         recovery[] = {15, 60, 240, 1440};
    *sla = (struct mkt_sla){availability[draw(s, 0, 4)], low(s, 0, 3), 50 * draw(s, 0, 6), response[draw(s, 0, 5)],
                            recovery[draw(s, 0, 3)]};
}

static void plan_solutions(struct sim *s)
{
    for (int i = 0; i < DEMO_SOLUTIONS; i++) {
        struct sim_solution *o = &s->solutions[i];
        o->vendor = i % (DEMO_VENDORS - LATE);
        o->product = (int)(((size_t)o->vendor * 5 + (size_t)(i / (DEMO_VENDORS - LATE)) * 11) % demo_products_n);
        o->n_plans = (int)draw(s, 1, DEMO_PLANS);
        o->monthly = chance(s, 50) ? 500 * draw(s, 8, 16) : 50 * low(s, 8, 50);
        draw_sla(s, &o->sla);
        int64_t on = i < 5 ? 5 : i >= DEMO_SOLUTIONS - 2 * LATE ? DEMO_DAYS - 1 - i % 4 : 66 + low(s, -55, 120);
        if (o->vendor >= 5 && on < 66)
            on = 66; /* by then every vendor of the start is listed */
        plan(s, on, SIM_SOLUTION, i);
        plan(s, on + 1, SIM_SOLUTION_CHECK, i);
        if (i >= DEMO_SOLUTIONS - 3)
            plan(s, on + 2, SIM_SOLUTION_CORRECT, i);
        plan(s, on + 3, SIM_SOLUTION_APPROVE, i);
        plan(s, on + 4, SIM_SOLUTION_SECOND, i);
    }
}

/* ---- firms and their orders ---- */

static int add_order(struct sim *s, int firm, int solution, int plan_index, int renewal_of)
{
    if (s->n_orders == s->room_orders)
        return -1;
    struct sim_order *o = &s->orders[s->n_orders];
    *o = (struct sim_order){.firm = firm,
                            .solution = solution,
                            .plan = plan_index,
                            .renewal_of = renewal_of,
                            .opinion = (int)low(s, 0, (int64_t)demo_opinions_n - 1),
                            .reply = pick(s, demo_replies_n)};
    return (int)s->n_orders++;
}

static const int64_t plan_months[DEMO_PLANS] = {12, 6, 3};

static void plan_after_use(struct sim *s, int o, int64_t used)
{
    if (chance(s, 480))
        plan(s, used + 3 + low(s, 0, 40), SIM_RATE, o);
    if (chance(s, 300))
        plan(s, used + 50, SIM_REPLY, o);
    if (chance(s, 5))
        plan(s, used + 6, SIM_REPORT, o);
    if (s->solutions[s->orders[o].solution].vendor == 17 && chance(s, 300))
        plan(s, used + 8, SIM_OWN_SHARE, o);
    if (chance(s, 12)) {
        plan(s, used + 2, SIM_DISPUTE, o);
        plan(s, used + 12, SIM_DECIDE, o);
    }
}

/* From placing to use; the parts that fall out lapse by themselves when their time is over. */
static void plan_life(struct sim *s, int o, int64_t on, bool firm_may_fail)
{
    struct sim_order *sim = &s->orders[o];
    plan(s, on, SIM_PLACE, o);
    int64_t fate = firm_may_fail ? draw(s, 0, 999) : 500;
    if (fate < 30)
        plan(s, on + 1, SIM_DECLINE, o);
    else if (fate < 50)
        plan(s, on + 2, SIM_WITHDRAW, o);
    if (fate < 80)
        return; /* the rest of these lapse unanswered */
    int64_t accepted = on + low(s, 0, 4), activated = accepted + 1 + low(s, 0, 9), used = activated + low(s, 0, 20);
    plan(s, accepted, SIM_ACCEPT, o);
    if (fate < 110)
        return;
    plan(s, activated, SIM_ACTIVATE, o);
    if (fate < 165)
        return;
    plan(s, used, chance(s, 700) ? SIM_USE_API : SIM_USE_BUYER, o);
    plan_after_use(s, o, used);
    int64_t ends = activated + plan_months[sim->plan] * 30;
    if (ends < DEMO_DAYS && chance(s, 620)) {
        int r = add_order(s, sim->firm, sim->solution, sim->plan, o + 1);
        if (r >= 0)
            plan_life(s, r, ends - 5 + low(s, 0, 25), false);
    }
}

/* Popular services: a few get many orders. */
static int draw_solution(struct sim *s)
{
    int64_t a = draw(s, 0, 999), b = draw(s, 0, 999);
    return (int)(a * b * (DEMO_SOLUTIONS - 2 * LATE) / 1000000);
}

static void draw_firm(struct sim *s, struct sim_firm *f)
{
    f->mood = pick(s, demo_moods_n);
    f->being = pick(s, demo_beings_n);
    f->trade = pick(s, demo_trades_n);
    f->county = draw_county(s);
    f->street = pick(s, demo_streets_n);
    f->house = (int)draw(s, 1, 400);
    f->phone = (int)draw(s, 0, 9999999);
    f->company = chance(s, 550);
    f->capital = chance(s, 20) ? 1000000 * draw(s, 90, 300) : 50000 * low(s, 2, 400);
    f->headcount = chance(s, 20) ? draw(s, 100, 320) : low(s, 1, 60);
}

static rc plan_firms(struct sim *s, struct map *ubns)
{
    for (int i = 0; i < s->n_firms; i++) {
        struct sim_firm *f = &s->firms[i];
        TRY(draw_ubn(s, ubns, f->ubn));
        draw_firm(s, f);
        if (i >= 100 && i < 104) { /* four firms of one telephone: something for the indicators */
            f->phone = s->firms[100].phone;
            f->street = s->firms[100].street;
            f->house = s->firms[100].house;
            f->county = s->firms[100].county;
        }
        if (i < TOLD)
            continue; /* the owner's own firm, and those that wait for the demonstration vendor: plan_owner */
        int64_t on = 75 + draw(s, 0, DEMO_DAYS - 76);
        if (chance(s, 300))
            on = 75 + low(s, 0, 150);
        plan(s, on, SIM_FIRM, i);
        int orders = chance(s, 80) ? 0 : chance(s, 600) ? 1 : chance(s, 750) ? 2 : 3;
        for (int k = 0; k < orders; k++) {
            int solution = draw_solution(s);
            int o = add_order(s, i, solution, pick(s, (size_t)s->solutions[solution].n_plans), 0);
            if (o >= 0)
                plan_life(s, o, on + 1 + low(s, 0, 70), true);
        }
    }
    return OK;
}

/* The owner's firm on the day the world is shown: points in hand, one service used and not rated, one to be confirmed.
 */
static void plan_owner(struct sim *s)
{
    struct sim_firm *f = &s->firms[0];
    f->capital = 800000;
    f->headcount = 4;
    f->trade = 0;
    f->company = false;
    plan(s, DEMO_DAYS - 20, SIM_FIRM, 0);
    int used = add_order(s, 0, 0, 0, 0), waiting = add_order(s, 0, 1, 0, 0);
    if (used < 0 || waiting < 0)
        return;
    plan(s, DEMO_DAYS - 19, SIM_PLACE, used);
    plan(s, DEMO_DAYS - 18, SIM_ACCEPT, used);
    plan(s, DEMO_DAYS - 16, SIM_ACTIVATE, used);
    plan(s, DEMO_DAYS - 12, SIM_USE_API, used);
    plan(s, DEMO_DAYS - 5, SIM_PLACE, waiting);
    plan(s, DEMO_DAYS - 4, SIM_ACCEPT, waiting);
    plan(s, DEMO_DAYS - 2, SIM_ACTIVATE, waiting);
    for (int i = 1; i < TOLD && i < s->n_firms; i++) { /* and something for the vendor to answer */
        plan(s, DEMO_DAYS - 6 - i, SIM_FIRM, i);
        int o = add_order(s, i, i, i % DEMO_PLANS, 0);
        if (o >= 0)
            plan(s, DEMO_DAYS - i, SIM_PLACE, o);
    }
}

static int by_day(const void *a, const void *b)
{
    const struct sim_event *x = a, *y = b;
    if (x->on != y->on)
        return x->on < y->on ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

rc sim_plan(struct sim *s)
{
    struct map ubns = MAP_INIT;
    s->room_orders = s->n_firms * 4 + 100;
    s->room_events = (size_t)s->n_firms * 32 + 10000;
    s->vendors = ARENA_ARRAY(s->a, DEMO_VENDORS, struct sim_vendor);
    s->solutions = ARENA_ARRAY(s->a, DEMO_SOLUTIONS, struct sim_solution);
    s->firms = ARENA_ARRAY(s->a, (size_t)s->n_firms, struct sim_firm);
    s->orders = ARENA_ARRAY(s->a, (size_t)s->room_orders, struct sim_order);
    s->events = ARENA_ARRAY(s->a, s->room_events, struct sim_event);
    if (!s->vendors || !s->solutions || !s->firms || !s->orders || !s->events)
        return arena_rc(s->a);
    rc r = plan_vendors(s, &ubns);
    plan_solutions(s);
    if (r == OK)
        r = plan_firms(s, &ubns);
    map_free(&ubns);
    TRY(r);
    plan_owner(s);
    for (int i = 0; i < 5; i++) { /* the demonstration vendor has the first five */
        s->solutions[i].vendor = 0;
        s->solutions[i].product = i * 7;
        s->solutions[i].n_plans = DEMO_PLANS;
        s->solutions[i].monthly = 1000;
    }
    qsort(s->events, s->n_events, sizeof *s->events, by_day);
    return OK;
}
