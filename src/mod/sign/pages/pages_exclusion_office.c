/* The office keeps the register: an entry is added, changed or removed with the reason; or a whole file is read. */
#include "exclusion.view.h"
#include "mod/sign/pages/pages_exclusion.h"

enum { FILE_MOST = 4 << 20 };

#define REASON_FIELD                                                                                                   \
    {                                                                                                                  \
        .name = "reason", .type = F_LINES, .required = true, .max = EXCLUSION_REASON_MAX, .label = N_("Reason"),       \
        .hint = N_("For example the number of the announcement. It stands in the entry's history for everybody.")      \
    }

INPUT(entry_in,
      {.name = "agency", .type = F_TEXT, .required = true, .max = EXCLUSION_AGENCY_MAX, .label = N_("Agency")},
      {.name = "act",
       .type = F_TEXT,
       .required = true,
       .max = EXCLUSION_ACT_MAX,
       .label = N_("Act"),
       .hint = N_("In the words that stand in titles of such documents.")},
      {.name = "law", .type = F_TEXT, .required = true, .max = EXCLUSION_LAW_MAX, .label = N_("Law and article")},
      {.name = "kind", .type = F_CHOICE, .required = true, .choices = exclusion_kinds, .label = N_("Kind of entry")},
      {.name = "keywords",
       .type = F_TEXT,
       .max = EXCLUSION_KEYWORDS_MAX,
       .label = N_("Words that warn"),
       .hint = N_("Commas between. A document whose title or file name has one of them is warned of.")},
      {.name = "source",
       .type = F_TEXT,
       .required = true,
       .max = EXCLUSION_SOURCE_MAX,
       .label = N_("Where it was published")},
      {.name = "starts",
       .type = F_DAY,
       .required = true,
       .label = N_("First day"),
       .hint = N_("Of an agency's exclusion: the day on which its year began, as a rule 2024-05-15.")},
      {.name = "ends",
       .type = F_DAY,
       .label = N_("Last day"),
       .hint = N_("Left empty for a form that stands as long as its law.")},
      {.name = "extended", .type = F_BOOL, .label = N_("It was extended (possible once)")},
      {.name = "version", .type = F_INT, .label = N_("Version")}, REASON_FIELD);

INPUT(remove_in, REASON_FIELD, {.name = "version", .type = F_INT, .required = true, .label = N_("Version")});

INPUT(import_in,
      {.name = "file",
       .type = F_FILE,
       .required = true,
       .max = FILE_MOST,
       .label = N_("CSV file"),
       .hint = N_("One line for each entry, with the headings of the export. Same agency and act: it is changed.")},
      REASON_FIELD);

/* ---- one entry ---- */

static str choice_text(const struct ctx *c, const char *name)
{
    const char *v = in_choice(&c->in, name);
    return str_of(v);
}

static struct exclusion entry_of(const struct ctx *c)
{
    const struct input *in = &c->in;
    return (struct exclusion){.agency = in_text(in, "agency"),
                              .act = in_text(in, "act"),
                              .law = in_text(in, "law"),
                              .kind = choice_text(c, "kind"),
                              .keywords = in_text(in, "keywords"),
                              .source = in_text(in, "source"),
                              .starts = (day)in_int(in, "starts"),
                              .ends = (day)in_int(in, "ends"),
                              .extended = in_bool(in, "extended"),
                              .version = in_int(in, "version")};
}

static rc form(struct ctx *c, struct exclusion_form *p)
{
    p->spec = &entry_in;
    view_sign_exclusion_form(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc new_read(struct ctx *c)
{
    struct exclusion_form p = {.title = N_("New entry in the register of exclusions"),
                               .path = STR("/sign/exclusions/new")};
    return form(c, &p);
}

static rc new_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct exclusion e = entry_of(c);
    id made;
    TRY(exclusion_add(&x, &e, in_text(&c->in, "reason"), &made));
    flash(c, N_("The entry was added."));
    return go(c, "/sign/exclusions/%s", id_shown(c, made));
}

static rc entry_of_page(struct ctx *c, struct tx *tx, struct exclusion *out)
{
    id entry;
    TRY(path_id(c, "id", &entry));
    return exclusion_get(tx, entry, out, c->arena);
}

static rc change_read(struct ctx *c)
{
    struct exclusion_form p = {.title = N_("Change the entry")};
    TRY(entry_of_page(c, c->tx, &p.e));
    p.path = arena_printf(c->arena, "/sign/exclusions/%s/edit", id_shown(c, p.e.id));
    return form(c, &p);
}

static rc change_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct exclusion e = entry_of(c);
    TRY(path_id(c, "id", &e.id));
    TRY(exclusion_change(&x, &e, in_text(&c->in, "reason")));
    flash(c, N_("The entry was changed; its former version stands in the history."));
    return go(c, "/sign/exclusions/%s", id_shown(c, e.id));
}

static rc remove_read(struct ctx *c)
{
    struct exclusion_page p = {.today = instant_day(c->now), .remove = &remove_in};
    TRY(entry_of_page(c, c->tx, &p.e));
    view_sign_exclusion_remove(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc remove_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct exclusion e;
    TRY(entry_of_page(c, tx, &e));
    TRY(exclusion_remove(&x, e.id, in_int(&c->in, "version"), in_text(&c->in, "reason")));
    flash(c, N_("The entry was removed; it stays in the history."));
    return go(c, "/sign/exclusions/%s", id_shown(c, e.id));
}

/* ---- a file ---- */

static rc import_show(struct ctx *c, struct exclusion_import_page *p)
{
    p->spec = &import_in;
    view_sign_exclusion_import(&c->reply->body, c, p);
    return reply_page(c, p->done && p->report.bad > 0 ? 422 : 200);
}

static rc import_read(struct ctx *c)
{
    struct exclusion_import_page p = {.done = false};
    return import_show(c, &p);
}

/* A file that is refused is an answer with its wrong rows: the import itself wrote nothing then. */
static rc import_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct exclusion_import_page p = {.done = true};
    rc r = exclusion_import(&x, in_value(&c->in, "file")->file.bytes, in_text(&c->in, "reason"), &p.report);
    if (r != OK && !(r == E_INVALID && p.report.bad > 0))
        return r;
    err_clear(tx_err(tx));
    return import_show(c, &p);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/exclusions/new",
     .perm = EXCLUSION_KEEPERS,
     .read = new_read,
     .summary = N_("New entry in the register of exclusions")},
    {.method = HTTP_POST,
     .path = "/sign/exclusions/new",
     .perm = EXCLUSION_KEEPERS,
     .in = &entry_in,
     .write = new_write,
     .form = new_read,
     .summary = N_("Add an entry to the register of exclusions")},
    {.method = HTTP_GET,
     .path = "/sign/exclusions/{id}/edit",
     .perm = EXCLUSION_KEEPERS,
     .read = change_read,
     .summary = N_("Change an entry of the register of exclusions: the form")},
    {.method = HTTP_POST,
     .path = "/sign/exclusions/{id}/edit",
     .perm = EXCLUSION_KEEPERS,
     .in = &entry_in,
     .write = change_write,
     .form = change_read,
     .summary = N_("Change an entry of the register of exclusions")},
    {.method = HTTP_GET,
     .path = "/sign/exclusions/{id}/remove",
     .perm = EXCLUSION_KEEPERS,
     .read = remove_read,
     .summary = N_("Remove an entry of the register of exclusions: the form")},
    {.method = HTTP_POST,
     .path = "/sign/exclusions/{id}/remove",
     .perm = EXCLUSION_KEEPERS,
     .in = &remove_in,
     .write = remove_write,
     .form = remove_read,
     .summary = N_("Remove an entry of the register of exclusions")},
    {.method = HTTP_GET,
     .path = "/sign/exclusions/import",
     .perm = EXCLUSION_KEEPERS,
     .read = import_read,
     .summary = N_("Read entries of the register of exclusions from a file: the form")},
    {.method = HTTP_POST,
     .path = "/sign/exclusions/import",
     .perm = EXCLUSION_KEEPERS,
     .in = &import_in,
     .write = import_write,
     .form = import_read,
     .summary = N_("Read entries of the register of exclusions from a file"),
     .max_body = FILE_MOST + 65536},
};
const struct route_table sign_exclusion_office_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
