/* What several pages of the fund share. */
#include "mod/fund/pages.h"

rc fund_round_shown(const struct ctx *c, str code, struct fund_round_shown *out)
{
    out->now = c->now;
    out->query = STR_EMPTY;
    if (code.n == 0) {
        TRY(fund_round_latest(c->tx, &out->r, c->arena));
        return programme_get(c->tx, out->r.programme, &out->p, c->arena);
    }
    TRY(programme_by_code(c->tx, code, &out->p, c->arena));
    out->query = arena_printf(c->arena, "?round=%.*s", STR_ARG(out->p.code));
    return fund_round_get(c->tx, out->p.id, &out->r, c->arena);
}
