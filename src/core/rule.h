/* Rules: eligibility as data.
 *
 * A rule is a list of criteria, each an SQL boolean expression over named facts, with label, citation and the days it
 * is in force. They are evaluated in a locked-down in-memory SQLite (no tables, no functions with effects, a step
 * limit), so that SQL's third value says "unknown: still to be asked". Thread-safe: one evaluator per thread inside.
 * The expressions' language: db/rule_eval.h.
 *
 * Values worth trying, for the next question and the smallest change: a fact's `steps`; else for a truth value 0 and 1,
 * for a number each number it is compared with and its two neighbours, for a text each text it is compared with. The
 * smallest change is searched over sets of at most three facts: fewest facts first, then the smallest sum of relative
 * distances (|to − from| ÷ |from|; a text 1; an unknown fact, which is only assumed, 0), then the order of the facts
 * and values.
 *
 * Codes: RUL-001, RUL-002 (db/rule_eval.h) on a field named like the criterion. */
#ifndef RISE_CORE_RULE_H
#define RISE_CORE_RULE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"

enum fact_type { FACT_INT, FACT_TEXT, FACT_BOOL, FACT_DAY };
struct fact_def {
    const char *name; /* column name in the expressions */
    enum fact_type type;
    const char *question; /* msgid: how to ask for it */
    const char *unit;     /* msgid or NULL: "NT$", "persons" */
    const int64_t *
        steps; /* values worth trying for "the smallest change", ascending; NULL: thresholds found in the expressions */
    size_t n_steps;
    bool fixed; /* cannot be changed by the person (registry status): never proposed as a change */
};
struct fact {
    const char *name;
    bool known;
    int64_t i;
    str s;
};

struct criterion {
    const char *code;     /* "sme-size" */
    const char *expr;     /* "capital <= 100000000 OR headcount < 200" */
    const char *label;    /* msgid: what is asked, in plain words */
    const char *citation; /* msgid: law and article */
    day from, until;      /* in force on [from, until); 0: open */
};
struct rule {
    const char *code;
    const struct fact_def *facts;
    size_t n_facts;
    const struct criterion *criteria;
    size_t n_criteria;
};

enum { RULE_FACTS_MAX = 64, RULE_CRITERIA_MAX = 64, RULE_MISSING_MAX = 8 };

enum verdict { FAIL = 0, PASS = 1, UNKNOWN = 2 };

struct criterion_result {
    const struct criterion *criterion;
    enum verdict verdict;
    const char *missing[RULE_MISSING_MAX];
    int n_missing; /* facts that are unknown and matter */
};
struct change {
    const char *fact;
    int64_t from, to;
    bool was_unknown;
    str from_text, to_text; /* of FACT_TEXT instead of from, to */
};
struct rule_result {
    enum verdict verdict; /* FAIL if any fails, else UNKNOWN if any unknown, else PASS */
    struct criterion_result *each;
    size_t n;
    const char *next_question; /* the fact that decides most, NULL: none needed */
    struct change *changes;
    size_t n_changes; /* smallest set of fact changes that would pass; n = 0 when it passes or nothing helps */
};

/* Prepares every expression: E_INVALID names the criterion and what is wrong. Run at start and in tests. */
rc rule_check(const struct rule *r, struct err *err);
rc rule_eval(const struct rule *r, const struct fact *facts, size_t n, day on, struct arena *a, struct rule_result *out,
             struct err *err);
#endif
