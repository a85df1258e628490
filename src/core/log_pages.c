#include "core/log_pages.h"

#include "core/publiclog.h"

/* A tile of a given width never changes: C2SP asks for long-lived caching. The checkpoint must stay fresh. */
static const str for_ever = STR_INIT("public, max-age=31536000, immutable");
static const str briefly = STR_INIT("public, max-age=1");

static rc answer(struct ctx *c, const char *type, str cache)
{
    c->reply->status = 200;
    c->reply->type = type;
    reply_header(c->reply, "Cache-Control", cache);
    /* Everything here is public, and verifiers run in browsers too. */
    reply_header(c->reply, "Access-Control-Allow-Origin", STR("*"));
    return OK;
}

static rc checkpoint(struct ctx *c)
{
    TRY(log_checkpoint(c->tx, &c->reply->body));
    return answer(c, "text/plain; charset=utf-8", briefly);
}

static rc vkey(struct ctx *c)
{
    TRY(log_vkey(c->tx, &c->reply->body));
    buf_putc(&c->reply->body, '\n');
    return answer(c, "text/plain; charset=utf-8", briefly);
}

static rc tile(struct ctx *c)
{
    bool full;
    rc r = log_tile(c->tx, request_param(c->req, "path"), &c->reply->body, &full);
    if (r == E_INVALID)
        return E_NOTFOUND; /* a path that names no tile */
    TRY(r);
    return answer(c, "application/octet-stream", for_ever);
}

/* Trees stay far below 2^53: numbers that JavaScript cannot hold are refused rather than rounded. */
#define SIZE_LIMIT ((INT64_C(1) << 53) - 1)

INPUT(
    inclusion_input,
    {.name = "index", .type = F_INT, .required = true, .min = 0, .max = SIZE_LIMIT, .label = N_("Index of the entry")},
    {.name = "size", .type = F_INT, .min = 0, .max = SIZE_LIMIT, .label = N_("Size of the tree")});

/* LOG-011: the numbers do not fit the log as it is. */
static rc proved(struct ctx *c, rc r, const char *field)
{
    if (r == E_INVALID)
        return ERR_FIELD(&c->err, field, "LOG-011", N_("The public log has no such entry or size yet."));
    TRY(r);
    return reply_json(c, 200);
}

static rc inclusion(struct ctx *c)
{
    uint64_t index = (uint64_t)in_int(&c->in, "index"), size = (uint64_t)in_int(&c->in, "size");
    return proved(c, log_inclusion_json(c->tx, index, size, &c->reply->body), "index");
}

INPUT(consistency_input,
      {.name = "from",
       .type = F_INT,
       .required = true,
       .min = 1,
       .max = SIZE_LIMIT,
       .label = N_("Earlier size of the tree")},
      {.name = "to", .type = F_INT, .min = 0, .max = SIZE_LIMIT, .label = N_("Size of the tree")});

static rc consistency(struct ctx *c)
{
    uint64_t from = (uint64_t)in_int(&c->in, "from"), to = (uint64_t)in_int(&c->in, "to");
    return proved(c, log_consistency_json(c->tx, from, to, &c->reply->body), "from");
}

#define HASHES "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"contentEncoding\":\"base64\"}}"
#define COUNT  "{\"type\":\"integer\",\"minimum\":0}"

const struct route log_routes[LOG_ROUTES] = {
    {.method = HTTP_GET,
     .path = "/log/checkpoint",
     .perm = PUBLIC,
     .read = checkpoint,
     .summary = N_("The public log's latest signed checkpoint")},
    {.method = HTTP_GET,
     .path = "/log/vkey",
     .perm = PUBLIC,
     .read = vkey,
     .summary = N_("The key that verifies the public log's checkpoints")},
    {.method = HTTP_GET,
     .path = "/log/tile/{path...}",
     .perm = PUBLIC,
     .read = tile,
     .summary = N_("A tile of the public log's hashes or entries")},
    {.method = HTTP_GET,
     .path = "/api/log/inclusion",
     .perm = PUBLIC,
     .in = &inclusion_input,
     .read = inclusion,
     .summary = N_("The path that proves an entry to be in the public log"),
     .flags = ROUTE_API,
     .reply_schema = "{\"type\":\"object\",\"required\":[\"index\",\"size\",\"path\"],\"properties\":"
                     "{\"index\":" COUNT ",\"size\":" COUNT ",\"path\":" HASHES "}}"},
    {.method = HTTP_GET,
     .path = "/api/log/consistency",
     .perm = PUBLIC,
     .in = &consistency_input,
     .read = consistency,
     .summary = N_("The path that proves the public log to have only grown"),
     .flags = ROUTE_API,
     .reply_schema = "{\"type\":\"object\",\"required\":[\"from\",\"to\",\"path\"],\"properties\":"
                     "{\"from\":" COUNT ",\"to\":" COUNT ",\"path\":" HASHES "}}"},
};
