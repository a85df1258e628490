/* Using a template: a person for each of its parts. */
#include "mod/sign/pages/pages_rooms.h"
#include "rooms_use.view.h"

/* Names and addresses come as lists in the order of the parts: an empty line would shift them, so that each part has
 * fields of its own. */
#define PERSON(i_)                                                                                                     \
    {.name = "name-" #i_, .type = F_TEXT, .later = true, .max = ROOM_NAME_MAX, .label = N_("Name"), .personal = true}, \
    {                                                                                                                  \
        .name = "email-" #i_, .type = F_EMAIL, .later = true, .label = N_("E-mail address"), .personal = true          \
    }
#define TEN(t_)                                                                                                        \
    PERSON(t_##0), PERSON(t_##1), PERSON(t_##2), PERSON(t_##3), PERSON(t_##4), PERSON(t_##5), PERSON(t_##6),           \
        PERSON(t_##7), PERSON(t_##8), PERSON(t_##9)
INPUT(use_in, TEN(0), TEN(1), TEN(2), TEN(3), TEN(4));
_Static_assert(sizeof use_in_fields_ / sizeof use_in_fields_[0] == 2 * ROOM_SIGNERS_MAX, "a name and an address each");

const char *use_field(const char *what, size_t i)
{
    const size_t at = 2 * i + (strcmp(what, "email") == 0);
    return use_in_fields_[at].name;
}

static rc use_read(struct ctx *c)
{
    struct use_page p = {.path = NULL};
    struct signer *v;
    TRY(room_of_page(c, c->tx, &p.room));
    if (!p.room.is_template)
        return E_NOTFOUND;
    p.path = room_path(c, p.room.id);
    TRY(signers_of(c->tx, p.room.id, &v, &p.n, c->arena));
    p.signers = v;
    p.spec = &use_in;
    view_sign_template_use(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc use_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    struct signer *v;
    struct room_person people[ROOM_SIGNERS_MAX];
    size_t n;
    id made;
    TRY(room_of_page(c, tx, &r));
    TRY(signers_of(tx, r.id, &v, &n, c->arena));
    for (size_t i = 0; i < n && i < ROOM_SIGNERS_MAX; i++)
        people[i] = (struct room_person){in_text(&c->in, use_field("name", i)), in_text(&c->in, use_field("email", i)),
                                         v[i].lang};
    TRY(room_from_template(&x, c->app, r.id, 0, people, n, &made));
    return go(c, "/sign/rooms/%s/check", id_shown(c, made));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/use",
     .perm = ROOM_OWNERS,
     .read = use_read,
     .summary = N_("Use a template: the form")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/use",
     .perm = ROOM_OWNERS,
     .in = &use_in,
     .write = use_write,
     .form = use_read,
     .summary = N_("Make a signing room from a template")},
};
const struct route_table sign_template_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
