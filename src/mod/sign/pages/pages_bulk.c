/* Sending a template to a list of people: the list, what is wrong in it, what became of each row. */
#include "mod/sign/pages/pages_bulk.h"

#include "bulk.view.h"

enum { SMALL = 65536 /* of a form beside its file */ };

INPUT(bulk_in, {.name = "template", .type = F_ID, .required = true, .label = N_("Template")},
      {.name = "file",
       .type = F_FILE,
       .required = true,
       .max = BULK_FILE_MAX,
       .label = N_("List of people (CSV)"),
       .hint = N_("One row for each document, UTF-8 or Big5. The sample has the right columns.")},
      {.name = "confirmed",
       .type = F_BOOL,
       .label = N_("I have checked that these documents may be signed electronically")});
INPUT(page_in, {.name = "page", .type = F_INT, .min = 1, .max = BULK_ROWS_MAX, .label = N_("Page")});

const char *bulk_state_label(str state)
{
    if (str_eq(state, STR("running")))
        return N_("Being sent");
    return str_eq(state, STR("done")) ? N_("All sent") : N_("Stopped");
}

const char *bulk_row_words(const struct ctx *c, const struct bulk_row *r)
{
    BUF_SCOPED text = BUF_INIT(4096);
    if (r->words.n)
        tr_f(&text, c->lang, arena_cstr(c->arena, r->words), &r->arg, 1);
    return arena_cstr(c->arena, buf_str(&text));
}

/* ---- a new one ---- */

static rc fill(struct ctx *c, struct tx *tx, struct bulk_new_page *p)
{
    const struct room_query q = {
        .party = c->session.party, .templates = true, .words = STR_EMPTY, .limit = ROOM_DRAFTS_MAX};
    struct room_row *rows;
    struct bulk *latest;
    int64_t total;
    TRY(rooms_list(tx, &q, &rows, &p->n_templates, &total, c->arena));
    TRY(bulk_list(tx, c->session.party, &latest, &p->n, c->arena));
    struct option *v = ARENA_ARRAY(c->arena, p->n_templates + 1, struct option);
    if (!v)
        return arena_failed(c->arena);
    for (size_t i = 0; i < p->n_templates; i++)
        v[i] = (struct option){.value = str_of(id_shown(c, rows[i].room.id)), .label = rows[i].room.title};
    p->spec = &bulk_in;
    p->template = rows;
    p->latest = latest;
    p->templates = (struct options){.name = "template", .label = N_("Template"), .v = v, .n = p->n_templates};
    if (c->in.spec == &bulk_in && c->in.v)
        p->templates.value = in_value(&c->in, "template")->raw;
    return OK;
}

static rc show(struct ctx *c, const struct bulk_new_page *p)
{
    view_sign_bulk_new(&c->reply->body, c, p);
    return reply_page(c, p->report.bad > 0 ? 422 : 200);
}

static rc new_read(struct ctx *c)
{
    struct bulk_new_page p = {.spec = NULL};
    TRY(fill(c, c->tx, &p));
    return show(c, &p);
}

/* A list that is refused is an answer with its wrong rows: nothing was written then. */
static rc new_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct bulk_new_page p = {.spec = NULL};
    const struct upload *file = &in_value(&c->in, "file")->file;
    id bulk;
    rc r = bulk_begin(&x, in_int(&c->in, "template"), file->name, file->bytes, in_bool(&c->in, "confirmed"), &p.report,
                      &bulk);
    if (r == E_INVALID && p.report.bad > 0) {
        err_clear(tx_err(tx));
        TRY(fill(c, tx, &p));
        return show(c, &p);
    }
    TRY(r);
    flash(c, N_("The list is right. The documents are being sent."));
    return go(c, "/sign/rooms/bulk/%s", id_shown(c, bulk));
}

static rc sample_read(struct ctx *c)
{
    struct act x = ACT(c->tx, c);
    id template;
    TRY(path_id(c, "id", &template));
    TRY(bulk_sample(&x, template, c->lang, &c->reply->body));
    return reply_csv(c, "people.csv");
}

/* ---- one of them ---- */

static rc bulk_read_page(struct ctx *c)
{
    struct act x = ACT(c->tx, c);
    struct bulk_page p = {.percent = 0};
    struct bulk_row *rows;
    id bulk;
    TRY(path_id(c, "id", &bulk));
    TRY(bulk_own(&x, bulk, &p.bulk));
    p.pages = pages_of(in_given(&c->in, "page") ? in_int(&c->in, "page") : 1, BULK_ROWS_PAGE, p.bulk.n, c->req->path,
                       STR_EMPTY);
    TRY(bulk_rows(c->tx, bulk, (p.pages.page - 1) * BULK_ROWS_PAGE, &rows, &p.n, c->arena));
    p.rows = rows;
    p.percent = p.bulk.n > 0 ? (int)((p.bulk.made + p.bulk.failed) * 100 / p.bulk.n) : 100;
    if (str_eq(p.bulk.state, STR("running")) && p.bulk.owner == c->session.account)
        p.events = arena_printf(c->arena, "/jobs/%s/events", id_shown(c, p.bulk.job));
    view_sign_bulk(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/bulk",
     .perm = ROOM_OWNERS,
     .read = new_read,
     .summary = N_("Send a template to a list of people")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/bulk",
     .perm = ROOM_OWNERS,
     .in = &bulk_in,
     .write = new_write,
     .form = new_read,
     .summary = N_("Send a template to a list: check the list, make the documents"),
     .max_body = BULK_FILE_MAX + SMALL},
    {.method = HTTP_GET,
     .path = "/sign/rooms/bulk/sample/{id}",
     .perm = ROOM_OWNERS,
     .read = sample_read,
     .summary = N_("A list with the columns of a template, to be filled in")},
    {.method = HTTP_GET,
     .path = "/sign/rooms/bulk/{id}",
     .perm = ROOM_OWNERS,
     .in = &page_in,
     .read = bulk_read_page,
     .summary = N_("What became of each row of a list")},
};
const struct route_table sign_bulk_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
