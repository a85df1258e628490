/* Assets: styles, ES modules and pictures, built by assets/build.mjs, embedded with hashed names and ready-made brotli
 * and gzip bodies. Constant data; any thread. */
#ifndef RISE_WEB_ASSET_H
#define RISE_WEB_ASSET_H

#include "web/html.h"
#include "web/route.h"

struct asset {
    const char *name;        /* "rise.css" */
    const char *path;        /* "/assets/rise.3f2a91c07b.css" */
    const char *type;        /* Content-Type */
    const char *etag;        /* quoted */
    str plain, gzip, brotli; /* gzip and brotli are empty where they would not be smaller */
};

/* The address of an asset by its plain name, for views; an unknown name aborts (a bug). */
url asset_url(const char *name);

/* By the last segment of its path ("rise.3f2a91c07b.css"); NULL: none. */
const struct asset *asset_find(str file);

enum asset_coding { ASSET_PLAIN, ASSET_GZIP, ASSET_BROTLI };
/* What to send to a client with this Accept-Encoding (RFC 9110 section 12.5.3). */
enum asset_coding asset_choose(const struct asset *a, str accept_encoding);

/* GET /assets/{file}, PUBLIC: immutable for a year, 304 by ETag. And /favicon.ico. */
extern const struct route asset_routes[];
extern const size_t asset_routes_n;

#endif
