/* The signer's page about the electronic form: the notice, the answer to it, and the end of it at any time. Whoever
 * holds the link is the signer; nobody needs an account. */
#include "mod/sign/pages/pages_objection.h"
#include "core/party.h"
#include "mod/sign/pages/pages_signer.h"
#include "objection.view.h"

INPUT(object_in, {.name = "reason",
                  .type = F_LINES,
                  .max = OBJECTION_REASON_MAX,
                  .label = N_("Reason"),
                  .hint = N_("You need not give one. The sender reads it.")});
INPUT(stop_in, {.name = "reason",
                .type = F_LINES,
                .max = OBJECTION_REASON_MAX,
                .label = N_("Reason for stopping"),
                .hint = N_("You need not give one. The sender reads it.")});

/* ---- the page ---- */

static rc add_offer(struct ctx *c, struct notice_page *p)
{
    struct offer_text text;
    rc r = offer_of(c->tx, p->room.id, &p->offer, c->arena);
    if (r == E_NOTFOUND) {
        err_clear(tx_err(c->tx));
        return OK;
    }
    TRY(r);
    TRY(offer_text_get(c->tx, p->offer.text, &text, c->arena));
    p->has_offer = true;
    p->text = c->lang == LANG_EN ? text.en : text.zh;
    p->hash = c->lang == LANG_EN ? text.en_hash : text.zh_hash;
    p->version = text.version;
    return OK;
}

static rc add_stop(struct ctx *c, struct notice_page *p)
{
    rc r = objection_standing(c->tx, p->room.party, p->signer.email, &p->stop, c->arena);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    p->has_stopped = str_eq(p->stop.kind, STR("stop"));
    return OK;
}

static rc notice_read(struct ctx *c)
{
    struct notice_page p = {.object_spec = &object_in, .stop_spec = &stop_in};
    struct party sender;
    TRY(signer_of_link(c, c->tx, &p.room, &p.signer));
    TRY(party_get(c->tx, p.room.party, &sender, c->arena));
    TRY(answer_of(c->tx, p.signer.id, &p.answer, c->arena));
    TRY(add_offer(c, &p));
    TRY(add_stop(c, &p));
    p.sender = sender.name;
    p.path = arena_printf(c->arena, "/sign/s/%.*s", STR_ARG(request_param(c->req, "token")));
    p.may_answer = str_eq(p.room.state, STR("open")) && str_eq(p.signer.state, STR("invited"));
    view_sign_notice(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- answers ---- */

static rc back(struct ctx *c, const char *where, const char *note)
{
    flash(c, note);
    return go(c, "/sign/s/%.*s%s", STR_ARG(request_param(c->req, "token")), where);
}

static rc agree_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room_from from = signer_from(c);
    struct room r;
    struct signer s;
    TRY(signer_of_link(c, tx, &r, &s));
    TRY(answer_agree(&x, &r, &s, &from));
    return back(c, "", N_("Thank you. You agreed to the electronic form."));
}

static rc object_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room_from from = signer_from(c);
    struct room r;
    struct signer s;
    TRY(signer_of_link(c, tx, &r, &s));
    TRY(answer_object(&x, &r, &s, in_text(&c->in, "reason"), &from));
    return back(c, "/notice", N_("Your objection is recorded, and the sender was told."));
}

static rc stop_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room_from from = signer_from(c);
    struct room r;
    struct signer s;
    TRY(signer_of_link(c, tx, &r, &s));
    TRY(answer_stop(&x, &r, &s, in_text(&c->in, "reason"), &from));
    return back(c, "/notice", N_("Recorded: no electronic form any more. The sender was told."));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/notice",
     .perm = PUBLIC,
     .read = notice_read,
     .absent = signer_wrong_link,
     .summary = N_("The notice about the electronic form, for a signer"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/agree",
     .perm = PUBLIC,
     .write = agree_write,
     .form = notice_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer agrees to the electronic form"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/object",
     .perm = PUBLIC,
     .in = &object_in,
     .write = object_write,
     .form = notice_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer objects to the electronic form"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/stop",
     .perm = PUBLIC,
     .in = &stop_in,
     .write = stop_write,
     .form = notice_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer stops the electronic form"),
     .flags = ROUTE_NEVER_CACHE},
};
const struct route_table sign_notice_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
