/* The table of the verbs: their options in one place, their work in cli_*.c. */
#include "mod/sign/cli/cli_sign.h"
#include "mod/sign/sign.h"

INPUT(cades_in, SIGN_FIELDS,
      {.name = "attached", .type = F_BOOL, .label = N_("Put the content into the signature's file")},
      {.name = "pss", .type = F_BOOL, .label = N_("RSA keys: sign with PSS instead of PKCS #1 v1.5")});

const struct verb sign_verbs[SIGN_VERBS] = {
    {"cades", "FILE -o OUT --key KEY --cert CERT [--level b|t|lt|lta] [--tsa URL] [--attached]",
     N_("Sign any file as CAdES: a CMS signature beside it, or around it"),
     N_("Exit code 3: it is signed, but a service did not answer and the level is lower than asked for; the reason is "
        "printed."),
     &cades_in, false, sign_verb_cades},
};
