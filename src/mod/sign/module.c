/* The module's list of all it brings. */
#include "mod/sign/sign.h"

extern const struct migration sign_migrations[];
extern const size_t sign_migrations_n;
extern const struct module sign_module;

static const char *const alone[] = {"verify", "extend", NULL};

const struct module sign_module = {
    .name = "sign",
    .title = N_("Electronic signatures"),
    .verbs = sign_verbs,
    .n_verbs = SIGN_VERBS,
    .migrations = sign_migrations,
    .n_migrations = &sign_migrations_n,
    .alone = alone,
};
