/* The module's list of all it brings. */
#include "mod/market/market.h"

extern const struct migration market_migrations[];
extern const size_t market_migrations_n;
extern const struct module market_module;

const struct module market_module = {
    .name = "market",
    .title = N_("Cloud marketplace"),
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
};
