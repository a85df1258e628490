/* Private to the fund's pages: the round's archive as pages show it. */
#ifndef RISE_MOD_FUND_PAGES_ARCHIVE_H
#define RISE_MOD_FUND_PAGES_ARCHIVE_H

#include "mod/fund/archive/archive.h"
#include "mod/fund/pages/pages.h"

/* For `fund_archive_box` of archive.html, on the page of results and on the archive's own. */
struct fund_archive_shown {
    bool there;
    struct fund_archive a;
    const struct fund_round_shown *round;
    str back;          /* the page of results */
    str file, command; /* its name; what verifies it, with the public log's key */
    bool linked;       /* donors carry one number over all proposals */
};
rc fund_archive_shown(const struct ctx *c, const struct fund_round_shown *round, struct fund_archive_shown *out);

extern const struct route_table fund_archive_routes;

#endif
