/* The closed vocabularies of the fund. */
#include "mod/fund/fund.h"

const struct choice fund_fields[] = {{"welfare", N_("Social welfare")},
                                     {"governance", N_("Public governance")},
                                     {"economy", N_("Industry and economy")},
                                     {"environment", N_("Sustainable environment")},
                                     {NULL, NULL}};

/* United Nations, Transforming our world: the 2030 Agenda (A/RES/70/1); Chinese names as the National Council for
 * Sustainable Development uses them. */
const struct choice fund_sdgs[] = {{"1", N_("No poverty")},
                                   {"2", N_("Zero hunger")},
                                   {"3", N_("Good health and well-being")},
                                   {"4", N_("Quality education")},
                                   {"5", N_("Gender equality")},
                                   {"6", N_("Clean water and sanitation")},
                                   {"7", N_("Affordable and clean energy")},
                                   {"8", N_("Decent work and economic growth")},
                                   {"9", N_("Industry, innovation and infrastructure")},
                                   {"10", N_("Reduced inequalities")},
                                   {"11", N_("Sustainable cities and communities")},
                                   {"12", N_("Responsible consumption and production")},
                                   {"13", N_("Climate action")},
                                   {"14", N_("Life below water")},
                                   {"15", N_("Life on land")},
                                   {"16", N_("Peace, justice and strong institutions")},
                                   {"17", N_("Partnerships for the goals")},
                                   {NULL, NULL}};

const struct choice fund_team_kinds[] = {{"individuals", N_("Group of individuals")},
                                         {"association", N_("Association or foundation")},
                                         {"school", N_("School or university")},
                                         {"company", N_("Company")},
                                         {"social", N_("Social-innovation organisation")},
                                         {"local", N_("Community or local group")},
                                         {NULL, NULL}};
