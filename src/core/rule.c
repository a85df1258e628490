#include "core/rule.h"

#include "core/rule_impl.h"

/* Repeats what is wrong with an expression as an error of the field named like its criterion. */
static rc blame(struct err *err, const struct criterion *c, const struct err *why, rc code)
{
    if (why->code == OK)
        return code;
    (void)err_field(err, c->code, why->main.code, why->main.msgid, why->main.arg, why->main.n_args);
    return code;
}

static rc prepare(struct rule_run *x, const struct criterion *c)
{
    struct err why = {0};
    rc code = expr_new(x->names, x->rule->n_facts, str_of(c->expr), &x->expr[x->n], &why);
    if (code != OK)
        return blame(x->err, c, &why, code);
    x->criterion[x->n++] = c;
    return OK;
}

static bool in_force(const struct criterion *c, day on)
{
    return (c->from == 0 || on >= c->from) && (c->until == 0 || on < c->until);
}

static void run_end(struct rule_run *x)
{
    for (size_t i = 0; i < x->n; i++)
        expr_free(x->expr[i]);
}

#define RULE_RUN_SCOPED __attribute__((cleanup(run_end))) struct rule_run

static rc run_begin(struct rule_run *x, const struct rule *r, struct err *err)
{
    if (r->n_facts > RULE_FACTS_MAX || r->n_criteria > RULE_CRITERIA_MAX)
        return ERR(err, E_LIMIT, "RUL-002", N_("The rule has too many criteria or facts."));
    x->rule = r;
    x->err = err;
    for (size_t i = 0; i < r->n_facts; i++)
        x->names[i] = r->facts[i].name;
    return OK;
}

rc rule_check(const struct rule *r, struct err *err)
{
    RULE_RUN_SCOPED x = {0};
    TRY(run_begin(&x, r, err));
    for (size_t i = 0; i < r->n_criteria; i++)
        TRY(prepare(&x, &r->criteria[i]));
    return OK;
}

rc rule_criterion(struct rule_run *x, size_t c, const struct val *value, enum verdict *out)
{
    enum expr_truth truth = EXPR_UNKNOWN;
    struct err why = {0};
    rc code = expr_run(x->expr[c], value, &truth, &why);
    if (code != OK)
        return blame(x->err, x->criterion[c], &why, code);
    *out = truth == EXPR_UNKNOWN ? UNKNOWN : truth == EXPR_TRUE ? PASS : FAIL;
    return OK;
}

/* Facts the rule does not know are ignored: callers may pass all they have. */
static void take_facts(struct rule_run *x, const struct fact *facts, size_t n)
{
    for (size_t f = 0; f < x->rule->n_facts; f++) {
        for (size_t i = 0; i < n; i++) {
            if (facts[i].known && strcmp(facts[i].name, x->names[f]) == 0)
                x->value[f] = x->rule->facts[f].type == FACT_TEXT ? v_text(facts[i].s) : v_int(facts[i].i);
        }
    }
}

static enum verdict overall(const struct rule_run *x)
{
    enum verdict all = PASS;
    for (size_t c = 0; c < x->n; c++) {
        if (x->verdict[c] == FAIL)
            return FAIL;
        if (x->verdict[c] == UNKNOWN)
            all = UNKNOWN;
    }
    return all;
}

rc rule_eval(const struct rule *r, const struct fact *facts, size_t n, day on, struct arena *a, struct rule_result *out,
             struct err *err)
{
    RULE_RUN_SCOPED x = {.arena = a};
    TRY(run_begin(&x, r, err));
    for (size_t i = 0; i < r->n_criteria; i++) {
        if (in_force(&r->criteria[i], on))
            TRY(prepare(&x, &r->criteria[i]));
    }
    take_facts(&x, facts, n);
    TRY(rule_candidates(&x));
    *out = (struct rule_result){.each = ARENA_ARRAY(a, x.n + 1, struct criterion_result), .n = x.n};
    if (!out->each)
        return arena_rc(a);
    for (size_t c = 0; c < x.n; c++) {
        TRY(rule_criterion(&x, c, x.value, &x.verdict[c]));
        out->each[c] = (struct criterion_result){.criterion = x.criterion[c], .verdict = x.verdict[c]};
    }
    out->verdict = overall(&x);
    TRY(rule_missing(&x, out->each));
    if (out->verdict == UNKNOWN)
        TRY(rule_next_question(&x, out->each, &out->next_question));
    if (out->verdict != PASS)
        TRY(rule_smallest_change(&x, &out->changes, &out->n_changes));
    return OK;
}
