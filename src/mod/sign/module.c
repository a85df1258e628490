/* The module's list of all it brings. */
#include "mod/sign/sign.h"

extern const struct module sign_module;

const struct module sign_module = {
    .name = "sign",
    .title = N_("Electronic signatures"),
    .verbs = sign_verbs,
    .n_verbs = SIGN_VERBS,
};
