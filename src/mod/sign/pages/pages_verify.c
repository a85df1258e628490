/* Checking a signed file on the web. Nothing of what is uploaded is kept. Trusted are this installation's own
 * certification authorities and what lies in the folder `trust` of the data folder (anchors.h). */
#include "mod/sign/pages/pages_verify.h"

#include "core/app.h"
#include "mod/sign/report/write.h"
#include "mod/sign/trusted.h"
#include "verify.view.h"

enum { FILE_MOST = 32 << 20, ARENA_MOST = 512 << 20, OUT_MOST = 64 << 20 };

static const struct choice forms[] = {
    {"page", N_("a page")}, {"pdf", N_("a PDF to keep")}, {"json", N_("JSON for programs")}, {NULL, NULL}};

INPUT(verify_in,
      {.name = "file",
       .type = F_FILE,
       .required = true,
       .max = FILE_MOST,
       .label = N_("Signed file"),
       .hint = N_("PDF, CMS (.p7s, .p7m), XML, JSON or ASiC (.asice, .asics), at most 32 MB. It is only read, not "
                  "kept.")},
      {.name = "content",
       .type = F_FILE,
       .max = FILE_MOST,
       .label = N_("The document beside it"),
       .hint = N_("Only if the signature stands in a file of its own.")},
      {.name = "as", .type = F_CHOICE, .choices = forms, .label = N_("Report as")});

/* ---- the answer ---- */

static rc answer(struct ctx *c, struct arena *a, const struct report *report, const struct told *told)
{
    const char *as = in_choice(&c->in, "as");
    struct buf *body = &c->reply->body;
    if (as && strcmp(as, "json") == 0) {
        body->cap = OUT_MOST;
        TRY(report_json(a, report, c->lang, body));
        return reply_download(c, "application/json", STR("signature-report.json"));
    }
    if (as && strcmp(as, "pdf") == 0) {
        body->cap = OUT_MOST;
        TRY(report_pdf(told, c->lang, c->now, c->app->config.demo, body, &c->err));
        return reply_download(c, "application/pdf", STR("signature-report.pdf"));
    }
    const struct verify_page p = {.spec = &verify_in, .told = told};
    view_sign_verify(body, c, &p);
    return reply_page(c, 200);
}

static rc check(struct ctx *c, struct arena *a)
{
    const struct upload *file = &in_value(&c->in, "file")->file;
    const struct upload *beside = &in_value(&c->in, "content")->file;
    const struct sign_data content = {.name = beside->name, .bytes = beside->bytes};
    struct sign_rules rules;
    struct report *report;
    struct told *told;
    TRY(trusted_rules(c->app, c->tx, a, c->lang, &rules, &c->err));
    TRY(report_make(a,
                    &(struct report_input){.name = file->name,
                                           .bytes = file->bytes,
                                           .beside = {&content, in_given(&c->in, "content") ? 1 : 0},
                                           .rules = &rules},
                    &report));
    TRY(told_make(a, report, c->lang, &told));
    return answer(c, a, report, told);
}

static rc verify_read(struct ctx *c)
{
    const struct verify_page p = {.spec = &verify_in};
    view_sign_verify(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc verify_check(struct ctx *c)
{
    struct arena *a = arena_new(ARENA_MOST);
    if (!a)
        return E_NOMEM;
    rc r = check(c, a);
    arena_free(a);
    return r;
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/verify",
     .perm = PUBLIC,
     .read = verify_read,
     .summary = N_("Check a signed file: the form")},
    {.method = HTTP_POST,
     .path = "/sign/verify",
     .perm = PUBLIC,
     .in = &verify_in,
     .read = verify_check,
     .form = verify_read,
     .summary = N_("Check a signed file: the report, as page, PDF or JSON"),
     .flags = ROUTE_NEVER_CACHE,
     .max_body = 2 * FILE_MOST + 65536},
};
const struct route_table sign_verify_routes = {"sign", routes, sizeof routes / sizeof routes[0]};
