/* Programmes and their parameters, every version of them, for everybody to read; officers set new values. */
#include "base/vec.h"
#include "core/pages.h"
#include "programme.view.h"

#define DECIDES (AS_OFFICER | AS_ADMIN)

enum { VALUE_ROOM = 4000, REASON_ROOM = 500 };

INPUT(set_in, {.name = "value", .type = F_LINES, .required = true, .max = VALUE_ROOM, .label = N_("New value")},
      {.name = "from",
       .type = F_DAY,
       .required = true,
       .label = N_("In force from"),
       .hint = N_("Values of the past are never changed; what was agreed under them stands.")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = REASON_ROOM,
       .label = N_("Decision it rests on"),
       .hint = N_("It is published with the value.")});

void view_param_value(struct buf *o, const struct ctx *c, const struct param_decl *decl, str value)
{
    int64_t n;
    if (decl->def.type == PARAM_TEXT || str_to_i64(value, &n) != OK)
        view_text(o, c, value);
    else
        view_text(o, c, grouped(n));
}

static const struct param_table *table_of(const struct ctx *c, str module)
{
    for (size_t m = 0; m < c->app->n_modules; m++)
        if (str_eq(str_of(c->app->modules[m]->name), module))
            return c->app->modules[m]->params;
    return NULL;
}

static rc named(const struct ctx *c, struct tx *tx, struct programme *out, const struct param_table **table)
{
    TRY(programme_by_code(tx, request_param(c->req, "code"), out, c->arena));
    *table = table_of(c, out->module);
    return *table ? OK : E_NOTFOUND;
}

/* The latest of `all` (which is by name, newest first) that is in force today. */
static str value_today(const struct ctx *c, const struct param_version *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, str_of(name)) && all[i].from <= instant_day(c->now))
            return all[i].value;
    return STR_EMPTY;
}

static rc programme_read(struct ctx *c)
{
    struct programme_page p = {0};
    const struct param_table *table;
    struct param_version *all;
    size_t n;
    TRY(named(c, c->tx, &p.programme, &table));
    TRY(param_history(c->tx, p.programme.id, &all, &n, c->arena));
    p.params = ARENA_ARRAY(c->arena, table->n + 1, struct param_shown);
    if (!p.params)
        return arena_rc(c->arena);
    for (size_t i = 0; i < table->n; i++)
        p.params[p.n_params++] =
            (struct param_shown){.decl = &table->v[i], .today = value_today(c, all, n, table->v[i].def.name)};
    view_programme(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc param_read(struct ctx *c)
{
    struct param_page p = {.spec = &set_in, .tomorrow = instant_day(c->now) + 1};
    const struct param_table *table;
    struct param_version *all;
    size_t n;
    TRY(named(c, c->tx, &p.programme, &table));
    p.decl = param_find(table, request_param(c->req, "name"));
    if (!p.decl)
        return E_NOTFOUND;
    TRY(param_history(c->tx, p.programme.id, &all, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, str_of(p.decl->def.name))) {
            p.versions = p.versions ? p.versions : &all[i];
            p.n_versions++;
        }
    p.back = arena_printf(c->arena, "/programmes/%.*s", STR_ARG(p.programme.code));
    view_programme_param(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc param_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    const struct param_table *table;
    TRY(named(c, tx, &p, &table));
    TRY(param_change(&x, table, p.id, request_param(c->req, "name"), (day)in_int(&c->in, "from"),
                     in_text(&c->in, "value"), in_text(&c->in, "reason")));
    flash(c, N_("The new value is recorded and published."));
    return go(c, "/programmes/%.*s", STR_ARG(p.code));
}

static rc programmes_read(struct ctx *c)
{
    VEC(struct programme) all = {0};
    for (size_t m = 0; m < c->app->n_modules; m++) {
        struct programme *some;
        size_t n;
        TRY(programme_list(c->tx, str_of(c->app->modules[m]->name), &some, &n, c->arena));
        for (size_t i = 0; i < n; i++) {
            struct programme *p = VEC_ADD(&all, c->arena);
            if (!p)
                return arena_rc(c->arena);
            *p = some[i];
        }
    }
    view_programmes(&c->reply->body, c, all.v, all.n);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET, .path = "/programmes", .perm = PUBLIC, .read = programmes_read, .summary = N_("Programmes")},
    {.method = HTTP_GET,
     .path = "/programmes/{code}",
     .perm = PUBLIC,
     .read = programme_read,
     .summary = N_("A programme and its parameters")},
    {.method = HTTP_GET,
     .path = "/programmes/{code}/{name}",
     .perm = PUBLIC,
     .read = param_read,
     .summary = N_("A parameter and its versions")},
    {.method = HTTP_POST,
     .path = "/programmes/{code}/{name}",
     .perm = DECIDES,
     .in = &set_in,
     .write = param_write,
     .form = param_read,
     .summary = N_("Set a parameter from a day on")},
};

const struct module programmes_module = {
    .name = "programmes", .title = N_("Programmes"), .routes = routes, .n_routes = sizeof routes / sizeof routes[0]};
