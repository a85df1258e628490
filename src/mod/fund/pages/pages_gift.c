/* The donor's pages: finding a gift by its code or its receipt, why it counts or not, proof, appeal. No account. */
#include "mod/fund/pages/pages_gift.h"
#include "mod/fund/publish.h"

#include "base/vec.h"
#include "core/app.h"
#include "gift.view.h"

QUERY(fq_look_platforms, "", "ittt",
      "SELECT s.id, s.name, m.name_zh, m.name_en FROM fund_gift_source s JOIN programme m ON m.id = s.programme"
      " JOIN fund_round r ON r.programme = s.programme WHERE r.phase IN ('gifts', 'tally', 'awards', 'closed')"
      " ORDER BY r.call_opens DESC, s.code");
/* A gift that did not count, so that all of the page can be tried. */
QUERY(
    fq_look_hint, "", "t",
    "SELECT g.code FROM fund_gift g JOIN fund_gift_import i ON i.id = g.import AND i.state = 'done'"
    " JOIN fund_round r ON r.programme = g.programme AND r.phase IN ('gifts', 'tally') WHERE g.holds = 1 AND g.reason ="
    " 'not-eligible' AND NOT EXISTS (SELECT 1 FROM fund_gift_appeal a WHERE a.gift = g.id) ORDER BY g.id LIMIT 1");

INPUT(code_in, {.name = "code",
                .type = F_TEXT,
                .required = true,
                .max = 40,
                .label = N_("Receipt code"),
                .hint = N_("Sixteen characters and a check character, like K7Q2-M4XW-9D0T-3HBE-5.")});
INPUT(receipt_in, {.name = "platform", .type = F_ID, .required = true, .label = N_("Platform")},
      {.name = "receipt", .type = F_TEXT, .required = true, .max = 100, .label = N_("Receipt number of the platform")},
      {.name = "last4",
       .type = F_TEXT,
       .required = true,
       .min = 4,
       .max = 4,
       .personal = true,
       .label = N_("Last four characters of the donor's identity or business number"),
       .hint = N_("They are compared and not kept.")});
INPUT(appeal_in,
      {.name = "words",
       .type = F_LINES,
       .required = true,
       .max = 2000,
       .personal = true,
       .label = N_("Why should the gift count?"),
       .hint = N_("Say what the platform's data has wrong. Please do not write your identity number here.")},
      {.name = "email",
       .type = F_EMAIL,
       .personal = true,
       .autocomplete = "email",
       .label = N_("E-mail"),
       .hint = N_("Only if you want the answer by mail; it also stands on this page.")});

/* ---- looking up ---- */

static rc platforms(struct ctx *c, struct fund_look_page *p)
{
    VEC(struct option) list = {0};
    struct rows r;
    TRY(db_select(c->tx, &fq_look_platforms, NOVALS, &r));
    while (rows_next(&r)) {
        struct option *o = VEC_ADD(&list, c->arena);
        if (!o)
            break;
        str round = in_lang(c, row_text(&r, 2), row_text(&r, 3));
        *o = (struct option){.value = str_of(id_shown(c, row_int(&r, 0))),
                             .label = arena_printf(c->arena, "%.*s · %.*s", STR_ARG(row_text(&r, 1)), STR_ARG(round))};
    }
    TRY(rows_end(&r));
    p->platforms = list.v;
    p->n_platforms = list.n;
    return arena_rc(c->arena);
}

static rc hint(struct ctx *c, str *out)
{
    struct rows r;
    char shown[GIFT_CODE_TYPED + 1];
    *out = STR_EMPTY;
    if (!c->app->config.demo)
        return OK;
    rc e = db_one(c->tx, &fq_look_hint, NOVALS, &r);
    if (e == E_NOTFOUND)
        return OK;
    TRY(e);
    gift_code_show(row_text(&r, 0), shown);
    *out = arena_str(c->arena, str_of(shown));
    TRY(rows_end(&r));
    return arena_rc(c->arena);
}

static rc look_read(struct ctx *c)
{
    struct fund_look_page p = {.by_code = &code_in, .by_receipt = &receipt_in};
    TRY(platforms(c, &p));
    TRY(hint(c, &p.hint));
    p.platform = p.n_platforms ? p.platforms[0].value : STR_EMPTY;
    if (c->in.spec == &receipt_in && in_value(&c->in, "platform")->given)
        p.platform = in_value(&c->in, "platform")->raw;
    view_fund_gift_look(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc go_to(struct ctx *c, const struct fund_gift *g)
{
    char shown[GIFT_CODE_TYPED + 1];
    gift_code_show(g->code, shown);
    return go(c, "/fund/gift/%s", shown);
}

/* A wrong code and a receipt that is not there are answers at the form, so they are told as wrong input. */
static rc at_form(struct tx *tx, rc r, const char *field)
{
    struct err *e = tx_err(tx);
    if (r != E_NOTFOUND)
        return r;
    const char *code = e->main.code, *text = e->main.msgid;
    err_clear(e);
    return err_field(e, field, code, text, NULL, 0);
}

static rc code_write(struct tx *tx, struct ctx *c)
{
    struct fund_gift g;
    TRY(at_form(tx, fund_gift_by_code(tx, in_text(&c->in, "code"), &g, c->arena), "code"));
    return go_to(c, &g);
}

static rc receipt_write(struct tx *tx, struct ctx *c)
{
    struct fund_gift g;
    rc r = fund_gift_by_receipt(tx, c->app, in_int(&c->in, "platform"), in_text(&c->in, "receipt"),
                                in_text(&c->in, "last4"), &g, c->arena);
    TRY(at_form(tx, r, "receipt"));
    return go_to(c, &g);
}

/* ---- one gift ---- */

static rc gift_of_request(struct ctx *c, struct tx *tx, struct fund_gift *g)
{
    rc r = fund_gift_by_code(tx, request_param(c->req, "code"), g, c->arena);
    if (r == E_INVALID) {
        err_clear(tx_err(tx));
        return E_NOTFOUND;
    }
    return r;
}

static rc fill_appeal(struct ctx *c, struct fund_gift_page *p)
{
    struct fund_round round;
    rc r = fund_appeal_of(c->tx, p->g.id, &p->appeal, c->arena);
    p->appealed = r == OK;
    if (r != OK && r != E_NOTFOUND)
        return r;
    TRY(fund_appeal_until(c->tx, &p->g, &p->until, c->arena));
    TRY(fund_round_get(c->tx, p->g.programme, &round, c->arena));
    p->result = round.phase > FUND_TALLY;
    if (p->until <= c->now || round.phase > FUND_TALLY)
        p->until = 0;
    return OK;
}

static rc gift_read(struct ctx *c)
{
    struct fund_gift_page p = {.spec = &appeal_in};
    TRY(gift_of_request(c, c->tx, &p.g));
    TRY(programme_get(c->tx, p.g.programme, &p.round, c->arena));
    TRY(fund_source_get(c->tx, p.g.source, &p.source, c->arena));
    TRY(fund_import_get(c->tx, p.g.import, &p.import, c->arena));
    TRY(fund_gift_min(c->tx, p.g.programme, &p.min));
    p.has_project = p.g.project != 0;
    if (p.has_project)
        TRY(fund_proposal_get(c->tx, p.g.project, &p.project, c->arena));
    p.why = fund_reason_of(p.g.reason);
    gift_code_show(p.g.code, p.code);
    TRY(fill_appeal(c, &p));
    view_fund_gift(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc proof_read(struct ctx *c)
{
    struct fund_gift g;
    TRY(gift_of_request(c, c->tx, &g));
    TRY(fund_gift_proof(c->tx, c->app, &g, &c->reply->body, c->arena));
    return reply_download(c, "application/json", STR("gift-proof.json"));
}

static rc appeal_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_gift g;
    id appeal;
    TRY(gift_of_request(c, tx, &g));
    str email = in_given(&c->in, "email") ? in_text(&c->in, "email") : STR_EMPTY;
    TRY(fund_appeal_open(&x, &g, in_text(&c->in, "words"), email, c->lang, &appeal));
    flash(c, N_("Your appeal has been handed in. Its state stands on this page."));
    return go_to(c, &g);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/gift",
     .perm = PUBLIC,
     .read = look_read,
     .summary = N_("Look up a gift by its receipt")},
    {.method = HTTP_POST,
     .path = "/fund/gift",
     .perm = PUBLIC,
     .in = &code_in,
     .write = code_write,
     .form = look_read,
     .summary = N_("Find a gift by its receipt code"),
     .flags = ROUTE_SIGN_IN | ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/fund/gift/receipt",
     .perm = PUBLIC,
     .in = &receipt_in,
     .write = receipt_write,
     .form = look_read,
     .summary = N_("Find a gift by the platform's receipt number"),
     .flags = ROUTE_SIGN_IN | ROUTE_IDEMPOTENT},
    {.method = HTTP_GET,
     .path = "/fund/gift/{code}",
     .perm = PUBLIC,
     .read = gift_read,
     .summary = N_("A gift: whether it counts, and why not"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_GET,
     .path = "/fund/gift/{code}/proof",
     .perm = PUBLIC,
     .read = proof_read,
     .summary = N_("The proof that a gift is in the public log"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/fund/gift/{code}/appeal",
     .perm = PUBLIC,
     .in = &appeal_in,
     .write = appeal_write,
     .form = gift_read,
     .summary = N_("Appeal about a gift that does not count"),
     .flags = ROUTE_SIGN_IN},
};
const struct route_table fund_gift_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
