/* The module's list of all it brings. */
#include "mod/fund/demo.h"
#include "mod/fund/pages.h"
#include "mod/fund/pages_board.h"
#include "mod/fund/review.h"

extern const struct migration fund_migrations[];
extern const size_t fund_migrations_n;
extern const struct module fund_module;

/* One table per file of handlers. */
static const struct route_table *const tables[] = {
    &fund_reviewer_routes,
    &fund_sheet_routes,
    &fund_board_routes,
    &fund_board_people_routes,
    &fund_board_assign_routes,
    &fund_board_result_routes,
    &fund_board_decision_routes,
    &fund_decision_routes,
    NULL,
};

static const struct nav nav[] = {
    {"/fund/decisions", N_("Decisions"), PUBLIC},
    {"/fund/board", N_("My reviews"), AS_REVIEWER},
    {"/fund/office/board", N_("Review by experts"), OFFICE},
};

const struct module fund_module = {
    .name = "fund",
    .title = N_("Public-interest fund"),
    .tables = tables,
    .verbs = fund_verbs,
    .n_verbs = FUND_VERBS,
    .migrations = fund_migrations,
    .n_migrations = &fund_migrations_n,
    .checks = fund_board_checks,
    .n_checks = FUND_BOARD_CHECKS,
    .params = &fund_params,
    .nav = nav,
    .n_nav = sizeof nav / sizeof nav[0],
    .demo = fund_demo,
};
