/* The permission bits by name: for the permission matrix, OpenAPI, and API keys. */
#ifndef RISE_WEB_PERMISSION_H
#define RISE_WEB_PERMISSION_H

#include "web/ctx.h"

struct perm_name {
    perm bit;
    const char *code;  /* "officer" */
    const char *label; /* msgid */
};
extern const struct perm_name perm_names[]; /* ends with bit 0 */

#endif
