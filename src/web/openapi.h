/* The OpenAPI 3.1 document, from the route tables: every ROUTE_API row with its input spec and reply schema. */
#ifndef RISE_WEB_OPENAPI_H
#define RISE_WEB_OPENAPI_H

#include "web/dispatch.h"

struct openapi_info {
    str title, version, server; /* server: the site's address */
    const char *session_cookie;
    enum lang lang; /* of summaries and labels */
};
void openapi_write(const struct http_route *routes, size_t n, const struct openapi_info *info, struct buf *out);

#endif
