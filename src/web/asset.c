/* Serving what assets/build.mjs embedded. */
#include "web/asset.h"

#include <stdlib.h>

#include "web/assets.h"

static const struct asset *asset_named(const char *name)
{
    for (size_t i = 0; i < assets_n; i++)
        if (strcmp(assets[i].name, name) == 0)
            return &assets[i];
    abort(); /* a view names an asset that assets/ lacks: a bug */
}

url asset_url(const char *name)
{
    return (url){str_of(asset_named(name)->path)};
}

const struct asset *asset_find(str file)
{
    for (size_t i = 0; i < assets_n; i++)
        if (str_eq(str_of(strrchr(assets[i].path, '/') + 1), file))
            return &assets[i];
    return NULL;
}

/* Is this coding accepted, i.e. named (or *) without q=0? */
static bool accepts(str header, str coding)
{
    bool any = false;
    str rest = header.n ? header : (str){0};
    while (rest.p) {
        str params = str_cut(&rest, ',');
        str name = str_trim(str_cut(&params, ';'));
        str q = params.p ? str_trim(params) : STR_EMPTY;
        bool refused = str_starts(q, STR("q=0")) && str_find(q, STR(".")) < 0;
        if (str_starts(q, STR("q=0."))) { /* q=0.000 refuses, q=0.5 does not */
            refused = true;
            for (size_t i = 4; i < q.n; i++)
                refused = refused && q.p[i] == '0';
        }
        if (str_ieq(name, coding))
            return !refused;
        if (str_eq(name, STR("*")))
            any = !refused;
    }
    return any;
}

enum asset_coding asset_choose(const struct asset *a, str accept_encoding)
{
    if (a->brotli.n && accepts(accept_encoding, STR("br")))
        return ASSET_BROTLI;
    if (a->gzip.n && accepts(accept_encoding, STR("gzip")))
        return ASSET_GZIP;
    return ASSET_PLAIN;
}

/* A worker's own answer says what it may do. This one unpacks the pictures of scanned documents in WebAssembly; it has
 * no page, no network and no way to run text as a script. */
#define PDF_WORKER "pdf.worker.js"

static rc send_asset(struct ctx *c, const struct asset *a, str caching)
{
    struct reply *p = c->reply;
    enum asset_coding coding = asset_choose(a, request_header(c->req, "Accept-Encoding"));
    reply_header(p, "Cache-Control", caching);
    reply_header(p, "Vary", STR("Accept-Encoding"));
    reply_header(p, "ETag", str_of(a->etag));
    if (strcmp(a->name, PDF_WORKER) == 0)
        reply_header(p, "Content-Security-Policy", STR("default-src 'none'; script-src 'wasm-unsafe-eval'"));
    p->type = a->type;
    if (str_eq(request_header(c->req, "If-None-Match"), str_of(a->etag))) {
        p->status = 304;
        return OK;
    }
    p->status = 200;
    p->fixed = coding == ASSET_BROTLI ? a->brotli : coding == ASSET_GZIP ? a->gzip : a->plain;
    if (coding != ASSET_PLAIN)
        reply_header(p, "Content-Encoding", coding == ASSET_BROTLI ? STR("br") : STR("gzip"));
    return OK;
}

static rc read_asset(struct ctx *c)
{
    const struct asset *a = asset_find(request_param(c->req, "file"));
    if (!a)
        return E_NOTFOUND;
    return send_asset(c, a, STR("public, max-age=31536000, immutable"));
}

/* Browsers ask for this name on their own. */
static rc read_favicon(struct ctx *c)
{
    return send_asset(c, asset_named("icon.svg"), STR("public, max-age=86400"));
}

const struct route asset_routes[] = {
    {.method = HTTP_GET,
     .path = "/assets/{file}",
     .perm = PUBLIC,
     .read = read_asset,
     .summary = N_("Styles, scripts and pictures")},
    {.method = HTTP_GET,
     .path = "/favicon.ico",
     .perm = PUBLIC,
     .read = read_favicon,
     .summary = N_("The site's icon")},
};
const size_t asset_routes_n = sizeof asset_routes / sizeof asset_routes[0];
