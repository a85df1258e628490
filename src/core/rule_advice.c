/* What is missing, what to ask next, what would have to change. */
#include "base/vec.h"
#include "core/rule_impl.h"

enum {
    TRIALS_MATTER = 4096,  /* evaluations to find out whether a fact matters; past it, it does */
    TRIALS_CHANGE = 30000, /* evaluations to look for the smallest change */
    CHANGE_FACTS = 3,
};

/* ---- missing facts ---- */

static void copy_values(const struct rule_run *x, struct val *to)
{
    memcpy(to, x->value, sizeof x->value);
}

/* Next combination of values (unknown, then each candidate) for the facts listed; false after the last. */
static bool next_combination(const struct rule_run *x, const size_t *facts, size_t n, size_t *at, struct val *value)
{
    for (size_t i = 0; i < n; i++) {
        const struct candidates *c = &x->candidates[facts[i]];
        if (at[i] < c->n) {
            value[facts[i]] = c->v[at[i]++];
            return true;
        }
        at[i] = 0;
        value[facts[i]] = v_null();
    }
    return false;
}

/* Does the criterion's verdict ever depend on fact f, whatever the other unknown facts turn out to be? */
static rc matters(struct rule_run *x, size_t c, size_t f, const size_t *others, size_t n_others, bool *out)
{
    size_t at[RULE_FACTS_MAX] = {0}, trials = 0;
    struct val value[RULE_FACTS_MAX];
    copy_values(x, value);
    *out = x->candidates[f].n == 0;
    do {
        enum verdict unknown, v;
        value[f] = v_null();
        TRY(rule_criterion(x, c, value, &unknown));
        for (size_t i = 0; i < x->candidates[f].n && !*out; i++) {
            value[f] = x->candidates[f].v[i];
            TRY(rule_criterion(x, c, value, &v));
            *out = v != unknown;
        }
        trials += x->candidates[f].n + 1;
        if (trials > TRIALS_MATTER)
            *out = true;
    } while (!*out && next_combination(x, others, n_others, at, value));
    return OK;
}

static rc missing_in(struct rule_run *x, size_t c, struct criterion_result *out)
{
    size_t unknown[RULE_FACTS_MAX], n = 0;
    for (size_t f = 0; f < x->rule->n_facts; f++) {
        if (x->uses[c][f] && x->value[f].type == VAL_NULL)
            unknown[n++] = f;
    }
    for (size_t i = 0; i < n && out->n_missing < RULE_MISSING_MAX; i++) {
        size_t others[RULE_FACTS_MAX], n_others = 0;
        bool yes;
        for (size_t k = 0; k < n; k++) {
            if (k != i)
                others[n_others++] = unknown[k];
        }
        TRY(matters(x, c, unknown[i], others, n_others, &yes));
        if (yes)
            out->missing[out->n_missing++] = x->names[unknown[i]];
    }
    return OK;
}

rc rule_missing(struct rule_run *x, struct criterion_result *each)
{
    for (size_t c = 0; c < x->n; c++) {
        if (each[c].verdict == UNKNOWN)
            TRY(missing_in(x, c, &each[c]));
    }
    return OK;
}

/* ---- the next question ---- */

/* Of 1000 answers, how many would decide this criterion? */
static rc decides(struct rule_run *x, size_t c, size_t f, int64_t *out)
{
    struct val value[RULE_FACTS_MAX];
    int64_t decided = 0;
    const struct candidates *list = &x->candidates[f];
    copy_values(x, value);
    for (size_t i = 0; i < list->n; i++) {
        enum verdict v;
        value[f] = list->v[i];
        TRY(rule_criterion(x, c, value, &v));
        decided += v != UNKNOWN;
    }
    *out = list->n ? 1000 * decided / (int64_t)list->n : 0;
    return OK;
}

static bool is_missing(const struct criterion_result *each, const char *name)
{
    for (int i = 0; i < each->n_missing; i++) {
        if (each->missing[i] == name)
            return true;
    }
    return false;
}

rc rule_next_question(struct rule_run *x, const struct criterion_result *each, const char **out)
{
    int64_t best = -1;
    *out = NULL;
    for (size_t f = 0; f < x->rule->n_facts; f++) {
        int64_t sum = -1;
        for (size_t c = 0; c < x->n; c++) {
            int64_t part;
            if (x->verdict[c] != UNKNOWN || !is_missing(&each[c], x->names[f]))
                continue;
            TRY(decides(x, c, f, &part));
            sum = (sum < 0 ? 0 : sum) + part;
        }
        if (sum > best) {
            best = sum;
            *out = x->names[f];
        }
    }
    return OK;
}

/* ---- the smallest change ---- */

struct search {
    struct rule_run *x;
    size_t facts[CHANGE_FACTS], n; /* the set being tried */
    struct val value[RULE_FACTS_MAX];
    long trials;
    bool found;
    double best; /* distance */
    size_t best_facts[CHANGE_FACTS], best_n;
    struct val best_value[CHANGE_FACTS];
};

static bool same_value(struct val a, struct val b)
{
    if (a.type != b.type)
        return false;
    return a.type == VAL_TEXT ? str_eq(a.s, b.s) : a.i == b.i;
}

static double magnitude(int64_t v)
{
    return v < 0 ? -(double)v : (double)v;
}

static double distance(struct val from, struct val to)
{
    if (from.type == VAL_NULL)
        return 0;
    if (from.type == VAL_TEXT)
        return 1;
    double base = magnitude(from.i), way = (double)to.i - (double)from.i;
    return (way < 0 ? -way : way) / (base < 1 ? 1 : base);
}

static bool touched(const struct search *s, size_t c)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->x->uses[c][s->facts[i]])
            return true;
    }
    return false;
}

/* A criterion that does not pass and uses none of these facts cannot be helped by them. */
static bool hopeless(const struct search *s)
{
    for (size_t c = 0; c < s->x->n; c++) {
        if (s->x->verdict[c] != PASS && !touched(s, c))
            return true;
    }
    return false;
}

static rc passes(struct search *s, bool *out)
{
    *out = true;
    for (size_t c = 0; c < s->x->n && *out; c++) {
        enum verdict v;
        if (!touched(s, c))
            continue;
        s->trials++;
        TRY(rule_criterion(s->x, c, s->value, &v));
        *out = v == PASS;
    }
    return OK;
}

static void remember(struct search *s, double far)
{
    s->found = true;
    s->best = far;
    s->best_n = s->n;
    for (size_t i = 0; i < s->n; i++) {
        s->best_facts[i] = s->facts[i];
        s->best_value[i] = s->value[s->facts[i]];
    }
}

/* All combinations of new values for the chosen facts, nothing farther than the best known. */
static rc try_values(struct search *s, size_t depth, double far)
{
    if ((s->found && far >= s->best) || s->trials > TRIALS_CHANGE)
        return OK;
    if (depth == s->n) {
        bool yes;
        TRY(passes(s, &yes));
        if (yes)
            remember(s, far);
        return OK;
    }
    size_t f = s->facts[depth];
    const struct candidates *list = &s->x->candidates[f];
    for (size_t i = 0; i < list->n; i++) {
        if (same_value(s->x->value[f], list->v[i]))
            continue;
        s->value[f] = list->v[i];
        TRY(try_values(s, depth + 1, far + distance(s->x->value[f], list->v[i])));
    }
    s->value[f] = s->x->value[f];
    return OK;
}

/* All sets of `size` facts that a person could change. */
static rc try_sets(struct search *s, size_t from, size_t size)
{
    if (s->n == size)
        return hopeless(s) ? OK : try_values(s, 0, 0);
    for (size_t f = from; f < s->x->rule->n_facts; f++) {
        if (s->x->rule->facts[f].fixed || s->x->candidates[f].n == 0)
            continue;
        s->facts[s->n++] = f;
        TRY(try_sets(s, f + 1, size));
        s->n--;
    }
    return OK;
}

static rc write_changes(const struct search *s, struct change **out, size_t *n)
{
    *out = ARENA_ARRAY(s->x->arena, s->best_n + 1, struct change);
    if (!*out)
        return arena_rc(s->x->arena);
    *n = s->best_n;
    for (size_t i = 0; i < s->best_n; i++) {
        size_t f = s->best_facts[i];
        struct val was = s->x->value[f], to = s->best_value[i];
        (*out)[i] = (struct change){.fact = s->x->names[f],
                                    .from = was.type == VAL_INT ? was.i : 0,
                                    .to = to.type == VAL_INT ? to.i : 0,
                                    .was_unknown = was.type == VAL_NULL,
                                    .from_text = was.type == VAL_TEXT ? was.s : STR_EMPTY,
                                    .to_text = to.type == VAL_TEXT ? to.s : STR_EMPTY};
    }
    return OK;
}

rc rule_smallest_change(struct rule_run *x, struct change **out, size_t *n)
{
    struct search s = {.x = x};
    copy_values(x, s.value);
    *out = NULL;
    *n = 0;
    for (size_t size = 1; size <= CHANGE_FACTS && !s.found; size++)
        TRY(try_sets(&s, 0, size));
    return s.found ? write_changes(&s, out, n) : OK;
}
