/* How programs have documents signed: rooms made, sent, looked at, ended, and their files fetched, by API key. Answers
 * are JSON; lengths are 1/100 point from the upper left corner of the page as it is seen, pages count from 1. What
 * happens in a room is told by the party's webhook as "sign.room.WHAT" (room_note()). */
#include "mod/sign/pages/api_rooms.h"
#include "core/document.h"
#include "mod/sign/pages/api_notice.h"
#include "mod/sign/pages/pages_rooms.h"

enum { LIST_MAX = 100, LIST_DEFAULT = 50, SMALL = 65536 /* of a body beside its file */ };

/* ---- answers ---- */

static void jo_signer(struct json_out *o, const struct signer *s)
{
    jo_obj(o);
    jo_kid(o, "id", s->id);
    jo_kgiven(o, "name", s->name);
    jo_kgiven(o, "email", s->email);
    jo_kstr(o, "role", s->role);
    jo_kint(o, "step", s->step);
    jo_kstr(o, "level", s->level);
    jo_kstr(o, "lang", s->lang);
    jo_kstr(o, "state", s->state);
    jo_kwhen(o, "invited", s->invited);
    jo_kwhen(o, "viewed", s->viewed);
    jo_kwhen(o, "acted", s->acted);
    jo_kgiven(o, "reason", s->reason);
    jo_kid(o, "delegated_to", s->delegated_to);
    jo_end_obj(o);
}

static void jo_field(struct json_out *o, const struct room_field *f)
{
    jo_obj(o);
    jo_kid(o, "id", f->id);
    jo_kid(o, "signer", f->signer);
    jo_kstr(o, "kind", f->kind);
    jo_kint(o, "page", f->page + 1);
    jo_kint(o, "x", f->x);
    jo_kint(o, "y", f->y);
    jo_kint(o, "width", f->w);
    jo_kint(o, "height", f->h);
    jo_kbool(o, "optional", !f->required);
    jo_kgiven(o, "label", f->label);
    jo_kgiven(o, "value", f->value);
    jo_end_obj(o);
}

static void jo_event(struct json_out *o, const struct room_event *e)
{
    jo_obj(o);
    jo_kstr(o, "what", e->what);
    jo_kwhen(o, "at", e->at);
    jo_kid(o, "signer", e->signer);
    jo_kgiven(o, "file_sha256", e->file_hash);
    jo_kid(o, "log_entry", e->log_entry);
    jo_end_obj(o);
}

static void jo_room(struct json_out *o, const struct room *r)
{
    jo_kid(o, "id", r->id);
    jo_kstr(o, "title", r->title);
    jo_kstr(o, "state", r->state);
    jo_kgiven(o, "reason", r->reason);
    jo_kint(o, "revision", r->revision);
    jo_kid(o, "template", r->origin);
    jo_kid(o, "bulk", r->bulk);
    jo_kwhen(o, "created", r->created);
    jo_kwhen(o, "sent", r->sent);
    jo_kwhen(o, "expires", r->expires);
    jo_kwhen(o, "closed", r->closed);
    jo_kgiven(o, "level", r->seal_level);
    jo_kbool(o, "has_archive", r->archive != 0);
}

#define JO_LIST(o, key, fn, v, n)                                                                                      \
    do {                                                                                                               \
        jo_key((o), (key));                                                                                            \
        jo_arr((o));                                                                                                   \
        for (size_t i_ = 0; i_ < (n); i_++)                                                                            \
            fn((o), &(v)[i_]);                                                                                         \
        jo_end_arr((o));                                                                                               \
    } while (0)

static rc room_answer(struct tx *tx, struct ctx *c, id room)
{
    struct room r;
    struct signer *signers;
    struct room_field *fields;
    struct room_event *events;
    size_t n, n_fields, n_events;
    struct json_out o;
    TRY(room_get(tx, room, &r, c->arena));
    TRY(signers_of(tx, room, &signers, &n, c->arena));
    TRY(room_fields_of(tx, room, &fields, &n_fields, c->arena));
    TRY(room_events_of(tx, room, &events, &n_events, c->arena));
    buf_clear(&c->reply->body);
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_room(&o, &r);
    jo_kgiven(&o, "message", r.message);
    JO_LIST(&o, "signers", jo_signer, signers, n);
    JO_LIST(&o, "fields", jo_field, fields, n_fields);
    JO_LIST(&o, "events", jo_event, events, n_events);
    TRY(objection_evidence(tx, &r, &o, c->arena));
    jo_end_obj(&o);
    return reply_json(c, 200);
}

/* ---- a new room ---- */

static const struct choice langs[] = {{"zh", N_("Traditional Chinese")}, {"en", N_("English")}, {NULL, NULL}};

INPUT(
    signer_in, {.name = "name", .type = F_TEXT, .max = ROOM_NAME_MAX, .label = N_("Name"), .personal = true},
    {.name = "email", .type = F_EMAIL, .label = N_("E-mail address"), .personal = true},
    {.name = "role", .type = F_CHOICE, .choices = room_roles, .label = N_("What they do; sign if not given")},
    {.name = "step",
     .type = F_INT,
     .min = 1,
     .max = ROOM_STEPS_MAX,
     .label = N_("Step; their place in the list if not given")},
    {.name = "level",
     .type = F_CHOICE,
     .choices = room_levels,
     .label = N_("How they are identified; by the link if not given")},
    {.name = "lang", .type = F_CHOICE, .choices = langs, .label = N_("Language of their e-mail; Chinese if not given")},
    {.name = "card",
     .type = F_TEXT,
     .max = 20,
     .label = N_("Number that the card service knows them by"),
     .personal = true});
INPUT(field_in,
      {.name = "signer",
       .type = F_INT,
       .required = true,
       .min = 1,
       .max = ROOM_SIGNERS_MAX,
       .label = N_("Whose: place in the list of signers, from 1")},
      {.name = "kind", .type = F_CHOICE, .required = true, .choices = room_field_kinds, .label = N_("Kind of field")},
      {.name = "page", .type = F_INT, .required = true, .min = 1, .max = ROOM_PAGES_MAX, .label = N_("Page, from 1")},
      {.name = "x", .type = F_INT, .required = true, .max = INT32_MAX, .label = N_("From the left edge, 1/100 point")},
      {.name = "y", .type = F_INT, .required = true, .max = INT32_MAX, .label = N_("From the upper edge, 1/100 point")},
      {.name = "width",
       .type = F_INT,
       .required = true,
       .min = ROOM_FIELD_LEAST,
       .max = INT32_MAX,
       .label = N_("Width, 1/100 point")},
      {.name = "height",
       .type = F_INT,
       .required = true,
       .min = ROOM_FIELD_LEAST,
       .max = INT32_MAX,
       .label = N_("Height, 1/100 point")},
      {.name = "optional", .type = F_BOOL, .label = N_("May be left empty")},
      {.name = "label", .type = F_TEXT, .max = ROOM_LABEL_MAX, .label = N_("What is asked")});
INPUT(
    create_in,
    {.name = "title", .type = F_TEXT, .max = ROOM_TITLE_MAX, .label = N_("Title; the file's name if not given")},
    {.name = "message", .type = F_LINES, .max = ROOM_MESSAGE_MAX, .label = N_("Message to everybody")},
    {.name = "expiry_days",
     .type = F_INT,
     .min = ROOM_EXPIRY_LEAST,
     .max = ROOM_EXPIRY_MOST,
     .label = N_("Days until it ends")},
    {.name = "remind_days", .type = F_INT, .max = ROOM_REMIND_MOST, .label = N_("Days between reminders; 0 for none")},
    {.name = "file", .type = F_FILE, .max = ROOM_FILE_MAX, .label = N_("The PDF; or a template")},
    {.name = "template", .type = F_ID, .label = N_("The template to use; signers are its parts, in their order")},
    {.name = "signers",
     .type = F_LIST,
     .required = true,
     .min = 1,
     .max = ROOM_SIGNERS_MAX,
     .items = &signer_in,
     .label = N_("Who signs, approves, or gets a copy")},
    {.name = "fields",
     .type = F_LIST,
     .max = ROOM_FIELDS_MAX,
     .items = &field_in,
     .label = N_("What is to be filled in where; not with a template")},
    API_NOTICE_FIELDS, {.name = "send", .type = F_BOOL, .label = N_("Send it at once; else it stays a draft")},
    {.name = "confirmed",
     .type = F_BOOL,
     .label = N_("Send it although it may be an act on the register of exclusions")});

static str chosen(const struct input *in, const char *name, str otherwise)
{
    const char *value = in_choice(in, name);
    return value ? str_of(value) : otherwise;
}

rc api_blame(const struct act *x, const char *prefix, rc why)
{
    struct err *e = tx_err(x->tx);
    for (int k = 0; why == E_INVALID && k < e->n_fields; k++) {
        str name = arena_printf(x->a, "%s%s", prefix, e->fields[k].field);
        if (!name.p)
            return arena_failed(x->a);
        e->fields[k].field = name.p;
    }
    return why;
}

static rc add_signers(const struct act *x, const struct app *app, id room, const struct input *v, size_t n, id *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct signer s = {.step = in_given(&v[i], "step") ? in_int(&v[i], "step") : (int64_t)i + 1,
                                 .role = chosen(&v[i], "role", STR("sign")),
                                 .slot = STR_EMPTY,
                                 .name = in_text(&v[i], "name"),
                                 .email = in_text(&v[i], "email"),
                                 .lang = chosen(&v[i], "lang", STR("zh")),
                                 .level = chosen(&v[i], "level", STR("link"))};
        rc r = signer_add(x, app, room, &s, in_text(&v[i], "card"), &out[i]);
        if (r != OK)
            return api_blame(x, arena_printf(x->a, "signers[%zu].", i).p, r);
    }
    return OK;
}

static rc add_fields(const struct act *x, struct app *app, id room, const struct input *v, size_t n, const id *signer,
                     size_t n_signers)
{
    struct room_field *f = ARENA_ARRAY(x->a, n + 1, struct room_field);
    if (!f)
        return arena_failed(x->a);
    for (size_t i = 0; i < n; i++) {
        size_t who = (size_t)in_int(&v[i], "signer");
        f[i] = (struct room_field){.signer = who <= n_signers ? signer[who - 1] : 0,
                                   .kind = chosen(&v[i], "kind", STR_EMPTY),
                                   .page = in_int(&v[i], "page") - 1,
                                   .x = in_int(&v[i], "x"),
                                   .y = in_int(&v[i], "y"),
                                   .w = in_int(&v[i], "width"),
                                   .h = in_int(&v[i], "height"),
                                   .required = !in_bool(&v[i], "optional"),
                                   .label = in_text(&v[i], "label")};
    }
    return room_fields_set(x, app, room, f, n);
}

static rc from_file(const struct act *x, struct ctx *c, id *room)
{
    const struct upload *file = &in_value(&c->in, "file")->file;
    const struct input *signers, *fields;
    id who[ROOM_SIGNERS_MAX];
    size_t n = in_list(&c->in, "signers", &signers), n_fields = in_list(&c->in, "fields", &fields);
    TRY(room_create(x, c->app, false, in_text(&c->in, "title"), file->name, file->bytes, room));
    TRY(add_signers(x, c->app, *room, signers, n, who));
    return add_fields(x, c->app, *room, fields, n_fields, who, n);
}

static rc from_template(const struct act *x, struct ctx *c, id *room)
{
    struct room_person who[ROOM_SIGNERS_MAX];
    const struct input *v;
    size_t n = in_list(&c->in, "signers", &v);
    for (size_t i = 0; i < n; i++)
        who[i] =
            (struct room_person){in_text(&v[i], "name"), in_text(&v[i], "email"), chosen(&v[i], "lang", STR_EMPTY)};
    return room_from_template(x, c->app, in_int(&c->in, "template"), 0, who, n, room);
}

static rc set_words(const struct act *x, const struct input *in, id room)
{
    struct room r;
    TRY(room_get(x->tx, room, &r, x->a));
    return room_change(
        x, room,
        &(struct room_words){.title = in_given(in, "title") ? in_text(in, "title") : r.title,
                             .message = in_given(in, "message") ? in_text(in, "message") : r.message,
                             .expiry_days = in_given(in, "expiry_days") ? in_int(in, "expiry_days") : r.expiry_days,
                             .remind_days = in_given(in, "remind_days") ? in_int(in, "remind_days") : r.remind_days});
}

static rc create_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    const struct input *fields;
    bool by_file = in_given(&c->in, "file"), by_template = in_given(&c->in, "template");
    id room;
    if (by_file == by_template || (by_template && in_list(&c->in, "fields", &fields) > 0))
        return ERR_FIELD(tx_err(tx), "file", "RM-030",
                         N_("Send a file with its fields, or name a template, which has both."));
    TRY(by_file ? from_file(&x, c, &room) : from_template(&x, c, &room));
    TRY(set_words(&x, &c->in, room));
    TRY(api_notice_set(&x, &c->in, room));
    if (in_bool(&c->in, "send"))
        TRY(room_send(&x, c->app, room, in_bool(&c->in, "confirmed")));
    return room_answer(tx, c, room);
}

/* ---- looking ---- */

INPUT(list_in, {.name = "state", .type = F_CHOICE, .choices = room_states, .label = N_("State")},
      {.name = "bulk", .type = F_ID, .label = N_("Only of this bulk sending")},
      {.name = "after", .type = F_ID, .label = N_("The last room seen: go on behind it")},
      {.name = "limit", .type = F_INT, .min = 1, .max = LIST_MAX, .label = N_("Rows at most")});

static rc list_read(struct ctx *c)
{
    const struct input *in = &c->in;
    const struct rooms_after q = {.party = c->session.party,
                                  .state = chosen(in, "state", STR_EMPTY),
                                  .bulk = in_given(in, "bulk") ? in_int(in, "bulk") : 0,
                                  .after = in_given(in, "after") ? in_int(in, "after") : 0,
                                  .limit = in_given(in, "limit") ? in_int(in, "limit") : LIST_DEFAULT};
    struct room *v;
    size_t n;
    bool more;
    struct json_out o;
    TRY(rooms_after(c->tx, &q, &v, &n, &more, c->arena));
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_key(&o, "rooms");
    jo_arr(&o);
    for (size_t i = 0; i < n; i++) {
        jo_obj(&o);
        jo_room(&o, &v[i]);
        jo_end_obj(&o);
    }
    jo_end_arr(&o);
    if (more)
        jo_kid(&o, "next", v[n - 1].id);
    jo_end_obj(&o);
    return reply_json(c, 200);
}

/* The room of the path, the caller's own. */
static rc own(struct ctx *c, struct tx *tx, struct room *r)
{
    TRY(room_of_page(c, tx, r));
    return r->is_template ? E_NOTFOUND : OK;
}

static rc room_read(struct ctx *c)
{
    struct room r;
    TRY(own(c, c->tx, &r));
    return room_answer(c->tx, c, r.id);
}

static rc download(struct ctx *c, id document)
{
    struct document d;
    TRY(document_get(c->tx, document, &d, c->arena));
    return document_reply(c, &d);
}

static rc file_read(struct ctx *c)
{
    struct room r;
    TRY(own(c, c->tx, &r));
    return download(c, r.file);
}

static rc archive_read(struct ctx *c)
{
    struct room r;
    TRY(own(c, c->tx, &r));
    if (r.archive == 0)
        return ERR(&c->err, E_CONFLICT, "RM-002", N_("The archive is made when everybody has signed."));
    return download(c, r.archive);
}

/* ---- acting ---- */

INPUT(send_in, {.name = "confirmed",
                .type = F_BOOL,
                .label = N_("Send it although it may be an act on the register of exclusions")});
INPUT(void_in, {.name = "reason",
                .type = F_LINES,
                .required = true,
                .max = ROOM_REASON_MAX,
                .label = N_("Reason, told to everybody who was asked")});

static rc send_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(own(c, tx, &r));
    TRY(room_send(&x, c->app, r.id, in_bool(&c->in, "confirmed")));
    return room_answer(tx, c, r.id);
}

static rc void_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(own(c, tx, &r));
    TRY(room_void(&x, c->app, r.id, in_text(&c->in, "reason")));
    return room_answer(tx, c, r.id);
}

static rc remind_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(own(c, tx, &r));
    TRY(room_remind(&x, c->app, r.id));
    return room_answer(tx, c, r.id);
}

/* ---- schemas of the answers (JSON Schema) ---- */

#define ROOM_PROPERTIES                                                                                                \
    "\"id\":" API_TEXT ",\"title\":" API_TEXT ",\"state\":{\"enum\":[\"draft\",\"open\",\"finishing\",\"completed\","  \
    "\"declined\",\"voided\",\"expired\"]},\"reason\":" API_TEXT ",\"revision\":" API_COUNT ",\"template\":" API_TEXT  \
    ",\"bulk\":" API_TEXT ",\"created\":" API_TIME ",\"sent\":" API_TIME ",\"expires\":" API_TIME                      \
    ",\"closed\":" API_TIME ",\"level\":" API_TEXT ",\"has_archive\":{\"type\":\"boolean\"}"
#define ROOM_REQUIRED "\"type\":\"object\",\"required\":[\"id\",\"title\",\"state\",\"revision\"]"

/* Only what there is: a member without a value is left out. */
static const char room_schema[] =
    "{" ROOM_REQUIRED ",\"properties\":{" ROOM_PROPERTIES ",\"message\":" API_TEXT
    ",\"signers\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"name\",\"state\"],"
    "\"properties\":{\"id\":" API_TEXT ",\"name\":" API_TEXT ",\"email\":" API_TEXT ",\"role\":" API_TEXT
    ",\"step\":" API_COUNT ",\"level\":" API_TEXT ",\"lang\":" API_TEXT
    ",\"state\":{\"enum\":[\"waiting\",\"invited\",\"signed\",\"declined\","
    "\"delegated\",\"stopped\"]},\"invited\":" API_TIME ",\"viewed\":" API_TIME ",\"acted\":" API_TIME
    ",\"reason\":" API_TEXT ",\"delegated_to\":" API_TEXT
    "}}},\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"id\":" API_TEXT
    ",\"signer\":" API_TEXT ",\"kind\":" API_TEXT ",\"page\":" API_COUNT ",\"x\":" API_COUNT ",\"y\":" API_COUNT
    ",\"width\":" API_COUNT ",\"height\":" API_COUNT ",\"optional\":{\"type\":\"boolean\"},\"label\":" API_TEXT
    ",\"value\":" API_TEXT
    "}}},\"events\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"what\":" API_TEXT
    ",\"at\":" API_TIME ",\"signer\":" API_TEXT ",\"file_sha256\":" API_TEXT ",\"log_entry\":" API_TEXT
    "}}}," API_NOTICE_SCHEMA "}}";
static const char rooms_schema[] =
    "{\"type\":\"object\",\"required\":[\"rooms\"],\"properties\":{\"rooms\":{\"type\":\"array\",\"items\":"
    "{" ROOM_REQUIRED ",\"properties\":{" ROOM_PROPERTIES "}}},\"next\":" API_TEXT "}}";

static const struct route routes[] = {
    {.method = HTTP_POST,
     .path = "/api/sign/rooms",
     .perm = ROOM_OWNERS,
     .in = &create_in,
     .write = create_write,
     .summary = N_("Have a document signed: a room from a PDF or a template"),
     .flags = ROUTE_API,
     .max_body = ROOM_FILE_MAX + SMALL,
     .reply_schema = room_schema},
    {.method = HTTP_GET,
     .path = "/api/sign/rooms",
     .perm = ROOM_OWNERS,
     .in = &list_in,
     .read = list_read,
     .summary = N_("The organisation's signing rooms, newest first"),
     .flags = ROUTE_API,
     .reply_schema = rooms_schema},
    {.method = HTTP_GET,
     .path = "/api/sign/rooms/{id}",
     .perm = ROOM_OWNERS,
     .read = room_read,
     .summary = N_("One signing room: people, fields, history"),
     .flags = ROUTE_API,
     .reply_schema = room_schema},
    {.method = HTTP_GET,
     .path = "/api/sign/rooms/{id}/file",
     .perm = ROOM_OWNERS,
     .read = file_read,
     .summary = N_("The PDF as it stands now"),
     .flags = ROUTE_API},
    {.method = HTTP_GET,
     .path = "/api/sign/rooms/{id}/archive",
     .perm = ROOM_OWNERS,
     .read = archive_read,
     .summary = N_("The archive of a completed room: all that proves its signatures"),
     .flags = ROUTE_API},
    {.method = HTTP_POST,
     .path = "/api/sign/rooms/{id}/send",
     .perm = ROOM_OWNERS,
     .in = &send_in,
     .write = send_write,
     .summary = N_("Send a draft"),
     .flags = ROUTE_API,
     .reply_schema = room_schema},
    {.method = HTTP_POST,
     .path = "/api/sign/rooms/{id}/void",
     .perm = ROOM_OWNERS,
     .in = &void_in,
     .write = void_write,
     .summary = N_("End the signing"),
     .flags = ROUTE_API,
     .reply_schema = room_schema},
    {.method = HTTP_POST,
     .path = "/api/sign/rooms/{id}/remind",
     .perm = ROOM_OWNERS,
     .write = remind_write,
     .summary = N_("Remind everybody whose turn it is"),
     .flags = ROUTE_API,
     .reply_schema = room_schema},
};
const struct route_table sign_api_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
