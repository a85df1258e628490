/* A draft's first step: title, message, time limits, another file; and throwing it away. Steps share their page's data
 * (draft_fill). */
#include "mod/sign/pages/pages_room_draft.h"
#include "core/document.h"
#include "rooms_draft.view.h"

INPUT(words_in,
      {.name = "title",
       .type = F_TEXT,
       .required = true,
       .max = ROOM_TITLE_MAX,
       .label = N_("Title of the document"),
       .hint = N_("As all will read it.")},
      {.name = "message",
       .type = F_LINES,
       .max = ROOM_MESSAGE_MAX,
       .label = N_("Message to everybody"),
       .hint = N_("Stands in the invitation.")},
      {.name = "expiry_days",
       .type = F_INT,
       .required = true,
       .min = ROOM_EXPIRY_LEAST,
       .max = ROOM_EXPIRY_MOST,
       .label = N_("Open for how many days"),
       .hint = N_("From sending. Whoever has not signed by then cannot any more.")},
      {.name = "remind_days",
       .type = F_INT,
       .required = true,
       .max = ROOM_REMIND_MOST,
       .label = N_("Days between reminders"),
       .hint = N_("0: no reminders. You can send one by hand at any time.")});
INPUT(file_in, {.name = "file",
                .type = F_FILE,
                .required = true,
                .max = ROOM_FILE_MAX,
                .label = N_("Another file in its place"),
                .hint = N_("PDF, at most 20 MB and 500 pages. Fields that do not fit on its pages are taken away.")});

/* ---- shared by the steps ---- */

size_t signer_number(const struct draft_page *p, id signer)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->signers[i].id == signer)
            return i + 1;
    return 0;
}

str signer_called(const struct signer *s)
{
    return s->name.n ? s->name : s->slot;
}

rc draft_fill(struct ctx *c, struct draft_page *p)
{
    struct document d;
    struct room_file look;
    struct signer *signers;
    struct room_field *fields;
    str bytes;
    TRY(room_of_page(c, c->tx, &p->room));
    p->path = room_path(c, p->room.id);
    TRY(signers_of(c->tx, p->room.id, &signers, &p->n, c->arena));
    TRY(room_fields_of(c->tx, p->room.id, &fields, &p->n_fields, c->arena));
    p->signers = signers;
    p->fields = fields;
    TRY(document_get(c->tx, p->room.original, &d, c->arena));
    p->file_name = d.name;
    TRY(room_file_read(c->tx, c->app, p->room.original, &bytes, c->arena));
    TRY(room_file_look(bytes, &look, tx_err(c->tx)));
    p->pages = look.pages;
    p->is_signed = look.is_signed;
    return OK;
}

bool draft_gone(struct ctx *c, const struct draft_page *p, rc *answer)
{
    if (str_eq(p->room.state, STR("draft")))
        return false;
    *answer = go(c, "/sign/rooms/%s", id_shown(c, p->room.id));
    return true;
}

/* ---- the document ---- */

static rc document_read(struct ctx *c)
{
    struct draft_page p = {.step = ROOM_STEP_FILE, .spec = &words_in, .file_spec = &file_in};
    rc sent = OK;
    TRY(draft_fill(c, &p));
    if (draft_gone(c, &p, &sent))
        return sent;
    view_sign_draft_document(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc document_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    const struct room_words w = {.title = in_text(&c->in, "title"),
                                 .message = in_text(&c->in, "message"),
                                 .expiry_days = in_int(&c->in, "expiry_days"),
                                 .remind_days = in_int(&c->in, "remind_days")};
    TRY(room_of_page(c, tx, &r));
    TRY(room_change(&x, r.id, &w));
    return room_back(c, r.id, "/people", N_("Saved."));
}

static rc file_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    const struct upload *file = &in_value(&c->in, "file")->file;
    TRY(room_of_page(c, tx, &r));
    TRY(room_replace_file(&x, c->app, r.id, file->name, file->bytes));
    return room_back(c, r.id, "/document", N_("The file was replaced. Please check the fields."));
}

static rc discard_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct room r;
    TRY(room_of_page(c, tx, &r));
    TRY(room_discard(&x, r.id));
    flash(c, r.is_template ? N_("The template is gone.") : N_("The draft is gone."));
    return go(c, r.is_template ? "/sign/rooms/templates" : "/sign/rooms");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/rooms/{id}/document",
     .perm = ROOM_OWNERS,
     .read = document_read,
     .summary = N_("A draft's title, message and time limits: the form")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/document",
     .perm = ROOM_OWNERS,
     .in = &words_in,
     .write = document_write,
     .form = document_read,
     .summary = N_("Change a draft's title, message and time limits")},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/replace",
     .perm = ROOM_OWNERS,
     .in = &file_in,
     .write = file_write,
     .form = document_read,
     .summary = N_("Put another file in the place of a draft's"),
     .max_body = ROOM_FILE_MAX + 65536},
    {.method = HTTP_POST,
     .path = "/sign/rooms/{id}/discard",
     .perm = ROOM_OWNERS,
     .write = discard_write,
     .form = document_read,
     .summary = N_("Throw a draft or template away")},
};
const struct route_table sign_room_draft_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
