/* The table of the verbs: their options in one place, their work in cli_*.c. */
#include "mod/sign/cli/cli_files.h"
#include "mod/sign/cli/cli_sign.h"
#include "mod/sign/sign.h"

#define PSS_FIELD                                                                                                      \
    {                                                                                                                  \
        .name = "pss", .type = F_BOOL, .label = N_("RSA keys: sign with PSS instead of PKCS #1 v1.5")                  \
    }

INPUT(cades_in, SIGN_FIELDS,
      {.name = "attached", .type = F_BOOL, .label = N_("Put the content into the signature's file")}, PSS_FIELD);

INPUT(
    xades_in, SIGN_FIELDS, SIGN_ALSO_FIELDS,
    {.name = "form", .type = F_CHOICE, .choices = sign_xades_forms, .label = N_("Where the signature is (enveloped)")},
    PSS_FIELD);
INPUT(jades_in, SIGN_FIELDS, SIGN_ALSO_FIELDS,
      {.name = "flattened", .type = F_BOOL, .label = N_("Flattened JSON instead of the compact form")},
      {.name = "detached",
       .type = F_BOOL,
       .label = N_("The files stay beside the signature, which names their hashes")},
      PSS_FIELD);
INPUT(asice_in, SIGN_FIELDS, SIGN_ALSO_FIELDS,
      {.name = "cades", .type = F_BOOL, .label = N_("Sign with CAdES instead of XAdES")}, PSS_FIELD);

#define LOWER_LEVEL                                                                                                    \
    N_("Exit code 3: it is signed, but a service did not answer and the level is lower than asked for; the reason is " \
       "printed.")

const struct verb sign_verbs[SIGN_VERBS] = {
    {"cades", "FILE -o OUT --key KEY --cert CERT [--level b|t|lt|lta] [--tsa URL] [--attached]",
     N_("Sign any file as CAdES: a CMS signature beside it, or around it"), LOWER_LEVEL, &cades_in, false,
     sign_verb_cades},
    {"xades", "FILE -o OUT --key KEY --cert CERT [--form enveloped|enveloping|detached] [--also FILE …]",
     N_("Sign an XML document, or any files, as XAdES"), LOWER_LEVEL, &xades_in, false, sign_verb_xades},
    {"jades", "FILE -o OUT --key KEY --cert CERT [--flattened] [--detached] [--also FILE …]",
     N_("Sign any file as JAdES: a JSON Web Signature"), LOWER_LEVEL, &jades_in, false, sign_verb_jades},
    {"asice", "FILE -o OUT --key KEY --cert CERT [--cades] [--also FILE …]",
     N_("Put files and the signature over them into one ASiC-E container"), LOWER_LEVEL, &asice_in, false,
     sign_verb_asice},
};
