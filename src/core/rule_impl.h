/* What rule.c and rule_advice.c share: a rule on one day with its expressions prepared. Not for others. */
#ifndef RISE_CORE_RULE_IMPL_H
#define RISE_CORE_RULE_IMPL_H

#include "core/rule.h"
#include "db/rule_eval.h"

struct candidates { /* values worth trying for one fact, ascending, no two alike */
    struct val *v;
    size_t n;
};

struct rule_run {
    const struct rule *rule;
    const char *names[RULE_FACTS_MAX];
    struct val value[RULE_FACTS_MAX]; /* as known; VAL_NULL: unknown */
    const struct criterion *criterion[RULE_CRITERIA_MAX];
    struct expr *expr[RULE_CRITERIA_MAX];
    bool uses[RULE_CRITERIA_MAX][RULE_FACTS_MAX];
    enum verdict verdict[RULE_CRITERIA_MAX]; /* with the values as known */
    size_t n;                                /* criteria in force */
    struct candidates candidates[RULE_FACTS_MAX];
    struct arena *arena;
    struct err *err;
};

rc rule_criterion(struct rule_run *x, size_t c, const struct val *value, enum verdict *out);
rc rule_candidates(struct rule_run *x); /* rule_values.c: fills candidates and uses */
rc rule_missing(struct rule_run *x, struct criterion_result *each);
rc rule_next_question(struct rule_run *x, const struct criterion_result *each, const char **out);
rc rule_smallest_change(struct rule_run *x, struct change **out, size_t *n);

#endif
