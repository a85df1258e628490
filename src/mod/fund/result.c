/* The result of a tally over a round's gifts: who stands where, and the one text that is hashed and published. */
#include <stdlib.h>

#include "base/csv.h"
#include "mod/fund/publish.h"

enum { RESULTS_TEXT = 1 << 20 };

void fund_results_text(const struct fund_score_line *lines, size_t n, struct buf *out)
{
    BUF_SCOPED weight = BUF_INIT(64);
    buf_put(out, STR("number,donors,raised,counted,weight,match,total,capped,rank,chosen\n"));
    for (size_t i = 0; i < n; i++) {
        const struct fund_score_line *l = &lines[i];
        buf_clear(&weight);
        tally_put_u128(&weight, l->sums.weight);
        buf_printf(out, "%lld,%lld,%lld,%lld,%.*s,%lld,%lld,%d,%lld,%d\n", (long long)l->number,
                   (long long)l->sums.donors, (long long)l->sums.raised, (long long)l->sums.counted,
                   STR_ARG(buf_str(&weight)), (long long)l->sums.match, (long long)l->sums.total, l->sums.capped,
                   (long long)l->rank, l->chosen);
    }
}

/* The text and the hash of it, from the lines. */
static rc put_text(struct fund_outcome *o, struct arena *a)
{
    BUF_SCOPED text = BUF_INIT(RESULTS_TEXT);
    fund_results_text(o->lines, o->n, &text);
    TRY(buf_rc(&text));
    o->csv = arena_str(a, buf_str(&text));
    o->hash = sha256_hex_of(a, buf_str(&text));
    return arena_rc(a);
}

rc fund_outcome_sum(struct fund_outcome *o, struct arena *a)
{
    o->chosen = 0;
    o->raised = 0;
    for (size_t i = 0; i < o->n; i++) {
        o->chosen += o->lines[i].chosen;
        TRY(i64_add(o->raised, o->lines[i].sums.raised, &o->raised));
    }
    return put_text(o, a);
}

rc fund_outcome_of(const struct tally_gifts *g, const struct tally_result *t, int64_t places,
                   const struct fund_score_line *named, struct fund_outcome *out, struct arena *a)
{
    *out = (struct fund_outcome){.lines = ARENA_ARRAY(a, t->n + 1, struct fund_score_line),
                                 .n = t->n,
                                 .places = places,
                                 .gifts = (int64_t)g->n,
                                 .donors = g->n_donors,
                                 .outcome = t->outcome,
                                 .paid = t->paid,
                                 .unspent = t->unspent};
    if (!out->lines)
        return arena_rc(a);
    for (uint32_t i = 0; i < t->n; i++) {
        struct fund_score_line *l = &out->lines[i];
        *l = named[t->order[i]];
        l->sums = t->project[t->order[i]];
        l->rank = (int64_t)i + 1;
        l->chosen = l->rank <= places && l->sums.weight != 0;
    }
    return fund_outcome_sum(out, a);
}

rc fund_lines_named(struct tx *tx, id programme, struct fund_score_line **out, size_t *n, struct arena *a)
{
    struct fund_proposal *p;
    TRY(fund_proposals_at(tx, programme, FUND_SECOND, &p, n, a));
    *out = ARENA_ARRAY(a, *n + 1, struct fund_score_line);
    for (size_t i = 0; *out && i < *n; i++)
        (*out)[i] = (struct fund_score_line){
            .proposal = p[i].id, .number = p[i].number, .title = p[i].title, .title_en = p[i].title_en};
    return arena_rc(a);
}

rc fund_outcome_under(struct tx *tx, id programme, const struct fund_rules *rules, struct fund_outcome *out,
                      struct arena *a)
{
    struct fund_counted c;
    struct tally_result t;
    struct fund_score_line *named;
    size_t n;
    TRY(fund_gifts_counted(tx, programme, &c, a));
    TRY(fund_lines_named(tx, programme, &named, &n, a));
    TRY(tally(a, &c.columns, &rules->tally, &t, tx_err(tx)));
    TRY(fund_outcome_of(&c.columns, &t, rules->places, named, out, a));
    out->rules = rules->tally;
    return OK;
}

rc fund_outcome_now(struct tx *tx, const struct fund_round *r, struct fund_outcome *out, struct arena *a)
{
    struct fund_rules rules;
    TRY(fund_rules_of(tx, r, &rules, a));
    return fund_outcome_under(tx, r->programme, &rules, out, a);
}
