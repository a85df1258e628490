#include "mod/sign/pages/pages_simulator.h"

#include "mod/sign/rooms/card.h"
#include "simulator.view.h"

enum { REQUEST_MAX = 64 * 1024 };

static const struct choice decisions[] = {{"sign", N_("Confirm")}, {"refuse", N_("Refuse")}, {NULL, NULL}};
INPUT(decide_in,
      {.name = "do", .type = F_CHOICE, .required = true, .choices = decisions, .label = N_("Confirm or refuse")});

/* The bytes that the signature is over are read by card_sim.c; without these names they would be refused before. */
#define ASKED(name_)                                                                                                   \
    {                                                                                                                  \
        .name = (name_), .type = F_TEXT, .max = REQUEST_MAX, .label = N_("Of a request to the card service")           \
    }
INPUT(service_in, ASKED("do"), ASKED("number"), ASKED("key"), ASKED("text"), ASKED("digest"), ASKED("to_sign"),
      ASKED("until"), ASKED("ticket"));

static rc phone_read(struct ctx *c)
{
    struct simulator_page p = {.n = 0};
    if (!c->app->config.demo)
        return E_NOTFOUND;
    TRY(card_sim_orders(c->tx, c->now, &p.v, &p.n, c->arena));
    view_sign_simulator(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc decide_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    id order;
    if (!c->app->config.demo)
        return E_NOTFOUND;
    TRY(path_id(c, "id", &order));
    bool agrees = strcmp(in_choice(&c->in, "do"), "sign") == 0;
    TRY(card_sim_decide(&x, c->app, order, agrees));
    flash(c, agrees ? N_("Confirmed: the simulated card has signed.") : N_("Refused."));
    return go(c, "/sign/simulator");
}

static rc service_write(struct tx *tx, struct ctx *c)
{
    const struct act x = ACT(tx, c);
    struct card_sim_reply reply = {.body = &c->reply->body};
    if (!c->app->config.demo)
        return E_NOTFOUND;
    TRY(card_sim_answer(&x, c->app, request_header(c->req, "Rise-Signature"), c->req->body, &reply));
    if (reply.signature.n)
        reply_header(c->reply, "Rise-Signature", reply.signature);
    return reply_json(c, reply.status);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/simulator",
     .perm = PUBLIC,
     .read = phone_read,
     .summary = N_("Demonstration: the phone of the simulated cards"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = CARD_SIM_PATH,
     .perm = PUBLIC,
     .in = &service_in,
     .write = service_write,
     .summary = N_("Demonstration: the simulated card service"),
     .flags = ROUTE_NO_CSRF | ROUTE_IDEMPOTENT,
     .max_body = REQUEST_MAX},
    {.method = HTTP_POST,
     .path = "/sign/simulator/orders/{id}",
     .perm = PUBLIC,
     .in = &decide_in,
     .write = decide_write,
     .form = phone_read,
     .summary = N_("Demonstration: confirm or refuse on the simulated phone")},
};
const struct route_table sign_simulator_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
