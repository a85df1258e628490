/* Imports by the office: the open business register and the catalogue. A file with one wrong row changes nothing; every
 * wrong row is named. */
#include "mod/market/pages_office.h"
#include "office_import.view.h"

enum { FILE_MOST = 16 * 1024 * 1024 };

INPUT(registry_in,
      {.name = "file",
       .type = F_FILE,
       .required = true,
       .max = FILE_MOST,
       .label = N_("CSV file"),
       .hint = N_("The open data of the Ministry of Finance's tax register or the company register, UTF-8 or Big5.")},
      {.name = "as_of", .type = F_DAY, .required = true, .label = N_("Day of the data")});
INPUT(catalogue_in, {.name = "file",
                     .type = F_FILE,
                     .required = true,
                     .max = FILE_MOST,
                     .label = N_("CSV file"),
                     .hint = N_("One line for each plan, with the headings of the export.")});

static const struct mkt_import_page registry_page = {.spec = &registry_in,
                                                     .title = N_("Import the business register"),
                                                     .lead = N_("Firms are looked up here when they register."),
                                                     .path = "/market/office/registry"};
static const struct mkt_import_page catalogue_page = {
    .spec = &catalogue_in,
    .title = N_("Import the catalogue"),
    .lead = N_("Adds and changes services of all vendors. What you import is listed at once."),
    .path = "/market/office/catalogue"};

static rc show(struct ctx *c, const struct mkt_import_page *p)
{
    view_market_import(&c->reply->body, c, p);
    return reply_page(c, p->done && p->result.bad > 0 ? 422 : 200);
}

static rc registry_read(struct ctx *c)
{
    return show(c, &registry_page);
}

static rc catalogue_read(struct ctx *c)
{
    return show(c, &catalogue_page);
}

/* A file that is refused is an answer with its wrong rows, not a failure: the import itself wrote nothing then. */
static rc shown(struct ctx *c, struct tx *tx, struct mkt_import_page *p, rc imported)
{
    if (imported != OK && !(imported == E_INVALID && p->result.bad > 0))
        return imported;
    err_clear(tx_err(tx));
    p->done = true;
    return show(c, p);
}

static rc registry_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_import_page p = registry_page;
    str bytes = in_value(&c->in, "file")->file.bytes;
    return shown(c, tx, &p, mkt_registry_import(&x, bytes, (day)in_int(&c->in, "as_of"), &p.result));
}

static rc catalogue_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_import_page p = catalogue_page;
    return shown(c, tx, &p, mkt_catalogue_import(&x, in_value(&c->in, "file")->file.bytes, 0, &p.result));
}

static rc export_read(struct ctx *c)
{
    TRY(mkt_catalogue_export(c->tx, 0, &c->reply->body));
    return reply_csv(c, "catalogue.csv");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/office/registry",
     .perm = DECIDES,
     .read = registry_read,
     .summary = N_("Import the business register")},
    {.method = HTTP_POST,
     .path = "/market/office/registry",
     .perm = DECIDES,
     .in = &registry_in,
     .write = registry_write,
     .form = registry_read,
     .summary = N_("Import the business register from a file"),
     .max_body = FILE_MOST + 4096},
    {.method = HTTP_GET,
     .path = "/market/office/catalogue",
     .perm = DECIDES,
     .read = catalogue_read,
     .summary = N_("Import the catalogue")},
    {.method = HTTP_POST,
     .path = "/market/office/catalogue",
     .perm = DECIDES,
     .in = &catalogue_in,
     .write = catalogue_write,
     .form = catalogue_read,
     .summary = N_("Import the catalogue from a file"),
     .max_body = FILE_MOST + 4096},
    {.method = HTTP_GET,
     .path = "/market/office/catalogue/file",
     .perm = OFFICE,
     .read = export_read,
     .summary = N_("The whole catalogue as CSV")},
};
const struct route_table mkt_import_routes = {"market", routes, sizeof routes / sizeof routes[0]};
