/* A round's archive: download, hash, how to verify it, its proof. */
#include "mod/fund/pages/pages_archive.h"

#include "archive.view.h"
#include "core/document.h"
#include "core/publiclog.h"
#include "mod/fund/archive/archive_tables.h"

rc fund_archive_shown(const struct ctx *c, const struct fund_round_shown *round, struct fund_archive_shown *out)
{
    struct tally_rules rules;
    struct log_status log;
    *out = (struct fund_archive_shown){.round = round,
                                       .back = arena_printf(c->arena, "/fund/results/%.*s", STR_ARG(round->p.code))};
    rc found = fund_archive_latest(c->tx, round->r.programme, &out->a, c->arena);
    if (found == E_NOTFOUND) {
        err_clear(tx_err(c->tx));
        return OK;
    }
    TRY(found);
    TRY(log_status(c->tx, &log, c->arena));
    TRY(tally_rules_read(c->arena, round->r.rules, &rules, tx_err(c->tx)));
    out->there = true;
    out->file = arena_printf(c->arena, "%.*s.zip", STR_ARG(round->p.code));
    out->command = arena_printf(c->arena, "rise fund verify %.*s --vkey %.*s", STR_ARG(out->file), STR_ARG(log.vkey));
    out->linked = archive_links_donors(rules.method);
    return OK;
}

static rc page_read(struct ctx *c)
{
    struct fund_round_shown round;
    struct fund_archive_shown shown;
    TRY(fund_round_shown(c, request_param(c->req, "code"), &round));
    TRY(fund_archive_shown(c, &round, &shown));
    view_fund_archive(&c->reply->body, c, &shown);
    return reply_page(c, 200);
}

static rc latest(const struct ctx *c, struct fund_archive *out)
{
    struct fund_round_shown round;
    TRY(fund_round_shown(c, request_param(c->req, "code"), &round));
    return fund_archive_latest(c->tx, round.r.programme, out, c->arena);
}

static rc archive_file_read(struct ctx *c)
{
    struct fund_archive a;
    struct document d;
    TRY(latest(c, &a));
    TRY(document_get(c->tx, a.document, &d, c->arena));
    return document_reply(c, &d);
}

static rc proof_read(struct ctx *c)
{
    struct fund_archive a;
    TRY(latest(c, &a));
    TRY(log_proof_json(c->tx, a.log_entry, &c->reply->body, c->arena));
    return reply_download(c, "application/json", STR("archive-proof.json"));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/results/{code}/archive",
     .perm = PUBLIC,
     .read = page_read,
     .summary = N_("Archive of a round, and how to verify it")},
    {.method = HTTP_GET,
     .path = "/fund/results/{code}/archive/file",
     .perm = PUBLIC,
     .read = archive_file_read,
     .summary = N_("Archive of a round as a file")},
    {.method = HTTP_GET,
     .path = "/fund/results/{code}/archive/proof",
     .perm = PUBLIC,
     .read = proof_read,
     .summary = N_("Proof that an archive's hash is in the public log")},
};
const struct route_table fund_archive_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
