/* A draft's second step: who signs, approves or gets a copy, in which order, identified how. */
#include "mod/sign/pages/pages_room_draft.h"
#include "mod/sign/rooms/witness.h"
#include "rooms_people.view.h"

static const struct choice langs[] = {{"zh", N_("Chinese")}, {"en", N_("English")}, {NULL, NULL}};
/* room_levels without those for which nothing is there yet (signer_level_ready). */
static const struct choice offered[] = {{"link", N_("The link in the e-mail")},
                                        {"code", N_("A one-time code by e-mail")},
                                        {"certificate", N_("Own certificate")},
                                        {"card", N_("Citizen card or TW FidO")},
                                        {NULL, NULL}};

#define SIGNER_FIELDS(must_)                                                                                           \
    {.name = "name", .type = F_TEXT, .required = must_, .max = ROOM_NAME_MAX, .label = N_("Name"), .personal = true},  \
        {.name = "email", .type = F_EMAIL, .required = must_, .label = N_("E-mail address"), .personal = true},        \
        {.name = "role", .type = F_CHOICE, .required = true, .choices = room_roles, .label = N_("What they do")},      \
        {.name = "step",                                                                                               \
         .type = F_INT,                                                                                                \
         .required = true,                                                                                             \
         .min = 1,                                                                                                     \
         .max = ROOM_STEPS_MAX,                                                                                        \
         .label = N_("Step"),                                                                                          \
         .hint = N_("People with the same number are asked at the same time; the next number when they are done.")},   \
        {.name = "level",                                                                                              \
         .type = F_CHOICE,                                                                                             \
         .required = true,                                                                                             \
         .choices = offered,                                                                                           \
         .label = N_("How they are identified")},                                                                      \
        {.name = "card",                                                                                               \
         .type = F_TEXT,                                                                                               \
         .later = true,                                                                                                \
         .max = 20,                                                                                                    \
         .label = N_("Number that the card service knows them by"),                                                    \
         .hint = N_("Only for the last one: the national identification number. It is stored encrypted."),             \
         .personal = true},                                                                                            \
        WITNESS_FIELD,                                                                                                 \
    {                                                                                                                  \
        .name = "speaks", .type = F_CHOICE, .required = true, .choices = langs, .label = N_("Language of the e-mails") \
    }

INPUT(person_in, SIGNER_FIELDS(true));
INPUT(part_in,
      {.name = "slot",
       .type = F_TEXT,
       .required = true,
       .max = ROOM_NAME_MAX,
       .label = N_("Part"),
       .hint = N_("For example: tenant, manager. Who it is, is said when the template is used.")},
      SIGNER_FIELDS(false));

static rc people_answer(struct ctx *c, struct draft_page *p)
{
    p->step = ROOM_STEP_PEOPLE;
    p->spec = p->room.is_template ? &part_in : &person_in;
    if (p->signer.id)
        view_sign_draft_person(&c->reply->body, c, p);
    else
        view_sign_draft_people(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc people_read(struct ctx *c)
{
    struct draft_page p = {.file_name = STR_EMPTY};
    rc sent = OK;
    TRY(draft_fill(c, &p));
    return draft_gone(c, &p, &sent) ? sent : people_answer(c, &p);
}

static rc person_read(struct ctx *c)
{
    struct draft_page p = {.file_name = STR_EMPTY};
    rc sent = OK;
    TRY(draft_fill(c, &p));
    TRY(signer_of_page(c, c->tx, &p.room, &p.signer));
    return draft_gone(c, &p, &sent) ? sent : people_answer(c, &p);
}

/* The form's values; `s` keeps what the form has no field for. */
static void typed(const struct ctx *c, bool is_template, struct signer *s)
{
    const struct input *in = &c->in;
    if (is_template)
        s->slot = in_text(in, "slot");
    s->name = in_text(in, "name");
    s->email = in_text(in, "email");
    s->role = str_of(in_choice(in, "role"));
    s->level = str_of(in_choice(in, "level"));
    s->lang = str_of(in_choice(in, "speaks"));
    s->step = in_int(in, "step");
    s->witness = in_int(in, "witness");
}

/* Rooms and templates have forms of their own: a form of the other kind is a mistake of the program that sent it. */
static rc add(struct tx *tx, struct ctx *c, bool is_template)
{
    struct act x = ACT(tx, c);
    struct room r;
    struct signer s = {.slot = STR_EMPTY};
    id added;
    TRY(room_of_page(c, tx, &r));
    if (r.is_template != is_template)
        return E_NOTFOUND;
    typed(c, is_template, &s);
    TRY(signer_add(&x, c->app, r.id, &s, in_text(&c->in, "card"), &added));
    return room_back(c, r.id, "/people", N_("Added to the list."));
}

static rc person_add_write(struct tx *tx, struct ctx *c)
{
    return add(tx, c, false);
}

static rc part_add_write(struct tx *tx, struct ctx *c)
{
    return add(tx, c, true);
}

static rc change(struct tx *tx, struct ctx *c, bool is_template)
{
    struct act x = ACT(tx, c);
    struct room r;
    struct signer s;
    TRY(room_of_page(c, tx, &r));
    TRY(signer_of_page(c, tx, &r, &s));
    if (r.is_template != is_template)
        return E_NOTFOUND;
    typed(c, is_template, &s);
    TRY(signer_change(&x, c->app, &s, in_text(&c->in, "card")));
    return room_back(c, r.id, "/people", N_("Saved."));
}

static rc person_write(struct tx *tx, struct ctx *c)
{
    return change(tx, c, false);
}

static rc part_write(struct tx *tx, struct ctx *c)
{
    return change(tx, c, true);
}

static rc remove_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    struct signer s;
    TRY(room_of_page(c, tx, &r));
    TRY(signer_of_page(c, tx, &r, &s));
    TRY(signer_remove(&x, s.id));
    return room_back(c, r.id, "/people", N_("The person and their fields were taken off."));
}

static rc move(struct tx *tx, struct ctx *c, bool up)
{
    struct act x = ACT(tx, c);
    struct room r;
    struct signer s;
    TRY(room_of_page(c, tx, &r));
    TRY(signer_of_page(c, tx, &r, &s));
    TRY(signer_move(&x, s.id, up));
    return go(c, "/sign/rooms/%s/people", id_shown(c, r.id));
}

static rc up_write(struct tx *tx, struct ctx *c)
{
    return move(tx, c, true);
}

static rc down_write(struct tx *tx, struct ctx *c)
{
    return move(tx, c, false);
}

#define PERSON_POST(path_, write_, summary_)                                                                           \
    {                                                                                                                  \
        .method = HTTP_POST, .path = "/sign/rooms/{id}/" path_, .perm = ROOM_OWNERS, .write = write_,                  \
        .form = people_read, .summary = summary_                                                                       \
    }
static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/people",
     .perm = ROOM_OWNERS,
     .read = people_read,
     .summary = N_("The people of a draft")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/people",
     .perm = ROOM_OWNERS,
     .in = &person_in,
     .write = person_add_write,
     .form = people_read,
     .summary = N_("Add a person to a draft")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/parts",
     .perm = ROOM_OWNERS,
     .in = &part_in,
     .write = part_add_write,
     .form = people_read,
     .summary = N_("Add a part to a template")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/people/{signer}",
     .perm = ROOM_OWNERS,
     .read = person_read,
     .summary = N_("One person of a draft: the form")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/people/{signer}",
     .perm = ROOM_OWNERS,
     .in = &person_in,
     .write = person_write,
     .form = person_read,
     .summary = N_("Change a person of a draft")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/parts/{signer}",
     .perm = ROOM_OWNERS,
     .in = &part_in,
     .write = part_write,
     .form = person_read,
     .summary = N_("Change a part of a template")},
    PERSON_POST("people/{signer}/remove", remove_write, N_("Take a person off a draft")),
    PERSON_POST("people/{signer}/up", up_write, N_("Move a person of a draft up in the list")),
    PERSON_POST("people/{signer}/down", down_write, N_("Move a person of a draft down in the list")),
};
const struct route_table sign_room_people_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
