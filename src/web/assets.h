/* The embedded assets, made by assets/build.mjs. Only asset.c reads it. */
#ifndef RISE_WEB_ASSETS_H
#define RISE_WEB_ASSETS_H

#include "web/asset.h"

extern const struct asset assets[];
extern const size_t assets_n;

#endif
