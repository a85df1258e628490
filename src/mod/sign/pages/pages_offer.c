/* The sender's pages: how a room offers the electronic form, and what its signers said. */
#include "mod/sign/pages/pages_objection.h"
#include "offer.view.h"

INPUT(
    offer_in,
    {.name = "days", .type = F_INT, .required = true, .min = 1, .max = OFFER_DAYS_MOST, .label = N_("Days to object")},
    {.name = "email",
     .type = F_EMAIL,
     .max = OFFER_CONTACT_MAX,
     .label = N_("E-mail for objections"),
     .hint = N_("At least one way beside the page: e-mail, telephone or post.")},
    {.name = "phone", .type = F_TEXT, .max = OFFER_CONTACT_MAX, .label = N_("Telephone for objections")},
    {.name = "post", .type = F_TEXT, .max = OFFER_CONTACT_MAX, .label = N_("Postal address for objections")},
    {.name = "paper_where",
     .type = F_TEXT,
     .required = true,
     .max = OFFER_WORDS_MAX,
     .label = N_("On paper: where"),
     .hint = N_("The place at which it can be done without the electronic form.")},
    {.name = "paper_who", .type = F_TEXT, .required = true, .max = OFFER_WORDS_MAX, .label = N_("On paper: with whom")},
    {.name = "paper_how",
     .type = F_TEXT,
     .required = true,
     .max = OFFER_WORDS_MAX,
     .label = N_("On paper: how"),
     .hint = N_("When, and what to bring; or by post.")});

INPUT(heard_in, {.name = "who", .type = F_ID, .required = true, .label = N_("Who said it")},
      {.name = "kind", .type = F_CHOICE, .required = true, .choices = objection_kinds, .label = N_("What they want")},
      {.name = "words",
       .type = F_LINES,
       .required = true,
       .max = OBJECTION_REASON_MAX,
       .label = N_("How and when they said it"),
       .hint = N_("For example: by telephone on 1 December at 10:30. It stands in the history.")});

const char *answer_colour(str state)
{
    static const struct choice colours[] = {
        {"told", "yellow"}, {"agreed", "green"}, {"deemed", "green"}, {"objected", "red"}, {NULL, NULL}};
    const char *colour = choice_label(colours, state);
    return colour[0] ? colour : "grey";
}

static rc own_room(struct ctx *c, struct tx *tx, struct room *out)
{
    struct act x = ACT(tx, c);
    id room;
    TRY(path_id(c, "id", &room));
    return room_own(&x, room, out);
}

/* A new offer begins with the last one of the organisation. */
static rc add_offer(struct ctx *c, struct offer_page *p)
{
    rc r = offer_of(c->tx, p->room.id, &p->offer, c->arena);
    p->has_offer = r == OK;
    if (r == E_NOTFOUND && p->draft)
        r = offer_last(c->tx, p->room.party, &p->offer, c->arena);
    if (r == E_NOTFOUND)
        p->offer = (struct offer){.days = p->least};
    else
        TRY(r);
    err_clear(tx_err(c->tx));
    r = p->has_offer ? offer_text_get(c->tx, p->offer.text, &p->text, c->arena)
                     : offer_text_latest(c->tx, p->room.party, &p->text, c->arena);
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(c->tx));
    p->text = (struct offer_text){.version = 1, .zh = offer_text_zh, .en = offer_text_en};
    return OK;
}

static rc add_people(struct ctx *c, struct offer_page *p)
{
    struct signer *v;
    TRY(signers_of(c->tx, p->room.id, &v, &p->n, c->arena));
    struct offer_person *people = ARENA_ARRAY(c->arena, p->n + 1, struct offer_person);
    if (!people)
        return arena_failed(c->arena);
    for (size_t i = 0; i < p->n; i++) {
        people[i].signer = v[i];
        TRY(answer_of(c->tx, v[i].id, &people[i].answer, c->arena));
    }
    p->people = people;
    struct option *who = ARENA_ARRAY(c->arena, p->n + 1, struct option);
    if (!who)
        return arena_failed(c->arena);
    for (size_t i = 0; i < p->n; i++)
        if (people[i].answer.state.n > 0)
            who[p->who.n++] = (struct option){.value = str_of(id_shown(c, v[i].id)), .label = v[i].name};
    p->who.v = who;
    return OK;
}

static rc offer_read(struct ctx *c)
{
    struct offer_page p = {
        .spec = &offer_in, .heard = &heard_in, .who = {.name = "who", .label = N_("Who said it"), .value = STR_EMPTY}};
    TRY(own_room(c, c->tx, &p.room));
    TRY(sign_param(c->tx, "objection.days", c->now, &p.least));
    p.draft = str_eq(p.room.state, STR("draft"));
    p.path = arena_printf(c->arena, "/sign/rooms/%s/notice", id_shown(c, p.room.id)).p;
    TRY(add_offer(c, &p));
    TRY(add_people(c, &p));
    view_sign_offer(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc back(struct ctx *c, id room, const char *note)
{
    flash(c, note);
    return go(c, "/sign/rooms/%s/check", id_shown(c, room));
}

static rc offer_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    const struct input *in = &c->in;
    struct room r;
    struct offer o = {.days = in_int(in, "days"),
                      .email = in_text(in, "email"),
                      .phone = in_text(in, "phone"),
                      .post = in_text(in, "post"),
                      .paper_where = in_text(in, "paper_where"),
                      .paper_who = in_text(in, "paper_who"),
                      .paper_how = in_text(in, "paper_how")};
    TRY(own_room(c, tx, &r));
    TRY(offer_set(&x, &o, r.id));
    return back(c, r.id, N_("The notice goes out with the invitations."));
}

static rc heard_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id room;
    TRY(path_id(c, "id", &room));
    TRY(answer_heard(&x, room, in_int(&c->in, "who"), in_choice(&c->in, "kind"), in_text(&c->in, "words")));
    flash(c, N_("Recorded."));
    return go(c, "/sign/rooms/%s/notice", id_shown(c, room));
}

static rc drop_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(own_room(c, tx, &r));
    TRY(offer_drop(&x, r.id));
    return back(c, r.id, N_("This document is sent without the notice."));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/notice",
     .perm = ROOM_OWNERS,
     .read = offer_read,
     .summary = N_("How a room offers the electronic form, and what its signers said")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/notice",
     .perm = ROOM_OWNERS,
     .in = &offer_in,
     .write = offer_write,
     .form = offer_read,
     .summary = N_("Offer the electronic form with a notice and a period to object")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/notice/heard",
     .perm = ROOM_OWNERS,
     .in = &heard_in,
     .write = heard_write,
     .form = offer_read,
     .summary = N_("Enter an objection that came by telephone, e-mail or post")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/notice/drop",
     .perm = ROOM_OWNERS,
     .write = drop_write,
     .form = offer_read,
     .summary = N_("Send a draft without the notice")},
};
const struct route_table sign_offer_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
