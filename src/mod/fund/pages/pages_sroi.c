/* The calculator of the social return for everybody, and the published value map of a proposal. */
#include "mod/fund/pages/pages_effects.h"
#include "sroi.view.h"

enum { BODY_MAX = 512 * 1024 };

INPUT(open_in, {.name = "example", .type = F_BOOL, .label = N_("Show an example")});
INPUT(public_in, FUND_ROUND_FIELD);

/* The rate of the latest round; a site without rounds has the one the programme began with. */
static rc usual_rate(struct ctx *c, str *out)
{
    struct fund_round r;
    rc e = fund_round_latest(c->tx, &r, c->arena);
    if (e == OK)
        return fund_map_rate(c->tx, r.programme, out, c->arena);
    err_clear(tx_err(c->tx));
    *out = STR("3.5");
    return e == E_NOTFOUND ? OK : e;
}

static rc calculator(struct ctx *c)
{
    struct fund_sroi_page *p = ARENA_NEW(c->arena, struct fund_sroi_page);
    bool csv = false;
    if (!p)
        return arena_rc(c->arena);
    p->path = STR("/fund/sroi");
    if (c->in.spec == &fund_map_input) {
        TRY(fund_map_typed(c, &p->m));
        if (c->err.code == OK)
            TRY(fund_map_button(c, &p->m, &p->compute, &csv));
    } else {
        p->compute = c->in.spec == &open_in && in_bool(&c->in, "example");
        if (p->compute)
            value_map_example(&p->m);
        else
            fund_map_blank(&p->m);
    }
    if (p->m.rate.n == 0)
        TRY(usual_rate(c, &p->m.rate));
    return csv ? fund_map_csv(c, &p->m) : fund_sroi_answer(c, p);
}

static rc calculator_file(struct ctx *c)
{
    struct fund_sroi_page *p = ARENA_NEW(c->arena, struct fund_sroi_page);
    if (!p)
        return arena_rc(c->arena);
    p->path = STR("/fund/sroi");
    p->compute = true;
    TRY(fund_map_file(c, p));
    TRY(usual_rate(c, &p->m.rate));
    return fund_sroi_answer(c, p);
}

/* ---- a proposal's published map ---- */

static rc published(struct ctx *c, struct fund_sroi_public_page *p)
{
    int64_t number;
    if (str_to_i64(request_param(c->req, "number"), &number) != OK)
        return E_NOTFOUND;
    const struct field_value *v = in_value(&c->in, "round");
    TRY(fund_round_shown(c, v->given && !v->bad ? v->text : STR_EMPTY, &p->round));
    TRY(fund_proposal_by_number(c->tx, p->round.r.programme, number, &p->p, c->arena));
    if (p->p.state != FUND_ACCEPTED)
        return ERR(&c->err, E_NOTFOUND, "FND-006", N_("There is no such proposal."));
    TRY(fund_map_public(c->tx, p->p.id, &p->v, c->arena));
    return fund_map_open(c->arena, &p->v, &p->m, &c->err);
}

static rc public_read(struct ctx *c)
{
    struct fund_sroi_public_page *p = ARENA_NEW(c->arena, struct fund_sroi_public_page);
    if (!p)
        return arena_rc(c->arena);
    TRY(published(c, p));
    TRY(fund_sroi_show(c, &p->m, &p->s));
    view_fund_sroi_public(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc public_csv(struct ctx *c)
{
    struct fund_sroi_public_page *p = ARENA_NEW(c->arena, struct fund_sroi_public_page);
    if (!p)
        return arena_rc(c->arena);
    TRY(published(c, p));
    buf_put(&c->reply->body, p->v.csv); /* the very bytes whose hash is in the log */
    return reply_csv(c, "value-map.csv");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/sroi",
     .perm = PUBLIC,
     .in = &open_in,
     .read = calculator,
     .summary = N_("Social return on investment: calculator")},
    {.method = HTTP_POST,
     .path = "/fund/sroi",
     .perm = PUBLIC,
     .in = &fund_map_input,
     .read = calculator, /* nothing is kept */
     .form = calculator,
     .summary = N_("Compute a value map"),
     .max_body = BODY_MAX},
    {.method = HTTP_POST,
     .path = "/fund/sroi/file",
     .perm = PUBLIC,
     .in = &fund_map_file_input,
     .read = calculator_file,
     .form = calculator,
     .summary = N_("Compute a value map from a file"),
     .max_body = BODY_MAX},
    {.method = HTTP_GET,
     .path = "/fund/proposals/{number}/sroi",
     .perm = PUBLIC,
     .in = &public_in,
     .read = public_read,
     .summary = N_("The value map that a proposal's team has published")},
    {.method = HTTP_GET,
     .path = "/fund/proposals/{number}/sroi/csv",
     .perm = PUBLIC,
     .in = &public_in,
     .read = public_csv,
     .summary = N_("A published value map as CSV")},
};
const struct route_table fund_sroi_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
