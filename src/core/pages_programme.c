/* A programme's parameters, every version of them, for everybody to read. */
#include "base/vec.h"
#include "core/pages.h"
#include "programme.view.h"

static rc programme_read(struct ctx *c)
{
    struct programme_page p;
    struct param_version *params;
    TRY(programme_by_code(c->tx, request_param(c->req, "code"), &p.programme, c->arena));
    TRY(param_history(c->tx, p.programme.id, &params, &p.n_params, c->arena));
    p.params = params;
    view_programme(&c->reply->body, c, &p);
    return reply_page(c, 200);
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
};

const struct module programmes_module = {
    .name = "programmes", .title = N_("Programmes"), .routes = routes, .n_routes = sizeof routes / sizeof routes[0]};
