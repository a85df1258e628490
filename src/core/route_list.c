/* Every route of the program: web's own tables and all modules'. */
#include <stdlib.h>

#include "core/module.h"
#include "web/asset.h"
#include "web/dispatch.h"
#include "web/styleguide.h"

size_t app_route_tables(const struct app *app, struct route_table *out)
{
    const struct route_table of_web[] = {{"assets", asset_routes, asset_routes_n},
                                         {"styleguide", styleguide_routes, styleguide_routes_n}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof of_web / sizeof of_web[0]; i++, n++)
        if (out)
            out[n] = of_web[i];
    for (size_t m = 0; m < app->n_modules; m++, n++) {
        const struct module *mod = app->modules[m];
        if (out)
            out[n] = (struct route_table){mod->name, mod->routes, mod->n_routes};
        for (const struct route_table *const *t = mod->tables; t && *t; t++) {
            n++;
            if (out)
                out[n] = **t;
        }
    }
    return n;
}

rc app_routes(const struct app *app, struct http_route **out, size_t *n, struct err *err)
{
    size_t n_tables = app_route_tables(app, NULL), at = 0;
    struct route_table *tables = calloc(n_tables, sizeof *tables);
    if (!tables)
        return ERR(err, E_NOMEM, "APP-002", N_("Out of memory."));
    app_route_tables(app, tables);
    *n = 0;
    for (size_t t = 0; t < n_tables; t++)
        *n += tables[t].n;
    *out = calloc(*n ? *n : 1, sizeof **out);
    for (size_t t = 0; *out && t < n_tables; t++)
        for (size_t i = 0; i < tables[t].n; i++) {
            const struct route *r = &tables[t].v[i];
            (*out)[at++] = (struct http_route){r->method, r->path, r->max_body, r};
        }
    free(tables);
    return *out ? OK : ERR(err, E_NOMEM, "APP-002", N_("Out of memory."));
}
