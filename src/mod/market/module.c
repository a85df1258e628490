/* The module's list of all it brings. */
#include "mod/market/market.h"
#include "mod/market/pages.h"
#include "mod/market/pages_office.h"
#include "mod/market/pages_vendor.h"

extern const struct migration market_migrations[];
extern const size_t market_migrations_n;
extern const struct module market_module;

/* One table per file of handlers. */
static const struct route_table *const tables[] = {
    &mkt_home_routes,
    &mkt_catalogue_routes,
    &mkt_eligibility_routes,
    &mkt_api_routes,
    &mkt_solution_routes,
    &mkt_firm_routes,
    &mkt_buy_routes,
    &mkt_order_routes,
    &mkt_order_move_routes,
    &mkt_office_routes,
    &mkt_case_routes,
    &mkt_office_firm_routes,
    &mkt_office_vendor_routes,
    &mkt_office_order_routes,
    &mkt_watch_routes,
    &mkt_import_routes,
    &mkt_figure_routes,
    &mkt_vendor_routes,
    &mkt_vendor_profile_routes,
    &mkt_vendor_solution_routes,
    &mkt_vendor_plan_routes,
    &mkt_vendor_file_routes,
    &mkt_vendor_money_routes,
    &mkt_vendor_rating_routes,
    &mkt_vendor_hook_routes,
    NULL,
};

static const struct nav nav[] = {
    {"/market", N_("Marketplace"), PUBLIC},
    {"/market/eligibility", N_("Am I eligible?"), PUBLIC},
    {"/market/firm", N_("My firm"), AS_FIRM},
    {"/market/vendor", N_("For vendors"), AS_VENDOR},
    {"/market/office", N_("Programme office"), OFFICE},
    {"/market/figures", N_("Figures"), PUBLIC},
};

const struct module market_module = {
    .name = "market",
    .title = N_("Cloud marketplace"),
    .tables = tables,
    .verbs = mkt_verbs,
    .n_verbs = MKT_VERBS,
    .migrations = market_migrations,
    .n_migrations = &market_migrations_n,
    .checks = mkt_checks,
    .n_checks = MKT_CHECKS,
    .figures = mkt_figures,
    .n_figures = MKT_FIGURES,
    .jobs = mkt_jobs,
    .n_jobs = MKT_JOBS,
    .params = &mkt_params,
    .nav = nav,
    .n_nav = sizeof nav / sizeof nav[0],
    .demo = mkt_demo,
};
