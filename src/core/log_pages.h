/* How the public reaches the log: the routes of C2SP tlog-tiles under /log/, and proofs without records. */
#ifndef RISE_CORE_LOG_PAGES_H
#define RISE_CORE_LOG_PAGES_H

#include "web/route.h"

extern const struct route log_routes[];
extern const size_t log_routes_n;

#endif
