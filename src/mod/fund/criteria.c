/* The four criteria of the programme (social value, impact, innovation, feasibility) and their weighted total. */
#include "mod/fund/review.h"

const char *const fund_criterion_names[FUND_CRITERIA] = {"social", "impact", "innovation", "feasibility"};
const char *const fund_comment_names[FUND_CRITERIA] = {"social_comment", "impact_comment", "innovation_comment",
                                                       "feasibility_comment"};
const char *const fund_criterion_labels[FUND_CRITERIA] = {N_("Social value"), N_("Impact"), N_("Innovation"),
                                                          N_("Feasibility")};
const char *const fund_criterion_hints[FUND_CRITERIA] = {
    N_("Does it answer a real need of the public, and whose?"),
    N_("How many people does it reach, how deeply, and can that be measured?"),
    N_("What is new about it, and why is that better than what exists?"),
    N_("Can this team do it with this plan, these means and in this time?")};

bool fund_total(const int32_t weights[FUND_CRITERIA], const int64_t scores[FUND_CRITERIA], int32_t *milli)
{
    int64_t sum = 0, weight = 0;
    for (int i = 0; i < FUND_CRITERIA; i++)
        if (scores[i] >= 0) {
            sum += weights[i] * scores[i];
            weight += weights[i];
        }
    if (weight == 0)
        return false;
    *milli = (int32_t)((2000 * sum + weight) / (2 * weight));
    return true;
}
