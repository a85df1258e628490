/* The published result of a round: the formula by a picture, figures, every line, the rules, proofs, CSV. */
#include "mod/fund/pages/pages_result.h"

#include "core/publiclog.h"
#include "result.view.h"

QUERY(fq_results_rounds, "i", "i",
      "SELECT t.programme FROM fund_tally t WHERE t.state = 'published' AND t.programme <> $1"
      " ORDER BY t.published DESC, t.programme DESC LIMIT 100");

static const char *const series[] = {N_("Raised"), N_("Matching")};
enum { SERIES = sizeof series / sizeof series[0] };

/* Titles are too long for labels; they stand in the table of all columns. */
static rc put_chart(struct ctx *c, struct fund_outcome_page *p)
{
    struct chart_row *rows = ARENA_ARRAY(c->arena, p->o.n + 1, struct chart_row);
    int64_t *v = ARENA_ARRAY(c->arena, SERIES * p->o.n + 1, int64_t);
    if (!rows || !v)
        return arena_rc(c->arena);
    for (size_t i = 0; i < p->o.n; i++, v += SERIES) {
        const struct fund_score_line *l = &p->o.lines[i];
        v[0] = l->sums.raised;
        v[1] = l->sums.match;
        rows[i] = (struct chart_row){arena_printf(c->arena, "%lld", (long long)l->number), v};
    }
    p->chart = (struct chart){.title = N_("Raised and matching by project"),
                              .kind = CHART_STACK,
                              .label = N_("No."),
                              .series = series,
                              .n_series = SERIES,
                              .rows = rows,
                              .n_rows = p->o.n,
                              .unit = UNIT_TWD,
                              .csv = STR_EMPTY};
    return arena_rc(c->arena);
}

static rc put_others(struct ctx *c, struct fund_outcome_page *p)
{
    id v[100];
    size_t n = 0;
    struct rows r;
    TRY(db_select(c->tx, &fq_results_rounds, VALS(v_int(p->round.r.programme)), &r));
    while (n < sizeof v / sizeof v[0] && rows_next(&r))
        v[n++] = row_int(&r, 0);
    TRY(rows_end(&r));
    p->others = ARENA_ARRAY(c->arena, n + 1, struct programme);
    if (!p->others)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n; i++)
        TRY(programme_get(c->tx, v[i], &p->others[i], c->arena));
    p->n_others = n;
    return OK;
}

static rc put_rules(struct ctx *c, struct fund_outcome_page *p)
{
    p->rules.hash = p->rules.proof = STR_EMPTY;
    p->has_rules = p->round.r.rules_hash.n > 0;
    if (!p->has_rules)
        return OK;
    p->rules.hash = p->round.r.rules_hash;
    p->rules.proof = arena_printf(c->arena, "/fund/results/%.*s/rules", STR_ARG(p->round.p.code));
    return fund_rules_of(c->tx, &p->round.r, &p->rules.rules, c->arena);
}

static rc show(struct ctx *c, struct fund_outcome_page *p)
{
    TRY(fund_tally_get(c->tx, p->round.r.programme, &p->tally, c->arena));
    TRY(put_rules(c, p));
    TRY(put_others(c, p));
    p->published = p->tally.state == FUND_TALLY_PUBLISHED;
    if (p->published) {
        TRY(fund_outcome_get(c->tx, p->round.r.programme, &p->o, c->arena));
        TRY(put_chart(c, p));
        TRY(fund_archive_shown(c, &p->round, &p->archive));
    }
    view_fund_outcome(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc latest_read(struct ctx *c)
{
    struct fund_outcome_page p = {0};
    struct programme round;
    id programme;
    rc r = fund_results_latest(c->tx, &programme);
    if (r == OK) {
        TRY(programme_get(c->tx, programme, &round, c->arena));
        TRY(fund_round_shown(c, round.code, &p.round));
        return show(c, &p);
    }
    if (r != E_NOTFOUND)
        return r;
    r = fund_round_shown(c, STR_EMPTY, &p.round);
    return r == E_NOTFOUND ? fund_no_round(c) : r == OK ? show(c, &p) : r;
}

static rc round_of_path(struct ctx *c, struct fund_round_shown *out)
{
    return fund_round_shown(c, request_param(c->req, "code"), out);
}

static rc results_read(struct ctx *c)
{
    struct fund_outcome_page p = {0};
    TRY(round_of_path(c, &p.round));
    return show(c, &p);
}

/* Exactly the bytes whose hash is in the public log, so without the mark that spreadsheets like. */
static rc file_read(struct ctx *c)
{
    struct fund_round_shown round;
    struct fund_outcome o;
    TRY(round_of_path(c, &round));
    TRY(fund_outcome_get(c->tx, round.r.programme, &o, c->arena));
    buf_put(&c->reply->body, o.csv);
    return reply_download(c, "text/csv; charset=utf-8", STR("results.csv"));
}

static rc proof_read(struct ctx *c)
{
    struct fund_round_shown round;
    struct fund_tally t;
    TRY(round_of_path(c, &round));
    TRY(fund_tally_get(c->tx, round.r.programme, &t, c->arena));
    if (t.state != FUND_TALLY_PUBLISHED)
        return ERR(&c->err, E_NOTFOUND, "FND-602", N_("The result of this round is not published yet."));
    TRY(log_proof_json(c->tx, t.log_entry, &c->reply->body, c->arena));
    return reply_download(c, "application/json", STR("result-proof.json"));
}

static rc rules_read(struct ctx *c)
{
    struct fund_round_shown round;
    TRY(round_of_path(c, &round));
    if (round.r.rules_entry == 0)
        return ERR(&c->err, E_NOTFOUND, "FND-601",
                   N_("The rules of the tally are fixed when the crowdfunding begins."));
    TRY(log_proof_json(c->tx, round.r.rules_entry, &c->reply->body, c->arena));
    return reply_download(c, "application/json", STR("rules-proof.json"));
}

#define PAGE(path_, read_, summary_)                                                                                   \
    {                                                                                                                  \
        .method = HTTP_GET, .path = path_, .perm = PUBLIC, .read = read_, .summary = summary_                          \
    }
static const struct route routes[] = {
    PAGE("/fund/results", latest_read, N_("The latest result of a crowdfunding")),
    PAGE("/fund/results/{code}", results_read, N_("The result of a round's crowdfunding")),
    PAGE("/fund/results/{code}/file", file_read, N_("The result of a round as CSV")),
    PAGE("/fund/results/{code}/proof", proof_read, N_("Proof that a result is in the public log")),
    PAGE("/fund/results/{code}/rules", rules_read, N_("Proof that the rules of a tally are in the public log")),
};
const struct route_table fund_result_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
