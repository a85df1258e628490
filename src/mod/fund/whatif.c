/* A question to a round's gifts, and its answer. */
#include "mod/fund/whatif_base.h"

static bool named(const struct whatif_set *s, const str *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(names[i], str_of(s->group.name)))
            return true;
    return false;
}

/* The donors of the groups that are named, each once. */
static rc collect(struct arena *a, const struct whatif_base *b, const struct whatif_question *q, uint32_t **out,
                  size_t *n)
{
    uint8_t *taken = ARENA_ARRAY(a, b->gifts.columns.n_donors + 1, uint8_t);
    *out = ARENA_ARRAY(a, b->gifts.columns.n_donors + 1, uint32_t);
    *n = 0;
    for (size_t s = 0; taken && *out && s < b->n_sets; s++) {
        if (!named(&b->sets[s], q->without, q->n_without))
            continue;
        for (size_t k = 0; k < b->sets[s].n; k++) {
            uint32_t d = b->sets[s].donor[k];
            if (!taken[d])
                (*out)[(*n)++] = d;
            taken[d] = 1;
        }
    }
    return arena_rc(a);
}

static rc copy_title(struct arena *a, struct whatif_line *l, const struct fund_score_line *from)
{
    l->proposal = from->proposal;
    l->number = from->number;
    l->title = arena_str(a, from->title);
    l->title_en = arena_str(a, from->title_en);
    return arena_rc(a);
}

/* Lines by rank now; above the line is who is among the first and has a weight. */
static rc put_lines(struct arena *a, const struct whatif_base *b, const struct sens_answer *s,
                    struct whatif_answer *out)
{
    const struct tally_result *before = sens_result(b->sens), *now = &s->result;
    int64_t *rank = ARENA_ARRAY(a, now->n + 1, int64_t);
    out->n = now->n;
    out->lines = ARENA_ARRAY(a, now->n + 1, struct whatif_line);
    if (!rank || !out->lines)
        return arena_rc(a);
    for (uint32_t i = 0; i < before->n; i++)
        rank[before->order[i]] = (int64_t)i + 1;
    for (uint32_t i = 0; i < now->n; i++) {
        uint32_t p = now->order[i];
        struct whatif_line *l = &out->lines[i];
        TRY(copy_title(a, l, &b->named[p]));
        l->before = before->project[p];
        l->now = now->project[p];
        l->rank_before = rank[p];
        l->rank_now = (int64_t)i + 1;
        l->in_before = l->rank_before <= out->line && l->before.weight != 0;
        l->in_now = l->rank_now <= out->line && l->now.weight != 0;
    }
    return OK;
}

static rc put_groups(struct arena *a, const struct whatif_base *b, struct whatif_answer *out)
{
    out->n_groups = b->n_sets;
    out->groups = ARENA_ARRAY(a, b->n_sets + 1, struct whatif_group);
    for (size_t i = 0; out->groups && i < b->n_sets; i++)
        out->groups[i] = b->sets[i].group;
    return arena_rc(a);
}

static rc answer(struct arena *a, const struct whatif_base *b, const struct whatif_question *q,
                 struct whatif_answer *out, struct err *err)
{
    struct sens_answer s;
    uint32_t *without;
    size_t n;
    *out = (struct whatif_answer){.rules = b->rules,
                                  .fixed = b->fixed,
                                  .asked = q->rules ? *q->rules : b->rules.tally,
                                  .line = q->line > 0 ? q->line : b->rules.places,
                                  .donors = b->gifts.columns.n_donors,
                                  .gifts = (int64_t)b->gifts.columns.n};
    TRY(collect(a, b, q, &without, &n));
    struct sens_change c = {.without = without, .n_without = n, .rules = &out->asked, .line = (uint32_t)out->line};
    TRY(whatif_try(b, a, &c, &s, err));
    TRY(put_lines(a, b, &s, out));
    out->enter = s.n_enter;
    out->leave = s.n_leave;
    out->moved = s.moved;
    out->donors_removed = (int64_t)n;
    out->removed = s.gifts_removed;
    out->outcome = s.result.outcome;
    out->paid = s.result.paid;
    out->unspent = s.result.unspent;
    return put_groups(a, b, out);
}

rc whatif_ask(struct tx *tx, const struct fund_round *r, const struct whatif_question *q, struct whatif_answer *out,
              struct arena *a)
{
    const struct whatif_base *b;
    TRY(whatif_base_get(tx, r, &b, a));
    rc e = answer(a, b, q, out, tx_err(tx));
    whatif_base_done();
    return e;
}

static rc outcome(struct arena *a, const struct whatif_base *b, struct fund_outcome *out)
{
    TRY(fund_outcome_of(&b->gifts.columns, sens_result(b->sens), b->rules.places, b->named, out, a));
    out->rules = b->rules.tally;
    for (size_t i = 0; i < out->n; i++) {
        out->lines[i].title = arena_str(a, out->lines[i].title);
        out->lines[i].title_en = arena_str(a, out->lines[i].title_en);
    }
    return arena_rc(a);
}

rc whatif_outcome(struct tx *tx, const struct fund_round *r, struct fund_outcome *out, struct arena *a)
{
    const struct whatif_base *b;
    TRY(whatif_base_get(tx, r, &b, a));
    rc e = outcome(a, b, out);
    whatif_base_done();
    return e;
}

/* ---- all methods side by side ---- */

static const struct {
    enum tally_method method;
    enum tally_weight weight;
} methods[WHATIF_METHODS] = {{TALLY_QF, TALLY_S2},   {TALLY_QF, TALLY_S2C},       {TALLY_QF, TALLY_S},
                             {TALLY_CQF, TALLY_S2C}, {TALLY_PAIRWISE, TALLY_S2C}, {TALLY_COCM, TALLY_S2C}};
const char *const whatif_method_labels[WHATIF_METHODS] = {
    N_("QF, S²"), N_("QF, S² − C"), N_("QF, S"), N_("Capital-constrained"), N_("Pairwise"), N_("Cluster match")};

struct tally_rules whatif_rules(const struct tally_rules *like, enum tally_method m, enum tally_weight w,
                                int64_t pairwise_a)
{
    struct tally_rules r = tally_rules_default(m);
    r.pool = like->pool;
    r.cap = like->cap;
    r.min = like->min;
    r.min_of = like->min_of;
    r.clip_person = like->clip_person;
    r.clip_organisation = like->clip_organisation;
    r.pairwise_a = m == TALLY_PAIRWISE ? pairwise_a : r.pairwise_a;
    r.weight = m == TALLY_QF ? w : TALLY_S2C;
    r.saturation = m == TALLY_CQF || (m == TALLY_QF && w == TALLY_S) ? TALLY_SCALE : like->saturation;
    return r;
}

static rc one_method(struct arena *a, const struct whatif_base *b, const struct whatif_question *q, int m,
                     struct whatif_methods *out)
{
    struct tally_rules rules = whatif_rules(&out->base.asked, methods[m].method, methods[m].weight, q->pairwise_a);
    struct whatif_question other = *q;
    struct whatif_answer x;
    struct err unusable = {0};
    other.rules = &rules;
    rc r = answer(a, b, &other, &x, &unusable);
    out->usable[m] = r == OK;
    if (r == E_LIMIT) /* past the method's sizes: its column stays empty */
        return OK;
    TRY(r);
    for (size_t i = 0; i < x.n; i++)
        for (size_t k = 0; k < out->base.n; k++)
            if (out->base.lines[k].proposal == x.lines[i].proposal) {
                out->match[k][m] = x.lines[i].now.match;
                out->rank[k][m] = x.lines[i].rank_now;
            }
    return OK;
}

static rc all_methods(struct arena *a, const struct whatif_base *b, const struct whatif_question *q,
                      struct whatif_methods *out, struct err *err)
{
    TRY(answer(a, b, q, &out->base, err));
    out->match = arena_array(a, out->base.n + 1, sizeof *out->match);
    out->rank = arena_array(a, out->base.n + 1, sizeof *out->rank);
    if (!out->match || !out->rank)
        return arena_rc(a);
    for (int m = 0; m < WHATIF_METHODS; m++)
        TRY(one_method(a, b, q, m, out));
    return OK;
}

rc whatif_methods(struct tx *tx, const struct fund_round *r, const struct whatif_question *q,
                  struct whatif_methods *out, struct arena *a)
{
    const struct whatif_base *b;
    *out = (struct whatif_methods){0};
    TRY(whatif_base_get(tx, r, &b, a));
    rc e = all_methods(a, b, q, out, tx_err(tx));
    whatif_base_done();
    return e;
}
