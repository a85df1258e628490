/* What several pages of the marketplace need. */
#include "mod/market/pages.h"

str mkt_sla_text(const struct ctx *c, const struct mkt_sla *s, int term)
{
    BUF_SCOPED text = BUF_INIT(256);
    mkt_sla_format(&text, c->lang, s, term);
    return arena_str(c->arena, buf_str(&text));
}

str mkt_number_shown(const struct ctx *c, str number)
{
    BUF_SCOPED text = BUF_INIT(64);
    mkt_number_show(number, &text);
    return arena_str(c->arena, buf_str(&text));
}

struct stars mkt_stars(int64_t n, int64_t hundredths)
{
    return (struct stars){.tenths = (hundredths + 5) / 10, .count = n};
}

const char *mkt_registry_status(str status)
{
    static const struct choice statuses[] = {{"active", N_("In business")},
                                             {"suspended", N_("Business suspended")},
                                             {"dissolved", N_("Dissolved")},
                                             {NULL, NULL}};
    return choice_label(statuses, status);
}

const char *mkt_order_colour(enum mkt_order_state s)
{
    switch (s) {
    case MKT_PLACED:
    case MKT_ACCEPTED:
        return "blue";
    case MKT_ACTIVATED:
        return "yellow";
    case MKT_USED:
    case MKT_CAPTURED:
        return "green";
    case MKT_DISPUTED:
        return "orange";
    case MKT_REFUNDED:
        return "purple";
    case MKT_CLOSED:
    case MKT_DECLINED:
    case MKT_ORDER_WITHDRAWN:
    case MKT_LAPSED:
    case MKT_ORDER_STATES:
        break;
    }
    return "grey";
}

rc mkt_scheme_shown(const struct ctx *c, struct mkt_scheme *out, bool *open)
{
    rc r = mkt_scheme_on(c->tx, instant_day(c->now), out);
    *open = r == OK;
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(c->tx)); /* a closed programme is not a failure of the page */
    return mkt_scheme_latest(c->tx, out);
}

rc mkt_points_of_reader(const struct ctx *c, id programme, int64_t *available)
{
    struct mkt_grant g;
    *available = -1;
    if (!may(c, AS_FIRM))
        return OK;
    rc r = mkt_grant_of(c->tx, programme, c->session.party, &g, c->arena);
    if (r == OK)
        *available = g.state == MKT_GRANT_ACTIVE && g.expires > c->now ? g.balance - g.held : 0;
    return r == E_NOTFOUND ? OK : r;
}
