/* The module's list of all it brings. */
#include "mod/fund/demo.h"
#include "mod/fund/gift.h"
#include "mod/fund/pages.h"

extern const struct migration fund_migrations[];
extern const size_t fund_migrations_n;
extern const struct module fund_module;

/* One table per file of handlers. */
static const struct route_table *const tables[] = {
    NULL,
};

const struct module fund_module = {
    .name = "fund",
    .title = N_("Public-interest fund"),
    .tables = tables,
    .verbs = fund_verbs,
    .n_verbs = FUND_VERBS,
    .migrations = fund_migrations,
    .n_migrations = &fund_migrations_n,
    .params = &fund_params,
    .demo = fund_demo,
};
