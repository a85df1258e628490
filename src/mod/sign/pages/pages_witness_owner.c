/* What the room's party sees of recordings: that they hold, who looked at them and why; looking, removing; and handing
 * the device from signer to signer. */
#include "core/publiclog.h"
#include "mod/sign/pages/pages_witness.h"
#include "witness_owner.view.h"

INPUT(why_in, {.name = "reason",
               .type = F_TEXT,
               .required = true,
               .max = WITNESS_REASON_MAX,
               .personal = true,
               .label = N_("Reason"),
               .hint = N_("It is kept with your name, shown to your organisation, and entered into the public log as a "
                          "sealed commitment.")});
INPUT(here_in, {.name = "signer", .type = F_ID, .required = true, .label = N_("Signer")});

static const char *const state_labels[] = {N_("there and unchanged"), N_("removed"), N_("never recorded"),
                                           N_("altered")};
static const char *const state_colours[] = {"green", "grey", "grey", "red"};
static const char *const binding_labels[] = {N_("not signed yet"), N_("bound into the signature"),
                                             N_("the signature does not hold it")};

const char *witness_state_label(enum witness_state s)
{
    return state_labels[s];
}

const char *witness_state_colour(enum witness_state s)
{
    return state_colours[s];
}

const char *witness_binding_label(enum witness_binding b)
{
    return binding_labels[b];
}

static str room_path(const struct ctx *c, id room)
{
    return arena_printf(c->arena, "/sign/rooms/%s", id_shown(c, room));
}

/* ---- the list ---- */

static rc section(struct ctx *c, const struct witness *w, struct witness_section *s)
{
    struct signer signer;
    struct witness_report *r = &s->report;
    TRY(signer_get(c->tx, w->signer, &signer, c->arena));
    TRY(witness_check(c->tx, c->app, w, c->arena, r));
    s->signer = signer.name;
    s->hash = sha256_hex_text(c->arena, &w->hash);
    s->previous = r->manifest.has_previous ? sha256_hex_text(c->arena, &r->manifest.previous) : STR_EMPTY;
    for (size_t i = 0; i < r->n; i++)
        s->lines[i] = (struct witness_line){
            .item = &r->items[i], .state = r->state[i], .listed = i < r->manifest.n ? &r->manifest.items[i] : NULL};
    return arena_rc(c->arena);
}

static rc witness_read(struct ctx *c)
{
    struct act x = ACT(c->tx, c);
    struct room room;
    id which;
    struct witness *v = NULL;
    struct witness_access *accesses = NULL;
    struct witness_page p = {.room = &room, .why = &why_in};
    TRY(path_id(c, "room", &which));
    TRY(room_own(&x, which, &room));
    TRY(witnesses_of(c->tx, room.id, &v, &p.n, c->arena));
    TRY(witness_accesses(c->tx, room.id, &accesses, &p.n_accesses, c->arena));
    p.accesses = accesses;
    struct witness_section *sections = ARENA_ARRAY(c->arena, p.n + 1, struct witness_section);
    if (!sections)
        return arena_failed(c->arena);
    for (size_t i = 0; i < p.n; i++)
        TRY(section(c, &v[i], &sections[i]));
    p.v = sections;
    p.path = room_path(c, room.id);
    view_sign_witness(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- looking ---- */

static rc witness_look(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id item;
    id access;
    TRY(path_id(c, "item", &item));
    TRY(witness_open(&x, item, in_text(&c->in, "reason"), &access));
    return go(c, "/sign/rooms/%s/recordings/opened/%s", arena_cstr(c->arena, request_param(c->req, "room")),
              id_shown(c, access));
}

static rc opened(struct ctx *c, id *access, struct witness_item *item)
{
    struct act x = ACT(c->tx, c);
    TRY(path_id(c, "access", access));
    return witness_opened(&x, *access, item);
}

static rc opened_read(struct ctx *c)
{
    struct act x = ACT(c->tx, c);
    struct room room;
    struct witness w;
    struct signer signer;
    struct witness_item item;
    struct witness_opened_page p = {.room = &room, .item = &item, .text = STR_EMPTY};
    BUF_SCOPED text = BUF_INIT(WITNESS_TEXT_MAX);
    TRY(opened(c, &p.access, &item));
    TRY(witness_item_get(c->tx, item.id, &item, &w, c->arena));
    TRY(room_own(&x, w.room, &room));
    TRY(signer_get(c->tx, w.signer, &signer, c->arena));
    p.signer = signer.name;
    p.path = room_path(c, room.id);
    if (item.kind > WITNESS_PHOTO) {
        TRY(witness_bytes(c->tx, c->app, &item, &text));
        p.text = arena_str(c->arena, buf_str(&text));
    }
    view_sign_opened(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc bytes_read(struct ctx *c)
{
    id access;
    struct witness_item item;
    TRY(opened(c, &access, &item));
    c->reply->body.cap = WITNESS_VIDEO_MAX;
    TRY(witness_bytes(c->tx, c->app, &item, &c->reply->body));
    c->reply->type = arena_cstr(c->arena, item.type);
    c->reply->status = 200;
    return c->reply->type ? OK : arena_failed(c->arena);
}

/* ---- removing ---- */

static rc witness_delete(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id item;
    TRY(path_id(c, "item", &item));
    TRY(witness_remove(&x, item, in_text(&c->in, "reason")));
    flash(c, N_("The recording was removed. What was signed stays valid."));
    return go(c, "/sign/rooms/%s/recordings", arena_cstr(c->arena, request_param(c->req, "room")));
}

/* ---- one after the other on one device ---- */

static rc here_read(struct ctx *c)
{
    struct act x = ACT(c->tx, c);
    struct room room;
    id which;
    struct signer *v = NULL;
    size_t n = 0;
    struct here_page p = {.room = &room};
    TRY(path_id(c, "room", &which));
    TRY(room_own(&x, which, &room));
    TRY(signers_of(c->tx, room.id, &v, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        if (str_eq(room.state, STR("open")) && str_eq(v[i].state, STR("invited")) && !str_eq(v[i].role, STR("copy")))
            v[p.n++] = v[i];
    p.v = v;
    p.path = room_path(c, room.id);
    view_sign_here(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc here_hand(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id room;
    bool records;
    BUF_SCOPED token = BUF_INIT(256);
    TRY(path_id(c, "room", &room));
    TRY(witness_here(&x, c->app, room, in_int(&c->in, "signer"), &token, &records));
    return go(c, records ? "/sign/s/%.*s/record" : "/sign/s/%.*s", STR_ARG(buf_str(&token)));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{room}/recordings",
     .perm = ROOM_OWNERS,
     .read = witness_read,
     .summary = N_("What was recorded while signing, and whether it holds")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{room}/recordings/{item}/open",
     .perm = ROOM_OWNERS,
     .in = &why_in,
     .write = witness_look,
     .form = witness_read,
     .summary = N_("Look at a recording, with a reason")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{room}/recordings/{item}/remove",
     .perm = ROOM_OWNERS,
     .in = &why_in,
     .write = witness_delete,
     .form = witness_read,
     .summary = N_("Remove a recording; what was signed stays valid")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{room}/recordings/opened/{access}",
     .perm = ROOM_OWNERS,
     .read = opened_read,
     .summary = N_("A recording that was opened with a reason"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{room}/recordings/opened/{access}/bytes",
     .perm = ROOM_OWNERS,
     .read = bytes_read,
     .summary = N_("Its bytes"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{room}/here",
     .perm = ROOM_OWNERS,
     .read = here_read,
     .summary = N_("Sign on this device, one after the other")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{room}/here",
     .perm = ROOM_OWNERS,
     .in = &here_in,
     .write = here_hand,
     .form = here_read,
     .summary = N_("Hand this device to a signer")},
};
const struct route_table sign_witness_owner_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
