/* A room that was sent: who has signed, what happened; reminding, correcting an address, ending it, keeping it as a
 * template. */
#include "mod/sign/pages/pages_rooms.h"
#include "rooms_room.view.h"

INPUT(reason_in, {.name = "reason",
                  .type = F_LINES,
                  .required = true,
                  .max = ROOM_REASON_MAX,
                  .label = N_("Reason"),
                  .hint = N_("Everybody who was asked gets it by e-mail.")});
INPUT(title_in,
      {.name = "title", .type = F_TEXT, .required = true, .max = ROOM_TITLE_MAX, .label = N_("Name of the template")});
INPUT(extend_in, {.name = "days",
                  .type = F_INT,
                  .required = true,
                  .min = ROOM_EXPIRY_LEAST,
                  .max = ROOM_EXPIRY_MOST,
                  .label = N_("Open for how many days from today")});
INPUT(correct_in,
      {.name = "name", .type = F_TEXT, .required = true, .max = ROOM_NAME_MAX, .label = N_("Name"), .personal = true},
      {.name = "email", .type = F_EMAIL, .required = true, .label = N_("E-mail address"), .personal = true});

static rc fill(struct ctx *c, struct room_shown *p)
{
    struct signer *signers;
    struct room_event *events;
    p->reason = &reason_in;
    p->title = &title_in;
    p->correct = &correct_in;
    p->extend = &extend_in;
    TRY(room_of_page(c, c->tx, &p->room));
    p->path = room_path(c, p->room.id);
    TRY(signers_of(c->tx, p->room.id, &signers, &p->n, c->arena));
    TRY(room_events_of(c->tx, p->room.id, &events, &p->n_events, c->arena));
    p->signers = signers;
    p->events = events;
    p->other_names = ARENA_ARRAY(c->arena, p->n + 1, str);
    if (!p->other_names)
        return arena_failed(c->arena);
    for (size_t i = 0; i < p->n; i++) {
        TRY(signer_other_name(c->arena, &signers[i], signers[i].cert, &p->other_names[i], &c->err));
        if (str_eq(signers[i].role, STR("copy")) || str_eq(signers[i].state, STR("delegated")))
            continue;
        p->to_act++;
        p->acted += str_eq(signers[i].state, STR("signed"));
        p->may_remind = p->may_remind || str_eq(signers[i].state, STR("invited"));
    }
    p->may_remind = p->may_remind && str_eq(p->room.state, STR("open"));
    return OK;
}

/* A draft's page is its steps. */
static rc room_read(struct ctx *c)
{
    struct room_shown p = {.path = NULL};
    TRY(fill(c, &p));
    if (str_eq(p.room.state, STR("draft")))
        return go(c, "%s/people", p.path);
    view_sign_room(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc correct_read(struct ctx *c)
{
    struct room_shown p = {.path = NULL};
    TRY(fill(c, &p));
    TRY(signer_of_page(c, c->tx, &p.room, &p.signer));
    view_sign_room_correct(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc remind_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(room_of_page(c, tx, &r));
    TRY(room_remind(&x, c->app, r.id));
    return room_back(c, r.id, "", N_("A reminder is on its way to everybody whose turn it is."));
}

static rc void_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(room_of_page(c, tx, &r));
    TRY(room_void(&x, c->app, r.id, in_text(&c->in, "reason")));
    return room_back(c, r.id, "", N_("The signing was ended, and everybody was told."));
}

static rc correct_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    struct signer s;
    TRY(room_of_page(c, tx, &r));
    TRY(signer_of_page(c, tx, &r, &s));
    TRY(signer_correct(&x, c->app, s.id, in_text(&c->in, "name"), in_text(&c->in, "email")));
    return room_back(c, r.id, "", N_("Saved. Whoever was asked already got the e-mail again."));
}

static rc template_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    id made;
    TRY(room_of_page(c, tx, &r));
    TRY(room_to_template(&x, c->app, r.id, in_text(&c->in, "title"), &made));
    return room_back(c, made, "/people", N_("The template was made. Name its parts so that others understand them."));
}

static rc again_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    id made;
    TRY(room_of_page(c, tx, &r));
    TRY(room_again(&x, c->app, r.id, &made));
    return room_back(c, made, "/people", N_("This is a new draft with the same people and fields."));
}

static rc extend_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(room_of_page(c, tx, &r));
    TRY(room_extend(&x, r.id, in_int(&c->in, "days")));
    return room_back(c, r.id, "", N_("Saved."));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}",
     .perm = ROOM_OWNERS,
     .read = room_read,
     .summary = N_("A signing room: progress and history")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/remind",
     .perm = ROOM_OWNERS,
     .write = remind_write,
     .form = room_read,
     .summary = N_("Remind everybody whose turn it is")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/void",
     .perm = ROOM_OWNERS,
     .in = &reason_in,
     .write = void_write,
     .form = room_read,
     .summary = N_("End a signing")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/correct/{signer}",
     .perm = ROOM_OWNERS,
     .read = correct_read,
     .summary = N_("Correct the address of somebody who has not signed: the form")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/correct/{signer}",
     .perm = ROOM_OWNERS,
     .in = &correct_in,
     .write = correct_write,
     .form = correct_read,
     .summary = N_("Correct the address of somebody who has not signed, and send the e-mail again")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/again",
     .perm = ROOM_OWNERS,
     .write = again_write,
     .form = room_read,
     .summary = N_("Make a new draft of a signing room, with the same people and fields")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/extend",
     .perm = ROOM_OWNERS,
     .in = &extend_in,
     .write = extend_write,
     .form = room_read,
     .summary = N_("Give those who sign more time, or less")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/template",
     .perm = ROOM_OWNERS,
     .in = &title_in,
     .write = template_write,
     .form = room_read,
     .summary = N_("Make a template of a signing room")},
};
const struct route_table sign_room_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
