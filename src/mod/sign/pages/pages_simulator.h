/* The simulated card service: its "phone" and its address for programs; demonstrations only. */
#ifndef RISE_SIGN_PAGES_SIMULATOR_H
#define RISE_SIGN_PAGES_SIMULATOR_H
#include "mod/sign/rooms/card_sim.h"
#include "web/route.h"

extern const struct route_table sign_simulator_routes;

struct simulator_page {
    struct card_sim_order *v;
    size_t n;
};
#endif
