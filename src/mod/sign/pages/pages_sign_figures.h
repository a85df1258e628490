/* The page of the figures about signing. */
#ifndef RISE_SIGN_PAGES_FIGURES_H
#define RISE_SIGN_PAGES_FIGURES_H
#include "web/route.h"

extern const struct route_table sign_figure_routes;
#endif
