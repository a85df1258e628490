/* A draft's last step: all that will be sent, what is still missing, what is warned of; and sending it. */
#include "mod/sign/pages/pages_room_draft.h"
#include "rooms_check.view.h"

INPUT(send_in,
      {.name = "confirmed", .type = F_BOOL, .label = N_("I have checked that this act may be done electronically")});

static rc add_electronic_form(struct ctx *c, struct draft_page *p)
{
    struct objection *objections;
    TRY(objections_for(c->tx, &p->room, &objections, &p->n_objections, c->arena));
    p->objections = objections;
    rc r = offer_of(c->tx, p->room.id, &p->offer, c->arena);
    p->has_offer = r == OK;
    if (r == E_NOTFOUND)
        err_clear(tx_err(c->tx));
    return r == E_NOTFOUND ? OK : r;
}

static rc check_read(struct ctx *c)
{
    struct draft_page p = {.file_name = STR_EMPTY};
    struct room_lack *lacks;
    struct exclusion_hit *hits;
    rc sent = OK;
    TRY(draft_fill(c, &p));
    if (draft_gone(c, &p, &sent))
        return sent;
    p.step = ROOM_STEP_SEND;
    p.spec = &send_in;
    TRY(room_lacks(c->tx, &p.room, &lacks, &p.n_lacks, c->arena));
    TRY(exclusions_for(c->tx, &p.room, &hits, &p.n_hits, c->arena));
    TRY(add_electronic_form(c, &p));
    p.lacks = lacks;
    p.hits = hits;
    p.until = c->now + p.room.expiry_days * DAY;
    view_sign_draft_check(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc send_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(room_of_page(c, tx, &r));
    TRY(room_send(&x, c->app, r.id, in_bool(&c->in, "confirmed")));
    return room_back(c, r.id, "", N_("The document was sent."));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/check",
     .perm = ROOM_OWNERS,
     .read = check_read,
     .summary = N_("What a draft will send, and what it lacks")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/send",
     .perm = ROOM_OWNERS,
     .in = &send_in,
     .write = send_write,
     .form = check_read,
     .summary = N_("Send a draft to those who sign it")},
};
const struct route_table sign_room_send_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
