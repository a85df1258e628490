/* Private to the pages of agreements: what their handlers hand to their views. */
#ifndef RISE_MOD_FUND_PAGES_AFTER_H
#define RISE_MOD_FUND_PAGES_AFTER_H

#include "mod/fund/after.h"
#include "mod/fund/pages/pages.h"

extern const struct route_table fund_agreement_routes;

/* ---- pages_agreement.c: the office's list, one agreement for both sides ---- */
struct fund_due_page {
    struct fund_round_shown round;
    struct fund_due *v;
    size_t n;
    int64_t payable;
    day today;
};
struct fund_offer_page {
    struct fund_proposal p;
    enum fund_stage stage;
    int64_t amount;
    const struct input_spec *spec;
    str back, path;
};
struct fund_agreement_shown {
    struct fund_agreement g;
    struct fund_milestone *m;
    size_t n;
};
struct fund_agreements_page {
    struct fund_proposal p;
    struct fund_agreement_shown *v;
    size_t n;
    bool of_team, decides;
    const struct input_spec *sign;
    str back;
};
const char *fund_agreement_state(str state);  /* msgid */
const char *fund_agreement_colour(str state); /* of its tag; milestones' too */

/* What was typed into a form of this spec that was refused; "" otherwise. */
str fund_typed(const struct ctx *c, const struct input_spec *spec, const char *name);

#endif
