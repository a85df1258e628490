/* Private to whatif.c and whatif_base.c: a round's gifts in memory. */
#ifndef RISE_MOD_FUND_WHATIF_BASE_H
#define RISE_MOD_FUND_WHATIF_BASE_H

#include "mod/fund/whatif.h"

struct whatif_set { /* a group and its donors, by index of the gifts' columns */
    struct whatif_group group;
    const uint32_t *donor;
    size_t n;
};
/* Answers about other rules with nobody left out, the latest few: pages and files about one question, and the page of
 * all methods, ask them again and again. */
enum { WHATIF_ANSWERS = 2 * WHATIF_METHODS };
struct whatif_answers {
    struct whatif_kept {
        struct sha256 rules;
        int64_t line; /* 0: empty */
        struct sens_answer answer;
    } kept[WHATIF_ANSWERS];
    size_t next; /* is overwritten first */
};
struct whatif_base {
    struct arena *a; /* in which all of it lives */
    struct fund_rules rules;
    bool fixed;
    struct fund_counted gifts;
    struct fund_score_line *named; /* by project */
    struct sens_base *sens;
    struct whatif_set *sets; /* by kind, most donors first */
    size_t n_sets;
    struct whatif_answers *answers;
};
/* The base of the round in this snapshot. Locked until whatif_base_done(), which is called when this was OK. */
rc whatif_base_get(struct tx *tx, const struct fund_round *r, const struct whatif_base **out, struct arena *a);
void whatif_base_done(void);
/* sens_try, or what it said before; without change, enter and leave. Valid until whatif_base_done(). */
rc whatif_try(const struct whatif_base *b, struct arena *a, const struct sens_change *c, struct sens_answer *out,
              struct err *err);

/* Fills sets from the gifts. */
rc whatif_sets(struct arena *a, struct whatif_base *b, struct err *err);

#endif
