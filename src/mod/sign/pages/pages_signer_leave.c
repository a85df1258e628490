/* A signer refuses, or passes the document on to somebody else. */
#include "mod/sign/pages/pages_signer.h"
#include "signer_leave.view.h"

INPUT(refuse_in, {.name = "reason",
                  .type = F_LINES,
                  .required = true,
                  .max = ROOM_REASON_MAX,
                  .label = N_("Why do you not sign?"),
                  .hint = N_("The sender and everybody who takes part will read it.")});
INPUT(pass_in,
      {.name = "name",
       .type = F_TEXT,
       .required = true,
       .max = ROOM_NAME_MAX,
       .label = N_("Their name"),
       .personal = true},
      {.name = "email", .type = F_EMAIL, .required = true, .label = N_("Their e-mail address"), .personal = true},
      {.name = "reason",
       .type = F_LINES,
       .max = ROOM_REASON_MAX,
       .label = N_("Why them?"),
       .hint = N_("The sender will read it.")});

static rc leave_page(struct ctx *c, const struct input_spec *spec,
                     void (*view)(struct buf *, const struct ctx *, const struct signer_page *))
{
    struct signer_page p;
    TRY(signer_page_of(c, c->tx, &p));
    if (p.at != SIGNER_INVITED && p.at != SIGNER_FILLS_IN)
        return signer_back(c, "", NULL);
    p.spec = spec;
    view(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc refuse_read(struct ctx *c)
{
    return leave_page(c, &refuse_in, view_signer_refuse);
}

static rc pass_read(struct ctx *c)
{
    return leave_page(c, &pass_in, view_signer_pass);
}

static rc refuse_write(struct tx *tx, struct ctx *c)
{
    struct signer_page p;
    const struct act x = ACT(tx, c);
    const struct room_from from = signer_from(c);
    TRY(signer_page_of(c, tx, &p));
    TRY(signer_decline(&x, c->app, p.signer.id, in_text(&c->in, "reason"), &from));
    return signer_back(c, "", NULL);
}

static rc pass_write(struct tx *tx, struct ctx *c)
{
    struct signer_page p;
    const struct act x = ACT(tx, c);
    const struct room_from from = signer_from(c);
    TRY(signer_page_of(c, tx, &p));
    TRY(signer_delegate(&x, c->app, p.signer.id, in_text(&c->in, "name"), in_text(&c->in, "email"),
                        in_text(&c->in, "reason"), &from));
    return signer_back(c, "", NULL);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/refuse",
     .perm = PUBLIC,
     .read = refuse_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer refuses: the form"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/refuse",
     .perm = PUBLIC,
     .in = &refuse_in,
     .write = refuse_write,
     .form = refuse_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer refuses")},
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/pass-on",
     .perm = PUBLIC,
     .read = pass_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer passes the document on: the form"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/pass-on",
     .perm = PUBLIC,
     .in = &pass_in,
     .write = pass_write,
     .form = pass_read,
     .absent = signer_wrong_link,
     .summary = N_("A signer passes the document on")},
};
const struct route_table sign_signer_leave_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
