/* Private to the room: the verbs of `rise ca`. */
#ifndef RISE_SIGN_CLI_CA_H
#define RISE_SIGN_CLI_CA_H
#include <stdio.h>

#include "core/verb.h"
#include "mod/sign/trust/trust.h"
#include "mod/sign/trust/trust_doors.h"

#define CA_KEY_FIELDS                                                                                                  \
    {.name = "key", .type = F_CHOICE, .choices = ca_keys, .label = N_("Kind of the new keys (p256)")},                 \
        {.name = "token",                                                                                              \
         .type = F_TEXT,                                                                                               \
         .max = 4000,                                                                                                  \
         .label = N_("PKCS #11 library: make the keys in its token, they never leave it")},                            \
        {.name = "token_label", .type = F_TEXT, .max = 60, .label = N_("Label of the token (the first one there)")},   \
    {                                                                                                                  \
        .name = "pin_file", .type = F_TEXT, .max = 4000, .label = N_("File whose first line is the token's PIN")       \
    }
extern const struct choice ca_keys[];

rc ca_pair_options(const struct input *in, struct arena *a, struct trust_pair_options *out, struct err *err);
rc ca_read_pin(const struct input *in, const char *option, struct arena *a, str *out, struct err *err);
/* The exit code; a failure that has no words gets its kind. */
int ca_exit(rc r, struct err *err);
void ca_put_pem(struct buf *out, const char *label, str der);

int ca_verb_init(struct app *app, const struct input *in, struct err *err);
int ca_verb_add(struct app *app, const struct input *in, struct err *err);
int ca_verb_issue(struct app *app, const struct input *in, struct err *err);
#endif
