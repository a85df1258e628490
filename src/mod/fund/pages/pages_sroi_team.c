/* A team's own value map: computed as often as it likes, saved in versions, published. */
#include "mod/fund/pages/pages_effects.h"
#include "sroi.view.h"

enum { BODY_MAX = 512 * 1024, VERSION_MOST = 10000 };

INPUT(open_in, {.name = "version", .type = F_INT, .min = 1, .max = VERSION_MOST, .label = N_("Version")});

static rc begin(struct ctx *c, struct fund_sroi_page **out)
{
    struct fund_sroi_page *p = *out = ARENA_NEW(c->arena, struct fund_sroi_page);
    if (!p)
        return arena_rc(c->arena);
    TRY(fund_own_proposal(c, c->tx, &p->p));
    p->of_team = true;
    p->path = arena_printf(c->arena, "/fund/my/%s/sroi", id_shown(c, p->p.id));
    TRY(fund_maps_of(c->tx, p->p.id, &p->versions, &p->n, c->arena));
    for (size_t i = 0; i < p->n; i++)
        p->is_public = p->is_public || (p->versions[i].published != 0 && p->versions[i].withdrawn == 0);
    return OK;
}

/* The version asked for, else the newest; without any an empty form. */
static rc open_version(struct ctx *c, struct fund_sroi_page *p)
{
    const struct field_value *asked = c->in.spec == &open_in ? in_value(&c->in, "version") : NULL;
    if (p->n == 0) {
        fund_map_blank(&p->m);
        return OK;
    }
    for (size_t i = 0; i < p->n; i++) {
        if (asked && asked->given && !asked->bad && p->versions[i].version != asked->i)
            continue;
        p->version = p->versions[i].version;
        p->compute = c->err.code == OK;
        return fund_map_open(c->arena, &p->versions[i], &p->m, &c->err);
    }
    return E_NOTFOUND;
}

static rc team_read(struct ctx *c)
{
    struct fund_sroi_page *p;
    bool csv = false;
    TRY(begin(c, &p));
    if (c->in.spec == &fund_map_input) {
        TRY(fund_map_typed(c, &p->m));
        if (c->err.code == OK)
            TRY(fund_map_button(c, &p->m, &p->compute, &csv));
    } else {
        TRY(open_version(c, p));
    }
    if (p->m.rate.n == 0)
        TRY(fund_map_rate(c->tx, p->p.programme, &p->m.rate, c->arena));
    return csv ? fund_map_csv(c, &p->m) : fund_sroi_answer(c, p);
}

static rc team_file(struct ctx *c)
{
    struct fund_sroi_page *p;
    TRY(begin(c, &p));
    TRY(fund_map_file(c, p));
    TRY(fund_map_rate(c->tx, p->p.programme, &p->m.rate, c->arena));
    p->compute = true;
    return fund_sroi_answer(c, p);
}

static rc keep(struct tx *tx, struct ctx *c, rc (*fn)(const struct act *, id, const struct value_map *, id *),
               const char *note)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    struct value_map m;
    id version;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_map_typed(c, &m));
    TRY(fn(&x, p.id, &m, &version));
    flash(c, note);
    return go(c, "/fund/my/%s/sroi", id_shown(c, p.id));
}

static rc save_write(struct tx *tx, struct ctx *c)
{
    return keep(tx, c, fund_map_save, N_("The value map is saved; only your team sees it."));
}

static rc publish_write(struct tx *tx, struct ctx *c)
{
    return keep(tx, c, fund_map_publish, N_("The value map is published on the proposal's page."));
}

static rc withdraw_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_map_withdraw(&x, p.id));
    flash(c, N_("The value map is off the public page."));
    return go(c, "/fund/my/%s/sroi", id_shown(c, p.id));
}

#define TEAM_POST(path_, in_, summary_)                                                                                \
    .method = HTTP_POST, .path = path_, .perm = SIGNED_IN, .in = in_, .form = team_read, .summary = summary_,          \
    .max_body = BODY_MAX
static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/my/{id}/sroi",
     .perm = SIGNED_IN,
     .in = &open_in,
     .read = team_read,
     .summary = N_("The value map of a team")},
    {TEAM_POST("/fund/my/{id}/sroi", &fund_map_input, N_("Compute the value map of a team")), .read = team_read},
    {TEAM_POST("/fund/my/{id}/sroi/file", &fund_map_file_input, N_("Fill in the value map of a team from a file")),
     .read = team_file},
    {TEAM_POST("/fund/my/{id}/sroi/save", &fund_map_input, N_("Save the value map of a team")), .write = save_write},
    {TEAM_POST("/fund/my/{id}/sroi/publish", &fund_map_input, N_("Publish the value map of a team")),
     .write = publish_write},
    {.method = HTTP_POST,
     .path = "/fund/my/{id}/sroi/withdraw",
     .perm = SIGNED_IN,
     .write = withdraw_write,
     .form = team_read,
     .summary = N_("Take the value map of a team off the public page")},
};
const struct route_table fund_sroi_team_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
