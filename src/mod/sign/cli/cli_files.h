/* The files of a signature that covers several: FILE, and each --also. */
#ifndef RISE_SIGN_CLI_FILES_H
#define RISE_SIGN_CLI_FILES_H
#include "mod/sign/cli/cli_sign.h"
#include "mod/sign/engine/data.h"

#define SIGN_ALSO_FIELDS                                                                                               \
    {.name = "also",                                                                                                   \
     .type = F_TEXT,                                                                                                   \
     .many = true,                                                                                                     \
     .max = 4000,                                                                                                      \
     .label = N_("Further file to sign; may be given several times")},                                                 \
    {                                                                                                                  \
        .name = "mime", .type = F_TEXT, .max = 100, .label = N_("Media type of the file (told by its name)")           \
    }

struct sign_files {
    struct file_map *maps; /* of --also */
    struct sign_data *v;   /* the first is the run's content; names without their folders */
    size_t n;
};
/* Of a run that is open. The bytes stay until sign_files_close(), also after an error. */
rc sign_files_open(struct sign_run *x, struct sign_files *out, struct err *err);
void sign_files_close(struct sign_files *f);
#endif
