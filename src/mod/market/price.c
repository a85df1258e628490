/* How a price is divided between points and the buyer's own money.
 *
 * Public sources read the programme's own share in two ways (own : points = 1 : 4, or points pay at most half); which
 * one holds is a parameter. Points are rounded down to whole points, so the own share carries the rounding and points +
 * own = price always. */
#include "mod/market/parts.h"
#include "web/i18n.h"

rc mkt_share_on(struct tx *tx, id programme, day on, struct mkt_share *out)
{
    struct arena *a = arena_new(4096); /* one short text */
    if (!a)
        return E_NOMEM;
    str reading;
    rc r = param_text(tx, programme, "share.reading", on, &reading, a);
    bool ratio = r == OK && str_eq(reading, STR("ratio"));
    arena_free(a);
    TRY(r);
    TRY(mkt_param(tx, programme, "points.grant", on, &out->grant));
    if (!ratio) {
        out->points_den = 1000;
        return mkt_param(tx, programme, "share.cap", on, &out->points_num);
    }
    int64_t own;
    TRY(mkt_param(tx, programme, "share.own_parts", on, &own));
    TRY(mkt_param(tx, programme, "share.point_parts", on, &out->points_num));
    return i64_add(own, out->points_num, &out->points_den);
}

rc mkt_points_allowed(const struct mkt_share *s, struct money price, struct money *out)
{
    int64_t n;
    TRY(i64_muldiv(price.n, s->points_num, s->points_den, ROUND_DOWN, &n));
    *out = points(n);
    return OK;
}

rc mkt_price_split(const struct mkt_share *s, struct money price, int64_t available, int64_t wanted,
                   struct money *points_, struct money *own, struct err *err)
{
    struct money allowed;
    TRY(mkt_points_allowed(s, price, &allowed));
    int64_t most = available < allowed.n ? available : allowed.n;
    if (most < 0)
        most = 0;
    if (wanted > most) {
        BUF_SCOPED text = BUF_INIT(32);
        fmt_int(&text, most);
        str limit = buf_str(&text);
        if (allowed.n <= available)
            return ERR_FIELD(err, "points", "MKT-018",
                             N_("At most {1} points can be used for this price: the rest is the firm's own share."),
                             limit);
        return ERR_FIELD(err, "points", "MKT-010", N_("The firm has {1} points left."), limit);
    }
    int64_t used = wanted < 0 ? most : wanted;
    *points_ = points(used);
    *own = twd(price.n - used);
    return OK;
}

/* The own share never falls when the price rises (at most one point more for each dollar more), so a bisection finds
 * the bound. */
int64_t mkt_price_within(const struct mkt_share *s, int64_t available, int64_t own_max)
{
    int64_t lo = 0, hi = INT64_C(1000000000000);
    while (lo < hi) {
        int64_t mid = lo + (hi - lo + 1) / 2;
        struct money p, own;
        if (mkt_price_split(s, twd(mid), available, -1, &p, &own, NULL) == OK && own.n <= own_max)
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

static rc grant_for(struct tx *tx, id programme, id firm, instant at, struct mkt_quote *q, struct arena *a)
{
    struct mkt_grant g;
    rc r = mkt_grant_of(tx, programme, firm, &g, a);
    if (r == E_NOTFOUND) {
        q->available = points(0);
        return OK;
    }
    TRY(r);
    q->has_grant = true;
    q->grant_expires = g.expires;
    q->available = points(g.state == MKT_GRANT_ACTIVE && g.expires > at ? g.balance - g.held : 0);
    return OK;
}

rc mkt_quote_get(struct tx *tx, id firm, id plan, int64_t wanted, instant at, struct mkt_quote *out, struct arena *a)
{
    *out = (struct mkt_quote){0};
    struct mkt_scheme s;
    struct mkt_contract c;
    TRY(mkt_scheme_on(tx, instant_day(at), &s));
    TRY(mkt_plan_get(tx, plan, &out->plan, a));
    rc r = mkt_solution_public(tx, out->plan.solution, &out->solution, a);
    if (r == E_NOTFOUND || (r == OK && !out->plan.active))
        return ERR(tx_err(tx), E_NOTFOUND, "MKT-012", N_("This offer is not available any more."));
    TRY(r);
    TRY(mkt_share_on(tx, s.programme, instant_day(at), &out->share));
    out->price = out->plan.price;
    out->available = points(out->share.grant);
    if (firm != 0)
        TRY(grant_for(tx, s.programme, firm, at, out, a));
    TRY(mkt_points_allowed(&out->share, out->price, &out->allowed));
    TRY(mkt_price_split(&out->share, out->price, out->available.n, wanted, &out->points, &out->own, tx_err(tx)));
    TRY(mkt_contract_on(tx, s.programme, instant_day(at), &c, a));
    out->contract_version = c.version;
    memcpy(out->contract_hash, c.hash, sizeof c.hash);
    return OK;
}
