/* What all verbs that sign have in common: their options, the key and its certificates, the services, the result. */
#ifndef RISE_SIGN_CLI_H
#define RISE_SIGN_CLI_H
#include "core/verb.h"
#include "crypto/cert.h"
#include "crypto/pkey.h"
#include "mod/sign/cli/cli_net.h"
#include "mod/sign/engine/level.h"
#include "sys/file.h"

enum {
    SIGN_ARENA_MAX = 1 << 30,
    SIGN_LEVEL_LOWER = 3, /* exit code: signed, but not as high as was asked for */
};

extern const struct choice sign_levels[];
extern const struct choice sign_xades_forms[];

#define SIGN_FIELDS                                                                                                    \
    {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("File to sign")},                      \
        {.name = "out", .letter = 'o', .type = F_TEXT, .required = true, .max = 4000, .label = N_("File to write")},   \
        {.name = "key",                                                                                                \
         .type = F_TEXT,                                                                                               \
         .required = true,                                                                                             \
         .max = 4000,                                                                                                  \
         .label = N_("Private key: a file (PEM or PKCS #8), or pkcs11:… (RFC 7512)")},                                 \
        {.name = "cert",                                                                                               \
         .type = F_TEXT,                                                                                               \
         .required = true,                                                                                             \
         .max = 4000,                                                                                                  \
         .label = N_("Certificate (PEM or DER), its issuers may follow")},                                             \
        {.name = "chain", .type = F_TEXT, .max = 4000, .label = N_("File of issuers' certificates (PEM)")},            \
        {.name = "passphrase_file",                                                                                    \
         .type = F_TEXT,                                                                                               \
         .max = 4000,                                                                                                  \
         .label = N_("File whose first line is the key's passphrase, or the token's PIN")},                            \
        {.name = "level", .type = F_CHOICE, .choices = sign_levels, .label = N_("How long it is to hold (b)")},        \
    {                                                                                                                  \
        .name = "tsa", .type = F_TEXT, .max = 4000, .label = N_("Address of a time-stamp authority (RFC 3161)")        \
    }

/* A verb that signs, while it runs. */
struct sign_run {
    struct app *app;
    const struct input *in;
    struct arena *a;
    struct file_map content; /* what is signed */
    struct pkey *key;
    struct cert *cert;
    struct cert **chain; /* the others */
    size_t n_chain;
    enum sign_level level;
    struct cli_net services;
    struct sign_net net;
};
/* Reads everything that the options name. SIG-210 E_INVALID: the level needs --tsa. SIG-622 E_INVALID: the key is not
 * the certificate's. */
rc sign_run_open(struct sign_run *x, struct app *app, const struct input *in, struct err *err);
/* The same for a file that is signed already: no key, and a certificate for issuers only. */
rc sign_run_open_signed(struct sign_run *x, struct app *app, const struct input *in, struct err *err);
void sign_run_close(struct sign_run *x);
/* `r`, its error said to be at the option. */
rc cli_at_option(rc r, const char *option, struct err *err);
/* SIG-621 E_INVALID: what is to be written would replace a file that the command reads. `in_place`: FILE may be. */
rc cli_check_output(struct arena *a, const struct input *in, const char *option, bool in_place, struct err *err);
/* Writes the result and returns the exit code; `why`: no higher level than `reached`, its code is OK otherwise. */
int sign_run_end(struct sign_run *x, rc r, const struct buf *out, enum sign_level reached, const struct err *why,
                 struct err *err);
/* The same for a result of two parts, the first of which is not copied. */
int sign_run_end_parts(struct sign_run *x, rc r, str first, const struct buf *rest, enum sign_level reached,
                       const struct err *why, struct err *err);

str sign_file_name(str path); /* its last component */

int sign_verb_cades(struct app *app, const struct input *in, struct err *err);
int sign_verb_xades(struct app *app, const struct input *in, struct err *err);
int sign_verb_jades(struct app *app, const struct input *in, struct err *err);
int sign_verb_asice(struct app *app, const struct input *in, struct err *err);
int sign_verb_pdf(struct app *app, const struct input *in, struct err *err);
int sign_verb_extend(struct app *app, const struct input *in, struct err *err);
int sign_verb_verify(struct app *app, const struct input *in, struct err *err);
#endif
