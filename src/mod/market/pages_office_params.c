/* The programme's parameters for officers: what is in force, and a new value from a day on, with its reason. */
#include "mod/market/pages_office.h"
#include "office_params.view.h"

enum { VALUE_ROOM = 4000 };

INPUT(set_in, {.name = "value", .type = F_LINES, .required = true, .max = VALUE_ROOM, .label = N_("New value")},
      {.name = "from",
       .type = F_DAY,
       .required = true,
       .label = N_("In force from"),
       .hint = N_("Values of the past are never changed; orders keep the terms they were placed under.")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = 500,
       .label = N_("Decision it rests on"),
       .hint = N_("It is published with the value.")});

static rc value_now(const struct ctx *c, id programme, struct mkt_param_shown *shown)
{
    const char *name = shown->q->def.name;
    day today = instant_day(c->now);
    rc r = shown->q->def.type == PARAM_TEXT ? param_text(c->tx, programme, name, today, &shown->text, c->arena)
                                            : param_int(c->tx, programme, name, today, &shown->n);
    shown->in_force = r == OK;
    if (r == E_NOTFOUND) {
        err_clear(tx_err(c->tx));
        r = OK;
    }
    return r;
}

static rc list_read(struct ctx *c)
{
    struct mkt_params_page p = {0};
    struct mkt_scheme scheme;
    rc r = mkt_scheme_latest(c->tx, &scheme);
    if (r == E_NOTFOUND)
        return mkt_no_programme(c);
    TRY(r);
    p.v = ARENA_ARRAY(c->arena, mkt_params_n, struct mkt_param_shown);
    if (!p.v)
        return arena_rc(c->arena);
    for (size_t i = 0; i < mkt_params_n; i++) {
        p.v[p.n] = (struct mkt_param_shown){.q = &mkt_params[i]};
        TRY(value_now(c, scheme.programme, &p.v[p.n]));
        p.n++;
    }
    view_market_params(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc param_read(struct ctx *c)
{
    struct mkt_param_page p = {
        .spec = &set_in, .q = mkt_param_find(request_param(c->req, "name")), .today = instant_day(c->now)};
    struct mkt_scheme scheme;
    struct param_version *all;
    size_t n;
    if (!p.q)
        return E_NOTFOUND;
    TRY(mkt_scheme_latest(c->tx, &scheme));
    TRY(param_history(c->tx, scheme.programme, &all, &n, c->arena));
    p.versions = ARENA_ARRAY(c->arena, n + 1, struct param_version);
    if (!p.versions)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, str_of(p.q->def.name)))
            p.versions[p.n_versions++] = all[i];
    view_market_param(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc param_write(struct tx *tx, struct ctx *c)
{
    struct mkt_act x = MKT_ACT(tx, c);
    struct mkt_scheme scheme;
    TRY(mkt_scheme_latest(tx, &scheme));
    TRY(mkt_param_set(&x, scheme.programme, request_param(c->req, "name"), (day)in_int(&c->in, "from"),
                      in_text(&c->in, "value"), in_text(&c->in, "reason")));
    flash(c, N_("The new value is recorded and published."));
    return go(c, "/market/office/params");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/office/params",
     .perm = OFFICE,
     .read = list_read,
     .summary = N_("Parameters of the programme in force")},
    {.method = HTTP_GET,
     .path = "/market/office/params/{name}",
     .perm = OFFICE,
     .read = param_read,
     .summary = N_("A parameter and its versions")},
    {.method = HTTP_POST,
     .path = "/market/office/params/{name}",
     .perm = DECIDES,
     .in = &set_in,
     .write = param_write,
     .form = param_read,
     .summary = N_("Set a parameter from a day on")},
};
const struct route_table mkt_office_param_routes = {"market", routes, sizeof routes / sizeof routes[0]};
