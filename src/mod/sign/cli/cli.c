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

INPUT(pdf_in, SIGN_FIELDS,
      {.name = "field", .type = F_TEXT, .max = 200, .label = N_("Name of the signature field, empty or new")},
      {.name = "reason", .type = F_TEXT, .max = 400, .label = N_("Why it is signed")},
      {.name = "location", .type = F_TEXT, .max = 400, .label = N_("Where it is signed")},
      {.name = "certify",
       .type = F_INT,
       .min = 1,
       .max = 3,
       .label = N_("Certify: 1 no changes afterwards, 2 filling in and signing, 3 annotations too")},
      {.name = "visible",
       .type = F_TEXT,
       .max = 60,
       .label = N_("Where it is seen: PAGE,LEFT,TOP,WIDTH,HEIGHT in points from the page's upper left corner")},
      {.name = "text", .type = F_TEXT, .max = 400, .label = N_("What is seen there (the signer's name)")},
      {.name = "pkcs7", .type = F_BOOL, .label = N_("The older form adbe.pkcs7.detached instead of PAdES")}, PSS_FIELD);

static const struct choice extend_levels[] = {
    {"lt", N_("with revocation data as well")},
    {"lta", N_("with a time-stamp over all that")},
    {NULL, NULL},
};
INPUT(extend_in, {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("Signed file")},
      {.name = "out", .letter = 'o', .type = F_TEXT, .required = true, .max = 4000, .label = N_("File to write")},
      {.name = "level",
       .type = F_CHOICE,
       .required = true,
       .choices = extend_levels,
       .label = N_("How long it is to hold")},
      {.name = "tsa", .type = F_TEXT, .max = 4000, .label = N_("Address of a time-stamp authority (RFC 3161)")},
      {.name = "chain", .type = F_TEXT, .max = 4000, .label = N_("File of issuers' certificates (PEM)")},
      SIGN_CONTENT_FIELD);

INPUT(verify_in, {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("Signed file")},
      {.name = "trust",
       .type = F_TEXT,
       .max = 4000,
       .label = N_("Folder or file of certificates to trust; subfolders: licensed, foreign, lists")},
      {.name = "tsl", .type = F_TEXT, .max = 4000, .label = N_("Trusted list to trust (ETSI TS 119 612)")},
      {.name = "tsl_signer",
       .type = F_TEXT,
       .max = 4000,
       .label = N_("File of the certificates that the list's scheme operator signs with")},
      {.name = "online", .type = F_BOOL, .label = N_("Ask the authorities whether certificates were revoked")},
      {.name = "at", .type = F_TEXT, .max = 40, .label = N_("Instant to judge at, RFC 3339 (now)")},
      {.name = "json", .type = F_BOOL, .label = N_("The report as JSON")},
      {.name = "pdf", .type = F_TEXT, .max = 4000, .label = N_("Also write the report as PDF to this file")},
      SIGN_CONTENT_FIELD);

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
    {"pdf",
     "FILE -o OUT --key KEY --cert CERT [--level b|t|lt|lta] [--tsa URL] [--field NAME] [--certify 1|2|3] [--visible "
     "PAGE,X,Y,W,H]",
     N_("Sign a PDF as PAdES: in a new revision, the original's bytes stay as they are"), LOWER_LEVEL, &pdf_in, false,
     sign_verb_pdf},
    {"extend", "FILE -o OUT --level lt|lta [--tsa URL] [--chain FILE] [--content FILE …]",
     N_("Raise the signatures of a PDF, CMS, XML, JSON or ASiC file, so that they hold longer (also: rise extend)"),
     N_("Exit code 3: the level reached is lower than asked for; the reason is printed."), &extend_in, false,
     sign_verb_extend},
    {"verify",
     "FILE [--trust DIR|FILE] [--tsl FILE --tsl-signer FILE] [--online] [--at TIME] [--json] [--pdf OUT] [--content "
     "FILE …]",
     N_("Check the signatures of a PDF, CMS, XML, JSON or ASiC file (also: rise verify)"),
     N_("Exit code 0: TOTAL-PASSED; 4: TOTAL-FAILED, or no signature that can be read; 5: INDETERMINATE; 1: a file "
        "cannot be read; 2: wrong usage."),
     &verify_in, false, sign_verb_verify},
};
