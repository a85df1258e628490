/* How the vendor's own systems report first use: with an API key, or by a webhook signed with a secret of its own. */
#include "mod/market/pages_vendor.h"
#include "vendor_hook.view.h"

enum { EXAMPLE_MAX = 2048 };

static str by_key(const struct ctx *c)
{
    BUF_SCOPED out = BUF_INIT(EXAMPLE_MAX);
    buf_printf(&out,
               "curl -X POST %.*s/api/market/usage \\\n"
               "  -H \"Authorization: Bearer $KEY\" \\\n"
               "  -H \"Content-Type: application/json\" \\\n"
               "  -d '{\"order\": \"XXXXX-XXXXX-XXXXX-XXXXX\", \"id\": \"login-1001\"}'\n",
               STR_ARG(c->app->config.base_url));
    return arena_str(c->arena, buf_str(&out));
}

static str signed_(const struct ctx *c, str address)
{
    BUF_SCOPED out = BUF_INIT(EXAMPLE_MAX);
    buf_printf(&out,
               "BODY='{\"order\": \"XXXXX-XXXXX-XXXXX-XXXXX\", \"id\": \"login-1001\"}'\n"
               "T=$(date +%%s)\n"
               "V1=$(printf '%%s.%%s' \"$T\" \"$BODY\" | openssl dgst -sha256 -hmac \"$SECRET\" -r | cut -d' ' -f1)\n"
               "curl -X POST %.*s \\\n"
               "  -H \"Content-Type: application/json\" \\\n"
               "  -H \"Rise-Signature: t=$T,v1=$V1\" \\\n"
               "  -d \"$BODY\"\n",
               STR_ARG(address));
    return arena_str(c->arena, buf_str(&out));
}

static rc show(struct ctx *c, struct mkt_hook_page *p)
{
    p->address = arena_printf(c->arena, "%.*s/api/market/vendors/%s/usage", STR_ARG(c->app->config.base_url),
                              id_shown(c, p->v.id));
    p->by_key = by_key(c);
    p->signed_ = signed_(c, p->address);
    view_market_vendor_hook(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc hook_read(struct ctx *c)
{
    struct mkt_hook_page p = {.fresh = STR_EMPTY};
    rc r = mkt_own_vendor(c, &p.v);
    if (r == E_NOTFOUND)
        return go(c, "/market/vendor/register");
    TRY(r);
    return show(c, &p);
}

/* The secret is shown in the answer itself and nowhere else, so this route keeps no first answer (ROUTE_IDEMPOTENT). */
static rc secret_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_hook_page p = {.fresh = STR_EMPTY};
    BUF_SCOPED secret = BUF_INIT(256);
    TRY(mkt_vendor_usage_secret(&x, c->app, c->session.party, &secret));
    p.fresh = arena_str(c->arena, buf_str(&secret));
    TRY(mkt_own_vendor(c, &p.v));
    return show(c, &p);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor/integration",
     .perm = AS_VENDOR,
     .read = hook_read,
     .summary = N_("How the vendor's systems report first use")},
    {.method = HTTP_POST,
     .path = "/market/vendor/integration/secret",
     .perm = AS_VENDOR,
     .write = secret_write,
     .summary = N_("Make a new secret for usage reports"),
     .flags = ROUTE_IDEMPOTENT},
};
const struct route_table mkt_vendor_hook_routes = {"market", routes, sizeof routes / sizeof routes[0]};
