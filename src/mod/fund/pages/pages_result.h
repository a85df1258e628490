/* Private to the pages of a round's result: the office's tally and what-ifs, and what everybody reads. */
#ifndef RISE_MOD_FUND_PAGES_RESULT_H
#define RISE_MOD_FUND_PAGES_RESULT_H

#include "mod/fund/pages/pages.h"
#include "mod/fund/pages/pages_archive.h"
#include "mod/fund/publish.h"
#include "mod/fund/whatif.h"

extern const struct route_table fund_result_routes;
extern const struct route_table fund_tally_routes;
extern const struct route_table fund_whatif_routes;

/* ---- what several views show ---- */
struct fund_rules_shown {
    struct fund_rules rules;
    str hash;  /* "" while they are not fixed */
    str proof; /* path of the log's proof; "" none */
};
struct fund_rule_change { /* a parameter that is another one now than what was fixed */
    const char *label;    /* msgid */
    str fixed, now;
};
enum { FUND_RULE_ROWS = 10 };
/* One row a rule, in words: label (msgid) and value. Returns how many. */
struct fund_rule_row {
    const char *label;
    str value;
};
int fund_rule_rows(const struct ctx *c, const struct fund_rules *r, struct fund_rule_row out[FUND_RULE_ROWS]);
const char *fund_weight_words(const struct tally_rules *r); /* msgid: how a project's weight is made */
/* The defined outcomes among the bits, in words: msgids. Returns how many. */
int fund_outcome_words(unsigned outcome, const char *out[8]);
str fund_weight_text(const struct ctx *c, u128 weight); /* whole units, rounded down: "5,000,000" */
str fund_signed_text(const struct ctx *c, int64_t v);   /* "+1,234", "−1,234", "0" */

/* ---- pages_result.c ---- */
struct fund_outcome_page {
    struct fund_round_shown round;
    bool published, has_rules;
    struct fund_tally tally;
    struct fund_outcome o;
    struct fund_rules_shown rules;
    struct fund_archive_shown archive;
    struct chart chart;
    struct programme *others; /* rounds with a result, without this one */
    size_t n_others;
};

/* ---- pages_tally.c ---- */
struct fund_tally_page {
    struct fund_round_shown round;
    struct fund_rules_shown rules;
    struct fund_rule_change changes[FUND_RULE_ROWS];
    int n_changes;
    str trouble;  /* why there is no result: in the reader's language; "" there is one */
    bool preview; /* under parameters that are not fixed yet */
    struct fund_tally tally;
    struct fund_blockers blockers;
    bool blocked, counting; /* counting: the phase in which it is published */
    bool differs;           /* the proposed result is not the one computed now */
    struct fund_outcome o;
    const struct input_spec *propose, *withdraw;
};

/* ---- pages_whatif.c ---- */
struct fund_whatif_page {
    struct fund_round_shown round;
    str trouble; /* in the reader's language: the rules asked for do not fit together, or there are none */
    struct whatif_answer a;
    struct whatif_methods m;
    const struct input_spec *spec;
    const str *cut; /* names of groups asked about */
    size_t n_cut;
    bool other_rules;                   /* something besides donors is asked */
    str method, weight, pool, cap, min; /* as they stand in the form: asked for, else in force */
    int64_t lines[4];                   /* to choose from: the round's places, 20, 50, 100; without repetitions */
    int n_lines;
    str query; /* of this question, for links; with the round */
};
str fund_whatif_link(const struct ctx *c, const char *path,
                     const struct fund_whatif_page *p); /* the same question at another page */
bool fund_is_cut(const struct fund_whatif_page *p, const char *name);

#endif
