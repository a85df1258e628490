/* The office's page of a tally: the rules as fixed, the result as it is now, who proposes and who publishes it. */
#include "mod/fund/pages/pages_gift.h"
#include "mod/fund/pages/pages_result.h"
#include "mod/fund/review.h"

#include "tally.view.h"

INPUT(round_in, FUND_ROUND_FIELD);
#define ROUND_NEEDED                                                                                                   \
    {                                                                                                                  \
        .name = "round", .type = F_TEXT, .required = true, .max = 40, .label = N_("Round")                             \
    }
INPUT(propose_in, ROUND_NEEDED,
      {.name = "hash", .type = F_TEXT, .required = true, .max = 64, .label = N_("SHA-256 of the result")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = FUND_REASON_MAX,
       .label = N_("What was examined"),
       .hint = N_("Suspicious groups, appeals, sensitivity. It stands on the public page.")});
INPUT(publish_in, ROUND_NEEDED);
INPUT(withdraw_in, ROUND_NEEDED,
      {.name = "reason", .type = F_LINES, .required = true, .max = FUND_REASON_MAX, .label = N_("Reason")});

static rc no_result(struct ctx *c, struct fund_tally_page *p, rc r)
{
    if (r != E_CONFLICT)
        return r;
    BUF_SCOPED text = BUF_INIT(4096);
    tr_err(&text, c->lang, &tx_err(c->tx)->main);
    p->trouble = arena_str(c->arena, buf_str(&text));
    err_clear(tx_err(c->tx));
    return OK;
}

/* What the parameters say now that differs from what was fixed. */
static rc put_changes(struct ctx *c, struct fund_tally_page *p)
{
    struct fund_rules now;
    struct fund_rule_row a[FUND_RULE_ROWS], b[FUND_RULE_ROWS];
    rc r = fund_rules_in_force(c->tx, p->round.r.programme, &now, c->arena);
    if (r == E_CONFLICT) {
        err_clear(tx_err(c->tx));
        return OK;
    }
    TRY(r);
    int n_a = fund_rule_rows(c, &p->rules.rules, a), n_b = fund_rule_rows(c, &now, b);
    for (int i = 0; i < n_a; i++)
        for (int k = 0; k < n_b; k++)
            if (a[i].label == b[k].label && !str_eq(a[i].value, b[k].value))
                p->changes[p->n_changes++] = (struct fund_rule_change){a[i].label, a[i].value, b[k].value};
    return OK;
}

static rc put_rules(struct ctx *c, struct fund_tally_page *p)
{
    p->preview = p->round.r.rules_hash.n == 0;
    p->rules.hash = p->round.r.rules_hash;
    p->rules.proof =
        p->preview ? STR_EMPTY : arena_printf(c->arena, "/fund/results/%.*s/rules", STR_ARG(p->round.p.code));
    if (p->preview)
        return no_result(c, p, fund_rules_now(c->tx, &p->round.r, &p->rules.rules, c->arena));
    TRY(fund_rules_of(c->tx, &p->round.r, &p->rules.rules, c->arena));
    return put_changes(c, p);
}

static rc put_result(struct ctx *c, struct fund_tally_page *p)
{
    id programme = p->round.r.programme;
    TRY(fund_tally_get(c->tx, programme, &p->tally, c->arena));
    TRY(fund_blockers(c->tx, programme, &p->blockers));
    p->counting = p->round.r.phase == FUND_TALLY;
    p->blocked = fund_blocked(&p->blockers, c->now);
    if (p->trouble.n > 0)
        return OK;
    if (p->tally.state == FUND_TALLY_PUBLISHED)
        return fund_outcome_get(c->tx, programme, &p->o, c->arena);
    TRY(no_result(c, p, whatif_outcome(c->tx, &p->round.r, &p->o, c->arena)));
    p->differs = p->tally.state == FUND_TALLY_PROPOSED && !str_eq(p->tally.hash, p->o.hash);
    return OK;
}

static rc tally_read(struct ctx *c)
{
    struct fund_tally_page p = {.propose = &propose_in, .withdraw = &withdraw_in, .trouble = STR_EMPTY};
    bool done;
    rc r = fund_gift_round(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(put_rules(c, &p));
    TRY(put_result(c, &p));
    view_fund_tally(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc target(struct tx *tx, struct ctx *c, struct programme *out)
{
    return programme_by_code(tx, in_text(&c->in, "round"), out, c->arena);
}

static rc back(struct ctx *c, const struct programme *p, const char *note)
{
    flash(c, note);
    return go(c, "/fund/office/tally?round=%.*s", STR_ARG(p->code));
}

static rc propose_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    TRY(target(tx, c, &p));
    TRY(fund_tally_propose(&x, p.id, in_text(&c->in, "hash"), in_text(&c->in, "reason")));
    return back(c, &p, N_("The result is proposed. Another officer has to publish it."));
}

static rc publish_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    TRY(target(tx, c, &p));
    TRY(fund_tally_publish(&x, p.id));
    return back(c, &p, N_("The result is published. The chosen teams have been told."));
}

static rc withdraw_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    TRY(target(tx, c, &p));
    TRY(fund_tally_withdraw(&x, p.id, in_text(&c->in, "reason")));
    return back(c, &p, N_("The proposed result is withdrawn."));
}

#define DECISION(path_, in_, write_, summary_)                                                                         \
    {                                                                                                                  \
        .method = HTTP_POST, .path = path_, .perm = DECIDES, .in = in_, .write = write_, .form = tally_read,           \
        .summary = summary_                                                                                            \
    }
static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/tally",
     .perm = OFFICE,
     .in = &round_in,
     .read = tally_read,
     .summary = N_("The tally of a round: rules, result, who publishes it")},
    DECISION("/fund/office/tally/propose", &propose_in, propose_write, N_("Propose the result of a round")),
    DECISION("/fund/office/tally/publish", &publish_in, publish_write, N_("Publish the result as another officer")),
    DECISION("/fund/office/tally/withdraw", &withdraw_in, withdraw_write, N_("Withdraw a proposed result")),
};
const struct route_table fund_tally_routes = {"fund", routes, sizeof routes / sizeof routes[0]};
