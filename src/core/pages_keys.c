/* Programs' access of an organisation: API keys and the webhook. */
#include "core/keys.h"
#include "core/pages.h"
#include "keys.view.h"

INPUT(key_in, {.name = "label",
               .type = F_TEXT,
               .required = true,
               .max = 60,
               .label = N_("What is the key for?"),
               .hint = N_("For example the name of the program that uses it.")});
INPUT(hook_in, {.name = "url",
                .type = F_TEXT,
                .required = true,
                .max = 2000,
                .label = N_("Address that receives events"),
                .hint = N_("It must start with https://.")});

static rc fill(struct ctx *c, struct keys_page *p)
{
    struct apikey *keys;
    struct member *members;
    TRY(apikeys_of(c->tx, c->session.party, &keys, &p->n_keys, c->arena));
    TRY(members_of(c->tx, c->session.party, &members, &p->n_members, c->arena));
    p->keys = keys;
    p->members = members;
    rc hook = webhook_get(c->tx, c->session.party, &p->hook_url, c->arena);
    return hook == E_NOTFOUND ? OK : hook;
}

static rc keys_show(struct ctx *c, struct keys_page *p)
{
    if (c->session.party == 0)
        return E_DENIED;
    TRY(fill(c, p));
    view_keys(&c->reply->body, c, p, &key_in, &hook_in);
    return reply_page(c, 200);
}

static rc keys_read(struct ctx *c)
{
    struct keys_page p = {.hook_url = STR_EMPTY};
    return keys_show(c, &p);
}

/* The key is shown in the answer itself and nowhere else, so these two routes keep no first answer (ROUTE_IDEMPOTENT).
 */
static rc key_write(struct tx *tx, struct ctx *c)
{
    BUF_SCOPED key = BUF_INIT(256);
    id made;
    TRY(apikey_make(tx, c->session.party, c->session.account, c->session.perms & ~(perm)(PUBLIC | SIGNED_IN),
                    in_text(&c->in, "label"), &key, &made));
    struct keys_page p = {.hook_url = STR_EMPTY, .fresh_key = arena_str(c->arena, buf_str(&key))};
    return keys_show(c, &p);
}

static rc revoke_write(struct tx *tx, struct ctx *c)
{
    id key;
    if (id_parse(request_param(c->req, "id"), &key) != OK)
        return E_NOTFOUND;
    TRY(apikey_revoke(tx, c->session.party, key));
    flash(c, N_("The key was revoked."));
    return go(c, "/account/keys");
}

static rc hook_write(struct tx *tx, struct ctx *c)
{
    BUF_SCOPED secret = BUF_INIT(256);
    TRY(webhook_set(tx, c->app, c->session.party, in_text(&c->in, "url"), &secret));
    struct keys_page p = {.hook_url = STR_EMPTY, .fresh_secret = arena_str(c->arena, buf_str(&secret))};
    return keys_show(c, &p);
}

static rc hook_remove_write(struct tx *tx, struct ctx *c)
{
    TRY(webhook_remove(tx, c->session.party));
    flash(c, N_("The webhook was removed."));
    return go(c, "/account/keys");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/account/keys",
     .perm = ORGANISATION,
     .read = keys_read,
     .summary = N_("API keys and webhook")},
    {.method = HTTP_POST,
     .path = "/account/keys",
     .perm = ORGANISATION,
     .in = &key_in,
     .write = key_write,
     .form = keys_read,
     .summary = N_("Make an API key"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/account/keys/{id}/revoke",
     .perm = ORGANISATION,
     .write = revoke_write,
     .summary = N_("Revoke an API key"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/account/webhook",
     .perm = ORGANISATION,
     .in = &hook_in,
     .write = hook_write,
     .form = keys_read,
     .summary = N_("Set the webhook"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/account/webhook/remove",
     .perm = ORGANISATION,
     .write = hook_remove_write,
     .summary = N_("Remove the webhook"),
     .flags = ROUTE_IDEMPOTENT},
};

const struct module keys_module = {.name = "keys",
                                   .title = N_("API keys and webhook"),
                                   .routes = routes,
                                   .n_routes = sizeof routes / sizeof routes[0],
                                   .verbs = keys_verbs,
                                   .n_verbs = KEYS_VERBS};
