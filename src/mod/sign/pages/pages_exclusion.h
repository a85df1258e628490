/* Pages of the register of exclusions: for everybody, and for the office that keeps it. */
#ifndef RISE_SIGN_PAGES_EXCLUSION_H
#define RISE_SIGN_PAGES_EXCLUSION_H
#include "mod/sign/rooms/exclusion.h"
#include "web/components.h"
#include "web/route.h"

extern const struct route_table sign_exclusion_routes, sign_exclusion_office_routes;

#define EXCLUSION_KEEPERS (AS_OFFICER | AS_ADMIN)

struct exclusions_page {
    const struct input_spec *spec;
    const struct exclusion *v;
    size_t n;
    struct pages pages;
    day today;
    int64_t soon;
    bool filtered;
};
struct exclusion_page {
    struct exclusion e;
    const struct exclusion_change *history;
    size_t n_history;
    day today;
    int64_t soon;
    const struct input_spec *remove; /* of the form that removes it; NULL for those who may not */
};
struct exclusion_form {
    const struct input_spec *spec;
    const char *title; /* msgid */
    str path;
    struct exclusion e; /* as it stands; id 0: a new one */
};
struct exclusion_import_page {
    const struct input_spec *spec;
    bool done;
    struct import_report report;
};
const char *exclusion_colour(enum exclusion_standing s);
const char *exclusion_label(enum exclusion_standing s); /* msgid */
rc exclusion_soon(const struct ctx *c, int64_t *days);
#endif
