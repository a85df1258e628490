/* The organisation's ledger of those who wanted paper, and the versions of its notice. */
#include "mod/sign/pages/pages_objection.h"
#include "objections.view.h"

enum { PAGE_MOST = 10000, CSV_MOST = 16 << 20 };

INPUT(list_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Name, e-mail or title")},
      {.name = "open", .type = F_BOOL, .label = N_("Only those still open")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});
INPUT(handle_in, {.name = "note",
                  .type = F_LINES,
                  .required = true,
                  .max = OBJECTION_REASON_MAX,
                  .label = N_("What was done"),
                  .hint = N_("For example: the contract went out on paper on 1 December.")});

/* ---- the ledger ---- */

static struct objection_query asked(const struct ctx *c)
{
    return (struct objection_query){
        .party = c->session.party, .open = in_bool(&c->in, "open"), .words = in_text(&c->in, "q")};
}

static rc list_read(struct ctx *c)
{
    const struct field_value *page = in_value(&c->in, "page");
    int64_t at = page->given && !page->bad ? page->i : 1, total;
    struct objection_query q = asked(c);
    struct objection *v;
    struct objections_page p = {.spec = &list_in, .open = q.open, .filtered = q.open || q.words.n};
    q.offset = (at - 1) * OBJECTIONS_PAGE;
    q.limit = OBJECTIONS_PAGE;
    TRY(objections_list(c->tx, &q, &v, &p.n, &total, c->arena));
    p.v = v;
    p.query = query_without(c, "page");
    p.pages = pages_of(at, OBJECTIONS_PAGE, total, STR("/sign/objections"), p.query);
    view_sign_objections(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc csv_read(struct ctx *c)
{
    const struct objection_query q = asked(c);
    c->reply->body.cap = CSV_MOST;
    TRY(objections_csv(c->tx, &q, c->lang, &c->reply->body));
    return reply_csv(c, "objections.csv");
}

static rc one_read(struct ctx *c)
{
    struct objection_page p = {.spec = &handle_in};
    id one;
    TRY(path_id(c, "id", &one));
    TRY(objection_get(c->tx, one, c->session.party, &p.o, c->arena));
    view_sign_objection(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc handle_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id one;
    TRY(path_id(c, "id", &one));
    TRY(objection_handle(&x, one, in_text(&c->in, "note")));
    flash(c, N_("Recorded."));
    return go(c, "/sign/objections");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/objections",
     .perm = ROOM_OWNERS,
     .in = &list_in,
     .read = list_read,
     .summary = N_("Who objected to the electronic form")},
    {.method = HTTP_GET,
     .path = "/sign/objections/file",
     .perm = ROOM_OWNERS,
     .in = &list_in,
     .read = csv_read,
     .summary = N_("Who objected to the electronic form, as CSV")},
    {.method = HTTP_GET,
     .path = "/sign/objections/{id}",
     .perm = ROOM_OWNERS,
     .read = one_read,
     .summary = N_("One objection to the electronic form")},
    {.method = HTTP_POST,
     .path = "/sign/objections/{id}",
     .perm = ROOM_OWNERS,
     .in = &handle_in,
     .write = handle_write,
     .form = one_read,
     .summary = N_("Note what was done about an objection")},
};
const struct route_table sign_objection_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
