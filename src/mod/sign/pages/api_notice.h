/* The electronic form as an offer (電子簽章法 Art. 5; rooms/objection.h) in rooms made by API: what goes in are the
 * members "notice_…", what comes out is "electronic_form", as in the archive's evidence.json. */
#ifndef RISE_SIGN_API_NOTICE_H
#define RISE_SIGN_API_NOTICE_H
#include "mod/sign/pages/api_rooms.h"
#include "mod/sign/rooms/objection.h"

#define API_NOTICE_FIELDS                                                                                              \
    {.name = "notice_days", .type = F_INT, .min = 1, .max = OFFER_DAYS_MOST, .label = N_("Days to object")},           \
        {.name = "notice_email", .type = F_EMAIL, .max = OFFER_CONTACT_MAX, .label = N_("E-mail for objections")},     \
        {.name = "notice_phone", .type = F_TEXT, .max = OFFER_CONTACT_MAX, .label = N_("Telephone for objections")},   \
        {.name = "notice_post",                                                                                        \
         .type = F_TEXT,                                                                                               \
         .max = OFFER_CONTACT_MAX,                                                                                     \
         .label = N_("Postal address for objections")},                                                                \
        {.name = "notice_paper_where", .type = F_TEXT, .max = OFFER_WORDS_MAX, .label = N_("On paper: where")},        \
        {.name = "notice_paper_who", .type = F_TEXT, .max = OFFER_WORDS_MAX, .label = N_("On paper: with whom")},      \
        {.name = "notice_paper_how", .type = F_TEXT, .max = OFFER_WORDS_MAX, .label = N_("On paper: how")},            \
        {.name = "notice_zh",                                                                                          \
         .type = F_LINES,                                                                                              \
         .max = OFFER_TEXT_MAX,                                                                                        \
         .label = N_("Text of the notice in Chinese; the latest version if not given")},                               \
    {                                                                                                                  \
        .name = "notice_en", .type = F_LINES, .max = OFFER_TEXT_MAX,                                                   \
        .label = N_("Text of the notice in English; the latest version if not given")                                  \
    }

/* Nothing when no notice_… is given. What is not given stays as the template has it; days: the least that is allowed.
 * A text becomes a new version of the organisation's. Errors of offer_set() and offer_text_add(), at these names. */
rc api_notice_set(const struct act *x, const struct input *in, id room);

#define API_NOTICE_SCHEMA                                                                                              \
    "\"electronic_form\":{\"type\":\"object\",\"properties\":{\"text_version\":" API_COUNT ",\"text_zh\":" API_TEXT    \
    ",\"text_zh_sha256\":" API_TEXT ",\"text_en\":" API_TEXT ",\"text_en_sha256\":" API_TEXT ",\"days\":" API_COUNT    \
    ",\"email\":" API_TEXT ",\"phone\":" API_TEXT ",\"post\":" API_TEXT ",\"paper_where\":" API_TEXT                   \
    ",\"paper_who\":" API_TEXT ",\"paper_how\":" API_TEXT ",\"answers\":{\"type\":\"array\",\"items\":{\"type\":"      \
    "\"object\",\"properties\":{\"signer\":" API_TEXT ",\"state\":" API_TEXT ",\"language\":" API_TEXT                 \
    ",\"told\":" API_TIME ",\"until\":" API_TIME ",\"answered\":" API_TIME ",\"reason\":" API_TEXT                     \
    "}}},\"objections\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"id\":" API_TEXT           \
    ",\"signer\":" API_TEXT ",\"kind\":" API_TEXT ",\"reason\":" API_TEXT ",\"at\":" API_TIME ",\"ended\":" API_TIME   \
    ",\"log_entry\":" API_TEXT "}}}}}"
#endif
