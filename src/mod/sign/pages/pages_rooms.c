/* The list of an organisation's signing rooms and templates, new ones, and what all pages of rooms share. */
#include "mod/sign/pages/pages_rooms.h"
#include "core/document.h"
#include "rooms.view.h"

enum { PAGE_MOST = 100000 };

/* ---- shared ---- */

rc room_of_page(struct ctx *c, struct tx *tx, struct room *out)
{
    id room;
    struct act x = ACT(tx, c);
    TRY(path_id(c, "id", &room));
    return room_own(&x, room, out);
}

rc signer_of_page(struct ctx *c, struct tx *tx, const struct room *r, struct signer *out)
{
    id signer;
    TRY(path_id(c, "signer", &signer));
    TRY(signer_get(tx, signer, out, c->arena));
    return out->room == r->id ? OK : E_NOTFOUND;
}

const char *room_path(const struct ctx *c, id room)
{
    return arena_printf(c->arena, "/sign/rooms/%s", id_shown(c, room)).p;
}

rc room_back(struct ctx *c, id room, const char *where, const char *note)
{
    flash(c, note);
    return go(c, "/sign/rooms/%s%s", id_shown(c, room), where);
}

const char *room_state_colour(str state)
{
    static const struct choice colours[] = {{"draft", "grey"},      {"open", "blue"},    {"finishing", "teal"},
                                            {"completed", "green"}, {"declined", "red"}, {"voided", "orange"},
                                            {"expired", "yellow"},  {NULL, NULL}};
    return choice_label(colours, state);
}

const char *signer_state_label(const struct signer *s)
{
    static const struct choice labels[] = {{"waiting", N_("not asked yet")},
                                           {"invited", N_("asked")},
                                           {"signed", N_("signed")},
                                           {"declined", N_("refused")},
                                           {"delegated", N_("passed on")},
                                           {"stopped", N_("no longer asked")},
                                           {NULL, NULL}};
    if (str_eq(s->role, STR("copy")))
        return str_eq(s->state, STR("invited")) ? N_("has the copy") : N_("gets it at the end");
    if (str_eq(s->role, STR("approve")) && str_eq(s->state, STR("signed")))
        return N_("approved");
    if (str_eq(s->state, STR("invited")) && s->viewed)
        return N_("has opened it");
    return choice_label(labels, s->state);
}

str room_event_detail(const struct room_event *e)
{
    static const struct choice levels[] = {
        {"b", "PAdES B-B"}, {"t", "PAdES B-T"}, {"lt", "PAdES B-LT"}, {"lta", "PAdES B-LTA"}, {NULL, NULL}};
    const bool is_level = str_eq(e->what, STR("completed")) || str_eq(e->what, STR("raised"));
    const char *name = is_level ? choice_label(levels, e->detail) : "";
    return *name ? str_of(name) : e->detail;
}

const char *signer_state_colour(const struct signer *s)
{
    static const struct choice colours[] = {{"waiting", "grey"}, {"invited", "blue"},   {"signed", "green"},
                                            {"declined", "red"}, {"delegated", "teal"}, {"stopped", "grey"},
                                            {NULL, NULL}};
    return choice_label(colours, s->state);
}

/* ---- lists ---- */

INPUT(list_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Title, name or e-mail")},
      {.name = "state", .type = F_CHOICE, .choices = room_states, .label = N_("State")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});

static rc fill_list(struct ctx *c, struct rooms_page *p)
{
    const struct field_value *page = in_value(&c->in, "page");
    int64_t at = page->given && !page->bad ? page->i : 1, total;
    struct room_query q = {.party = c->session.party,
                           .templates = p->templates,
                           .state = in_value(&c->in, "state")->bad ? NULL : in_choice(&c->in, "state"),
                           .words = in_text(&c->in, "q"),
                           .offset = (at - 1) * ROOM_LIST_PAGE,
                           .limit = ROOM_LIST_PAGE};
    struct room_row *rows;
    p->filtered = q.state || q.words.n;
    TRY(rooms_list(c->tx, &q, &rows, &p->n, &total, c->arena));
    p->rows = rows;
    p->all = total;
    p->pages = pages_of(at, ROOM_LIST_PAGE, total, p->templates ? STR("/sign/rooms/templates") : STR("/sign/rooms"),
                        query_without(c, "page"));
    return OK;
}

static rc list_read(struct ctx *c)
{
    struct rooms_page p = {.spec = &list_in};
    TRY(fill_list(c, &p));
    view_sign_rooms(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc templates_read(struct ctx *c)
{
    struct rooms_page p = {.spec = &list_in, .templates = true};
    TRY(fill_list(c, &p));
    view_sign_templates(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- new ---- */

#define TITLE_FIELD                                                                                                    \
    {                                                                                                                  \
        .name = "title", .type = F_TEXT, .max = ROOM_TITLE_MAX, .label = N_("Title of the document"),                  \
        .hint = N_("As all will read it. Empty: the file's name.")                                                     \
    }
INPUT(new_in,
      {.name = "file",
       .type = F_FILE,
       .required = true,
       .max = ROOM_FILE_MAX,
       .label = N_("Document"),
       .hint = N_("PDF, at most 20 MB and 500 pages.")},
      TITLE_FIELD, {.name = "template", .type = F_BOOL, .label = N_("Make a template of it, to be used many times")});

static rc new_read(struct ctx *c)
{
    struct room_new_page p = {.spec = &new_in};
    struct room_row *rows;
    int64_t total;
    const struct room_query q = {
        .party = c->session.party, .templates = true, .words = STR_EMPTY, .limit = ROOM_LIST_PAGE};
    TRY(rooms_list(c->tx, &q, &rows, &p.n_templates, &total, c->arena));
    p.templates = rows;
    view_sign_room_new(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* What is wrong with the file belongs to its field. */
static rc new_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    const struct upload *file = &in_value(&c->in, "file")->file;
    id room;
    TRY(room_create(&x, c->app, in_bool(&c->in, "template"), in_text(&c->in, "title"), file->name, file->bytes, &room));
    return go(c, "/sign/rooms/%s/people", id_shown(c, room));
}

/* ---- files ---- */

static rc send_document(struct ctx *c, id document)
{
    struct document d;
    if (document == 0)
        return E_NOTFOUND;
    TRY(document_get(c->tx, document, &d, c->arena));
    return document_reply(c, &d);
}

static rc file_read_(struct ctx *c)
{
    struct room r;
    TRY(room_of_page(c, c->tx, &r));
    return send_document(c, r.file);
}

static rc archive_read(struct ctx *c)
{
    struct room r;
    TRY(room_of_page(c, c->tx, &r));
    return send_document(c, r.archive);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms",
     .perm = ROOM_OWNERS,
     .in = &list_in,
     .read = list_read,
     .summary = N_("Signing rooms of the organisation")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/templates",
     .perm = ROOM_OWNERS,
     .in = &list_in,
     .read = templates_read,
     .summary = N_("Templates of the organisation")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/new",
     .perm = ROOM_OWNERS,
     .read = new_read,
     .summary = N_("A new signing room: the form")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/new",
     .perm = ROOM_OWNERS,
     .in = &new_in,
     .write = new_write,
     .form = new_read,
     .summary = N_("Make a signing room from a document"),
     .max_body = ROOM_FILE_MAX + 65536},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/file",
     .perm = ROOM_OWNERS,
     .read = file_read_,
     .summary = N_("The document of a signing room as it stands")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/archive",
     .perm = ROOM_OWNERS,
     .read = archive_read,
     .summary = N_("The archive of a finished signing room")},
};
const struct route_table sign_rooms_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
