/* The site about itself: permissions, the API's description, health; the outbox of a demonstration. */
#include "core/pages.h"
#include "site.view.h"
#include "web/openapi.h"

enum { OUTBOX_SHOWN = 100 };

static rc permissions_read(struct ctx *c)
{
    struct permissions_page p;
    p.routes = dispatch_routes(c->dispatch, &p.n_routes);
    view_permissions(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

void app_openapi(const struct app *app, const struct http_route *routes, size_t n, enum lang lang, struct buf *out)
{
    bool https = str_starts(app->config.base_url, STR("https://"));
    struct openapi_info info = {STR("RISE"), STR(RISE_VERSION), app->config.base_url, https ? "__Host-rise" : "rise",
                                lang};
    openapi_write(routes, n, &info, out);
}

static rc openapi_read(struct ctx *c)
{
    size_t n;
    const struct http_route *routes = dispatch_routes(c->dispatch, &n);
    app_openapi(c->app, routes, n, c->lang, &c->reply->body);
    return reply_json(c, 200);
}

static rc about_api_read(struct ctx *c)
{
    struct permissions_page p;
    p.routes = dispatch_routes(c->dispatch, &p.n_routes);
    view_about_api(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

QUERY(health_probe, "", "i", "SELECT 1");

static rc health_read(struct ctx *c)
{
    int64_t one;
    TRY(db_one_int(c->tx, &health_probe, NOVALS, &one));
    buf_put(&c->reply->body, STR("{\"status\":\"ok\",\"version\":\"" RISE_VERSION "\"}"));
    return reply_json(c, 200);
}

str outbox_text(const struct ctx *c, const struct outbox_row *m)
{
    return m->path.n == 0 ? m->body
                          : arena_printf(c->arena, "%.*s\n\n%.*s%.*s", STR_ARG(m->body),
                                         STR_ARG(c->app->config.base_url), STR_ARG(m->path));
}

str outbox_link(const struct ctx *c, const struct outbox_row *m)
{
    if (m->path.n > 0)
        return local_path(m->path);
    str base = c->app->config.base_url;
    ptrdiff_t at = base.n > 0 ? str_find(m->body, base) : -1;
    if (at < 0)
        return STR_EMPTY;
    str rest = str_sub(m->body, (size_t)at + base.n, m->body.n);
    return local_path(str_cut(&rest, '\n'));
}

static rc outbox_read(struct ctx *c)
{
    if (!c->app->config.demo)
        return E_NOTFOUND;
    struct outbox_row *rows;
    size_t n;
    TRY(outbox_list(c->tx, OUTBOX_SHOWN, &rows, &n, c->arena));
    view_outbox(&c->reply->body, c, rows, n);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/about/permissions",
     .perm = PUBLIC,
     .read = permissions_read,
     .summary = N_("Who may do what")},
    {.method = HTTP_GET,
     .path = "/about/api",
     .perm = PUBLIC,
     .read = about_api_read,
     .summary = N_("The API in words")},
    {.method = HTTP_GET,
     .path = "/api/openapi.json",
     .perm = PUBLIC,
     .read = openapi_read,
     .summary = N_("This description"),
     .flags = ROUTE_API,
     .reply_schema = "{\"type\":\"object\"}"},
    {.method = HTTP_GET,
     .path = "/api/health",
     .perm = PUBLIC,
     .read = health_read,
     .summary = N_("Is the service up?"),
     .flags = ROUTE_API,
     .reply_schema = "{\"type\":\"object\",\"required\":[\"status\"],\"properties\":{\"status\":{\"type\":\"string\"},"
                     "\"version\":{\"type\":\"string\"}}}"},
    {.method = HTTP_GET,
     .path = "/outbox",
     .perm = PUBLIC,
     .read = outbox_read,
     .summary = N_("Mail that a demonstration would have sent"),
     .flags = ROUTE_NEVER_CACHE},
};

const struct module site_module = {
    .name = "site", .title = N_("About this site"), .routes = routes, .n_routes = sizeof routes / sizeof routes[0]};
