/* Words of the demonstration rounds: titles and texts are put together from them, natural in Taiwan and plainly
 * invented. */
#ifndef RISE_MOD_FUND_DEMO_WORDS_H
#define RISE_MOD_FUND_DEMO_WORDS_H

#include <stddef.h>

enum { FUND_DEMO_SUMMARIES = 10, FUND_DEMO_FIELDS = 4, FUND_DEMO_WHO = 8, FUND_DEMO_WHAT = 8, FUND_DEMO_TEXTS = 4 };

struct fund_words {
    const char *zh, *en;
};
/* By field, in the order of fund_fields: whom it is for, and what it is. */
extern const struct fund_words fund_demo_who[FUND_DEMO_FIELDS][FUND_DEMO_WHO];
extern const struct fund_words fund_demo_what[FUND_DEMO_FIELDS][FUND_DEMO_WHAT];
/* Bits of the goals that a field's proposals mostly serve. */
extern const int fund_demo_goals[FUND_DEMO_FIELDS][5];
/* {1} of these is whom it is for, {2} what it is, {3} the county. */
extern const struct fund_words fund_demo_summary[FUND_DEMO_SUMMARIES];
/* {1} of these is whom it is for, {2} what it is. */
extern const char *const fund_demo_problem[FUND_DEMO_TEXTS], *const fund_demo_solution[FUND_DEMO_TEXTS],
                                                                 *const fund_demo_impact[FUND_DEMO_TEXTS],
                                                                     *const fund_demo_plan[FUND_DEMO_TEXTS];
/* County by code, as it stands before a title, and about how many of a hundred teams come from there. */
struct fund_demo_county {
    const char *code, *zh, *en;
    int weight;
};
extern const struct fund_demo_county fund_demo_counties[];
extern const size_t fund_demo_counties_n;
extern const char *const fund_demo_moods[], *const fund_demo_beings[], *const fund_demo_surnames[],
                                                                           *const fund_demo_given[];
extern const size_t fund_demo_moods_n, fund_demo_beings_n, fund_demo_surnames_n, fund_demo_given_n;
/* How a team of each kind calls itself, in the order of fund_team_kinds. */
extern const char *const fund_demo_forms[];

#endif
