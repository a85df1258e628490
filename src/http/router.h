/* The route table as a tree of path segments.
 *
 * Built once at start, read by every thread without locks. At each segment a literal is tried before `{name}` and that
 * before
 * `{name...}`, going back when the more precise branch has no route for the method, so the order of the table never
 * matters. A GET route also serves HEAD. The table and its strings must outlive the router. */
#ifndef RISE_HTTP_ROUTER_H
#define RISE_HTTP_ROUTER_H

#include "base/err.h"
#include "http/http.h"

struct router;

struct router_match {
    const struct http_route *route; /* NULL: none for this method */
    unsigned allowed;               /* bits of enum http_method that the path has */
    const char *const *names;       /* the route's parameter names */
    str values[HTTP_PARAMS_MAX];    /* point into the path */
    int n_params;
};

/* E_INTERNAL for a bad table (HTT-020: bad pattern, HTT-021: the same route twice). */
rc router_new(const struct http_route *routes, size_t n, struct router **out, struct err *err);
void router_free(struct router *r);
void router_find(const struct router *r, enum http_method method, str path, struct router_match *out);

#endif
