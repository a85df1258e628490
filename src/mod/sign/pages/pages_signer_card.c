/* Signing by card or phone: the job speaks to the card service (rooms/card.h), this page waits. */
#include "mod/sign/pages/pages_signer.h"
#include "signer_card.view.h"

rc signer_card_begin(struct ctx *c, struct tx *tx, const struct signer_page *p)
{
    const struct act x = ACT(tx, c);
    BUF_SCOPED number = BUF_INIT(4 * CARD_NUMBER_MAX);
    id request;
    TRY(signer_card(tx, c->app, p->signer.id, &number));
    TRY(card_start(&x, c->app, room_card_use.kind, p->signer.id, buf_str(&number), &request));
    return signer_back(c, "/card", NULL);
}

/* Whose certificate the service gave, once it did. RM-013 means: too late to matter. */
static rc card_certificate(struct ctx *c, struct signer_page *p)
{
    rc r = seal_asked(c->tx, p->signer.id, c->now, c->arena, &p->asked);
    if (r == E_CONFLICT)
        err_clear(tx_err(c->tx));
    return r == E_CONFLICT ? OK : r;
}

static rc card_read(struct ctx *c)
{
    struct signer_card_page p = {.simulated = c->app->config.demo && c->app->config.card_url.n == 0};
    TRY(signer_page_of(c, c->tx, &p.p));
    if (p.p.at != SIGNER_FILLS_IN)
        return signer_back(c, "", NULL);
    rc r = card_latest(c->tx, room_card_use.kind, p.p.signer.id, &p.request, c->arena);
    if (r == E_NOTFOUND) {
        err_clear(tx_err(c->tx));
        return signer_back(c, "", NULL);
    }
    TRY(r);
    TRY(card_certificate(c, &p.p));
    view_signer_card(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/card",
     .perm = PUBLIC,
     .read = card_read,
     .absent = signer_wrong_link,
     .summary = N_("Signing by card or phone: waiting for it"),
     .flags = ROUTE_NEVER_CACHE},
};
const struct route_table sign_signer_card_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
