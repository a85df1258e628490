/* Questions to a round's gifts before the result is published: what if some donors were left out, or another rule had
 * been declared? On top of sensitivity.h: the gifts come from the round, groups of donors have names, projects titles.
 *
 * A round's gifts are read and grouped once and remembered in this process (at most WHATIF_ROUNDS rounds) until what
 * counts, the proposals or the rules have changed: the table fund_gift_total has a version (db.h), which every change
 * of what counts renews (gift.h, fund_gift_totals_renew). A question then takes what sens_try takes; about rules alone,
 * with nobody left out, it takes nothing when it was among the latest.
 *
 * Ownership: answers live in the caller's arena. Threads: any; questions to remembered rounds wait for each other.
 * Errors as in publish.h (FND-600: no rules yet) and tally.h (FND-105: the rules asked for do not fit together). */
#ifndef RISE_MOD_FUND_WHATIF_H
#define RISE_MOD_FUND_WHATIF_H

#include "mod/fund/engine/sensitivity.h"
#include "mod/fund/publish.h"

enum { WHATIF_ROUNDS = 3, WHATIF_GROUPS_MAX = 50 /* of each kind */, WHATIF_NAME = 15 };
enum { WHATIF_COMMUNITY = FUND_TRAITS, WHATIF_KINDS }; /* kinds of groups: enum fund_trait, then this one */

/* Donors who may be one: they share a device, an address, an account, or nearly all projects. At least three. */
struct whatif_group {
    int kind;
    char name[WHATIF_NAME + 1]; /* "d-0123456789ab": for addresses; stays as long as the same donors share the same */
    int64_t donors, gifts, amount, projects; /* of what they share; of a community: of all their gifts */
};
const char *whatif_kind_label(int kind); /* msgid */

struct whatif_question {
    const str *without; /* names of groups; unknown ones are left out of the question */
    size_t n_without;
    const struct tally_rules *rules; /* NULL: the round's */
    int64_t line;                    /* how many go on; 0: the round's places */
    int64_t pairwise_a;              /* whatif_methods: A of the pairwise method */
};
struct whatif_line {
    id proposal;
    int64_t number;
    str title, title_en;
    struct tally_project before, now;
    int64_t rank_before, rank_now;
    bool in_before, in_now; /* above the line */
};
struct whatif_answer {
    struct fund_rules rules; /* of the round */
    bool fixed;              /* false: from the parameters in force */
    struct tally_rules asked;
    int64_t line;
    struct whatif_line *lines; /* by rank now */
    size_t n, enter, leave;
    int64_t moved;                   /* money that others get */
    int64_t donors_removed, removed; /* and the sum of their gifts */
    int64_t donors, gifts;           /* before */
    unsigned outcome;
    int64_t paid, unspent;
    struct whatif_group *groups; /* all that there are: by kind, most donors first */
    size_t n_groups;
};
rc whatif_ask(struct tx *tx, const struct fund_round *r, const struct whatif_question *q, struct whatif_answer *out,
              struct arena *a);

/* The result as it stands, from what is remembered: for looking at. fund_tally_propose() reads every row itself. */
rc whatif_outcome(struct tx *tx, const struct fund_round *r, struct fund_outcome *out, struct arena *a);

/* Rules of another method with what they have in common with these. */
struct tally_rules whatif_rules(const struct tally_rules *like, enum tally_method m, enum tally_weight w,
                                int64_t pairwise_a);

/* The same donors left out under every method, pool and cap as asked: match[i][m] of lines[i] of `base`. */
enum { WHATIF_METHODS = 6 };
extern const char *const whatif_method_labels[WHATIF_METHODS]; /* msgids */
struct whatif_methods {
    struct whatif_answer base; /* under the rules asked for */
    bool usable[WHATIF_METHODS];
    int64_t (*match)[WHATIF_METHODS], (*rank)[WHATIF_METHODS];
};
rc whatif_methods(struct tx *tx, const struct fund_round *r, const struct whatif_question *q,
                  struct whatif_methods *out, struct arena *a);

#endif
