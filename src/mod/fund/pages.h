/* Private to the fund's pages: what several of them share.
 *
 * Pages are about one round: the query's `round` (a programme's code) or, without it, the latest. */
#ifndef RISE_MOD_FUND_PAGES_H
#define RISE_MOD_FUND_PAGES_H

#include "mod/fund/fund.h"
#include "web/components.h"
#include "web/dispatch.h"
#include "web/route.h"

#define OFFICE  (AS_OFFICER | AS_AUDITOR | AS_ADMIN) /* may look */
#define DECIDES (AS_OFFICER | AS_ADMIN)              /* may act */

/* A round as pages show it, beside its programme. */
struct fund_round_shown {
    struct fund_round r;
    struct programme p;
    str query; /* "?round=CODE" for links to pages of the same round; "" for the latest */
    instant now;
};
/* The field that every page's input spec has: {.name = "round", …}. */
#define FUND_ROUND_FIELD                                                                                               \
    {                                                                                                                  \
        .name = "round", .type = F_TEXT, .max = 40, .label = N_("Round")                                               \
    }
/* FND-001 when there is none or no such. `code` "": the latest. */
rc fund_round_shown(const struct ctx *c, str code, struct fund_round_shown *out);

#endif
