#include "web/permission.h"

const struct perm_name perm_names[] = {
    {PUBLIC, "public", N_("anybody")},
    {SIGNED_IN, "signed-in", N_("signed in")},
    {AS_FIRM, "firm", N_("firm")},
    {AS_VENDOR, "vendor", N_("vendor")},
    {AS_OFFICER, "officer", N_("officer")},
    {AS_REVIEWER, "reviewer", N_("reviewer")},
    {AS_TEAM, "team", N_("team")},
    {AS_AUDITOR, "auditor", N_("auditor")},
    {AS_ADMIN, "admin", N_("administrator")},
    {0, NULL, NULL},
};
