/* The vendor's catalogue as CSV: what is downloaded can be changed and sent back. A file with one wrong row changes
 * nothing. */
#include "mod/market/pages_vendor.h"
#include "vendor_file.view.h"

enum { FILE_MOST = 4 * 1024 * 1024 };

INPUT(file_in, {.name = "file",
                .type = F_FILE,
                .required = true,
                .max = FILE_MOST,
                .label = N_("CSV file"),
                .hint = N_("One line for each plan, with the headings of the export, UTF-8 or Big5.")});

static rc export_read(struct ctx *c)
{
    TRY(mkt_catalogue_export(c->tx, c->session.party, &c->reply->body));
    return reply_csv(c, "services.csv");
}

static rc import_read(struct ctx *c)
{
    struct mkt_vendor_file_page p = {.spec = &file_in};
    view_market_vendor_file(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* A file that is refused is an answer with its wrong rows, not a failure: the import itself wrote nothing then. */
static rc import_write(struct tx *tx, struct ctx *c)
{
    struct mkt_vendor_file_page p = {.spec = &file_in, .done = true};
    struct act x = ACT(tx, c);
    rc r = mkt_catalogue_import(&x, in_value(&c->in, "file")->file.bytes, c->session.party, &p.result);
    bool refused = r == E_INVALID && p.result.bad > 0;
    if (r != OK && !refused)
        return r;
    err_clear(tx_err(tx));
    view_market_vendor_file(&c->reply->body, c, &p);
    return reply_page(c, refused ? 422 : 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/file",
     .perm = AS_VENDOR,
     .read = export_read,
     .summary = N_("The vendor's services as CSV")},
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/import",
     .perm = AS_VENDOR,
     .read = import_read,
     .summary = N_("Import services: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/solutions/import",
     .perm = AS_VENDOR,
     .in = &file_in,
     .write = import_write,
     .form = import_read,
     .summary = N_("Import services from a CSV file"),
     .max_body = FILE_MOST + 4096},
};
const struct route_table mkt_vendor_file_routes = {"market", routes, sizeof routes / sizeof routes[0]};
