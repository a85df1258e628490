/* The closed vocabularies of the marketplace: what is stored, and how it is called. */
#include "mod/market/parts.h"

const struct choice mkt_categories[] = {
    {"shop", N_("Online shop")},
    {"marketing", N_("Marketing and promotion")},
    {"office", N_("Remote work and documents")},
    {"management", N_("Business management")},
    {"service", N_("Customer service")},
    {"analysis", N_("Market analysis")},
    {NULL, NULL},
};

const struct choice mkt_firm_kinds[] = {
    {"company", N_("Company")},          {"business", N_("Sole proprietorship or partnership")},
    {"coop", N_("Co-operative")},        {"social", N_("Social-innovation organisation")},
    {"other", N_("Other organisation")}, {NULL, NULL},
};

const struct choice mkt_trades[] = {
    {"food", N_("Restaurants and drinks")},
    {"bakery", N_("Bakery and sweets")},
    {"retail", N_("Retail")},
    {"wholesale", N_("Wholesale")},
    {"beauty", N_("Hair and beauty")},
    {"lodging", N_("Lodging and travel")},
    {"making", N_("Manufacturing")},
    {"machine", N_("Machinery and metalwork")},
    {"textile", N_("Textiles and clothing")},
    {"building", N_("Construction and interior work")},
    {"transport", N_("Transport and storage")},
    {"teaching", N_("Teaching and tutoring")},
    {"health", N_("Health and care")},
    {"design", N_("Design and media")},
    {"repair", N_("Repair and maintenance")},
    {"farming", N_("Farming and fishery")},
    {"culture", N_("Culture and crafts")},
    {"professional", N_("Accounting, law and consulting")},
    {"technology", N_("Information technology")},
    {"other", N_("Other trade")},
    {NULL, NULL},
};

const struct choice mkt_aspects[] = {
    {"ease", N_("Easy to use")},
    {"function", N_("Does what we need")},
    {"support", N_("Support")},
    {"value", N_("Worth its price")},
    {NULL, NULL},
};

const struct choice mkt_supports[] = {
    {"weekdays", N_("Working days 9–18")},
    {"extended", N_("Working days 8–22")},
    {"holidays", N_("Every day 9–18, holidays too")},
    {"always", N_("Day and night, every day")},
    {NULL, NULL},
};

const struct choice mkt_report_kinds[] = {
    {"own-share", N_("The vendor paid our own share back or gave something for it")},
    {"not-delivered", N_("The service was not delivered")},
    {"other-name", N_("Somebody ordered in our name")},
    {"price", N_("The price is higher here than elsewhere")},
    {"other", N_("Something else")},
    {NULL, NULL},
};
