/* A draft's third step: where there is something to fill in. With scripts on the pages themselves, saved at every
 * change (assets/js/place-fields.js); without them in a table, in millimetres. */
#include "base/json.h"
#include "mod/sign/pages/pages_room_draft.h"
#include "rooms_fields.view.h"

enum { JSON_MAX = 400000, MM_MAX = 5000 };

#define MM(name_, label_)                                                                                              \
    {                                                                                                                  \
        .name = name_, .type = F_INT, .required = true, .min = 0, .max = MM_MAX, .label = label_                       \
    }
INPUT(field_in, {.name = "who", .type = F_ID, .required = true, .label = N_("Whose field")},
      {.name = "kind", .type = F_CHOICE, .required = true, .choices = room_field_kinds, .label = N_("Kind of field")},
      {.name = "page", .type = F_INT, .required = true, .min = 1, .max = ROOM_PAGES_MAX, .label = N_("Page")},
      MM("x", N_("From the left edge, mm")), MM("y", N_("From the upper edge, mm")), MM("w", N_("Width, mm")),
      MM("h", N_("Height, mm")),
      {.name = "label",
       .type = F_TEXT,
       .max = ROOM_LABEL_MAX,
       .label = N_("What to fill in"),
       .hint = N_("Is shown to the signer, for example: address.")},
      {.name = "must", .type = F_BOOL, .label = N_("Must be filled in")});
INPUT(save_in, {.name = "fields",
                .type = F_LINES,
                .required = true,
                .max = JSON_MAX,
                .label = N_("All fields, as JSON"),
                .hint = N_("A list of objects with signer, kind, page, x, y, w, h, required, label; lengths in 1/100 "
                           "point from the upper left corner.")});

int64_t mm_of(int64_t hundredths)
{
    return (hundredths * 254 + 36000) / 72000;
}

int64_t hundredths_of(int64_t mm)
{
    return mm * 72000 / 254;
}

/* ---- showing ---- */

static rc whose(struct ctx *c, struct draft_page *p)
{
    struct option *v = ARENA_ARRAY(c->arena, p->n + 1, struct option);
    if (!v)
        return arena_failed(c->arena);
    p->who = (struct options){.name = "who", .label = N_("Whose field"), .v = v};
    for (size_t i = 0; i < p->n; i++)
        if (!str_eq(p->signers[i].role, STR("copy")))
            v[p->who.n++] = (struct option){
                .value = str_of(id_shown(c, p->signers[i].id)),
                .label = arena_printf(c->arena, "%zu. %.*s", i + 1, STR_ARG(signer_called(&p->signers[i]))),
                .hint = STR_EMPTY};
    p->who.value = c->in.spec == &field_in ? in_value(&c->in, "who")->raw
                   : p->field.id           ? str_of(id_shown(c, p->field.signer))
                   : p->who.n              ? v[0].value
                                           : STR_EMPTY;
    return OK;
}

static rc fields_fill(struct ctx *c, struct draft_page *p)
{
    p->step = ROOM_STEP_FIELDS;
    p->spec = &field_in;
    TRY(draft_fill(c, p));
    return whose(c, p);
}

static rc fields_read(struct ctx *c)
{
    struct draft_page p = {.file_name = STR_EMPTY};
    rc sent = OK;
    TRY(fields_fill(c, &p));
    if (draft_gone(c, &p, &sent))
        return sent;
    view_sign_draft_fields(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct room_field *find(const struct draft_page *p, id field)
{
    for (size_t i = 0; i < p->n_fields; i++)
        if (p->fields[i].id == field)
            return &p->fields[i];
    return NULL;
}

static rc field_read(struct ctx *c)
{
    struct draft_page p = {.file_name = STR_EMPTY};
    rc sent = OK;
    id field;
    TRY(path_id(c, "field", &field));
    TRY(draft_fill(c, &p));
    if (draft_gone(c, &p, &sent))
        return sent;
    const struct room_field *f = find(&p, field);
    if (!f)
        return E_NOTFOUND;
    p.field = *f;
    TRY(fields_fill(c, &p));
    view_sign_draft_field(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- changing one ---- */

struct edit {
    struct room room;
    struct room_field *v; /* with room for one more */
    size_t n;
};

static rc edit_begin(struct tx *tx, struct ctx *c, struct edit *e)
{
    struct room_field *old;
    TRY(room_of_page(c, tx, &e->room));
    TRY(room_fields_of(tx, e->room.id, &old, &e->n, c->arena));
    e->v = ARENA_ARRAY(c->arena, e->n + 1, struct room_field);
    if (!e->v)
        return arena_failed(c->arena);
    for (size_t i = 0; i < e->n; i++)
        e->v[i] = old[i];
    return OK;
}

static rc edit_end(struct tx *tx, struct ctx *c, const struct edit *e, const char *note)
{
    struct act x = ACT(tx, c);
    TRY(room_fields_set(&x, c->app, e->room.id, e->v, e->n));
    return room_back(c, e->room.id, "/fields", note);
}

/* What was placed by hand more finely than in whole millimetres stays there unless the number was changed. */
static int64_t finer(int64_t old, int64_t mm)
{
    return mm_of(old) == mm ? old : hundredths_of(mm);
}

static void typed(const struct ctx *c, struct room_field *f)
{
    const struct input *in = &c->in;
    f->signer = in_int(in, "who");
    f->kind = str_of(in_choice(in, "kind"));
    f->page = in_int(in, "page") - 1;
    f->x = finer(f->x, in_int(in, "x"));
    f->y = finer(f->y, in_int(in, "y"));
    f->w = finer(f->w, in_int(in, "w"));
    f->h = finer(f->h, in_int(in, "h"));
    f->label = in_text(in, "label");
    f->required = in_bool(in, "must");
}

static rc add_write(struct tx *tx, struct ctx *c)
{
    struct edit e;
    TRY(edit_begin(tx, c, &e));
    e.v[e.n] = (struct room_field){.id = 0};
    typed(c, &e.v[e.n++]);
    return edit_end(tx, c, &e, N_("The field was added."));
}

static rc edit_find(struct ctx *c, const struct edit *e, size_t *at)
{
    id field;
    TRY(path_id(c, "field", &field));
    for (*at = 0; *at < e->n; ++*at)
        if (e->v[*at].id == field)
            return OK;
    return E_NOTFOUND;
}

static rc field_write(struct tx *tx, struct ctx *c)
{
    struct edit e;
    size_t at;
    TRY(edit_begin(tx, c, &e));
    TRY(edit_find(c, &e, &at));
    typed(c, &e.v[at]);
    return edit_end(tx, c, &e, N_("Saved."));
}

static rc remove_write(struct tx *tx, struct ctx *c)
{
    struct edit e;
    size_t at;
    TRY(edit_begin(tx, c, &e));
    TRY(edit_find(c, &e, &at));
    for (e.n--; at < e.n; at++)
        e.v[at] = e.v[at + 1];
    return edit_end(tx, c, &e, N_("The field was taken away."));
}

static rc default_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(room_of_page(c, tx, &r));
    TRY(room_fields_default(&x, c->app, r.id));
    return room_back(c, r.id, "/fields", N_("Everybody who signs has a field for it now."));
}

/* ---- all at once, from the page's script ---- */

static rc field_of_json(struct ctx *c, const struct json *j, struct room_field *f)
{
    str signer = json_str(json_get(j, "signer")), kind = json_str(json_get(j, "kind")),
        label = json_str(json_get(j, "label"));
    *f = (struct room_field){.kind = kind.p ? kind : STR_EMPTY,
                             .page = json_int(json_get(j, "page"), -1),
                             .x = json_int(json_get(j, "x"), -1),
                             .y = json_int(json_get(j, "y"), -1),
                             .w = json_int(json_get(j, "w"), -1),
                             .h = json_int(json_get(j, "h"), -1),
                             .required = json_bool(json_get(j, "required"), false),
                             .label = label.p ? label : STR_EMPTY};
    if (!signer.p || id_parse(signer, &f->signer) != OK)
        return ERR_FIELD(&c->err, "fields", "RM-006", N_("The list of fields cannot be read."));
    return OK;
}

static rc save_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    const struct json *list;
    struct json_out o;
    TRY(room_of_page(c, tx, &r));
    TRY(json_parse(c->arena, in_text(&c->in, "fields"), JSON_MAX, &list, &c->err));
    size_t n = json_count(list);
    if (json_type(list) != JSON_ARRAY_ || n > ROOM_FIELDS_MAX)
        return ERR_FIELD(&c->err, "fields", "RM-004", N_("There is room for {1} at most."),
                         number_text(c->arena, ROOM_FIELDS_MAX));
    struct room_field *v = ARENA_ARRAY(c->arena, n + 1, struct room_field);
    if (!v)
        return arena_failed(c->arena);
    for (size_t i = 0; i < n; i++)
        TRY(field_of_json(c, json_at(list, i), &v[i]));
    TRY(room_fields_set(&x, c->app, r.id, v, n));
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kint(&o, "saved", (int64_t)n);
    jo_end_obj(&o);
    return reply_json(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/fields",
     .perm = ROOM_OWNERS,
     .read = fields_read,
     .summary = N_("The fields of a draft")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/fields",
     .perm = ROOM_OWNERS,
     .in = &field_in,
     .write = add_write,
     .form = fields_read,
     .summary = N_("Add a field to a draft")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/fields/save",
     .perm = ROOM_OWNERS,
     .in = &save_in,
     .write = save_write,
     .summary = N_("Replace all fields of a draft"),
     .flags = ROUTE_IDEMPOTENT,
     .max_body = 4 * JSON_MAX},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/fields/default",
     .perm = ROOM_OWNERS,
     .write = default_write,
     .form = fields_read,
     .summary = N_("Put a signature field for each signer at the end of the last page")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/field/{field}",
     .perm = ROOM_OWNERS,
     .read = field_read,
     .summary = N_("One field of a draft: the form")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/field/{field}",
     .perm = ROOM_OWNERS,
     .in = &field_in,
     .write = field_write,
     .form = field_read,
     .summary = N_("Change a field of a draft")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/field/{field}/remove",
     .perm = ROOM_OWNERS,
     .write = remove_write,
     .form = fields_read,
     .summary = N_("Take a field away from a draft")},
};
const struct route_table sign_room_place_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
