/* The page of a module's published figures: each with its definition, a chart, its table and a CSV file. */
#ifndef RISE_CORE_FIGURE_PAGE_H
#define RISE_CORE_FIGURE_PAGE_H

#include "core/figure.h"
#include "core/programme.h"
#include "web/route.h"

struct figures_of {
    const struct programme *programme;
    const struct figure *v;
    size_t n;
    perm all;                                                /* who also sees those that are not public */
    const char *path;                                        /* of the page; PATH/{code}/csv is a figure's file */
    str query;                                               /* of the links to the files, with its "?"; "" none */
    const char *(*label)(const struct figure *f, str label); /* msgid; NULL: the label stands for itself */
};
rc figures_page(struct ctx *c, const struct figures_of *f);
rc figures_csv(struct ctx *c, const struct figures_of *f, str code); /* E_NOTFOUND */

#endif
