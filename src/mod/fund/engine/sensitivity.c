#include "mod/fund/engine/sensitivity.h"

#include "mod/fund/engine/tally_parts.h"

enum { PRESENT, GONE, SUBTRACTED, PAIRS_SUBTRACTED }; /* donors, while a question is answered */

struct sens_base {
    const struct tally_gifts *gifts;
    struct tally_rules rules;
    struct tally_table table;
    struct tally_result result;
    struct tally_by_donor by;
    struct tally_sums *sums; /* [n_projects]; QF, CQF and pairwise */
    struct tally_pairs pairs;
    uint8_t *gone; /* [n_donors] all PRESENT between questions */
    u128 *partial; /* [n_projects] scratch for tally_pairs_of */
};

static bool has_sums(const struct tally_rules *r)
{
    return r->method == TALLY_QF || r->method == TALLY_CQF || r->method == TALLY_PAIRWISE;
}

rc sens_begin(struct arena *a, const struct tally_gifts *g, const struct tally_rules *r, struct sens_base **out,
              struct err *err)
{
    struct sens_base *b = ARENA_NEW(a, struct sens_base);
    if (!b)
        return tally_no_memory(a, err);
    *b = (struct sens_base){.gifts = g, .rules = *r};
    TRY(tally_rules_check(r, err));
    TRY(tally_group(a, g, r, &b->table, err));
    TRY(tally_by_donor(a, &b->table, &b->by, err));
    TRY(tally_run(a, &b->table, r, &b->result, err));
    b->gone = ARENA_ARRAY(a, g->n_donors, uint8_t);
    b->sums = ARENA_ARRAY(a, g->n_projects, struct tally_sums);
    b->partial = ARENA_ARRAY(a, g->n_projects, u128);
    if (!b->gone || !b->sums || !b->partial)
        return tally_no_memory(a, err);
    for (uint32_t p = 0; has_sums(r) && p < g->n_projects; p++)
        TRY(tally_project_sums(&b->table, r, p, &b->sums[p], err));
    if (r->method == TALLY_PAIRWISE) {
        TRY(tally_pairs_begin(a, &b->table, r, &b->pairs, err));
        TRY(tally_pairs_weigh(a, &b->pairs, err));
    }
    *out = b;
    return OK;
}

const struct tally_result *sens_result(const struct sens_base *b)
{
    return &b->result;
}

/* ---- by what changes ---- */

/* Whether the sums of the base serve under the other rules. */
static bool same_sums(const struct tally_rules *x, const struct tally_rules *y)
{
    return has_sums(x) && has_sums(y) && (x->method == TALLY_PAIRWISE) == (y->method == TALLY_PAIRWISE) &&
           x->pairwise_a == y->pairwise_a && x->decimals == y->decimals && x->min == y->min && x->min_of == y->min_of &&
           x->clip_person == y->clip_person && x->clip_organisation == y->clip_organisation;
}

/* Takes one entry out of its project's sums. */
static void subtract(const struct sens_base *b, size_t entry, struct tally_sums *s)
{
    int64_t room[1], c = *tally_counted(&b->table, &b->rules, entry, 1, room);
    uint64_t root = tally_root(c);
    s->donors -= c != 0;
    s->raised -= b->table.amount[entry];
    s->counted -= c;
    s->roots -= root;
    s->rest -= ((u128)(uint64_t)c << 32) - (u128)root * root;
}

static void subtract_donors(struct sens_base *b, const struct sens_change *c, struct tally_sums *sums)
{
    for (size_t i = 0; i < c->n_without; i++) {
        uint32_t d = c->without[i];
        if (b->gone[d] == SUBTRACTED)
            continue; /* named twice */
        b->gone[d] = SUBTRACTED;
        for (size_t k = b->by.start[d]; k < b->by.start[d + 1]; k++)
            subtract(b, b->by.entry[k], &sums[b->by.project[k]]);
    }
}

/* Each donor leaves in turn, so that a pair of two who leave is taken out once. */
static void subtract_pairs(struct sens_base *b, const struct sens_change *c, u128 *raw)
{
    for (size_t i = 0; i < c->n_without; i++) {
        uint32_t d = c->without[i];
        if (b->gone[d] == PAIRS_SUBTRACTED)
            continue;
        b->gone[d] = PAIRS_SUBTRACTED;
        tally_pairs_presence(&b->pairs, d, false);
        tally_pairs_of(&b->pairs, d, false, b->partial);
        for (size_t k = b->by.start[d]; k < b->by.start[d + 1]; k++)
            raw[b->by.project[k]] -= 2 * b->partial[k - b->by.start[d]];
    }
    for (size_t i = 0; i < c->n_without; i++)
        tally_pairs_presence(&b->pairs, c->without[i], true);
}

static rc tally_changed(struct sens_base *b, struct arena *a, const struct sens_change *c,
                        const struct tally_rules *rules, struct sens_answer *out, struct err *err)
{
    uint32_t n = b->result.n;
    bool pairwise = rules->method == TALLY_PAIRWISE;
    struct tally_sums *sums = ARENA_ARRAY(a, n, struct tally_sums);
    u128 *raw = pairwise ? ARENA_ARRAY(a, n, u128) : NULL;
    out->result = (struct tally_result){.n = n, .project = ARENA_ARRAY(a, n, struct tally_project)};
    if (!sums || (pairwise && !raw) || !out->result.project)
        return tally_no_memory(a, err);
    if (n)
        memcpy(sums, b->sums, n * sizeof *sums);
    if (n && raw)
        memcpy(raw, b->pairs.raw, n * sizeof *raw);
    subtract_donors(b, c, sums);
    if (pairwise)
        subtract_pairs(b, c, raw);
    for (uint32_t p = 0; p < n; p++) {
        tally_project_set(&out->result.project[p], &sums[p]);
        out->result.project[p].weight = pairwise ? raw[p] >> 32 : tally_weight_of(rules, &sums[p]);
    }
    out->incremental = true;
    return tally_finish(a, &b->table, rules, &out->result, err);
}

/* ---- anew ---- */

static rc tally_anew(const struct sens_base *b, struct arena *a, const struct tally_rules *rules,
                     struct sens_answer *out, struct err *err)
{
    const struct tally_gifts *g = b->gifts;
    uint32_t *project = ARENA_ARRAY(a, g->n, uint32_t), *donor = ARENA_ARRAY(a, g->n, uint32_t);
    int64_t *amount = ARENA_ARRAY(a, g->n, int64_t);
    struct tally_gifts *left = ARENA_NEW(a, struct tally_gifts);
    if (!project || !donor || !amount || !left)
        return tally_no_memory(a, err);
    *left = *g;
    left->n = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (b->gone[g->donor[i]])
            continue;
        project[left->n] = g->project[i];
        donor[left->n] = g->donor[i];
        amount[left->n++] = g->amount[i];
    }
    left->project = project;
    left->donor = donor;
    left->amount = amount;
    return tally(a, left, rules, &out->result, err);
}

/* ---- the answer ---- */

/* Whether project p is among the first `line` that have a weight. */
static void mark_line(const struct tally_result *x, uint32_t line, uint8_t *in, uint8_t bit)
{
    for (uint32_t i = 0; i < line && i < x->n && x->project[x->order[i]].weight; i++)
        in[x->order[i]] |= bit;
}

enum { BEFORE = 1, NOW = 2 };

static rc compare(const struct sens_base *b, struct arena *a, uint32_t line, struct sens_answer *out, struct err *err)
{
    uint32_t n = b->result.n;
    uint8_t *in = ARENA_ARRAY(a, n, uint8_t);
    int64_t *change = ARENA_ARRAY(a, n, int64_t), gains = 0, losses = 0;
    uint32_t *enter = ARENA_ARRAY(a, n, uint32_t), *leave = ARENA_ARRAY(a, n, uint32_t);
    if (!in || !change || !enter || !leave)
        return tally_no_memory(a, err);
    for (uint32_t p = 0; p < n; p++) {
        change[p] = out->result.project[p].match - b->result.project[p].match;
        gains += change[p] > 0 ? change[p] : 0;
        losses -= change[p] < 0 ? change[p] : 0;
    }
    mark_line(&b->result, line, in, BEFORE);
    mark_line(&out->result, line, in, NOW);
    for (uint32_t i = 0; i < n; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a result has the order of its projects */
        if (in[out->result.order[i]] == NOW)
            enter[out->n_enter++] = out->result.order[i];
        if (in[b->result.order[i]] == BEFORE)
            leave[out->n_leave++] = b->result.order[i];
    }
    out->change = change;
    out->moved = gains > losses ? gains : losses;
    out->enter = enter;
    out->leave = leave;
    return OK;
}

static rc mark_gone(struct sens_base *b, const struct sens_change *c, struct sens_answer *out, struct err *err)
{
    for (size_t i = 0; i < c->n_without; i++)
        if (c->without[i] >= b->gifts->n_donors)
            return ERR(err, E_INVALID, "FND-120", N_("There is no such donor."));
    for (size_t i = 0; i < c->n_without; i++) {
        uint32_t d = c->without[i];
        for (size_t k = b->by.start[d]; !b->gone[d] && k < b->by.start[d + 1]; k++)
            out->gifts_removed += b->table.amount[b->by.entry[k]];
        b->gone[d] = GONE;
    }
    return OK;
}

rc sens_try(struct sens_base *b, struct arena *a, const struct sens_change *c, struct sens_answer *out, struct err *err)
{
    const struct tally_rules *rules = c->rules ? c->rules : &b->rules;
    *out = (struct sens_answer){0};
    TRY(tally_rules_check(rules, err));
    TRY(mark_gone(b, c, out, err));
    rc r = same_sums(&b->rules, rules) ? tally_changed(b, a, c, rules, out, err) : tally_anew(b, a, rules, out, err);
    for (size_t i = 0; i < c->n_without; i++)
        b->gone[c->without[i]] = PRESENT;
    return r == OK ? compare(b, a, c->line, out, err) : r;
}
