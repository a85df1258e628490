/* The public log for people: what it is, its signed checkpoint, how to check a proof, and a check of a proof here.
 */
#include "core/log_verify.h"
#include "core/pages.h"
#include "core/publiclog.h"
#include "log.view.h"

INPUT(proof_in, {.name = "proof",
                 .type = F_FILE,
                 .required = true,
                 .max = LOG_PROOF_MAX,
                 .label = N_("Proof (JSON file)"),
                 .hint = N_("The file that you downloaded with a record. It is only read, not kept.")});

static rc show(struct ctx *c, struct log_page *p)
{
    p->spec = &proof_in;
    TRY(log_status(c->tx, &p->status, c->arena));
    view_public_log(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc log_read(struct ctx *c)
{
    struct log_page p = {0};
    return show(c, &p);
}

static rc check_read(struct ctx *c)
{
    struct log_page p = {.checked = true};
    BUF_SCOPED vkey = BUF_INIT(1024);
    struct err why = {0};
    TRY(log_vkey(c->tx, &vkey));
    rc r = log_verify_proof(c->arena, in_value(&c->in, "proof")->file.bytes, buf_str(&vkey), &p.proof, &why);
    if (r != OK && r != E_CORRUPT && r != E_INVALID)
        return r;
    p.proved = r == OK;
    if (!p.proved) {
        BUF_SCOPED text = BUF_INIT(ERR_TEXT_MAX);
        tr_err(&text, c->lang, &why.main);
        p.why = arena_str(c->arena, buf_str(&text));
    }
    return show(c, &p);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/log",
     .perm = PUBLIC,
     .read = log_read,
     .summary = N_("The public log: checkpoint and how to verify")},
    {.method = HTTP_POST,
     .path = "/log",
     .perm = PUBLIC,
     .in = &proof_in,
     .read = check_read,
     .form = log_read,
     .summary = N_("Check a proof against the public log"),
     .max_body = LOG_PROOF_MAX + 4096},
};
static const struct route_table table = {"log", routes, sizeof routes / sizeof routes[0]};
static const struct route_table *const tables[] = {&table, NULL};

const struct module log_page_module = {.name = "log", .title = N_("Public log"), .tables = tables};
