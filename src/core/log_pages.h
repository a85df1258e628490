/* How the public reaches the log: the routes of C2SP tlog-tiles under /log/, and proofs without records. */
#ifndef RISE_CORE_LOG_PAGES_H
#define RISE_CORE_LOG_PAGES_H

#include "web/route.h"

enum { LOG_ROUTES = 5 };
extern const struct route log_routes[LOG_ROUTES];

#endif
