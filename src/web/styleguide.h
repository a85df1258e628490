/* The style guide: GET /about/styleguide. Its view shows every component; browser tests and screenshots read it. */
#ifndef RISE_WEB_STYLEGUIDE_H
#define RISE_WEB_STYLEGUIDE_H

#include "web/components.h"
#include "web/route.h"
#include "web/shell.h"

struct styleguide_row {
    const char *name, *colour, *state;
    struct money price, used;
};

struct styleguide {
    const struct crumb *crumbs;
    size_t n_crumbs;
    struct steps steps;
    struct options sorting, hats;
    const struct styleguide_row *rows;
    size_t n_rows;
    struct pages pages;
    const struct input_spec *spec, *stars_spec;
    struct chart bars, lines;
};

extern const struct route styleguide_routes[]; /* reading only; the form's button leads to an error page on purpose */
extern const size_t styleguide_routes_n;

#endif
